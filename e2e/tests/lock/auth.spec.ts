import { expect, test as base } from "../../fixtures/clients.ts";
import { DropIn } from "../../pages/drop-in.ts";
import { AUDIENCE } from "../../fixtures/tenant.ts";

// Lock's options for what is asked of the server, by name; and what comes back in an address.

type Arrive = (
  options: Record<string, unknown>,
  asked?: Record<string, string>,
  change?: (hash: URLSearchParams) => void,
) => Promise<string>;

const test = base.extend<{ lock: DropIn; arrive: Arrive }>({
  scheme: "http",
  lock: async ({ page, shop, tenant }, use) =>
    use(new DropIn(page, shop.page("drop-in"), () => tenant.domain)),
  // Signs in on the hosted page, and comes back to the page of a Lock with an answer in its address; gives the answer.
  arrive: async ({ page, shop, tenant, lock, signIn, address }, use) => {
    await use(async (options, asked = {}, change) => {
      // A page without a Lock: what is in its address is still there.
      const back = shop.page("empty");
      const url = new URL("/authorize", tenant.origin);
      const query = {
        client_id: "classic",
        response_type: "token id_token",
        redirect_uri: back,
        scope: "openid email",
        state: "our-state",
        nonce: "our-nonce",
        ...asked,
      };
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      await page.goto(url.href);
      if (new URL(page.url()).pathname === "/login") await signIn(address);
      await page.waitForURL((url) => url.hash !== "");
      const hash = new URLSearchParams(new URL(page.url()).hash.slice(1));
      change?.(hash);
      // Another page in between: going to another fragment would load nothing.
      await page.goto("about:blank");
      await lock.open(options, { clientId: "classic", shows: false }, `${shop.page("drop-in")}#${hash}`);
      return hash.toString();
    });
  },
});

const known = { state: "our-state", nonce: "our-nonce", responseType: "token id_token" };

test("auth.autoParseHash takes an answer out of the address, once, and tells who it is", async ({
  page,
  lock,
  arrive,
  address,
}) => {
  await arrive({ auth: known });
  const result = await lock.hears("authenticated");
  expect(result).toEqual({
    accessToken: expect.any(String),
    idToken: expect.any(String),
    idTokenPayload: expect.objectContaining({
      email: address,
      email_verified: true,
      nonce: "our-nonce",
      aud: "classic",
    }),
    appState: "our-state",
    refreshToken: null,
    state: "our-state",
    expiresIn: expect.any(Number),
    tokenType: "Bearer",
    scope: expect.any(String),
  });
  expect(await lock.hears("hash_parsed")).toEqual(result);
  await expect.poll(() => new URL(page.url()).hash, { message: "hashCleanup is on" }).toBe("");
  await page.reload();
  await lock.hears("hash_parsed");
  expect(await lock.names()).toEqual(["hash_parsed"]);
});

test("auth.autoParseHash false leaves it to resumeAuth", async ({ page, lock, arrive, address }) => {
  await arrive({ auth: { ...known, autoParseHash: false } });
  const [error, result] = await lock.run<[unknown, { idTokenPayload: unknown }]>(
    "new Promise((done) => lock.resumeAuth(location.hash, (...all) => done(all)))",
  );
  expect(error).toBeNull();
  expect(result.idTokenPayload).toMatchObject({ email: address });
  expect(new URL(page.url()).hash).not.toBe("");
  const nothing = await lock.run("new Promise((done) => lock.resumeAuth('#/menu', (...all) => done(all)))");
  expect(nothing).toEqual([null, null]);
});

test("hashCleanup false leaves the address as it is", async ({ page, lock, arrive }) => {
  await arrive({ auth: known, hashCleanup: false });
  await lock.hears("authenticated");
  expect(new URL(page.url()).hash).toContain("access_token");
});

test("an address with something of the page's own behind # is left alone", async ({ page, lock, shop }) => {
  await lock.open({}, { shows: false }, `${shop.page("drop-in")}#section-2`);
  expect(await lock.hears("hash_parsed")).toEqual({});
  expect(new URL(page.url()).hash).toBe("#section-2");
});

