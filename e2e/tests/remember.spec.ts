import type { Page } from "@playwright/test";
import { PATHS } from "../fixtures/host.ts";
import { expect, test } from "../fixtures/test.ts";
import { Login } from "../pages/login.ts";
import { say } from "../pages/sentences.ts";
import { looksFor } from "../pages/words.ts";

// Who was here last.

const KEY = "latch.remembered.demo";
const REMEMBER = { attributes: 'remember="on"' };

/** What is shown of an address. */
const short = (address: string) => `${address[0]}…@${address.split("@")[1]}`;
const DAY = 24 * 3600 * 1000;

const kept = (page: Page) => page.evaluate((key) => JSON.parse(localStorage.getItem(key) ?? "null"), KEY);

/** Has the browser remember somebody from an earlier visit. */
const leave = (page: Page, value: unknown) =>
  page.evaluate(
    ([key, value]) => localStorage.setItem(key, value),
    [KEY, typeof value === "string" ? value : JSON.stringify(value)] as const,
  );
const was = (identifier: string, connection = "email", ago = DAY) => ({
  connection,
  identifier,
  signed_in_at: Date.now() - ago,
});

test("whoever signs in is offered at once after signing out and the next time, and one press sends the code", async ({
  page,
  open,
  host,
  login,
  inbox,
  address,
}) => {
  await open("plain", REMEMBER);
  await login.signIn(inbox, address);
  const loaded = () => host.requests.some((request) => request.url().endsWith("/widget-full_bg.wasm"));
  expect(loaded(), "a first visit does without the full edition").toBe(false);
  expect(await kept(page)).toEqual({ connection: "email", identifier: address, signed_in_at: expect.any(Number) });

  await login.signOut.click();
  await expect(login.goOn).toHaveText(`Continue as ${short(address)}`);
  await expect(login.goOn).toBeFocused();
  await page.reload();
  await expect(login.goOn).toHaveText(`Continue as ${short(address)}`);
  await expect(login.heading(say.signIn)).toBeVisible();
  await expect(login.email).toHaveCount(0);
  expect(host.sent(PATHS.start)).toHaveLength(1);

  const asked = page.evaluate(
    () =>
      new Promise((done) =>
        document.addEventListener("latch-before-send", (event) => done((event as CustomEvent).detail)),
      ),
  );
  await login.goOn.click();
  await expect(login.code).toBeFocused();
  expect(await asked).toEqual({ connection: "email", identifier: address, method: "code", resend: false });
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
  const session = await page.evaluate(() => localStorage.getItem("latch.session.demo"));
  for (const secret of ["access_token", "id_token"]) expect(session).toContain(secret);
  expect(Object.keys(await kept(page)).sort(), "no token").toEqual(["connection", "identifier", "signed_in_at"]);
});

test("with the keyboard alone: go on, or be somebody else, or be forgotten", async ({ page, open, host, login }) => {
  const { keyboard } = page;
  await open("empty");
  await leave(page, was("ada.lovelace@example.com"));
  await open("plain", REMEMBER);
  await host.isReady();
  await keyboard.press("Tab");
  await expect(login.goOn).toBeFocused();
  await keyboard.press("Tab");
  await expect(login.beAnother).toBeFocused();
  await keyboard.press("Enter");
  await expect(login.email).toBeFocused();
  await expect(login.email).toHaveValue("");
  expect(await kept(page), "that forgets nobody").toMatchObject({ identifier: "ada.lovelace@example.com" });

  await page.reload();
  await host.hears("latch-step", 2);
  await login.beAnother.focus();
  await keyboard.press("Tab");
  await expect(login.forget).toBeFocused();
  await keyboard.press("Enter");
  await expect(login.email).toBeFocused();
  await expect(login.status).toHaveText(say.forgotten("a…@example.com"));
  expect(await kept(page)).toBeNull();
  await page.reload();
  await login.asksForAddress();
});

test("what is seen is what is heard, and a glance over a shoulder does not tell the address", async ({ page, open, login }) => {
  await open("empty");
  await leave(page, was("ada.lovelace@example.com"));
  await open("plain", REMEMBER);
  for (const [button, text] of [
    [login.goOn, "Continue as a…@example.com"],
    [login.beAnother, "Use another address"],
    [login.forget, "Forget a…@example.com"],
  ] as const) {
    await expect(button).toHaveText(text);
    await expect(button).toHaveAccessibleName(text);
  }
  const nodes = await login.element.evaluate((it) => `${it.outerHTML}${it.shadowRoot?.innerHTML}`);
  expect(nodes).not.toContain("lovelace");
});

test("a number is known by its last digits", async ({ page, open, host, login }) => {
  await open("empty");
  await leave(page, was("+4741234567", "sms"));
  await open("plain", { attributes: 'remember="on" connections="email sms"' });
  await expect(login.goOn).toHaveText("Continue as …67");
  await expect(login.beAnother).toHaveText("Use another number");
  await login.goOn.click();
  await expect(login.code).toBeFocused();
  expect(host.sent(PATHS.start)[0]?.postDataJSON()).toMatchObject({ connection: "sms", phone_number: "+4741234567" });
});

