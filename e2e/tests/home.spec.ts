import { expect, test } from "../fixtures/test.ts";

// Where a number is from that does not say so, for whoever reads a language that names no region: by the clock.

for (const [locale, timezoneId, country] of [
  ["en", "Asia/Tokyo", "Japan +81"],
  ["en", "Pacific/Auckland", "New Zealand +64"],
  ["de", "Europe/Vienna", "Austria +43"],
  // Most people who read it live by that clock.
  ["de", "Europe/Berlin", "Germany +49"],
  // A language that names a region is believed rather than the clock of a journey.
  ["en-GB", "Asia/Tokyo", "United Kingdom +44"],
] as const)
  test.describe(`a device that speaks ${locale} and has the time of ${timezoneId}`, () => {
    test.use({ locale, timezoneId });

    test(`is taken to be from ${country}`, async ({ open, login }) => {
      await open("plain", { attributes: 'connections="sms"' });
      await expect(login.country).toHaveAccessibleName(`Country: ${country}`);
    });
  });

test("nothing about numbers is fetched for whoever types an address into a field that takes both", async ({ page, open, host, login, address }) => {
  const fetched = () => host.requests.map((request) => new URL(request.url()).pathname).filter((path) => /numbering|country/.test(path));
  await open("plain", { attributes: 'connections="email sms"' });
  await host.isReady();
  await login.either.pressSequentially(address);
  await login.either.press("Enter");
  await expect(login.code).toBeFocused();
  expect(fetched()).toEqual([]);
  await login.back.click();
  await login.either.fill("");
  const plan = page.waitForResponse("**/numbering.txt");
  await login.either.press("4");
  await plan;
  await expect(login.country).toBeVisible();
});
