import type { Auth0Client, Auth0ClientOptions } from "@auth0/auth0-spa-js";
import type { Page, Request } from "@playwright/test";
import { bothWays, expect, test as base } from "../../fixtures/clients.ts";
import { PATHS } from "../../fixtures/host.ts";
import { AUDIENCE } from "../../fixtures/tenant.ts";
import { Login } from "../../pages/login.ts";

// @auth0/auth0-spa-js as npm has it, on a customer's page, with a person at the hosted page.

declare const client: Auth0Client;

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

  /** Leaves for the hosted page. */
  async logIn(): Promise<void> {
    await this.page.evaluate(() => client.loginWithRedirect({ appState: { cart: 7 } }));
    await this.page.waitForURL(/\/login\?/);
  }

  /** Waits until the browser is back, and lets the library read the address. */
  async comeBack(): Promise<unknown> {
    await this.page.waitForURL(/\/spa\.html\?/);
    const { appState } = await this.page.evaluate(() => client.handleRedirectCallback());
    return appState;
  }

  user(): Promise<Record<string, unknown> | undefined> {
    return this.page.evaluate(() => client.getUser());
  }

  /** A new token, past the library's cache: the token, or the error's code. */
  renew(authorizationParams: Record<string, string> = {}): Promise<string> {
    return this.page.evaluate(
      (authorizationParams) =>
        client
          .getTokenSilently({ cacheMode: "off", authorizationParams })
          .catch(({ error, error_description }) => `${error}: ${error_description}`),
      authorizationParams,
    );
  }
}

const test = base.extend<{ options: Partial<Auth0ClientOptions>; app: App }>({
  options: [{}, { option: true }],
  app: async ({ page, tenant, shop, options }, use) => {
    const settings = { domain: tenant.domain, clientId: "spa", ...options };
    await page.addInitScript((settings) => Object.assign(globalThis, { settings }), settings);
    await use(new App(page, shop.page("spa")));
  },
});

/** What no sentence of an error looks like. */
const TOKEN = /^[\w.-]{20,}$/;

const bodyOf = (request: Request | undefined) => Object.fromEntries(new URLSearchParams(request?.postData() ?? ""));

test.describe("with phone numbers", () => {
  test.use({ options: { authorizationParams: { connection: "sms", scope: "openid phone" } } });

  test("the hosted page asks for one, and the page has its user", async ({ app, login, tenant }) => {
    const number = "+14155550176";
    await app.open();
    await app.logIn();
    await login.phone.fill(number);
    await login.phone.press("Enter");
    await expect(login.code).toBeFocused();
    await login.type(await tenant.code(number));
    await app.comeBack();
    expect(await app.user()).toMatchObject({ phone_number: number, phone_number_verified: true });
  });
});

bothWays(() => {
  test("a page sends its user to the hosted page, and has a profile when they are back", async ({
    page,
    app,
    host,
    login,
    signIn,
    address,
    tenant,
  }) => {
    await app.open();
    await app.logIn();
    expect(new URL(page.url()).origin).toBe(tenant.origin);
    await expect(login.heading("Sign in to Single Page")).toBeVisible();
    await signIn(address);
    expect(await app.comeBack(), "what the page kept for itself").toEqual({ cart: 7 });

    expect(await app.user()).toMatchObject({
      email: address,
      email_verified: true,
      name: address,
      nickname: address.split("@")[0],
      sub: expect.stringMatching(/^email\|[0-9a-f]{24}$/),
    });
    const claims = await page.evaluate(() => client.getIdTokenClaims());
    expect(claims).toMatchObject({ iss: `${tenant.origin}/`, aud: "spa", sid: expect.any(String) });
    expect(bodyOf(host.sent(PATHS.token)[0])).toMatchObject({
      grant_type: "authorization_code",
      client_id: "spa",
      code_verifier: expect.stringMatching(/^[\w-.~]{43,128}$/),
    });
  });

  test("a token is renewed in a frame while there is a session, and not after the user left", async ({
    page,
    app,
    host,
    signIn,
    address,
  }) => {
    await app.open();
    await app.logIn();
    await signIn(address);
    await app.comeBack();

    const [first, second] = [await app.renew(), await app.renew()];
    expect(first).toMatch(TOKEN);
    expect(second).toMatch(TOKEN);
    expect(second).not.toBe(first);
    const silent = host.sent("/authorize").filter((request) => request.url().includes("response_mode=web_message"));
    expect(silent).toHaveLength(2);
    expect(silent.every((request) => request.frame().parentFrame() === page.mainFrame())).toBe(true);

    // A page that was loaded anew knows nothing but the session.
    await app.open();
    await page.evaluate(() => client.checkSession());
    expect(await app.user()).toMatchObject({ email: address });

    const left = page.waitForURL((url) => url.pathname === "/spa.html" && url.search === "?bye=1");
    await page.evaluate(() =>
      client.logout({ logoutParams: { returnTo: `${location.origin}/spa.html?bye=1` } }),
    );
    await left;
    expect(await app.renew()).toBe("login_required: Login required");
    expect(await app.user()).toBeUndefined();
  });

  test("a page whose user was never signed in is told that a login is required", async ({ page, app }) => {
    await app.open();
    expect(await app.renew()).toBe("login_required: Login required");

    // The same by redirect.
    await page.evaluate(() => client.loginWithRedirect({ authorizationParams: { prompt: "none" } }));
    await expect(app.comeBack()).rejects.toThrow("Login required");
  });

  test("a page that stays where it is signs its user in through a popup", async ({ page, app, signIn, address, context }) => {
    await app.open();
    const opened = context.waitForEvent("page");
    const done = page.evaluate(() => client.loginWithPopup());
    const popup = await opened;
    const closed = popup.waitForEvent("close");
    await signIn(address, new Login(popup));
    await done;
    await closed;
    expect(await app.user()).toMatchObject({ email: address });
  });
});

