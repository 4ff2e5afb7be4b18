import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";
import { say } from "../pages/sentences.ts";

// What helps while a message is on its way.

/** The page is left, as for a mail program, and come back to. */
const leave = (page: Page, isHidden: boolean) =>
  page.evaluate((isHidden) => {
    for (const [name, value] of Object.entries({ hidden: isHidden, visibilityState: isHidden ? "hidden" : "visible" }))
      Object.defineProperty(document, name, { configurable: true, get: () => value });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  }, isHidden);

test("whoever comes back with the code in the clipboard pastes it with one press", async ({ page, context, open, login, inbox, address }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await open();
  await login.askAndArrive(address);
  await expect(login.pasteCode).toBeHidden();
  await leave(page, true);
  // The help is fetched meanwhile, and nothing else changes.
  await expect(login.pasteCode).toHaveCount(1);
  await expect(login.code).toBeFocused();
  await page.evaluate(() => navigator.clipboard.writeText("nothing of use"));
  await leave(page, false);
  await login.pasteCode.click();
  await expect(login.message(say.nothingToPaste)).toBeVisible();
  const code = await inbox.code(address);
  await page.evaluate((code) => navigator.clipboard.writeText(`Your code is ${code}.`), code);
  await login.pasteCode.click();
  await login.isSignedInAs(address);
});

test("the help takes nobody's half-typed code away", async ({ page, open, login, inbox, address }) => {
  await open();
  await login.askAndArrive(address);
  const code = await inbox.code(address);
  await login.type(code.slice(0, 3));
  const fetched = page.waitForResponse("**/widget-full_bg.wasm");
  await leave(page, true);
  await fetched;
  await leave(page, false);
  await page.waitForTimeout(300);
  await expect(login.code).toHaveValue(code.slice(0, 3));
  await login.type(code.slice(3));
  await login.isSignedInAs(address);
});

test("a message that does not come is looked for among the spam", async ({ page, open, login, address }) => {
  await page.clock.install();
  await open();
  await login.askAndArrive(address);
  await page.clock.runFor(13_000);
  await expect(login.pasteCode).toHaveCount(1);
  await expect(login.message(say.lookInSpam)).toBeHidden();
  await page.clock.runFor(8_000);
  await expect(login.message(say.lookInSpam)).toBeVisible();
});

test("a well-known provider's mailbox is one press away, and nobody is led elsewhere", async ({ page, context, open, login }) => {
  await context.route("https://mail.google.com/**", (route) => route.fulfill({ body: "mail" }));
  await open();
  await login.askAndArrive("ada.lovelace@gmail.com");
  const [mail] = await Promise.all([context.waitForEvent("page"), login.mailbox("Gmail").click()]);
  expect(mail.url()).toContain("https://mail.google.com/mail/");
  expect(await mail.evaluate(() => opener)).toBeNull();
  // On the phone, too.
  await leave(page, true);
  await login.mailboxOnPhone.click();
  await expect(login.qrCode).toBeVisible();
  await login.back.click();
  await login.askAndArrive("ada@example.com");
  await expect(login.mailbox("Gmail")).toHaveCount(0);
});
