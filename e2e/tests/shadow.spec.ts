import { AxeBuilder } from "@axe-core/playwright";
import { Guarded, standIn, vendors } from "../fixtures/captcha.ts";
import { expect, test } from "../fixtures/test.ts";
import { boxesAlive, Captcha } from "../pages/captcha.ts";
import { wrong } from "../pages/login.ts";
import { say } from "../pages/sentences.ts";

// The form in the shadow root: for pages that want nothing of it among their own nodes.

const attributes = 'render="shadow"';

test("the whole login works, and nothing of it is among the page's nodes", async ({ page, open, host, login, inbox, address }) => {
  await open("resets", { attributes });
  await expect(login.email).toBeVisible();
  const inside = () => page.evaluate(() => document.querySelectorAll("latch-login *, input, form").length);
  expect(await inside()).toBe(0);
  await host.isReady();
  expect(await inside()).toBe(0);
  await login.ask("nobody");
  await expect(login.message(say.enterValidAddress)).toBeVisible();
  await expect(login.email).toBeFocused();
  await expect(login.email).toHaveAccessibleDescription(say.enterValidAddress);
  await login.askAndArrive(address);
  const code = await inbox.code(address);
  await login.type(wrong(code));
  await expect(login.message(say.wrong)).toBeVisible();
  await expect(login.code).toBeFocused();
  expect(await login.selection()).toBe(wrong(code));
  await login.type(code);
  await login.isSignedInAs(address);
  expect(await inside()).toBe(0);
  await page.reload();
  await login.isSignedInAs(address);
});

test("what was typed before the program arrives is taken over, and so is the focus", async ({ page, open, host, login }) => {
  let release = () => {};
  const held = new Promise<void>((done) => (release = done));
  await page.route("**/widget-full_bg.wasm", async (route) => {
    await held;
    await route.continue();
  });
  await open("plain", { attributes });
  await login.email.fill("ada@example.com");
  release();
  await host.isReady();
  await expect(login.email).toHaveValue("ada@example.com");
  await expect(login.email).toBeFocused();
});

test("a dialog keeps the focus in it", async ({ page, open, host, login, address }) => {
  await open("plain", { attributes: `${attributes} modal open` });
  await host.isReady();
  await expect(login.email).toBeFocused();
  await login.askAndArrive(address);
  await page.keyboard.press("Escape");
  await expect(login.code).toBeHidden();
  await login.element.evaluate((it) => (it as HTMLElement & { show(): void }).show());
  await expect(login.code).toBeFocused();
});

test("it can be turned on and off while somebody types", async ({ open, host, login }) => {
  await open();
  await host.isReady();
  await login.email.fill("ada@example.com");
  await login.element.evaluate((it) => it.setAttribute("render", "shadow"));
  await expect.poll(() => login.element.evaluate((it) => it.childElementCount)).toBe(0);
  await expect(login.email).toHaveValue("ada@example.com");
  await login.element.evaluate((it) => it.removeAttribute("render"));
  await expect.poll(() => login.element.evaluate((it) => it.childElementCount)).toBe(1);
  await expect(login.email).toHaveValue("ada@example.com");
});

test("axe finds nothing, and what is said aloud is said", async ({ page, open, host, login, address }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await open("plain", { attributes });
  await host.isReady();
  const isClean = async () => expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await login.ask("nobody");
  await expect(login.status).toHaveText(say.enterValidAddress);
  await isClean();
  await login.askAndArrive(address);
  await expect(login.status).toHaveText(`Code sent to ${address}.`);
  await isClean();
});

test("a form of the page's own finds the field that keeps it from being sent", async ({ page, open, host, login }) => {
  await open("form", { attributes });
  await host.isReady();
  await page.getByRole("button", { name: "Order" }).click();
  await expect(login.email).toBeFocused();
});

for (const vendor of vendors.filter(({ provider }) => ["hcaptcha", "arkose"].includes(provider)))
  test(`${vendor.provider} finds its place, and leaves it`, async ({ page, login, address }) => {
    const guarded = await Guarded.start(vendor.toml);
    await standIn(page, vendor);
    await page.goto(guarded.site.page("plain", { attributes }));
    const captcha = new Captcha(page);
    await login.ask(address);
    await expect(captcha.box).toBeVisible();
    const [card, box] = await Promise.all([login.element.boundingBox(), captcha.box.boundingBox()]);
    const bottom = (it: typeof card) => (it?.y ?? 0) + (it?.height ?? 0);
    expect(bottom(box), "it is on the card").toBeLessThan(bottom(card));
    await page.evaluate("vendorSays.failed('it is out of order')");
    await expect(login.message("The check didn’t work. Try again in a moment.")).toBeVisible();
    await captcha.tryAgain.click();
    await captcha.box.click();
    await expect(login.code).toBeFocused();
    await login.type(await guarded.inbox.code(address));
    await login.isSignedInAs(address);
    expect(await boxesAlive(page)).toBe(0);
    expect(await login.element.evaluate((it) => it.childElementCount)).toBe(0);
    await guarded.stop();
  });

test("it looks the same", async ({ page, open, host, login }) => {
  await open();
  await host.isReady();
  const plain = await login.element.screenshot({ animations: "disabled" });
  await open("plain", { attributes });
  await expect.poll(() => host.heard("latch-step").length).toBe(2);
  await expect.poll(async () => (await login.element.screenshot({ animations: "disabled" })).equals(plain)).toBe(true);
  expect(await page.evaluate(() => document.querySelectorAll("input").length)).toBe(0);
});
