import { expect, newNumber, test } from "../fixtures/test.ts";
import { PATHS } from "../fixtures/host.ts";
import { say } from "../pages/sentences.ts";

// Auth0's own numbers: 180 seconds for a code, 30 until the next one.

test("a new code can be had when the wait is over, and a reload does not shorten it", async ({
  page,
  open,
  host,
  login,
  inbox,
  address,
}) => {
  await page.clock.install();
  await open();
  await login.askAndArrive(address);
  const old = await inbox.code(address);
  await expect(login.resend).toHaveText(/^Send a new code in 0:(30|2\d)$/);
  await expect(login.resend).toHaveAttribute("aria-disabled", "true");
  await login.resend.click({ force: true });
  expect(host.sent(PATHS.start)).toHaveLength(1);

  await page.clock.fastForward(10_000);
  await expect(login.resend).toHaveText(/^Send a new code in 0:(20|1\d)$/);
  await expect(login.status, "the countdown is not read out").toHaveText(`Code sent to ${address}.`);

  await page.reload();
  await expect(login.resend).toHaveText(/^Send a new code in 0:(20|1\d)$/);
  await login.resend.click({ force: true });
  expect(host.sent(PATHS.start)).toHaveLength(1);

  await page.clock.fastForward(20_000);
  await expect(login.resend).toHaveText("Send a new code");
  await expect(login.resend).not.toHaveAttribute("aria-disabled", "true");
  await login.resend.click();
  await expect(login.message(say.resent)).toBeVisible();
  await expect(login.resend).toHaveText(/^Send a new code in 0:/);
  const fresh = await inbox.code(address);
  expect(fresh).not.toBe(old);
  await login.code.fill(fresh);
  await login.isSignedInAs(address);
  expect(host.sent(PATHS.start)).toHaveLength(2);
});

test("a code that ran out while the page slept is told so, also after a reload", async ({
  page,
  open,
  host,
  login,
  inbox,
  address,
}) => {
  await page.clock.install();
  await open();
  await login.askAndArrive(address);
  await inbox.code(address);
  await page.clock.fastForward(181_000);
  await expect(login.message(say.expired)).toBeVisible();
  await expect(login.status).toHaveText(say.expired);
  await expect(login.code).toHaveCount(0);
  await expect(login.buttons.filter({ hasText: /./ })).toHaveText(["Send a new code"]);

  await page.reload();
  await expect(login.message(say.expired)).toBeVisible();
  expect(host.sent(PATHS.start)).toHaveLength(1);

  await login.resend.click();
  await expect(login.code).toBeFocused();
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
});

test("a session that ran out is over", async ({ page, open, host, login, inbox, address }) => {
  await page.clock.install();
  await open();
  await login.askAndArrive(address);
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
  // An alarm rings an hour later at most, and sees that the day is over.
  await page.clock.fastForward(86_401_000);
  await login.asksForAddress();
  expect(host.heard("latch-session").at(-1)).toEqual({ user: null });
  await page.reload();
  await login.asksForAddress();
});

test("where a code may come either way, the other one is offered to whoever waits", async ({ page, open, host, login, inbox, address }) => {
  const number = newNumber();
  await page.clock.install();
  await open("plain", { attributes: 'connections="email sms"' });
  await host.isReady();
  await login.either.fill(address);
  await login.either.press("Enter");
  await expect(login.code).toBeFocused();
  await expect(login.usePhone).toBeHidden();
  await page.clock.fastForward(20_000);
  await login.usePhone.press("Enter");
  await expect(login.phone).toBeFocused();
  await expect(login.phone).toHaveValue("");
  await login.phone.fill(number);
  await login.phone.press("Enter");
  await expect(login.heading(say.phoneHeading)).toBeVisible();
  await page.clock.fastForward(20_000);
  await expect(login.useEmail).toBeVisible();
  await login.code.fill(await inbox.code(number));
  await expect(login.signOut).toBeVisible();
});
