// Puts the chat page together.

import { Attachments } from "./attach.js";
import { Composer } from "./composer.js";
import { byId, el } from "./dom.js";
import { Lightbox } from "./lightbox.js";
import { Log } from "./log.js";
import { Net } from "./net.js";
import { Queue } from "./queue.js";
import { Store } from "./store.js";
import { Stream } from "./stream.js";
import { locale, relabel, setWords, t } from "./words.js";

const PAGE_COUNT = 60;
const PRESS_REST_MS = 900;
const config = JSON.parse(document.body.dataset.config);
setWords(config.words, config.locale);

const net = new Net(config, locale);
const store = new Store(config.me, config.room);
const lightbox = new Lightbox();
const pressed = new Map();
let unread = 0;
let toastTimer = 0;
let seenTimer = 0;
let seenSeq = 0;
let spoken = "";

let composer = null;

const log = new Log({
  room: config.room,
  file: (hash) => net.file(hash),
  local: (hash) => attachments.locals.get(hash),
  enlarge: (photos, at) => lightbox.open(photos, at),
  steady: (change) => {
    const atEnd = log.atEnd();
    change();
    if (atEnd) log.toEnd();
  },
  reply: (message) => composer.reply({ seq: String(message.seq), text: message.lines.map(([, text]) => text).join(" ") }),
  press,
  resend: (id) => queue.again(id),
  forget: (id) => {
    queue.remove(id);
    log.settle(id);
    welcome();
  },
});
const attachments = new Attachments(net, config, { onchange: () => composer?.filesChanged(), toast });
const queue = new Queue(net, store, { onchange: itemChanged, onsettled: itemSettled });
composer = new Composer(store, attachments, { onsend: (fields) => queue.add(fields) });
const stream = new Stream(net, { onmessage: arrived, onstatus: status, ongone: gone });

function itemChanged(item) {
  if (!item.press) log.show(item);
  welcome();
}

function itemSettled(item, failure) {
  if (failure && item.press) toast(failure.text || t("web-error-server"));
  release(item.id, failure ? 0 : PRESS_REST_MS);
}

// All buttons of a message rest while one of them is on its way, so that nobody presses twice.
function press(token, button) {
  const group = [...button.closest(".buttons").querySelectorAll("button")];
  group.forEach((one) => (one.disabled = true));
  button.classList.add("pressed", "busy");
  button.setAttribute("aria-busy", "true");
  const item = queue.add({ press: token });
  pressed.set(item.id, { group, button });
}

function release(id, rest_ms) {
  const held = pressed.get(id);
  if (!held) return;
  pressed.delete(id);
  held.button.classList.remove("busy");
  held.button.removeAttribute("aria-busy");
  setTimeout(() => {
    held.group.forEach((one) => (one.disabled = false));
    held.button.classList.remove("pressed");
  }, rest_ms);
}

function arrived(message) {
  const stayed = log.atEnd();
  if (!log.add(message, true)) return;
  welcome();
  follow(message);
  if (message.mine) return;
  if (document.hidden || !stayed) {
    unread += 1;
    count();
  }
  byId("pill").hidden = stayed;
  seen();
}

// The server speaks another language since the reader chose it: so does the page. A language named in the
// page's address stays until the server changes its own.
async function follow(message) {
  if (config.room || message.echo) return;
  const wanted = message.locale;
  const held = config.pinned && (!spoken || spoken === wanted);
  spoken = wanted;
  if (held || wanted === locale()) return;
  setWords(config.words, wanted);
  config.words = await net.get("/chat/words", {}).catch(() => config.words);
  setWords(config.words, wanted);
  relabel();
  status(byId("status").dataset.state);
  log.days();
}

function welcome() {
  byId("welcome").hidden = !log.empty || Boolean(config.start);
}

function status(state) {
  byId("status").dataset.state = state;
  byId("status-text").textContent = t(`web-${state}`);
}

function gone(failure) {
  status("offline");
  const link = el("button", { type: "button", class: "button", onclick: () => location.reload() }, t("web-reload"));
  byId("toast").replaceChildren(failure.text || t("web-error-session"), " ", link);
  byId("toast").hidden = false;
  clearTimeout(toastTimer);
}

function toast(text) {
  byId("toast").textContent = text;
  byId("toast").hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (byId("toast").hidden = true), 5000);
}

function count() {
  document.title = unread ? `(${unread}) ${t("company-name")}` : t("company-name");
  if (window.parent !== window) window.parent.postMessage({ type: "jiangdao:unread", seat: config.seat, count: unread }, "*");
}

function seen() {
  clearTimeout(seenTimer);
  if (document.hidden || !log.atEnd()) return;
  byId("pill").hidden = true;
  if (unread) {
    unread = 0;
    count();
  }
  seenTimer = setTimeout(tellSeen, 800);
}

async function tellSeen() {
  if (log.last <= seenSeq) return;
  const seq = log.last;
  await net.post("/chat/seen", { seq }).then(() => (seenSeq = seq)).catch(() => {});
}

async function earlier() {
  byId("earlier").disabled = true;
  try {
    const page = await net.get("/chat/history", { before: log.first });
    log.prepend(page.messages);
    byId("earlier").hidden = page.messages.length < PAGE_COUNT;
  } catch (failure) {
    toast(failure.text || t("web-offline"));
  }
  byId("earlier").disabled = false;
}

async function begin() {
  let page;
  for (let tries = 0; !page; tries += 1) {
    try {
      page = await net.get("/chat/history", {});
    } catch (failure) {
      if (!failure.passing) return gone(failure);
      status(tries ? "offline" : "connecting");
      await new Promise((wake) => setTimeout(wake, Math.min(15000, 1000 * 2 ** tries)));
    }
  }
  page.messages.forEach((message) => log.add(message, false));
  spoken = page.messages.filter((message) => !message.echo).at(-1)?.locale ?? "";
  byId("earlier").hidden = page.messages.length < PAGE_COUNT;
  byId("live").setAttribute("aria-busy", "false");
  queue.restore();
  welcome();
  log.toEnd();
  seen();
  stream.start(log.last);
}

function listen() {
  byId("scroll").addEventListener("scroll", () => log.atEnd() && seen(), { passive: true });
  byId("pill").addEventListener("click", () => log.toEnd(true));
  byId("earlier").addEventListener("click", earlier);
  document.addEventListener("visibilitychange", seen);
  window.addEventListener("focus", seen);
  new ResizeObserver(() => log.atEnd() && log.toEnd()).observe(byId("scroll"));
  byId("welcome").addEventListener("click", (event) => {
    const hint = event.target.closest(".hint");
    if (hint) queue.add({ text: hint.textContent });
  });
  window.addEventListener("message", (event) => {
    if (event.origin === location.origin && event.data?.type === "jiangdao:compose") composer.fill(String(event.data.text));
  });
}

function invited() {
  byId("start").hidden = !config.start;
  byId("start-button").addEventListener("click", () => {
    byId("start").hidden = true;
    queue.add({ text: `/start ${config.start}` });
    config.start = "";
    const address = new URL(location.href);
    address.searchParams.delete("start");
    history.replaceState(null, "", address);
  });
}

composer.restore();
listen();
invited();
begin();
