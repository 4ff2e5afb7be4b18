/**
 * The custom element `<latch-login>`.
 *
 * It paints the first screen at once, in plain DOM, and loads the login itself (wasm) meanwhile; then
 * it hands over what was typed and pressed. The chrome is in the shadow root; the form is a light
 * child in its slot, where autofill and password managers find it.
 *
 * The build makes one file of this and what it imports.
 */

import { changed } from "./latch/attributes.js";
import { LatchLogin } from "./latch/element.js";
import { help, live, revive } from "./latch/engine.js";
import { style } from "./latch/sheets.js";

export { LatchLogin };

/** Defines the element, once, under the name that the page wants. */
export const define = (name = "latch-login", registry = globalThis.customElements) => {
  // A class goes by one name.
  const own = name === "latch-login" ? LatchLogin : class extends LatchLogin {};
  if (registry && !registry.get(name)) registry.define(name, own);
};

if (globalThis.customElements) {
  addEventListener("error", ({ error }) => revive(error));
  addEventListener("unhandledrejection", ({ reason }) => revive(reason));
  addEventListener("visibilitychange", () => document.hidden && live.forEach((element) => element[help]()), true);
  // Brought back as it was left: on its way out, it may be, or with a session that is over.
  addEventListener("pageshow", ({ persisted }) => persisted && live.forEach((element) => element[changed]()));
  // Apps change it on <html>; what is said around an element is said in it, too.
  new MutationObserver(() => live.forEach((element) => element[changed]("lang"))).observe(document, {
    attributeFilter: ["lang"],
    subtree: true,
  });
  // Asked for before anything is on the page, so that it arrives while that is being built.
  style(false, document).catch(() => {});
  define();
}
