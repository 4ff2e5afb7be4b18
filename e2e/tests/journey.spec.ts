import { createPublicKey, verify, type JsonWebKey } from "node:crypto";
import { expect, test } from "../fixtures/test.ts";
import { PATHS } from "../fixtures/host.ts";
import { say } from "../pages/sentences.ts";

const SESSION = "latch.session.demo";
const CHALLENGE = "latch.challenge.demo";

const decode = (part: string | undefined) => JSON.parse(Buffer.from(part ?? "", "base64url").toString("utf8"));

test("an address, a code from the inbox, and the user is signed in", async ({
  page,
  open,
  host,
  login,
  inbox,
  address,
  server,
}) => {
  await open();
  await expect(login.heading(say.signIn)).toBeVisible();
  await login.email.fill(address);
  await login.email.press("Enter");

  await expect(login.heading(say.checkYourEmail)).toBeVisible();
  await expect(login.element.getByText(say.sentTo(address))).toBeVisible();
  await expect(login.code).toBeFocused();
  await expect(login.status).toHaveText(`Code sent to ${address}.`);
  const message = await inbox.next(address);
  expect(message.channel).toBe("email");
  await login.type(message.code ?? "");

  await login.isSignedInAs(address);
  await expect(login.heading(say.signedIn)).toBeFocused();
  await expect(login.status).toHaveText(`Signed in as ${address}.`);
  expect(await login.states()).toEqual(["authenticated"]);

  const result = await host.authenticated();
  expect(result).toMatchObject({
    tokenType: "Bearer",
    scope: "openid profile email",
    expiresIn: 86_400,
    refreshToken: null,
    state: null,
    appState: null,
  });
  const [header, payload, signature] = result.idToken.split(".");
  expect(decode(payload)).toEqual(result.idTokenPayload);
  const now = Date.now() / 1000;
  expect(result.idTokenPayload).toMatchObject({
    iss: `${server.origin}/`,
    aud: "demo",
    email: address,
    email_verified: true,
    sub: expect.stringMatching(/^email\|[0-9a-f]{24}$/),
  });
  expect(result.idTokenPayload.exp).toBeGreaterThan(now);
  expect(Math.abs((result.idTokenPayload.iat as number) - now)).toBeLessThan(60);

  const { keys } = (await (await fetch(server.origin + PATHS.keys)).json()) as { keys: JsonWebKey[] };
  const { alg, kid } = decode(header) as { alg: string; kid: string };
  expect(alg).toBe("RS256");
  const key = keys.find((key) => key.kid === kid);
  expect(key).toBeDefined();
  const holds = verify(
    "RSA-SHA256",
    Buffer.from(`${header}.${payload}`),
    createPublicKey({ key: key as JsonWebKey, format: "jwk" }),
    Buffer.from(signature ?? "", "base64url"),
  );
  expect(holds).toBe(true);

  const user = await fetch(`${server.origin}/userinfo`, {
    headers: { Authorization: `Bearer ${result.accessToken}` },
  });
  expect(await user.json()).toMatchObject({ sub: result.idTokenPayload.sub, email: address });

  const kept = await page.evaluate((key) => localStorage.getItem(key), SESSION);
  expect(kept).toContain(result.accessToken);
  expect(host.sent(PATHS.start)).toHaveLength(1);
  expect(host.sent(PATHS.token)).toHaveLength(1);
  expect(host.heard("authenticated")).toHaveLength(1);
});

test("no cookie is set, of the page's or of a third party's, and none is needed", async ({
  page,
  context,
  open,
  host,
  login,
  inbox,
  address,
}) => {
  await page.addInitScript(() => {
    const written: string[] = [];
    // Also where a browser would not keep it.
    Object.defineProperty(document, "cookie", { get: () => "", set: (cookie: string) => written.push(cookie) });
    Object.assign(globalThis, { written });
  });
  const given: string[] = [];
  context.on("response", async (response) => {
    const cookies = await response.headerValues("set-cookie").catch(() => []);
    given.push(...cookies.map((cookie) => `${response.url()}: ${cookie}`));
  });
  await open();
  await login.signIn(inbox, address);
  expect(await page.evaluate("written")).toEqual([]);
  await page.reload();
  await login.isSignedInAs(address);
  await login.signOut.click();
  await login.asksForAddress();
  expect(given).toEqual([]);
  expect(await page.evaluate("written")).toEqual([]);
  expect(await context.cookies()).toEqual([]);
  for (const request of host.requests) expect(await request.headerValue("cookie")).toBeNull();
});

