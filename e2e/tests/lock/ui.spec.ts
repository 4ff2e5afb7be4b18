import { expect, test } from "../../fixtures/drop-in.ts";
import { Login } from "../../pages/login.ts";
import { say } from "../../pages/sentences.ts";

// Lock's options for how the form behaves, by name.

test("avatar as Lock's callbacks becomes the element's provider, and nobody is asked about people otherwise", async ({
  page,
  host,
  lock,
  address,
}) => {
  await lock.open(`{
    avatar: {
      url: (email, done) => done(null, "/logo.svg?" + email),
      displayName: (email, done) => (email ? done(null, email.split(".")[0]) : done(new Error("nobody"))),
    },
  }`);
  await expect(lock.login.email).toBeVisible();
  const told = await lock.element.evaluate(async (it) => {
    const { avatarProvider } = it as unknown as {
      avatarProvider: Record<string, (email: string) => Promise<string>>;
    };
    const refused = await avatarProvider.displayName?.("").catch((error: Error) => error.message);
    return [await avatarProvider.url?.("a@b.c"), await avatarProvider.displayName?.("ada.x"), refused];
  });
  expect(told).toEqual(["/logo.svg?a@b.c", "ada", "nobody"]);
  await lock.login.askAndArrive(address);
  await expect(lock.login.face).toBeVisible();
  await expect(lock.login.face).toHaveAttribute("src", `/logo.svg?${address}`);
  await expect(lock.login.face).not.toHaveJSProperty("naturalWidth", 0);
  await expect(lock.login.person).toHaveText("ada");
  await lock.run("sessionStorage.clear()");
  await lock.open({});
  await lock.login.askAndArrive(address);
  expect(await lock.attribute("avatar")).toBe("off");
  expect(host.requests.filter((request) => request.url().includes("gravatar")).length).toBe(0);
  expect(page.url()).toContain("drop-in");
});

test("language names the language of the form, of its messages and of the field's errors", async ({
  host,
  lock,
  address,
}) => {
  await lock.open({ language: " PT-br " });
  const login = new Login(lock.page, lock.element, "pt-br");
  await login.ask("nobody");
  await expect(login.message(login.badAddress)).toBeVisible();
  await login.ask(address);
  await expect.poll(() => host.sent("/passwordless/start").length).toBe(1);
  expect(await host.sent("/passwordless/start")[0]?.headerValue("x-request-language")).toBe("pt-br");
});

test("language, languageDictionary and theme are what show says anew, until it is hidden, and closable is not", async ({
  lock,
}) => {
  await lock.open({ language: "nb" }, { shows: false });
  await lock.run(`lock.show({
    language: "de", languageDictionary: { title: "Laden" }, theme: { primaryColor: "#123456", logo: "/logo.svg" }, closable: false,
  })`);
  await expect(lock.login.heading("Laden")).toBeVisible();
  await expect(lock.element.getByRole("textbox", { name: "E-Mail" })).toBeVisible();
  await expect(lock.logo.first()).toHaveAttribute("src", "/logo.svg");
  expect(await lock.attribute("style")).toContain("--latch-accent: #123456");
  expect(await lock.attribute("closable")).toBe("on");
  await lock.run("lock.hide(); lock.show()");
  await expect(lock.login.heading("Logg inn")).toBeVisible();
  expect([await lock.attribute("logo"), await lock.attribute("style")]).toEqual([null, null]);
});

test("languageDictionary has the page's own words, over those of the language", async ({ lock, address }) => {
  await lock.open({
    language: "nb",
    languageDictionary: {
      title: "Butikken",
      emailInputPlaceholder: "Din adresse",
      passwordlessEmailInstructions: "Skriv adressen din<br/>og <b>logg inn</b> &amp; handle.",
      passwordlessEmailCodeInstructions: "Vi sendte noe til %s.",
      invalidEmailErrorHint: "Ikke en adresse.",
    },
  });
  await expect(lock.login.heading("Butikken")).toBeVisible();
  await expect(
    lock.login.element.getByText("Skriv adressen din og logg inn & handle.", { exact: true }),
  ).toBeVisible();
  const field = lock.login.element.getByRole("textbox", { name: "Din adresse" });
  await field.fill("nobody");
  await field.press("Enter");
  await expect(lock.login.message("Ikke en adresse.")).toBeVisible();
  await field.fill(address);
  await field.press("Enter");
  await expect(lock.login.element.getByText(`Vi sendte noe til ${address}.`)).toBeVisible();
});

