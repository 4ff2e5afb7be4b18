// Lock's class: its methods and its events.

import { asked, checkSession, departure, logout, parseHash, userInfo } from "./authorize.js";
import { EventEmitter } from "./emitter.js";
import { coded, EVENTS, refusal } from "./events.js";
import { adopt, dress, focusOnceSeen, OPENING, scrollToMessage } from "./look.js";
import { connectionsOf, elementOf, isApp, merged, needsClient, overridden, remembers, settingsOf } from "./options.js";
import { isReturn, takeReturn } from "./return.js";
import { clientSettings, here, registeredWords } from "./scripts.js";
import { signIn } from "./social.js";

/** How long the server may take to say who is signed in, in milliseconds. */
const SSO_PATIENCE = 5000;

/** A screen that is narrower has its keyboard over the form: there no field takes the focus by itself. */
const NARROW = 380;

/** The element's module, from beside this script, or else from the server. */
let tries = 0;
const library = async (origin) => {
  if (customElements.get("latch-login")) return;
  const url = new URL("latch.js", here ?? `${origin}/`);
  // A module that failed to load is remembered by its address.
  if (tries) url.searchParams.set("try", tries);
  await import(url.href).catch((error) => {
    tries += 1;
    throw error;
  });
};

export class Auth0LockPasswordless extends EventEmitter {
  /** The Lock whose interface this is. */
  static version = "14.3.0";

  static #count = 0;
  /** Those that are not destroyed. */
  static #all = new Set();
  static #isHashTaken = false;

