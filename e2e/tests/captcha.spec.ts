import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { blockVendors, Guarded, standIn, vendors } from "../fixtures/captcha.ts";
import { PATHS } from "../fixtures/host.ts";
import { expect, test } from "../fixtures/test.ts";
import { boxesAlive, Captcha } from "../pages/captcha.ts";
import { Login } from "../pages/login.ts";
import { say } from "../pages/sentences.ts";

// The server asks everybody for a captcha before it sends a code. Third parties are played by stand-ins, at
// the addresses that their scripts have; everything else is real.

const folder = join(import.meta.dirname, "../screenshots");
const CHALLENGE = "/passwordless/challenge";

/** A server with these rules, for as long as something is done with it. */
const guarded = async (rules: string, work: (guarded: Guarded) => Promise<void>): Promise<void> => {
  const guarded = await Guarded.start(rules);
  try {
    await work(guarded);
  } finally {
    await guarded.stop();
  }
};

const turnstile = vendors.find(({ provider }) => provider === "turnstile")!;

const picture = async (page: Page, name: string): Promise<void> => {
  await mkdir(folder, { recursive: true });
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ reducedMotion: "reduce", colorScheme });
    await page.screenshot({ path: join(folder, `captcha-${name}-${colorScheme}.png`), animations: "disabled" });
  }
  await page.emulateMedia({ reducedMotion: null, colorScheme: null });
};

test("a proof of work is done by the browser, and its user only waits a moment", ({ page, host, login, address }) =>
  guarded('provider = "proof_of_work"', async ({ site, inbox }) => {
    await page.goto(site.page("plain"));
    await login.askAndArrive(address);
    // The typed address was kept while the full edition took over.
    expect(host.sent(PATHS.start).map((it) => it.postDataJSON().email)).toEqual(
      host.sent(PATHS.start).map(() => address),
    );
    const solved = host.sent(PATHS.start).at(-1)?.postDataJSON().captcha as string;
    expect(solved).toMatch(/^[\w-]+\.[\w-]+\.\d+$/);
    expect(page.workers(), "the worker is gone").toHaveLength(0);
    await login.type(await inbox.code(address));
    await login.isSignedInAs(address);
  }));

test("while the browser works it says so, and another code asks it to work again", ({ page, login, address }) =>
  guarded('provider = "proof_of_work"\ndifficulty = 19', async ({ site, server, inbox }) => {
    await page.clock.install();
    await page.goto(site.page("plain"));
    await login.ask(address);
    const checking = login.element.getByRole("button", { name: "Checking your browser" });
    await expect(checking).toBeVisible({ timeout: 20_000 });
    await expect(login.status).toHaveText("Checking your browser");
    await picture(page, "proof-of-work");
    await expect(login.code).toBeFocused({ timeout: 30_000 });
    await inbox.code(address);
    await page.clock.fastForward(31_000);
    await login.resend.click();
    await expect(login.message(say.resent)).toBeVisible({ timeout: 40_000 });
    expect(server.origin).toBeTruthy();
  }));

test.describe("where no worker may run", () => {
  const policy = (server: string, site: string, types: string) =>
    [
      "default-src 'none'",
      `script-src ${site} ${server} 'wasm-unsafe-eval'`,
      `connect-src ${server}`,
      "style-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      types,
    ].join("; ");
  for (const types of ["trusted-types 'none'; require-trusted-types-for 'script'", ""])
    test(`the page solves it itself, under a strict policy ${types && "with trusted types"}`, ({
      page,
      host,
      login,
      address,
    }) =>
      guarded('provider = "proof_of_work"', async ({ site, server, inbox }) => {
        const headers = { "Content-Security-Policy": policy(server.origin, site.origin, types) };
        await page.goto(site.page("strict", { headers }));
        await login.askAndArrive(address);
        await login.type(await inbox.code(address));
        await login.isSignedInAs(address);
        // The one thing that was tried and forbidden.
        const directives = host.violations.map((it) => JSON.parse(it).violatedDirective);
        for (const directive of directives) expect(["worker-src", "trusted-types"]).toContain(directive);
        expect(directives.length).toBeLessThanOrEqual(1);
        host.violations.length = 0;
      }));
});

