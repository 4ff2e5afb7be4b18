// What no storage keeps, by key, as long as the page is there: both editions of the wasm find it.

const kept = new Map();

/** In the shape of the browser's `Storage`. */
export const memory = Object.assign(kept, { getItem: kept.get, setItem: kept.set, removeItem: kept.delete });