  id = (Auth0LockPasswordless.#count += 1);
  validEvents = [...EVENTS];

  #clientId;
  #domain;
  #options;
  #settings;
  #element;
  #isShown = false;
  #isDestroyed = false;
  /** Grows with each showing, so that what comes late does not show what was hidden. */
  #life = 0;
  #returned;
  #step;
  #takes = {};

  constructor(clientID, domain, options = {}) {
    if (typeof clientID !== "string") throw new Error("The first argument, `clientID`, has to be a string.");
    if (typeof domain !== "string") throw new Error("The second argument, `domain`, has to be a string.");
    if (typeof options !== "object" || options === null)
      throw new Error("The third argument, `options`, has to be an object.");
    super();
    this.#clientId = clientID;
    this.#domain = domain;
    this.#options = options;
    this.#settings = settingsOf(clientID, domain, options);
    super.on("newListener", (name) => {
      if (!EVENTS.includes(name)) this.#giveUp(`Invalid event "${name}".`);
    });
    if (options.auth?.redirectUri) this.#warn("`auth.redirectUri` has no effect: it is `auth.redirectUrl`.");
    Auth0LockPasswordless.#all.add(this);
    // Asked for now, so that they are there when they are to be shown. What fails is tried again then.
    library(this.#settings.origin).catch(() => {});
    if (needsClient(options))
      this.#client().catch((error) =>
        this.#giveUp(coded("The application's settings could not be loaded.", "sync", error)),
      );
    if (options.auth?.autoParseHash === false || Auth0LockPasswordless.#isHashTaken) return;
    Auth0LockPasswordless.#isHashTaken = true;
    // Later, so that there is time to listen.
    setTimeout(() => Auth0LockPasswordless.#takeHash());
  }

  /** Shows the login. */
  show(others = {}) {
    if (this.#isDestroyed) throw new Error("A Lock cannot be shown any more once it is destroyed.");
    if (this.#isShown) return;
    const { flashMessage } = others;
    if (flashMessage && !["error", "success", "info"].includes(flashMessage.type))
      return this.#giveUp("'flashMessage' must provide a valid type ['error','success','info']");
    if (flashMessage && !flashMessage.text) return this.#giveUp("'flashMessage' must provide a text");
    const options = overridden(this.#options, others);
    const place = this.#place(options);
    this.#isShown = true;
    this.#tell("show");
    this.#life += 1;
    this.#open(options, place, this.#life);
  }

  /** Hides it, whether its user could close it or not. The next time it begins anew. */
  hide() {
    if (!this.#isShown) return;
    this.#forget("challenge");
    this.#close();
  }

  /** Takes it off the page for good. */
  destroy() {
    this.#isDestroyed = true;
    this.#isShown = false;
    this.#life += 1;
    this.#element?.remove();
    this.#element = undefined;
    Auth0LockPasswordless.#all.delete(this);
  }

  /** Reads what an answer of the server has left in an address, for every Lock on the page. */
  resumeAuth(hash, callback) {
    for (const lock of Auth0LockPasswordless.#all)
      if (lock.#settings.isRedirect) lock.#resume(hash, callback);
  }

  /** Asks silently whether somebody is signed in. */
  checkSession(params, callback) {
    const { state, nonce } = this.#settings;
    checkSession(this.#settings, { state, nonce, ...params }).then(
      (result) => callback(null, result),
      (error) => callback(error),
    );
  }

  getUserInfo(accessToken, callback) {
    userInfo(this.#settings, accessToken).then(
      (user) => callback(null, user),
      (error) => callback(error),
    );
  }

  /** The older name. */
  getProfile(accessToken, callback) {
    this.getUserInfo(accessToken, callback);
  }

  logout(query = {}) {
    // Lock knows who was here last by the session at the server, and that ends.
    this.#forget("remembered", "local");
    logout(this.#settings, query);
  }

  static #takeHash() {
    const { hash } = location;
    const all = [...Auth0LockPasswordless.#all].filter((lock) => lock.#settings.isRedirect);
    const isKept = all.some((lock) => lock.#options.hashCleanup === false);
    const [address] = location.href.split("#");
    for (const lock of all)
      lock.#resume(hash, (error, result) => {
        if ((error || result) && !isKept && location.hash === hash)
          history.replaceState(history.state, "", address);
      });
  }

  /** The answer that the address has, taken once. */
  #return() {
    this.#returned ??= library(this.#settings.origin)
      .then(() => takeReturn(this.#domain, this.#clientId, remembers(this.#options)))
      .finally(() => this.#forget("session"));
    return this.#returned;
  }

  #withState(result, { state } = this.#settings) {
    return state ? { ...result, state, appState: state } : result;
  }

  async #resume(hash, callback = () => {}) {
    try {
      if (isReturn(this.#clientId)) {
        const result = this.#withState(await this.#return());
        this.#tell("hash_parsed", result);
        this.#tell("authenticated", result);
        return callback(null, result);
      }
      const { state, nonce } = this.#options.auth?.params ?? {};
      const known = { state: state ?? this.#options.auth?.state, nonce: nonce ?? this.#options.auth?.nonce };
      const result = await parseHash(this.#settings, hash, known);
      this.#tell("hash_parsed", result);
      if (result) this.#tell("authenticated", result);
      callback(null, result);
    } catch (error) {
      this.#tell("hash_parsed", error);
      this.#tell("authorization_error", error);
      callback(error, null);
    }
  }

  /** Every event is told later, so that who causes it comes to an end first. */
  #tell(name, ...details) {
    setTimeout(() => this.emit(name, ...details));
  }

  #giveUp(error) {
    setTimeout(() => {
      if (this.#isDestroyed) return;
      if (this.listenerCount("unrecoverable_error")) return this.emit("unrecoverable_error", error);
      throw error instanceof Error ? error : new Error(error);
    });
  }

  #warn(...about) {
    if (!this.#options.disableWarnings) console.warn("Lock:", ...about);
  }

  /**
   * Whether somebody is signed in at the server, for a page that wants to know: Lock asks on every page, and by a
   * frame that most browsers give no cookies.
   */
  async #tellSession(options, settings) {
    const isWanted = options.auth?.sso !== false && options.rememberLastLogin !== false && !isApp();
    if (!isWanted || !this.listenerCount("ssodata fetched")) return;
    const params = { responseType: "token id_token", timeout: SSO_PATIENCE };
    const data = await checkSession(settings, params).then(
      ({ idTokenPayload: { sub, name } }) => ({ sso: true, lastUsedUserID: sub, lastUsedUsername: name }),
      () => ({ sso: false }),
    );
    this.#tell("ssodata fetched", [null, data]);
  }

  #client() {
    return clientSettings(this.#settings.base, this.#clientId);
  }

  /** Where the form goes: into the page's own element, or over the page. */
  #place({ container }) {
    if (!container) return document.body;
    const place = document.getElementById(container);
    if (!place) throw new Error(`There is no element with the id ${container} to put the Lock into.`);
    return place;
  }

  /** The page's own words, over those that a script has registered. */
  async #dictionary(options, settings) {
    const { version } = Auth0LockPasswordless;
    const registered = await registeredWords(settings.words, version, settings.language).catch((error) => {
      this.#warn(error.message);
    });
    return merged(registered, options.languageDictionary);
  }

  async #open(options, place, life) {
    const settings = settingsOf(this.#clientId, this.#domain, options);
    const isUp = () => life === this.#life && this.#isShown;
    try {
      await library(settings.origin);
    } catch (error) {
      return this.#giveUp(coded("The login could not be loaded.", "sync", error));
    }
    // Not to be taken by the element that is shown: what it brings is this Lock's to tell.
    if (isReturn(this.#clientId)) await this.#return().catch(() => {});
    const [connections, dictionary] = await Promise.all([
      this.#connections(options),
      this.#dictionary(options, settings),
    ]);
    if (!isUp()) return;
    const parts = elementOf(options, settings, connections, dictionary, this.#domain);
    // Without a client id the element says that it is not set up.
    if (!connections.length) parts.attributes["client-id"] = "";
    this.#mount(options, settings, parts, place);
  }

  /** What there is to sign in with; why there is nothing is told. */
  async #connections(options) {
    try {
      const connections = connectionsOf(options, needsClient(options) ? await this.#client() : undefined);
      if (connections.length) return connections;
      this.#giveUp(coded("There is no email, sms or social connection to sign in with.", "no_connection"));
    } catch {
      // Was told when the settings were first asked for.
    }
    return [];
  }

  #mount(options, settings, parts, place) {
    const { attributes, properties, takes } = parts;
    this.#element?.remove();
    this.#step = undefined;
    this.#takes = takes;
    const element = document.createElement("latch-login");
    this.#element = element;
    element.id = `auth0-lock-container-${this.id}`;
    // What Lock leaves to the page: the session. Kept by the tab only until the page has been told.
    element.setAttribute("storage", "session");
    this.#forget("session");
    for (const [name, value] of Object.entries(attributes))
      if (value !== undefined) element.setAttribute(name, value);
    for (const [name, value] of Object.entries(properties)) if (value !== undefined) element[name] = value;
    if (options.disableWarnings) element.logger = null;
    dress(element, options);
    this.#listen(element, options, settings, parts);
    this.#tellSession(options, settings);
    const autofocus = options.autofocus ?? !(options.container || innerWidth < NARROW);
    if (!autofocus) element.focus = () => element.shadowRoot.querySelector("dialog")?.focus();
    place.append(element);
    adopt(element.getRootNode());
    if (element.modal) element.show();
    else if (autofocus) focusOnceSeen(element);
  }

  #listen(element, options, settings, parts) {
    const first = this.#takes.email || !this.#takes.sms ? "socialOrEmail" : "socialOrPhoneNumber";
    const names = { identifier: first, code: "vcode" };
    const on = (name, listener, how) =>
      element.addEventListener(name, (event) => this.#element === element && listener(event), how);
    on("latch-step", ({ detail: { step } }) => {
      if (step === this.#step) return;
      this.#step = step;
      if (names[step]) this.#tell(`${names[step]} ready`);
    });
    const submitted = () => {
      const name = names[this.#step ?? "identifier"];
      if (name) this.#tell(`${name} submit`);
    };
    on("submit", submitted, { capture: true });
    // What was said above the form was about what came before.
    on("submit", () => this.#hush(element), { capture: true });
    // A code that is complete is on its way without a press.
    on("input", () => {
      if (this.#step === "code") setTimeout(() => element.matches(":state(busy)") && submitted());
    });
    on("authenticated", ({ detail }) => {
      this.#forget("session");
      this.#tell("authenticated", this.#withState(detail, settings));
    });
    on("authorization_error", ({ detail }) => {
      this.#tell("authorization_error", refusal(detail, this.#step === "code"));
      if (options.scrollGlobalMessagesIntoView !== false) setTimeout(scrollToMessage, OPENING, element);
    });
    on("unrecoverable_error", ({ detail: { error, error_description: description } }) => {
      // That one was told with its reason.
      if (element.clientId) this.#giveUp(coded(description, error === "load_error" ? "sync" : error));
    });
    on("latch-before-send", ({ detail: { method, connection } }) => {
      if (method === "link" && !settings.takesLinks) element.authParams = asked(settings, connection);
    });
    on("latch-before-redirect", (event) => {
      const address = new URL(event.detail.url);
      if (address.pathname !== "/authorize") return;
      event.preventDefault();
      const realm = address.searchParams.get("realm");
      if (realm !== null) return location.assign(departure(address, asked(settings, realm)));
      this.#join(element, options, settings, parts, address);
    });
    on("hide", () => this.#isShown && this.#close());
  }

  #hush(element) {
    if (element.flash) element.flash = null;
  }

  /** A social button was pressed. In its passwordless form Lock calls that signing up. */
  async #join(element, options, settings, { connections, dictionary }, address) {
    const connection = connections.find(({ name }) => name === address.searchParams.get("connection"));
    this.#hush(element);
    this.#tell("federated login", { name: connection.name, strategy: connection.strategy, action: "signup" });
    const told = (error) => this.#tell("authorization_error", error);
    const login = { element, settings, options, dictionary, connection, address, told };
    const result = await signIn(login);
    if (!result) return;
    this.#tell("authenticated", result);
    if (element.autoclose === "on") this.hide();
  }

  /** The dialog closes first: then the focus goes back to where it was. */
  #close() {
    this.#isShown = false;
    this.#life += 1;
    this.#tell("hide");
    const element = this.#element;
    this.#element = undefined;
    if (!element) return;
    if (element.open) {
      element.addEventListener("hide", () => element.remove());
      element.hide();
    } else element.remove();
  }

  #forget(what, storage = "session") {
    try {
      globalThis[`${storage}Storage`].removeItem(`latch.${what}.${this.#clientId}`);
    } catch {
      // Blocked storage keeps nothing.
    }
  }
}
