import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";

// Themes, and what a page says above the form.

const THEMES = ["latch", "soft", "sharp", "mono", "contrast", "auto"];
/** What a page may call its own: from a brand's yellow to nearly black. */
const ACCENTS = ["#ffd400", "#001a66", "#e00034", "#777", "#00c2a8", "#fff", "#000"];

/** Pairs that have to be told apart, and by how much (WCAG 2.2, 1.4.3 and 1.4.11). */
const PAIRS: [string, string, number][] = [
  ["ink", "card", 4.5],
  ["ink-2", "card", 4.5],
  ["ink-3", "card", 4.5],
  ["on-accent", "accent", 4.5],
  ["link", "card", 4.5],
  ["error", "card", 4.5],
  ["ink", "field", 4.5],
  ["success", "card", 3],
  ["edge", "card", 3],
  ["edge", "field", 3],
];

/** The contrasts that are too low, measured on what the browser makes of the sheet. */
const tooLow = (page: Page, pairs: typeof PAIRS) =>
  page.locator("latch-login").evaluate((it, pairs) => {
    const probe = document.createElement("i");
    it.shadowRoot?.append(probe);
    const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    if (!context) throw new Error("no canvas");
    const luminance = (token: string) => {
      probe.style.color = token === "link" ? "var(--l-link, var(--l-accent))" : `var(--l-${token})`;
      context.fillStyle = getComputedStyle(probe).color;
      context.fillRect(0, 0, 1, 1);
      const [r = 0, g = 0, b = 0] = [...context.getImageData(0, 0, 1, 1).data]
        .slice(0, 3)
        .map((byte) => byte / 255)
        .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const found = pairs.flatMap(([one, other, least]) => {
      const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
      const contrast = (lighter + 0.05) / (darker + 0.05);
      return contrast < least ? [`${one} on ${other}: ${contrast.toFixed(2)}`] : [];
    });
    probe.remove();
    return found;
  }, pairs);

test("every theme can be read, light and dark, and with any accent where it follows the page's", async ({
  page,
  open,
  host,
  login,
}) => {
  await open("plain", { attributes: 'theme="soft"' });
  await host.isReady();
  const backgrounds = new Set<string>();
  for (const theme of THEMES)
    for (const scheme of ["light", "dark"]) {
      await login.element.evaluate((it, all) => Object.assign(it, all), { theme, scheme });
      await login.asksForAddress();
      expect(await login.element.evaluate((it) => getComputedStyle(it).colorScheme)).toBe(scheme);
      expect(await tooLow(page, PAIRS), `${theme} ${scheme}`).toEqual([]);
      backgrounds.add(await login.continue.evaluate((it) => getComputedStyle(it).backgroundColor));
      for (const accent of theme === "auto" ? ACCENTS : []) {
        await login.element.evaluate((it, accent) => (it as HTMLElement).style.setProperty("--latch-accent", accent), accent);
        expect(await tooLow(page, PAIRS), `${accent} ${scheme}`).toEqual([]);
        await login.element.evaluate((it) => (it as HTMLElement).style.removeProperty("--latch-accent"));
      }
    }
  expect(backgrounds.size, "themes differ").toBe(10);
});

/** What whoever asks for more contrast is given (WCAG 2.2, 1.4.6): what is written at 7:1, also on what is pressed. */
const MORE: typeof PAIRS = [
  ["ink", "card", 7],
  ["ink-2", "card", 7],
  ["ink-3", "card", 7],
  ["on-accent", "accent", 7],
  ["link", "card", 7],
  ["error", "card", 7],
  ["ink", "field", 7],
  ["success", "card", 4.5],
  ["edge", "card", 4.5],
  ["edge-quiet", "card", 3],
  ["hairline", "card", 3],
];

test("whoever asks for more contrast gets it: as the page is, and under every theme and scheme", async ({ page, open, host, login }) => {
  await open();
  await host.isReady();
  expect(host.requests.some((request) => request.url().endsWith("latch-full.css"))).toBe(false);
  expect(await tooLow(page, MORE), "there is more to be had").not.toEqual([]);

  await page.emulateMedia({ contrast: "more" });
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ contrast: "more", colorScheme });
    await open();
    await login.asksForAddress();
    expect(await tooLow(page, MORE), `the page as it is, ${colorScheme}`).toEqual([]);
  }
  for (const theme of THEMES)
    for (const scheme of ["auto", "light", "dark"]) {
      await login.element.evaluate((it, all) => Object.assign(it, all), { theme, scheme });
      await login.asksForAddress();
      // What is on an accent that a theme follows is black or white, whichever is the better one: no more can be had.
      const pairs = MORE.filter(([one]) => theme !== "auto" || one !== "on-accent");
      expect(await tooLow(page, pairs), `${theme} ${scheme}`).toEqual([]);
    }
});

