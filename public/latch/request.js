// Requests on their way out: what the page has to say to them before they leave, and no wait without an end.

import { extra } from "./base.js";
import { patiently } from "./words.js";

/** How long a page is waited for, and how long a server, in milliseconds. */
const PAGE = 60_000;
const SERVER = 10_000;

/** The codes that were to become tokens just now. */
const codes = new WeakMap();

/**
 * Tells the page that a code is about to be sent, or checked. Gives what it says: `false` is to stop. Rejects
 * with the page's reason where a promise of the page's does.
 */
const agree = async (element, resend, body) => {
  const method = body.send;
  const code = body.otp ?? body.verification_code;
  // Whatever else is sent has to do with signing out, or with tokens.
  if (!method && !code) return true;
  // The server did not take a code for tokens, so that it goes another way: that is still the same check.
  const isDetour = body.credential_type && codes.get(element) === code;
  codes.set(element, body.credential_type ? "" : code);
  if (isDetour) return true;
  const connection = body.connection ?? body.realm;
  const identifier = body.username ?? body.email ?? body.phone_number;
  const promises = [];
  const event = new CustomEvent(method ? "latch-before-send" : "latch-before-verify", {
    bubbles: true,
    composed: true,
    cancelable: true,
    detail: { connection, identifier, ...(method ? { method, resend } : { length: code.length }) },
  });
  event.waitUntil = (promise) => promises.push(promise);
  element.dispatchEvent(event);
  // What is waited for may bring more to wait for.
  const settled = async () => {
    while (promises.length) await Promise.all(promises.splice(0));
    return true;
  };
  const reason = (error) => Promise.reject(`${error?.message ?? error ?? ""}`);
  if (promises.length && !(await patiently(settled().catch(reason), PAGE))) return reason();
  return !event.defaultPrevented;
};

/**
 * Sends a request as the page lets it out. Gives the response, `null` where the page stops it, nothing where there is none.
 * Where the server does not let the page's origin in, the browser shows no answer; the one that is given then says so.
 */
export const send = async (element, resend, address, init, controller) => {
  const body = JSON.parse(init.body ?? "{}");
  if (!(await agree(element, resend, body))) return null;
  if (body.send && element.authParams) {
    const authParams = { ...body.authParams, ...element.authParams };
    init = { ...init, body: JSON.stringify({ ...body, authParams }) };
  }
  // Without an effect on one that is done by then.
  setTimeout(() => controller?.abort(), SERVER);
  try {
    return await fetch(address, init);
  } catch {
    if (!controller?.signal.aborted) return extra("diagnose.js").then((it) => it.unanswered(element, address)).catch(() => {});
  }
};
