import { expect, test } from "../fixtures/test.ts";
import { PATHS } from "../fixtures/host.ts";
import { Login, wrong } from "../pages/login.ts";

// The element as a page's developer meets it: events, states, attributes; and a server with other numbers.

test.use({ settings: { env: { LATCH_CODE_LENGTH: "8", LATCH_CODE_TRIES: "5" } } });

test("a code of another length has as many cells, and more tries are counted down", async ({
  page,
  open,
  host,
  inbox,
  address,
}) => {
  const login = new Login(page);
  const code = login.element.getByRole("textbox", { name: "8-digit code" });
  await open();
  await login.ask(address);
  await expect(code).toBeFocused();
  const sent = await inbox.code(address);
  expect(sent).toMatch(/^\d{8}$/);
  await code.pressSequentially(wrong(sent));
  await expect(login.message("That code isn’t right.")).toBeVisible();
  await code.pressSequentially(wrong(sent, 2));
  await expect(login.message("That code isn’t right. 3 tries left.")).toBeVisible();
  await code.pressSequentially(sent.slice(0, 6));
  expect(host.sent(PATHS.token), "six digits are not enough here").toHaveLength(2);
  await code.pressSequentially(sent.slice(6));
  await login.isSignedInAs(address);
});

test("events bubble, except the one that carries tokens", async ({ page, open, host, login, inbox, address }) => {
  await page.addInitScript(() => {
    const bubbled: string[] = [];
    Object.assign(globalThis, { bubbled });
    for (const name of ["authenticated", "authorization_error", "unrecoverable_error", "latch-step", "latch-session"])
      document.addEventListener(name, () => bubbled.push(name));
  });
  await open();
  await login.ask("ada@192.0.2.1");
  await host.hears("authorization_error");
  await login.ask(address);
  const code = login.element.getByRole("textbox", { name: "8-digit code" });
  await expect(code).toBeFocused();
  await code.fill(await inbox.code(address));
  await login.isSignedInAs(address);
  expect(await page.evaluate(() => (globalThis as unknown as { bubbled: string[] }).bubbled)).toEqual([
    "latch-step",
    "authorization_error",
    "latch-step",
    "latch-session",
    "latch-step",
  ]);
  expect(host.events.map(({ type }) => type)).toEqual([
    "latch-step",
    "authorization_error",
    "latch-step",
    "authenticated",
    "latch-session",
    "latch-step",
  ]);
});

test("a page can style the element by its states", async ({ page, open, host, login, address }) => {
  let release = () => {};
  await page.route(`**${PATHS.start}`, async (route) => {
    await new Promise<void>((done) => (release = done));
    await route.continue();
  });
  await open();
  await host.isReady();
  expect(await login.states()).toEqual(["identifier"]);
  await login.ask("nobody");
  await expect.poll(() => login.states()).toEqual(["identifier", "error"]);
  await login.ask(address);
  await expect.poll(() => login.states()).toEqual(["identifier", "busy"]);
  release();
  await expect.poll(() => login.states()).toEqual(["code"]);
  await login.element.evaluate((it) => it.setAttribute("client-id", ""));
  await expect.poll(() => login.states()).toEqual(["error", "failure"]);
});

test("scope, audience and language travel with the requests", async ({ open, host, login, inbox, address }) => {
  await open("plain", {
    attributes: 'scope=" openid\n email " audience="https://api.example.com" lang="tlh"',
  });
  await login.ask(address);
  const code = login.element.getByRole("textbox", { name: "8-digit code" });
  await code.fill(await inbox.code(address));
  const { accessToken, scope } = await host.authenticated();
  expect(host.sent(PATHS.start)[0]?.postDataJSON()).toEqual({
    client_id: "demo",
    connection: "email",
    email: address,
    send: "code",
    authParams: { scope: "openid email", audience: "https://api.example.com" },
  });
  expect(host.sent(PATHS.token)[0]?.postDataJSON()).toMatchObject({
    scope: "openid email",
    audience: "https://api.example.com",
    realm: "email",
  });
  for (const path of [PATHS.start, PATHS.token])
    expect(await host.sent(path)[0]?.headerValue("x-request-language")).toBe("tlh");
  expect(scope).toBe("openid email");
  const claims = JSON.parse(Buffer.from(accessToken.split(".")[1] ?? "", "base64url").toString());
  expect([claims.aud].flat()).toContain("https://api.example.com");
  expect(claims.azp).toBe("demo");
});

test("the language of the page is taken where the element has none", async ({ page, open, host, address }) => {
  await open("rtl");
  await new Login(page, undefined, "ar").ask(address);
  await host.hears("latch-step", 2);
  expect(await host.sent(PATHS.start)[0]?.headerValue("x-request-language")).toBe("ar");
});
