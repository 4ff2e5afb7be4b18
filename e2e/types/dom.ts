// What TypeScript knows of the element on a page without a framework.

import { define, type LatchLogin } from "../../public/latch.js";

define("shop-login");

const login: LatchLogin = document.createElement("latch-login");
login.domain = "login.example.com";
login.storage = "session";
// @ts-expect-error: none of its values
login.storage = "disk";
login.dictionary = { continue: "Go on", codeValid: { one: "{minutes} minute", other: "{minutes} minutes" } };

document.querySelector("latch-login")?.addEventListener("authenticated", function ({ detail }) {
  const name: string | undefined = detail.idTokenPayload?.name;
  this.heading = `${name} ${detail.accessToken.length}`;
  // @ts-expect-error: there is no such token
  detail.id_token;
});
login.addEventListener("latch-session", ({ detail: { user } }) => user?.email_verified?.valueOf());
login.addEventListener("latch-before-redirect", (event) => {
  event.preventDefault();
  location.assign(event.detail.url);
});
login.addEventListener("keydown", ({ key }) => key.length);

export const token: string | null = await login.getAccessToken();
export const fresh: string | null = await login.getAccessToken({ minValidity: 300 });
export const name: string | undefined = (await login.checkSession())?.name;
await login.logout({ returnTo: location.origin });
// @ts-expect-error: an address is a text
await login.logout({ returnTo: 1 });
