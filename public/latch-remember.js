/** Who was here last: fetched by pages that want it remembered. The full edition of the wasm shows them, and keeps them, too. */

const keyOf = ({ clientId }) => `latch.remembered.${clientId}`;

/** Blocked storage keeps nothing, and has nothing to forget. */
const store = (work) => {
  try {
    work(localStorage);
  } catch {}
};

const attended = new WeakSet();

/** Keeps whoever signs in with an element from here on; `show` has them offered, when nobody is signed in. */
export const attend = (element, show) => {
  if (attended.has(element)) return;
  attended.add(element);
  let checked;
  element.addEventListener("latch-before-verify", ({ detail }) => (checked = detail));
  // Before anybody can sign out.
  const keep = () => {
    if (!checked || element.remember === "off" || element.storage === "memory") return;
    // A storage of the page's own is the full edition's to write.
    if (element.storageAdapter) return;
    const { connection, identifier } = checked;
    const remembered = JSON.stringify({ connection, identifier, signed_in_at: Date.now() });
    store((storage) => storage.setItem(keyOf(element), remembered));
  };
  element.addEventListener("authenticated", keep, { capture: true });
  // With this their code was right; whether they come back to an element is the page's to know.
  const isProved = ({ detail }) => new URL(detail.url).searchParams.has("login_ticket");
  element.addEventListener("latch-before-redirect", (event) => isProved(event) && keep(), { capture: true });
  element.addEventListener("latch-step", ({ detail }) => detail.step === "identifier" && show());
};

/** Forgets them. Only the full edition shows them, and so has anything more to forget. */
export const forget = (element, handle) => {
  store((storage) => storage.removeItem(keyOf(element)));
  handle?.forget?.();
};
