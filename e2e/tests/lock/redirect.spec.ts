import { createHash } from "node:crypto";
import type { Browser, Page } from "@playwright/test";
import { expect, newAddress, test as base } from "../../fixtures/clients.ts";
import type { Host } from "../../fixtures/host.ts";
import type { Tenant } from "../../fixtures/tenant.ts";
import { comesBack } from "../../pages/browser.ts";
import { DropIn } from "../../pages/drop-in.ts";
import { ServerPage } from "../../pages/server.ts";

// Logins that leave the page, as Lock's do where it is told of another page to come back to.

const test = base.extend<{ lock: DropIn }>({
  scheme: "http",
  lock: async ({ page, shop, tenant }, use) =>
    use(new DropIn(page, shop.page("drop-in"), () => tenant.domain)),
});

/** What the browser went to `/authorize` with, once the code was right. */
const departure = (host: Host): URLSearchParams => {
  const [all] = host
    .sent("/authorize")
    .map((request) => new URL(request.url()).searchParams)
    .filter((query) => query.has("login_ticket"));
  return all ?? new URLSearchParams();
};

/** Tells auth0.js on the page where everything is: it speaks https only unless it is told otherwise. */
const settle = (page: Page, { origin, domain }: Tenant): Promise<unknown> => {
  const overrides = { __token_issuer: `${origin}/`, __jwks_uri: `${origin}/.well-known/jwks.json` };
  return page.addInitScript(
    (others) => {
      Object.defineProperty(globalThis, "settings", {
        configurable: true,
        get: () => others,
        set: (value) => Object.assign(others, value),
      });
    },
    { domain, overrides },
  );
};

/** What auth0.js makes of the page's address. */
const parsed = (page: Page) =>
  page.evaluate("new Promise((done) => web.parseHash((...all) => done(all)))") as Promise<
    [unknown, { idTokenPayload: unknown }]
  >;

test("auth.redirectUrl of a page with auth0.js has that page take the answer, state and nonce and all", async ({
  page,
  host,
  lock,
  shop,
  tenant,
  address,
}) => {
  const auth = {
    redirectUrl: shop.page("classic"),
    responseType: "token id_token",
    params: { scope: "openid email" },
  };
  await settle(page, tenant);
  await lock.open({ auth }, { clientId: "classic" });
  await lock.login.askAndArrive(address);
  const back = comesBack(page, auth.redirectUrl);
  await lock.login.type(await tenant.code(address));
  await back;
  expect(host.sent("/co/authenticate")).toHaveLength(1);
  const asked = departure(host);
  expect(asked.get("code_challenge")).toBeNull();
  expect(asked.get("nonce")).toBeTruthy();
  const [error, result] = await parsed(page);
  expect(error).toBeNull();
  expect(result.idTokenPayload).toMatchObject({ email: address, nonce: asked.get("nonce") });
});

test("rememberLastLogin is about who left with a right code, too", async ({ page, lock, shop, tenant, address }) => {
  const options = { auth: { redirectUrl: shop.page("empty") } };
  await lock.open(options, { clientId: "classic" });
  await lock.login.askAndArrive(address);
  const code = await tenant.code(address);
  expect(await page.evaluate(() => localStorage.getItem("latch.remembered.classic"))).toBeNull();
  const back = comesBack(page, options.auth.redirectUrl);
  await lock.login.type(code);
  await back;
  await lock.open(options, { clientId: "classic" });
  await expect(lock.login.goOn).toBeVisible();
});

// An application without a secret has to show that it is who asked (RFC 7636), and so has its server.
const verifier = "a verifier of the page's server: 0123456789 abcdef".replace(/[^\w]/g, "-");
const challenge = createHash("sha256").update(verifier).digest("base64url");
const params = { scope: "openid email", code_challenge: challenge, code_challenge_method: "S256" };