test.describe("with refresh tokens", () => {
  test.use({ options: { useRefreshTokens: true, useRefreshTokensFallback: true, cacheLocation: "localstorage" } });

  bothWays(() => {
    test("each renewal takes a new refresh token, and one that is used again ends them all", async ({
      page,
      app,
      host,
      signIn,
      address,
      tenant,
    }) => {
      await app.open();
      await app.logIn();
      await signIn(address);
      await app.comeBack();
      const tokens = [await app.renew(), await app.renew()];
      expect(new Set(tokens).size).toBe(2);

      const [exchange, ...renewals] = host.sent(PATHS.token);
      const given = await Promise.all(
        [exchange, ...renewals].map(async (request) => (await request?.response())?.json()),
      );
      const used = renewals.map((request) => bodyOf(request));
      expect(used.map(({ grant_type }) => grant_type)).toEqual(["refresh_token", "refresh_token"]);
      expect(used.map(({ refresh_token }) => refresh_token)).toEqual([given[0].refresh_token, given[1].refresh_token]);
      expect(new Set(given.map(({ refresh_token }) => refresh_token)).size, "no two are the same").toBe(3);
      expect(host.sent("/authorize"), "no frame was needed").toHaveLength(1);

      // Somebody else has the first one, too.
      const again = await fetchFrom(page, `${tenant.origin}${PATHS.token}`, {
        grant_type: "refresh_token",
        client_id: "spa",
        refresh_token: given[0].refresh_token,
      });
      expect(again).toEqual({
        status: 403,
        body: { error: "invalid_grant", error_description: "Unknown or invalid refresh token." },
      });
      // The library reads the refusal, and asks the session instead.
      expect(await app.renew()).toMatch(TOKEN);
      expect(host.sent("/authorize")).toHaveLength(2);
    });

    test("an access token for an API is one that the API can check", async ({ page, app, signIn, address, tenant }) => {
      await app.open();
      await page.evaluate(
        (authorizationParams) => client.loginWithRedirect({ authorizationParams }),
        { audience: AUDIENCE, scope: "openid profile email read:orders" },
      );
      await page.waitForURL(/\/login\?/);
      await signIn(address);
      await app.comeBack();
      const token = await page.evaluate(
        (authorizationParams) => client.getTokenSilently({ authorizationParams }),
        { audience: AUDIENCE, scope: "openid profile email read:orders" },
      );
      const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
      expect(claims).toMatchObject({
        iss: `${tenant.origin}/`,
        aud: [AUDIENCE, `${tenant.origin}/userinfo`],
        azp: "spa",
        scope: expect.stringContaining("read:orders"),
      });
    });
  });

  test.describe("on another site, to which the session is out of reach", () => {
    test.use({ where: "elsewhere" });

    test("a page renews its token all the same", async ({ page, app, address, signIn }) => {
      await app.open();
      await app.logIn();
      await signIn(address);
      await app.comeBack();
      expect(await app.renew()).toMatch(TOKEN);
      await page.evaluate(() => localStorage.clear());
      expect(await app.renew()).toBe("login_required: Login required");
    });
  });
});

/** What the page is answered when it posts a form by itself. */
const fetchFrom = (page: Page, url: string, form: Record<string, string>) =>
  page.evaluate(
    async ({ url, form }) => {
      const response = await fetch(url, { method: "POST", body: new URLSearchParams(form) });
      return { status: response.status, body: await response.json() };
    },
    { url, form },
  );
