// One state of the login, or all that can stand side by side: the real element, each with what the
// gallery's wasm plays for it. The query says which, and how: `state`, `lang`, `dir`, `scheme`, `text`
// (per cent of the text's size), `spacing`, `focus`, and any attribute of the element as `attr-NAME`.
//
// What no attribute says, the page does, as a state's `data-…` has it: src/gallery/entries.rs.

import "http://localhost:4000/latch.js";
import load, { NOT_LOADED, states } from "/gallery/engine.js";
import { restyle, space } from "/gallery/restyle.js";

/** English with accents and in brackets, which no page gets by its language. */
const PSEUDO = "en-XA";

const query = new URLSearchParams(location.search);
const { documentElement: root } = document;
const lang = query.get("lang") || "en";
const isRtl = ["ar", "fa", "he", "ur"].includes(lang);
const dir = query.get("dir") || (isRtl ? "rtl" : "ltr");
root.lang = lang;
root.dir = dir;
if (query.get("scheme")) root.dataset.scheme = query.get("scheme");

const wordsOf = async (file) => (await fetch(`http://localhost:4000/i18n/${file}.json`)).json();
const dictionary = lang === PSEUDO ? await wordsOf("en-xa") : undefined;

/** What a page says above the form, in its reader's language: which sentences of the login's own stand in for it. */
const FLASHES = { info: "linkExpired", success: "authenticatedHeading", error: "blocked" };
const flashOf = async (type) => ({ type, text: (dictionary ?? (await wordsOf(lang)))[FLASHES[type]] });

/** Somebody with picture and name, who was here last. */
const PERSON = { url: () => "/gallery/face.svg", displayName: () => "Ada Lovelace" };
const remembered = JSON.stringify({ identifier: "alice@example.com" });
const MEMORY = { getItem: (key) => (key.includes("remembered") ? remembered : null), setItem() {}, removeItem() {} };

// There is no code in anybody's clipboard, and nobody is asked whether the gallery may look.
if (globalThis.Clipboard) Clipboard.prototype.readText = async () => "";

const chosen = async () => {
  const state = query.get("state");
  if (state === NOT_LOADED) return [[NOT_LOADED, true, []]];
  await load();
  return states().filter(([name, isAlone]) => (state ? name === state : !isAlone));
};

const make = ([name, , attributes]) => {
  const element = document.createElement("latch-login");
  element.setAttribute("domain", "login.example.com");
  element.setAttribute("client-id", "demo");
  element.dataset.state = name;
  for (const [key, value] of query) if (key.startsWith("attr-")) element.setAttribute(key.slice(5), value);
  for (const [key, value] of attributes) element.setAttribute(key, value);
  if (dictionary) element.dictionary = dictionary;
  if ("person" in element.dataset) Object.assign(element, { avatarProvider: PERSON, storageAdapter: MEMORY });
  // The gallery's wasm is the full edition, and so the sheet has to be, whatever the state itself asks for.
  element.errorTransformer = () => undefined;
  return element;
};

/** Resolves when the element shows what it was told to. */
const isUp = (element) =>
  new Promise((done) => {
    for (const event of ["latch-step", "unrecoverable_error"])
      element.addEventListener(event, done, { once: true });
  });

/** Below this nothing of the page shows, whatever was drawn. What is fetched for a few is waited for, too. */
const isSeen = ({ dataset, shadowRoot }) =>
  !shadowRoot.querySelector(".card").hidden &&
  (!dataset.flash || shadowRoot.querySelector(".flash")?.textContent) &&
  (!("person" in dataset) || shadowRoot.querySelector(".person"));

const show = async () => {
  const entries = await chosen();
  const isOne = query.has("state");
  root.toggleAttribute("data-one", isOne);
  const elements = entries.map(make);
  const sections = new Map();
  for (const element of elements) {
    const section = document.createElement("section");
    const heading = document.createElement("h1");
    heading.lang = "en";
    heading.dir = "ltr";
    heading.append(element.dataset.state);
    section.append(heading);
    sections.set(element, section);
    document.querySelector("main").append(section);
  }
  const bring = (all) => {
    const up = all.map(isUp);
    for (const element of all) sections.get(element).append(element);
    return Promise.all(up);
  };
  // Who has left the page comes back to it while nobody else is here to hear of that.
  const [absent, present] = [true, false].map((left) => elements.filter((it) => "return" in it.dataset === left));
  await bring(absent);
  document.dispatchEvent(new Event("visibilitychange"));
  await bring(present);
  for (const element of elements) if (element.dataset.flash) element.flash = await flashOf(element.dataset.flash);
  while (!elements.every(isSeen)) await new Promise(requestAnimationFrame);
  for (const element of elements)
    for (const half of [
      element.shadowRoot.querySelector(".card > div"),
      ...element.querySelectorAll(":scope > [slot=latch]"),
    ])
      half.dir = dir;
  if (!elements.length) document.querySelector("main").append(`There is no state ${query.get("state")}.`);
  restyle({ scheme: query.get("scheme"), text: Number(query.get("text") || 100) / 100 });
  if (query.get("spacing") === "wide") space(elements);
  if (isOne && query.get("focus") !== "off") elements[0]?.focus();
  else document.activeElement?.blur();
  for (const element of elements)
    if (element.dataset.press) element.querySelector(element.dataset.press).click();
  // The live regions say what they have to say.
  await new Promise(requestAnimationFrame);
};

await show();
root.dataset.ready = "";
const report = () => parent.postMessage({ height: document.querySelector("main").scrollHeight }, location.origin);
if (parent !== window) new ResizeObserver(report).observe(document.querySelector("main"));