test("disableWarnings keeps the console quiet, of Lock's warnings and of the form's", async ({ page, host, lock }) => {
  await page.route("**/js/lock/**", (route) => route.fulfill({ status: 404 }));
  const options = {
    allowedConnections: ["sms"],
    languageBaseUrl: "https://words.example",
    language: "en",
    defaultLocation: "Mars",
  };
  const warnings = () => host.console.filter((text) => /^(Lock|<latch-login>):/.test(text));
  await lock.open({ ...options, disableWarnings: true });
  await expect(lock.login.phone).toBeVisible();
  await lock.hears("socialOrPhoneNumber ready");
  expect(warnings()).toEqual([]);
  await lock.open(options);
  await expect.poll(() => warnings().map((text) => text.slice(0, 5)).sort()).toEqual(["<latc", "Lock:"]);
});

test("mobile needs nothing: the form fits a phone as it is", async ({ page, lock }) => {
  await page.setViewportSize({ width: 320, height: 568 });
  for (const mobile of [true, false]) {
    await lock.open({ mobile });
    await lock.login.ask("nobody");
    await expect(lock.login.message(say.enterValidAddress)).toBeInViewport({ ratio: 1 });
    await expect(lock.login.continue).toBeInViewport({ ratio: 1 });
    const fits = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
    expect(fits).toBe(true);
  }
});

test("forceAutoHeight needs nothing: the form is as high as what is in it, and scrolls nowhere inside", async ({ lock }) => {
  const signUpTerms = "A sentence that is rather long. ".repeat(12);
  const heights: number[] = [];
  for (const languageDictionary of [{}, { signUpTerms }]) {
    await lock.open({ container: "place", forceAutoHeight: true, languageDictionary });
    await lock.hears("socialOrEmail ready");
    const [height, isWhole] = await lock.element.evaluate((it) => {
      const card = it.shadowRoot?.querySelector("[part=card]") as HTMLElement;
      return [card.offsetHeight, card.scrollHeight <= card.clientHeight] as const;
    });
    expect(isWhole).toBe(true);
    heights.push(height);
  }
  expect(heights[1]).toBeGreaterThan((heights[0] ?? 0) + 60);
});

test("scrollGlobalMessagesIntoView brings what went wrong into sight, unless it is false", async ({
  page,
  lock,
}) => {
  await page.setViewportSize({ width: 1280, height: 320 });
  await lock.open({ container: "place", scrollGlobalMessagesIntoView: true });
  await page.route("**/passwordless/start", (route) => route.fulfill({ status: 500, json: {} }));
  await lock.login.ask("ada@example.com");
  await expect(lock.login.message(say.serverFault)).toBeInViewport();
  await lock.open({ container: "place", scrollGlobalMessagesIntoView: false });
  await lock.login.ask("ada@example.com");
  await lock.hears("authorization_error");
  await expect(lock.login.message(say.serverFault)).not.toBeInViewport();
});

test("rememberLastLogin is on unless it is refused, there or in show: who was here is offered to go on", async ({
  lock,
  inbox,
  address,
}) => {
  await lock.open({});
  await lock.login.askAndArrive(address);
  await lock.login.type(await inbox.code(address));
  await lock.hears("authenticated");
  await lock.page.evaluate(() => localStorage.removeItem("latch.session.demo"));
  await lock.open({});
  await expect(lock.login.goOn).toBeVisible();
  await lock.open({ rememberLastLogin: false });
  await expect(lock.login.email).toBeVisible();
  await lock.page.evaluate(() => localStorage.clear());
  await lock.open({});
  await expect(lock.login.email).toBeVisible();
  expect(await lock.attribute("remember")).toBe("on");
  await lock.run("lock.hide(); lock.show({ rememberLastLogin: false })");
  await expect.poll(() => lock.attribute("remember")).toBe("off");
  for (const options of [{ rememberLastLogin: false }, { auth: { sso: false } }]) {
    await lock.open(options);
    await expect(lock.login.email).toBeVisible();
    expect(await lock.attribute("remember")).toBe("off");
  }
});

test("allowAutocomplete lets the browser fill the field, which it does unless it is false", async ({
  lock,
}) => {
  await lock.open({});
  await expect(lock.login.email).toHaveAttribute("autocomplete", "email");
  await lock.open({ allowAutocomplete: false });
  await lock.hears("socialOrEmail ready");
  await expect(lock.login.email).toHaveAttribute("autocomplete", "off");
  await lock.run("lock.hide(); lock.show({ allowAutocomplete: true })");
  await lock.hears("socialOrEmail ready", 2);
  await expect(lock.login.email).toHaveAttribute("autocomplete", "email");
});
