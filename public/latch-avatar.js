/** The face and the name of who is signing in: fetched by pages that want them, and asked for once somebody has pressed Continue. */

import { log } from "./latch/log.js";
import { node } from "./latch/sketch.js";

/** How long a provider is waited for, in milliseconds. */
const PATIENCE = 2000;

const patiently = (promise) =>
  Promise.race([promise, new Promise((_, fail) => setTimeout(fail, PATIENCE, new Error("no answer in time")))]);

const sha256 = async (text) => {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
};

/** Whom nobody there knows has no face, and is given none. */
const GRAVATAR = {
  url: async (email) => `https://gravatar.com/avatar/${await sha256(email.trim().toLowerCase())}?s=96&d=404`,
};

const providerOf = ({ avatar, avatarProvider }) => avatarProvider ?? (avatar === "gravatar" ? GRAVATAR : undefined);

/** Where a picture may come from: never in the clear, but from the page's own origin. */
const isSafe = (address) => {
  const url = new URL(address, location.href);
  return url.protocol === "https:" || url.origin === location.origin || url.href.startsWith("data:image/");
};

/** Whose code it is, or who was here last; nobody on any other screen. Numbers have no faces. */
const emailOn = async (header, { clientId, storageAdapter }) => {
  const { screen } = header.dataset;
  if (screen === "code") return header.querySelector(".who").textContent;
  if (screen !== "remembered") return "";
  // The screen itself tells no more than what one knows oneself by.
  const ask = async () => (storageAdapter ?? localStorage).getItem(`latch.remembered.${clientId}`);
  try {
    return JSON.parse(await patiently(ask())).identifier;
  } catch {
    return "";
  }
};

/** A provider may throw, at once or later, or give anything. */
const ask = async (provider, name, email) => provider[name] && patiently(provider[name](email));

const find = async (provider, email) => {
  const asked = ask(provider, "displayName", email).catch(() => "");
  const address = await ask(provider, "url", email);
  if (typeof address !== "string" || !isSafe(address)) throw new Error(`"${address}" is no address of a picture`);
  const face = node("img", { class: "face", alt: "", referrerpolicy: "no-referrer", src: address });
  await face.decode();
  const name = await asked;
  return [face, typeof name === "string" ? name : ""];
};

/** Half a name says nothing: where there is no room for all of it the face is enough. Its room is the header's to give. */
const fit = (header, name) => {
  const observer = new ResizeObserver(() => {
    if (!name.isConnected) return observer.disconnect();
    name.hidden = false;
    name.hidden = name.scrollWidth > name.clientWidth;
  });
  observer.observe(header);
};

const warned = new Set();
const warn = (element, text) => {
  if (warned.has(text)) return;
  warned.add(text);
  log(element, "warn", text);
};

/** By element, what has a look at who is there. */
const attended = new WeakMap();

/** Shows whoever comes to the code of an element, or was here last; once more where the page has another provider now. */
export const attend = (element, root) => {
  if (attended.has(element)) return attended.get(element)();
  /** Who was found last: their code is asked for next, and once is enough. */
  let last = {};
  let turn = 0;
  const show = async () => {
    const mine = ++turn;
    const header = root.querySelector(".header");
    header?.querySelector(".person")?.remove();
    const provider = providerOf(element);
    const email = header && provider ? await emailOn(header, element) : "";
    if (mine !== turn || !email?.includes?.("@")) return;
    const { screen } = header.dataset;
    if (last.email !== email || last.provider !== provider) last = { email, provider, found: find(provider, email) };
    try {
      const [face, name] = await last.found;
      if (mine !== turn || !header.isConnected || header.dataset.screen !== screen) return;
      header.querySelector(".person")?.remove();
      const called = node("bdi", { class: "name" }, name);
      header.append(node("div", { class: "person", part: "person" }, face, called));
      fit(header, called);
    } catch (error) {
      // Without a picture there is nothing to show, and most people have none.
      if (provider !== GRAVATAR) warn(element, `avatarProvider shows nothing: ${error?.message ?? error}`);
    }
  };
  // The screen is told of before it is drawn.
  const soon = () => setTimeout(show);
  attended.set(element, soon);
  element.addEventListener("latch-step", soon);
  soon();
};
