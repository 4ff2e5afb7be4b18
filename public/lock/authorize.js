// Lock's share of auth0.js: answers in the address, silent ones, the profile, signing out.

import { verified } from "./id-token.js";
import { begin, end } from "./transaction.js";

/** auth0.js's own patience with a silent answer, in milliseconds. */
const PATIENCE = 60_000;

/** `login.example.com`, or an origin with its scheme, to an origin. */
export const origin = (domain) =>
  /^https?:\/\//.test(domain) ? domain.replace(/\/$/, "") : `https://${domain}`;

/** Lock's authResult. */
const result = (answer, appState, idTokenPayload) => ({
  accessToken: answer.access_token ?? null,
  idToken: answer.id_token ?? null,
  idTokenPayload: idTokenPayload ?? null,
  appState: appState ?? null,
  refreshToken: answer.refresh_token ?? null,
  state: answer.state ?? null,
  expiresIn: answer.expires_in ? Number.parseInt(answer.expires_in, 10) : null,
  tokenType: answer.token_type ?? null,
  scope: answer.scope ?? null,
});

/** An answer, once it is believed. `known` has what this page said itself: `state` and `nonce`. */
export const believed = async (settings, answer, known = {}) => {
  const transaction = answer.state === undefined ? undefined : end(answer.state);
  const state = known.state ?? transaction?.state;
  const isUnasked = answer.state === undefined && state === undefined;
  if (isUnasked ? !settings.takesUnasked : state !== answer.state)
    throw { error: "invalid_token", errorDescription: "This answer's state is none that was asked with" };
  const appState = known.state ?? transaction?.appState;
  if (!answer.id_token) return result(answer, appState);
  const claims = await verified(answer.id_token, {
    ...settings,
    nonce: known.nonce ?? transaction?.nonce,
    accessToken: answer.access_token,
  });
  return result(answer, appState, claims);
};

/** What is in an address behind `#`: an authResult, or nothing. Rejects with what is wrong. */
export const parseHash = async (settings, hash, known) => {
  const answer = Object.fromEntries(new URLSearchParams(hash.replace(/^#?\/?/, "")));
  if (answer.error !== undefined) {
    const error = { error: answer.error, errorDescription: answer.error_description };
    if (answer.state) error.state = answer.state;
    throw error;
  }
  if (!["access_token", "id_token", "refresh_token"].some((name) => name in answer)) return null;
  const types = settings.responseType.split(" ");
  for (const [type, name] of [
    ["token", "access_token"],
    ["id_token", "id_token"],
  ])
    if (types.includes(type) && !(name in answer))
      throw { error: "invalid_hash", errorDescription: `There is no ${name}, which was asked for` };
  return believed(settings, answer, known);
};

/** Asks without showing anything: an authResult. Rejects with `{ error, error_description }`. */
export const checkSession = async (
  settings,
  { responseType, redirectUri, timeout = PATIENCE, ...params },
) => {
  const type = responseType ?? settings.responseType;
  const deny = (error, error_description) => Promise.reject({ error, error_description });
  if (type === "code") return deny("error", "responseType can't be `code`");
  const back = redirectUri ?? settings.redirectUrl;
  if (new URL(back, location.href).origin !== location.origin)
    return deny("origin_mismatch", `${back} is not of this page's origin, ${location.origin}`);
  const { state, nonce } = begin({ state: params.state, nonce: params.nonce, connection: params.connection });
  const url = new URL(`${settings.origin}/authorize`);
  const query = {
    client_id: settings.clientId,
    response_type: type,
    redirect_uri: back,
    scope: settings.scope,
    audience: settings.audience,
    ...params,
    state,
    nonce,
  };
  for (const [name, value] of Object.entries({ ...query, response_mode: "web_message", prompt: "none" }))
    if (value !== undefined && value !== null) url.searchParams.set(name, value);
  const answer = await inFrame(url, settings.origin, state, timeout);
  if (answer.error) {
    end(state);
    return deny(answer.error, answer.error_description);
  }
  return believed(settings, answer).catch((error) => deny(error.error, error.errorDescription));
};

/**
 * The answer that the server posts from a window it was asked in. `watch` is given what ends the wait with another one, and
 * gives what stops it.
 */
export const posted = (asker, from, state, watch) =>
  new Promise((done) => {
    const finish = (answer) => {
      removeEventListener("message", hear);
      stop();
      done(answer);
    };
    const hear = ({ origin, source, data }) => {
      if (origin !== from || source !== asker() || data?.type !== "authorization_response") return;
      if (data.response?.state === state) finish(data.response);
    };
    addEventListener("message", hear);
    const stop = watch(finish);
  });

/** From a frame that nobody sees. */
export const inFrame = (url, from, state, patience) => {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  const late = (finish) => {
    const answer = { error: "timeout", error_description: "The server gave no answer in time" };
    const timer = setTimeout(finish, patience, answer);
    return () => clearTimeout(timer);
  };
  frame.src = url.href;
  document.body.append(frame);
  return posted(() => frame.contentWindow, from, state, late).finally(() => frame.remove());
};

/**
 * What is asked where an answer goes to the page, or to the page's server: as Lock asks it, and remembered as auth0.js
 * does. The element's own answer goes to itself, with a code that only it can use.
 */
export const asked = (settings, connection) => {
  const { state, nonce } = begin({ ...settings, connection });
  const { responseType, responseMode, redirectUrl, params } = settings;
  const isNamed = responseType.includes("id_token") || settings.nonce !== undefined;
  return {
    ...params,
    response_type: responseType,
    response_mode: responseMode,
    redirect_uri: redirectUrl,
    state,
    nonce: isNamed ? nonce : undefined,
    code_challenge: params.code_challenge,
    code_challenge_method: params.code_challenge_method,
  };
};

/** Where to go for an answer in the address: what <latch-login> would have asked `/authorize`, asked as Lock does. */
export const departure = (address, asked) => {
  const url = new URL(address);
  for (const [name, value] of Object.entries(asked)) {
    url.searchParams.delete(name);
    if (value !== undefined && value !== null) url.searchParams.set(name, value);
  }
  return url;
};

/** The claims about the user of an access token. Rejects as auth0.js does. */
export const userInfo = async (settings, accessToken) => {
  const headers = { Authorization: `Bearer ${accessToken}` };
  const response = await fetch(`${settings.origin}/userinfo`, { headers }).catch((error) => {
    throw { code: "request_error", description: error.message, original: error };
  });
  if (response.ok) return response.json();
  const text = await response.text();
  // Refusals of an access token are a text (RFC 6750), not an object.
  const description = text || response.statusText;
  throw { code: response.status, description, statusCode: response.status, original: { response: { text } } };
};

/** Leaves for the server's logout. */
export const logout = (settings, { federated, ...query }) => {
  const url = new URL(`${settings.origin}/v2/logout`);
  url.searchParams.set("client_id", query.clientID ?? settings.clientId);
  if (query.returnTo !== undefined) url.searchParams.set("returnTo", query.returnTo);
  // Named at all means yes, unless it is named false.
  if (federated !== undefined && `${federated}` !== "false") url.searchParams.set("federated", "");
  location.assign(url);
};
