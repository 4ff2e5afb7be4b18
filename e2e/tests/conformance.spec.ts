import type { Page } from "@playwright/test";
import { expect, test as base } from "../fixtures/clients.ts";
import { Control, Latch, type Provider, type ResponseMode } from "../fixtures/provider.ts";
import { SECRET } from "../fixtures/tenant.ts";
import { comesBack } from "../pages/browser.ts";

// What the OpenID Foundation's conformance suite asks of a provider, under its names: the plans Basic OP, Config OP,
// Form Post OP and RP-Initiated Logout OP. Each test runs against this server and, so that the tests themselves are
// tested, against a provider that is certified. What comes back as a form does so by TLS, all else without.

const test = base.extend<{ which: "latch" | "oidc-provider"; mode: ResponseMode; op: Provider }>({
  which: ["latch", { option: true }],
  mode: ["query", { option: true }],
  scheme: async ({ mode }, use) => use(mode === "form_post" ? "https" : "http"),
  op: async ({ which, mode, tenant, callback, address, program }, use) => {
    const op =
      which === "latch"
        ? new Latch(tenant, callback, address)
        : await Control.start(program("oidc-provider", { secret: SECRET }), callback, address);
    op.mode = mode;
    await use(op);
  },
});

const bearer = (token: string | undefined) => ({ Authorization: `Bearer ${token}` });
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

