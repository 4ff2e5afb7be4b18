/**
 * The custom element `<latch-login>`.
 *
 * It paints the first screen at once, in plain DOM, and loads the login itself (wasm) meanwhile; then
 * it hands over what was typed and pressed. The chrome is in the shadow root; the form is a light
 * child in its slot, where autofill and password managers find it.
 *
 * The words in capitals between underscores are classes of the scoped sheets, filled in by the build.
 */

const base = new URL(".", import.meta.url);

/** Attribute to option. Each is a property too. Where a list follows, its first value is the default. */
const attributes = {
  domain: null,
  "client-id": null,
  scope: null,
  audience: null,
  connections: ["email", "sms", "email sms", "sms email"],
  storage: ["local", "session", "memory"],
  "login-hint": null,
  "auto-submit": ["on", "off"],
  heading: null,
  logo: null,
  transaction: null,
  closable: ["on", "off"],
  autoclose: ["off", "on"],
};
const names = Object.keys(attributes);
/** Attributes that are there or not. */
const flags = ["modal", "open"];

const camel = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

/** English of the first screen, under the keys of i18n/*.json: the rest is in the wasm, which is not here yet. */
const english = {
  identifierHeading: "Sign in",
  identifierLead: "No password. We’ll send you a one-time code.",
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
const direction = (language) => (["ar", "fa", "he", "ur"].includes(language) ? "rtl" : "ltr");

/** The language to speak for a tag (BCP 47): itself, or what is left without its last parts. */
const spoken = (tag) => {
  for (let parts = tag.toLowerCase().split(/[-_]/); parts.length; parts.pop()) {
    const name = parts.join("-");
    const language = aliases[name] ?? name;
    if (languages.includes(language)) return language;
  }
  return "en";
};

/** A language's words, fetched once for all elements. English needs none; so does what cannot be fetched. */
const dictionaries = new Map([["en", Promise.resolve({})]]);
const dictionary = (language) => {
  const fetched = () =>
    fetch(new URL(`i18n/${language}.json`, base))
      .then((response) => (response.ok ? response.json() : Promise.reject(new Error(`${response.status}`))))
      .catch((error) => {
        dictionaries.delete(language);
        console.warn(`<latch-login>: the words for "${language}" could not be loaded; using English`, error);
        return {};
      });
  if (!dictionaries.has(language)) dictionaries.set(language, fetched());
  return dictionaries.get(language);
};

/** No wait for what is nice to have is longer than this, in milliseconds. */
const PATIENCE = 4000;
const patiently = (promise) => Promise.race([promise, new Promise((done) => setTimeout(done, PATIENCE))]);

/** One sheet for both halves of all elements: constructed, so that no policy on styles forbids it. */
let sheet;
let styled;
const style = () => {
  sheet ??= new CSSStyleSheet();
  styled ??= fetch(new URL("latch.css", base))
    .then((response) => (response.ok ? response.text() : Promise.reject(new Error(`${response.status}`))))
    .then((css) => sheet.replace(css))
    .catch((error) => {
      styled = undefined;
      throw error;
    });
  return styled;
};

/** The wasm, once for all elements; asked for again where it failed. */
let engine;
let tries = 0;
const load = () =>
  (engine ??= (async () => {
    // A module that failed to load is remembered by its address.
    const query = tries ? `?try=${tries}` : "";
    const widget = await import(new URL(`widget.js${query}`, base).href);
    await widget.default({ module_or_path: new URL("widget_bg.wasm", base) });
    return widget;
  })().catch((error) => {
    engine = undefined;
    tries += 1;
    throw error;
  }));

/** The elements that the wasm runs. */
const live = new Set();
let deaths = 0;

/**
 * A panic in the wasm is a trap, and the instance does nothing more. All its elements start over with
 * a new one; what matters (who is signed in, that a code was sent) is in storage. Not for ever: what
 * traps at once would do so again.
 */
const revive = (error) => {
  // The page may have a wasm of its own, whose traps are none of ours.
  const isOurs = error instanceof WebAssembly.RuntimeError && `${error.stack}`.includes(`${base}widget`);
  if (!isOurs || !live.size || deaths >= 3) return;
  deaths += 1;
  tries += 1;
  engine = undefined;
  for (const element of [...live]) element[restart]();
};
const restart = Symbol("restart");

const node = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
};

