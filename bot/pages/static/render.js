// One message as a piece of the page: a bubble for plain words, a card for a request.

import { el, icon, linked } from "./dom.js";
import { clock, t } from "./words.js";

const OF_CARDS = new Set(["title", "status", "fact", "step"]);
const FACT = /^([^:\uff1a]{0,23}[^:\uff1a\d\s])[:\uff1a]\s*(.+)$/su;

export const isCard = (message) => !message.echo && message.lines.some(([kind]) => OF_CARDS.has(kind));

export function messageNode(message, page) {
  const card = isCard(message);
  const node = el("li", { class: `message${message.mine ? " mine" : ""}${card ? " card" : ""}`, "data-seq": message.seq });
  node.dataset.at = message.at ?? "";
  if (message.author && !message.mine) node.append(el("p", { class: "author" }, message.author));
  const body = bodyNode(message, page);
  const buttons = buttonsNode(message, page);
  if (body) node.append(body);
  if (buttons) (card && body ? body : node).append(buttons);
  node.append(metaNode(message, page));
  return node;
}

function bodyNode(message, page) {
  const lines = blocks(message.lines, isCard(message));
  const files = filesNode(message.files, page);
  if (!lines.length && !files) return null;
  return el("div", { class: lines.length ? "body" : "body bare" }, ...lines, files);
}

// Lines of one kind that follow each other belong together.
function blocks(lines, card) {
  const nodes = [];
  for (let at = 0; at < lines.length; ) {
    const kind = lines[at][0];
    let end = at + 1;
    while (end < lines.length && joins(kind, lines[end][0])) end += 1;
    const block = kind === "next" && !card ? questionNode : (BLOCKS[kind] ?? textNode);
    nodes.push(block(lines.slice(at, end)));
    at = end;
  }
  return nodes;
}

const FOLLOWERS = { title: ["status"], fact: ["fact"], step: ["step", "next"] };
const joins = (kind, next) => (FOLLOWERS[kind] ?? []).includes(next);

const BLOCKS = {
  title: (lines) => el("div", { class: "head" }, el("h2", { class: "title" }, lines[0][1]), ...lines.slice(1).map(chip)),
  status: (lines) => el("div", { class: "head" }, ...lines.map(chip)),
  fact: (lines) => el("dl", { class: "facts" }, ...lines.flatMap(([, text]) => fact(text))),
  step: (lines) => el("ol", { class: "steps" }, ...lines.map(([kind, text]) => el("li", { class: kind === "next" ? "now" : "" }, text))),
  next: (lines) => el("div", { class: "next" }, el("b", { "data-t": "web-next" }, t("web-next")), el("span", {}, ...linked(lines[0][1]))),
  alert: (lines) => el("div", { class: "alert" }, icon("alert"), el("span", {}, ...linked(lines[0][1]))),
  quote: (lines) => el("blockquote", { class: "quote" }, ...linked(lines[0][1])),
};

// Outside a card the next step is a question of the conversation.
const questionNode = (lines) => el("p", { class: "text question" }, ...linked(lines[0][1]));
const textNode = (lines) => el("p", { class: "text" }, ...linked(lines[0][1]));
const chip = ([, text]) => el("span", { class: "chip" }, text);

function fact(text) {
  const parts = FACT.exec(text);
  if (!parts || /^https?$/.test(parts[1])) return [el("dd", { class: "whole" }, ...linked(text))];
  return [el("dt", {}, parts[1]), el("dd", {}, ...linked(parts[2]))];
}

function buttonsNode(message, page) {
  if (!message.buttons.length) return null;
  const rows = message.buttons.map((row) => el("div", {}, ...row.map((button) => buttonNode(button, page))));
  return el("div", { class: "buttons", role: "group" }, ...rows);
}

function buttonNode([label, token, style], page) {
  const node = el("button", { type: "button", class: `button ${style}` }, label);
  node.addEventListener("click", () => page.press(token, node));
  return node;
}

export function filesNode(files, page) {
  if (!files.length) return null;
  const photos = files.filter((file) => file.media === "photo" && file.hash).map((file) => page.file(file.hash));
  const nodes = files.map((file) => fileNode(file, photos, page));
  return el("div", { class: files.length === 1 ? "files one" : "files" }, ...nodes);
}

function fileNode(file, photos, page) {
  const src = page.file(file.hash);
  if (file.media === "video") return el("video", { src, controls: true, preload: "metadata", playsinline: true, "aria-label": t("web-video") });
  if (file.media === "voice") return el("audio", { src, controls: true, preload: "metadata", "aria-label": t("web-voice") });
  if (file.media === "document") return el("a", { class: "document", href: src, download: true }, icon("file"), file.name || t("web-document"));
  const image = el("img", { src, alt: t("web-photo"), loading: "lazy", decoding: "async" });
  const thumb = el("button", { type: "button", class: "thumb", "aria-label": t("web-open-photo"), onclick: () => page.enlarge(photos, photos.indexOf(src)) }, image);
  const tall = () => image.naturalHeight > 1.6 * image.naturalWidth;
  image.addEventListener("load", () => page.steady(() => thumb.classList.toggle("tall", tall())));
  return thumb;
}

function metaNode(message, page) {
  const time = message.at ? el("time", { datetime: message.at }, clock(message.at)) : "";
  const meta = el("div", { class: "meta" }, time);
  if (page.room && !message.mine) {
    meta.append(el("button", { type: "button", class: "reply", onclick: () => page.reply(message) }, icon("reply"), el("span", { "data-t": "web-reply" }, t("web-reply"))));
  }
  return meta;
}

// A message of one's own that the server has not shown again yet.
export function pendingNode(item, page) {
  const waits = { waiting: "web-waiting", sending: "web-sending", failed: "web-unsent", sent: "" }[item.state];
  const node = el("li", { class: `message mine ${item.state === "failed" ? "failed" : item.state === "sent" ? "" : "waits"}`, "data-id": item.id });
  const body = el("div", { class: item.text || item.reply_text ? "body" : "body bare" });
  if (item.reply_text) body.append(el("span", { class: "context" }, item.reply_text));
  if (item.text) body.append(el("p", { class: "text" }, item.text));
  if (item.files.length) body.append(el("div", { class: item.files.length === 1 ? "files one" : "files" }, ...item.files.map((file) => localFile(file, page))));
  node.append(body, pendingMeta(item, waits, page));
  return node;
}

function localFile(file, page) {
  const src = page.local(file.hash) ?? page.file(file.hash);
  if (file.media === "photo") return el("div", { class: "thumb" }, el("img", { src, alt: t("web-photo") }));
  return el("div", { class: "waiting" }, icon("file"));
}

function pendingMeta(item, waits, page) {
  const slow = item.state === "waiting" && item.tries > 0;
  const text = item.state === "failed" ? item.error || t(waits) : slow ? t("web-waiting") : item.state === "sent" ? clock(item.at) : t("web-sending");
  const meta = el("div", { class: "meta" }, item.state === "sent" ? "" : icon(item.state === "failed" ? "alert" : "clock"), el("span", {}, text));
  if (item.state === "failed" || slow) {
    meta.append(el("button", { type: "button", onclick: () => page.resend(item.id) }, t("web-resend")));
    meta.append(el("button", { type: "button", class: "delete", onclick: () => page.forget(item.id) }, t("web-delete")));
  }
  return meta;
}
