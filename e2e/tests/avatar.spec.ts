import { createHash } from "node:crypto";
import type { BrowserContext } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";
import { Login } from "../pages/login.ts";

// The face and the name of who is signing in.

const PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96"><rect width="96" height="96" fill="teal"/></svg>';

/** Gravatar, as far as a login is concerned. */
const gravatar = async (context: BrowserContext, status = 200) => {
  const asked: { path: string; referrer: string | undefined }[] = [];
  await context.route("https://gravatar.com/**", async (route) => {
    const { pathname, search } = new URL(route.request().url());
    asked.push({ path: `${pathname}${search}`, referrer: (await route.request().allHeaders()).referer });
    await route.fulfill(status === 200 ? { contentType: "image/svg+xml", body: PICTURE } : { status });
  });
  return asked;
};

/** A provider of the page's own, as it is written there. */
const provide = (login: Login, provider: string) =>
  login.element.evaluate((it, provider) => {
    Object.assign(it, { avatarProvider: new Function(`return (${provider})`)() });
  }, provider);

test("Gravatar is asked once Continue was pressed, by a hash, and never while somebody types", async ({
  page,
  context,
  open,
  login,
  address,
}) => {
  const asked = await gravatar(context);
  await open("plain", { attributes: 'avatar="gravatar"' });
  await login.email.pressSequentially(address);
  await page.waitForTimeout(1000);
  expect(asked).toEqual([]);
  await login.email.press("Enter");
  await expect(login.face).toBeVisible();
  const hash = createHash("sha256").update(address).digest("hex");
  expect(asked).toEqual([{ path: `/avatar/${hash}?s=96&d=404`, referrer: undefined }]);
  await expect(login.face).toHaveAttribute("alt", "");
  await expect(login.face).toHaveJSProperty("naturalWidth", 96);

  await login.back.click();
  await expect(login.person).toBeHidden();
  await expect(login.email).toHaveValue(address);
});

test("whom Gravatar does not know has no picture, and no gap where one would be", async ({ context, open, login, address }) => {
  const asked = await gravatar(context, 404);
  await open("plain", { attributes: 'avatar="gravatar"' });
  await login.askAndArrive(address);
  await expect.poll(() => asked.length).toBe(1);
  await expect(login.person).toHaveCount(0);
});

test("nobody is asked about anybody on a page that does not say so", async ({ context, open, host, login, inbox, address, server, site }) => {
  const asked = await gravatar(context);
  await open();
  await login.signIn(inbox, address);
  expect(asked).toEqual([]);
  const places = new Set(host.requests.map((request) => new URL(request.url()).origin));
  expect([...places].sort()).toEqual([server.origin, site.origin].sort());
});

test("a page's own provider gives picture and name, once, for the code and for who was here last", async ({
  page,
  open,
  login,
  inbox,
  address,
}) => {
  await page.addInitScript(() => Object.assign(globalThis, { calls: [] }));
  const provider = `{
    url: (email) => (calls.push(email), "logo.svg"),
    displayName: async (email) => "Ada Lovelace",
  }`;
  await open("plain", { attributes: 'remember="on"' });
  await provide(login, provider);
  const height = async () => (await login.element.boundingBox())?.height;
  await login.askAndArrive(address);
  await expect(login.person).toHaveText("Ada Lovelace");
  expect(await page.evaluate("calls")).toEqual([address]);
  const before = await height();
  await login.person.evaluate((it) => it.remove());
  expect(await height(), "it takes no room of its own").toBe(before);
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
  await expect(login.person).toBeHidden();

  await login.signOut.click();
  await expect(login.goOn).toBeVisible();
  await expect(login.person).toHaveText("Ada Lovelace");
  await expect(login.face).toBeVisible();
  await login.beAnother.click();
  await expect(login.person).toBeHidden();
});

test("who was here last has a face where the page keeps them itself", async ({ page, open, login, inbox, address }) => {
  await page.addInitScript(() => {
    const later = () => new Promise((done) => setTimeout(done, 30));
    const storageAdapter = {
      getItem: async (key: string) => (await later(), localStorage.getItem(`jar.${key}`)),
      setItem: async (key: string, value: string) => (await later(), localStorage.setItem(`jar.${key}`, value)),
      removeItem: async (key: string) => (await later(), localStorage.removeItem(`jar.${key}`)),
    };
    const avatarProvider = { url: () => "logo.svg", displayName: async (email: string) => `Ada of ${email}` };
    document.addEventListener("DOMContentLoaded", () => {
      for (const it of document.querySelectorAll("latch-login")) Object.assign(it, { storageAdapter, avatarProvider });
    });
  });
  await open("plain", { attributes: 'remember="on"' });
  await login.signIn(inbox, address);
  await login.signOut.click();
  await page.reload();
  await expect(login.goOn).toBeVisible();
  await expect(login.face).toBeVisible();
  await expect(login.person).toHaveText(`Ada of ${address}`);
});

for (const [what, provider] of [
  ["throws", '{ url() { throw new Error("no"); } }'],
  ["is refused", '{ url: () => Promise.reject(new Error("no")) }'],
  ["gives nothing", '{ url: () => undefined, displayName: () => "Ada" }'],
  ["gives a script", '{ url: () => "javascript:alert(1)" }'],
  ["gives an address in the clear", '{ url: () => "http://pictures.example/ada.png" }'],
  ["gives a page for a picture", '{ url: () => "data:text/html,hello" }'],
  ["gives what is no picture", '{ url: () => "page.css" }'],
] as const)
  test(`a provider that ${what} shows nothing and is in nobody's way`, async ({ page, open, host, login, inbox, address }) => {
    await open();
    await provide(login, provider);
    await login.askAndArrive(address);
    await expect.poll(() => host.console.some((line) => line.includes("avatarProvider shows nothing"))).toBe(true);
    await expect(login.person).toHaveCount(0);
    expect(host.requests.some((request) => request.url().includes("pictures.example"))).toBe(false);
    await login.type(await inbox.code(address));
    await login.isSignedInAs(address);
    expect(page.url()).toContain("plain");
  });

test("a provider that never answers is waited for for two seconds", async ({ page, open, host, login, address }) => {
  await page.clock.install();
  await open();
  await provide(login, '{ url: () => new Promise((done) => setTimeout(done, 3000, "logo.svg")) }');
  await login.askAndArrive(address);
  await page.clock.runFor(2100);
  await expect.poll(() => host.console.some((line) => line.includes("no answer in time"))).toBe(true);
  await page.clock.runFor(2000);
  await expect(login.person).toHaveCount(0);
});

test("a name that there is no room for is left out, and comes with the room", async ({ page, open, login, address }) => {
  const name = "Ada King, Countess of Lovelace";
  await page.setViewportSize({ width: 280, height: 653 });
  await open();
  await provide(login, `{ url: () => "logo.svg", displayName: async () => "${name}" }`);
  await login.askAndArrive(address);
  await expect(login.face).toBeVisible();
  await expect(login.person.getByText(name)).toBeHidden();
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect(login.person.getByText(name)).toBeVisible();
});

test("who has no name has a picture all the same", async ({ open, login, address }) => {
  await open();
  await provide(login, '{ url: () => "logo.svg", displayName: () => Promise.reject(new Error("nobody")) }');
  await login.askAndArrive(address);
  await expect(login.face).toBeVisible();
  await expect(login.person).toHaveText("");
});
