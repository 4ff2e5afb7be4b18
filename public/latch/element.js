// The element itself: when it is on a page it shows a login, by the sketch first and by the wasm then.

import { asked, camel, changed, flags, isFull, names, reflect, rich, upgrade } from "./attributes.js";
import { base, extra } from "./base.js";
import { help, live, load, restart } from "./engine.js";
import { refill, resume } from "./fields.js";
import { isKept } from "./kept.js";
import { log } from "./log.js";
import { memory } from "./memory.js";
import { send } from "./request.js";
import { style } from "./sheets.js";
import { node, sketch } from "./sketch.js";
import { show } from "./states.js";
import { dictionary, direction, english, patiently, spoken, wanted } from "./words.js";

/** How long nobody needs help with waiting for a message, in milliseconds. */
const PATIENCE = 12_000;

/** Importing this file where there is no DOM is harmless. */
const Base = globalThis.HTMLElement ?? class {};

export class LatchLogin extends Base {
  static observedAttributes = [...names, ...flags, "hidden", "lang"];
  static formAssociated = true;

  #internals;
  #root;
  #chrome;
  /** What the form is in: this, or its slot in the shadow root. */
  #place = this;
  #handle;
  /** The first screen, until the wasm takes over. */
  #sketch;
  /** The language that the page asks for, the one that is spoken, and its words. */
  #wanted;
  #language = "en";
  #words = english;
  /** Whether it takes the full edition: for what the page asks, or the server did. */
  #full = false;
  /** Whether what is typed was submitted; a code that was, itself. */
  #pressed = false;
  /** What the field was given to begin with. */
  #hint;
  /** A code that was being typed, and whether the focus was on it. */
  #half;
  #loading = false;
  /** Whether the dialog is up: a restart in between is not told. */
  #isUp = false;
  /** The screen that is up. */
  #step;
  /** Whether something is on its way that would be lost. */
  #isBusy = false;
  /** Whether the page has changed something since. */
  #isStale = false;
  #patience;
  #refocus = false;
  /** Grows with each mount, so that a slow load does not mount what has gone. */
  #life = 0;

  constructor() {
    super();
    this.#root = this.attachShadow({ mode: "open" });
    this.#internals = this.attachInternals?.();
    this.addEventListener("unrecoverable_error", ({ detail }) => log(this, "error", detail.error_description));
    this.addEventListener("authenticated", () => this.modal && this.autoclose === "on" && this.hide());
  }

