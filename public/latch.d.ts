// Made by e2e/manifest/generate.mjs from docs/element.md and the sources.

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
  /** Somebody has just signed in; does not bubble, because it holds tokens. */
  "authenticated": CustomEvent<LatchResult>;
  /** There is a session now, or none any more; also after a reload, and from other tabs. */
  "latch-session": CustomEvent<{ user: LatchUser | null }>;
  /** Another screen is up. */
  "latch-step": CustomEvent<{ step: "identifier" | "captcha" | "code" | "authenticated" | "failure" }>;
  /** A code or a link is about to be asked for; cancelable, and `waitUntil` has it wait (see below). */
  "latch-before-send": LatchQuestion<LatchSend>;
  /** A code is about to be checked; cancelable, and `waitUntil` has it wait. */
  "latch-before-verify": LatchQuestion<LatchVerify>;
  /** The page is about to be left for the server; cancelable, and then the page goes there, or does not; does not bubble, because the address may hold a ticket. */
  "latch-before-redirect": CustomEvent<{ url: string }>;
  /** The dialog came up. */
  "show": CustomEvent<null>;
  /** The dialog went. */
  "hide": CustomEvent<null>;
  /** The server refused, could not be reached, or was not believed. */
  "authorization_error": CustomEvent<LatchProblem>;
  /** No form can be shown. */
  "unrecoverable_error": CustomEvent<LatchProblem>;
}

/** What is set in markup, by attribute. */
export interface LatchLoginAttributes {
  /** The Auth0-compatible server: a host, or an origin with its scheme; https unless a scheme is given. */
  "domain"?: string | undefined;
  /** Your application. */
  "client-id"?: string | undefined;
  /** What is asked for, with blanks in between; `openid profile email` where it is left out. */
  "scope"?: string | undefined;
  /** The API that the access token is for. */
  "audience"?: string | undefined;
  /** What people sign in with, in order, with blanks in between: `email`, `sms`, each with a connection's own name behind a colon where it has one (`email:customers`), and any other connection, which becomes a button; `email` where it is left out. */
  "connections"?: string | undefined;
  /** Where the session is kept. */
  "storage"?: "local" | "session" | "memory" | undefined;
  /** Whose numbers are meant where no country is given (ISO 3166-1 alpha-2); told by the server, the browser and its clock otherwise. */
  "region"?: string | undefined;
  /** Fills the field. */
  "login-hint"?: string | undefined;
  /** Whether a complete code is checked without a press. */
  "auto-submit"?: "on" | "off" | undefined;
  /** Your words above the first screen. */
  "heading"?: string | undefined;
  /** The address of your image, above the first screen. */
  "logo"?: string | undefined;
  /** What is sent to an address: a code, a link, or both in one message. */
  "method"?: "code" | "link" | "both" | undefined;
  /** How a code becomes tokens: at `/oauth/token` or, where the application may not, by `/co/authenticate`; `redirect` leaves it to the hosted page. */
  "exchange"?: "auto" | "token" | "cross-origin" | "redirect" | undefined;
  /** What `/authorize` and a link bring back. */
  "response-type"?: "code" | "token id_token" | "token" | "id_token" | undefined;
  /** `web_message` asks `/authorize` in a frame, and does not leave the page. */
  "response-mode"?: "" | "web_message" | undefined;
  /** Where links and `/authorize` come back to; this page where it is left out. */
  "redirect-uri"?: string | undefined;
  /** Whether a captcha is solved when the server wants one. */
  "captcha"?: "auto" | "off" | undefined;
  /** Whether the way to the mailbox is shown while a message is waited for. */
  "mailbox"?: "on" | "off" | undefined;
  /** What is said of your terms: nothing; that whoever goes on agrees to them; a box that has to be ticked first. */
  "terms"?: "off" | "notice" | "accept" | undefined;
  /** Where your terms are. */
  "terms-url"?: string | undefined;
  /** Where your privacy policy is. */
  "privacy-url"?: string | undefined;
  /** The look, by name; `auto` makes one of `--latch-accent` alone, and finds the colours that can be read with it. */
  "theme"?: "latch" | "soft" | "sharp" | "mono" | "contrast" | "auto" | undefined;
  /** Whether it is light or dark; `auto` is what the reader's system says. */
  "scheme"?: "auto" | "light" | "dark" | undefined;
  /** Where the form is: among the page's nodes, or in the shadow root (see below). */
  "render"?: "light" | "shadow" | undefined;
  /** Whether people can close the dialog. */
  "closable"?: "on" | "off" | undefined;
  /** Whether the dialog closes when they are signed in; an element that is no dialog stays. */
  "autoclose"?: "off" | "on" | undefined;
  /** Whether whoever was here last is offered to go on with one press. Their address or number is kept in this browser's local storage for 90 days, and no token; with `storage="memory"` nothing is kept. */
  "remember"?: "off" | "on" | undefined;
  /** Whether Gravatar is asked for the picture of who has pressed Continue, by the SHA-256 of their address. */
  "avatar"?: "off" | "gravatar" | undefined;
  /** A dialog over the page, and not a part of it. */
  "modal"?: boolean | undefined;
  /** Whether the dialog is up. */
  "open"?: boolean | undefined;
  /** Under which the form is sent the ID token. */
  "name"?: string | undefined;
  /** The form is not sent before somebody is signed in. */
  "required"?: boolean | undefined;
}

