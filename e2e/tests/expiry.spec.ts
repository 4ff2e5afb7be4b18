import { expect, test, newAddress } from "../fixtures/test.ts";
import { PATHS } from "../fixtures/host.ts";
import { Login } from "../pages/login.ts";
import { say } from "../pages/sentences.ts";

// The shortest life that the server gives a code.
const SECONDS = 30;

test.use({ settings: { env: { LATCH_CODE_SECONDS: String(SECONDS), LATCH_RESEND_SECONDS: "0" } } });

test("a code expires by the server's clock, whatever the page believes, and a new one signs in", async ({
  browser,
  page,
  open,
  login,
  inbox,
  address,
  site,
}) => {
  test.setTimeout((SECONDS + 30) * 1000);
  // A second browser is told that it has ten minutes: it finds out from the server's refusal.
  const context = await browser.newContext();
  const deceived = await context.newPage();
  await deceived.route(`**${PATHS.start}`, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), expires_in: 600 } });
  });
  const later = new Login(deceived);
  const laterAddress = newAddress("late");
  await deceived.goto(site.page("plain"));
  await later.askAndArrive(laterAddress);
  const lateCode = await inbox.code(laterAddress);

  await open();
  await login.askAndArrive(address);
  const code = await inbox.code(address);
  await expect(login.message(say.expired)).toBeVisible({ timeout: (SECONDS + 5) * 1000 });
  await expect(login.status).toHaveText(say.expired);

  await later.type(lateCode);
  await expect(later.message(say.expired)).toBeVisible();
  await expect(later.code).toHaveCount(0);
  await context.close();

  await login.resend.click();
  await expect(login.code).toBeFocused();
  const fresh = await inbox.code(address);
  await login.type(code);
  await expect(login.message(say.wrong), "the expired code").toBeVisible();
  await login.type(fresh);
  await login.isSignedInAs(address);
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
});
