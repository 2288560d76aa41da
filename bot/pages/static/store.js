// What a browser keeps for one chat: the unsent messages and the half-written one. Works without storage, too.

export class Store {
  constructor(me, room) {
    this.prefix = `jiangdao:${me}:${room || "private"}:`;
    this.memory = new Map();
  }

  put(name, value) {
    const text = JSON.stringify(value);
    try {
      localStorage.setItem(this.prefix + name, text);
    } catch {
      this.memory.set(name, text);
    }
  }

  get(name) {
    try {
      return JSON.parse(localStorage.getItem(this.prefix + name) ?? this.memory.get(name) ?? "null");
    } catch {
      return null;
    }
  }

  drop(name) {
    this.memory.delete(name);
    try {
      localStorage.removeItem(this.prefix + name);
    } catch {
      // there is no storage here: nothing was kept
    }
  }

  // All kept values whose name begins so.
  all(start) {
    const names = new Set(this.memory.keys());
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith(this.prefix)) names.add(key.slice(this.prefix.length));
    } catch {
      // as above
    }
    return [...names].filter((name) => name.startsWith(start)).map((name) => this.get(name)).filter(Boolean);
  }
}