test("a scheme of the page's own comes before the system's", async ({ page, open, login }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await open("plain", { attributes: 'scheme="light"' });
  await login.asksForAddress();
  expect(await login.element.evaluate((it) => getComputedStyle(it).colorScheme)).toBe("light");
  await expect(login.email).toHaveCSS("background-color", "rgb(255, 255, 255)");
});

test("a message of the page's own is shown and said, and loses nothing of what was typed", async ({
  open,
  host,
  login,
  inbox,
  address,
}) => {
  await open();
  await login.askAndArrive(address);
  await login.type((await inbox.code(address)).slice(0, 3));
  await login.flash({ type: "success", text: "Your order is safe: <b>sign in</b> to see it." });
  const message = login.element.getByRole("status").filter({ hasText: "Your order is safe: <b>sign in</b> to see it." });
  await expect(message).toBeVisible();
  await expect(login.code).toHaveValue(/^\d{3}$/);
  await expect(login.code).toBeFocused();
  await login.flash(null);
  await expect(message).toHaveCount(0);
  for (const wrong of [{ type: "loud", text: "!" }, { type: "loud", text: "!" }, "text", { type: "info" }])
    await login.flash(wrong);
  await expect.poll(() => host.console.filter((text) => text.includes("flash"))).toEqual([
    '<latch-login>: flash has the type "loud", which is none of info, success, error; nothing is shown',
    "<latch-login>: flash is string, and not an object of type and text; nothing is shown",
    "<latch-login>: flash has no text; nothing is shown",
  ]);
});

test("of the three kinds of messages each has a sign of its own, and an error is told at once", async ({ page, open, login }) => {
  await page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
  await open();
  await login.asksForAddress();
  const signs = new Set<string>();
  for (const [type, role] of [["info", "status"], ["success", "status"], ["error", "alert"], ["info", "status"]] as const) {
    await login.flash({ type, text: `This is ${type}.` });
    const message = login.element.getByRole(role).filter({ hasText: `This is ${type}.` });
    await expect(message).toBeVisible();
    await expect(login.element.locator("[part=flash]"), "the one before is gone").toHaveCount(1);
    // In forced colours, where all have the same: what is drawn differs.
    const box = await message.boundingBox();
    if (!box) throw new Error("nothing is shown");
    signs.add((await page.screenshot({ clip: { ...box, width: 40 } })).toString("base64"));
  }
  expect(signs.size).toBe(3);
});

test("what is wrong with a message of the page's own is told to the page's logger", async ({ open, host, login }) => {
  await open();
  const told = await login.element.evaluate(async (it) => {
    const told: string[] = [];
    const logger = { warn: (...all: unknown[]) => told.push(all.join(" ")) };
    for (const [to, type] of [[logger, "shrill"], [null, "faint"]] as const) {
      Object.assign(it, { logger: to, flash: { type, text: "!" } });
      await new Promise((done) => setTimeout(done, 500));
    }
    return told;
  });
  expect(told).toEqual([expect.stringMatching(/^<latch-login>: flash has the type "shrill"/)]);
  expect(host.console.filter((text) => text.includes("flash"))).toEqual([]);
});

test("a changed heading or logo keeps a half-typed code", async ({ open, host, login, inbox, address }) => {
  await open();
  await login.askAndArrive(address);
  const code = await inbox.code(address);
  await login.type(code.slice(0, 4));
  await login.element.evaluate((it) => Object.assign(it, { heading: "Sign in to Acme", logo: "logo.svg" }));
  await host.hears("latch-step", 3);
  await expect(login.code).toHaveValue(code.slice(0, 4));
  await expect(login.code).toBeFocused();
  await login.type(code.slice(4));
  await login.isSignedInAs(address);
});

test("a changed hint is taken where nobody has typed over the one before", async ({ open, host, login }) => {
  await open("plain", { attributes: 'login-hint="ada@example.com"' });
  await host.isReady();
  const hint = (loginHint: string) => login.element.evaluate((it, all) => Object.assign(it, all), { loginHint });
  await hint("grace@example.com");
  await expect(login.email).toHaveValue("grace@example.com");
  await host.hears("latch-step", 2);
  await login.email.fill("mine@example.com");
  await hint("ada@example.com");
  await host.hears("latch-step", 3);
  await expect(login.email).toHaveValue("mine@example.com");
});
