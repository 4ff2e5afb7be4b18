// What a third party shows: its script is loaded, its captcha is put into the form, and its answer is waited
// for. When the form goes to another screen, nothing of it stays.

import { trusted } from "./trusted.js";

/** No script is waited for any longer, in milliseconds. */
const PATIENCE = 10_000;
const STEP = 50;

/** Waits until something is there. */
const until = async (there, signal) => {
  for (let waited = 0; waited < PATIENCE; waited += STEP) {
    signal?.throwIfAborted();
    const found = there();
    if (found) return found;
    await new Promise((done) => setTimeout(done, STEP));
  }
  throw new Error("it does not come");
};

const scripts = new Map();
/** Loads a script once; one that failed is asked for again. */
const script = (vendor, options) => {
  const src = vendor.script(options);
  const load = () =>
    new Promise((resolve, reject) => {
      const node = document.createElement("script");
      node.src = trusted(src);
      node.async = true;
      vendor.prepare?.(node, options);
      node.onload = resolve;
      node.onerror = () => {
        node.remove();
        reject(new Error(`${src} could not be loaded`));
      };
      document.head.append(node);
    });
  if (!scripts.has(src))
    scripts.set(
      src,
      load().catch((error) => {
        scripts.delete(src);
        throw error;
      }),
    );
  return scripts.get(src);
};

const patiently = (promise) =>
  Promise.race([
    promise,
    new Promise((_, fail) => setTimeout(fail, PATIENCE, new Error("it does not come in time"))),
  ]);

/**
 * Puts a vendor's root where it is to be seen. Vendors look for it among the page's own nodes: from a shadow root a slot
 * leads there. Gives what takes it away.
 */
const put = (root, place, element) => {
  if (element.contains(place)) {
    place.append(root);
    return () => root.remove();
  }
  const slot = document.createElement("slot");
  root.slot = slot.name = "latch-captcha";
  place.append(slot);
  element.append(root);
  return () => [slot, root].forEach((it) => it.remove());
};

/** Shows a vendor's captcha in the element's form, and gives the token that it is solved with. */
export const frame = async (element, { siteKey, subdomain, signal }, vendor) => {
  const selector = ":scope > [slot=latch] [data-captcha]";
  // In the element itself, or in the slot of its shadow root.
  const holder = element.render === "shadow" ? element.shadowRoot.querySelector("slot") : element;
  const place = await until(() => holder.querySelector(selector), signal);
  const language = place.closest("[lang]")?.lang || "en";
  const isDark = getComputedStyle(element).colorScheme.includes("dark");
  const options = { siteKey, subdomain, language, isDark };
  await patiently(script(vendor, options));
  const api = await until(() => vendor.api(options), signal);
  const root = document.createElement("div");
  const leave = put(root, place, element);
  const restore = vendor.hasPopup ? unblock(element) : () => {};
  let remove = () => {};
  // Whichever way the screen goes, its captcha goes with it.
  const gone = new MutationObserver(() => !place.isConnected && end());
  const end = () => {
    gone.disconnect();
    remove();
    leave();
    restore();
  };
  gone.observe(holder, { childList: true, subtree: true });
  signal?.addEventListener("abort", end);
  return new Promise((resolve, reject) => {
    const failed = (why) => {
      end();
      reject(Object.assign(new Error(`the captcha gave up: ${why}`), { failed: true }));
    };
    try {
      remove = vendor.show(api, root, { ...options, solved: resolve, failed }) ?? remove;
    } catch (error) {
      failed(error);
    }
  });
};

/** A dialog keeps everything behind it from being pressed, and some captchas open there. */
const unblock = (element) => {
  const dialog = element.shadowRoot?.querySelector("dialog:modal");
  if (!dialog) return () => {};
  dialog.close();
  dialog.show();
  return () => {
    if (!dialog.open) return;
    dialog.close();
    dialog.showModal();
  };
};
