import type { Page } from "@playwright/test";
import { Guarded } from "../fixtures/captcha.ts";
import { expect, newNumber, test } from "../fixtures/test.ts";
import { Captcha } from "../pages/captcha.ts";
import { Keys } from "../pages/keys.ts";
import { Login } from "../pages/login.ts";
import { say } from "../pages/sentences.ts";
import { ServerPage } from "../pages/server.ts";

// Every way in from the first press of Tab to the end, without a mouse: keyboard.spec.ts has the one by a code.

/** The page is left, as for a mail program, and come back to. */
const leaveAndReturn = (page: Page) =>
  page.evaluate(() => {
    for (const [hidden, visibilityState] of [[true, "hidden"], [false, "visible"]] as const) {
      for (const [name, value] of Object.entries({ hidden, visibilityState }))
        Object.defineProperty(document, name, { configurable: true, get: () => value });
      document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    }
  });

test("by a link", async ({ page, context, open, host, login, inbox, address }) => {
  const keys = new Keys(page);
  await open("plain", { attributes: 'method="link"' });
  await host.isReady();
  await keys.to(login.email);
  await keys.type(address);
  await keys.to(login.continue);
  await keys.press("Space");
  await expect(login.status).toHaveText(`Link sent to ${address}.`);
  const { link } = await inbox.next(address);
  const beside = await context.newPage();
  await beside.goto(link ?? "");
  const keysBeside = new Keys(beside);
  await keysBeside.to(new ServerPage(beside).signIn);
  await keysBeside.press("Enter");
  await login.isSignedInAs(address);
  await host.authenticated();
});

for (const [way, rules] of [
  ["the result of a sum, after another picture", 'provider = "math"'],
  ["the browser's own work in its place", 'provider = "image"\nalternative = true'],
] as const)
  test(`past a captcha: ${way}`, async ({ page, host, login, address }) => {
    const guarded = await Guarded.start(rules);
    const keys = new Keys(page);
    const captcha = new Captcha(page);
    await page.goto(guarded.site.page("plain"));
    await host.isReady();
    await keys.to(login.email);
    await keys.type(address);
    await keys.press("Enter");
    if (rules.includes("math")) {
      await expect(captcha.sum).toBeFocused();
      guarded.sum();
      await keys.to(captcha.refresh);
      await keys.press("Enter");
      await expect(captcha.sum).toBeFocused();
      await keys.type(guarded.sum());
      await keys.to(captcha.continue);
    } else {
      await expect(captcha.characters).toBeFocused();
      await keys.to(captcha.alternative);
    }
    await keys.press("Space");
    await expect(login.code).toBeFocused();
    await keys.sees();
    await keys.type(await guarded.inbox.code(address));
    await login.isSignedInAs(address);
    await host.authenticated();
    await guarded.stop();
  });

test("past terms that have to be accepted", async ({ page, open, host, login, inbox, address }) => {
  const keys = new Keys(page);
  await open("plain", { attributes: 'terms="accept" terms-url="https://shop.example/terms" privacy-url="/privacy"' });
  await host.isReady();
  await keys.to(login.email);
  await keys.type(address);
  await keys.press("Enter");
  await expect(login.consent).toBeFocused();
  await keys.sees();
  await keys.to(login.document("Privacy policy"));
  await keys.press("Shift+Tab", "Shift+Tab");
  await expect(login.consent).toBeFocused();
  await keys.press("Space");
  await expect(login.consent).toBeChecked();
  await keys.to(login.continue);
  await keys.press("Enter");
  await expect(login.code).toBeFocused();
  await keys.type(await inbox.code(address));
  await login.isSignedInAs(address);
  await host.authenticated();
});