test("a session survives a reload, and signing out removes it", async ({
  page,
  open,
  host,
  login,
  inbox,
  address,
}) => {
  await open();
  await login.askAndArrive(address);
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);

  await page.reload();
  await login.isSignedInAs(address);
  expect(host.heard("authenticated"), "signed in once, not again by the reload").toHaveLength(1);
  expect(host.heard("latch-session").at(-1)).toMatchObject({ user: { email: address } });
  const user = await login.element.evaluate((it) =>
    (it as unknown as { getUser(): Promise<{ email: string }> }).getUser(),
  );
  expect(user.email).toBe(address);

  await login.signOut.click();
  await login.asksForAddress();
  await expect(login.email).toHaveValue("");
  expect(host.heard("latch-session").at(-1)).toEqual({ user: null });
  const kept = await page.evaluate(() => [localStorage.length, sessionStorage.length]);
  expect(kept).toEqual([0, 0]);

  await page.reload();
  await login.asksForAddress();
});

test("signing out revokes the refresh token at the server", async ({
  open,
  host,
  login,
  inbox,
  address,
  server,
}) => {
  await open("plain", { attributes: 'scope="openid email offline_access"' });
  await login.askAndArrive(address);
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
  const { refreshToken } = await host.authenticated();
  expect(refreshToken).toEqual(expect.any(String));

  const refresh = () =>
    fetch(server.origin + PATHS.token, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ grant_type: "refresh_token", client_id: "demo", refresh_token: refreshToken }),
    });
  await login.signOut.click();
  await login.asksForAddress();
  expect(host.sent(PATHS.revoke)).toHaveLength(1);
  const answer = await refresh();
  expect(answer.status).toBe(403);
  expect(await answer.json()).toMatchObject({ error: "invalid_grant" });
});

test.describe("a reload", () => {
  test("of the first screen leaves an empty field and sends nothing", async ({ page, open, host, login, address }) => {
    await open();
    await host.isReady();
    await login.email.fill(address);
    await page.reload();
    await login.asksForAddress();
    await host.hears("latch-step", 2);
    expect(host.sent(PATHS.start)).toHaveLength(0);
  });

  test("of the code screen comes back to it and sends nothing", async ({
    page,
    open,
    host,
    login,
    inbox,
    address,
  }) => {
    await open();
    await login.askAndArrive(address);
    const code = await inbox.code(address);
    await login.type(code.slice(0, 3));

    await page.reload();
    await expect(login.heading(say.checkYourEmail)).toBeVisible();
    await expect(login.element.getByText(say.sentTo(address))).toBeVisible();
    await expect(login.code).toHaveValue("");
    expect(host.sent(PATHS.start)).toHaveLength(1);
    expect(await inbox.messages(address)).toHaveLength(1);

    await login.code.focus();
    await login.type(code);
    await login.isSignedInAs(address);
  });

  test("of the code screen does not forget the tries that were made", async ({
    page,
    open,
    login,
    inbox,
    address,
  }) => {
    await open();
    await login.askAndArrive(address);
    const code = await inbox.code(address);
    const other = (digit: number) => code.replace(/^./, (first) => String((Number(first) + digit) % 10));
    await login.type(other(1));
    await expect(login.message(say.wrong)).toBeVisible();

    await page.reload();
    await login.code.fill(other(2));
    await expect(login.message(say.wrongOneLeft)).toBeVisible();
  });
});

test("going back and forth in the history neither signs in twice nor shows a stale code", async ({
  page,
  open,
  host,
  login,
  inbox,
  address,
  site,
}) => {
  await open();
  await login.askAndArrive(address);
  const code = await inbox.code(address);
  await login.type(code);
  await login.isSignedInAs(address);

  await page.goto(site.page("empty"));
  await page.goBack();
  await login.isSignedInAs(address);
  await page.goForward();
  await page.goBack();
  await login.isSignedInAs(address);
  expect(host.sent(PATHS.token)).toHaveLength(1);
  expect(host.heard("authenticated")).toHaveLength(1);
});

