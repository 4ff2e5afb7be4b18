import type { Page } from "@playwright/test";
import { decodeProtectedHeader } from "jose";
import { BASIC, CONFIG, LOGOUT, NOT_APPLICABLE } from "../data/conformance.ts";
import { expect, newAddress, test as base } from "../fixtures/clients.ts";
import { Program } from "../fixtures/program.ts";
import { Control, Latch, type Provider, type ResponseMode } from "../fixtures/provider.ts";
import { type Scheme, SECRET, type Tenant } from "../fixtures/tenant.ts";
import { Authority, TlsProxy } from "../fixtures/tls.ts";
import { comesBack } from "../pages/browser.ts";

// What the OpenID Foundation's conformance suite asks of a provider, under its names: the plans Basic OP, Config OP,
// Form Post OP and RP-Initiated Logout OP. Each test runs against this server, without TLS and with it, and, so that the
// tests themselves are tested, against a provider that is certified. A test is of modules that can share a browser's
// login; each is a step of its name.

type Which = "latch" | "oidc-provider";
type PerTest = { which: Which; mode: ResponseMode; op: Provider };
/** The address of a provider that is certified; it starts when it is first asked for. */
type PerWorker = { control: (scheme: Scheme, callback: string) => Promise<string> };

const provider = async (
  which: Which,
  scheme: Scheme,
  tenant: Tenant,
  control: PerWorker["control"],
  address: string,
): Promise<Provider> => {
  const callback = tenant.site.page("empty");
  if (which === "latch") return new Latch(tenant, callback, address);
  return new Control(await control(scheme, callback), callback, address);
};

const test = base.extend<PerTest, PerWorker>({
  control: [
    async ({}, use) => {
      const closes: (() => Promise<void> | void)[] = [];
      const known = new Map<Scheme, Promise<string>>();
      const start = async (scheme: Scheme, callback: string): Promise<string> => {
        const program = new Program("oidc-provider", undefined, { callback, secret: SECRET });
        closes.push(() => program.stop());
        if (scheme === "http") return program.ask("start");
        const { certificate } = await Authority.known();
        let inside = "";
        const proxy = await TlsProxy.start(certificate, () => inside);
        closes.push(() => proxy.stop());
        inside = await program.ask("start", { issuer: proxy.origin });
        return proxy.origin;
      };
      await use((scheme, callback) => {
        const issuer = known.get(scheme) ?? start(scheme, callback);
        known.set(scheme, issuer);
        return issuer;
      });
      for (const close of closes.toReversed()) await close();
    },
    { scope: "worker" },
  ],
  which: ["latch", { option: true }],
  mode: ["query", { option: true }],
  op: async ({ which, mode, scheme, tenant, address, control }, use) => {
    const op = await provider(which, scheme, tenant, control, address);
    op.mode = mode;
    await use(op);
  },
});

const bearer = (token: string | undefined) => ({ Authorization: `Bearer ${token}` });
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

type Given = { op: Provider; page: Page; address: string; scheme: Scheme; which: Which };
const tested = new Set<string>();

/** A test of several modules, each by its name. */
const modules = (steps: Record<string, (given: Given) => Promise<void>>): void => {
  const names = Object.keys(steps);
  for (const name of names) tested.add(name);
  test(names.join(", "), async ({ op, page, address, scheme, which }) => {
    for (const [name, step] of Object.entries(steps))
      await test.step(name, () => step({ op, page, address, scheme, which }));
  });
};

/** Goes where nobody is asked anything: what comes back. */
const refused = async (op: Provider, page: Page, url: string): Promise<Record<string, string>> => {
  const back = comesBack(page, op.callback);
  await page.goto(url);
  const request = await back;
  return Object.fromEntries(new URLSearchParams(request.postData() ?? new URL(request.url()).search));
};

/** A login with a parameter that nothing has to come of. */
const accepts =
  (more: (address: string) => Record<string, string>) =>
  async ({ op, page, address }: Given): Promise<void> => {
    await op.login(page, op.clients.basic, more(address));
  };

/** A login with a scope: what is then told of the user. */
const tells =
  (scope: string, held: (address: string) => Record<string, unknown>) =>
  async ({ op, page, address }: Given): Promise<void> => {
    const { tokens, claims } = await op.login(page, op.clients.open, { scope });
    const { body } = await op.userinfo({ headers: bearer(tokens.access_token) });
    expect(body).toMatchObject({ sub: claims.sub, ...held(address) });
    if (!scope.includes("email")) expect(body).not.toHaveProperty("email");
  };

