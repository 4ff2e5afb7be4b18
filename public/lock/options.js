// Lock's options, as attributes and properties of <latch-login>.

import { ours, read, terms, text } from "./words.js";
import { origin } from "./authorize.js";

const isText = (value) => typeof value === "string" && value !== "";
const given = (value) => (isText(value) ? value : undefined);
const onOff = (value) => (value ? "on" : "off");

/** Whether who was here last is offered: Lock knows it by its silent question, which both of these keep from it. */
export const remembers = ({ rememberLastLogin, auth }) => onOff(rememberLastLogin !== false && auth?.sso !== false);

const isObject = (value) => typeof value === "object" && value !== null;

/** Those of two that `show` may say anew; what it says of `auth.params` stands in the place of the others. */
export const overridden = (options, others) => {
  const { auth, theme, languageDictionary, flashMessage, ...rest } = others;
  const names = ["allowedConnections", "language", "rememberLastLogin", "allowAutocomplete"];
  const changes = Object.fromEntries(
    names.flatMap((name) => (rest[name] === undefined ? [] : [[name, rest[name]]])),
  );
  const looks = Object.entries(theme ?? {}).filter(([name]) => ["primaryColor", "logo"].includes(name));
  return {
    ...options,
    ...changes,
    flashMessage,
    languageDictionary: merged(options.languageDictionary, languageDictionary),
    theme: { ...options.theme, ...Object.fromEntries(looks) },
    auth: auth?.params ? { ...options.auth, params: auth.params, isReplaced: true } : options.auth,
  };
};

/** One dictionary over another, group by group. */
export const merged = (under, over) => {
  const all = { ...under };
  for (const [key, value] of Object.entries(over ?? {}))
    all[key] = isObject(value) ? merged(isObject(all[key]) ? all[key] : {}, value) : value;
  return all;
};

/** Whether the page is an app's own, packed with it. */
export const isApp = () => Boolean(globalThis.cordova || globalThis.electron);

const here = () => `${location.origin}${location.pathname}`;

/** What is asked of the server, and where it is. */
export const settingsOf = (clientId, domain, options) => {
  const auth = options.auth ?? {};
  const { scope, state, nonce, ...params } = auth.params ?? {};
  const server = origin(domain);
  const redirectUrl = given(auth.redirectUrl) ?? here();
  // A page of an app has no address to come back to.
  const isRedirect = auth.redirect !== false && !isApp();
  const responseType = given(auth.responseType) ?? (given(auth.redirectUrl) ? "code" : "token");
  const comesBack = !/\bcode\b/.test(responseType) && redirectUrl.split("#")[0] === here();
  return {
    clientId,
    origin: server,
    base: [options.clientBaseUrl, options.configurationBaseUrl, options.assetsUrl].find(isText) ?? server,
    words: [options.languageBaseUrl, options.assetsUrl].find(isText),
    language: (given(options.language) ?? "en").trim().toLowerCase(),
    issuer: given(options.overrides?.__token_issuer) ?? `${server}/`,
    keySetAddress: given(options.overrides?.__jwks_uri) ?? `${server}/.well-known/jwks.json`,
    leeway: Number(options.leeway ?? 60) || 0,
    scope: scope ?? (auth.isReplaced ? undefined : "openid profile email"),
    audience: params.audience ?? given(auth.audience),
    state: state ?? given(auth.state),
    nonce: nonce ?? given(auth.nonce),
    params,
    redirectUrl,
    responseType,
    responseMode: given(auth.responseMode),
    isRedirect,
    // Nothing is gained by leaving a page only to come back to it with what could be had without.
    stays: !isRedirect || comesBack,
    // Then the element knows its own answer again, in the browser that asked for it. A page's own nonce it does not know.
    takesLinks: isRedirect && comesBack && !(nonce ?? given(auth.nonce)),
    takesUnasked: Boolean(options._enableIdPInitiatedLogin || options._enableImpersonation),
    isLegacy: options.legacySameSiteCookie !== false,
  };
};

/** Kinds of connections that Lock's passwordless form does not offer by itself: databases, and companies'. */
const OTHERS =
  "auth0 ad adfs auth0-adldap auth0-oidc custom google-apps ip mscrm office365 oidc okta pingfederate samlp sharepoint waad".split(
    " ",
  );

/** Whether the application's settings have to be known, to tell which connections there are. */
export const needsClient = ({ allowedConnections: names, useCustomPasswordlessConnection }) =>
  useCustomPasswordlessConnection === true ||
  !Array.isArray(names) ||
  !names.length ||
  names.some((name) => name !== "email" && name !== "sms");

