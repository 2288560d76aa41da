// The demo page: samples into the right phone, tabs on narrow screens, commands to copy.

const phones = [...document.querySelectorAll(".phone")];
const tabs = [...document.querySelectorAll("[role=tab]")];
const said = document.getElementById("said");
let saidTimer = 0;

function show(seat) {
  phones.forEach((phone) => phone.classList.toggle("current", phone.dataset.seat === seat));
  for (const tab of tabs) {
    tab.setAttribute("aria-selected", String(tab.dataset.show === seat));
    tab.tabIndex = tab.dataset.show === seat ? 0 : -1;
  }
}

const frame = (seat) => document.querySelector(`#phone-${seat} iframe`);

function compose(button) {
  show(button.dataset.seat);
  const text = button.querySelector("span").textContent;
  frame(button.dataset.seat).contentWindow.postMessage({ type: "jiangdao:compose", text }, location.origin);
  frame(button.dataset.seat).scrollIntoView({ block: "nearest", behavior: "smooth" });
  button.closest("li").classList.add("done");
}

async function copy(button) {
  const code = button.parentElement.querySelector("code");
  try {
    await navigator.clipboard.writeText(code.textContent);
  } catch {
    getSelection().selectAllChildren(code);
    return;
  }
  said.textContent = document.body.dataset.copied;
  clearTimeout(saidTimer);
  saidTimer = setTimeout(() => (said.textContent = ""), 1600);
}

function unread({ seat, count }) {
  const badge = document.querySelector(`#tab-${CSS.escape(seat)} .count`);
  if (!badge) return;
  badge.hidden = !count;
  badge.textContent = count || "";
}

function arrows(event) {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!by) return;
  const next = tabs[(tabs.indexOf(event.currentTarget) + by + tabs.length) % tabs.length];
  show(next.dataset.show);
  next.focus();
}

document.querySelectorAll("[data-show]").forEach((button) => button.addEventListener("click", () => show(button.dataset.show)));
document.querySelectorAll(".sample").forEach((button) => button.addEventListener("click", () => compose(button)));
document.querySelectorAll(".copy").forEach((button) => button.addEventListener("click", () => copy(button)));
tabs.forEach((tab) => tab.addEventListener("keydown", arrows));
addEventListener("message", (event) => event.origin === location.origin && event.data?.type === "jiangdao:unread" && unread(event.data));
show("homeowner");