/** A user who is signed in is asked for nothing. */
const isSilent = async ({ op, page }: Given, more: Record<string, string>, hinted = false): Promise<void> => {
  const first = await op.login(page, op.clients.open, { max_age: "15000" });
  const hint = hinted ? { id_token_hint: first.tokens.id_token } : {};
  const second = await op.login(page, op.clients.open, { max_age: "10000", ...more, ...hint });
  expect(second.answer.wasAsked).toBe(false);
  expect(second.claims.auth_time).toEqual(expect.any(Number));
  expect(second.claims).toMatchObject({ sub: first.claims.sub, auth_time: first.claims.auth_time });
};

/** A user who is signed in is asked again. */
const asksAgain = async ({ op, page }: Given, more: Record<string, string>, after: number): Promise<void> => {
  const first = await op.login(page, op.clients.open, { max_age: "10000" });
  await pause(after);
  const second = await op.login(page, op.clients.open, { max_age: "10000", ...more });
  expect(second.answer.wasAsked).toBe(true);
  expect(second.claims.sub).toBe(first.claims.sub);
  expect(Number(second.claims.auth_time)).toBeGreaterThan(Number(first.claims.auth_time));
};

/** A request inside a request, which asks to be answered somewhere else. */
const requestObject = async ({ op, page }: Given): Promise<void> => {
  const pack = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const request = `${pack({ alg: "none" })}.${pack({ state: "another", redirect_uri: "https://evil.example/" })}.`;
  const { url, state } = await op.asks(op.clients.open, { request });
  expect(await refused(op, page, url)).toMatchObject({ error: "request_not_supported", state });
};

const userinfo =
  (init: (token: string) => RequestInit) =>
  async ({ op, page }: Given): Promise<void> => {
    const { tokens, claims } = await op.login(page, op.clients.open);
    expect(await op.userinfo(init(tokens.access_token ?? ""))).toMatchObject({ status: 200, body: { sub: claims.sub } });
    expect(await op.userinfo(init("nobody's"))).toMatchObject({ status: 401 });
  };

/** The second use of a code, and what it does to the first one's tokens. */
const isTakenBack = async (op: Provider, login: Awaited<ReturnType<Provider["login"]>>): Promise<void> => {
  const again = await op.exchange(login.asked, login.answer.values.get("code"));
  expect(again.status).toBeGreaterThanOrEqual(400);
  expect(again.body.error).toBe("invalid_grant");
  const told = await op.userinfo({ headers: bearer(login.tokens.access_token) });
  expect(told, "what it gave is taken back").toMatchObject({ status: 401 });
};

