import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";
import { Login } from "../pages/login.ts";

// The login as a dialog over the page.

const modal = { attributes: 'modal id="login"' };

/** A button of the page's own that shows the login. */
const opener = async (page: Page) => {
  await page.evaluate(() => {
    const button = document.createElement("button");
    button.textContent = "Log in";
    button.addEventListener("click", () => (document.getElementById("login") as unknown as { show(): void }).show());
    document.querySelector("main")?.prepend(button);
  });
  return page.getByRole("button", { name: "Log in" });
};

const heard = async (page: Page): Promise<() => Promise<string[]>> => {
  await page.evaluate(() => {
    const events: string[] = [];
    Object.assign(globalThis, { events });
    for (const name of ["show", "hide"]) document.addEventListener(name, () => events.push(name));
  });
  return () => page.evaluate(() => (globalThis as unknown as { events: string[] }).events);
};

test("it waits out of sight, takes the focus when shown, and gives it back when hidden", async ({ page, open, login }) => {
  await open("plain", modal);
  const button = await opener(page);
  const events = await heard(page);
  await expect(login.email).toBeHidden();
  await button.click();
  await expect(page.getByRole("dialog", { name: "Sign in" })).toBeVisible();
  await expect(login.email).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(login.email).toBeHidden();
  await expect(button).toBeFocused();
  expect(await events()).toEqual(["show", "hide"]);
  expect(await login.element.getAttribute("open")).toBeNull();
});

test("the focus stays inside", async ({ page, open, login }) => {
  await open("plain", modal);
  await (await opener(page)).click();
  await expect(login.email).toBeFocused();
  const inside = () => page.evaluate(() => document.activeElement?.closest("latch-login") !== null);
  const close = login.element.getByRole("button", { name: "Close" });
  await page.keyboard.press("Tab");
  await expect(login.continue).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(close).toBeFocused();
  for (let presses = 0; presses < 6; presses += 1) {
    await page.keyboard.press("Tab");
    const isOnPage = await page.evaluate(() => document.activeElement !== document.body);
    if (isOnPage) expect(await inside()).toBe(true);
  }
});

test("a whole login takes place in it, and it can close by itself", async ({ page, open, login, inbox, address }) => {
  await open("plain", { attributes: 'modal id="login" autoclose="on"' });
  await (await opener(page)).click();
  await login.askAndArrive(address);
  await login.type(await inbox.code(address));
  await expect(page.getByRole("dialog")).toBeHidden();
  await login.element.evaluate((element) => (element as unknown as { show(): void }).show());
  await login.isSignedInAs(address);
});

test("what was typed stays while it is hidden, and while its language changes", async ({ page, open, login }) => {
  await open("plain", modal);
  const button = await opener(page);
  const events = await heard(page);
  await button.click();
  await login.email.fill("ada@");
  await login.element.getByRole("button", { name: "Close" }).click();
  await button.click();
  await expect(login.email).toHaveValue("ada@");
  await login.element.evaluate((element) => element.setAttribute("lang", "nb"));
  await expect(login.element.getByRole("textbox", { name: "E-post" })).toHaveValue("ada@");
  await expect(page.getByRole("dialog", { name: "Logg inn" })).toBeVisible();
  expect(await events()).toEqual(["show", "hide", "show"]);
});

test("a press beside the card closes it, and one that began in a field does not", async ({ page, open, login }) => {
  await open("plain", modal);
  const button = await opener(page);
  await button.click();
  const box = await login.email.boundingBox();
  if (!box) throw new Error("the field is nowhere");
  await page.mouse.move(box.x + 20, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(5, 5);
  await page.mouse.up();
  await expect(login.email).toBeVisible();
  await page.mouse.click(5, 5);
  await expect(login.email).toBeHidden();
});

test("with the list of countries open, a press beside it and Escape close the list alone", async ({
  page,
  open,
  login,
}) => {
  await open("plain", { attributes: 'modal id="login" connections="sms"' });
  await (await opener(page)).click();
  for (const leave of [() => page.mouse.click(5, 5), () => page.keyboard.press("Escape")]) {
    await login.country.click();
    await expect(login.searchCountry).toBeFocused();
    await leave();
    await expect(login.countries).toHaveCount(0);
    await expect(login.phone).toBeVisible();
  }
  await page.mouse.click(5, 5);
  await expect(login.phone).toBeHidden();
});

test("the way to close it is beside the heading, from left to right and from right to left", async ({ page, open }) => {
  await page.setViewportSize({ width: 400, height: 700 });
  for (const language of ["en", "ar"]) {
    await open("plain", { attributes: `modal open id="login" lang="${language}"` });
    const other = new Login(page, page.locator("latch-login"), language);
    await expect(other.email).toBeFocused();
    const { x = 0 } = (await other.close.boundingBox()) ?? {};
    expect(x > 200, language).toBe(language === "en");
  }
});

test("where it must not be closed, nothing closes it but the page", async ({ page, open, login }) => {
  await open("plain", { attributes: 'modal open closable="off" id="login"' });
  await expect(login.email).toBeFocused();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.mouse.click(5, 5);
  await expect(login.email).toBeVisible();
  await expect(login.element.getByRole("button", { name: "Close" })).toHaveCount(0);
  await login.element.evaluate((element) => (element as unknown as { hide(): void }).hide());
  await expect(login.email).toBeHidden();
});
