// What has to be remembered until an answer comes back, under the names that auth0.js has for it: a callback page may
// be auth0.js's as well as Lock's.

const NAME = "com.auth0.auth.";
/** Half an hour, in seconds. */
const LIFE = 30 * 60;
const LENGTH = 32;

export const random = () => {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  // 64 letters: no letter is likelier than another.
  return [...crypto.getRandomValues(new Uint8Array(LENGTH))].map((byte) => letters[byte % 64]).join("");
};

const compatible = (name) => `_${name}_compat`;

const write = (name, value, life, withoutSameSite) => {
  const secure =
    location.protocol === "https:" ? `; Secure${withoutSameSite ? "" : "; SameSite=None"}` : "; SameSite=Lax";
  document.cookie = `${encodeURIComponent(name)}=${encodeURIComponent(value)}; Path=/; Max-Age=${life}${secure}`;
};

const take = (name) => {
  const wanted = encodeURIComponent(name);
  for (const cookie of document.cookie.split("; ")) {
    const [key, value] = cookie.split("=");
    if (key !== wanted) continue;
    write(name, "", 0);
    try {
      return JSON.parse(decodeURIComponent(value));
    } catch {
      // Somebody else's.
      return undefined;
    }
  }
  return undefined;
};

/** What this page load has taken up already: several Locks on a page, and one that reads its address twice, ask again. */
const ended = new Map();

/** Remembers what was asked; gives the state and the nonce to ask with. */
export const begin = ({ state = random(), nonce = random(), appState, connection, isLegacy = false }) => {
  ended.delete(state);
  const value = JSON.stringify({ nonce, appState, state, lastUsedConnection: connection });
  write(NAME + state, value, LIFE);
  if (isLegacy && location.protocol === "https:") write(compatible(NAME + state), value, LIFE, true);
  return { state, nonce };
};

/** What was asked with a state; to other page loads, nothing any more. */
export const end = (state) => {
  const name = NAME + state;
  const [now, other] = [take(name), take(compatible(name))];
  if (!ended.has(state)) ended.set(state, now ?? other);
  return ended.get(state);
};
