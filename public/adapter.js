/**
 * A storage of the page's own for a login: what `storageAdapter` of <latch-login> is made into. The page's three functions
 * may give promises, and the login wants its values at once: they are read before it starts, and written behind it, in order.
 * What fails is kept as long as the page is.
 */

import { isSame } from "./latch/same.js";

/** No answer of a page's storage is waited for longer than this, in milliseconds. */
const PATIENCE = 3000;

/** By adapter, and by the element that it was given to: what is being written, what was written last and is there, and whether its developer was told. */
const adapters = new WeakMap();
/** Stands in for what is no object, and fails as that would. */
const nothing = {};

/** What the page answers; rejects where it throws, rejects or does not answer. */
const within = async (ask) => {
  let limit;
  const late = new Promise((_, fail) => {
    limit = setTimeout(fail, PATIENCE, new Error("no answer"));
  });
  try {
    return await Promise.race([ask(), late]);
  } finally {
    clearTimeout(limit);
  }
};

/**
 * Reads what an element's application has there; gives what the login takes for the browser's `Storage`. Calls `show` where
 * the login begins with its first screen.
 */
export const open = async (element, log, show) => {
  // The same one may have been made anew since: it is the newest that is asked.
  const adapter = () => (element.storageAdapter === Object(element.storageAdapter) ? element.storageAdapter : nothing);
  const known = adapters.get(element);
  const before = known && isSame(known.adapter, adapter()) ? known : undefined;
  const here = adapters.get(adapter()) ?? before ?? { writing: Promise.resolve(), written: new Map(), isTold: false };
  here.adapter = adapter();
  for (const key of [element, here.adapter]) adapters.set(key, here);
  const fail = (error) => {
    if (!here.isTold) log(element, "warn", "storageAdapter failed; what it does not keep is gone with the page:", error);
    here.isTold = true;
  };

  const values = new Map();
  const put = (key, value) => (value === null ? values.delete(key) : values.set(key, value));
  const read = async (key) => {
    // What is written meanwhile may be there or not.
    const before = here.written.get(key);
    const wasThere = before?.isThere;
    try {
      const value = (await within(async () => adapter().getItem(key))) ?? null;
      if (typeof value !== "string" && value !== null) throw new TypeError(`getItem gave ${typeof value}, and not a string or null`);
      put(key, value);
    } catch (error) {
      fail(error);
      if (before) put(key, before.value);
    }
    const newest = here.written.get(key);
    if (newest && !(newest === before && wasThere)) put(key, newest.value);
  };
  // Who was here last is of use where the page does not know better.
  const remembered = element.remember === "on" && !element.loginHint ? ["remembered"] : [];
  const seen = ["session", "challenge", ...remembered].map((name) => `latch.${name}.${element.clientId}`);
  const keys = [...seen, `latch.departures.${element.clientId}`];
  await Promise.all(keys.map(read));

  const isReturn = /[?&#]state=latch-/.test(location.href);
  if (!isReturn && !seen.some((key) => values.has(key))) show();

  const write = (key, value, act) => {
    put(key, value);
    const entry = { value, isThere: false };
    here.written.set(key, entry);
    here.writing = here.writing.then(() => within(act)).then(() => (entry.isThere = true), fail);
  };
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => write(key, value, async () => adapter().setItem(key, value)),
    removeItem: (key) => write(key, null, async () => adapter().removeItem(key)),
  };
};
