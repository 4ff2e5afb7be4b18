// What TypeScript knows of lock.js.

import { Auth0LockPasswordless } from "../../public/lock.js";

const lock = new Auth0LockPasswordless("demo", "login.example.com", {
  allowedConnections: ["sms"],
  defaultLocation: "NO",
  prefill: { phoneNumber: "41234567" },
  auth: { redirect: false, params: { scope: "openid", device: "till 3" } },
  avatar: null,
  hooks: { loggingIn: (_, done) => done() },
});

lock
  .on("authenticated", ({ idTokenPayload }) => idTokenPayload?.email)
  .once("unrecoverable_error", (error) => (typeof error === "string" ? error : error.code))
  .on("vcode submit", () => lock.hide());
lock.show({ flashMessage: { type: "info", text: "Hello" } });
lock.getUserInfo("token", (error, user) => error ?? user?.sub);
lock.resumeAuth(location.hash, (_, result) => result?.accessToken);
export const version: string = window.Auth0LockPasswordless.version;

// @ts-expect-error: there is no such event
lock.on("shown", () => {});
// @ts-expect-error: none of its types
lock.show({ flashMessage: { type: "warning", text: "Hello" } });
// @ts-expect-error: a client has an id
new Auth0LockPasswordless();
