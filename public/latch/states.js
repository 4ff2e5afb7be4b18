// The element's states, for pages' sheets: `:state(code)`.

/** Sets these and no others, where there are states. */
export const show = (states, names) => {
  states?.clear();
  try {
    for (const name of names) states?.add(name);
  } catch {
    // An engine that still wants the older spelling goes without.
  }
};