test("auth.state that is another one than asked with is refused", async ({ lock, arrive }) => {
  await arrive({ auth: { ...known, state: "somebody-else's" } });
  const error = await lock.hears("authorization_error");
  expect(error).toEqual({ error: "invalid_token", errorDescription: expect.stringContaining("state") });
  expect(await lock.hears("hash_parsed")).toEqual(error);
  expect(await lock.names()).not.toContain("authenticated");
});

test("auth.state left out is what a cookie of auth0.js or of ours has, and an answer that nobody asked for is refused", async ({
  page,
  lock,
  arrive,
  shop,
}) => {
  await arrive({ auth: { responseType: "token id_token" } });
  expect((await lock.hears("authorization_error")).error).toBe("invalid_token");
  await page.goto(shop.page("empty"));
  const transaction = {
    nonce: "our-nonce",
    appState: { cart: 3 },
    state: "our-state",
    lastUsedConnection: "email",
  };
  await page.evaluate((value) => {
    document.cookie = `com.auth0.auth.our-state=${encodeURIComponent(JSON.stringify(value))}; path=/`;
  }, transaction);
  await arrive({ auth: { responseType: "token id_token" } });
  expect((await lock.hears("authenticated")).appState).toEqual({ cart: 3 });
  expect(await page.evaluate("document.cookie")).toBe("");
});

test("auth.nonce that is another one than asked with is refused", async ({ lock, arrive }) => {
  await arrive({ auth: { ...known, nonce: "another" } });
  expect(await lock.hears("authorization_error")).toEqual({
    error: "invalid_token",
    errorDescription: expect.stringContaining("nonce"),
  });
});

const segments = (token: string | null) => (token ?? "").split(".");
const forged = (token: string | null, header: object, claims: object) => {
  const [head, payload, signature] = segments(token).map((part) => Buffer.from(part, "base64url"));
  const changed = (part: Buffer | undefined, over: object) =>
    Buffer.from(JSON.stringify({ ...JSON.parse(String(part)), ...over })).toString("base64url");
  return [changed(head, header), changed(payload, claims), signature?.toString("base64url")].join(".");
};

for (const [what, header, claims] of [
  ["with other claims", {}, { email: "eve@example.com" }],
  ["that says it needs no signature", { alg: "none" }, {}],
  ["that is signed with a shared secret", { alg: "HS256" }, {}],
  ["of a key that nobody publishes", { kid: "none" }, {}],
] as const)
  test(`an ID token ${what} is not believed`, async ({ lock, arrive }) => {
    await arrive({ auth: known }, {}, (hash) =>
      hash.set("id_token", forged(hash.get("id_token"), header, claims)),
    );
    expect((await lock.hears("authorization_error")).error).toBe("invalid_token");
    expect(await lock.names()).not.toContain("authenticated");
  });

test("an access token that is not the ID token's is not believed", async ({ lock, arrive }) => {
  await arrive({ auth: known }, {}, (hash) => hash.set("access_token", `${hash.get("access_token")}x`));
  expect((await lock.hears("authorization_error")).errorDescription).toContain("access token");
});

test("an ID token of another application is not believed", async ({ page, lock, arrive, shop }) => {
  const hash = await arrive({ auth: { ...known, autoParseHash: false } });
  await page.goto("about:blank");
  await lock.open({ auth: known }, { clientId: "spa", shows: false }, `${shop.page("drop-in")}#${hash}`);
  expect((await lock.hears("authorization_error")).errorDescription).toContain("another application");
});

test("leeway is how late an ID token may come", async ({ page, lock, arrive, shop }) => {
  const hash = await arrive({ auth: { ...known, autoParseHash: false } });
  const payload = JSON.parse(
    Buffer.from(segments(new URLSearchParams(hash).get("id_token"))[1] ?? "", "base64url").toString(),
  );
  await page.clock.install({ time: (payload.exp + 90) * 1000 });
  await page.goto("about:blank");
  await lock.open({ auth: known }, { clientId: "classic", shows: false }, `${shop.page("drop-in")}#${hash}`);
  expect((await lock.hears("authorization_error")).errorDescription).toContain("expired");
  await page.goto("about:blank");
  await lock.open(
    { auth: known, leeway: 120 },
    { clientId: "classic", shows: false },
    `${shop.page("drop-in")}#${hash}`,
  );
  await lock.hears("authenticated");
});

