// The attributes of <latch-login>, and the properties that go with them.

import { log } from "./log.js";
import { memory } from "./memory.js";
import { isSame } from "./same.js";

/** Attribute to option. Each is a property too. Where a list follows, its first value is the default. */
export const attributes = {
  domain: null,
  "client-id": null,
  scope: null,
  audience: null,
  connections: null,
  storage: ["local", "session", "memory"],
  region: null,
  "login-hint": null,
  "auto-submit": ["on", "off"],
  heading: null,
  logo: null,
  captcha: ["auto", "off"],
  transaction: null,
  method: ["code", "link", "both"],
  exchange: ["auto", "token", "cross-origin", "redirect"],
  "response-type": ["code", "token id_token", "token", "id_token"],
  "response-mode": ["", "web_message"],
  "redirect-uri": null,
  mailbox: ["on", "off"],
  terms: ["off", "notice", "accept"],
  "terms-url": null,
  "privacy-url": null,
  theme: ["latch", "soft", "sharp", "mono", "contrast", "auto"],
  scheme: ["auto", "light", "dark"],
  render: ["light", "shadow"],
  closable: ["on", "off"],
  autoclose: ["off", "on"],
  avatar: ["off", "gravatar"],
  remember: ["off", "on"],
};
export const names = Object.keys(attributes);
/** Attributes that are there or not. */
export const flags = ["modal", "open"];

/** Called when a property changed that is no attribute. */
export const changed = Symbol("changed");

export const camel = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

/** What the basic edition of the wasm knows of an attribute, where that is not all of it. */
const basic = { connections: ["", "email"], terms: ["off"], "auto-submit": ["on"], theme: ["latch"], scheme: ["auto"], transaction: [""], method: ["code"], exchange: ["auto", "token"], mailbox: ["on"], render: ["light"] };
/** Properties that are no attributes. */
export const rich = ["dictionary", "buttons", "flash", "authParams", "storageAdapter", "errorTransformer", "logger", "avatarProvider"];
/** What `connections` asks for: which ways codes go, and whether there are buttons of others. */
export const asked = (connections) => {
  const names = (connections.match(/\S+/g) ?? ["email"]).map((name) => name.split(":")[0]);
  const ways = [...new Set(names.filter((name) => name === "email" || name === "sms"))];
  return [ways.join(" "), names.some((name) => !ways.includes(name))];
};
/** Whether the page's address has an answer to a departure of ours. */
export const isReturn = () => /[?&#]state=latch-/.test(location.href);
/** Whether an earlier page load has left something of this name, or this one has where a storage is blocked, or is none. */
export const isLeft = (element, name, storage = "local") => {
  const key = `latch.${name}.${element.clientId}`;
  try {
    if (key in globalThis[`${storage}Storage`]) return true;
  } catch {}
  return memory.has(key);
};
/** Whether who was here last is to be offered. */
export const isRemembered = (element) => element.remember === "on" && !element.loginHint && isLeft(element, "remembered");
/** Whether an element asks for more than the basic edition has. */
export const isFull = (element) => element.modal || element.storageAdapter || element.errorTransformer || isReturn() || isRemembered(element) || Object.keys(basic).some((name) => !basic[name].includes(element[camel(name)]));

/** Warns once about each value that is none of an attribute's. */
const warned = new Set();
const oneOf = (element, name, values) => {
  const value = element.getAttribute(name) ?? "";
  if (!values || values.includes(value)) return value;
  const text = `${name}="${value}" is none of ${values.join(", ")}; using ${values[0]}`;
  if (value && !warned.has(text)) {
    warned.add(text);
    log(element, "warn", text);
  }
  return values[0];
};

/** A property that was set before the class was there shadows the accessor: set it again. */
export const upgrade = (element, name) => {
  if (!Object.hasOwn(element, name)) return;
  const value = element[name];
  delete element[name];
  element[name] = value;
};

/** Makes a property of each attribute. */
export const reflect = (prototype) => {
  for (const name of names) {
    Object.defineProperty(prototype, camel(name), {
      configurable: true,
      enumerable: true,
      get() {
        return oneOf(this, name, attributes[name]);
      },
      set(value) {
        value === null || value === undefined ? this.removeAttribute(name) : this.setAttribute(name, value);
      },
    });
  }

  for (const name of rich) {
    const key = Symbol(name);
    Object.defineProperty(prototype, name, {
      configurable: true,
      enumerable: true,
      get() {
        return this[key];
      },
      set(value) {
        const before = this[key];
        this[key] = value;
        if (!isSame(before, value)) this[changed](name);
      },
    });
  }

  for (const name of flags) {
    Object.defineProperty(prototype, name, {
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
};