/** A passwordless login: a code or a link, sent to an address or a number. */
export class LatchLogin extends HTMLElement {
  /** The Auth0-compatible server: a host, or an origin with its scheme; https unless a scheme is given. */
  domain: string;
  /** Your application. */
  clientId: string;
  /** What is asked for, with blanks in between; `openid profile email` where it is left out. */
  scope: string;
  /** The API that the access token is for. */
  audience: string;
  /** What people sign in with, in order, with blanks in between: `email`, `sms`, each with a connection's own name behind a colon where it has one (`email:customers`), and any other connection, which becomes a button; `email` where it is left out. */
  connections: string;
  /** Where the session is kept. */
  storage: "local" | "session" | "memory";
  /** Whose numbers are meant where no country is given (ISO 3166-1 alpha-2); told by the server, the browser and its clock otherwise. */
  region: string;
  /** Fills the field. */
  loginHint: string;
  /** Whether a complete code is checked without a press. */
  autoSubmit: "on" | "off";
  /** Your words above the first screen. */
  heading: string;
  /** The address of your image, above the first screen. */
  logo: string;
  /** What is sent to an address: a code, a link, or both in one message. */
  method: "code" | "link" | "both";
  /** How a code becomes tokens: at `/oauth/token` or, where the application may not, by `/co/authenticate`; `redirect` leaves it to the hosted page. */
  exchange: "auto" | "token" | "cross-origin" | "redirect";
  /** What `/authorize` and a link bring back. */
  responseType: "code" | "token id_token" | "token" | "id_token";
  /** `web_message` asks `/authorize` in a frame, and does not leave the page. */
  responseMode: "" | "web_message";
  /** Where links and `/authorize` come back to; this page where it is left out. */
  redirectUri: string;
  /** Whether a captcha is solved when the server wants one. */
  captcha: "auto" | "off";
  /** Whether the way to the mailbox is shown while a message is waited for. */
  mailbox: "on" | "off";
  /** What is said of your terms: nothing; that whoever goes on agrees to them; a box that has to be ticked first. */
  terms: "off" | "notice" | "accept";
  /** Where your terms are. */
  termsUrl: string;
  /** Where your privacy policy is. */
  privacyUrl: string;
  /** The look, by name; `auto` makes one of `--latch-accent` alone, and finds the colours that can be read with it. */
  theme: "latch" | "soft" | "sharp" | "mono" | "contrast" | "auto";
  /** Whether it is light or dark; `auto` is what the reader's system says. */
  scheme: "auto" | "light" | "dark";
  /** Where the form is: among the page's nodes, or in the shadow root (see below). */
  render: "light" | "shadow";
  /** Whether people can close the dialog. */
  closable: "on" | "off";
  /** Whether the dialog closes when they are signed in; an element that is no dialog stays. */
  autoclose: "off" | "on";
  /** Whether whoever was here last is offered to go on with one press. Their address or number is kept in this browser's local storage for 90 days, and no token; with `storage="memory"` nothing is kept. */
  remember: "off" | "on";
  /** Whether Gravatar is asked for the picture of who has pressed Continue, by the SHA-256 of their address. */
  avatar: "off" | "gravatar";
  /** A dialog over the page, and not a part of it. */
  modal: boolean;
  /** Whether the dialog is up. */
  open: boolean;
  /** Under which the form is sent the ID token. */
  name: string;
  /** The form is not sent before somebody is signed in. */
  required: boolean;

  /** Words of your own, by the keys of `i18n/en.json`; a sentence with a number may have one for each plural form. */
  dictionary: Record<string, string | Record<string, string>> | undefined;
  /** What the buttons of other connections look like, by the connection's name, and the scope that each asks its connection for. */
  buttons: Record<string, { displayName?: string; primaryColor?: string; foregroundColor?: string; icon?: string; connectionScope?: string }> | undefined;
  /** A message of your own above the form, with a sign of its type; it is also said aloud, an error at once. `null` takes it away. */
  flash: { type: "info" | "success" | "error"; text: string } | null | undefined;
  /** More parameters for `/passwordless/start` and `/authorize` (see below). */
  authParams: Record<string, string | number | boolean> | undefined;
  /** Your own storage for the session and for a login that has begun, in the place of the browser's (see below). */
  storageAdapter: LatchStorage | undefined;
  /** Your own sentence for something that is wrong (see below). */
  errorTransformer: ((error: LatchError) => string | null | undefined) | undefined;
  /** Where else the picture and the name of who has pressed Continue come from; a picture is at https, at your own origin, or a `data:image/…`; without one nothing is shown. */
  avatarProvider: { url?: (email: string) => string | Promise<string>; displayName?: (email: string) => string | Promise<string> } | undefined;
  /** Hears what would go to the console; `null` has nothing said. */
  logger: LatchLogger | null | undefined;

  /** Shows it: the dialog, or a hidden element. */
  show(): void;
  /** Hides it; what was typed stays, and so does who is signed in. */
  hide(): void;
  /** Starts over; signs out first where somebody is signed in. */
  reset(): void;
  /** The claims of who is signed in. */
  getUser(): Promise<LatchUser | null>;
  /** An access token that is still good; with `minValidity` for so many seconds more, renewed where it has to be (see below). */
  getAccessToken(options?: { minValidity?: number }): Promise<string | null>;
  /** Asks the server, which nobody sees, who is signed in, and takes that over (see below). */
  checkSession(): Promise<LatchUser | null>;
  /** Signs out here, and at the server where there is an address to return to. */
  logout(options?: { returnTo?: string }): Promise<void>;
  /** Has this browser forget who was here last. */
  forget(): Promise<void>;
  /** What on this page would keep a login from working, and the line that changes it (see below). */
  diagnose(): Promise<LatchReport>;
  /** To the field, or to the button where there is none. */
  focus(options?: FocusOptions): void;

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