test("by another connection", async ({ page, open, host, login, inbox, server, address }) => {
  const keys = new Keys(page);
  // What a server with a connection to Google does between these two addresses is its own affair.
  await page.route(`${server.origin}/authorize?*`, async (route) => {
    const url = new URL(route.request().url());
    url.searchParams.delete("connection");
    await route.continue({ url: url.href });
  });
  await open("plain", { attributes: 'connections="email google-oauth2"' });
  await host.isReady();
  await keys.to(login.continueWith("Google"));
  await keys.press("Enter");
  await page.waitForURL(/\/login\?/);
  await expect(login.email).toBeEditable();
  if (!(await login.email.evaluate((it) => it.matches(":focus")))) await keys.to(login.email);
  await keys.type(address);
  await keys.press("Enter");
  await expect(login.code).toBeFocused();
  await keys.type(await inbox.code(address));
  await page.waitForURL(/\/plain\.html$/);
  await login.isSignedInAs(address);
  await host.authenticated();
});

test("by a code out of the clipboard", async ({ page, context, open, host, login, inbox, address }) => {
  const keys = new Keys(page);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await open("plain", { attributes: 'mailbox="off"' });
  await host.isReady();
  await keys.to(login.email);
  await keys.type(address);
  await keys.press("Enter");
  await expect(login.code).toBeFocused();
  await keys.to(login.verify);
  await page.evaluate(() => navigator.clipboard.writeText("nothing of use"));
  await leaveAndReturn(page);
  await keys.to(login.pasteCode);
  await keys.press("Enter");
  await expect(login.message(say.nothingToPaste)).toBeVisible();
  const code = await inbox.code(address);
  await page.evaluate((code) => navigator.clipboard.writeText(`Your code is ${code}.`), code);
  await keys.press("Space");
  await login.isSignedInAs(address);
  await host.authenticated();
});

test("with the mailbox on a phone", async ({ page, open, host, login, inbox }) => {
  const keys = new Keys(page);
  const address = `ada.${Date.now().toString(36)}@gmail.com`;
  // In the full edition, which has the help from the start.
  await open("plain", { attributes: 'remember="on" method="both"' });
  await host.isReady();
  await keys.to(login.email);
  await keys.type(address);
  await keys.press("Enter");
  await expect(login.code).toBeFocused();
  await keys.to(login.mailboxOnPhone);
  await expect(login.qrCode).toBeHidden();
  await keys.press("Enter");
  await expect(login.qrCode).toBeVisible();
  await keys.press("Space");
  await expect(login.qrCode).toBeHidden();
  await keys.to(login.code);
  await keys.type(await inbox.code(address));
  await login.isSignedInAs(address);
  await host.authenticated();
});

test("by a number of a country out of the list", async ({ page, open, host, login, inbox }) => {
  const keys = new Keys(page);
  const number = newNumber();
  await open("plain", { attributes: 'connections="sms" region="SE"' });
  await host.isReady();
  await expect(login.country).toBeVisible();
  await keys.to(login.country);
  await keys.press("Enter");
  await expect(login.searchCountry).toBeFocused();
  await keys.sees();
  await keys.type("norw");
  await expect(login.foundCountries).toHaveCount(1);
  await keys.press("Enter");
  await expect(login.phone).toBeFocused();
  await keys.sees();
  await keys.type(number.slice("+47".length));
  await keys.to(login.continue);
  await keys.press("Enter");
  await expect(login.code).toBeFocused();
  await keys.type(await inbox.code(number));
  await expect(login.heading(say.signedIn)).toBeFocused();
  await host.authenticated();
  await keys.to(login.signOut);
  await keys.press("Enter");
  await expect(login.phone).toBeEditable();
});

test("in Arabic, by a code", async ({ page, open, host, inbox, address }) => {
  const keys = new Keys(page);
  const login = new Login(page, undefined, "ar");
  await open("rtl");
  await host.isReady();
  await keys.to(login.email);
  await keys.type(address);
  await keys.to(login.continue);
  await keys.press("Enter");
  await expect(login.code).toBeFocused();
  await keys.sees();
  await keys.type(await inbox.code(address));
  await login.isSignedInAs(address);
  await host.authenticated();
});
