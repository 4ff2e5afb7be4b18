import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";
import { say } from "../pages/sentences.ts";

// The element as a control of a page's own form.

/** Catches what the page's form sends, in the place of its server. */
const caught = async (page: Page, site: { origin: string }): Promise<Record<string, string>[]> => {
  const all: Record<string, string>[] = [];
  await page.route(/\/order(\?|$)/, (route) => {
    const request = route.request();
    const text = request.postData() ?? new URL(request.url()).search;
    all.push(Object.fromEntries(new URLSearchParams(text)));
    return route.fulfill({ contentType: "text/html", body: `<title>Thanks</title>${site.origin}` });
  });
  return all;
};

const ordering = (page: Page) => page.getByRole("button", { name: "Order", exact: true });
const note = (page: Page) => page.getByLabel("Note");
/** A property of the element. */
const read = (page: Page, expression: string) =>
  page.evaluate(`(() => { const it = document.querySelector("latch-login"); return ${expression}; })()`);

test("a form that requires it is sent only when somebody is signed in, with their ID token", async ({
  page,
  site,
  open,
  login,
  inbox,
  address,
}) => {
  const orders = await caught(page, site);
  await open("form");
  await login.asksForAddress();
  await expect.poll(() => read(page, "it.form === document.forms[0] && it.willValidate")).toBe(true);
  await ordering(page).click();
  await expect(login.email, "the field is where to go on").toBeFocused();
  expect(await read(page, "[it.validity.valueMissing, it.validationMessage, it.checkValidity()]")).toEqual([
    true,
    say.signIn,
    false,
  ]);
  await login.askAndArrive(address);
  await note(page).press("Enter");
  await expect(login.code).toBeFocused();
  expect(orders).toEqual([]);
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
  await expect.poll(() => read(page, "it.checkValidity()")).toBe(true);
  await ordering(page).click();
  await expect(page).toHaveTitle("Thanks");
  expect(Object.keys(orders[0] ?? {}), "our own fields are not the page's").toEqual(["note", "who"]);
  const claims = JSON.parse(Buffer.from((orders[0]?.who ?? "").split(".")[1] ?? "", "base64url").toString());
  expect(claims).toMatchObject({ email: address, aud: "demo" });

  await page.goto(site.page("form"));
  await login.isSignedInAs(address);
  await expect.poll(() => read(page, "it.checkValidity()"), { message: "after a reload, too" }).toBe(true);
  await login.signOut.click();
  await login.asksForAddress();
  await expect.poll(() => read(page, "it.checkValidity()")).toBe(false);
});

test("Enter in the login is the login's, and the page's form hears nothing of it", async ({
  page,
  site,
  open,
  login,
  inbox,
  address,
}) => {
  const orders = await caught(page, site);
  await open("form");
  await page.evaluate("document.forms[0].addEventListener('submit', () => (globalThis.heard = true))");
  await login.ask(address);
  await expect(login.code).toBeFocused();
  await login.type((await inbox.code(address)).slice(0, 3));
  await login.code.press("Enter");
  await expect(login.message(say.enterAllDigits)).toBeVisible();
  expect(await page.evaluate("globalThis.heard")).toBeUndefined();
  expect(orders).toEqual([]);
});

test("what is missing is said in the user's language", async ({ page, open, login }) => {
  await open("form", { attributes: 'lang="nb"' });
  await expect(login.heading("Logg inn")).toBeVisible();
  await expect.poll(() => read(page, "it.validationMessage")).toBe("Logg inn");
});

for (const [what, change] of [
  ["by an address", { 'method="post"': 'method="get"' }],
  ["to another origin", { 'action="/order"': 'action="https://else.example/order"' }],
  ["by a button that says so", { "<button>": '<button formmethod="get">' }],
] as const)
  test(`a token is not sent ${what}`, async ({ page, host, site, open, login, inbox, address }) => {
    const orders = await caught(page, site);
    await open("form", { instead: change });
    await login.askAndArrive(address);
    await login.type(await inbox.code(address));
    await login.isSignedInAs(address);
    await expect.poll(() => read(page, "it.checkValidity()")).toBe(true);
    await page.evaluate(
      "document.querySelector('latch-login').logger = { warn: (...all) => console.info('The shop is told:', ...all) }",
    );
    await ordering(page).click();
    await expect(page).toHaveTitle("Thanks");
    expect(orders).toEqual([{ note: "by Friday" }]);
    const told = () => host.console.filter((text) => text.includes("ID token"));
    await expect.poll(() => told().length).toBe(1);
    expect(told()[0]).toMatch(/^The shop is told:/);
  });

test("an ID token that has run out is asked for again", async ({
  page,
  site,
  open,
  login,
  inbox,
  address,
}) => {
  const orders = await caught(page, site);
  await page.clock.install();
  await open("form");
  await login.askAndArrive(address);
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
  await expect.poll(() => read(page, "it.checkValidity()")).toBe(true);
  // The clock of the page alone: nothing has told the element that time has passed.
  await page.clock.setSystemTime(Date.now() + 40 * 24 * 3600 * 1000);
  await ordering(page).click();
  await expect.poll(() => read(page, "it.checkValidity()")).toBe(false);
  expect(orders).toEqual([]);
});

test("a script of the page may read the form, and without required and name nothing is blocked or sent", async ({
  page,
  site,
  open,
  login,
  inbox,
  address,
}) => {
  const orders = await caught(page, site);
  const data = () =>
    page.evaluate("Object.fromEntries(new FormData(document.forms[0]))") as Promise<Record<string, string>>;
  await open("form");
  await login.askAndArrive(address);
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
  await expect.poll(async () => (await data()).who?.split(".").length).toBe(3);
  await page.evaluate(
    "const it = document.querySelector('latch-login'); it.required = false; it.removeAttribute('name')",
  );
  expect(await data()).toEqual({ note: "by Friday" });
  await page.evaluate("document.querySelector('latch-login').name = 'me'");
  expect(Object.keys(await data())).toEqual(["note", "me"]);
  await page.evaluate("document.querySelector('latch-login').removeAttribute('name')");
  await ordering(page).click();
  await expect(page).toHaveTitle("Thanks");
  expect(orders).toEqual([{ note: "by Friday" }]);
});

test("properties that were set before it is a control are taken, and a disabled fieldset disables it", async ({
  page,
  open,
  login,
}) => {
  await open("form", {
    instead: {
      ' name="who" required': "",
      "<latch-login": "<fieldset><latch-login",
      "</latch-login>": "</latch-login></fieldset>",
    },
  });
  await page.evaluate(
    "{ const it = document.querySelector('latch-login'); delete it.constructor.prototype.name; }",
  );
  await login.asksForAddress();
  await page.evaluate(
    "{ const it = document.querySelector('latch-login'); it.name = 'late'; it.required = true; }",
  );
  await expect.poll(() => read(page, "it.checkValidity()")).toBe(false);
  await page.evaluate("document.querySelector('fieldset').disabled = true");
  await expect(login.email).toBeDisabled();
  expect(await read(page, "it.willValidate")).toBe(false);
});

test("a page without forms loads nothing for them", async ({ host, open, login }) => {
  await open();
  await login.asksForAddress();
  expect(host.sent("/latch-form.js")).toHaveLength(0);
});