test("from right to left, an address keeps its own order", async ({ page, open }) => {
  await open("empty");
  await leave(page, was("+4741234567", "sms"));
  await open("rtl", { attributes: 'remember="on" connections="email sms"' });
  const login = new Login(page, undefined, "ar");
  await expect(login.goOn).toHaveText(looksFor("ar", "continueAs"));
  await expect(login.goOn).toHaveCSS("direction", "rtl");
  // The dots come before the digits, where these are read from left to right.
  const places = await login.goOn.evaluate((it) => {
    const text = document.createTreeWalker(it, NodeFilter.SHOW_TEXT).nextNode() as Text;
    const left = (sign: string) => {
      const range = document.createRange();
      range.setStart(text, text.data.indexOf(sign));
      range.setEnd(text, text.data.indexOf(sign) + 1);
      return range.getBoundingClientRect().left;
    };
    return [left("…"), left("6"), left("7")];
  });
  expect(places).toEqual(places.toSorted((one, other) => one - other));
});

test("what one tab forgets is not offered in the other", async ({ context, page, open, host, login }) => {
  await open("empty");
  await leave(page, was("ada@example.com"));
  await open("plain", REMEMBER);
  const otherPage = await context.newPage();
  const other = new Login(otherPage);
  await otherPage.goto(page.url());
  await expect(other.goOn).toBeVisible();
  await expect(login.goOn).toBeVisible();
  await other.element.evaluate((it) => (it as unknown as { forget(): Promise<void> }).forget());
  await other.asksForAddress();
  await login.asksForAddress();
  expect(await kept(page)).toBeNull();
  expect(host.errors).toEqual([]);
});

for (const [what, value] of [
  ["no JSON", "{"],
  ["of another shape", { connection: 1 }],
  ["no address", was("ada")],
  ["older than 90 days", was("ada@example.com", "email", 91 * DAY)],
  ["of a connection that is not there", was("ada@example.com", "customers")],
] as const)
  test(`what is kept and is ${what} is not offered, and does not stay`, async ({ page, open, login }) => {
    await open("empty");
    await leave(page, value);
    await open("plain", REMEMBER);
    await login.asksForAddress();
    await expect.poll(() => kept(page)).toBeNull();
  });

test("a hint of the page wins, and leaves the page its small edition", async ({ page, open, host, login, address }) => {
  await open("empty");
  await leave(page, was("ada@example.com"));
  await open("plain", { attributes: `remember="on" login-hint="${address}"` });
  await host.isReady();
  await expect(login.email).toHaveValue(address);
  expect(host.requests.some((request) => request.url().includes("widget-full"))).toBe(false);
});

for (const [storage, stays] of [
  ["session", true],
  ["memory", false],
] as const)
  test(`storage="${storage}" ${stays ? "is about the session alone" : "keeps nobody"}`, async ({ page, open, login, inbox, address }) => {
    await open("plain", { attributes: `remember="on" storage="${storage}"` });
    await login.signIn(inbox, address);
    expect((await kept(page))?.identifier).toBe(stays ? address : undefined);
    await login.signOut.click();
    await (stays ? expect(login.goOn).toBeVisible() : login.asksForAddress());
  });

test("where storage is blocked, everything else works", async ({ page, open, login, inbox, address }) => {
  await page.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage"])
      Object.defineProperty(globalThis, name, {
        get() {
          throw new DOMException("Access is denied for this document.", "SecurityError");
        },
      });
  });
  await open("plain", REMEMBER);
  await login.signIn(inbox, address);
  await login.signOut.click();
  await login.asksForAddress();
});

test("nobody is remembered where the page does not ask for it", async ({ page, open, login, inbox, address }) => {
  await open();
  await login.signIn(inbox, address);
  expect(await kept(page)).toBeNull();
});

test("terms still have to be accepted first", async ({ page, open, host, login }) => {
  await open("empty");
  await leave(page, was("ada@example.com"));
  await open("plain", { attributes: 'remember="on" terms="accept" terms-url="https://shop.example/terms"' });
  await login.goOn.click();
  await expect(login.message(say.termsMissing)).toBeVisible();
  await expect(login.consent).toBeFocused();
  expect(host.sent(PATHS.start)).toHaveLength(0);
  await login.consent.check();
  await login.goOn.click();
  await expect(login.code).toBeFocused();
});

test("a press that comes to nothing is tried again with the same key", async ({ page, context, open, host, login }) => {
  await open("empty");
  await leave(page, was("ada@example.com"));
  await open("plain", REMEMBER);
  await login.goOn.focus();
  await context.setOffline(true);
  await page.keyboard.press("Enter");
  await expect(login.message(say.offline)).toBeVisible();
  await expect(login.goOn).toBeFocused();
  await context.setOffline(false);
  await page.keyboard.press("Enter");
  await expect(login.code).toBeFocused();
  expect(host.sent(PATHS.start).at(-1)?.postDataJSON()).toMatchObject({ email: "ada@example.com" });
});
