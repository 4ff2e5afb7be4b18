// The element for tools: the custom elements manifest, editors' data, and types.

const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
const plain = (description) => description.replaceAll("`", "");
const SUMMARY = "A passwordless login: a code or a link, sent to an address or a number.";
/** What every element has of this name. */
const GLOBAL = ["hidden", "lang"];
const GENERATED = "Made by e2e/manifest/generate.mjs from docs/element.md and the sources.";

/** https://github.com/webcomponents/custom-elements-manifest */
const manifest = (it) =>
  json({
    schemaVersion: "2.1.0",
    readme: "docs/element.md",
    modules: [
      {
        kind: "javascript-module",
        path: "latch.js",
        declarations: [
          {
            kind: "class",
            customElement: true,
            name: "LatchLogin",
            tagName: "latch-login",
            summary: SUMMARY,
            superclass: { name: "HTMLElement" },
            attributes: it.attributes.map(({ name, field, type, initial, description }) => ({
              name,
              fieldName: field,
              type: { text: type },
              default: initial,
              description,
            })),
            members: [
              ...it.attributes.map(({ name, field, type, initial, description }) => ({
                kind: "field",
                name: field,
                attribute: name,
                reflects: true,
                type: { text: type },
                default: initial,
                description,
              })),
              ...it.properties.map(({ name, type, description }) => ({
                kind: "field",
                name,
                type: { text: type },
                description,
              })),
              ...it.methods.map(({ name, signature, description }) => {
                const [, inner, result] = /^\((.*)\): (.*)$/.exec(signature);
                const [parameter, type] = inner.split(/\??: (.*)/);
                const parameters = inner
                  ? [{ name: parameter, optional: inner.includes("?:"), type: { text: type } }]
                  : [];
                return { kind: "method", name, parameters, return: { type: { text: result } }, description };
              }),
            ],
            events: it.events.map(({ name, detail, description }) => ({
              name,
              type: { text: eventType(detail) },
              description,
            })),
            slots: it.slots,
            cssParts: it.parts,
            cssStates: it.states,
            cssProperties: it.customProperties.map(({ name, initial, description }) => ({
              name,
              default: initial,
              description,
            })),
          },
          {
            kind: "function",
            name: "define",
            description: "Defines the element, once, under the name that the page wants.",
          },
        ],
        exports: [
          { kind: "js", name: "LatchLogin", declaration: { name: "LatchLogin", module: "latch.js" } },
          { kind: "js", name: "define", declaration: { name: "define", module: "latch.js" } },
          {
            kind: "custom-element-definition",
            name: "latch-login",
            declaration: { name: "LatchLogin", module: "latch.js" },
          },
        ],
      },
    ],
  });

/** https://code.visualstudio.com/api/extension-guides/custom-data-extension */
const vscode = (it) =>
  json({
    version: 1.1,
    tags: [
      {
        name: "latch-login",
        description: SUMMARY,
        attributes: it.attributes.map(({ name, type, values, description }) => ({
          name,
          description: plain(description),
          ...(type === "boolean" ? { valueSet: "v" } : {}),
          ...(values.length ? { values: values.map((value) => ({ name: value })) } : {}),
        })),
      },
    ],
  });

/** https://github.com/JetBrains/web-types */
const webTypes = (it) =>
  json({
    $schema: "https://raw.githubusercontent.com/JetBrains/web-types/master/schema/web-types.json",
    name: "latch",
    version: "1",
    "description-markup": "markdown",
    contributions: {
      html: {
        elements: [
          {
            name: "latch-login",
            description: SUMMARY,
            attributes: it.attributes.map(({ name, type, initial, description }) => ({
              name,
              description,
              default: initial,
              value: type === "boolean" ? { kind: "no-value" } : { type },
            })),
            slots: it.slots,
            js: {
              events: it.events.map(({ name, description }) => ({ name, description })),
              properties: it.properties.map(({ name, type, description }) => ({ name, type, description })),
            },
            css: {
              parts: it.parts,
              properties: it.customProperties.map(({ name, description }) => ({ name, description })),
            },
          },
        ],
      },
    },
  });

const comment = (description, indent = "  ") =>
  `${indent}/** ${description[0].toUpperCase()}${description.slice(1)}. */\n`;

