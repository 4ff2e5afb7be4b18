import { expect, test } from "../fixtures/test.ts";
import { PATHS } from "../fixtures/host.ts";
import { Login, wrong } from "../pages/login.ts";
import { say } from "../pages/sentences.ts";
import { Shop, WITH_SEARCH } from "../pages/shop.ts";

// Where the focus goes when the screen changes: on where the user is, and nowhere where they are not.

test.use({ settings: { env: { LATCH_RESEND_SECONDS: "0" } } });

test("who was at a code that expires is taken to the button for another one", async ({ page, open, login, inbox, address }) => {
  await page.clock.install();
  await open();
  await login.askAndArrive(address);
  await inbox.code(address);
  await page.clock.fastForward(181_000);
  await expect(login.message(say.expired)).toBeVisible();
  await expect(login.resend).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(login.code).toBeFocused();
});

test("the last try leads to the button for another code", async ({ page, open, login, inbox, address }) => {
  await open();
  await login.askAndArrive(address);
  const code = await inbox.code(address);
  for (const by of [1, 2, 3]) {
    await expect(login.code).toBeFocused();
    await login.code.fill(wrong(code, by));
    await expect(login.message(by === 1 ? say.wrong : by === 2 ? say.wrongOneLeft : say.outOfTries)).toBeVisible();
  }
  await expect(login.resend).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(login.code).toBeFocused();
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
});

test("a code that expires takes nobody away from the page's own field", async ({ page, open, login, inbox, address }) => {
  const shop = new Shop(page);
  await page.clock.install();
  await open("plain", { instead: WITH_SEARCH });
  await login.askAndArrive(address);
  await inbox.code(address);
  await shop.search.focus();
  await page.clock.fastForward(181_000);
  await expect(login.message(say.expired)).toBeVisible();
  await expect(shop.search).toBeFocused();
});

test("what happens in another tab moves no focus here, and scrolls nothing", async ({ page, context, site, login, host, inbox, address }) => {
  const shop = new Shop(page);
  const shopping = site.page("plain", { instead: WITH_SEARCH });
  // So that the form is out of sight.
  await page.setViewportSize({ width: 640, height: 140 });
  await page.goto(shopping);
  await host.isReady(page);
  const other = await context.newPage();
  await other.goto(shopping);
  const there = new Login(other);
  await shop.search.focus();

  await there.signIn(inbox, address);
  await login.isSignedInAs(address);
  await expect(shop.search).toBeFocused();
  await there.signOut.click();
  await login.asksForAddress();
  await expect(shop.search).toBeFocused();

  await shop.blur();
  await there.signIn(inbox, address);
  await login.isSignedInAs(address);
  await shop.hasNoFocus();
  await there.signOut.click();
  await login.asksForAddress();
  await shop.hasNoFocus();
  expect(await page.evaluate(() => scrollY)).toBe(0);

  // Who is in here goes on in here.
  await login.email.focus();
  await there.signIn(inbox, address);
  await login.isSignedInAs(address);
  await expect(login.heading(say.signedIn)).toBeFocused();
  await there.signOut.click();
  await login.asksForAddress();
  await expect(login.email).toBeFocused();
});

test("a page that starts the login over, or signs its user out, keeps its focus", async ({ page, open, login, inbox, address }) => {
  const shop = new Shop(page);
  await open("plain", { instead: WITH_SEARCH });
  await login.askAndArrive(address);
  await inbox.code(address);
  await shop.blur();
  await login.element.evaluate((it) => (it as HTMLElement & { reset(): void }).reset());
  await login.asksForAddress();
  await shop.hasNoFocus();

  await login.signIn(inbox, address);
  await shop.blur();
  await login.element.evaluate((it) => (it as HTMLElement & { logout(): void }).logout());
  await login.asksForAddress();
  await shop.hasNoFocus();
});

test("who pressed here and has the focus nowhere is taken along; who went elsewhere meanwhile is not", async ({ page, open, login, address }) => {
  const shop = new Shop(page);
  let answer = () => {};
  await page.route(`**${PATHS.start}`, async (route) => {
    await new Promise<void>((done) => (answer = done));
    await route.continue();
  });
  await open("plain", { instead: WITH_SEARCH });
  await login.ask(address);
  await expect(login.busy).toHaveCount(1);
  await shop.blur();
  answer();
  await expect(login.code).toBeFocused();

  await login.back.click();
  await login.ask(address);
  await expect(login.busy).toHaveCount(1);
  await shop.search.focus();
  answer();
  await expect(login.code).toBeVisible();
  await expect(shop.search).toBeFocused();
});
