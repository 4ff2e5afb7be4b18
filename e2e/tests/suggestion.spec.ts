import { expect, test } from "../fixtures/test.ts";
import { PATHS } from "../fixtures/host.ts";
import { say } from "../pages/sentences.ts";

// A slip of the finger in the address.

const MEANT = say.didYouMean("ada@gmail.com");

test("is noticed after a pause, said aloud, and corrected with one key", async ({ page, open, host, login }) => {
  await open();
  await host.isReady();
  await login.email.pressSequentially("ada@gmial.com");
  await expect(login.suggestion).toHaveText(MEANT);
  await expect(login.status).toHaveText(MEANT);
  await page.keyboard.press("Tab");
  await expect(login.suggestion).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(login.email).toHaveValue("ada@gmail.com");
  await expect(login.email).toBeFocused();
  await expect(login.suggestion).toBeHidden();
  expect(host.sent(PATHS.start), "nothing is sent by it").toHaveLength(0);
});

test("is noticed in a field that takes numbers, too, and a number is read back there", async ({ page, open, host, login }) => {
  await open("plain", { attributes: 'connections="email sms"' });
  await host.isReady();
  await login.either.pressSequentially("ada@gmial.com");
  await expect(login.suggestion).toHaveText(MEANT);
  await page.keyboard.press("Tab");
  await expect(login.suggestion).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(login.either).toHaveValue("ada@gmail.com");
  await expect(login.either).toBeFocused();
  await expect(login.suggestion).toBeHidden();
  await login.either.fill("+47 412 34 567");
  await expect(login.reading).toHaveText(say.reads("+47 41 23 45 67", "Norway"));
  await expect(login.either).toHaveAccessibleDescription(say.reads("+47 41 23 45 67", "Norway"));
  await expect(login.element.getByRole("button").filter({ has: login.reading }), "it is no press").toHaveCount(0);
});

test("does not hold up whoever knows better", async ({ open, host, login }) => {
  await open();
  await host.isReady();
  await login.ask("ada@gmial.com");
  await expect(login.code).toBeFocused();
  expect(host.sent(PATHS.start)[0]?.postDataJSON()).toMatchObject({ email: "ada@gmial.com" });
  await login.back.click();
  await expect(login.suggestion).toHaveText(MEANT);
});

test("is not read into an address that may be right", async ({ page, open, host, login }) => {
  await page.clock.install();
  await open();
  await host.isReady();
  for (const address of ["ada@example.com", "ada@acme.co", "ada@yahoo.de", "ada@gmail.com"]) {
    await login.email.fill(address);
    await page.clock.fastForward(2000);
    await expect(login.suggestion).toBeHidden();
  }
});
