// The scripts that a tenant serves for Lock: an application's settings, and words. Each calls a function of `Auth0`.

/** Where this script came from: latch.js is beside it. In somebody's bundle there is no such place. */
export const here =
  typeof module === "object" || typeof document === "undefined"
    ? undefined
    : document.currentScript?.src || undefined;

/** What scripts have told so far. */
const clients = new Map();
const words = new Map();

export const contract = {
  setClient: (settings) => clients.set(settings.id, settings),
  registerLanguageDictionary: (language, dictionary) => words.set(language.toLowerCase(), dictionary),
};

/** Lock's own patience with a script, in milliseconds. */
const PATIENCE = 20_000;

/** Only for pages that require trusted types; one that allows no policy gets no script. */
let policy;
const trusted = (address) => {
  policy ??= globalThis.trustedTypes?.createPolicy("latch-lock", { createScriptURL: (it) => it });
  return policy ? policy.createScriptURL(address) : address;
};

const run = (address) =>
  new Promise((done, fail) => {
    const script = document.createElement("script");
    const end = (finish, value) => {
      clearTimeout(patience);
      script.remove();
      finish(value);
    };
    const patience = setTimeout(() => end(fail, new Error(`${address} did not come in time`)), PATIENCE);
    script.addEventListener("load", () => end(done));
    script.addEventListener("error", () => end(fail, new Error(`${address} could not be loaded`)));
    script.src = trusted(address);
    document.head.append(script);
  });

/** What a script has told under a name; asked for once, and again where it failed. */
const asked = new Map();
const told = async (place, name, address) => {
  if (place.has(name)) return place.get(name);
  if (!asked.has(address)) asked.set(address, run(address));
  try {
    await asked.get(address);
  } catch (error) {
    asked.delete(address);
    throw error;
  }
  if (!place.has(name)) throw new Error(`${address} tells nothing of ${name}`);
  return place.get(name);
};

/** An application's settings: `strategies`, each with its `connections`. */
export const clientSettings = (base, id) =>
  told(clients, id, `${base.replace(/\/$/, "")}/client/${encodeURIComponent(id)}.js`);

/** Words for a language, by Lock's keys: what a script on the page has registered, or one at `base` does. */
export const registeredWords = async (base, version, language) => {
  if (words.has(language) || !base) return words.get(language);
  return told(words, language, `${base.replace(/\/$/, "")}/js/lock/${version}/${language}.js`);
};

/** Lock's names for languages that have others here. */
const ALIASES = { no: "nb", ua: "uk" };

/** A sentence of the element's own, for what is said beside it: in a language, or in English. */
export const said = async ({ origin, language }, key) => {
  const tags = [ALIASES[language] ?? language, language.split("-")[0], "en"];
  for (const tag of new Set(tags)) {
    const response = await fetch(new URL(`i18n/${tag}.json`, here ?? `${origin}/`)).catch(() => undefined);
    if (response?.ok) return (await response.json())[key];
  }
  return "";
};
