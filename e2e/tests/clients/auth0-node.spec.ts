import { expect, outsideAndInside, test as base } from "../../fixtures/clients.ts";
import type { Program } from "../../fixtures/program.ts";
import { AUDIENCE, SECRET } from "../../fixtures/tenant.ts";
import { wrong } from "../../pages/login.ts";
import { ServerPage } from "../../pages/server.ts";

// auth0 for Node.js as npm has it, in a customer's server application. It knows https only; by a function
// of the application's own its requests also reach the server where that listens without TLS.

const SCOPE = "openid profile email phone offline_access";

const test = base.extend<{ app: Program }>({
  app: async ({ tenant, program, inside }, use) =>
    use(program("auth0", { domain: tenant.domain, clientId: "backend", secret: SECRET, inside })),
});

outsideAndInside(() => {
  test("a code by email signs a user in, and the login goes on until it is revoked", async ({ app, tenant, address }) => {
    expect(await app.ask("sendEmail", { email: address, send: "code" })).toBe(200);
    const tokens = await app.ask("loginWithEmail", { email: address, code: await tenant.code(address), scope: SCOPE });
    expect(tokens).toMatchObject({ token_type: "Bearer", expires_in: 86_400, id_token: expect.any(String) });
    expect(await app.ask("getUserInfo", { token: tokens.access_token })).toMatchObject({
      email: address,
      email_verified: true,
      nickname: address.split("@")[0],
    });

    const renewed = await app.ask("refreshTokenGrant", { token: tokens.refresh_token });
    expect(renewed.refresh_token).not.toBe(tokens.refresh_token);
    expect(await app.ask("revokeRefreshToken", { token: renewed.refresh_token })).toBe(200);
    expect(await app.fails("refreshTokenGrant", { token: renewed.refresh_token })).toMatchObject({
      name: "AuthApiError",
      error: "invalid_grant",
      error_description: "Unknown or invalid refresh token.",
      status: 403,
    });
  });

  test("a code by SMS signs a user in", async ({ app, tenant }) => {
    const number = "+14155550143";
    expect(await app.ask("sendSMS", { phone_number: number })).toBe(200);
    const tokens = await app.ask("loginWithSMS", { phone_number: number, code: await tenant.code(number), scope: SCOPE });
    expect(await app.ask("getUserInfo", { token: tokens.access_token })).toMatchObject({
      sub: expect.stringMatching(/^sms\|[0-9a-f]{24}$/),
      name: number,
      phone_number: number,
      phone_number_verified: true,
    });
  });

  test("an access token for an API names it", async ({ app, tenant, address }) => {
    await app.ask("sendEmail", { email: address, send: "code" });
    const code = await tenant.code(address);
    const tokens = await app.ask("loginWithEmail", { email: address, code, audience: AUDIENCE, scope: "read:orders" });
    expect(tokens.id_token).toBeUndefined();
    const claims = JSON.parse(Buffer.from(tokens.access_token.split(".")[1], "base64url").toString());
    expect(claims).toMatchObject({ aud: AUDIENCE, azp: "backend", scope: "read:orders" });
  });

  test("a user who comes back with a code is signed in", async ({ app, tenant, address, callback, visit }) => {
    const away = new URL("/authorize", tenant.origin);
    const asked = { client_id: "backend", redirect_uri: callback, response_type: "code", scope: SCOPE };
    for (const [name, value] of Object.entries(asked)) away.searchParams.set(name, value);
    const code = new URL((await visit(away.href)).url()).searchParams.get("code");
    const tokens = await app.ask("authorizationCodeGrant", { code });
    expect(await app.ask("getUserInfo", { token: tokens.access_token })).toMatchObject({ email: address });
    expect(await app.fails("authorizationCodeGrant", { code })).toMatchObject({
      error: "invalid_grant",
      error_description: "Invalid authorization code",
      status: 403,
    });
  });

  test("a code is good only with the proof that was promised for it", async ({ app, tenant, address, callback, visit }) => {
    const code_verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const asked = new URLSearchParams({
      client_id: "backend",
      redirect_uri: callback,
      response_type: "code",
      scope: SCOPE,
      code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
      code_challenge_method: "S256",
    });
    const login = async () => new URL((await visit(`${tenant.origin}/authorize?${asked}`)).url()).searchParams.get("code");
    const stolen = { code: await login(), code_verifier: code_verifier.toLowerCase() };
    expect(await app.fails("authorizationCodeGrantWithPKCE", stolen)).toMatchObject({
      error: "invalid_grant",
      error_description: "Failed to verify code verifier",
      status: 403,
    });
    const tokens = await app.ask("authorizationCodeGrantWithPKCE", { code: await login(), code_verifier });
    const renewed = await app.ask("refreshTokenGrant", { token: tokens.refresh_token });
    expect(await app.ask("getUserInfo", { token: renewed.access_token })).toMatchObject({ email: address });
  });

  test("what this server does not offer is refused in Auth0's words", async ({ app, program, tenant, address, inside }) => {
    const federated = "urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token";
    const grants: [string, Record<string, string>, string][] = [
      ["passwordGrant", { username: address, password: "secret" }, "password"],
      ["clientCredentialsGrant", { audience: AUDIENCE }, "client_credentials"],
      ["tokenForConnection", { connection: "google-oauth2", subject_token: "nobody's" }, federated],
    ];
    for (const [method, given, grant] of grants)
      expect(await app.fails(method, given), method).toMatchObject({
        name: "AuthApiError",
        error: "unauthorized_client",
        error_description: `Grant type '${grant}' not allowed for the client.`,
        status: 403,
      });
    expect(await app.fails("pushedAuthorization")).toMatchObject({ status: 404 });
    expect(await app.fails("getUserInfo", { token: "nobody's" })).toMatchObject({ status: 401 });
    const impostor = program("auth0", { domain: tenant.domain, clientId: "backend", secret: "a guess", inside });
    expect(await impostor.fails("sendEmail", { email: address, send: "code" })).toMatchObject({ status: 401 });
  });
});

