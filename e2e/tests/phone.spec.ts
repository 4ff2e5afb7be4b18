import { expect, newNumber, test } from "../fixtures/test.ts";
import { Login } from "../pages/login.ts";
import { say } from "../pages/sentences.ts";

// Signing in with a phone number, alone or as one of two ways.

/** Norwegian numbers as they are written: in pairs. */
const written = (number: string): string => number.replace(/\d\d(?=\d)/g, "$& ");

/** The same without its country's code, as people there write it. */
const national = (number: string): string => written(number).slice("+47 ".length);

/** What a number becomes in the digits of Arabic. */
const arabic = (number: string): string =>
  number.replace(/\d/g, (digit) => String.fromCodePoint(0x660 + Number(digit)));

test("a number, a code by SMS, and the user is signed in", async ({ open, login, inbox, page }) => {
  const number = newNumber();
  await open("plain", { attributes: 'connections="sms" scope="openid profile phone"' });
  await expect(login.phone).toHaveAttribute("type", "tel");
  await expect(login.phone).toHaveAttribute("autocomplete", "tel");
  await login.phone.fill(`00${number.slice(1, 3)} ${number.slice(3, 6)} ${number.slice(6)}`);
  await login.phone.press("Enter");
  await expect(login.heading(say.phoneHeading)).toBeVisible();
  await expect(login.element.getByText(written(number), { exact: true })).toBeVisible();
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
  await login.isSignedInAs(written(number));
  expect(await done).toMatchObject({ sub: expect.stringMatching(/^sms\|[0-9a-f]{24}$/) });
});

test("a number as its country's people write it, with that country chosen from the list", async ({
  open,
  login,
  inbox,
}) => {
  const number = newNumber();
  await open("plain", { attributes: 'connections="sms"' });
  await expect(login.country, "by the browser's language").toHaveAccessibleName("Country: United States +1");
  await login.country.click();
  await expect(login.searchCountry).toBeFocused();
  await login.searchCountry.fill("nor");
  await login.foundCountries.filter({ hasText: "Norway" }).click();
  await expect(login.phone).toBeFocused();
  await expect(login.country).toHaveAccessibleName("Country: Norway +47");
  await login.phone.fill(national(number));
  await expect(login.message(say.reads(written(number), "Norway"))).toBeVisible();
  // Said aloud, too, when the keys rest.
  await expect(login.status).toHaveText(say.reads(written(number), "Norway"));
  await login.phone.press("Enter");
  await login.type(await inbox.code(number));
  await login.isSignedInAs(written(number));
});

test("a number is read as it is pasted: with blanks, brackets, a trunk zero, or both ways at once", async ({
  page,
  open,
  host,
  login,
  inbox,
}) => {
  await open("plain", { attributes: 'connections="sms" region="GB"' });
  await expect(login.country).toHaveAccessibleName("Country: United Kingdom +44");
  for (const pasted of ["020 7946 0958", "(020) 7946-0958", "+44 (0)20 7946 0958", "0044 20 7946 0958"]) {
    await login.phone.fill("");
    await login.phone.focus();
    await login.paste(pasted);
    await expect(login.reading, pasted).toHaveText(say.reads("+44 20 7946 0958", "United Kingdom"));
  }
  const digits = `7400${String(Date.now() % 1_000_000).padStart(6, "0")}`;
  await login.phone.fill("");
  await login.paste(`0${digits.slice(0, 4)} ${digits.slice(4)}`);
  await page.keyboard.press("Enter");
  await login.type(await inbox.code(`+44${digits}`));
  await expect(login.heading(say.signedIn)).toBeVisible();
  expect(host.sent("/passwordless/start")[0]?.postDataJSON()).toMatchObject({ phone_number: `+44${digits}` });
});