test("overrides say whose tokens are believed, and where the keys are", async ({
  host,
  lock,
  arrive,
  tenant,
}) => {
  await arrive({
    auth: known,
    overrides: {
      __token_issuer: "https://else.example/",
      __jwks_uri: `${tenant.origin}/.well-known/jwks.json?ours`,
    },
  });
  expect((await lock.hears("authorization_error")).errorDescription).toContain("else.example");
  expect(host.requests.some((request) => request.url().endsWith("jwks.json?ours"))).toBe(true);
});

test("_enableIdPInitiatedLogin takes an answer without a state, which is refused otherwise", async ({
  lock,
  arrive,
}) => {
  const auth = { responseType: "token id_token", nonce: "our-nonce" };
  const withoutState = (hash: URLSearchParams) => hash.delete("state");
  await arrive({ auth }, {}, withoutState);
  expect((await lock.hears("authorization_error")).error).toBe("invalid_token");
  await arrive({ auth, _enableIdPInitiatedLogin: true }, {}, withoutState);
  await lock.hears("authenticated");
});

test("auth.responseType is what an answer has to have, and the page is left where that is asked of it", async ({
  lock,
  arrive,
  shop,
}) => {
  await arrive({ auth: known }, {}, (hash) => hash.delete("id_token"));
  expect(await lock.hears("authorization_error")).toEqual({
    error: "invalid_hash",
    errorDescription: expect.stringContaining("id_token"),
  });
  const cases = [
    [{}, "auto"],
    [{ redirectUrl: shop.page("empty") }, "cross-origin"],
    [{ redirectUrl: shop.page("drop-in") }, "cross-origin"],
    [{ redirectUrl: shop.page("drop-in"), responseType: "token id_token" }, "auto"],
    [{ redirectUrl: shop.page("empty"), responseType: "token id_token" }, "cross-origin"],
    [{ redirectUrl: shop.page("empty"), responseType: "token id_token", redirect: false }, "auto"],
  ] as const;
  for (const [auth, exchange] of cases) {
    await lock.open({ auth }, { clientId: "classic" });
    await expect(lock.element).toBeAttached();
    expect(await lock.attribute("exchange"), JSON.stringify(auth)).toBe(exchange);
  }
});

test("auth.redirectUrl is where answers go, and the page itself otherwise; auth.redirect false asks in a frame", async ({
  lock,
  shop,
}) => {
  const cases = [
    [{ redirectUrl: shop.page("empty") }, shop.page("empty"), null],
    [{}, shop.page("drop-in"), null],
    [{ redirect: false }, shop.page("drop-in"), "web_message"],
  ] as const;
  for (const [auth, address, mode] of cases) {
    await lock.open({ auth }, { clientId: "classic" });
    await expect(lock.element).toBeAttached();
    expect([await lock.attribute("redirect-uri"), await lock.attribute("response-mode")]).toEqual([
      address,
      mode,
    ]);
  }
});

test("auth.redirect is as good as false in an app of Cordova's or Electron's, which is not asked for who is signed in", async ({
  page,
  host,
  lock,
}) => {
  await page.addInitScript("globalThis.cordova = {}");
  await lock.open({ auth: { redirectUri: "https://else.example/" } }, { clientId: "classic" });
  await lock.hears("socialOrEmail ready");
  expect(await lock.attribute("response-mode")).toBe("web_message");
  expect([await lock.names(), host.sent("/authorize")]).toEqual([["show", "socialOrEmail ready"], []]);
  expect(host.console.filter((text) => text.includes("auth.redirectUri"))).toHaveLength(1);
});

test("auth.redirect false stays on the page, and no answer is looked for in its address", async ({
  page,
  lock,
  tenant,
  address,
  shop,
}) => {
  await lock.open(
    { auth: { redirect: false, redirectUrl: shop.page("drop-in"), responseType: "token id_token" } },
    { clientId: "classic" },
  );
  await lock.login.askAndArrive(address);
  await lock.login.type(await tenant.code(address));
  expect((await lock.hears("authenticated")).idTokenPayload).toMatchObject({
    email: address,
    email_verified: true,
  });
  expect(page.url()).toBe(shop.page("drop-in"));
  expect(await lock.names()).not.toContain("hash_parsed");
});

