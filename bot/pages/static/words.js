// The page's own words; they come with the page and change when the reader chooses another language.

const state = { words: {}, locale: "zh-CN" };

export function setWords(words, locale) {
  state.words = words;
  state.locale = locale;
}

export const locale = () => state.locale;

export function t(id, values = {}) {
  let text = state.words[id] ?? "";
  for (const [name, value] of Object.entries(values)) text = text.replace(`[${name}]`, String(value));
  return text;
}

// Say everything on the page again in the words of now.
export function relabel(root = document) {
  document.documentElement.lang = state.locale;
  for (const node of root.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of root.querySelectorAll("[data-t-label]")) node.setAttribute("aria-label", t(node.dataset.tLabel));
  for (const node of root.querySelectorAll("[data-t-placeholder]")) node.placeholder = t(node.dataset.tPlaceholder);
}

export function clock(iso) {
  return new Intl.DateTimeFormat(state.locale, { hour: "2-digit", minute: "2-digit", hour12: false }).format(new Date(iso));
}

export function day(iso) {
  const date = new Date(iso);
  const midnight = new Date();
  midnight.setHours(0, 0, 0, 0);
  if (date >= midnight) return t("web-today");
  if (date >= new Date(midnight.getTime() - 864e5)) return t("web-yesterday");
  const year = date.getFullYear() === midnight.getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(state.locale, { year, month: "long", day: "numeric", weekday: "short" }).format(date);
}