test("with a keyboard over half the screen everything can be reached, and no field is zoomed into", async ({
  page,
  open,
  login,
  inbox,
}) => {
  const number = newNumber();
  // A phone whose browser makes the page as small as what the keyboard leaves of it.
  const small = { width: 360, height: 300 };
  await page.setViewportSize({ width: 360, height: 640 });
  await open("plain", { attributes: 'connections="sms" region="NO"' });
  const isZoomless = async (field: typeof login.phone) =>
    expect(parseFloat(await field.evaluate((it) => getComputedStyle(it).fontSize))).toBeGreaterThanOrEqual(16);
  await isZoomless(login.phone);
  await login.phone.focus();
  await page.setViewportSize(small);
  await login.phone.evaluate((it) => it.scrollIntoView({ block: "nearest" }));
  await expect(login.phone).toBeInViewport({ ratio: 1 });
  await login.phone.pressSequentially(number);
  await login.continue.scrollIntoViewIfNeeded();
  await expect(login.continue).toBeInViewport({ ratio: 1 });
  const isHit = (it: typeof login.continue) =>
    it.evaluate((it) => {
      const { x, y, width, height } = it.getBoundingClientRect();
      return it.contains(document.elementFromPoint(x + width / 2, y + height / 2));
    });
  expect(await isHit(login.continue), "nothing is over it").toBe(true);
  // The keyboard's own key does without the button.
  await expect(login.phone).toHaveAttribute("enterkeyhint", "next");
  await login.phone.press("Enter");
  await expect(login.code).toBeFocused();
  await isZoomless(login.code);
  await expect(login.code).toBeInViewport();
  await login.verify.scrollIntoViewIfNeeded();
  await expect(login.verify).toBeInViewport({ ratio: 1 });
  expect(await isHit(login.verify)).toBe(true);
  await login.type(await inbox.code(number));
  await expect(login.heading(say.signedIn)).toBeInViewport();
});

test("all of it by the keyboard", async ({ page, open, login, inbox }) => {
  const number = newNumber();
  await open("plain", { attributes: 'connections="sms" region="SE"' });
  await expect(login.country).toHaveAccessibleName("Country: Sweden +46");
  await login.phone.focus();
  await page.keyboard.press("Shift+Tab");
  await expect(login.country).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(login.searchCountry).toBeFocused();
  const active = () =>
    login.searchCountry.evaluate((it) => {
      const id = it.getAttribute("aria-activedescendant");
      const row = document.getElementById(id ?? "");
      return row?.getAttribute("aria-selected") === "true" ? row.getAttribute("data-key") : null;
    });
  expect(await active(), "the one that is chosen comes first").toBe("SE");
  await page.keyboard.press("End");
  expect(await active()).toBe("ZW");
  await page.keyboard.press("ArrowDown");
  expect(await active()).toBe("SE");
  await page.keyboard.press("PageDown");
  expect(await active()).toBe("AO");
  await page.keyboard.press("ArrowUp");
  expect(await active()).toBe("AD");
  await page.keyboard.press("Home");
  expect(await active()).toBe("SE");
  // By code, by its own name, by its letters; each is the first that fits.
  for (const [searched, found] of [["+47", "NO"], ["noreg", "NO"], ["Norge", "NO"], ["xk", "XK"], ["cote", "CI"]]) {
    await login.searchCountry.fill(searched ?? "");
    if (searched !== "noreg") expect(await active(), searched).toBe(found);
    else await expect(login.noCountry).toHaveText(say.noCountry);
  }
  await page.keyboard.press("Escape");
  await expect(login.countries).toHaveCount(0);
  await expect(login.phone).toBeFocused();
  await expect(login.country).toHaveAccessibleName("Country: Sweden +46");
  await login.chooseCountry("norw");
  await expect(login.phone).toBeFocused();
  await page.keyboard.type(national(number));
  await page.keyboard.press("Enter");
  await expect(login.code).toBeFocused();
  await page.keyboard.type(await inbox.code(number));
  await login.isSignedInAs(written(number));
});

