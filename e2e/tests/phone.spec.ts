import { expect, newNumber, test } from "../fixtures/test.ts";
import { say } from "../pages/sentences.ts";

// Signing in with a phone number, alone or as one of two ways.

test("a number, a code by SMS, and the user is signed in", async ({ open, login, inbox, page }) => {
  const number = newNumber();
  await open("plain", { attributes: 'connections="sms" scope="openid profile phone"' });
  await expect(login.phone).toHaveAttribute("type", "tel");
  await expect(login.phone).toHaveAttribute("autocomplete", "tel");
  await login.phone.fill(`00${number.slice(1, 3)} ${number.slice(3, 6)} ${number.slice(6)}`);
  await login.phone.press("Enter");
  await expect(login.heading(say.phoneHeading)).toBeVisible();
  await expect(login.element.getByText(number, { exact: true })).toBeVisible();
  const message = await inbox.next(number);
  expect(message.channel).toBe("sms");
  // The last line binds the code to the page's host, so that phones offer it there and nowhere else.
  expect(message.text.split("\n").at(-1)).toBe(`@${new URL(page.url()).hostname} #${message.code}`);
  const done = page.evaluate(
    () =>
      new Promise((done) =>
        document
          .querySelector("latch-login")
          ?.addEventListener("authenticated", (event) => done((event as CustomEvent).detail.idTokenPayload)),
      ),
  );
  await login.type(message.code ?? "");
  await login.isSignedInAs(number);
  expect(await done).toMatchObject({ sub: expect.stringMatching(/^sms\|[0-9a-f]{24}$/) });
});

test("one field takes an address or a number, and a way back changes between them", async ({
  open,
  login,
  inbox,
  address,
}) => {
  const number = newNumber();
  await open("plain", { attributes: 'connections="email sms"' });
  await login.either.fill("nobody");
  await login.either.press("Enter");
  await expect(login.message(say.identifierInvalid)).toBeVisible();
  await login.either.fill(number);
  await login.either.press("Enter");
  await expect(login.heading(say.phoneHeading)).toBeVisible();
  await expect(login.back).toHaveAccessibleName("Use another number");
  await login.back.click();
  await expect(login.either).toHaveValue(number);
  await login.either.fill(address);
  await login.either.press("Enter");
  await expect(login.heading("Check your email")).toBeVisible();
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
});

test("what is no number is refused in place, and the field keeps it", async ({ open, login }) => {
  await open("plain", { attributes: 'connections="sms"' });
  for (const [typed, said] of [
    ["", say.phoneMissing],
    ["412 34 567", say.phoneNeedsCountry],
    ["+47 call me", say.phoneInvalid],
    // Only the server knows that no country has this code.
    ["+999 123 45 678", say.phoneRefused],
  ] as const) {
    await login.phone.fill(typed);
    await login.phone.press("Enter");
    await expect(login.message(said)).toBeVisible();
    await expect(login.phone).toBeFocused();
    await expect(login.phone).toHaveAttribute("aria-invalid", "true");
  }
});

test("what was typed before the login has loaded is taken over", async ({ page, open, login, inbox }) => {
  const number = newNumber();
  let arrive = () => {};
  const held = new Promise<void>((done) => (arrive = done));
  await page.route("**/widget*_bg.wasm", async (route) => {
    await held;
    await route.continue();
  });
  await open("plain", { attributes: 'connections="sms"' });
  await login.phone.fill(number);
  await login.phone.press("Enter");
  arrive();
  await expect(login.code).toBeFocused();
  await login.type(await inbox.code(number));
  await login.isSignedInAs(number);
});
