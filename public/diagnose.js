/**
 * What on a page would keep its login from working, for the page's developer: `element.diagnose()`.
 *
 * Fetched when it is asked for. Every finding comes from trying: nothing is sent to anybody, no code is asked
 * for, and nothing on the page is changed.
 */

import { environment } from "./diagnose/environment.js";
import { policy } from "./diagnose/policy.js";
import { server } from "./diagnose/server.js";
import { setup } from "./diagnose/setup.js";

/** Errors first. */
const RANKS = ["error", "warning", "info"];

/**
 * Looks at the page around an element. `base` is where the element's files are; `spoken` finds the language
 * that is spoken for a tag.
 *
 * Gives `{ok, findings}`: a finding is `{id, severity, what, fix}`, where `severity` is `error` (nobody can sign
 * in), `warning` (some cannot, or something is lost) or `info`. `ok` says that there is no error.
 */
export const diagnose = async (element, { base, spoken }) => {
  const findings = [];
  const find = (id, severity, what, fix) => {
    if (!findings.some((it) => it.id === id)) findings.push({ id, severity, what, fix });
  };
  const { origin } = setup(element, { base, spoken, find });
  environment(element, { origin, find });
  const blocked = await policy(element, { origin, base, find });
  if (origin && !blocked) await server(element, { origin, find });
  findings.sort((a, b) => RANKS.indexOf(a.severity) - RANKS.indexOf(b.severity));
  return { ok: !findings.some(({ severity }) => severity === "error"), findings };
};

/** How long a login waits to be told why it has no answer, in milliseconds. */
const PATIENCE = 4000;

/** What was said of it, in full. */
const told = new Set();

/**
 * A login's request came to nothing. Where that is because the server does not let this page's origin in, this gives
 * the answer that the browser keeps from the login: with what to write where, once, for the page's developer.
 */
export const unanswered = async (element, address) => {
  if (!navigator.onLine) return undefined;
  const { origin } = new URL(address);
  const found = {};
  const find = (id, severity, what, fix) => (found[id] ??= { what, fix });
  await Promise.race([server(element, { origin, find }), new Promise((done) => setTimeout(done, PATIENCE))]);
  if (!found.origin) return undefined;
  const { what, fix } = found.origin;
  const isNew = !told.has(what);
  told.add(what);
  const body = { error: "access_denied", error_description: isNew ? `${what} ${fix}` : what };
  return new Response(JSON.stringify(body), { status: 403 });
};
