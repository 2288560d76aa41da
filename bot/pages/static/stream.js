// The messages of the lane as they come: server-sent events while the page is seen, a slow poll while it is hidden.

const SILENCE_MAX_MS = 45000;
const HIDDEN_GRACE_MS = 20000;
const POLL_MS = 15000;
const PAUSE_MAX_MS = 20000;

export class Stream {
  constructor(net, { onmessage, onstatus, ongone }) {
    Object.assign(this, { net, onmessage, onstatus, ongone });
    this.position = 0;
    this.tries = 0;
    this.source = null;
    this.timer = 0;
    this.heard = 0;
    document.addEventListener("visibilitychange", () => this.seen());
    window.addEventListener("online", () => this.open());
    window.addEventListener("offline", () => this.onstatus("offline"));
    window.addEventListener("pagehide", () => this.close());
    setInterval(() => this.watch(), 5000);
  }

  start(position) {
    this.position = position;
    this.open();
  }

  open() {
    this.close();
    this.heard = Date.now();
    this.source = new EventSource(this.net.address("/chat/events", { after: this.position }));
    this.source.onopen = () => this.alive();
    this.source.onmessage = (event) => this.take(JSON.parse(event.data));
    this.source.addEventListener("beat", () => this.alive());
    this.source.onerror = () => this.broken();
  }

  close() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }

  alive() {
    this.tries = 0;
    this.heard = Date.now();
    this.onstatus("online");
  }

  take(message) {
    this.alive();
    this.position = Math.max(this.position, message.seq);
    this.onmessage(message);
  }

  // The browser reconnects by itself, with the last id; unless the server said no.
  broken() {
    this.onstatus(navigator.onLine ? "connecting" : "offline");
    this.tries += 1;
    if (this.tries > 2) this.onstatus("offline");
    if (this.source?.readyState !== EventSource.CLOSED) return;
    this.close();
    const pause_ms = Math.min(PAUSE_MAX_MS, 1000 * 2 ** Math.min(this.tries, 5)) * (0.75 + Math.random() / 2);
    this.timer = setTimeout(() => this.check(), pause_ms);
  }

  async check() {
    if (await this.poll()) this.open();
    else if (!this.gone) this.broken();
  }

  async poll() {
    try {
      const page = await this.net.get("/chat/history", { after: this.position });
      page.messages.forEach((message) => this.take(message));
      return true;
    } catch (failure) {
      this.gone = failure.status === 401 || failure.status === 404;
      if (this.gone) this.ongone(failure);
      return false;
    }
  }

  watch() {
    if (this.source && Date.now() - this.heard > SILENCE_MAX_MS) {
      this.onstatus("connecting");
      this.open();
    }
  }

  // A browser holds only few connections to one server: hidden pages give theirs back.
  seen() {
    clearTimeout(this.timer);
    if (document.hidden) this.timer = setTimeout(() => this.rest(), HIDDEN_GRACE_MS);
    else if (!this.source && !this.gone) this.open();
  }

  async rest() {
    if (!document.hidden) return;
    this.close();
    await this.poll();
    this.timer = setTimeout(() => this.rest(), POLL_MS);
  }
}
