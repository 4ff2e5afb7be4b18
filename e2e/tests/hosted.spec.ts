import { createHash, randomBytes } from "node:crypto";
import type { Page } from "@playwright/test";
import { expect, newNumber, test } from "../fixtures/test.ts";
import { Login, wrong } from "../pages/login.ts";
import { say } from "../pages/sentences.ts";

// The hosted page, where /authorize sends a browser whose user has to sign in.

const base64url = (data: Buffer) => data.toString("base64url");
const verifier = base64url(randomBytes(32));

/** The address that a client sends its user to. */
const authorize = (origin: string, redirectUri: string, more: Record<string, string> = {}) => {
  const query = new URLSearchParams({
    client_id: "demo",
    response_type: "code",
    redirect_uri: redirectUri,
    scope: "openid profile email",
    state: "the client's own",
    code_challenge: base64url(createHash("sha256").update(verifier).digest()),
    code_challenge_method: "S256",
    ...more,
  });
  return `${origin}/authorize?${query}`;
};

const landed = async (page: Page, redirectUri: string): Promise<URL> => {
  await page.waitForURL((url) => url.href.startsWith(redirectUri));
  return new URL(page.url());
};

test("a login that a client asked for comes back to it with a code that gives tokens", async ({
  page,
  request,
  server,
  site,
  login,
  inbox,
  address,
}) => {
  const back = site.page("plain");
  await page.goto(authorize(server.origin, back, { login_hint: address }));
  await expect(login.heading("Sign in to Latch Demo")).toBeVisible();
  await expect(login.email).toHaveValue(address);
  await login.email.press("Enter");
  await expect(login.code).toBeFocused();
  const code = await inbox.code(address);
  await login.type(wrong(code));
  await expect(login.message(say.wrong)).toBeVisible();
  await login.type(code);
  const url = await landed(page, back);
  expect(url.searchParams.get("state")).toBe("the client's own");

  const exchange = (form: Record<string, string>) =>
    request.post(`${server.origin}/oauth/token`, {
      form: { grant_type: "authorization_code", client_id: "demo", redirect_uri: back, ...form },
    });
  const granted = url.searchParams.get("code") ?? "";
  const tokens = await exchange({ code: granted, code_verifier: verifier });
  expect(tokens.status()).toBe(200);
  const { id_token } = await tokens.json();
  const claims = JSON.parse(Buffer.from(id_token.split(".")[1], "base64url").toString());
  expect(claims.email).toBe(address);
  // Nothing of the hosted page's own is left in the browser.
  await page.goto(`${server.origin}/dev/inbox`);
  expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0]);
});

test("who has just signed in goes straight through, unless asked to prove it again", async ({
  page,
  server,
  site,
  login,
  inbox,
  address,
}) => {
  const back = site.page("plain");
  await page.goto(authorize(server.origin, back));
  await login.askAndArrive(address);
  await login.type(await inbox.code(address));
  await landed(page, back);
  await page.goto("about:blank");
  await page.goto(authorize(server.origin, back));
  expect((await landed(page, back)).searchParams.get("code")).toBeTruthy();
  await page.goto(authorize(server.origin, back, { prompt: "login" }));
  await login.asksForAddress();
});

test("the way back leads past the hosted page, to where the login began", async ({
  page,
  server,
  site,
  open,
  login,
  inbox,
  address,
}) => {
  await open();
  const began = page.url();
  await page.goto(authorize(server.origin, site.page("bare")));
  await login.askAndArrive(address);
  await login.type(await inbox.code(address));
  await landed(page, site.page("bare"));
  await page.goBack();
  expect(page.url()).toBe(began);
});

test("a reload of the hosted page comes back to its code", async ({ page, server, site, login, inbox, address }) => {
  await page.goto(authorize(server.origin, site.page("plain")));
  await login.askAndArrive(address);
  await page.reload();
  await login.type(await inbox.code(address));
  await landed(page, site.page("plain"));
});

test("a client with a secret is signed in to without it being in the browser", async ({
  page,
  request,
  server,
  site,
  login,
  inbox,
  address,
}) => {
  const back = site.page("plain");
  await page.goto(authorize(server.origin, back, { client_id: "demo-server" }));
  await login.askAndArrive(address);
  await login.type(await inbox.code(address));
  const code = (await landed(page, back)).searchParams.get("code") ?? "";
  const form = { grant_type: "authorization_code", client_id: "demo-server", redirect_uri: back, code, code_verifier: verifier };
  const refused = await request.post(`${server.origin}/oauth/token`, { form });
  expect(refused.status()).toBe(401);
  const headers = { authorization: `Basic ${Buffer.from("demo-server:demo-secret").toString("base64")}` };
  const { client_id: _, ...rest } = form;
  expect((await request.post(`${server.origin}/oauth/token`, { form: rest, headers })).status()).toBe(200);
});

test("a client can ask for a way to sign in, and for a language", async ({ page, server, site, inbox }) => {
  const number = newNumber();
  await page.goto(authorize(server.origin, site.page("plain"), { connection: "sms", ui_locales: "nb en" }));
  const login = new Login(page, undefined, "nb");
  await login.phone.fill(number);
  await login.phone.press("Enter");
  await login.type(await inbox.code(number));
  expect((await landed(page, site.page("plain"))).searchParams.get("code")).toBeTruthy();
});

test.describe("in a browser of somebody who reads German", () => {
  test.use({ locale: "de-DE" });

  test("the hosted page speaks German and names the app in it", async ({ page, server, site }) => {
    await page.goto(authorize(server.origin, site.page("plain")));
    await expect(new Login(page, undefined, "de").email).toBeVisible();
    await expect(page.getByRole("heading")).toHaveText("Bei Latch Demo anmelden");
    await expect(page).toHaveTitle("Bei Latch Demo anmelden");
    await expect(page.locator("html")).toHaveAttribute("lang", "de");
    await page.goto(`${server.origin}/login?state=long-gone`);
    await expect(page.getByRole("alert")).toHaveText(
      "Diese Anmeldung ist abgelaufen. Gehen Sie zur Anwendung zurück und beginnen Sie neu.",
    );
  });
});

test("a login that nobody waits for any more is told so", async ({ page, server }) => {
  await page.goto(`${server.origin}/login?state=long-gone`);
  await expect(page.getByRole("alert")).toHaveText(
    "This login has ended. Go back to the app and begin again.",
  );
});
