import type { Page } from "@playwright/test";
import { PATHS } from "../fixtures/host.ts";
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

/** What a start is answered with, without what a server does not tell. */
const keepBack = (page: Page, names: string[]) =>
  page.route(`**${PATHS.start}`, async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    const response = await route.fetch();
    const told = Object.entries((await response.json()) as object).filter(([name]) => !names.includes(name));
    return route.fulfill({ response, json: Object.fromEntries(told) });
  });

for (const [what, kept] of [
  ["who sends it and by its subject", []],
  ["who sends it, where the server names no subject", ["subject"]],
  ["nothing else, where the server names nobody", ["sender", "subject"]],
] as const)
  test(`a message that does not come is looked for among the spam by ${what}`, async ({ page, open, host, login, inbox, address }) => {
    await page.clock.install();
    await keepBack(page, [...kept]);
    await open();
    const answered = page.waitForResponse(`**${PATHS.start}`);
    await login.askAndArrive(address);
    const { sender, subject } = (await (await answered).json()) as Record<string, string | undefined>;
    const mail = await inbox.next(address);
    const seen = mail.subject.replace(mail.code ?? "", "••••••");
    expect(subject).toBe(kept.length === 0 ? seen : undefined);
    const hint = say.lookInSpam(sender, subject);
    await page.clock.runFor(13_000);
    await expect(login.pasteCode).toHaveCount(1);
    await expect(login.message(hint)).toBeHidden();
    await page.clock.runFor(8_000);
    await expect(login.message(hint)).toBeVisible();
    await expect(login.status, "it is told, too").toHaveText(hint);
    expect(host.sent(PATHS.start)).toHaveLength(1);
  });

test("that little time is left is said aloud, once, before the code expires", async ({ page, open, login, address }) => {
  await page.clock.install();
  await open();
  await login.askAndArrive(address);
  // The full edition says it, which comes with the help.
  await page.clock.runFor(13_000);
  await expect(login.pasteCode).toHaveCount(1);
  await page.clock.fastForward(130_000);
  await expect(login.status).not.toHaveText(say.codeExpiresSoon);
  await page.clock.fastForward(10_000);
  await expect(login.status).toHaveText(say.codeExpiresSoon);
  await page.clock.fastForward(30_000);
  await expect(login.status).toHaveText(say.expired);
});

test("whoever waits at an address with a slip is offered the other one, and sends to it by their own press", async ({ page, open, host, login }) => {
  await page.clock.install();
  await open();
  await login.askAndArrive("ada@gmial.com");
  await page.clock.runFor(13_000);
  await expect(login.pasteCode).toHaveCount(1);
  await page.clock.runFor(8_000);
  await login.suggestion.click();
  await expect(login.email).toHaveValue("ada@gmail.com");
  await expect(login.email).toBeFocused();
  expect(host.sent(PATHS.start)).toHaveLength(1);
  await login.continue.click();
  await expect(login.code).toBeFocused();
  expect(host.sent(PATHS.start)[1]?.postDataJSON()).toMatchObject({ email: "ada@gmail.com" });
});

test("who does not let the page read the clipboard is told so, and is in the field", async ({ page, context, open, login, inbox, address }) => {
  await open();
  await login.askAndArrive(address);
  await leave(page, true);
  await expect(login.pasteCode).toHaveCount(1);
  await leave(page, false);
  // What browsers do where their user says no.
  await page.evaluate(() => {
    navigator.clipboard.readText = () => Promise.reject(new DOMException("Read permission denied.", "NotAllowedError"));
  });
  await login.pasteCode.click();
  await expect(login.message(say.pasteRefused)).toBeVisible();
  await expect(login.code).toBeFocused();
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const code = await inbox.code(address);
  await page.evaluate((code) => navigator.clipboard.writeText(code), code);
  await page.keyboard.press("ControlOrMeta+V");
  await login.isSignedInAs(address);
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
  // By now it is searched for the mail itself.
  await expect(login.mailbox("Gmail")).toHaveAttribute("href", /newer_than%3A1h\+from%3A[^+]+%40[^+]+$/);
  await login.back.click();
  await login.askAndArrive("ada@example.com");
  await expect(login.mailbox("Gmail")).toHaveCount(0);
});

test("nobody is led to a provider of the same name", async ({ page, open, login }) => {
  await open();
  for (const address of ["ada@me.dk", "ada@web.com", "ada@live.org"]) {
    await login.askAndArrive(address);
    await leave(page, true);
    await expect(login.pasteCode).toHaveCount(1);
    await expect(login.element.getByRole("link")).toHaveCount(0);
    await login.back.click();
  }
  await login.askAndArrive("ada@me.com");
  await expect(login.mailbox("iCloud Mail")).toBeVisible();
});

test.describe("on a phone", () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 760 } });

  test("the mailbox is one press away where its address leads there, and no camera is asked for", async ({ page, open, login }) => {
    await open();
    await login.askAndArrive("ada@web.de");
    await leave(page, true);
    await expect(login.mailbox("WEB.DE")).toBeVisible();
    await expect(login.mailboxOnPhone).toBeHidden();
    await login.back.click();
    // Gmail's app opens no search.
    await login.askAndArrive("ada@gmail.com");
    await expect(login.pasteCode).toHaveCount(1);
    await expect(login.mailbox("Gmail")).toBeHidden();
  });
});
