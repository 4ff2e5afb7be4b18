/**
 * `Auth0LockPasswordless` on top of `<latch-login>`: a page that was written for Auth0's Lock works by changing
 * the address of its script.
 *
 * A classic script, as Lock is. The build makes one file of this and what it imports; latch.js is fetched from
 * beside it.
 */

import { Auth0LockPasswordless } from "./lock/lock.js";
import { contract } from "./lock/scripts.js";

const isAmd = typeof define === "function" && define.amd;
if (typeof module === "object" && module.exports)
  module.exports = Object.assign(Auth0LockPasswordless, { Auth0LockPasswordless });
if (isAmd) define("auth0LockPasswordless", () => Auth0LockPasswordless);
globalThis.Auth0LockPasswordless = Auth0LockPasswordless;
// What the scripts of a tenant call: its settings of an application, and words.
globalThis.Auth0 = { ...globalThis.Auth0, ...contract };

// Without an export the build would take this file for a CommonJS module, and give it a `module` of its own.
export { Auth0LockPasswordless };
