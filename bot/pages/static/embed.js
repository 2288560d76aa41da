// A company puts this on its page: a floating button that opens the chat in a frame.
//   <script src="https://chat.example.com/static/embed.js" defer></script>
// Attributes: data-label, data-color, data-side="left", data-start (a deep link's payload).
(() => {
  const script = document.currentScript;
  const origin = new URL(script.src).origin;
  const words = "WORDS";
  const tag = (navigator.language || "").toLowerCase();
  const locale = /^zh-(tw|hk|mo|hant)/.test(tag) ? "zh-Hant" : tag.startsWith("en") ? "en" : "zh-CN";
  const label = script.dataset.label || words[locale];
  const side = script.dataset.side === "left" ? "left" : "right";
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; }
    button { position: fixed; bottom: max(22px, env(safe-area-inset-bottom)); ${side}: 22px; z-index: 2147483000; display: flex; align-items: center; gap: 9px; height: 54px; padding: 0 20px 0 17px; border: 0; border-radius: 27px; background: var(--jiangdao, #1d6b57); color: #fff; font: 600 15px/1 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; cursor: pointer; box-shadow: 0 8px 28px rgb(0 0 0 / 24%); }
    button:focus-visible { outline: 3px solid #7cc7b0; outline-offset: 3px; }
    button svg { width: 23px; height: 23px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
    i { min-width: 20px; padding: 0 6px; border-radius: 10px; background: #d4622b; font: 600 12px/20px system-ui, sans-serif; text-align: center; }
    i[hidden], div[hidden] { display: none; }
    div { position: fixed; bottom: 90px; ${side}: 22px; z-index: 2147483001; width: 392px; height: min(680px, calc(100vh - 116px)); border-radius: 20px; overflow: hidden; background: #f6f2eb; box-shadow: 0 16px 60px rgb(0 0 0 / 28%); }
    iframe { display: block; width: 100%; height: 100%; border: 0; }
    @media (max-width: 520px) { div { inset: 0 0 auto 0; width: 100%; height: calc(100dvh - 84px); border-radius: 0 0 20px 20px; } }
  `);
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  if (script.dataset.color) host.style.setProperty("--jiangdao", script.dataset.color);
  const button = document.createElement("button");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", "M20 11.5a7.5 7.5 0 0 1-11 6.6L4 19.5l1.5-4.5A7.5 7.5 0 1 1 20 11.5z");
  svg.append(path);
  const badge = document.createElement("i");
  badge.hidden = true;
  button.append(svg, label, badge);
  button.setAttribute("aria-expanded", "false");
  const panel = document.createElement("div");
  panel.hidden = true;
  let frame = null;

  const load = () => {
    frame = document.createElement("iframe");
    frame.title = label;
    frame.allow = "camera";
    frame.src = `${origin}/chat${script.dataset.start ? `?start=${encodeURIComponent(script.dataset.start)}` : ""}`;
    panel.append(frame);
  };
  const toggle = (open) => {
    if (open && !frame) load();
    panel.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) frame.focus();
    else button.focus();
  };
  button.addEventListener("click", () => toggle(panel.hidden));
  addEventListener("keydown", (event) => event.key === "Escape" && !panel.hidden && toggle(false));
  addEventListener("message", (event) => {
    if (event.origin !== origin || event.data?.type !== "jiangdao:unread") return;
    badge.hidden = !event.data.count;
    badge.textContent = event.data.count || "";
  });
  root.append(button, panel);
  document.body.append(host);
})();