for (const vendor of vendors)
  test(`${vendor.provider} leads to a code, and nothing of it stays`, ({ page, host, login, address }) =>
    guarded(vendor.toml, async ({ site, inbox, asked }) => {
      await standIn(page, vendor);
      await page.goto(site.page("plain"));
      const captcha = new Captcha(page);
      await login.ask(address);
      await expect(captcha.heading).toBeVisible();
      await expect(captcha.box).toContainText(vendor.provider === "arkose" ? "en" : "site-key");
      if (vendor === turnstile) await picture(page, "third-party");
      await captcha.box.click();
      await expect(login.code).toBeFocused();
      await login.type(await inbox.code(address));
      await login.isSignedInAs(address);
      expect(await boxesAlive(page)).toBe(0);
      expect(asked).toHaveLength(1);
      const origins = new Set(host.requests.map((request) => new URL(request.url()).hostname));
      expect([...origins].filter((name) => !["127.0.0.1", "localhost"].includes(name))).toHaveLength(1);
    }));

for (const vendor of vendors)
  test(`${vendor.provider} may give up, which is told, and the next try leads to a code`, ({ page, login, address }) =>
    guarded(vendor.toml, async ({ site, inbox }) => {
      await standIn(page, vendor);
      await page.goto(site.page("plain"));
      const captcha = new Captcha(page);
      await login.ask(address);
      await expect(captcha.box).toBeVisible();
      await page.evaluate("vendorSays.failed('it is out of order')");
      await expect(login.message("The check didn’t work. Try again in a moment.")).toBeVisible();
      expect(await boxesAlive(page)).toBe(0);
      await captcha.tryAgain.click();
      await captcha.box.click();
      await expect(login.code).toBeFocused();
      await login.type(await inbox.code(address));
      await login.isSignedInAs(address);
    }));

for (const vendor of vendors.filter(({ provider }) => /captcha_v2|hcaptcha/.test(provider)))
  test(`${vendor.provider} begins anew where its answer has run out`, ({ page, login, address }) =>
    guarded(vendor.toml, async ({ site }) => {
      await standIn(page, vendor);
      await page.goto(site.page("plain"));
      const captcha = new Captcha(page);
      await login.ask(address);
      await expect(captcha.box).toBeVisible();
      await page.evaluate("vendorSays.expired()");
      if (vendor.provider === "hcaptcha") await page.evaluate("vendorSays.failed('challenge-closed')");
      expect(await page.evaluate("vendorResets")).toBe(1);
      await captcha.box.click();
      await expect(login.code).toBeFocused();
    }));

test("a sum is read off the picture, and a wrong answer brings another one", ({ page, login, address }) =>
  guarded('provider = "math"', async (guarded) => {
    await page.goto(guarded.site.page("plain"));
    const captcha = new Captcha(page);
    await login.ask(address);
    await expect(captcha.sum).toBeEditable();
    await expect(captcha.picture).toBeVisible();
    await picture(page, "sum");
    await captcha.continue.click();
    await expect(login.message("Enter what the picture asks for.")).toBeVisible();
    await expect(captcha.sum).toBeFocused();
    guarded.sum();
    await captcha.sum.fill("999");
    await captcha.sum.press("Enter");
    await expect(login.message("That wasn’t right. Try this one.")).toBeVisible();
    await expect(captcha.sum).toBeFocused();
    guarded.sum();
    await expect(captcha.sum).toHaveValue("");
    await captcha.refresh.click();
    await expect(captcha.sum).toBeFocused();
    await captcha.sum.fill(guarded.sum());
    await captcha.sum.press("Enter");
    await expect(login.code).toBeFocused();
    await login.type(await guarded.inbox.code(address));
    await login.isSignedInAs(address);
  }));