test("auth.audience is whom the access token is for", async ({ host, lock, tenant, address }) => {
  await lock.open({ auth: { audience: AUDIENCE } }, { clientId: "classic" });
  await lock.login.askAndArrive(address);
  expect(host.sent("/passwordless/start")[0]?.postDataJSON().authParams).toMatchObject({
    audience: AUDIENCE,
  });
  await lock.login.type(await tenant.code(address));
  const { accessToken } = await lock.hears("authenticated");
  const claims = JSON.parse(Buffer.from(segments(accessToken as string)[1] ?? "", "base64url").toString());
  expect([claims.aud].flat()).toContain(AUDIENCE);
});

test("auth.params has the scope and whatever else is sent, and show puts others in their place", async ({
  host,
  lock,
  tenant,
  address,
}) => {
  await lock.open({ auth: { params: { scope: "openid", device: "till 3" } } }, { clientId: "classic" });
  await expect(lock.element).toBeAttached();
  expect(await lock.attribute("scope")).toBe("openid");
  await lock.login.askAndArrive(address);
  expect(host.sent("/passwordless/start")[0]?.postDataJSON().authParams).toMatchObject({ device: "till 3" });
  await lock.login.type(await tenant.code(address));
  expect((await lock.hears("authenticated")).idTokenPayload).not.toHaveProperty("email");
  await lock.run("lock.hide(); lock.show({ auth: { params: { login: 'else' }, redirect: false } })");
  await expect.poll(() => lock.property("authParams")).toEqual({ login: "else" });
  expect(await lock.attribute("scope"), "params are replaced whole, with their default").toBeNull();
});

test("auth.params.state and auth.params.nonce come before auth.state and auth.nonce", async ({
  lock,
  arrive,
  tenant,
  address,
}) => {
  await arrive({
    auth: { ...known, state: "less", nonce: "less", params: { state: "our-state", nonce: "our-nonce" } },
  });
  await lock.hears("authenticated");
  await lock.open({ auth: { state: "one", params: { state: "two" } } }, { clientId: "classic" });
  await lock.login.askAndArrive(address);
  await lock.login.type(await tenant.code(address));
  expect(await lock.hears("authenticated")).toMatchObject({ state: "two", appState: "two" });
});

test("auth.sso tells ssodata fetched whether somebody is signed in at the server, and false asks nothing", async ({
  host,
  lock,
  arrive,
  address,
}) => {
  await lock.open({}, { clientId: "classic" });
  expect(await lock.hears("ssodata fetched")).toEqual([null, { sso: false }]);
  await arrive({ auth: known });
  await lock.run("lock.show()");
  expect(await lock.hears("ssodata fetched")).toEqual([
    null,
    { sso: true, lastUsedUserID: expect.any(String), lastUsedUsername: address },
  ]);
  const before = host.sent("/authorize").length;
  for (const options of [{ auth: { sso: false } }, { rememberLastLogin: false }]) {
    await lock.open(options, { clientId: "classic" });
    await lock.hears("socialOrEmail ready");
    expect(host.sent("/authorize")).toHaveLength(before);
  }
});

test("checkSession has who is signed in at the server without showing anything", async ({
  page,
  lock,
  arrive,
  address,
}) => {
  await lock.open({ auth: known }, { clientId: "classic", shows: false });
  const ask = (params: object) =>
    lock.run<[Record<string, unknown>, Record<string, unknown>]>(
      `new Promise((done) => lock.checkSession(${JSON.stringify(params)}, (...all) => done(all)))`,
    );
  expect((await ask({}))[0]).toMatchObject({ error: "login_required" });
  expect((await ask({ responseType: "code" }))[0]).toMatchObject({ error: "error" });
  expect((await ask({ redirectUri: "https://else.example/" }))[0]).toMatchObject({
    error: "origin_mismatch",
  });
  await arrive({ auth: known });
  const [error, result] = await ask({ scope: "openid email", nonce: "another" });
  expect(error).toBeNull();
  expect(result.idTokenPayload).toMatchObject({ email: address, nonce: "another" });
  expect(await page.locator("iframe").count(), "no frame is left behind").toBe(0);
});