test("a wrong code, a code for nobody and a used one are all the same to it", async ({ app, tenant, address }) => {
  await app.ask("sendEmail", { email: address, send: "code" });
  const code = await tenant.code(address);
  const refusal = {
    name: "AuthApiError",
    error: "invalid_grant",
    error_description: "Wrong email or verification code.",
    status: 403,
  };
  expect(await app.fails("loginWithEmail", { email: address, code: wrong(code) })).toMatchObject(refusal);
  expect(await app.fails("loginWithEmail", { email: `nobody.${address}`, code })).toMatchObject(refusal);
  await app.ask("loginWithEmail", { email: address, code });
  expect(await app.fails("loginWithEmail", { email: address, code })).toMatchObject(refusal);
});

test("an application that says nothing of what to send has a link sent, as from Auth0", async ({
  page,
  app,
  tenant,
  address,
  callback,
}) => {
  const authParams = { redirect_uri: callback, response_type: "code", scope: SCOPE };
  expect(await app.ask("sendEmail", { email: address, authParams })).toBe(200);
  await page.goto(await tenant.link(address));
  await new ServerPage(page).signIn.click();
  await page.waitForURL((url) => url.href.startsWith(callback));
  const tokens = await app.ask("authorizationCodeGrant", { code: new URL(page.url()).searchParams.get("code") });
  expect(await app.ask("getUserInfo", { token: tokens.access_token })).toMatchObject({ email: address });
});

test("an application with a key needs no secret", async ({ program, tenant, address }) => {
  const { domain, privateKey } = tenant;
  const app = program("auth0", { domain, clientId: "signer", privateKey });
  await app.ask("sendEmail", { email: address, send: "code" });
  const tokens = await app.ask("loginWithEmail", { email: address, code: await tenant.code(address), scope: SCOPE });
  expect(await app.ask("getUserInfo", { token: tokens.access_token })).toMatchObject({ email: address });
});