const basic = (): void => {
  modules({
    "oidcc-prompt-none-not-logged-in": async ({ op, page }) => {
      const asked = await op.asks(op.clients.basic, { prompt: "none" });
      const { values } = await op.visit(page, asked.url);
      expect(Object.fromEntries(values)).toMatchObject({ error: "login_required", state: asked.state });
      expect(values.get("code")).toBeNull();
    },
    "oidcc-server": async ({ op, page }) => {
      const { tokens, headers, claims } = await op.login(page, op.clients.basic);
      expect(headers.get("content-type")).toMatch(/^application\/json/);
      expect(headers.get("cache-control")).toContain("no-store");
      expect(tokens.token_type?.toLowerCase()).toBe("bearer");
      expect(claims.iat).toBeLessThanOrEqual(Date.now() / 1000 + 5);
      const { body } = await op.userinfo({ headers: bearer(tokens.access_token) });
      expect(body.sub).toBe(claims.sub);
    },
    "oidcc-idtoken-signature": async ({ op, page }) => {
      const { tokens } = await op.login(page, op.clients.basic);
      const { alg, kid } = decodeProtectedHeader(tokens.id_token ?? "");
      const { jwks_uri } = await op.metadata();
      const { keys } = (await (await fetch(jwks_uri)).json()) as { keys: Record<string, string>[] };
      expect(alg).toBe("RS256");
      expect(keys.map((key) => key.kid)).toContain(kid);
    },
    "oidcc-server-client-secret-post": async ({ op, page }) => {
      await op.login(page, op.clients.post);
    },
    "oidcc-userinfo-get": userinfo((token) => ({ headers: bearer(token) })),
    "oidcc-userinfo-post-header": userinfo((token) => ({ method: "POST", headers: bearer(token) })),
    "oidcc-userinfo-post-body": userinfo((token) => ({
      method: "POST",
      body: new URLSearchParams({ access_token: token }),
    })),
    "oidcc-ensure-request-without-nonce-succeeds-for-code-flow": async ({ op, page }) => {
      const { claims } = await op.login(page, op.clients.open, { nonce: undefined });
      expect(claims.nonce).toBeUndefined();
    },
  });

  modules({
    "oidcc-scope-profile": tells("openid profile", () => ({ nickname: expect.any(String), name: expect.any(String) })),
    "oidcc-scope-email": tells("openid email", (email) => ({ email, email_verified: true })),
    "oidcc-scope-address": tells("openid address", () => ({})),
    "oidcc-scope-phone": tells("openid phone", () => ({})),
    "oidcc-scope-all": tells("openid profile email address phone", (email) => ({ email, name: expect.any(String) })),
    "oidcc-ensure-other-scope-order-succeeds": tells("email openid", (email) => ({ email })),
    "oidcc-claims-essential": accepts(() => ({ claims: JSON.stringify({ userinfo: { name: { essential: true } } }) })),
  });

  modules({
    "oidcc-display-page": accepts(() => ({ display: "page" })),
    "oidcc-display-popup": accepts(() => ({ display: "popup" })),
    "oidcc-login-hint": accepts((login_hint) => ({ login_hint })),
    "oidcc-ui-locales": accepts(() => ({ ui_locales: "se" })),
    "oidcc-claims-locales": accepts(() => ({ claims_locales: "se" })),
    "oidcc-ensure-request-with-acr-values-succeeds": accepts(() => ({ acr_values: "1 2" })),
    "oidcc-ensure-request-with-unknown-parameter-succeeds": accepts(() => ({ extra: "foobar" })),
  });

  modules({
    "oidcc-prompt-none-logged-in": (given) => isSilent(given, { prompt: "none" }),
    "oidcc-id-token-hint": (given) => isSilent(given, { prompt: "none" }, true),
    "oidcc-max-age-10000": (given) => isSilent(given, {}),
    "oidcc-prompt-login": (given) => asksAgain(given, { prompt: "login" }, 1100),
    "oidcc-max-age-1": (given) => asksAgain(given, { max_age: "1" }, 2100),
  });

  modules({
    "oidcc-response-type-missing": async ({ op, page }) => {
      const { url } = await op.asks(op.clients.open, { response_type: undefined });
      const { error } = await refused(op, page, url);
      expect(["invalid_request", "unsupported_response_type"]).toContain(error);
    },
    "oidcc-ensure-registered-redirect-uri": async ({ op, page }) => {
      for (const redirect_uri of [`${op.callback}?foo=bar`, `${op.callback}/x`, "https://evil.example/"]) {
        const { url } = await op.asks(op.clients.open, { redirect_uri });
        const answer = await page.goto(url);
        expect(answer?.status()).toBe(400);
        expect(page.url()).toBe(url);
      }
    },
    "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported": requestObject,
    "oidcc-ensure-request-object-with-redirect-uri": requestObject,
    "oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported": async ({ op, page }) => {
      const { url, state } = await op.asks(op.clients.open, { request_uri: "https://shop.example/request.jwt" });
      expect(await refused(op, page, url)).toMatchObject({ error: "request_uri_not_supported", state });
    },
    "oidcc-codereuse": async ({ op, page }) => isTakenBack(op, await op.login(page, op.clients.basic)),
  });

  modules({
    "oidcc-refresh-token": async ({ op, page }) => {
      const { client, ...asked } = { client: op.clients.open, scope: "openid offline_access", prompt: "consent" };
      const { tokens, claims } = await op.login(page, client, asked);
      const refresh = { grant_type: "refresh_token", refresh_token: tokens.refresh_token ?? "" };
      const other = await op.token(op.clients.basic, refresh);
      expect([other.status >= 400, other.body.error], "another client's").toEqual([true, "invalid_grant"]);
      const renewed = await op.token(client, refresh);
      expect(renewed.status, JSON.stringify(renewed.body)).toBe(200);
      expect(renewed.body.access_token).not.toBe(tokens.access_token);
      const { iss, sub, aud } = await op.verify(renewed.body.id_token, client);
      expect({ iss, sub, aud }).toEqual({ iss: claims.iss, sub: claims.sub, aud: claims.aud });
      expect(await op.userinfo({ headers: bearer(renewed.body.access_token) })).toMatchObject({ body: { sub } });
    },
    "oidcc-ensure-request-with-valid-pkce-succeeds": async ({ op, page }) => {
      const { verifier } = await op.asks(op.clients.open);
      const asked = await op.asks(op.clients.open);
      const { values } = await op.visit(page, asked.url);
      const wrong = await op.exchange({ ...asked, verifier }, values.get("code"));
      expect([wrong.status >= 400, wrong.body.error]).toEqual([true, "invalid_grant"]);
      await op.login(page, op.clients.open);
    },
    "oidcc-ensure-post-request-succeeds": async ({ op, page, scheme, which }) => {
      // The control takes a POST only with cookies that need TLS.
      if (which === "oidc-provider" && scheme === "http") return;
      const { url, fields, state } = await op.asks(op.clients.open);
      const { values } = await op.visit(page, url, async () => {
        await page.setContent(`<form method="post" action="${url.split("?")[0]}"></form>`);
        await page.evaluate((entries) => {
          const form = document.forms[0] as HTMLFormElement;
          for (const [name, value] of entries) {
            const input = document.createElement("input");
            Object.assign(input, { name, value });
            form.append(input);
          }
          form.submit();
        }, [...fields]);
      });
      expect(Object.fromEntries(values)).toMatchObject({ code: expect.any(String), state });
    },
  });
};

