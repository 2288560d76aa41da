// Where one writes: grows with its text, sends on Enter, keeps the draft, remembers what is answered.

import { byId } from "./dom.js";

const HEIGHT_PX_MAX = 168;

export class Composer {
  constructor(store, attachments, { onsend }) {
    Object.assign(this, { store, attachments, onsend });
    this.text = byId("text");
    this.answered = null;
    this.waits = false;
    byId("composer").addEventListener("submit", (event) => this.submit(event));
    byId("replying-cancel").addEventListener("click", () => this.reply(null));
    this.text.addEventListener("keydown", (event) => this.key(event));
    this.text.addEventListener("input", () => this.changed());
  }

  restore() {
    const draft = this.store.get("draft") ?? {};
    this.text.value = draft.text ?? "";
    if (draft.files?.length) this.attachments.restore(draft.files);
    if (draft.answered) this.reply(draft.answered);
    this.changed();
  }

  // Enter that ends a composition of an input method chooses a word and sends nothing.
  key(event) {
    if (event.key === "Escape" && this.answered) this.reply(null);
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.submit(event);
  }

  submit(event) {
    event.preventDefault();
    if (this.attachments.busy) {
      this.waits = true;
      return;
    }
    this.waits = false;
    const text = this.text.value.trim();
    const files = this.attachments.take();
    if (!text && !files.length) return;
    const fields = { text, files, reply_to: this.answered?.seq ?? "", reply_text: this.answered?.text ?? "" };
    this.text.value = "";
    this.reply(null);
    this.onsend(fields);
    this.text.focus();
  }

  // A file is ready, gone, or failed; a send that waited for it may go.
  filesChanged() {
    this.changed();
    if (this.waits && !this.attachments.busy) byId("composer").requestSubmit();
  }

  fill(text) {
    this.text.value = text;
    this.changed();
    this.text.focus();
  }

  reply(answered) {
    this.answered = answered;
    byId("replying").hidden = !answered;
    byId("replying-text").textContent = answered?.text ?? "";
    if (answered) this.text.focus();
    this.changed();
  }

  changed() {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(HEIGHT_PX_MAX, this.text.scrollHeight + 2)}px`;
    const files = this.attachments?.items ?? [];
    byId("send").disabled = !this.text.value.trim() && !files.length;
    this.keep();
  }

  keep() {
    const draft = { text: this.text.value, files: this.attachments?.kept() ?? [], answered: this.answered };
    if (draft.text || draft.files.length || draft.answered) this.store.put("draft", draft);
    else this.store.drop("draft");
  }
}
