// Whether an ID token that came back in an address or a message is to be believed (OpenID Connect Core 3.2.2.11).

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.codePointAt(0));
const json = (part) => JSON.parse(new TextDecoder().decode(bytes(part)));

/** What the signatures of a key set may be made with: nothing that the reader of a public key could make. */
const ALGORITHMS = {
  RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
  ES256: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
};

/** Why a token is not believed, as auth0.js tells it. */
const distrust = (errorDescription) => ({ error: "invalid_token", errorDescription });

const keys = new Map();
const keySet = (address, isFresh) => {
  if (isFresh || !keys.has(address))
    keys.set(
      address,
      fetch(address).then((response) =>
        response.ok ? response.json() : Promise.reject(new Error(`${response.status}`)),
      ),
    );
  return keys.get(address).catch((error) => {
    keys.delete(address);
    throw error;
  });
};

const keyFor = async (address, { kid, alg }) => {
  const fits = (key) => key.kid === kid && (key.use ?? "sig") === "sig" && (key.alg ?? alg) === alg;
  const find = async (isFresh) => (await keySet(address, isFresh)).keys.find(fits);
  // A key that is not known may have come since.
  return (await find(false)) ?? (await find(true));
};

const isSigned = async (token, header, address) => {
  const algorithm = ALGORITHMS[header.alg];
  const key = await keyFor(address, header);
  if (!key) throw distrust(`No key ${header.kid} is published`);
  const imported = await crypto.subtle.importKey("jwk", key, algorithm, false, ["verify"]);
  const [head, payload, signature] = token.split(".");
  const signed = new TextEncoder().encode(`${head}.${payload}`);
  return crypto.subtle.verify(algorithm, imported, bytes(signature), signed);
};

/** The first bytes of a text's SHA-256, as base64url. */
export const hashed = async (text, length = 32) => {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return btoa(String.fromCodePoint(...new Uint8Array(digest).slice(0, length)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
};

/**
 * The claims of a token, once its signature and they hold. `leeway` is in seconds. Rejects with
 * `{ error, errorDescription }`.
 */
export const verified = async (
  token,
  { issuer, keySetAddress, clientId, nonce, accessToken, leeway = 60 },
) => {
  const parts = token.split(".");
  let header;
  let claims;
  try {
    if (parts.length !== 3) throw new Error("three parts");
    [header, claims] = parts.slice(0, 2).map(json);
  } catch {
    throw distrust("The ID token is no JWT");
  }
  if (!Object.hasOwn(ALGORITHMS, header.alg)) throw distrust(`The ID token is signed with ${header.alg}`);
  let isReal;
  try {
    isReal = await isSigned(token, header, keySetAddress);
  } catch (error) {
    throw error.error ? error : distrust(`The key of the ID token could not be had: ${error.message}`);
  }
  if (!isReal) throw distrust("The ID token's signature does not fit");
  const now = Date.now() / 1000;
  const audience = [claims.aud].flat();
  const faults = [
    [claims.iss !== issuer, `The ID token is of ${claims.iss}, not of ${issuer}`],
    [typeof claims.sub !== "string" || !claims.sub, "The ID token is nobody's"],
    [!audience.includes(clientId), "The ID token is for another application"],
    [audience.length > 1 && claims.azp !== clientId, "The ID token was issued to another application"],
    [!(claims.exp > now - leeway), "The ID token has expired"],
    [!(claims.iat < now + leeway), "The ID token is from the future"],
    [claims.nbf !== undefined && !(claims.nbf < now + leeway), "The ID token is not valid yet"],
    [(nonce ?? undefined) !== undefined && claims.nonce !== nonce, "The ID token's nonce is another one"],
  ];
  const fault = faults.find(([isFault]) => isFault);
  if (fault) throw distrust(fault[1]);
  if (accessToken && claims.at_hash !== undefined && claims.at_hash !== (await hashed(accessToken, 16)))
    throw distrust("The access token is not the ID token's");
  return claims;
};
