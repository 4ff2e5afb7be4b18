import { bothWays, expect, test as base } from "../../fixtures/clients.ts";
import { Program, python } from "../../fixtures/program.ts";
import { AUDIENCE, SECRET } from "../../fixtures/tenant.ts";
import { wrong } from "../../pages/login.ts";

// auth0-python and Authlib as PyPI has them, in a customer's server application.

const SCOPE = "openid profile email phone offline_access";

const test = base.extend<{
  /** Auth0's library, of a client. */
  auth0: (settings: Record<string, unknown>) => Program;
  app: Program;
}>({
  auth0: async ({ tenant, program }, use) =>
    use((settings) => program("python/auth0-python", { origin: tenant.origin, ...settings })),
  app: async ({ auth0 }, use) => use(auth0({ clientId: "backend", secret: SECRET })),
});

test.skip(python === undefined, "LATCH_PYTHON names no Python with the packages of e2e/clients/python");

bothWays(() => {
  test("a code by email signs a user in, and the login goes on until it is revoked", async ({ app, tenant, address }) => {
    await app.ask("email", { email: address, send: "code" });
    const code = await tenant.code(address);
    const given = { username: address, realm: "email" };
    expect(await app.fails("passwordless_login", { ...given, otp: wrong(code) })).toMatchObject({
      name: "Auth0Error",
      error: "invalid_grant",
      error_description: "Wrong email or verification code.",
      status: 403,
    });
    const tokens = await app.ask("passwordless_login", { ...given, otp: code });
    expect(tokens).toMatchObject({ token_type: "Bearer", expires_in: 86_400 });
    const claims = await app.ask("verify", { token: tokens.id_token });
    expect(claims).toMatchObject({ iss: `${tenant.origin}/`, aud: "backend", email: address, email_verified: true });
    expect(await app.ask("userinfo", { access_token: tokens.access_token })).toMatchObject({
      sub: claims.sub,
      email: address,
      nickname: address.split("@")[0],
    });

    const renewed = await app.ask("refresh_token", { refresh_token: tokens.refresh_token });
    expect(renewed.refresh_token).not.toBe(tokens.refresh_token);
    expect(await app.ask("verify", { token: renewed.id_token })).toMatchObject({ sub: claims.sub });
    await app.ask("revoke_refresh_token", { token: renewed.refresh_token });
    expect(await app.fails("refresh_token", { refresh_token: renewed.refresh_token })).toMatchObject({
      error: "invalid_grant",
      error_description: "Unknown or invalid refresh token.",
      status: 403,
    });
  });

  test("a user who comes back with a code is signed in, with a secret or with a proof alone", async ({
    auth0,
    app,
    tenant,
    address,
    callback,
    visit,
  }) => {
    const open = auth0({ clientId: "native" });
    const proof = { code_verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" };
    const challenge = { code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: "S256" };
    const ways = [
      { client_id: "backend", asked: {}, finish: "authorization_code", given: {}, own: app },
      { client_id: "native", asked: challenge, finish: "authorization_code_pkce", given: proof, own: open },
    ];
    for (const { client_id, asked, finish, given, own } of ways) {
      const all = { client_id, redirect_uri: callback, response_type: "code", scope: SCOPE, nonce: "n-0S6", ...asked };
      const returned = await visit(`${tenant.origin}/authorize?${new URLSearchParams(all)}`);
      const code = new URL(returned.url()).searchParams.get("code");
      const tokens = await own.ask(finish, { code, redirect_uri: callback, ...given });
      const verified = { token: tokens.id_token, max_age: 600 };
      expect(await own.ask("verify", { ...verified, nonce: "n-0S6" })).toMatchObject({ aud: client_id, email: address });
      expect(await own.fails("verify", { ...verified, nonce: "another" })).toMatchObject({ name: "TokenValidationError" });
      expect(await own.fails(finish, { code, redirect_uri: callback, ...given })).toMatchObject({
        error: "invalid_grant",
        error_description: "Invalid authorization code",
      });
    }
  });
});

test("a code by SMS signs a user in, with a token for an API", async ({ app, tenant }) => {
  const number = "+14155550187";
  await app.ask("sms", { phone_number: number });
  const given = { username: number, otp: await tenant.code(number), realm: "sms" };
  const tokens = await app.ask("passwordless_login", { ...given, scope: "openid phone read:orders", audience: AUDIENCE });
  expect(await app.ask("verify", { token: tokens.id_token })).toMatchObject({
    sub: expect.stringMatching(/^sms\|[0-9a-f]{24}$/),
    phone_number: number,
    phone_number_verified: true,
  });
  expect(await app.ask("verify_signature", { token: tokens.access_token })).toMatchObject({
    aud: [AUDIENCE, `${tenant.origin}/userinfo`],
    azp: "backend",
  });
});

test("a token that was tampered with is not believed, nor is one for another application", async ({
  auth0,
  app,
  tenant,
  address,
}) => {
  await app.ask("email", { email: address, send: "code" });
  const given = { username: address, otp: await tenant.code(address), realm: "email" };
  const { id_token } = await app.ask("passwordless_login", given);
  const [header, , signature] = id_token.split(".");
  const claims = await app.ask("verify", { token: id_token });
  const forged = Buffer.from(JSON.stringify({ ...claims, sub: "email|0" })).toString("base64url");
  expect(await app.fails("verify", { token: `${header}.${forged}.${signature}` })).toMatchObject({
    name: "TokenValidationError",
    message: "Invalid token signature.",
  });
  expect(await auth0({ clientId: "native" }).fails("verify", { token: id_token })).toMatchObject({
    name: "TokenValidationError",
    message: expect.stringContaining("(aud)"),
  });
});

test("what this server does not offer is refused in Auth0's words", async ({ auth0, app, address }) => {
  const refused = (grant: string) => ({
    error: "unauthorized_client",
    error_description: `Grant type '${grant}' not allowed for the client.`,
    status: 403,
  });
  expect(await app.fails("client_credentials", { audience: AUDIENCE })).toMatchObject(refused("client_credentials"));
  expect(await app.fails("password", { username: address, password: "secret" })).toMatchObject(
    refused("http://auth0.com/oauth/grant-type/password-realm"),
  );
  const impostor = auth0({ clientId: "backend", secret: "a guess" });
  expect(await impostor.fails("email", { email: address, send: "code" })).toMatchObject({ status: 401 });
});

test("an application with a key needs no secret", async ({ auth0, tenant, address }) => {
  const app = auth0({ clientId: "signer", privateKey: tenant.privateKey });
  await app.ask("email", { email: address, send: "code" });
  const given = { username: address, otp: await tenant.code(address), realm: "email" };
  const tokens = await app.ask("passwordless_login", given);
  expect(await app.ask("verify", { token: tokens.id_token })).toMatchObject({ aud: "signer", email: address });
});

test("an application that was told of no authority believes no certificate", async ({ tenant, address }) => {
  const settings = { origin: tenant.origin, clientId: "backend", secret: SECRET };
  const app = new Program("python/auth0-python", undefined, settings);
  const refused = await app.fails("email", { email: address, send: "code" });
  app.stop();
  expect(refused).toMatchObject({ name: "SSLError", message: expect.stringContaining("CERTIFICATE_VERIFY_FAILED") });
});

for (const [scheme, clientId, authentication, encodes] of [
  ["http", "native", "none", false],
  ["https", "backend", "client_secret_basic", true],
  ["https", "backend", "client_secret_basic", false],
  ["https", "backend", "client_secret_post", false],
] as const)
  test.describe(scheme, () => {
    test.use({ scheme });

    test(`Authlib signs a user in, renews and revokes with ${authentication}${encodes ? ", encoded" : ""}`, async ({
      program,
      tenant,
      visit,
      address,
    }) => {
      const settings = { origin: tenant.origin, clientId, authentication, encodes, secret: SECRET };
      const app = program("python/authlib-session", settings);
      const thief = new URL((await visit(await app.ask("begin"))).url());
      const code_verifier = "a-verifier-of-somebody-who-only-saw-the-address";
      expect(await app.fails("finish", { url: thief.href, code_verifier })).toMatchObject({ error: "invalid_grant" });

      const returned = await visit(await app.ask("begin"));
      const tokens = await app.ask("finish", { url: returned.url() });
      expect(tokens.claims).toMatchObject({ aud: clientId, email: address });
      expect(await app.ask("user")).toMatchObject({ sub: tokens.claims.sub, email: address });
      const renewed = await app.ask("refresh", { token: tokens.refresh_token });
      expect(renewed.refresh_token).not.toBe(tokens.refresh_token);
      expect(await app.ask("revoke", { token: renewed.refresh_token })).toBe(200);
      expect(await app.fails("refresh", { token: renewed.refresh_token })).toMatchObject({
        error: "invalid_grant",
        error_description: "Unknown or invalid refresh token.",
      });
    });
  });