/** The connections to offer, in order: each with its name and its strategy. Those that are not there are left out. */
export const connectionsOf = (options, client) => {
  const named = Array.isArray(options.allowedConnections) ? options.allowedConnections : [];
  if (!client) return [...new Set(named)].map((name) => ({ name, strategy: name }));
  const all = client.strategies.flatMap((strategy) =>
    strategy.connections.map((connection) => ({ ...connection, strategy: strategy.name })),
  );
  if (named.length) return [...new Set(named)].flatMap((name) => all.find((it) => it.name === name) ?? []);
  // Who names none gets the one that Lock would take, and no phone number beside an address.
  const way = ["email", "sms"]
    .flatMap((strategy) => all.find((it) => it.strategy === strategy) ?? [])
    .slice(0, 1);
  return all.filter((it) => way.includes(it) || !["email", "sms", ...OTHERS].includes(it.strategy));
};

const isWay = ({ strategy }) => strategy === "email" || strategy === "sms";

/** Social buttons: what the page says of them, over what the server does. */
const buttonsOf = (options, connections) =>
  Object.fromEntries(
    connections
      .filter((it) => !isWay(it))
      .map(({ name, display_name: displayName }) => {
        const own = options.theme?.authButtons?.[name];
        return [name, { ...(displayName && { displayName }), ...own }];
      }),
  );

/** Lock's callbacks, as promises: what one is given after an error, or nothing. */
const promised = (ask) => (email) =>
  new Promise((done, fail) => ask(email, (error, value) => (error ? fail(error) : done(value))));

const avatarOf = (avatar) => {
  if (!isObject(avatar)) return undefined;
  const { url, displayName } = avatar;
  return { ...(url && { url: promised(url) }), ...(displayName && { displayName: promised(displayName) }) };
};

/** Everything that an element is given for a login: attributes, properties; and what the login takes. */
export const elementOf = (options, settings, connections, dictionary, domain) => {
  const ways = new Set();
  const list = connections.flatMap(({ name, strategy }) => {
    if (!isWay({ strategy })) return [name];
    // One of each kind; which of them is the server's to know, unless the page insists.
    if (ways.has(strategy)) return [];
    ways.add(strategy);
    return [
      options.useCustomPasswordlessConnection === true && name !== strategy
        ? `${strategy}:${name}`
        : strategy,
    ];
  });
  const buttons = buttonsOf(options, connections);
  const takes = { email: ways.has("email"), sms: ways.has("sms"), buttons: Object.keys(buttons).length > 0 };
  const { email, phoneNumber } = options.prefill ?? {};
  const [hint, other] = ways.values().next().value === "sms" ? [phoneNumber, email] : [email, phoneNumber];
  const prefill = given(hint) ?? (ways.size > 1 ? given(other) : undefined);
  const said = terms(read(dictionary, "signUpTerms"));
  const [termsUrl, privacyUrl] = said.urls;
  const isClosable = !given(options.container) && options.closable !== false;
  const { state, nonce, params, audience, scope } = settings;
  const isLink = options.passwordlessMethod === "link";
  // A state that the page always has would be known again in any browser: with a link the element sends one of its own.
  const authParams = { ...params, ...(!isLink && { ...(state && { state }), ...(nonce && { nonce }) }) };
  const attributes = {
    domain,
    "client-id": settings.clientId,
    connections: list.join(" "),
    scope,
    audience,
    method: isLink ? "link" : "code",
    exchange: settings.stays ? "auto" : "cross-origin",
    // What the element asks for itself: an ID token in any case. Where it leaves the page, Lock asks.
    "response-type": /\bcode\b/.test(settings.responseType) ? "code" : "token id_token",
    "response-mode": settings.isRedirect ? undefined : "web_message",
    "redirect-uri": settings.redirectUrl,
    "login-hint": prefill,
    lang: settings.language,
    logo: given(options.theme?.logo),
    region: given(options.defaultLocation)?.toUpperCase(),
    remember: remembers(options),
    // Lock asks Gravatar about everybody; here only who says how is asked.
    avatar: "off",
    terms: options.mustAcceptTerms ? "accept" : options.showTerms === false ? "off" : "notice",
    "terms-url": termsUrl,
    "privacy-url": privacyUrl,
    modal: given(options.container) ? undefined : "",
    closable: onOff(isClosable),
    autoclose: onOff(isClosable && options.autoclose === true),
  };
  const words = { ...ours(dictionary, takes), ...said.words };
  const properties = {
    dictionary: Object.keys(words).length ? words : undefined,
    buttons: takes.buttons ? buttons : undefined,
    avatarProvider: avatarOf(options.avatar),
    flash: options.flashMessage && { ...options.flashMessage, text: text(options.flashMessage.text) },
    authParams: Object.keys(authParams).length ? authParams : undefined,
  };
  return { attributes, properties, takes, connections, dictionary };
};
