// What no storage keeps, by key, as long as the page is there: both editions of the wasm find it.

const { get, set, delete: remove } = Map.prototype;

/** In the shape of the browser's `Storage`. */
export const memory = Object.assign(new Map(), { getItem: get, setItem: set, removeItem: remove });