const types = (it) => `// ${GENERATED}

/** What signing in gives: Lock's authResult, with the claims' own names. */
export interface LatchResult {
  accessToken: string;
  idToken: string | null;
  idTokenPayload: LatchUser | null;
  refreshToken: string | null;
  expiresIn: number;
  tokenType: string;
  scope: string | null;
  state: unknown;
  appState: unknown;
}

/** The claims of an ID token. */
export interface LatchUser {
  iss: string;
  sub: string;
  aud: string | string[];
  exp: number;
  iat: number;
  name?: string;
  email?: string;
  email_verified?: boolean;
  phone_number?: string;
  phone_number_verified?: boolean;
  [claim: string]: unknown;
}

export interface LatchProblem {
  /** The server's code, or the element's own. */
  error: string;
  error_description: string;
}

/** What latch-before-send is about. */
export interface LatchSend {
  connection: string;
  identifier: string;
  /** What is sent: a code, a link, or both in one message. */
  method: string;
  /** Whether it is sent again. */
  resend: boolean;
}

/** What latch-before-verify is about: never the code itself. */
export interface LatchVerify {
  connection: string;
  identifier: string;
  /** How many digits the code has. */
  length: number;
}

/** An event that waits for an answer. */
export interface LatchQuestion<Detail> extends CustomEvent<Detail> {
  /** Nothing is sent before the promise is settled, and nothing at all where it is rejected. */
  waitUntil(promise: Promise<unknown>): void;
}

/** Something that is wrong, before it is said. */
export interface LatchError {
  /** The key of our sentence in i18n/en.json. */
  code: string;
  /** Our sentence. */
  message: string;
  step: "identifier" | "captcha" | "code";
  /** What the server said, where it is about that. */
  error: string | null;
  description: string | null;
}

export interface LatchStorage {
  getItem(key: string): string | null | undefined | Promise<string | null | undefined>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}

export interface LatchLogger {
  debug?(...what: unknown[]): void;
  info?(...what: unknown[]): void;
  warn?(...what: unknown[]): void;
  error?(...what: unknown[]): void;
}

export interface LatchReport {
  /** Whether there is no error among them. */
  ok: boolean;
  findings: { id: string; severity: "error" | "warning" | "info"; what: string; fix: string }[];
}

/** The element's own events, by name. */
export interface LatchLoginEventMap {
${it.events.map(({ name, detail, description }) => `${comment(description)}  ${JSON.stringify(name)}: ${eventType(detail)};\n`).join("")}}

/** What is set in markup, by attribute. */
export interface LatchLoginAttributes {
${it.attributes
  .filter(({ name }) => !GLOBAL.includes(name))
  .map(
    ({ name, type, description }) =>
      `${comment(description)}  ${JSON.stringify(name)}?: ${type} | undefined;\n`,
  )
  .join("")}}

/** ${SUMMARY} */
export class LatchLogin extends HTMLElement {
${it.attributes
  .filter(({ name }) => !GLOBAL.includes(name))
  .map(({ field, type, description }) => `${comment(description)}  ${field}: ${type};\n`)
  .join("")}
${it.properties.map(({ name, type, description }) => `${comment(description)}  ${name}: ${type};\n`).join("")}
${it.methods.map(({ name, signature, description }) => `${comment(description)}  ${name}${signature};\n`).join("")}
  /** In a form of the page's own, what every field has. */
  readonly form: HTMLFormElement | null;
  readonly validity: ValidityState | null;
  readonly validationMessage: string | null;
  readonly willValidate: boolean | null;
  checkValidity(): boolean;
  reportValidity(): boolean;

  addEventListener<K extends keyof LatchLoginEventMap>(
    type: K,
    listener: (this: LatchLogin, event: LatchLoginEventMap[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener<K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (this: LatchLogin, event: HTMLElementEventMap[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<K extends keyof LatchLoginEventMap>(
    type: K,
    listener: (this: LatchLogin, event: LatchLoginEventMap[K]) => void,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener<K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (this: LatchLogin, event: HTMLElementEventMap[K]) => void,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | EventListenerOptions): void;
}

/** Defines the element, once, under the name that the page wants. */
export function define(name?: string, registry?: CustomElementRegistry): void;

declare global {
  interface HTMLElementTagNameMap {
    "latch-login": LatchLogin;
  }
}
`;

/** An event, as a framework names the property for its listener. */
const listeners = (it, named) =>
  it.events
    .map(
      ({ name }) =>
        `  ${JSON.stringify(named(name))}?: ((event: LatchLoginEventMap[${JSON.stringify(name)}]) => void) | undefined;\n`,
    )
    .join("");

const properties = (it) =>
  it.properties.map(({ name }) => `  ${name}?: LatchLogin[${JSON.stringify(name)}];\n`).join("");

const react = (it) => `// ${GENERATED}

import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { LatchLogin, LatchLoginAttributes, LatchLoginEventMap } from "../latch.js";

/** React 19 sets properties, and takes \`on\` and an event's name for its listener. */
interface LatchLoginProps extends DetailedHTMLProps<HTMLAttributes<LatchLogin>, LatchLogin>, LatchLoginAttributes {
${properties(it)}${listeners(it, (name) => `on${name}`)}}

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "latch-login": LatchLoginProps;
    }
  }
}
`;

const pascal = (name) => name.replace(/(?:^|[-_ ])(.)/g, (_, letter) => letter.toUpperCase());

const vue = (it) => `// ${GENERATED}

import type { DefineComponent, HTMLAttributes } from "vue";
import type { LatchLogin, LatchLoginAttributes, LatchLoginEventMap } from "../latch.js";

interface LatchLoginProps extends LatchLoginAttributes, /* @vue-ignore */ HTMLAttributes {
${properties(it)}${listeners(it, (name) => `on${pascal(name)}`)}}

declare module "vue" {
  interface GlobalComponents {
    "latch-login": DefineComponent<LatchLoginProps>;
  }
}
`;

const svelte = (it) => `// ${GENERATED}

import type { HTMLAttributes } from "svelte/elements";
import type { LatchLogin, LatchLoginAttributes, LatchLoginEventMap } from "../latch.js";

interface LatchLoginProps extends HTMLAttributes<LatchLogin>, LatchLoginAttributes {
${properties(it)}${listeners(it, (name) => `on${name}`)}}

declare module "svelte/elements" {
  interface SvelteHTMLElements {
    "latch-login": LatchLoginProps;
  }
}
`;

/** Every file, by its place below public/. */
/** Events that ask have a type of their own. */
const eventType = (detail) => `${/^Latch(Send|Verify)$/.test(detail) ? "LatchQuestion" : "CustomEvent"}<${detail}>`;

export const files = (it) => ({
  "custom-elements.json": manifest(it),
  "latch.d.ts": types(it),
  "types/react.d.ts": react(it),
  "types/vue.d.ts": vue(it),
  "types/svelte.d.ts": svelte(it),
  "types/vscode.html-custom-data.json": vscode(it),
  "types/web-types.json": webTypes(it),
});
