import { chromium, type Page } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";
import { Login } from "../pages/login.ts";

// Coming back to a page that the browser has kept as it was left (the back/forward cache).

/** A page that leaves for the server in its own way, which keeps it in the history. */
const leavesItself = (page: Page) =>
  page.evaluate(() =>
    document.querySelector("latch-login")?.addEventListener("latch-before-redirect", (event) => {
      event.preventDefault();
      location.assign((event as CustomEvent<{ url: string }>).detail.url);
    }),
  );

test("Back from where a login went finds it ready to go again, and not still on its way", async ({ site }, info) => {
  // Playwright's own browsers go without the cache.
  const { executablePath, args } = info.project.use.launchOptions ?? {};
  const browser = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    ...(args === undefined ? {} : { args }),
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  });
  const page = await browser.newPage();
  const login = new Login(page);
  await page.goto(site.page("plain", { attributes: 'exchange="redirect"' }));
  await expect(login.continue).toBeEnabled();
  await page.evaluate(() => {
    Object.assign(globalThis, { comesBack: 0 });
    addEventListener("pageshow", ({ persisted }) => persisted && Object.assign(globalThis, { comesBack: 1 }));
  });
  await leavesItself(page);
  for (let round = 0; round < 2; round += 1) {
    await login.continue.click();
    await page.waitForURL(/\/login\?/);
    await page.evaluate("history.back()").catch(() => {});
    await expect.poll(() => page.evaluate("globalThis.comesBack").catch(() => 0), "the browser has kept it").toBe(1);
    await expect(login.continue).toHaveText("Continue");
    await login.isIdle();
  }
  await browser.close();
});

test("a page that comes back shows who is signed in now, and keeps what was typed", async ({ page, open, login, host, inbox, address }) => {
  const comesBack = () =>
    page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  await open();
  await host.isReady();
  await login.email.fill(address);
  await comesBack();
  await host.hears("latch-session", 1).catch(() => {});
  await expect(login.email).toHaveValue(address);
  await login.askAndArrive(address);
  const code = await inbox.code(address);
  await login.type(code.slice(0, 2));
  await comesBack();
  await expect(login.code).toHaveValue(code.slice(0, 2));
  await login.code.fill(code);
  await login.isSignedInAs(address);
  // Signed out elsewhere, of which a page that sleeps hears nothing.
  await page.evaluate(() => localStorage.clear());
  await comesBack();
  await login.asksForAddress();
});
