import { expect, newNumber, test } from "../../fixtures/drop-in.ts";
import { Login } from "../../pages/login.ts";
import { say } from "../../pages/sentences.ts";

// Lock's options for what it looks like and how it behaves, by name.

test("allowedConnections chooses the connections, and their order", async ({ page, lock }) => {
  await lock.open({ allowedConnections: ["sms"] });
  await expect(lock.login.phone).toBeVisible();
  await lock.run("lock.hide(); lock.show({ allowedConnections: ['sms', 'email'] })");
  await expect.poll(() => lock.attribute("connections")).toBe("sms email");
  await lock.run("lock.hide(); lock.show({ allowedConnections: ['email', 'sms'] })");
  await expect.poll(() => lock.attribute("connections")).toBe("email sms");
  await expect(lock.login.either).toBeVisible();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await lock.open({ allowedConnections: ["email"] });
  await expect(lock.login.email).toBeFocused();
  expect(asked, "both names are known without asking").not.toContain("/client/demo.js");
});

test("allowedConnections left out takes what the server has, and email where it has both, as Lock does", async ({
  host,
  lock,
}) => {
  await lock.open({ allowedConnections: [] });
  await expect(lock.login.email).toBeVisible();
  expect(await lock.attribute("connections")).toBe("email");
  expect(host.sent("/client/demo.js")).toHaveLength(1);
});

test("container takes an id, and the form stands in that element, without a way to close it", async ({
  page,
  lock,
}) => {
  await lock.open({ container: "place" });
  await expect(lock.place.getByRole("textbox", { name: "Email" })).toBeVisible();
  await expect(lock.dialog).toHaveCount(0);
  await expect(lock.login.email).not.toBeFocused();
  await page.keyboard.press("Escape");
  await expect(lock.login.email).toBeVisible();
  await lock.run("lock.hide()");
  await expect(lock.place).toBeEmpty();
  await lock.run("lock.show()");
  await expect(lock.login.email).toBeVisible();
});

test("container with an id that nobody has is an error at once, and the page can show it elsewhere later", async ({
  lock,
}) => {
  await lock.open({ container: "nowhere" }, { shows: false });
  const thrown = await lock.run("(() => { try { lock.show(); } catch (error) { return error.message; } })()");
  expect(thrown).toContain("nowhere");
  await lock.run(
    "{ const it = document.createElement('p'); it.id = 'nowhere'; document.body.append(it); lock.show(); }",
  );
  await expect(lock.login.email).toBeVisible();
});

test("closable gives a button and Escape, and the focus back; false takes both away", async ({
  page,
  lock,
}) => {
  await lock.open({}, { shows: false });
  await lock.button.click();
  await expect(lock.login.email).toBeFocused();
  await lock.close.click();
  await expect(lock.dialog).toHaveCount(0);
  await expect(lock.button).toBeFocused();
  await lock.button.press("Enter");
  await expect(lock.login.email).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(lock.button).toBeFocused();
  expect((await lock.names()).filter((name) => /^(show|hide)$/.test(name))).toEqual([
    "show",
    "hide",
    "show",
    "hide",
  ]);

  await lock.open({ closable: false });
  await expect(lock.login.email).toBeFocused();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await expect(lock.login.email).toBeVisible();
  await expect(lock.close).toHaveCount(0);
  await lock.run("lock.hide()");
  await expect(lock.dialog).toHaveCount(0);
});

test("autoclose closes it as soon as somebody is signed in, and authenticated is told all the same", async ({
  lock,
  inbox,
  address,
}) => {
  await lock.open({ autoclose: true });
  await lock.login.askAndArrive(address);
  await lock.login.type(await inbox.code(address));
  await expect(lock.dialog).toHaveCount(0);
  expect((await lock.hears("authenticated")).idTokenPayload).toMatchObject({ email: address });
  await lock.hears("hide");
});

test("autoclose left out leaves the signed-in screen up, with no button that would end the page's session", async ({
  host,
  lock,
  inbox,
  address,
}) => {
  await lock.open({});
  await lock.login.askAndArrive(address);
  await lock.login.type(await inbox.code(address));
  await expect(lock.login.heading(say.signedIn)).toBeVisible();
  await expect(lock.login.signOut).toBeHidden();
  // The page hides it, and somebody else signs in: nobody is signed out for that.
  await lock.run("lock.hide(); lock.show()");
  await lock.login.asksForAddress();
  expect(host.sent("/oauth/revoke")).toHaveLength(0);
});