for (const which of ["latch", "oidc-provider"] as const)
  test.describe(which, () => {
    test.use({ which });

    test("oidcc-discovery-endpoint-verification", async ({ op }) => {
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
    });

    test("oidcc-response-type-missing", async ({ op, page }) => {
      const { url } = await op.asks(op.clients.open, { response_type: undefined });
      await page.goto(url);
      const { searchParams } = new URL(page.url());
      expect(["invalid_request", "unsupported_response_type"]).toContain(searchParams.get("error"));
    });

    test("oidcc-userinfo-get, oidcc-userinfo-post-header, oidcc-userinfo-post-body", async ({ op, page }) => {
      const { tokens, claims } = await op.login(page, op.clients.open);
      const headers = bearer(tokens.access_token);
      const body = new URLSearchParams({ access_token: tokens.access_token ?? "" });
      for (const init of [{ headers }, { method: "POST", headers }, { method: "POST", body }])
        expect(await op.userinfo(init)).toMatchObject({ status: 200, body: { sub: claims.sub } });
      expect(await op.userinfo({ headers: bearer("nobody's") })).toMatchObject({ status: 401 });
    });

    test("oidcc-scope-profile, -email, -address, -phone, -all, oidcc-ensure-other-scope-order-succeeds", async ({
      op,
      page,
      address,
    }) => {
      const expected: Record<string, Record<string, unknown>> = {
        "openid profile": { nickname: expect.any(String), name: expect.any(String) },
        "openid email": { email: address, email_verified: true },
        "openid address": {},
        "openid phone": {},
        "openid profile email address phone": { email: address, name: expect.any(String) },
        "email openid": { email: address },
      };
      for (const [scope, held] of Object.entries(expected)) {
        const { tokens, claims } = await op.login(page, op.clients.open, { scope });
        const { body } = await op.userinfo({ headers: bearer(tokens.access_token) });
        expect(body, scope).toMatchObject({ sub: claims.sub, ...held });
        if (!scope.includes("email")) expect(body, scope).not.toHaveProperty("email");
      }
    });

    test("oidcc-display-page, -popup, oidcc-login-hint, oidcc-ui-locales, oidcc-claims-locales, oidcc-ensure-request-with-acr-values-succeeds, oidcc-claims-essential, oidcc-ensure-request-with-unknown-parameter-succeeds", async ({
      op,
      page,
      address,
    }) => {
      const all: Record<string, string>[] = [
        { display: "page" },
        { display: "popup" },
        { login_hint: address },
        { ui_locales: "se" },
        { claims_locales: "se" },
        { acr_values: "1 2" },
        { claims: JSON.stringify({ userinfo: { name: { essential: true } } }) },
        { extra: "foobar" },
      ];
      for (const more of all) await op.login(page, op.clients.basic, more);
    });

    test("oidcc-prompt-login", async ({ op, page }) => {
      const first = await op.login(page, op.clients.open, { max_age: "10000" });
      await pause(1100);
      const second = await op.login(page, op.clients.open, { prompt: "login", max_age: "10000" });
      expect(second.answer.wasAsked).toBe(true);
      expect(second.claims.sub).toBe(first.claims.sub);
      expect(Number(second.claims.auth_time)).toBeGreaterThan(Number(first.claims.auth_time));
    });

    test("oidcc-max-age-1", async ({ op, page }) => {
      const first = await op.login(page, op.clients.open, { max_age: "10000" });
      await pause(2100);
      const second = await op.login(page, op.clients.open, { max_age: "1" });
      expect(second.answer.wasAsked).toBe(true);
      expect(Number(second.claims.auth_time)).toBeGreaterThan(Number(first.claims.auth_time));
    });

    test("oidcc-max-age-10000", async ({ op, page }) => {
      const first = await op.login(page, op.clients.open, { max_age: "15000" });
      const second = await op.login(page, op.clients.open, { max_age: "10000" });
      expect(second.answer.wasAsked).toBe(false);
      expect(second.claims.auth_time).toEqual(expect.any(Number));
      expect(second.claims).toMatchObject({ sub: first.claims.sub, auth_time: first.claims.auth_time });
    });

    test("oidcc-codereuse", async ({ op, page }) => {
      const { asked, answer, tokens } = await op.login(page, op.clients.basic);
      const again = await op.exchange(asked, answer.values.get("code"));
      expect(again.status).toBeGreaterThanOrEqual(400);
      expect(again.body.error).toBe("invalid_grant");
      expect(await op.userinfo({ headers: bearer(tokens.access_token) }), "what it gave is taken back").toMatchObject({
        status: 401,
      });
    });

    test("oidcc-ensure-registered-redirect-uri", async ({ op, page }) => {
      for (const redirect_uri of [`${op.callback}?foo=bar`, `${op.callback}/x`, "https://evil.example/"]) {
        const { url } = await op.asks(op.clients.open, { redirect_uri });
        const answer = await page.goto(url);
        expect(answer?.status()).toBe(400);
        expect(page.url()).toBe(url);
      }
    });

    test("oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported, oidcc-ensure-request-object-with-redirect-uri", async ({
      op,
      page,
    }) => {
      const pack = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
      const request = `${pack({ alg: "none" })}.${pack({ state: "another", redirect_uri: "https://evil.example/" })}.`;
      const { url, state } = await op.asks(op.clients.open, { request });
      await page.goto(url);
      const { origin, searchParams } = new URL(page.url());
      expect(origin).toBe(new URL(op.callback).origin);
      expect(Object.fromEntries(searchParams)).toMatchObject({ error: "request_not_supported", state });
    });

    // The plan Form Post OP is the plan Basic OP with another way back.
    for (const mode of ["query", "form_post"] as const)
      test.describe(mode, () => {
        test.use({ mode });

        test("oidcc-server", async ({ op, page }) => {
          const { tokens, headers, claims } = await op.login(page, op.clients.basic);
          expect(headers.get("content-type")).toMatch(/^application\/json/);
          expect(headers.get("cache-control")).toContain("no-store");
          expect(tokens.token_type?.toLowerCase()).toBe("bearer");
          expect(claims.iat).toBeLessThanOrEqual(Date.now() / 1000 + 5);
          const { body } = await op.userinfo({ headers: bearer(tokens.access_token) });
          expect(body.sub).toBe(claims.sub);
        });

        test("oidcc-ensure-request-without-nonce-succeeds-for-code-flow", async ({ op, page }) => {
          const { claims } = await op.login(page, op.clients.open, { nonce: undefined });
          expect(claims.nonce).toBeUndefined();
        });

        test("oidcc-prompt-none-not-logged-in", async ({ op, page }) => {
          const asked = await op.asks(op.clients.basic, { prompt: "none" });
          const { values } = await op.visit(page, asked.url);
          expect(Object.fromEntries(values)).toMatchObject({ error: "login_required", state: asked.state });
          expect(values.get("code")).toBeNull();
        });

        test("oidcc-prompt-none-logged-in, oidcc-id-token-hint", async ({ op, page }) => {
          const first = await op.login(page, op.clients.open, { max_age: "10000" });
          for (const more of [{}, { id_token_hint: first.tokens.id_token }]) {
            const second = await op.login(page, op.clients.open, { prompt: "none", max_age: "10000", ...more });
            expect(second.answer.wasAsked).toBe(false);
            expect(second.claims).toMatchObject({ sub: first.claims.sub, auth_time: first.claims.auth_time });
          }
        });

        test("oidcc-server-client-secret-post", async ({ op, page }) => {
          await op.login(page, op.clients.post);
        });

        test("oidcc-refresh-token", async ({ op, page }) => {
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
        });

        test("oidcc-ensure-request-with-valid-pkce-succeeds", async ({ op, page }) => {
          const { verifier } = await op.asks(op.clients.open);
          const asked = await op.asks(op.clients.open);
          const { values } = await op.visit(page, asked.url);
          const wrong = await op.exchange({ ...asked, verifier }, values.get("code"));
          expect([wrong.status >= 400, wrong.body.error]).toEqual([true, "invalid_grant"]);
          await op.login(page, op.clients.open);
        });
      });

    test.describe("logout", () => {
      const isIn = async (op: Provider, page: Page) => {
        const { values } = await op.visit(page, (await op.asks(op.clients.open, { prompt: "none" })).url);
        return values.get("error") !== "login_required";
      };
      const leave = async (op: Provider, page: Page, parameters: Record<string, string>) => {
        const { end_session_endpoint } = await op.metadata();
        const answer = await page.goto(`${end_session_endpoint}?${new URLSearchParams(parameters)}`);
        return answer?.status() ?? 0;
      };

      test("oidcc-rp-initiated-logout, -no-state", async ({ op, page }) => {
        for (const state of ["some-state", undefined]) {
          const { tokens } = await op.login(page, op.clients.open);
          const hint = { id_token_hint: tokens.id_token ?? "", post_logout_redirect_uri: op.callback };
          await leave(op, page, state ? { ...hint, state } : hint);
          await op.confirm(page);
          await page.waitForURL(state ? `${op.callback}?state=${state}` : op.callback);
          expect(await isIn(op, page)).toBe(false);
        }
      });

      test("oidcc-rp-initiated-logout-bad-post-logout-redirect-uri, -query-added-to-post-logout-redirect-uri", async ({
        op,
        page,
      }) => {
        const { tokens } = await op.login(page, op.clients.open);
        for (const post_logout_redirect_uri of ["https://evil.example/", `${op.callback}?foo=bar`]) {
          const hint = { id_token_hint: tokens.id_token ?? "", post_logout_redirect_uri };
          expect(await leave(op, page, hint)).toBe(400);
          expect(new URL(page.url()).origin).toBe(new URL(op.issuer).origin);
        }
        expect(await isIn(op, page)).toBe(true);
      });

      test("oidcc-rp-initiated-logout-bad-id-token-hint, -modified-id-token-hint", async ({ op, page }) => {
        const { tokens } = await op.login(page, op.clients.open);
        const [header, , signature] = (tokens.id_token ?? "").split(".");
        const claims = Buffer.from(JSON.stringify({ sub: "somebody" })).toString("base64url");
        for (const id_token_hint of ["no token", `${header}.${claims}.${signature}`]) {
          expect(await leave(op, page, { id_token_hint, post_logout_redirect_uri: op.callback })).toBe(400);
          expect(new URL(page.url()).origin).toBe(new URL(op.issuer).origin);
        }
        expect(await isIn(op, page)).toBe(true);
      });

      test("oidcc-rp-initiated-logout-no-id-token-hint, -no-params, -only-state, -no-post-logout-redirect-uri", async ({
        op,
        page,
      }) => {
        const all = [
          { client_id: op.clients.open.id, post_logout_redirect_uri: op.callback },
          {},
          { state: "some-state" },
        ];
        for (const parameters of all) {
          await op.login(page, op.clients.open);
          await leave(op, page, parameters);
          expect(new URL(page.url()).origin, "the user is asked").toBe(new URL(op.issuer).origin);
          expect(await isIn(op, page), "until they agreed, nothing has happened").toBe(true);
          await leave(op, page, parameters);
          await op.confirm(page);
          await expect.poll(() => isIn(op, page)).toBe(false);
        }
        const { tokens } = await op.login(page, op.clients.open);
        await leave(op, page, { id_token_hint: tokens.id_token ?? "" });
        await op.confirm(page);
        await expect.poll(() => isIn(op, page)).toBe(false);
      });
    });
  });

// Without its control: that takes a POST only with cookies that need TLS.
test("latch: oidcc-ensure-post-request-succeeds", async ({ op, page }) => {
  await op.login(page, op.clients.open);
  const { url, fields, state } = await op.asks(op.clients.open);
  const back = comesBack(page, op.callback);
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
  const { searchParams } = new URL((await back).url());
  expect(Object.fromEntries(searchParams)).toMatchObject({ code: expect.any(String), state });
});
