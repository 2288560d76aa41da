// Files in the composer: chosen, pasted or dropped; made smaller, uploaded with progress, removable.

import { byId, el, icon } from "./dom.js";
import { t } from "./words.js";

const COUNT_MAX = 9;
const SIDE_PX_MAX = 2560;
const SHRINK_FROM_BYTES = 900 * 1024;
const TRIES = 4;
const KINDS = { image: "photo", video: "video", audio: "voice" };

export class Attachments {
  constructor(net, config, { onchange, toast }) {
    Object.assign(this, { net, onchange, toast });
    this.bytesMax = config.uploadBytesMax;
    this.items = [];
    this.locals = new Map();
    this.list = byId("previews");
    byId("attach").addEventListener("click", () => byId("file").click());
    byId("camera").addEventListener("click", () => byId("shot").click());
    for (const id of ["file", "shot"]) byId(id).addEventListener("change", (event) => this.chosen(event.target));
    document.addEventListener("paste", (event) => this.pasted(event));
    this.droppable(byId("chat"));
  }

  chosen(input) {
    this.add([...input.files]);
    input.value = "";
  }

  pasted(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.add(files);
  }

  droppable(area) {
    const curtain = byId("drop");
    let depth = 0;
    const carries = (event) => event.dataTransfer?.types.includes("Files");
    const show = (change) => {
      depth = Math.max(0, depth + change);
      curtain.hidden = depth === 0;
    };
    area.addEventListener("dragenter", (event) => carries(event) && show(1));
    area.addEventListener("dragleave", (event) => carries(event) && show(-1));
    area.addEventListener("dragover", (event) => carries(event) && event.preventDefault());
    area.addEventListener("drop", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      show(-depth);
      this.add([...event.dataTransfer.files]);
    });
  }

  add(files) {
    const room = COUNT_MAX - this.items.length;
    if (files.length > room) this.toast(t("web-too-many", { n: COUNT_MAX }));
    for (const file of files.slice(0, Math.max(0, room))) this.begin(file);
    this.render();
  }

  begin(file) {
    const media = KINDS[file.type.split("/")[0]] ?? "document";
    const item = { file, media, name: file.name, state: "loading", progress: 0, stop: new AbortController(), url: URL.createObjectURL(file) };
    this.items.push(item);
    this.upload(item);
  }

  async upload(item) {
    item.state = "loading";
    this.render();
    try {
      const file = await smaller(item.file);
      if (file.size > this.bytesMax) throw { text: t("web-too-large", { n: Math.floor(this.bytesMax / 1048576) }) };
      const kept = await this.patiently(file, item);
      Object.assign(item, { state: "ready", hash: kept.hash, media: kept.media, ticket: kept.ticket });
      this.locals.set(kept.hash, item.url);
    } catch (failure) {
      item.state = "failed";
      if (failure.text) this.toast(failure.text);
    }
    this.render();
  }

  async patiently(file, item) {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.net.upload(file, { onprogress: (share) => this.progress(item, share), signal: item.stop.signal });
      } catch (failure) {
        if (!failure.passing || failure.status === 507 || tries >= TRIES) throw failure;
        await new Promise((wake) => setTimeout(wake, 1000 * 2 ** tries));
      }
    }
  }

  progress(item, share) {
    item.progress = share;
    if (item.bar) item.bar.value = share;
  }

  remove(item) {
    item.stop.abort();
    this.items = this.items.filter((one) => one !== item);
    this.render();
    byId("text").focus();
  }

  get busy() {
    return this.items.some((item) => item.state === "loading");
  }

  // The uploaded files, taken out of the composer. The server's names, never the sender's path.
  take() {
    const ready = this.items.filter((item) => item.state === "ready");
    this.items = this.items.filter((item) => item.state !== "ready");
    this.render();
    return ready.map(({ hash, media, ticket, name }) => ({ hash, media, ticket, name: media === "document" ? name : "" }));
  }

  kept() {
    return this.items.filter((item) => item.state === "ready").map(({ hash, media, ticket, name }) => ({ hash, media, ticket, name }));
  }

  restore(kept) {
    this.items = kept.map((file) => ({ ...file, state: "ready", stop: new AbortController(), url: this.net.file(file.hash) }));
    this.render();
  }

  render() {
    this.list.hidden = !this.items.length;
    this.list.replaceChildren(...this.items.map((item) => this.preview(item)));
    this.onchange();
  }

  preview(item) {
    const node = el("li", { class: `preview ${item.state}` }, picture(item));
    if (item.state === "loading") {
      item.bar = el("progress", { max: 1, "aria-label": t("web-uploading") });
      item.bar.value = item.progress;
      node.append(item.bar);
    }
    if (item.state === "failed") {
      node.append(el("button", { type: "button", class: "icon retry", "aria-label": t("web-upload-failed"), onclick: () => this.upload(item) }, icon("retry")));
    }
    node.append(el("button", { type: "button", class: "icon remove", "aria-label": `${t("web-remove")} ${item.name}`, onclick: () => this.remove(item) }, icon("x")));
    return node;
  }
}

function picture(item) {
  if (item.url && item.media === "photo") return el("img", { src: item.url, alt: item.name });
  if (item.url && item.media === "video") return el("video", { src: item.url, muted: true, preload: "metadata", "aria-label": item.name });
  return el("span", { class: "kind" }, icon(item.media === "photo" ? "camera" : "file"), item.name);
}

// A large photo drawn smaller before it travels; whatever cannot be drawn travels as it is.
async function smaller(file) {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size < SHRINK_FROM_BYTES) return file;
  try {
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, SIDE_PX_MAX / Math.max(image.width, image.height));
    const canvas = el("canvas");
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.88));
    return blob && blob.size < file.size && file.type !== "image/png" ? blob : file;
  } catch {
    return file;
  }
}