test("autofocus puts the focus into the field; false, and a narrow screen, leave it to the dialog", async ({
  page,
  lock,
}) => {
  await lock.open({ container: "place", autofocus: true });
  await expect(lock.login.email).toBeFocused();
  await lock.open({ autofocus: false });
  await expect(lock.login.email).toBeVisible();
  await expect(lock.login.email).not.toBeFocused();
  const isInside = () => page.evaluate(() => document.activeElement?.localName === "latch-login");
  expect(await isInside(), "the focus is in the dialog, and not on the page behind it").toBe(true);
  await page.setViewportSize({ width: 360, height: 640 });
  await lock.open({});
  await expect(lock.login.email).toBeVisible();
  await expect(lock.login.email).not.toBeFocused();
});

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

test("disableWarnings keeps the console quiet", async ({ page, host, lock }) => {
  await page.route("**/js/lock/**", (route) => route.fulfill({ status: 404 }));
  const options = { languageBaseUrl: "https://words.example", language: "en" };
  const warnings = () => host.console.filter((text) => text.startsWith("Lock:"));
  await lock.open(options);
  await expect.poll(() => warnings().length).toBe(1);
  await lock.open({ ...options, disableWarnings: true });
  await expect(lock.login.email).toBeVisible();
  expect(warnings()).toHaveLength(1);
});