test("another address can be used, and the first one is still in the field", async ({
  page,
  open,
  host,
  login,
  inbox,
  address,
}) => {
  await open();
  await login.askAndArrive(address);
  await inbox.code(address);
  await login.back.click();
  await expect(login.email).toHaveValue(address);
  await expect(login.email).toBeFocused();
  expect(await page.evaluate((key) => sessionStorage.getItem(key), CHALLENGE)).toBeNull();

  const other = address.replace("ada", "grace");
  await login.ask(other);
  await expect(login.element.getByText(say.sentTo(other))).toBeVisible();
  await login.type(await inbox.code(other));
  await login.isSignedInAs(other);
  expect((await host.authenticated()).idTokenPayload.email).toBe(other);
});

test("a double click sends one request", async ({ page, open, host, login, inbox, address }) => {
  await open();
  await host.isReady();
  await page.route(`**${PATHS.start}`, async (route) => {
    // The answer takes as long as both clicks do, so that the second one meets a request under way.
    await twice;
    await route.continue();
  });
  await login.email.fill(address);
  const twice = login.continue.dblclick();
  await expect(login.code).toBeFocused();
  await inbox.next(address);
  expect(host.sent(PATHS.start)).toHaveLength(1);
  expect(await inbox.messages(address)).toHaveLength(1);
});

test("a double Enter sends one request, for the address and for the code", async ({
  page,
  open,
  host,
  login,
  inbox,
  address,
}) => {
  await open("plain", { attributes: 'auto-submit="off"' });
  await host.isReady();
  let release = () => {};
  for (const path of [PATHS.start, PATHS.token])
    await page.route(`**${path}`, async (route) => {
      await new Promise<void>((done) => (release = done));
      await route.continue();
    });
  await login.email.fill(address);
  await login.email.press("Enter");
  await expect(login.continue).toHaveText("Sending code");
  await login.email.press("Enter");
  release();
  await expect(login.code).toBeFocused();

  await login.type(await inbox.code(address));
  expect(host.sent(PATHS.token), "with auto-submit off, a complete code waits").toHaveLength(0);
  await login.code.press("Enter");
  await expect(login.verify).toHaveText("Checking code");
  await login.code.press("Enter");
  release();
  await login.isSignedInAs(address);
  expect(host.sent(PATHS.start)).toHaveLength(1);
  expect(host.sent(PATHS.token)).toHaveLength(1);
});

test("what is no address is refused in place, and the field keeps it", async ({ open, host, login }) => {
  await open();
  await host.isReady();
  await login.continue.click();
  await expect(login.message(say.enterAddress)).toBeVisible();
  await expect(login.email).toBeFocused();
  await expect(login.email).toHaveAttribute("aria-invalid", "true");
  await expect(login.email).toHaveAccessibleDescription(say.enterAddress);
  await expect(login.status).toHaveText(say.enterAddress);
  expect(await login.states()).toEqual(["identifier", "error"]);

  await login.ask("ada@example");
  await expect(login.message(say.enterValidAddress)).toBeVisible();
  await expect(login.email).toHaveValue("ada@example");
  expect(host.sent(PATHS.start)).toHaveLength(0);
});

test("an address that the server does not take is refused in place", async ({ open, host, login }) => {
  await open();
  await login.ask("ada@192.0.2.1");
  await expect(login.message(say.addressRefused)).toBeVisible();
  await expect(login.email).toHaveAttribute("aria-invalid", "true");
  expect(await host.hears("authorization_error")).toMatchObject({ error: "bad.email" });
});

test("the demo page signs in", async ({ page, open, login, inbox, address }) => {
  await open("demo");
  await login.askAndArrive(address);
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
  await expect(page.getByRole("status").filter({ hasText: '"email_verified": true' })).toContainText(address);
});

test("the hosted page signs in", async ({ page, server, login, inbox, address }) => {
  await page.goto(`${server.origin}/login?client_id=demo&login_hint=${address}`);
  await expect(login.email).toHaveValue(address);
  await login.email.press("Enter");
  await expect(login.code).toBeFocused();
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
});
