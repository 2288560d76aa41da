// Talking to the server: JSON posts, uploads with progress, clear failures.

export class Failure extends Error {
  // status 0: the server was not reached
  constructor(status, code, text) {
    super(code);
    this.status = status;
    this.code = code;
    this.text = text;
  }

  get passing() {
    return this.status === 0 || this.status === 408 || this.status === 425 || this.status === 429 || this.status >= 500;
  }
}

export class Net {
  constructor(config, locale) {
    this.config = config;
    this.locale = locale;
  }

  headers(type) {
    const headers = { "X-CSRF": this.config.csrf, "X-Locale": this.locale(), "Content-Type": type };
    if (this.config.seat) headers["X-Seat"] = this.config.seat;
    return headers;
  }

  address(path, query = {}) {
    const params = new URLSearchParams(query);
    if (this.config.room) params.set("room", this.config.room);
    if (this.config.seat) params.set("seat", this.config.seat);
    const text = params.toString();
    return text ? `${path}?${text}` : path;
  }

  file(hash) {
    return this.config.seat ? `/chat/files/${hash}?seat=${this.config.seat}` : `/chat/files/${hash}`;
  }

  async post(path, data) {
    const body = JSON.stringify({ ...data, room: this.config.room });
    return this.ask(path, { method: "POST", headers: this.headers("application/json"), body });
  }

  async get(path, query) {
    return this.ask(this.address(path, query), { headers: { "X-Locale": this.locale() }, cache: "no-store" });
  }

  async ask(address, options) {
    let response;
    try {
      response = await fetch(address, { credentials: "same-origin", signal: AbortSignal.timeout(20000), ...options });
    } catch {
      throw new Failure(0, "offline", "");
    }
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new Failure(response.status, answer.error ?? "server", answer.text ?? "");
    return answer;
  }

  // Uploads one file; resolves to what a message needs to name it.
  upload(file, { onprogress, signal }) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", "/chat/files");
      for (const [name, value] of Object.entries(this.headers(file.type || "application/octet-stream"))) request.setRequestHeader(name, value);
      request.responseType = "json";
      request.upload.onprogress = (event) => event.lengthComputable && onprogress(event.loaded / event.total);
      request.onload = () => {
        const answer = request.response ?? {};
        if (request.status === 200) resolve(answer);
        else reject(new Failure(request.status, answer.error ?? "server", answer.text ?? ""));
      };
      request.onerror = request.ontimeout = () => reject(new Failure(0, "offline", ""));
      signal.addEventListener("abort", () => request.abort());
      request.send(file);
    });
  }
}
