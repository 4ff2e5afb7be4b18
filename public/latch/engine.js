// What is loaded once for all elements: the sheet and the wasm.

import { base } from "./base.js";

/** One sheet for both halves of all elements: constructed, so that no policy on styles forbids it. */
export let sheet;
let styled;
export const style = () => {
  sheet ??= new CSSStyleSheet();
  styled ??= fetch(new URL("latch.css", base))
    .then((response) => (response.ok ? response.text() : Promise.reject(new Error(`${response.status}`))))
    .then((css) => sheet.replace(css))
    .catch((error) => {
      styled = undefined;
      throw error;
    });
  return styled;
};

/** The wasm, once for all elements; asked for again where it failed. */
let engine;
let tries = 0;
export const load = () =>
  (engine ??= (async () => {
    // A module that failed to load is remembered by its address.
    const query = tries ? `?try=${tries}` : "";
    const widget = await import(new URL(`widget.js${query}`, base).href);
    await widget.default({ module_or_path: new URL("widget_bg.wasm", base) });
    return widget;
  })().catch((error) => {
    engine = undefined;
    tries += 1;
    throw error;
  }));

/** The elements that the wasm runs. */
export const live = new Set();
let deaths = 0;

/**
 * A panic in the wasm is a trap, and the instance does nothing more. All its elements start over with
 * a new one; what matters (who is signed in, that a code was sent) is in storage. Not for ever: what
 * traps at once would do so again.
 */
export const revive = (error) => {
  // The page may have a wasm of its own, whose traps are none of ours.
  const isOurs = error instanceof WebAssembly.RuntimeError && `${error.stack}`.includes(`${base}widget`);
  if (!isOurs || !live.size || deaths >= 3) return;
  deaths += 1;
  tries += 1;
  engine = undefined;
  for (const element of [...live]) element[restart]();
};
export const restart = Symbol("restart");