const config = (): void => {
  modules({
    "oidcc-discovery-endpoint-verification": async ({ op }) => {
      const metadata = await op.metadata();
      expect(metadata.issuer).toBe(op.issuer);
      for (const name of ["authorization", "token", "userinfo", "end_session"] as const)
        expect(new URL(metadata[`${name}_endpoint`]).origin).toBe(new URL(op.issuer).origin);
      expect(metadata.response_types_supported).toContain("code");
      expect(metadata.response_modes_supported).toContain("form_post");
      expect(metadata.subject_types_supported).toContain("public");
      expect(metadata.id_token_signing_alg_values_supported).toContain("RS256");
      expect(metadata.code_challenge_methods_supported).toContain("S256");
      expect(metadata.scopes_supported).toEqual(expect.arrayContaining(["openid", "email", "profile", "offline_access"]));
      expect(metadata.claims_supported).toEqual(expect.arrayContaining(["sub", "email"]));
      const { keys } = (await (await fetch(metadata.jwks_uri)).json()) as { keys: Record<string, string>[] };
      expect(keys.length).toBeGreaterThan(0);
      expect(new Set(keys.map(({ kid }) => kid)).size, "each key has a name of its own").toBe(keys.length);
      for (const key of keys) for (const secret of ["d", "p", "q", "k"]) expect(key).not.toHaveProperty(secret);
    },
    "oidcc-rp-initiated-logout-discovery-endpoint-verification": async ({ op }) => {
      const { end_session_endpoint } = await op.metadata();
      expect(new URL(end_session_endpoint).origin).toBe(new URL(op.issuer).origin);
    },
  });
};

const isIn = async (op: Provider, page: Page) => {
  const { values } = await op.visit(page, (await op.asks(op.clients.open, { prompt: "none" })).url);
  return values.get("error") !== "login_required";
};
const leave = async (op: Provider, page: Page, parameters: Record<string, string>) => {
  const { end_session_endpoint } = await op.metadata();
  const answer = await page.goto(`${end_session_endpoint}?${new URLSearchParams(parameters)}`);
  return answer?.status() ?? 0;
};

const leaves =
  (state: string | undefined) =>
  async ({ op, page }: Given): Promise<void> => {
    const { tokens } = await op.login(page, op.clients.open);
    const hint = { id_token_hint: tokens.id_token ?? "", post_logout_redirect_uri: op.callback };
    await leave(op, page, state ? { ...hint, state } : hint);
    await op.confirm(page);
    await page.waitForURL(state ? `${op.callback}?state=${state}` : op.callback);
    expect(await isIn(op, page)).toBe(false);
  };