test("in Arabic, from right to left and in its digits", async ({ page, open, inbox }) => {
  const login = new Login(page, undefined, "ar");
  const number = newNumber();
  await open("rtl", { attributes: 'connections="sms" region="NO"' });
  await expect(login.country).toHaveAccessibleName(/النرويج \+47/);
  await login.phone.pressSequentially(arabic(national(number)));
  await expect(login.message(`\u2066${written(number)}\u2069، النرويج`)).toBeVisible();
  await login.country.click();
  await login.searchCountry.fill("٤٦");
  await expect(login.foundCountries.first()).toContainText("السويد");
  await page.keyboard.press("Escape");
  await login.phone.press("Enter");
  await expect(login.code).toBeFocused();
  await login.type(arabic(await inbox.code(number)));
  await login.isSignedInAs(written(number));
});

test("a plus sign wins, and leaves nothing to choose", async ({ open, login }) => {
  await open("plain", { attributes: 'connections="sms" region="US"' });
  await expect(login.country).toBeVisible();
  await login.phone.fill("+44 20 7946 0958");
  await expect(login.message(say.reads("+44 20 7946 0958", "United Kingdom"))).toBeVisible();
  await expect(login.country).toBeHidden();
  await login.phone.fill("");
  await expect(login.country).toHaveAccessibleName("Country: United States +1");
});

test("until what is known of countries has come, or if it never does, international numbers do", async ({
  page,
  open,
  login,
  inbox,
}) => {
  const number = newNumber();
  await page.route("**/numbering.txt", (route) => route.abort());
  await open("plain", { attributes: 'connections="sms" region="NO"' });
  await login.phone.fill(national(number));
  await login.phone.press("Enter");
  await expect(login.message(say.phoneNeedsCountry)).toBeVisible();
  await expect(login.country).toBeHidden();
  await login.phone.fill(number);
  await login.phone.press("Enter");
  await login.type(await inbox.code(number));
  await login.isSignedInAs(number);
});

test("in a dialog, Escape closes the list and not the dialog", async ({ page, open, login }) => {
  await open("plain", { attributes: 'modal open connections="sms" region="NO"' });
  await expect(login.country).toBeVisible();
  await login.country.click();
  await expect(login.searchCountry).toBeFocused();
  await page.keyboard.type("Denmark");
  await expect(login.foundCountries).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(login.countries).toHaveCount(0);
  await expect(login.phone).toBeFocused();
  await login.country.click();
  await login.heading(say.signIn).click();
  await expect(login.countries, "a press beside it closes it as well").toHaveCount(0);
  await login.country.click();
  await expect(login.countries).toBeVisible();
  await login.country.click();
  await expect(login.countries, "and so does one on its button").toHaveCount(0);
  await expect(login.phone).toBeVisible();
});

for (const [how, attributes] of [
  ["as a dialog", 'modal id="login" open'],
  ["on the page", 'id="login"'],
] as const)
  test(`the list of countries is the same after the login was hidden and shown, ${how}`, async ({ page, open, login }) => {
    await open("plain", { attributes: `${attributes} connections="sms" region="NO"` });
    const listed = async () => {
      await login.country.click();
      await expect(login.searchCountry).toBeFocused();
      const names = await login.foundCountries.allTextContents();
      await login.searchCountry.fill("swe");
      await expect(login.foundCountries).toHaveCount(1);
      await page.keyboard.press("Escape");
      await expect(login.countries).toHaveCount(0);
      return names;
    };
    const names = await listed();
    expect(names.length).toBeGreaterThan(200);
    for (const name of names) expect(name).toMatch(/^(?!.*undefined).*\p{L}.*\+\d/u);
    const call = (method: "show" | "hide") =>
      login.element.evaluate((it, method) => (it as unknown as Record<typeof method, () => void>)[method](), method);
    // Hidden while the list is open, too.
    for (const isOpen of [false, true]) {
      if (isOpen) await login.country.click();
      await call("hide");
      await expect(login.phone).toBeHidden();
      await expect(login.searchCountry).toBeHidden();
      await call("show");
      await expect(login.phone).toBeVisible();
      await page.keyboard.press("Escape");
      if (how === "as a dialog") await call("show");
      await expect(login.country).toHaveAccessibleName("Country: Norway +47");
      expect(await listed()).toEqual(names);
    }
    await login.chooseCountry("swe");
    await expect(login.country).toHaveAccessibleName("Country: Sweden +46");
  });

