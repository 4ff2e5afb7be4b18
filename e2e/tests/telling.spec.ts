import { expect, test } from "../fixtures/test.ts";
import { PATHS } from "../fixtures/host.ts";
import { say } from "../pages/sentences.ts";

// Nothing is said that is not true.

test("only a code that is checked by itself is said to be", async ({ open, login, inbox, address }) => {
  await open();
  await login.askAndArrive(address);
  await expect(login.code).toHaveAccessibleDescription(say.checkedAtOnce);
  await open("plain", { attributes: 'auto-submit="off"' });
  await expect(login.code).toBeVisible();
  await expect(login.code).not.toHaveAccessibleDescription(say.checkedAtOnce);
  await login.code.fill(await inbox.code(address));
  await login.verify.click();
  await login.isSignedInAs(address);
});

test("a link on its way is called a link to screen readers, too", async ({ page, open, login, address }) => {
  await page.route(`**${PATHS.start}`, () => {});
  await open("plain", { attributes: 'method="link"' });
  await login.ask(address);
  await expect(login.status).toHaveText(say.sendingLink);
});

test("a wait is told until it is over", async ({ page, open, host, login, address }) => {
  await page.clock.install();
  await page.route(`**${PATHS.start}`, (route) =>
    route.fulfill({
      status: 429,
      json: { error: "too_many_requests", error_description: "Global limit has been reached" },
      headers: { "Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After", "Retry-After": "45" },
    }));
  await open();
  await host.isReady();
  await login.ask(address);
  await expect(login.message(say.tooMany(45))).toBeVisible();
  await page.clock.fastForward(44_000);
  await expect(login.message(say.tooMany(45))).toBeVisible();
  await page.clock.fastForward(2_000);
  await expect(login.message(say.tooMany(45))).toBeHidden();
  await expect(login.status).toHaveText("");
  await expect(login.email).toHaveValue(address);
});