/** A logout that is shown a page of the provider's, and changes nothing. */
const staysIn =
  (more: (op: Provider, token: string) => Record<string, string>) =>
  async ({ op, page }: Given): Promise<void> => {
    const { tokens } = await op.login(page, op.clients.open);
    expect(await leave(op, page, more(op, tokens.id_token ?? ""))).toBe(400);
    expect(new URL(page.url()).origin).toBe(new URL(op.issuer).origin);
    expect(await isIn(op, page)).toBe(true);
  };

/** A logout that nobody can tell who wants: the user is asked, and until they agree nothing has happened. */
const asks =
  (parameters: (op: Provider) => Record<string, string>) =>
  async ({ op, page }: Given): Promise<void> => {
    await op.login(page, op.clients.open);
    await leave(op, page, parameters(op));
    expect(new URL(page.url()).origin, "the user is asked").toBe(new URL(op.issuer).origin);
    expect(await isIn(op, page), "until they agreed, nothing has happened").toBe(true);
    await leave(op, page, parameters(op));
    await op.confirm(page);
    await expect.poll(() => isIn(op, page)).toBe(false);
  };

const modified = (token: string): string => {
  const [header, , signature] = token.split(".");
  return `${header}.${Buffer.from(JSON.stringify({ sub: "somebody" })).toString("base64url")}.${signature}`;
};

const logout = (): void => {
  modules({
    "oidcc-rp-initiated-logout-bad-post-logout-redirect-uri": staysIn((_, id_token_hint) => ({
      id_token_hint,
      post_logout_redirect_uri: "https://evil.example/",
    })),
    "oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri": staysIn((op, id_token_hint) => ({
      id_token_hint,
      post_logout_redirect_uri: `${op.callback}?foo=bar`,
    })),
    "oidcc-rp-initiated-logout-bad-id-token-hint": staysIn((op) => ({
      id_token_hint: "no token",
      post_logout_redirect_uri: op.callback,
    })),
    "oidcc-rp-initiated-logout-modified-id-token-hint": staysIn((op, token) => ({
      id_token_hint: modified(token),
      post_logout_redirect_uri: op.callback,
    })),
    "oidcc-rp-initiated-logout": leaves("some-state"),
    "oidcc-rp-initiated-logout-no-state": leaves(undefined),
  });

  modules({
    "oidcc-rp-initiated-logout-no-id-token-hint": asks((op) => ({
      client_id: op.clients.open.id,
      post_logout_redirect_uri: op.callback,
    })),
    "oidcc-rp-initiated-logout-no-params": asks(() => ({})),
    "oidcc-rp-initiated-logout-only-state": asks(() => ({ state: "some-state" })),
    "oidcc-rp-initiated-logout-no-post-logout-redirect-uri": async ({ op, page }) => {
      const { tokens } = await op.login(page, op.clients.open);
      await leave(op, page, { id_token_hint: tokens.id_token ?? "" });
      await op.confirm(page);
      await expect.poll(() => isIn(op, page)).toBe(false);
    },
  });
};

const ALL: [Which, Scheme, ResponseMode][] = [
  ["latch", "http", "query"],
  ["latch", "https", "query"],
  ["latch", "http", "form_post"],
  ["latch", "https", "form_post"],
  ["oidc-provider", "http", "query"],
  ["oidc-provider", "https", "form_post"],
];

for (const [which, scheme, mode] of ALL)
  test.describe(`${which}, ${scheme}, ${mode}`, () => {
    test.use({ which, scheme, mode });
    basic();
    if (mode === "form_post") return;
    config();
    logout();
  });

// All of them wait for the same half of a minute.
tested.add("oidcc-codereuse-30seconds");
test("oidcc-codereuse-30seconds", async ({ browser, tenants, control }) => {
  test.setTimeout(180_000);
  const logins = [];
  for (const [which, scheme, mode] of ALL) {
    if (mode === "form_post") continue;
    const op = await provider(which, scheme, await tenants.of(scheme), control, newAddress());
    const page = await browser.newPage();
    logins.push({ op, login: await op.login(page, op.clients.basic) });
    await page.close();
  }
  await pause(30_000);
  for (const { op, login } of logins) await isTakenBack(op, login);
});

test("every module of the plans has its test, or a reason why it has none", () => {
  const all = [...BASIC, ...CONFIG, ...LOGOUT];
  expect([...tested].sort()).toEqual(all.filter((name) => !(name in NOT_APPLICABLE)).sort());
});
