// What is said before the wasm is there, and which language is spoken.

import { fetched } from "./base.js";
import { log } from "./log.js";

/** English of the first screen, under the keys of i18n/*.json: the rest is in the wasm, which is not here yet. */
export const english = {
  identifierHeading: "Sign in",
  identifierLead: "No password. We’ll send you a one-time code.",
  linkIdentifierLead: "No password. We’ll send you a link.",
  emailLabel: "Email",
  phoneLabel: "Phone number",
  identifierLabel: "Email or phone number",
  continue: "Continue",
  close: "Close",
  sending: "Sending code",
  loadFailed: "The sign-in form could not be loaded. Check your connection, then try again.",
};

/** The languages that there are files for, filled in by the build, and what else some of them are called. */
const languages = "__LANGUAGES__".split(" ");
const aliases = { no: "nb", ua: "uk", iw: "he", in: "id", "zh-hant": "zh-tw", "zh-hk": "zh-tw" };
export const direction = (language) => (["ar", "fa", "he", "ur"].includes(language) ? "rtl" : "ltr");

/** The language that a page asks an element for: the nearest around it, also where it is in a shadow root. */
export const wanted = (element) =>
  element ? (element.closest("[lang]")?.lang ?? wanted(element.getRootNode().host)) : "";

/** The language to speak for a tag (BCP 47): itself, or what is left without its last parts. */
export const spoken = (tag) => {
  for (let parts = tag.toLowerCase().split(/[-_]/); parts.length; parts.pop()) {
    const name = parts.join("-");
    const language = aliases[name] ?? name;
    if (languages.includes(language)) return language;
  }
  return "en";
};

/** A language's words, fetched once for all elements. English needs none; so does what cannot be fetched. */
const dictionaries = { en: Promise.resolve({}) };
export const dictionary = (language, element) =>
  (dictionaries[language] ??= fetched(`i18n/${language}.json`)
    .then((response) => response.json())
    .catch((error) => {
      delete dictionaries[language];
      log(element, "warn", `the words for "${language}" could not be loaded; using English`, error);
      return {};
    }));

/** No wait for what is nice to have is longer than this, in milliseconds. */
const PATIENCE = 4000;
export const patiently = (promise, patience = PATIENCE) =>
  Promise.race([promise, new Promise((done) => setTimeout(done, patience))]);
