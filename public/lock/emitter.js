// The part of Node's EventEmitter that pages know Lock by.

export class EventEmitter {
  #listeners = new Map();
  #most = 10;

  /** Adds a listener; told before, as `newListener`. */
  #add(name, listener, { once = false, first = false }) {
    if (typeof listener !== "function") throw new TypeError("A listener must be a function");
    if (this.#listeners.has("newListener")) this.emit("newListener", name, listener);
    const entry = { listener, once };
    const entries = this.#listeners.get(name) ?? [];
    // A new list: one that is being told goes on with what it was.
    this.#listeners.set(name, first ? [entry, ...entries] : [...entries, entry]);
    return this;
  }

  on(name, listener) {
    return this.#add(name, listener, {});
  }

  addListener(name, listener) {
    return this.on(name, listener);
  }

  once(name, listener) {
    return this.#add(name, listener, { once: true });
  }

  prependListener(name, listener) {
    return this.#add(name, listener, { first: true });
  }

  prependOnceListener(name, listener) {
    return this.#add(name, listener, { first: true, once: true });
  }

  /** Removes the listener that was added last, where it was added more than once. */
  off(name, listener) {
    const entries = this.#listeners.get(name) ?? [];
    const last = entries.findLastIndex((entry) => entry.listener === listener);
    if (last >= 0) this.#keep(name, entries.toSpliced(last, 1), [entries[last]]);
    return this;
  }

  removeListener(name, listener) {
    return this.off(name, listener);
  }

  removeAllListeners(name) {
    const names = name === undefined ? [...this.#listeners.keys()] : [name];
    for (const each of names) this.#keep(each, [], this.#listeners.get(each) ?? []);
    return this;
  }

  #keep(name, entries, gone) {
    if (entries.length) this.#listeners.set(name, entries);
    else this.#listeners.delete(name);
    if (this.#listeners.has("removeListener"))
      for (const { listener } of gone) this.emit("removeListener", name, listener);
  }

  /** Calls the listeners now; says whether there are any. */
  emit(name, ...details) {
    const entries = this.#listeners.get(name) ?? [];
    for (const entry of entries) {
      if (entry.once) this.off(name, entry.listener);
      entry.listener.apply(this, details);
    }
    return entries.length > 0;
  }

  listeners(name) {
    return (this.#listeners.get(name) ?? []).map(({ listener }) => listener);
  }

  rawListeners(name) {
    return this.listeners(name);
  }

  listenerCount(name) {
    return this.listeners(name).length;
  }

  eventNames() {
    return [...this.#listeners.keys()];
  }

  /** Kept for its readers: more listeners than this are no fault here. */
  setMaxListeners(most) {
    this.#most = most;
    return this;
  }

  getMaxListeners() {
    return this.#most;
  }
}