let number = 0;

/** The first screen before the wasm is there: the same nodes as src/view/screen/identifier.rs makes. */
const sketch = (connections, value, words, submit) => {
  const [name, type, label] = {
    email: ["email", "email", "emailLabel"],
    sms: ["phone", "tel", "phoneLabel"],
  }[connections] ?? ["username", "text", "identifierLabel"];
  const [screen, field, button, message] = [
    "__STYLE_IDENTIFIER__",
    "__STYLE_FIELD__",
    "__STYLE_BUTTON__",
    "__STYLE_MESSAGE__",
  ];
  const id = `latch-sketch-${(number += 1)}`;
  const input = node("input", {
    class: `input ${field}`,
    id,
    name,
    type,
    autocomplete: name === "phone" ? "tel" : name,
    autocapitalize: "none",
    spellcheck: "false",
    inputmode: type === "tel" ? "tel" : "email",
    enterkeyhint: "next",
    required: "",
    dir: "ltr",
    "aria-describedby": `${id}-message`,
  });
  input.value = value;
  const text = node("span", { class: `text ${button}` });
  const caption = node("label", { class: `label ${field}`, for: id });
  const press = node(
    "button",
    { class: `button primary ${button}`, type: "submit" },
    node("span", { class: `spinner ${button}`, "aria-hidden": "true" }),
    text,
  );
  const error = node("span", { class: `error ${message}` });
  const line = node(
    "div",
    { class: `message ${message}`, "data-error": "", "data-hint": "" },
    node(
      "p",
      { class: `line ${message}`, id: `${id}-message`, role: "alert" },
      node("span", { class: `icon ${message}`, "aria-hidden": "true" }, "!"),
      error,
    ),
  );
  const form = node(
    "form",
    { class: `form ${screen}`, name: "latch", novalidate: "" },
    node(
      "div",
      { class: `field ${field}` },
      caption,
      node("div", { class: `box ${field}` }, input),
      line,
    ),
    press,
  );
  let composing = false;
  input.addEventListener("compositionstart", () => (composing = true));
  input.addEventListener("compositionend", () => (composing = false));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  let isBusy = false;
  let isFailed = false;
  const say = () => {
    caption.textContent = words[label];
    text.textContent = isBusy ? words.sending : words.continue;
    error.textContent = isFailed ? words.loadFailed : "";
    line.setAttribute("data-error", error.textContent);
  };
  say();
  return {
    root: node("div", { class: `latch ${screen}`, slot: "latch", "data-way": "none" }, form),
    input,
    /** Goes on in other words. */
    say(others) {
      words = others;
      say();
    },
    get composing() {
      return composing;
    },
    busy(is) {
      isBusy = input.readOnly = is;
      say();
      for (const name of ["aria-busy", "aria-disabled"])
        isBusy ? press.setAttribute(name, "true") : press.removeAttribute(name);
    },
    fail(is) {
      isFailed = is;
      say();
    },
  };
};

/** Importing this file where there is no DOM is harmless. */
const Base = globalThis.HTMLElement ?? class {};

export class LatchLogin extends Base {
  static observedAttributes = [...names, ...flags, "lang"];

  #internals;
  #root;
  #chrome;
  #handle;
  /** The first screen, until the wasm takes over. */
  #sketch;
  #dictionary;
  /** The language that is spoken, and its words. */
  #language = "en";
  #words = english;
  #pressed = false;
  #loading = false;
  /** Whether the dialog is up: a restart in between is not told. */
  #isUp = false;
  #queued = false;
  /** Grows with each mount, so that a slow load does not mount what has gone. */
  #life = 0;

  constructor() {
    super();
    this.#root = this.attachShadow({ mode: "open" });
    this.#internals = this.attachInternals?.();
    this.addEventListener("authenticated", () => this.autoclose === "on" && this.hide());
  }

