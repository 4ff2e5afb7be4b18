import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Page, Request } from "@playwright/test";
import { bothWays, expect, test as base } from "../../fixtures/clients.ts";
import { PATHS } from "../../fixtures/host.ts";
import { Login, wrong } from "../../pages/login.ts";
import { ServerPage } from "../../pages/server.ts";

// auth0.js as npm has it, on a customer's page that takes addresses and codes itself.

type Answer = { error: Record<string, unknown> | null; result: Record<string, unknown> | null };
type Callback = (error: Answer["error"], result: Answer["result"]) => void;
type Methods = Record<string, (...given: unknown[]) => void>;

declare const web: Methods & { client: Methods; popup: Methods };

const auth0js = resolve(import.meta.dirname, "../../node_modules/auth0-js/dist/auth0.min.js");

const CO_AUTHENTICATE = "/co/authenticate";

/** The customer's page with the library. */
class App {
  readonly page: Page;
  readonly #address: string;

  constructor(page: Page, address: string) {
    this.page = page;
    this.#address = address;
  }

  async open(): Promise<void> {
    await this.page.goto(this.#address);
  }

  /** Calls a method of the library that takes a callback: what the callback is given. */
  ask(method: string, ...given: unknown[]): Promise<Answer> {
    return this.page.evaluate(
      ({ method, given }) =>
        new Promise<Answer>((done) => {
          const callback: Callback = (error, result) => done(JSON.parse(JSON.stringify({ error, result })));
          const [name = "", part] = method.split(".").reverse();
          const owner = part === "client" || part === "popup" ? web[part] : web;
          owner[name]?.(...given, callback);
        }),
      { method, given },
    );
  }

  /** Calls a method that makes the browser leave the page; waits until it is back, with something new to read. */
  async leave(method: string, ...given: unknown[]): Promise<void> {
    const before = this.page.url();
    const back = this.page.waitForURL(({ href, pathname }) => pathname === "/classic.html" && href !== before);
    await this.page.evaluate(({ method, given }) => web[method]?.(...given, () => {}), { method, given });
    await back;
  }
}

const test = base.extend<{ app: App; inWindow: (window: Page, address: string) => Promise<void> }>({
  // A person on the hosted page, in a window that the page opened.
  inWindow: async ({ signIn }, use) => {
    await use(async (window, address) => {
      await window.waitForURL(/\/login\?/);
      await signIn(address, new Login(window));
    });
  },
  app: async ({ page, tenant, shop, where }, use) => {
    const { origin, domain } = tenant;
    // Of a domain with a scheme the library makes no issuer.
    const overrides = { __token_issuer: `${origin}/`, __jwks_uri: `${origin}/.well-known/jwks.json` };
    const clientID = where === "site" ? "classic" : "faraway";
    const settings = { domain, clientID, ...(origin.startsWith("http:") ? { overrides } : {}) };
    await page.context().addInitScript((settings) => Object.assign(globalThis, { settings }), settings);
    await use(new App(page, shop.page("classic")));
  },
});

const bodyOf = (request: Request | undefined) => JSON.parse(request?.postData() ?? "{}") as Record<string, unknown>;

bothWays(() => {
  test("an address and a code on the page, and the browser comes back with tokens that hold", async ({
    page,
    app,
    host,
    address,
    tenant,
    shop,
  }) => {
    await app.open();
    const start = await app.ask("passwordlessStart", { connection: "email", send: "code", email: address });
    expect(start).toEqual({
      error: null,
      result: expect.objectContaining({ Id: expect.stringMatching(/^[0-9a-f]{24}$/), email: address, emailVerified: false }),
    });
    await app.leave("passwordlessLogin", {
      connection: "email",
      email: address,
      verificationCode: await tenant.code(address),
    });
    const { error, result } = await app.ask("parseHash", {});
    expect(error).toBeNull();
    expect(result).toMatchObject({
      accessToken: expect.any(String),
      expiresIn: 7200,
      tokenType: "Bearer",
      idTokenPayload: {
        iss: `${tenant.origin}/`,
        aud: "classic",
        email: address,
        email_verified: true,
        sub: expect.stringMatching(/^email\|[0-9a-f]{24}$/),
        nonce: expect.any(String),
        at_hash: expect.any(String),
      },
    });
    expect(bodyOf(host.sent(CO_AUTHENTICATE)[0])).toEqual({
      client_id: "classic",
      credential_type: "http://auth0.com/oauth/grant-type/passwordless/otp",
      otp: expect.stringMatching(/^\d{6}$/),
      realm: "email",
      username: address,
    });

    const user = await app.ask("client.userInfo", result?.accessToken);
    expect(user.result).toMatchObject({ email: address, sub: (result?.idTokenPayload as { sub: string }).sub });

    const country = await app.ask("client.getUserCountry");
    expect(country.result).toEqual({ countryCode: "US" });
    const renewed = await app.ask("checkSession", {});
    expect(renewed.error).toBeNull();
    expect(renewed.result).toMatchObject({ idTokenPayload: { email: address } });
    expect(renewed.result?.accessToken).not.toBe(result?.accessToken);

    await app.leave("logout", { clientID: "classic", returnTo: `${shop.page("classic")}?bye=1` });
    expect(new URL(page.url()).search).toBe("?bye=1");
    const gone = await app.ask("checkSession", {});
    expect(gone.error).toMatchObject({ error: "login_required", error_description: "Login required" });
  });

  test("a page that stays where it is gets its tokens through a hidden frame", async ({ page, app, host, address, tenant }) => {
    await app.open();
    await app.ask("passwordlessStart", { connection: "email", send: "code", email: address });
    const { error, result } = await app.ask("passwordlessLogin", {
      connection: "email",
      email: address,
      verificationCode: await tenant.code(address),
      popup: true,
    });
    expect(error).toBeNull();
    expect(result).toMatchObject({ idTokenPayload: { email: address }, accessToken: expect.any(String) });
    const [request] = host.sent("/authorize");
    expect(Object.fromEntries(new URL(request?.url() ?? "").searchParams)).toMatchObject({
      login_ticket: expect.any(String),
      realm: "email",
      prompt: "none",
      response_mode: "web_message",
    });
    expect(request?.frame().parentFrame()).toBe(page.mainFrame());
  });

  test("a code by SMS signs in as well", async ({ app, tenant }) => {
    const number = "+14155550132";
    await app.open();
    const start = await app.ask("passwordlessStart", { connection: "sms", send: "code", phoneNumber: number });
    expect(start.result).toMatchObject({ phoneNumber: number, phoneVerified: false });
    const { error, result } = await app.ask("passwordlessLogin", {
      connection: "sms",
      phoneNumber: number,
      verificationCode: await tenant.code(number),
      popup: true,
      scope: "openid profile phone",
    });
    expect(error).toBeNull();
    // From a frame the library hands the claims over in camel case.
    expect(result?.idTokenPayload).toMatchObject({
      sub: expect.stringMatching(/^sms\|[0-9a-f]{24}$/),
      phoneNumber: number,
      phoneNumberVerified: true,
    });
  });

  test("a wrong code is told to the page, and after three of them the right one is, too", async ({ app, address, tenant }) => {
    await app.open();
    await app.ask("passwordlessStart", { connection: "email", send: "code", email: address });
    const code = await tenant.code(address);
    const attempt = (verificationCode: string) =>
      app.ask("passwordlessLogin", { connection: "email", email: address, verificationCode, popup: true });
    const refusal = (description: string) => ({
      error: expect.objectContaining({
        code: "access_denied",
        description,
        error: "access_denied",
        error_description: description,
      }),
    });
    for (const by of [1, 2, 3])
      expect(await attempt(wrong(code, by))).toEqual(refusal("Wrong email or verification code."));
    expect(await attempt(code)).toEqual(
      refusal("You've reached the maximum number of attempts. Please try to login again."),
    );
  });

  test("what cannot be sent is told to the page in Auth0's words", async ({ app, address }) => {
    await app.open();
    const start = async (given: Record<string, unknown>) =>
      (await app.ask("passwordlessStart", { connection: "email", send: "code", email: address, ...given })).error;
    expect(await start({ email: "ada@" })).toMatchObject({ code: "bad.email" });
    expect(await start({ connection: "pigeon" })).toMatchObject({
      code: "bad.connection",
      description: "Connection does not exist",
    });
    expect(await start({ connection: "sms", email: undefined })).toMatchObject({
      code: "bad.phone_number",
      description: "Missing required property: phone_number",
    });
  });

  test("a link in a message leads back to the page, signed in", async ({ page, app, address, tenant }) => {
    await app.open();
    const start = await app.ask("passwordlessStart", { connection: "email", send: "link", email: address });
    expect(start.error).toBeNull();
    await page.goto(await tenant.link(address));
    await expect(page.getByText(address)).toBeVisible();
    const back = page.waitForURL(/\/classic\.html#/);
    await new ServerPage(page).signIn.click();
    await back;
    const { error, result } = await app.ask("parseHash", {});
    expect(error).toBeNull();
    expect(result).toMatchObject({ idTokenPayload: { email: address }, accessToken: expect.any(String) });
  });

  test("a page may leave it all to the hosted page", async ({ page, app, address, signIn }) => {
    await app.open();
    await page.evaluate(() => web.authorize?.({ connection: "email", appState: { cart: 7 } }));
    await page.waitForURL(/\/login\?/);
    await signIn(address);
    await page.waitForURL(/\/classic\.html#/);
    const { error, result } = await app.ask("parseHash", {});
    expect(error).toBeNull();
    expect(result).toMatchObject({ idTokenPayload: { email: address }, appState: { cart: 7 } });
  });

  for (const owp of [false, true])
    test(`a login in a window of its own is answered ${owp ? "by the server's page" : "by the callback"}`, async ({
      page,
      app,
      address,
      inWindow,
      shop,
    }) => {
      await app.open();
      const window = page.waitForEvent("popup");
      const redirectUri = shop.page(owp ? "classic" : "popup");
      const answered = app.ask("popup.authorize", { connection: "email", redirectUri, owp });
      const popup = await window;
      await inWindow(popup, address);
      const { error, result } = await answered;
      expect(error).toBeNull();
      expect(result).toMatchObject({
        accessToken: expect.any(String),
        idToken: expect.any(String),
        tokenType: "Bearer",
        expiresIn: 7200,
      });
      expect((await app.ask("client.userInfo", result?.accessToken)).result).toMatchObject({ email: address });
      await expect.poll(() => popup.isClosed()).toBe(true);
    });

  test("a window that is closed before anybody signs in is told to the page", async ({ page, app, shop }) => {
    await app.open();
    const window = page.waitForEvent("popup");
    const answered = app.ask("popup.authorize", { connection: "email", redirectUri: shop.page("popup") });
    const popup = await window;
    await popup.waitForURL(/\/login\?/);
    await popup.close();
    expect((await answered).error).toMatchObject({ original: "User closed the popup window" });
  });

  test("where the browser kept no cookie of the server's, the client's own page vouches for the login", async ({
    page,
    app,
    host,
    address,
    tenant,
  }) => {
    await app.open();
    await app.ask("passwordlessStart", { connection: "email", send: "code", email: address });
    await page.route(`**${CO_AUTHENTICATE}`, async (route) => {
      const response = await route.fetch();
      const { "set-cookie": kept, ...headers } = response.headers();
      expect(kept).toContain("latch=");
      await page.context().clearCookies({ name: /latch$/ });
      await route.fulfill({ response, headers });
    });
    await app.leave("passwordlessLogin", {
      connection: "email",
      email: address,
      verificationCode: await tenant.code(address),
    });
    const { error, result } = await app.ask("parseHash", {});
    expect(error).toBeNull();
    expect(result).toMatchObject({ idTokenPayload: { email: address } });
    expect(host.sent("/co/verify")).toHaveLength(1);
  });
});

test.describe("on another site, to which the server's cookies are out of reach", () => {
  test.use({ where: "elsewhere" });

  test("a code on the page is not enough, and the page is told", async ({ app, address, tenant }) => {
    await app.open();
    await app.ask("passwordlessStart", { connection: "email", send: "code", email: address });
    await app.leave("passwordlessLogin", {
      connection: "email",
      email: address,
      verificationCode: await tenant.code(address),
    });
    const { error } = await app.ask("parseHash", {});
    expect(error).toMatchObject({
      error: "invalid_request",
      errorDescription: "No verifier returned from client.",
    });
  });
});

bothWays(() => {
  test("an operator's own login page, written with auth0.js, stands in for the hosted one", async ({
    page,
    address,
    tenants,
    scheme,
    host,
  }) => {
    const folder = await mkdtemp(join(tmpdir(), "latch-page-"));
    await copyFile(auth0js, join(folder, "auth0.js"));
    await writeFile(
      join(folder, "index.html"),
      `<!doctype html><title>Our own login page</title><script src="/auth0.js"></script><script>
        const query = new URLSearchParams(location.search);
        const web = new auth0.WebAuth({
          domain: location.protocol === "https:" ? location.host : location.origin,
          clientID: query.get("client_id"),
          state: query.get("state"),
          responseType: "code",
        });
      </script>`,
    );
    const tenant = await tenants.start({ LATCH_ASSETS: folder }, scheme);
    const client = { domain: tenant.domain, clientId: "spa" };
    await page.addInitScript((settings) => Object.assign(globalThis, { settings }), client);
    await page.goto(tenant.site.page("spa"));
    await page.evaluate("client.loginWithRedirect()");
    await page.waitForURL(/\/login\?/);

    const app = new App(page, "");
    const state = new URL(page.url()).searchParams.get("state");
    const start = await app.ask("passwordlessStart", {
      connection: "email",
      send: "code",
      email: address,
      authParams: { state },
    });
    expect(start.error).toBeNull();
    const code = await tenant.code(address);
    // Of a domain with a scheme the library does not see that the page is the server's, and has to be told.
    const refused = await app.ask(scheme === "https" ? "passwordlessLogin" : "passwordlessVerify", {
      connection: "email",
      email: address,
      verificationCode: wrong(code),
    });
    expect(refused.error).toMatchObject({ description: "Wrong email or verification code." });
    const back = page.waitForURL(/\/spa\.html\?code=/);
    await page.evaluate(
      (given) => web.passwordlessVerify?.(given, () => {}),
      { connection: "email", email: address, verificationCode: code },
    );
    await back;
    expect(host.sent("/passwordless/verify")).toHaveLength(2);
    expect(host.sent("/passwordless/verify_redirect")).toHaveLength(1);
    expect(host.sent(CO_AUTHENTICATE)).toHaveLength(0);

    await page.evaluate("client.handleRedirectCallback()");
    expect(await page.evaluate("client.getUser()")).toMatchObject({ email: address });
    expect(host.sent(PATHS.token)).toHaveLength(1);
    await rm(folder, { recursive: true });
  });
});