test("auth.responseType code gives the page's server a code with the page's own state and challenge", async ({
  page,
  host,
  lock,
  shop,
  tenant,
  address,
}) => {
  const auth = { redirectUrl: shop.page("empty"), responseType: "code", state: "the-server's", params };
  await lock.open({ auth }, { clientId: "classic" });
  await lock.login.askAndArrive(address);
  const back = comesBack(page, auth.redirectUrl);
  await lock.login.type(await tenant.code(address));
  const answer = new URL((await back).url()).searchParams;
  expect(answer.get("state")).toBe("the-server's");
  const asked = departure(host);
  expect([asked.get("code_challenge"), asked.get("nonce")]).toEqual([challenge, null]);
  const response = await fetch(`${tenant.origin}/oauth/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: "classic",
      code: answer.get("code") ?? "",
      redirect_uri: auth.redirectUrl,
      code_verifier: verifier,
    }),
  });
  expect(await response.json()).toMatchObject({ id_token: expect.any(String), scope: "openid email" });
});

test("auth.responseMode form_post has the answer posted, and auth.params travel to /authorize", async ({
  page,
  host,
  lock,
  shop,
  tenant,
  address,
}) => {
  const auth = {
    redirectUrl: shop.page("empty"),
    responseMode: "form_post",
    params: { ...params, ui_locales: "nb" },
  };
  await lock.open({ auth }, { clientId: "classic" });
  await lock.login.askAndArrive(address);
  const posted = page.waitForRequest(
    (request) => request.method() === "POST" && request.url() === auth.redirectUrl,
  );
  await lock.login.type(await tenant.code(address));
  expect(Object.fromEntries(new URLSearchParams((await posted).postData() ?? ""))).toHaveProperty("code");
  const asked = Object.fromEntries(departure(host));
  expect(asked).toMatchObject({ ui_locales: "nb", realm: "email", response_type: "code" });
});

test.describe("over https", () => {
  test.use({ scheme: "https" });

  test("legacySameSiteCookie false leaves out the cookie for browsers that do not know SameSite=None", async ({
    page,
    lock,
    shop,
    tenant,
  }) => {
    // Asked for, and never answered: the page with its cookies stays.
    await page.route("**/authorize?*", (route) => route.abort());
    for (const [more, names] of [
      [{}, ["_com.auth0.auth.ours_compat", "com.auth0.auth.ours"]],
      [{ legacySameSiteCookie: false }, ["com.auth0.auth.ours"]],
    ] as const) {
      await page.context().clearCookies();
      const auth = { redirectUrl: shop.page("empty"), responseType: "token id_token", state: "ours", sso: false };
      await lock.open({ auth, ...more }, { clientId: "classic" });
      const address = newAddress();
      await lock.login.askAndArrive(address);
      const asked = page.waitForRequest("**/authorize?*");
      await lock.login.type(await tenant.code(address));
      await asked;
      const cookies = await page.context().cookies(shop.origin);
      expect(cookies.map(({ name }) => name).filter((name) => name.includes("com.auth0")).sort()).toEqual(names);
    }
  });
});

const link = { passwordlessMethod: "link", auth: { responseType: "token id_token", state: "our-state" } };

test("passwordlessMethod link sends a link, which comes back to the page as an answer in its address", async ({
  page,
  lock,
  tenant,
  address,
}) => {
  await lock.open(link, { clientId: "classic" });
  await lock.login.ask(address);
  await page.goto(await tenant.link(address));
  await new ServerPage(page).signIn.click();
  const result = await lock.hears("authenticated");
  expect(result).toMatchObject({
    state: "our-state",
    appState: "our-state",
    idTokenPayload: { email: address },
  });
  expect(await lock.hears("hash_parsed")).toEqual(result);
  await expect(lock.element).toHaveCount(0);
  expect(page.url()).not.toContain("state=");
});

/** Somebody opens a link in a browser of their own, on the page that it was asked for on. */
const openElsewhere = async (
  browser: Browser,
  link: string,
  lock: (page: Page) => DropIn,
  options: Record<string, unknown>,
): Promise<{ elsewhere: DropIn; close: () => Promise<void> }> => {
  const other = await browser.newContext();
  const page = await other.newPage();
  const elsewhere = lock(page);
  await elsewhere.prepare(options, { clientId: "classic" });
  await page.goto(link);
  await new ServerPage(page).signIn.click();
  return { elsewhere, close: () => other.close() };
};

test("passwordlessMethod link opened in another browser is refused with a reason, and its user can go on", async ({
  browser,
  lock,
  tenant,
  address,
  shop,
}) => {
  await lock.open(link, { clientId: "classic" });
  await lock.login.ask(address);
  const { elsewhere, close } = await openElsewhere(
    browser,
    await tenant.link(address),
    (page) => new DropIn(page, shop.page("drop-in"), () => tenant.domain),
    link,
  );
  const error = await elsewhere.hears("authorization_error");
  expect(error).toEqual({
    error: "invalid_token",
    errorDescription: expect.stringContaining("another browser"),
  });
  expect(await elsewhere.hears("hash_parsed")).toEqual(error);
  expect(await elsewhere.names()).not.toContain("authenticated");
  await elsewhere.run("lock.show()");
  await elsewhere.login.asksForAddress();
  await close();
});

test("passwordlessMethod link has the page's own nonce in its ID token, and only in this browser", async ({
  page,
  browser,
  lock,
  tenant,
  address,
  shop,
}) => {
  const options = {
    passwordlessMethod: "link",
    auth: { responseType: "token id_token", nonce: "our-nonce", params: { scope: "openid email", till: "3" } },
  };
  await lock.open(options, { clientId: "classic" });
  await lock.login.ask(address);
  const sent = await tenant.link(address);
  const { elsewhere, close } = await openElsewhere(
    browser,
    sent,
    (page) => new DropIn(page, shop.page("drop-in"), () => tenant.domain),
    options,
  );
  expect((await elsewhere.hears("authorization_error")).errorDescription).toContain("state");
  await close();
  // A link is good once.
  await lock.run("lock.hide(); lock.show()");
  const mine = newAddress();
  await lock.login.ask(mine);
  await page.goto(await tenant.link(mine));
  await new ServerPage(page).signIn.click();
  const { idTokenPayload } = await lock.hears("authenticated");
  expect(idTokenPayload).toMatchObject({ email: mine, nonce: "our-nonce" });
});

test("passwordlessMethod link and another auth.redirectUrl: a page with auth0.js takes what the link brings", async ({
  page,
  host,
  lock,
  shop,
  tenant,
  address,
}) => {
  await settle(page, tenant);
  const auth = {
    redirectUrl: shop.page("classic"),
    responseType: "token id_token",
    params: { scope: "openid email", till: "3" },
  };
  await lock.open({ passwordlessMethod: "link", auth }, { clientId: "classic" });
  await lock.login.ask(address);
  const sent = await tenant.link(address);
  const { authParams } = host.sent("/passwordless/start")[0]?.postDataJSON();
  expect(authParams).toMatchObject({ till: "3", redirect_uri: auth.redirectUrl, response_type: "token id_token" });
  expect(authParams).not.toHaveProperty("code_challenge");
  await page.goto(sent);
  const back = comesBack(page, auth.redirectUrl);
  await new ServerPage(page).signIn.click();
  await back;
  const [error, result] = await parsed(page);
  expect(error).toBeNull();
  expect(result.idTokenPayload).toMatchObject({ email: address, nonce: authParams.nonce });
});
