// What the element takes for the widget, by the import map of frame.html: the gallery's wasm, which has
// the same functions and shows what it is told to.

import load from "http://localhost:4000/gallery.js";

export * from "http://localhost:4000/gallery.js";

/** The state that is none of the login's: the login itself could not be loaded. */
export const NOT_LOADED = "not-loaded";

let loaded;
export default () => {
  const isNot = new URLSearchParams(location.search).get("state") === NOT_LOADED;
  return isNot ? Promise.reject(new Error("the login does not come")) : (loaded ??= load());
};
