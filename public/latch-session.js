/**
 * Who is signed in at the server, asked without anything to be seen: `checkSession()` of <latch-login>, and its `getAccessToken()`
 * where a token has to be good for some time. By the refresh token where there is one, in a frame otherwise.
 */

import { inFrame, origin } from "./lock/authorize.js";
import { hashed, verified } from "./lock/id-token.js";
import { random } from "./lock/transaction.js";

/** How long the server is waited for, in milliseconds. */
const PATIENCE = 15_000;
/** How long an access token is good whose answer does not say, in seconds. */
const LIFETIME = 3600;
/** What the server says where nobody is signed in there, or not without being asked something. */
const NOBODY = ["login_required", "consent_required", "interaction_required", "account_selection_required"];

const failure = (error, error_description = error) => Object.assign(new Error(error_description), { error, error_description });

/** Where an element keeps its session. A storage that is blocked, or that has no room, leaves that to the page's memory. */
class Kept {
  #memory;
  #storage;
  #key;

  constructor({ clientId, storage, storageAdapter }, memory) {
    this.#key = `latch.session.${clientId}`;
    this.#memory = memory;
    try {
      this.#storage = storageAdapter ?? globalThis[`${storage}Storage`];
    } catch {}
  }

  async read() {
    try {
      const text = (await this.#storage?.getItem(this.#key)) ?? this.#memory.getItem(this.#key);
      return JSON.parse(text ?? "null");
    } catch {
      return null;
    }
  }

  async write(session) {
    const act = (storage) =>
      session ? storage.setItem(this.#key, JSON.stringify(session)) : storage.removeItem(this.#key);
    try {
      await act(this.#storage);
      this.#memory.removeItem(this.#key);
    } catch {
      act(this.#memory);
    }
  }
}

/** Asks for tokens. Rejects as the server says. */
const tokens = async ({ domain, clientId }, grant) => {
  const response = await fetch(`${origin(domain)}/oauth/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ client_id: clientId, ...grant }),
    signal: AbortSignal.timeout(PATIENCE),
  }).catch((error) => {
    throw failure("request_error", error.message);
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok || !answer.access_token) throw failure(answer.error ?? "request_error", answer.error_description);
  return answer;
};

/** The claims of an ID token, once they are believed. */
const claimsOf = ({ id_token, access_token }, { domain, clientId }, nonce) => {
  const issuer = `${origin(domain)}/`;
  const keySetAddress = `${issuer}.well-known/jwks.json`;
  return verified(id_token, { issuer, keySetAddress, clientId, nonce, accessToken: access_token }).catch(
    ({ error, errorDescription, message }) => {
      throw failure(error ?? "invalid_token", errorDescription ?? message);
    },
  );
};

/** What `/authorize` gives for who is signed in there. */
const inSilence = async (element) => {
  const { domain, clientId, scope, audience, authParams, redirectUri } = element;
  const [state, nonce, verifier] = [random(), random(), random() + random()];
  const redirect_uri = redirectUri || location.origin + location.pathname;
  const query = {
    ...authParams,
    client_id: clientId,
    response_type: "code",
    response_mode: "web_message",
    prompt: "none",
    redirect_uri,
    scope: scope || "openid profile email",
    audience: audience || undefined,
    state,
    nonce,
    code_challenge: await hashed(verifier),
    code_challenge_method: "S256",
  };
  const url = new URL("/authorize", origin(domain));
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== null) url.searchParams.set(name, value);
  const { code, error, error_description } = await inFrame(url, url.origin, state, PATIENCE);
  if (!code) throw failure(error ?? "invalid_response", error_description);
  const grant = { grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri };
  const answer = await tokens(element, grant);
  return [answer, answer.id_token ? await claimsOf(answer, element, nonce) : null];
};

/** What a refresh token gives. The user stays the same (OpenID Connect Core 12.2). */
const byRefreshToken = async (element, before, user) => {
  const { refresh_token } = before.tokens;
  const answer = { ...before.tokens, ...(await tokens(element, { grant_type: "refresh_token", refresh_token })) };
  if (!answer.id_token || answer.id_token === before.tokens.id_token) return [answer, user];
  const claims = await claimsOf(answer, element);
  if (user && claims.sub !== user.sub) throw failure("invalid_token", "The ID token is of somebody else");
  return [answer, claims];
};

/** Asks the server; gives `{ user, session }` of who is signed in, `undefined` where nobody is. */
const renew = async (element, user, kept, changed) => {
  const before = await kept.read();
  const refreshToken = before?.tokens?.refresh_token;
  try {
    const [answer, claims] = await (refreshToken ? byRefreshToken(element, before, user) : inSilence(element));
    const { access_token, id_token, refresh_token, scope, token_type = "Bearer", expires_in = LIFETIME } = answer;
    const named = claims && (claims.email ?? claims.phone_number ?? claims.name ?? claims.sub);
    const isSame = before && (!claims || claims.sub === user?.sub);
    const session = {
      tokens: { access_token, id_token, refresh_token, scope, token_type, expires_in },
      // How they named themselves here.
      identifier: isSame ? before.identifier : (named ?? ""),
      expires_at: Date.now() + expires_in * 1000,
    };
    await kept.write(session);
    element[changed]("session");
    return { user: claims, session };
  } catch (error) {
    // Taken back at the server: it is over here, too.
    if (refreshToken && error.error === "invalid_grant") {
      await kept.write(null);
      element[changed]("session");
      return undefined;
    }
    if (!refreshToken && NOBODY.includes(error.error)) return undefined;
    throw error;
  }
};

/** By client: a refresh token may be good once, so that one request serves all who ask, in this page and in others. */
const running = new Map();
const once = (element, user, kept, changed) => {
  const { clientId } = element;
  const work = () => renew(element, user, kept, changed);
  if (!running.has(clientId)) {
    const all = navigator.locks ? navigator.locks.request(`latch.session.${clientId}`, work) : work();
    running.set(clientId, all.finally(() => running.delete(clientId)));
  }
  return running.get(clientId);
};

/** With `options`, an access token that is good for `minValidity` seconds more, or `null`; without, the claims of who is signed in. */
export const check = async (element, session, options, memory, changed) => {
  const kept = new Kept(element, memory);
  const user = session?.idTokenPayload ?? null;
  if (!options) return (await once(element, user, kept, changed))?.user ?? null;
  const { minValidity = 0 } = options;
  if (!(minValidity >= 0)) throw new TypeError(`minValidity is ${minValidity}, and not a number of seconds`);
  if (!session) return null;
  const isGood = (it) => it && it.expires_at - Date.now() >= minValidity * 1000;
  if (isGood(await kept.read())) return session.accessToken;
  const renewed = await once(element, user, kept, changed);
  return isGood(renewed?.session) ? renewed.session.tokens.access_token : null;
};