test("a region that there is not is said once on the console, and another source is asked", async ({
  page,
  open,
  login,
  host,
}) => {
  const headers = { "Access-Control-Allow-Origin": "*" };
  await page.route("**/user/geoloc/country", (route) => route.fulfill({ headers, json: { country_code: "DK" } }));
  const asked = 'client-id="demo" connections="sms" region="Norway"';
  await open("two", { instead: { 'client-id="first"': asked, 'client-id="second"': asked } });
  await expect(login.country.first()).toHaveAccessibleName("Country: Denmark +45");
  await expect(login.country.last()).toHaveAccessibleName("Country: Denmark +45");
  expect(host.console.filter((line) => line.includes('region="Norway"'))).toHaveLength(1);
});

test("one field takes an address or a number, and a way back changes between them", async ({
  open,
  login,
  inbox,
  address,
}) => {
  const number = newNumber();
  await open("plain", { attributes: 'connections="email sms" region="NO"' });
  await login.either.fill("nobody");
  await login.either.press("Enter");
  await expect(login.message(say.identifierInvalid)).toBeVisible();
  await expect(login.country).toBeHidden();
  await login.either.fill(national(number));
  await expect(login.country).toBeVisible();
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

test("what connections name first comes first, and the other is one press away", async ({ open, login }) => {
  await open("plain", { attributes: 'connections="sms email" region="NO"' });
  await expect(login.phone).toHaveAttribute("type", "tel");
  await expect(login.country).toBeVisible();
  await login.useEmail.click();
  await expect(login.either).toBeFocused();
  await expect(login.either).toHaveAttribute("inputmode", "email");
  await login.either.fill("412 34 567");
  await login.usePhone.click();
  await expect(login.phone).toBeFocused();
  await expect(login.phone).toHaveValue("412 34 567");
});

test("what is no number is refused in place, and the field keeps it", async ({ open, login }) => {
  await open("plain", { attributes: 'connections="sms" region="NO"' });
  await expect(login.country).toBeVisible();
  for (const [typed, said] of [
    ["", say.phoneMissing],
    ["412 34 56", say.phoneTooShort],
    ["+47 412 34 56 789", say.phoneTooLong],
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
  await page.route("**/widget-full_bg.wasm", async (route) => {
    await held;
    await route.continue();
  });
  await open("plain", { attributes: 'connections="sms"' });
  await login.phone.fill(number);
  await login.phone.press("Enter");
  arrive();
  await expect(login.code).toBeFocused();
  await login.type(await inbox.code(number));
  await login.isSignedInAs(written(number));
});

test("on the narrowest phone nothing sticks out, and the list is a sheet over the page", async ({ page, open, login }) => {
  await page.setViewportSize({ width: 280, height: 600 });
  await open("plain", { attributes: 'connections="sms email" region="BA"' });
  await expect(login.country).toBeVisible();
  await login.phone.fill("061 123 456");
  await expect(login.reading).toBeVisible();
  const beyond = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(await beyond()).toBe(0);
  const field = await login.phone.boundingBox();
  const button = await login.continue.boundingBox();
  if (!field || !button) throw new Error("nothing is shown");
  expect(field.x + field.width).toBeLessThanOrEqual(button.x + button.width);
  await login.country.click();
  await expect(login.searchCountry).toBeFocused();
  expect(await beyond()).toBe(0);
  const sheet = await login.countries.boundingBox();
  expect(sheet).toMatchObject({ x: 0, width: 280 });
});
