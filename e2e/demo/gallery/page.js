// The gallery: a frame for each state, and what they are looked at with. Everything is in the address.

import load, { states } from "http://localhost:4000/gallery.js";
import { NOT_LOADED } from "/gallery/engine.js";

/** The files of public/i18n, and English that shows what is not translated. */
const LANGUAGES =
  "en en-XA af ar az bg ca cs da de el es et fa fi fr he hr hu id it ja ko lt lv ms nb nl nn pl pt pt-br ro ru sk sl sr sv tr uk vi zh zh-tw";
/** What comes with the frame, and not with the state in it. */
const OWN = ["state", "width"];

const query = new URLSearchParams(location.search);
const form = document.querySelector("form");
const { state, lang, scheme } = form.elements;
const node = (name, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};

/** `code-wrong` as a person writes it. */
const title = (name) => name.replaceAll("-", " ");

const nameOf = (tag) => {
  if (tag === "en-XA") return "Pseudo";
  return new Intl.DisplayNames([tag], { type: "language" }).of(tag);
};

/** The gallery's own address with this state. */
const address = (name) => {
  const other = new URLSearchParams(query);
  other.set("state", name);
  return `/gallery?${other}`;
};

const frame = (name, isAlone) => {
  const asked = new URLSearchParams({ state: name });
  for (const [key, value] of query) if (value && !OWN.includes(key)) asked.append(key, value);
  // The controls are in use, and there is one focus for all frames.
  asked.set("focus", "off");
  const frame = node("iframe", {
    title: title(name),
    loading: "lazy",
    width: query.get("width") || "448",
    height: isAlone ? "620" : "420",
    src: `/gallery/frame.html?${asked}`,
  });
  addEventListener("message", ({ source, data }) => {
    if (source === frame.contentWindow && !isAlone && data.height) frame.height = data.height;
  });
  return node("figure", {}, node("figcaption", {}, node("a", { href: address(name) }, title(name))), frame);
};

const all = async () => {
  await load();
  const list = states().map(([name, isAlone]) => [name, isAlone]);
  // A fault that comes before anything else does.
  list.splice(1, 0, [NOT_LOADED, false]);
  return list;
};

const show = async () => {
  if (query.get("scheme")) document.documentElement.dataset.scheme = query.get("scheme");
  for (const tag of LANGUAGES.split(" ")) lang.append(node("option", { value: tag, lang: tag }, nameOf(tag)));
  const list = await all();
  for (const [name] of list) state.append(node("option", { value: name }, title(name)));
  for (const control of form.elements) control.value = query.get(control.name) ?? (control === lang ? "en" : "");

  const rows = new Map();
  for (const [name, isAlone] of list.filter(([name]) => [name, ""].includes(query.get("state") ?? ""))) {
    const group = name === NOT_LOADED ? "identifier" : name.split("-")[0];
    if (!rows.has(group)) {
      const row = node("div", { className: "row" });
      rows.set(group, row);
      const heading = `${group[0].toUpperCase()}${group.slice(1)}`;
      document.querySelector("main").append(node("section", {}, node("h2", {}, heading), row));
    }
    rows.get(group).append(frame(name, isAlone));
  }
};

form.addEventListener("change", () => {
  // What says nothing is not said: the address stays short.
  for (const control of form.elements) control.disabled = !control.value || (control === lang && lang.value === "en");
  form.submit();
});
// The way back brings the page as it was left.
addEventListener("pageshow", () => [...form.elements].forEach((control) => (control.disabled = false)));

await show();
document.documentElement.dataset.ready = "";
