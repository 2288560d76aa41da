// Photos at full size: a dialog with Esc, arrows and swipes.

import { byId } from "./dom.js";

export class Lightbox {
  constructor() {
    this.dialog = byId("lightbox");
    this.image = byId("lightbox-image");
    this.photos = [];
    this.at = 0;
    byId("lightbox-close").addEventListener("click", () => this.dialog.close());
    byId("lightbox-previous").addEventListener("click", () => this.turn(-1));
    byId("lightbox-next").addEventListener("click", () => this.turn(1));
    this.image.addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("keydown", (event) => this.key(event));
    this.swipes();
  }

  open(photos, at) {
    this.photos = photos;
    this.at = at;
    this.turn(0);
    this.dialog.showModal();
  }

  turn(by) {
    this.at = (this.at + by + this.photos.length) % this.photos.length;
    this.image.src = this.photos[this.at];
    for (const id of ["lightbox-previous", "lightbox-next"]) byId(id).hidden = this.photos.length < 2;
  }

  key(event) {
    if (event.key === "ArrowLeft") this.turn(-1);
    if (event.key === "ArrowRight") this.turn(1);
  }

  swipes() {
    let from = null;
    this.dialog.addEventListener("pointerdown", (event) => (from = event.clientX));
    this.dialog.addEventListener("pointerup", (event) => {
      if (from !== null && Math.abs(event.clientX - from) > 60) this.turn(event.clientX > from ? -1 : 1);
      from = null;
    });
  }
}