  connectedCallback() {
    for (const name of [...names.map(camel), ...flags, ...rich]) upgrade(this, name);
    if (this.#handle || this.#sketch) this.connectedMoveCallback();
    else this.#open();
  }

  disconnectedCallback() {
    // An element that is moved is disconnected and connected at once: what was typed stays.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#close();
      this.#isUp = false;
    });
  }

  /** `moveBefore` keeps everything as it is, but for the sheets and the language of where it is. */
  connectedMoveCallback() {
    this.#style().catch(() => {});
    this[changed]("lang");
  }

  /** Few are in a form of the page's. */
  async formAssociatedCallback(form) {
    if (!form) return;
    const { associate } = await extra("latch-form.js");
    associate(this, this.#internals, () => this.#session(), () => this.#words.identifierHeading);
  }

  attributeChangedCallback(name, before, after) {
    if (name === "open" || name === "hidden") this.#rise();
    else if (before !== after) this[changed](name);
  }

  [changed](name) {
    if (!(this.#handle || this.#sketch)) return;
    if (name === "flash") return this.#say();
    if (name === "avatarProvider") return this.#face();
    const isUnseen =
      ["logger", "authParams"].includes(name) ||
      (name === "lang" && wanted(this) === this.#wanted) ||
      (this.#full && ["errorTransformer", "theme", "scheme"].includes(name));
    if (isUnseen) return;
    this.#isStale = true;
    // In a page that was brought back nothing is on its way any more.
    if (!name) this.#isBusy = false;
    this.#renew();
  }

  /** Starts over for what has changed: once for several changes in a row, and not before what is on its way has come. */
  #renew() {
    queueMicrotask(() => this.#isStale && !this.#isBusy && this.isConnected && this.#again());
  }

  /** Starts over. What was typed is not lost, nor that it was submitted; a code that was sent is found again in storage. */
  #again(pressed = this.#pressed) {
    const field = this.#find("input");
    const isCode = field?.name === "otp";
    // Half a code, and the place in it; a hint that nobody has changed makes way for the next one.
    const half = isCode && !pressed && [field.value, field.matches(":focus")];
    const typed = isCode || field?.value === this.#hint ? undefined : field?.value;
    this.#close();
    this.#open(typed);
    // Without a field it has not come back since the last time.
    if (field) this.#half = half;
    this.#pressed = pressed === true && isCode ? field.value : pressed;
    if (pressed) this.#sketch.busy(true);
  }

  /** Frameworks that take over what a server has made compare it child by child: the form is none of the page's. */
  get firstChild() {
    const child = super.firstChild;
    return child?.slot === "latch" ? child.nextSibling : child;
  }

  #find(selector) {
    return this.#place.querySelector(`:scope > [slot=latch] ${selector}`);
  }

  /** To the field, or to the button where there is none. The form is hardly ever in the shadow root, so that nothing delegates. */
  focus(options) {
    (this.#find("input") ?? this.#find("button"))?.focus(options);
  }

  /** Shows the login: as a dialog where it is one. */
  show() {
    this.hidden = false;
    if (this.modal) this.open = true;
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

  /** An access token that is still good, and for so many seconds more as are wanted, or `null`. */
  async getAccessToken(options) {
    return options ? this.checkSession(options) : ((await this.#session())?.accessToken ?? null);
  }

  /** Asks the server, which nobody sees, who is signed in: their claims, or `null`. */
  async checkSession(options) {
    const session = await this.#session();
    return (await extra("latch-session.js")).check(this, session, options, memory, changed);
  }

  /** Signs out here, and at the server when there is an address to return to. */
  async logout({ returnTo } = {}) {
    await this.#ready();
    this.#handle?.signOut();
    if (returnTo !== undefined) (await extra("logout.js")).leave(this, returnTo);
  }

  /** Has this browser forget who was here last. */
  async forget() {
    (await extra("latch-remember.js")).forget(this, this.#handle);
  }

  /** What on this page would keep a login from working, for its developer: `{ok, findings}`. */
  async diagnose() {
    return (await extra("diagnose.js")).diagnose(this, { base, spoken });
  }

  async #session() {
    await this.#ready();
    return this.#handle?.session() ?? null;
  }

  async #ready() {
    if (!this.#handle && this.isConnected) await load(this.#full).catch(() => {});
  }

  /** Has both halves adopt the sheets of an edition; waits until those are there. */
  #style(isFull = this.#full) {
    const { ownerDocument } = this;
    const scope = this.getRootNode();
    return style(isFull, ownerDocument, this.#root, scope.adoptedStyleSheets ? scope : ownerDocument);
  }

  #open(typed = this.loginHint) {
    const life = (this.#life += 1);
    this.#isStale = false;
    this.#hint = this.loginHint;
    this.#full ||= isFull(this);
    const styled = patiently(this.#style());
    this.#wanted = wanted(this);
    this.#language = spoken(this.#wanted);
    this.#words = english;
    this.#chrome = node("div");
    const slot = node("slot", { name: "latch" });
    const card = node("div", { class: "card", part: "card" }, this.#chrome, slot);
    // What a slot holds itself is shown where nothing comes into it.
    this.#place = this.render === "shadow" ? slot : this;
    // Unseen until its sheet and its words are there: it would jump, and change its language.
    card.hidden = true;
    this.#root.replaceChildren(card);
    // Of a login that has died, or of the element that this is a copy of.
    for (const left of this.querySelectorAll(":scope > [slot=latch]")) left.remove();
    const framed = this.modal && patiently(this.#frame(card, life));
    const worded = dictionary(this.#language, this).then((words) => {
      if (life === this.#life) this.#speak({ ...english, ...words, ...this.dictionary });
    });
    // Its buttons would push the field down when they come.
    const buttons = asked(this.connections)[1] && patiently(load(this.#full));
    Promise.allSettled([styled, patiently(worded), buttons, framed]).then(() => {
      card.hidden = false;
      // Out of sight it could not take the focus.
      if (this.#isUp && life === this.#life && !this.matches(":focus-within")) this.focus();
    });
    this.#draw(typed);
    if (!isKept(this, typed)) this.#show();
    if (this.remember === "on") extra("latch-remember.js").then((it) => it.attend(this, () => this[help]()));
    if (this.flash) this.#say();
    if (this.avatar === "gravatar" || this.avatarProvider) this.#face();
    this.#load(life, worded);
  }

  /** Makes it a dialog. */
  async #frame(card, life) {
    const { frame } = await extra("latch-dialog.js");
    if (life !== this.#life) return;
    frame(this, card, () => {
      this.#isUp = false;
      this.open = false;
      this.#tell("hide");
    });
    this.#speak(this.#words);
    this.#rise();
  }

  /** Shows the page's own message above the form. What that needs is fetched by whoever has one. */
  async #say() {
    const { show } = await this.#extra("flash.js");
    show(this.#root, this.flash);
  }

  /** Shows who is signing in. */
  async #face() {
    (await this.#extra("latch-avatar.js")).attend(this, this.#root);
  }

  /** Fetches a script that few pages ask for, and what it looks like. */
  async #extra(name) {
    const [it] = await Promise.all([extra(name), this.#style(true)]);
    return it;
  }

  /** Opens or closes the dialog, as the attributes say: out of sight it would still keep the page from being used. */
  #rise() {
    const dialog = this.#root.querySelector("dialog");
    const isOpen = this.open && !this.hidden;
    if (!dialog || dialog.open === isOpen) return;
    if (!isOpen) return dialog.close();
    dialog.showModal();
    this.focus();
    // Whoever has just set `open` is done with that first.
    if (!this.#isUp) queueMicrotask(() => this.#tell("show"));
    this.#isUp = true;
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
  }

  /** Takes these words from here on. */
  #speak(words) {
    this.#words = words;
    this.#root.querySelector(".close")?.setAttribute("aria-label", words.close);
    this.#sketch?.say(words);
  }

  /** Draws the first screen. */
  #draw(typed) {
    const submit = () => {
      if (this.#pressed) return;
      this.#pressed = true;
      this.#sketch.busy(true);
      if (!this.#loading) this.#load(this.#life);
    };
    const [ways] = asked(this.connections);
    this.#sketch = sketch(this, ways, typed, this.#words, submit);
    for (const half of [this.#chrome, this.#sketch.root])
      Object.assign(half, { lang: this.#language, dir: direction(this.#language) });
    // Who they are is asked elsewhere.
    if (this.exchange === "redirect" || !ways) this.#sketch.root.querySelector(".field").remove();
    this.#speak(this.#words);
  }

  /** Shows it, where an earlier page load left nothing else to show. */
  #show() {
    if (this.#sketch.root.isConnected) return;
    this.#chrome.append(this.#sketch.header);
    this.#place.append(this.#sketch.root);
    this.#states(["identifier"]);
  }

  async #load(life, worded) {
    this.#loading = true;
    this.#sketch.fail(false);
    try {
      const [widget, own] = await Promise.all([
        load(this.#full),
        // Until it has answered nobody knows what there is to show.
        this.storageAdapter && extra("adapter.js").then((it) => it.open(this, log, () => life === this.#life && this.#show())),
        patiently(this.#style()),
        worded && patiently(worded),
      ]);
      await this.#sketch?.composed();
      if (life === this.#life && this.#sketch) this.#mount(widget, own);
    } catch (error) {
      if (life !== this.#life || !this.#sketch) return;
      this.#loading = false;
      this.#pressed = false;
      this.#sketch.busy(false);
      this.#sketch.fail(true);
      this.#show();
      this.#states(["identifier", "error"]);
      this.#tell("unrecoverable_error", { error: "load_error", error_description: String(error) });
    }
  }

  #mount(widget, store) {
    const { root, input } = this.#sketch;
    const hasFocus = input.matches(":focus");
    const language = this.#language;
    const options = {
      buttons: this.buttons,
      lang: this.#wanted,
      language,
      direction: direction(language),
      // English is in the wasm.
      words: language === "en" && !this.dictionary ? undefined : this.#words,
      memory,
      store,
      place: this.#place,
      onStates: (states) => {
        this.#states(states);
        if (states[0] === "code") this.#patience ??= setTimeout(() => this[help](), PATIENCE);
        else this.#calm();
      },
      log: (level, text) => log(this, level, text),
      send: (...request) => send(this, this.#step === "code", ...request),
      // The server asks for what the basic edition has not: the full one goes on where this one is.
      onOutgrown: () => {
        this.#full = true;
        this.#again(true);
      },
      onCaptcha: (task) => extra("captcha/captcha.js").then((it) => it.solve(this, task)),
    };
    for (const name of names) options[camel(name)] = this[camel(name)];
    if (root.isConnected && input.value) options.loginHint = input.value;
    this.#sketch = undefined;
    root.remove();
    this.#chrome.replaceChildren();
    this.#handle = widget.mount(this, this.#chrome, options);
    live.add(this);
    if (this.#pressed) this.#handle.submit(this.#pressed === true ? input.value : this.#pressed);
    this.#pressed = false;
    const code = this.#half && this.#find("[name=otp]");
    if (code) refill(code, this.#half);
    this.#half = undefined;
    if (hasFocus || this.#refocus) resume(this.#find("input") ?? this.#find("button"));
    // A dialog that comes back to a code has had no field to put the focus into.
    else if (this.#isUp && !this.matches(":focus-within")) this.focus();
    this.#refocus = false;
    // It may be another one by now.
    this[changed]("lang");
  }

  /**
   * Whoever waits long for a message, or leaves to look for it, or has signed out and is remembered, gets the full edition and
   * its help, unless they are typing. It is there before it is put in the place of this one, so nothing is seen of that.
   */
  async [help]() {
    if (this.#full || !isKept(this)) return;
    // What cannot be had must not take the place of what works.
    if (!(await Promise.all([load(true), this.#style(true)]).catch(() => false))) return;
    const field = this.#find("input:read-write");
    if (this.#full || !field || field.value) return;
    this.#full = true;
    this.#refocus = field.matches(":focus");
    this.#again();
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
    this.#calm();
    this.#states([]);
  }

  #calm() {
    clearTimeout(this.#patience);
    this.#patience = undefined;
  }

  /** The wasm under this element is gone: nothing of it can be called, not even to clean up. */
  [restart]() {
    this.#handle = undefined;
    live.delete(this);
    this.#close();
    if (this.isConnected) this.#open();
  }

  #states(names) {
    this.#step = names[0];
    // What was drawn of a captcha is kept nowhere.
    this.#isBusy = /busy|captcha/.test(names);
    this.#renew();
    show(this.#internals?.states, names);
  }
}

reflect(LatchLogin.prototype);
