// Types of lock.js: Lock's passwordless interface, as Latch has it.

import type { LatchUser } from "./latch.js";

/** What signing in gives. What an answer did not have is `null`. */
export interface AuthResult {
  accessToken: string | null;
  idToken: string | null;
  idTokenPayload: LatchUser | null;
  appState: unknown;
  refreshToken: string | null;
  state: string | null;
  expiresIn: number | null;
  tokenType: string | null;
  scope: string | null;
}

/** Why there is none. */
export interface AuthorizationError {
  error: string;
  /** Of a code that was refused. */
  code?: string;
  /** Of a code that was refused, or not sent. */
  description?: string;
  /** Of an answer in the page's address. */
  errorDescription?: string;
  /** Of a silent answer. */
  error_description?: string;
  state?: string;
}

export interface AuthButton {
  displayName?: string;
  primaryColor?: string;
  foregroundColor?: string;
  icon?: string;
}

export interface Theme {
  logo?: string;
  primaryColor?: string;
  labeledSubmitButton?: boolean;
  hideMainScreenTitle?: boolean;
  authButtons?: Record<string, AuthButton>;
}

/** What is sent to `/authorize`, besides what the other options say. */
export interface AuthParams {
  scope?: string;
  state?: string;
  nonce?: string;
  [parameter: string]: unknown;
}

export interface AuthOptions {
  audience?: string;
  params?: AuthParams;
  autoParseHash?: boolean;
  redirect?: boolean;
  redirectUrl?: string;
  responseMode?: string;
  responseType?: string;
  sso?: boolean;
  state?: string;
  nonce?: string;
  connectionScopes?: Record<string, string[]>;
}

type Told<Value> = (error: unknown, value?: Value) => void;

export interface Options {
  allowedConnections?: string[];
  container?: string;
  closable?: boolean;
  autoclose?: boolean;
  autofocus?: boolean;
  avatar?: {
    url?: (email: string, told: Told<string>) => void;
    displayName?: (email: string, told: Told<string>) => void;
  } | null;
  language?: string;
  languageDictionary?: Record<string, unknown>;
  languageBaseUrl?: string;
  disableWarnings?: boolean;
  mobile?: boolean;
  forceAutoHeight?: boolean;
  scrollGlobalMessagesIntoView?: boolean;
  popupOptions?: { width?: number; height?: number; top?: number; left?: number };
  rememberLastLogin?: boolean;
  allowAutocomplete?: boolean;
  theme?: Theme;
  auth?: AuthOptions;
  passwordlessMethod?: "code" | "link";
  mustAcceptTerms?: boolean;
  showTerms?: boolean;
  /** ISO 3166-1 alpha-2. */
  defaultLocation?: string;
  prefill?: { email?: string; phoneNumber?: string };
  useCustomPasswordlessConnection?: boolean;
  configurationBaseUrl?: string;
  clientBaseUrl?: string;
  assetsUrl?: string;
  hashCleanup?: boolean;
  hooks?: { loggingIn?: (context: null, done: () => void) => void };
  leeway?: number;
  legacySameSiteCookie?: boolean;
  overrides?: { __token_issuer?: string; __jwks_uri?: string };
  _enableIdPInitiatedLogin?: boolean;
  /** Others of Lock's are taken, and have no effect. */
  [other: string]: unknown;
}

/** What `show` says anew, until it is hidden. */
export interface ShowOptions {
  allowedConnections?: string[];
  auth?: { params?: AuthParams };
  flashMessage?: { type: "error" | "success" | "info"; text: string };
  theme?: Pick<Theme, "logo" | "primaryColor">;
  language?: string;
  languageDictionary?: Record<string, unknown>;
  rememberLastLogin?: boolean;
  allowAutocomplete?: boolean;
}

/** Listeners, by event. */
export interface Events {
  show: () => void;
  hide: () => void;
  unrecoverable_error: (error: string | (Error & { code?: string; origin?: Error })) => void;
  authenticated: (result: AuthResult) => void;
  authorization_error: (error: AuthorizationError) => void;
  hash_parsed: (outcome: AuthResult | AuthorizationError | null) => void;
  "socialOrEmail ready": () => void;
  "socialOrEmail submit": () => void;
  "socialOrPhoneNumber ready": () => void;
  "socialOrPhoneNumber submit": () => void;
  "vcode ready": () => void;
  "vcode submit": () => void;
  "federated login": (login: { name: string; strategy: string; action: string }) => void;
  "ssodata fetched": (
    outcome: [null, { sso: boolean; lastUsedUserID?: string; lastUsedUsername?: string }],
  ) => void;
}

export class Auth0LockPasswordless {
  static readonly version: string;
  constructor(clientID: string, domain: string, options?: Options);
  readonly id: number;
  readonly validEvents: string[];
  show(options?: ShowOptions): void;
  hide(): void;
  destroy(): void;
  resumeAuth(hash: string, callback: Told<AuthResult | null>): void;
  checkSession(
    params: AuthParams & { responseType?: string; redirectUri?: string; audience?: string; timeout?: number },
    callback: Told<AuthResult>,
  ): void;
  getUserInfo(accessToken: string, callback: Told<Omit<LatchUser, "iss" | "aud" | "exp" | "iat">>): void;
  /** @deprecated The older name of `getUserInfo`. */
  getProfile(accessToken: string, callback: Told<Omit<LatchUser, "iss" | "aud" | "exp" | "iat">>): void;
  logout(query?: { returnTo?: string; clientID?: string; federated?: boolean }): void;
  on<Name extends keyof Events>(name: Name, listener: Events[Name]): this;
  once<Name extends keyof Events>(name: Name, listener: Events[Name]): this;
  off<Name extends keyof Events>(name: Name, listener: Events[Name]): this;
  addListener<Name extends keyof Events>(name: Name, listener: Events[Name]): this;
  removeListener<Name extends keyof Events>(name: Name, listener: Events[Name]): this;
  prependListener<Name extends keyof Events>(name: Name, listener: Events[Name]): this;
  prependOnceListener<Name extends keyof Events>(name: Name, listener: Events[Name]): this;
  removeAllListeners(name?: keyof Events): this;
  emit(name: string, ...details: unknown[]): boolean;
  listeners(name: string): ((...details: unknown[]) => void)[];
  rawListeners(name: string): ((...details: unknown[]) => void)[];
  listenerCount(name: string): number;
  eventNames(): string[];
  setMaxListeners(most: number): this;
  getMaxListeners(): number;
}

export default Auth0LockPasswordless;

declare global {
  interface Window {
    Auth0LockPasswordless: typeof Auth0LockPasswordless;
  }
}
