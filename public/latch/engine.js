// What is loaded once for all elements: the wasm, in two editions. The basic one has what a login
// by email and code needs; the full one has everything.

import { base } from "./base.js";

/** The wasm, once for all elements of its edition; asked for again where it failed. */
const engines = {};
let tries = 0;
export const load = (isFull) => {
  const name = isFull ? "widget-full" : "widget";
  return (engines[name] ??= (async () => {
    // A module that failed to load is remembered by its address.
    const query = tries ? `?try=${tries}` : "";
    const widget = await import(new URL(`${name}.js${query}`, base).href);
    await widget.default({ module_or_path: new URL(`${name}_bg.wasm`, base) });
    return widget;
  })().catch((error) => {
    delete engines[name];
    tries += 1;
    throw error;
  }));
};

/** The elements that the wasm runs. */
export const live = new Set();
let deaths = 0;

/**
 * A panic in the wasm is a trap, and the instance does nothing more. All elements start over with a
 * new one; what matters (who is signed in, that a code was sent) is in storage. Not for ever: what
 * traps at once would do so again.
 */
export const revive = (error) => {
  // The page may have a wasm of its own, whose traps are none of ours.
  const isOurs = error instanceof WebAssembly.RuntimeError && `${error.stack}`.includes(`${base}widget`);
  if (!isOurs || !live.size || deaths >= 3) return;
  deaths += 1;
  tries += 1;
  for (const name in engines) delete engines[name];
  for (const element of [...live]) element[restart]();
};
export const restart = Symbol("restart");
export const help = Symbol("help");