test("who cannot read a picture has the browser work instead, and axe finds nothing on the way", ({
  page,
  login,
  address,
}) =>
  guarded('provider = "image"\nalternative = true', async ({ site, inbox }) => {
    await page.goto(site.page("plain"));
    const captcha = new Captcha(page);
    await login.ask(address);
    await expect(captcha.characters).toBeFocused();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ reducedMotion: "reduce", colorScheme });
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${colorScheme}: ${id}: ${nodes[0]?.failureSummary}`)).toEqual([]);
    }
    await picture(page, "image");
    await page.setViewportSize({ width: 280, height: 700 });
    await picture(page, "image-narrow");
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(beyond).toBeLessThanOrEqual(0);
    await captcha.alternative.click();
    await expect(login.code).toBeFocused();
    await login.type(await inbox.code(address));
    await login.isSignedInAs(address);
  }));

test("the captcha is there from right to left, too", ({ page, address }) =>
  guarded('provider = "image"\nalternative = true', async ({ site }) => {
    await page.goto(site.page("rtl"));
    const login = new Login(page, undefined, "ar");
    const captcha = new Captcha(page, "ar");
    await login.ask(address);
    await expect(captcha.heading).toBeVisible();
    await expect(captcha.refresh).toBeVisible();
    await picture(page, "image-rtl");
  }));

test("a script that is blocked is told of, tried again, and then the server decides", ({ page, host, login, address }) =>
  guarded(`${turnstile.toml}\nbypass = true`, async ({ site, inbox }) => {
    await blockVendors(page);
    await page.goto(site.page("plain"));
    const captcha = new Captcha(page);
    await login.ask(address);
    await expect(login.message(/^The check didn’t load\./)).toBeVisible();
    await picture(page, "failed");
    await captcha.tryAgain.click();
    await expect(login.code).toBeFocused();
    expect(host.sent(PATHS.start).at(-1)?.postDataJSON().captcha).toBe("BYPASS_CAPTCHA");
    await login.type(await inbox.code(address));
    await login.isSignedInAs(address);
  }));

test("where the server insists, the form stays open for another try, and for the way back", ({ page, login, address }) =>
  guarded(turnstile.toml, async ({ site, inbox }) => {
    await blockVendors(page);
    await page.goto(site.page("plain"));
    const captcha = new Captcha(page);
    await login.ask(address);
    await captcha.tryAgain.click();
    await expect(login.message(/^The check didn’t load\./)).toBeVisible();
    await login.back.click();
    await expect(login.email).toHaveValue(address);
    // The blocker is switched off.
    await page.unrouteAll();
    await standIn(page, turnstile);
    await login.continue.click();
    await captcha.box.click();
    await expect(login.code).toBeFocused();
    await login.type(await inbox.code(address));
    await login.isSignedInAs(address);
  }));

test("with a proof of work at hand nobody notices that a script is blocked", ({ page, login, address }) =>
  guarded(`${turnstile.toml}\nalternative = true`, async ({ site, inbox }) => {
    await blockVendors(page);
    await page.goto(site.page("plain"));
    await login.ask(address);
    await expect(login.code).toBeFocused();
    await login.type(await inbox.code(address));
    await login.isSignedInAs(address);
  }));

test("offline in the middle is told where the code was asked for", ({ page, context, login, address }) =>
  guarded('provider = "math"', async (guarded) => {
    await page.goto(guarded.site.page("plain"));
    const captcha = new Captcha(page);
    await login.ask(address);
    await expect(captcha.sum).toBeEditable();
    await context.setOffline(true);
    await captcha.sum.fill("1");
    await captcha.sum.press("Enter");
    await expect(login.message(say.offline)).toBeVisible();
    await expect(login.email).toHaveValue(address);
    await context.setOffline(false);
    await login.continue.click();
    await expect(captcha.sum).toBeEditable();
  }));

test("a captcha that leaves with its element leaves nothing behind", ({ page, host, login, address }) =>
  guarded(turnstile.toml, async ({ site }) => {
    await standIn(page, turnstile);
    await page.goto(site.page("plain"));
    const captcha = new Captcha(page);
    await login.ask(address);
    await expect(captcha.box).toBeVisible();
    expect(await boxesAlive(page)).toBe(1);
    await login.element.evaluate((it) => it.remove());
    await expect.poll(() => boxesAlive(page)).toBe(0);
    expect(host.sent(CHALLENGE)).toHaveLength(1);
  }));

test("captcha=off asks for none, says that there is no way on, and tells the developer why", ({ page, host, login, address }) =>
  guarded('provider = "proof_of_work"', async ({ site }) => {
    await page.goto(site.page("plain", { attributes: 'captcha="off"' }));
    await login.ask(address);
    await expect(login.message(say.notAllowed)).toBeVisible();
    expect(host.sent(CHALLENGE)).toHaveLength(0);
    expect(host.console.join()).toContain('captcha="off"');
  }));
