// The list of messages: order, cards that change in place, days, and staying at the end while one reads there.

import { byId, el } from "./dom.js";
import { messageNode, pendingNode } from "./render.js";
import { day } from "./words.js";

const NEAR_PX = 90;

export class Log {
  constructor(page) {
    this.page = page;
    this.scroll = byId("scroll");
    this.list = byId("log");
    this.pendingList = byId("pending");
    this.seqs = new Set();
    this.cards = new Map();
    this.pending = new Map();
    this.echoed = new Set();
    this.first = Infinity;
    this.last = 0;
  }

  get empty() {
    return !this.list.childElementCount && !this.pendingList.childElementCount;
  }

  atEnd() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < NEAR_PX;
  }

  toEnd(smooth = false) {
    this.scroll.scrollTo({ top: this.scroll.scrollHeight, behavior: smooth ? "smooth" : "instant" });
  }

  // Shows a message at the end or in its card's place. False if it was shown before.
  add(message, live) {
    if (this.seqs.has(message.seq)) return false;
    this.note(message);
    const stay = this.atEnd();
    const node = this.build(message, live);
    const old = message.card ? this.cards.get(message.card) : undefined;
    if (old && !message.fresh) this.replace(old.node, node, live);
    else {
      old?.node.remove();
      this.list.append(node);
    }
    this.own(message, node);
    this.days();
    if (stay || message.mine) this.toEnd();
    return true;
  }

  // Older messages, ascending, in front of all others; what one sees stays where it is.
  prepend(messages) {
    const before = this.scroll.scrollHeight;
    const anchor = this.list.firstElementChild;
    for (const message of messages) {
      if (this.seqs.has(message.seq)) continue;
      this.note(message);
      const old = message.card ? this.cards.get(message.card) : undefined;
      if (old && old.seq > message.seq) continue;
      const node = this.build(message, false);
      old?.node.remove();
      this.list.insertBefore(node, anchor);
      this.own(message, node);
    }
    this.days();
    this.scroll.scrollTop += this.scroll.scrollHeight - before;
  }

  note(message) {
    this.seqs.add(message.seq);
    this.first = Math.min(this.first, message.seq);
    this.last = Math.max(this.last, message.seq);
  }

  build(message, live) {
    const node = messageNode(message, this.page);
    if (!live) node.classList.add("old");
    return node;
  }

  own(message, node) {
    if (message.card) this.cards.set(message.card, { node, seq: message.seq });
    if (!message.echo) return;
    this.echoed.add(message.echo);
    this.settle(message.echo);
  }

  replace(old, node, live) {
    const focused = old.contains(document.activeElement) ? document.activeElement.textContent : "";
    node.classList.add("old");
    if (live) node.classList.add("changed");
    old.replaceWith(node);
    if (focused) [...node.querySelectorAll("button")].find((button) => button.textContent === focused)?.focus();
  }

  // One's own message on its way, or what has become of it.
  show(item) {
    if (this.echoed.has(item.id)) return;
    const old = this.pending.get(item.id);
    const node = pendingNode(item, this.page);
    this.pending.set(item.id, node);
    if (old) {
      node.classList.add("old");
      old.replaceWith(node);
    } else {
      this.pendingList.append(node);
      this.toEnd();
    }
  }

  settle(id) {
    this.pending.get(id)?.remove();
    this.pending.delete(id);
  }

  days() {
    this.list.querySelectorAll(".day").forEach((node) => node.remove());
    let shown = "";
    for (const node of [...this.list.children]) {
      const name = node.dataset.at ? day(node.dataset.at) : shown;
      if (name !== shown) node.before(el("li", { class: "day" }, name));
      shown = name;
    }
  }
}