  connectedCallback() {
    for (const name of [...names.map(camel), ...flags, "dictionary"]) this.#upgrade(name);
    this.#adopt();
    if (!this.#handle && !this.#sketch) this.#open();
  }

  disconnectedCallback() {
    // An element that is moved is disconnected and connected at once: what was typed stays.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#close();
      this.#isUp = false;
    });
  }

  /** `moveBefore` keeps everything as it is. */
  connectedMoveCallback() {
    this.#adopt();
  }

  attributeChangedCallback(name, before, after) {
    if (name === "open") this.#rise();
    else if (before !== after) this.#changed();
  }

  /** Words of the page's own, over those of the language: an object by the keys of i18n/*.json. */
  get dictionary() {
    return this.#dictionary;
  }

  set dictionary(words) {
    this.#dictionary = words;
    this.#changed();
  }

  #changed() {
    if (this.#queued || !(this.#handle || this.#sketch)) return;
    // Several changes in a row are one.
    this.#queued = true;
    queueMicrotask(() => {
      this.#queued = false;
      if (!this.isConnected) return;
      // What was typed is not lost; a code that was sent is found again in storage.
      const typed = this.querySelector(":scope > [slot=latch] input:not([name=otp])")?.value;
      this.#close();
      this.#open(typed);
    });
  }

  /** To the field, or to the button where there is none. The form is not in the shadow root, so that nothing delegates. */
  focus(options) {
    const form = this.querySelector(":scope > [slot=latch]");
    (form?.querySelector("input") ?? form?.querySelector("button"))?.focus(options);
  }

  /** Shows the login: as a dialog where it is one. */
  show() {
    if (this.modal) this.open = true;
    else this.hidden = false;
  }

  /** Hides it. What was typed stays, and so does who is signed in. */
  hide() {
    if (this.modal) this.open = false;
    else this.hidden = true;
  }

  /** Starts over; signs out first where somebody is signed in. */
  reset() {
    this.#handle?.reset();
  }

  /** The claims of who is signed in, or `null`. */
  async getUser() {
    return (await this.#session())?.idTokenPayload ?? null;
  }

  /** An access token that is still good, or `null`. */
  async getAccessToken() {
    return (await this.#session())?.accessToken ?? null;
  }

  /** Signs out here, and at the server when there is an address to return to. */
  async logout({ returnTo } = {}) {
    await this.#ready();
    this.#handle?.signOut();
    if (returnTo === undefined) return;
    const url = new URL("/v2/logout", this.#origin());
    url.searchParams.set("client_id", this.clientId);
    url.searchParams.set("returnTo", returnTo);
    location.assign(url);
  }

  async #session() {
    await this.#ready();
    return this.#handle?.session() ?? null;
  }

  async #ready() {
    if (!this.#handle && this.isConnected) await load().catch(() => {});
  }

  #origin() {
    return /^https?:\/\//.test(this.domain) ? this.domain : `https://${this.domain}`;
  }

  /** A property that was set before this class was there shadows the accessor: set it again. */
  #upgrade(name) {
    if (!Object.hasOwn(this, name)) return;
    const value = this[name];
    delete this[name];
    this[name] = value;
  }

  #adopt() {
    style().catch(() => {});
    const scope = this.getRootNode();
    for (const root of [this.#root, scope.adoptedStyleSheets ? scope : document])
      if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
  }

  /** The language that the page asks for. */
  #lang() {
    return this.lang || this.closest?.("[lang]")?.lang || "";
  }

  #options() {
    const language = this.#language;
    const options = { lang: this.#lang(), language, direction: direction(language), words: this.#words };
    for (const name of names) options[camel(name)] = this[camel(name)];
    return options;
  }

  #open(typed = this.loginHint) {
    const life = (this.#life += 1);
    this.#language = spoken(this.#lang());
    this.#words = english;
    this.#chrome = node("div");
    const card = node("div", { class: "card", part: "card" }, this.#chrome, node("slot", { name: "latch" }));
    // Unseen until its sheet and its words are there: it would jump, and change its language.
    card.hidden = true;
    this.#root.replaceChildren(this.modal ? this.#dialog(card) : card);
    const worded = dictionary(this.#language).then((words) => {
      if (life === this.#life) this.#speak({ ...english, ...words, ...this.#dictionary });
    });
    Promise.allSettled([patiently(style()), patiently(worded)]).then(() => {
      card.hidden = false;
      // Out of sight it could not take the focus.
      if (this.#isUp && life === this.#life && !this.matches(":focus-within")) this.focus();
    });
    this.#draw(typed);
    this.#rise();
    this.#load(life, worded);
  }

  /** Around the card, where the login is a dialog: the browser keeps the focus in it, and gives it back. */
  #dialog(card) {
    const dialog = node("dialog", { class: "dialog", part: "dialog", "aria-labelledby": "heading" }, card);
    dialog.addEventListener("close", () => {
      this.#isUp = false;
      this.open = false;
      this.#tell("hide");
    });
    if (this.closable === "off") {
      dialog.setAttribute("closedby", "none");
      dialog.addEventListener("cancel", (event) => event.preventDefault());
      return dialog;
    }
    const close = node("button", { class: "close", part: "close", type: "button" });
    close.addEventListener("click", () => this.hide());
    card.append(close);
    // A press beside the card, from beginning to end: selecting a text may end there.
    let beside = false;
    dialog.addEventListener("pointerdown", ({ target }) => (beside = target === dialog));
    dialog.addEventListener("click", ({ target }) => beside && target === dialog && this.hide());
    return dialog;
  }

  /** Opens or closes the dialog, as the attribute says. */
  #rise() {
    const dialog = this.#root.querySelector("dialog");
    if (!dialog || dialog.open === this.open) return;
    if (!this.open) return dialog.close();
    dialog.showModal();
    this.focus();
    if (!this.#isUp) this.#tell("show");
    this.#isUp = true;
  }

  #tell(name) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true }));
  }

  /** Takes these words from here on. */
  #speak(words) {
    this.#words = words;
    this.#root.querySelector(".close")?.setAttribute("aria-label", words.close);
    this.#sketch?.say(words);
    const [heading, lead] = this.#chrome.querySelectorAll("h2, p");
    if (!this.#sketch || !heading) return;
    heading.textContent = this.heading || words.identifierHeading;
    lead.textContent = words.identifierLead;
  }

  /** Draws the first screen, unless an earlier page load left something else to show. */
  #draw(typed) {
    const submit = () => {
      if (this.#pressed) return;
      this.#pressed = true;
      this.#sketch.busy(true);
      if (!this.#loading) this.#load(this.#life);
    };
    this.#sketch = sketch(this.connections, typed, this.#words, submit);
    for (const half of [this.#chrome, this.#sketch.root]) {
      half.lang = this.#language;
      half.dir = direction(this.#language);
    }
    this.#speak(this.#words);
    if (this.#isKept()) return;
    const heading = node("h2", { class: "heading", part: "heading", id: "heading" });
    const parts = [heading, node("p", { class: "lead", part: "lead" })];
    if (this.logo) parts.unshift(node("img", { class: "logo", part: "logo", src: this.logo, alt: "" }));
    this.#chrome.append(node("div", { class: "header", "data-screen": "identifier" }, ...parts));
    this.#speak(this.#words);
    this.append(this.#sketch.root);
    this.#states(["identifier"]);
  }

  #isKept() {
    try {
      const id = this.clientId;
      const place = this.storage === "session" ? sessionStorage : localStorage;
      return (
        sessionStorage.getItem(`latch.challenge.${id}`) !== null ||
        place.getItem(`latch.session.${id}`) !== null
      );
    } catch {
      // Blocked storage keeps nothing.
      return false;
    }
  }

  async #load(life, worded) {
    this.#loading = true;
    this.#sketch.fail(false);
    try {
      const [widget] = await Promise.all([load(), patiently(style()), worded && patiently(worded)]);
      await this.#composed();
      if (life === this.#life && this.#sketch) this.#mount(widget);
    } catch (error) {
      if (life !== this.#life || !this.#sketch) return;
      this.#loading = false;
      this.#pressed = false;
      this.#sketch.busy(false);
      this.#sketch.fail(true);
      if (!this.#sketch.root.isConnected) this.append(this.#sketch.root);
      this.#states(["identifier", "error"]);
      const detail = { error: "load_error", error_description: String(error) };
      this.dispatchEvent(new CustomEvent("unrecoverable_error", { bubbles: true, composed: true, detail }));
    }
  }

  /** Somebody may be in the middle of a character that takes several keys. */
  #composed() {
    const { input, composing } = this.#sketch ?? {};
    return composing && new Promise((done) => input.addEventListener("compositionend", done, { once: true }));
  }

  #mount(widget) {
    const { root, input } = this.#sketch;
    const hasFocus = input.matches(":focus");
    const options = this.#options();
    if (root.isConnected && input.value) options.loginHint = input.value;
    // English is in the wasm.
    if (this.#language === "en" && !this.#dictionary) delete options.words;
    options.onStates = (states) => this.#states(states);
    this.#sketch = undefined;
    root.remove();
    this.#chrome.replaceChildren();
    this.#handle = widget.mount(this, this.#chrome, options);
    live.add(this);
    if (this.#pressed) this.#handle.identify(input.value);
    this.#pressed = false;
    if (hasFocus) this.#focus();
  }

  /** Back to the field, with the caret behind what was typed: an email field does not tell where it was. */
  #focus() {
    const field = this.querySelector(":scope > [slot=latch] input");
    if (!field) return;
    const { value } = field;
    field.focus();
    field.value = "";
    field.value = value;
  }

  #close() {
    this.#life += 1;
    this.#sketch?.root.remove();
    this.#sketch = undefined;
    this.#pressed = false;
    const handle = this.#handle;
    this.#handle = undefined;
    live.delete(this);
    handle?.dispose();
    handle?.free();
    this.#root.replaceChildren();
    this.#states([]);
  }

  /** The wasm under this element is gone: nothing of it can be called, not even to clean up. */
  [restart]() {
    this.#handle = undefined;
    live.delete(this);
    for (const left of this.querySelectorAll(":scope > [slot=latch]")) left.remove();
    this.#close();
    if (this.isConnected) this.#open();
  }

  #states(names) {
    const states = this.#internals?.states;
    if (!states) return;
    states.clear();
    try {
      for (const name of names) states.add(name);
    } catch {
      // An engine that still wants the older spelling goes without.
    }
  }
}

/** Warns once about each value that is none of an attribute's. */
const warned = new Set();
const oneOf = (name, value, values) => {
  if (!values || values.includes(value)) return value;
  const text = `<latch-login>: ${name}="${value}" is none of ${values.join(", ")}; using ${values[0]}`;
  if (value && !warned.has(text)) {
    warned.add(text);
    console.warn(text);
  }
  return values[0];
};

for (const name of names) {
  Object.defineProperty(LatchLogin.prototype, camel(name), {
    configurable: true,
    enumerable: true,
    get() {
      return oneOf(name, this.getAttribute(name) ?? "", attributes[name]);
    },
    set(value) {
      value === null || value === undefined ? this.removeAttribute(name) : this.setAttribute(name, value);
    },
  });
}

for (const name of flags) {
  Object.defineProperty(LatchLogin.prototype, name, {
    configurable: true,
    enumerable: true,
    get() {
      return this.hasAttribute(name);
    },
    set(value) {
      this.toggleAttribute(name, Boolean(value));
    },
  });
}

/** Defines the element, once, under the name that the page wants. */
export const define = (name = "latch-login", registry = globalThis.customElements) => {
  if (registry && !registry.get(name)) registry.define(name, LatchLogin);
};

// Asked for before anything is on the page, so that they arrive while it is being built.
if (globalThis.customElements) {
  addEventListener("error", ({ error }) => revive(error));
  addEventListener("unhandledrejection", ({ reason }) => revive(reason));
  style().catch(() => {});
  load().catch(() => {});
  define();
}