test("mobile and forceAutoHeight need nothing: the form fits a phone, and is as high as what is in it", async ({
  page,
  lock,
}) => {
  await page.setViewportSize({ width: 320, height: 568 });
  await lock.open({ mobile: true, forceAutoHeight: true });
  await lock.login.ask("nobody");
  await expect(lock.login.message(say.enterValidAddress)).toBeInViewport({ ratio: 1 });
  await expect(lock.login.continue).toBeInViewport({ ratio: 1 });
  const fits = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
  expect(fits).toBe(true);
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

test("rememberLastLogin is on unless it is refused, there or in show", async ({ lock }) => {
  await lock.open({});
  await expect(lock.login.email).toBeVisible();
  expect(await lock.attribute("remember")).toBe("on");
  await lock.run("lock.hide(); lock.show({ rememberLastLogin: false })");
  await expect.poll(() => lock.attribute("remember")).toBe("off");
  await lock.open({ rememberLastLogin: false });
  await expect(lock.login.email).toBeVisible();
  expect(await lock.attribute("remember")).toBe("off");
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

test("theme.logo is an image above the form, and there is none of Auth0's where it is left out", async ({
  site,
  lock,
}) => {
  await lock.open({ theme: { logo: `${site.origin}/logo.svg` } });
  await expect(lock.logo.first()).toBeVisible();
  await expect(lock.logo.first()).toHaveAttribute("src", `${site.origin}/logo.svg`);
  await lock.open({});
  await expect(lock.login.email).toBeVisible();
  expect(await lock.attribute("logo")).toBeNull();
});

for (const [colour, ink] of [
  ["#0a7d33", "rgb(255, 255, 255)"],
  ["gold", "rgb(20, 22, 28)"],
] as const)
  test(`theme.primaryColor ${colour} is the button's, with words on it that can be read`, async ({
    lock,
  }) => {
    await lock.open({ theme: { primaryColor: colour } });
    await lock.hears("socialOrEmail ready");
    const expected = await lock.run(
      `(() => { const it = new Option().style; it.color = "${colour}"; document.body.style.color = it.color; return getComputedStyle(document.body).color; })()`,
    );
    await expect(lock.login.continue).toHaveCSS("background-color", String(expected));
    await expect(lock.login.continue).toHaveCSS("color", ink);
  });

test("theme.labeledSubmitButton false has an arrow in the place of the words, which screen readers still have", async ({
  lock,
}) => {
  await lock.open({ theme: { labeledSubmitButton: false } });
  await lock.hears("socialOrEmail ready");
  const looks = await lock.login.continue.evaluate((it) => {
    const label = it.querySelector(".text") as Element;
    return [getComputedStyle(label).fontSize, getComputedStyle(label, "::after").content];
  });
  expect(looks).toEqual(["0px", '"→" / ""']);
  await expect(lock.login.continue).toHaveAccessibleName("Continue");
});

test("theme.hideMainScreenTitle hides the first heading from sight, and the later ones stay", async ({
  lock,
  address,
}) => {
  await lock.open({ theme: { hideMainScreenTitle: true } });
  await lock.hears("socialOrEmail ready");
  const box = await lock.login.heading(say.signIn).boundingBox();
  expect(box?.width).toBeLessThanOrEqual(1);
  await expect(lock.dialog).toHaveAccessibleName(say.signIn);
  await lock.login.askAndArrive(address);
  expect((await lock.login.heading(say.checkYourEmail).boundingBox())?.width).toBeGreaterThan(100);
});

/** A tenant with more connections than ours has. */
const settings = {
  id: "demo",
  strategies: [
    { name: "auth0", connections: [{ name: "Users" }] },
    { name: "waad", connections: [{ name: "corporate", display_name: "Contoso" }] },
    { name: "google-oauth2", connections: [{ name: "google-oauth2" }] },
    { name: "github", connections: [{ name: "github", display_name: "GitHub at work" }] },
    { name: "sms", connections: [{ name: "our-sms" }] },
    { name: "email", connections: [{ name: "our-email" }] },
  ],
};
const script = { contentType: "text/javascript", body: `Auth0.setClient(${JSON.stringify(settings)});` };

test("theme.authButtons says what social buttons are like, over what the tenant says", async ({
  page,
  lock,
}) => {
  await page.route("**/client/demo.js", (route) => route.fulfill(script));
  const theme = {
    authButtons: {
      github: { displayName: "Git", primaryColor: "#333", foregroundColor: "#fff", icon: "/logo.svg" },
    },
  };
  await lock.open({
    allowedConnections: ["github", "our-email", "google-oauth2"],
    theme,
  });
  await expect(lock.element).toBeAttached();
  expect(await lock.attribute("connections")).toBe("github email google-oauth2");
  expect(await lock.property("buttons")).toEqual({
    github: theme.authButtons.github,
    "google-oauth2": {},
  });
});

test("allowedConnections left out offers social connections beside email, and a company's only by name", async ({
  page,
  lock,
}) => {
  await page.route("**/client/demo.js", (route) => route.fulfill(script));
  await lock.open({ allowedConnections: [] });
  await expect(lock.element).toBeAttached();
  expect(await lock.attribute("connections")).toBe("google-oauth2 github email");
  await lock.open({ allowedConnections: ["corporate", "nobody's", "our-sms"] });
  await expect(lock.element).toBeAttached();
  expect(await lock.attribute("connections")).toBe("corporate sms");
});

test("useCustomPasswordlessConnection names the tenant's own connection, and leaves the strategy's name where it is not true", async ({
  page,
  lock,
}) => {
  await page.route("**/client/demo.js", (route) => route.fulfill(script));
  await lock.open({ allowedConnections: ["our-email", "our-sms"], useCustomPasswordlessConnection: true });
  await expect(lock.element).toBeAttached();
  expect(await lock.attribute("connections")).toBe("email:our-email sms:our-sms");
  await lock.open({ allowedConnections: ["our-email", "our-sms"], useCustomPasswordlessConnection: 1 });
  await expect(lock.element).toBeAttached();
  expect(await lock.attribute("connections")).toBe("email sms");
});

test("popupOptions needs no popup: the login stays on its page", async ({ page, lock, inbox, address }) => {
  const popups: unknown[] = [];
  page.on("popup", (popup) => popups.push(popup));
  await lock.open({ popupOptions: { width: 300, height: 400, top: 0, left: 0 }, auth: { redirect: false } });
  await lock.login.askAndArrive(address);
  await lock.login.type(await inbox.code(address));
  await lock.hears("authenticated");
  expect(popups).toHaveLength(0);
});

test("a number signs in, too", async ({ lock, inbox }) => {
  const number = newNumber();
  await lock.open({ allowedConnections: ["sms"] });
  await lock.login.phone.fill(number);
  await lock.login.phone.press("Enter");
  await expect(lock.login.code).toBeFocused();
  await lock.login.type(await inbox.code(number));
  const { idTokenPayload } = await lock.hears("authenticated");
  expect(idTokenPayload).toMatchObject({ name: number });
});
