// Messages on their way: kept until the server has them, sent again with the same id, one after the other.

import { newId } from "./dom.js";

const PAUSE_MAX_MS = 30000;
const PRESS_AGE_MAX_MS = 10 * 60 * 1000;

export class Queue {
  constructor(net, store, { onchange, onsettled }) {
    this.net = net;
    this.store = store;
    this.onchange = onchange;
    this.onsettled = onsettled;
    this.items = [];
    this.running = false;
    this.timer = 0;
    window.addEventListener("online", () => this.run());
  }

  restore() {
    const kept = this.store.all("out:").sort((a, b) => a.at - b.at);
    for (const item of kept) {
      if (item.press && Date.now() - item.at > PRESS_AGE_MAX_MS) {
        this.store.drop(`out:${item.id}`);
        continue;
      }
      item.state = item.state === "failed" ? "failed" : "waiting";
      this.items.push(item);
      this.onchange(item);
    }
    this.run();
  }

  add(fields) {
    const item = { id: newId(), at: Date.now(), tries: 0, state: "waiting", text: "", files: [], press: "", reply_to: "", ...fields };
    this.items.push(item);
    this.keep(item);
    this.run();
    return item;
  }

  again(id) {
    const item = this.items.find((one) => one.id === id);
    if (!item) return;
    Object.assign(item, { state: "waiting", tries: 0, error: "" });
    this.keep(item);
    this.run();
  }

  remove(id) {
    this.items = this.items.filter((item) => item.id !== id);
    this.store.drop(`out:${id}`);
  }

  keep(item) {
    this.store.put(`out:${item.id}`, item);
    this.onchange(item);
  }

  async run() {
    clearTimeout(this.timer);
    if (this.running) return;
    this.running = true;
    try {
      let item;
      while ((item = this.items.find((one) => one.state === "waiting"))) {
        if (!(await this.send(item))) break;
      }
    } finally {
      this.running = false;
    }
  }

  // True if the next one may go.
  async send(item) {
    item.state = "sending";
    this.onchange(item);
    const { id, text, files, press, reply_to } = item;
    try {
      await this.net.post("/chat/messages", { id, text, files, press, reply_to, locale: this.net.locale() });
    } catch (failure) {
      return this.failed(item, failure);
    }
    this.remove(id);
    item.state = "sent";
    this.onchange(item);
    this.onsettled(item, null);
    return true;
  }

  failed(item, failure) {
    if (failure.passing) {
      item.state = "waiting";
      item.tries += 1;
      this.keep(item);
      const pause_ms = Math.min(PAUSE_MAX_MS, 1000 * 2 ** Math.min(item.tries - 1, 6)) * (0.75 + Math.random() / 2);
      this.timer = setTimeout(() => this.run(), pause_ms);
      return false;
    }
    item.state = "failed";
    item.error = failure.text;
    if (item.press) this.remove(item.id);
    else this.keep(item);
    this.onsettled(item, failure);
    return true;
  }
}
