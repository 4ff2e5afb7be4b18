import type { Request } from "@playwright/test";
import { bothWays, expect, test as base } from "../../fixtures/clients.ts";
import type { Program } from "../../fixtures/program.ts";
import { SECRET } from "../../fixtures/tenant.ts";

// openid-client as npm has it: a server's application that knows OpenID Connect and nothing of Auth0.

type Settings = { clientId: string; authentication: string; responseType?: string; secret?: string };

const test = base.extend<{
  /** Starts the customer's program. */
  start: (settings: Settings) => Program;
  /** Has it send the user away: what the browser comes back with. */
  leave: (app: Program, parameters?: Record<string, string>) => Promise<Request>;
}>({
  start: async ({ tenant, program }, use) => {
    const { origin, privateKey } = tenant;
    await use((settings) => program("openid-client", { issuer: `${origin}/`, secret: SECRET, privateKey, ...settings }));
  },
  leave: async ({ visit }, use) => {
    await use(async (app, parameters = {}) => visit(await app.ask("begin", parameters)));
  },
});

const native = { clientId: "native", authentication: "none" };
const backend = { clientId: "backend", authentication: "client_secret_basic" };

const clients: Record<string, Settings> = {
  "a public client": native,
  "a client with its secret in the header": backend,
  "a client with its secret in the body": { clientId: "backend", authentication: "client_secret_post" },
  "a client with a key": { clientId: "signer", authentication: "private_key_jwt" },
};

bothWays(() => {
  for (const [name, settings] of Object.entries(clients))
    test(`${name} signs a user in, renews, asks who it is, revokes, and signs the user out`, async ({
      page,
      start,
      leave,
      address,
      callback,
      tenant,
    }) => {
      const app = start(settings);
      const returned = await leave(app, { scope: "openid profile email offline_access" });
      const tokens = await app.ask("finish", { url: returned.url() });
      expect(tokens).toMatchObject({
        token_type: "bearer",
        expires_in: 86_400,
        refresh_token: expect.any(String),
        claims: { iss: `${tenant.origin}/`, aud: settings.clientId, email: address, email_verified: true },
      });
      const subject = tokens.claims.sub;
      expect(await app.ask("user", { token: tokens.access_token, subject })).toMatchObject({
        sub: subject,
        email: address,
        updated_at: expect.any(String),
      });

      const renewed = await app.ask("refresh", { token: tokens.refresh_token });
      expect(renewed.refresh_token).not.toBe(tokens.refresh_token);
      await app.ask("revoke", { token: renewed.refresh_token });
      expect(await app.fails("refresh", { token: renewed.refresh_token })).toMatchObject({
        error: "invalid_grant",
        error_description: "Unknown or invalid refresh token.",
        status: 403,
      });
      const refused = await app.fails("user", { token: renewed.access_token, subject });
      expect(refused, "an access token goes with its login").toMatchObject({ code: "OAUTH_WWW_AUTHENTICATE_CHALLENGE" });

      const bye = { id_token_hint: tokens.id_token, post_logout_redirect_uri: callback, state: "see you" };
      await page.goto(await app.ask("leave", bye));
      expect(page.url()).toBe(`${callback}?state=see+you`);
      await page.goto(await app.ask("begin", { prompt: "none" }));
      expect(await app.fails("finish", { url: page.url() })).toMatchObject({ error: "login_required" });
    });
});

test("nobody signs in with a code that was used, and what it gave is taken back", async ({
  start,
  leave,
}) => {
  const app = start(native);
  const url = (await leave(app, { scope: "openid offline_access" })).url();
  const tokens = await app.ask("finish", { url });
  expect(await app.fails("finish", { url })).toMatchObject({ error: "invalid_grant", status: 403 });
  expect(await app.fails("refresh", { token: tokens.refresh_token })).toMatchObject({ error: "invalid_grant" });
});

test("nobody signs in with somebody else's code", async ({ start, leave, address }) => {
  const app = start(native);
  const thief = start(backend);
  const pkceCodeVerifier = "a-verifier-of-somebody-who-only-saw-the-address";
  const first = await leave(app);
  expect(await app.fails("finish", { url: first.url(), pkceCodeVerifier })).toMatchObject({
    error: "invalid_grant",
    error_description: "Failed to verify code verifier",
  });
  const url = (await leave(app)).url();
  const expectedState = new URL(url).searchParams.get("state");
  expect(await thief.fails("finish", { url, pkceCodeVerifier, expectedState })).toMatchObject({
    error: "invalid_grant",
  });
  expect(await app.ask("finish", { url }), "the owner's is still good").toMatchObject({ claims: { email: address } });
});

test("a wrong secret opens nothing, whichever way it is shown", async ({ start }) => {
  for (const authentication of ["client_secret_basic", "client_secret_post", "none"]) {
    const app = start({ clientId: "backend", authentication, secret: "a guess" });
    const refused = await app.fails("otp", { username: "ada@example.com", otp: "123456", realm: "email" });
    expect(refused, authentication).toMatchObject({ status: 401 });
  }
});

test("the answer can come as a form, which no address shows", async ({ start, leave, address, callback }) => {
  const app = start(native);
  const request = await leave(app, { response_mode: "form_post" });
  expect([request.method(), request.url()]).toEqual(["POST", callback]);
  expect(await app.ask("finish", { url: request.url(), form: request.postData() })).toMatchObject({
    claims: { email: address },
  });
});

test("an ID token can come in the address, alone or beside a code, and each holds", async ({
  page,
  start,
  leave,
  address,
}) => {
  for (const responseType of ["id_token", "code id_token"]) {
    const app = start({ clientId: "classic", authentication: "none", responseType });
    await leave(app);
    await page.waitForURL(/\/empty\.html#/);
    expect(new URLSearchParams(new URL(page.url()).hash.slice(1)).get("id_token")).toBeTruthy();
    expect(await app.ask("finish", { url: page.url() })).toMatchObject({ claims: { email: address, aud: "classic" } });
  }
});

test("a code that was sent by email is a grant of its own", async ({ start, tenant, address, request }) => {
  const app = start(backend);
  const { issuer } = await app.ask("metadata");
  const sent = await request.post(`${tenant.origin}/passwordless/start`, {
    data: { client_id: "backend", client_secret: SECRET, connection: "email", email: address, send: "code" },
  });
  expect(sent.status()).toBe(200);
  const given = { username: address, realm: "email", scope: "openid email" };
  expect(await app.fails("otp", { ...given, otp: "000000x" })).toMatchObject({ error: "invalid_grant" });
  const tokens = await app.ask("otp", { ...given, otp: await tenant.code(address) });
  expect(tokens.claims).toMatchObject({ iss: issuer, email: address });
});
