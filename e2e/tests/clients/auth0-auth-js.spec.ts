import { expect, outsideAndInside, test as base } from "../../fixtures/clients.ts";
import type { Program } from "../../fixtures/program.ts";
import { SECRET } from "../../fixtures/tenant.ts";
import { wrong } from "../../pages/login.ts";
import { ServerPage } from "../../pages/server.ts";

// @auth0/auth0-auth-js as npm has it, in a customer's server application. It knows https only; by a function of
// the application's own its requests also reach the server where that listens without TLS.

const SCOPE = "openid profile email phone offline_access";

const test = base.extend<{ app: Program }>({
  app: async ({ tenant, program, inside }, use) =>
    use(program("auth0-auth-js", { domain: tenant.domain, clientId: "backend", secret: SECRET, inside })),
});

outsideAndInside(() => {
  test("a code by email signs a user in, and the login goes on until it is revoked", async ({ app, tenant, address }) => {
    await app.ask("sendEmail", { email: address });
    const code = await tenant.code(address);
    expect(await app.fails("byEmail", { email: address, code: wrong(code), scope: SCOPE })).toMatchObject({
      name: "PasswordlessVerifyError",
      cause: { error: "invalid_grant", error_description: "Wrong email or verification code." },
    });
    const tokens = await app.ask("byEmail", { email: address, code, scope: SCOPE });
    expect(tokens.claims).toMatchObject({ iss: `${tenant.origin}/`, aud: "backend", email: address });
    expect(await app.ask("user", { token: tokens.accessToken })).toMatchObject({ email: address });

    const renewed = await app.ask("refresh", { token: tokens.refreshToken });
    expect(renewed.refreshToken).not.toBe(tokens.refreshToken);
    await app.ask("revoke", { token: renewed.refreshToken });
    expect(await app.fails("refresh", { token: renewed.refreshToken })).toMatchObject({
      name: "TokenByRefreshTokenError",
      cause: { error: "invalid_grant" },
    });
  });

  test("a code by SMS signs a user in", async ({ app, tenant }) => {
    const phoneNumber = "+14155550154";
    await app.ask("sendSms", { phoneNumber });
    const code = await tenant.code(phoneNumber);
    const tokens = await app.ask("bySms", { phoneNumber, code, scope: SCOPE });
    expect(tokens.claims).toMatchObject({ phone_number: phoneNumber, phone_number_verified: true });
  });

  test("a code that was sent against a session is worth as much", async ({ app, tenant, address }) => {
    const { authSession } = await app.ask("challenge", { email: address, connection: "email", allowSignup: true });
    const code = await tenant.code(address);
    expect(await app.fails("byChallenge", { authSession, otp: wrong(code), scope: SCOPE })).toMatchObject({
      name: "PasswordlessDbGetTokenError",
    });
    const tokens = await app.ask("byChallenge", { authSession, otp: code, scope: SCOPE });
    expect(tokens.claims).toMatchObject({ email: address });
  });

  test("a link by email leads to the application, which signs the user in", async ({
    page,
    app,
    tenant,
    address,
    callback,
  }) => {
    const authParams = { redirect_uri: callback, response_type: "code", scope: "openid email", state: "cart-7" };
    await app.ask("sendEmail", { email: address, send: "link", authParams });
    await page.goto(await tenant.link(address));
    await new ServerPage(page).signIn.click();
    await page.waitForURL((url) => url.href.startsWith(callback));
    const tokens = await app.ask("finishLink", { url: page.url(), expectedState: "cart-7" });
    expect(tokens.claims).toMatchObject({ email: address });
    expect(tokens.refreshToken).toBeUndefined();
  });

  test("a user who comes back with a code is signed in, and signed out again", async ({
    page,
    app,
    address,
    callback,
    visit,
  }) => {
    const returned = await visit(await app.ask("begin"));
    const tokens = await app.ask("finish", { url: returned.url() });
    expect(tokens.claims).toMatchObject({ email: address, aud: "backend" });
    expect(tokens.refreshToken).toEqual(expect.any(String));

    await page.goto(await app.ask("leave", { returnTo: callback }));
    await new ServerPage(page).signOut.click();
    await page.waitForURL(callback);
    await page.goto(await app.ask("begin", { prompt: "none" }));
    expect(new URL(page.url()).searchParams.get("error")).toBe("login_required");
  });
});

