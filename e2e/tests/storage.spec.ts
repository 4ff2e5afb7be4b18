import { expect, test } from "../fixtures/test.ts";
import { PATHS } from "../fixtures/host.ts";
import { Login } from "../pages/login.ts";
import { say } from "../pages/sentences.ts";

const SESSION = "latch.session.demo";

test("where storage is blocked, login works and lasts as long as the page", async ({
  page,
  open,
  host,
  login,
  inbox,
  address,
}) => {
  await page.addInitScript(() => {
    const blocked = {
      get() {
        throw new DOMException("Access is denied for this document.", "SecurityError");
      },
    };
    Object.defineProperty(globalThis, "localStorage", blocked);
    Object.defineProperty(globalThis, "sessionStorage", blocked);
  });
  await open();
  await login.askAndArrive(address);
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
  await host.authenticated();

  // Taken away and put back, it still knows who is signed in.
  await login.element.evaluate(async (it) => {
    const { parentElement } = it;
    it.remove();
    await new Promise(requestAnimationFrame);
    parentElement?.append(it);
  });
  await login.isSignedInAs(address);

  await page.reload();
  await login.asksForAddress();
});

test("where storage is full, login works and lasts as long as the page", async ({
  page,
  open,
  host,
  login,
  inbox,
  address,
}) => {
  await open("empty");
  const filled = await page.evaluate(() => {
    for (const storage of [localStorage, sessionStorage])
      for (let size = 1 << 22; size >= 1; size >>= 1)
        try {
          for (let i = 0; ; i += 1) storage.setItem(`${size}.${i}`, "x".repeat(size));
        } catch {
          // A smaller piece may still fit.
        }
    try {
      localStorage.setItem("latch", "one more");
      return "room left";
    } catch (error) {
      return (error as DOMException).name;
    }
  });
  expect(filled).toBe("QuotaExceededError");
  await open();
  await login.askAndArrive(address);
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
  await host.authenticated();
  expect(await page.evaluate((key) => localStorage.getItem(key), SESSION)).toBeNull();
  expect(
    await login.element.evaluate((it) => (it as unknown as { getAccessToken(): Promise<string> }).getAccessToken()),
  ).toEqual(expect.any(String));
});

for (const [storage, places, survives] of [
  ["local", [1, 0], true],
  ["session", [0, 1], true],
  ["memory", [0, 0], false],
] as const)
  test(`storage="${storage}" keeps the session where it says`, async ({
    page,
    open,
    login,
    inbox,
    address,
  }) => {
    await open("plain", { attributes: `storage="${storage}"` });
    await login.askAndArrive(address);
    await login.type(await inbox.code(address));
    await login.isSignedInAs(address);
    expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual(places);
    await page.reload();
    await (survives ? login.isSignedInAs(address) : login.asksForAddress());
  });

for (const [what, value] of [
  ["no JSON", "{"],
  ["JSON of another shape", '{"tokens":42}'],
  ["null", "null"],
  ["a session that ran out", '{"tokens":{"access_token":"x"},"identifier":"ada@example.com","expires_at":1}'],
] as const)
  test(`a stored session that is ${what} is as good as none`, async ({ page, open, host, login }) => {
    await open("empty");
    await page.evaluate(([key, value]) => localStorage.setItem(key, value), [SESSION, value] as const);
    await open();
    await login.asksForAddress();
    await host.isReady();
    await login.asksForAddress();
    expect(host.heard("latch-session")).toEqual([]);
  });

test("signing in and out in one tab does so in the other", async ({
  context,
  page,
  open,
  host,
  login,
  inbox,
  address,
}) => {
  await open();
  const otherPage = await context.newPage();
  const other = new Login(otherPage);
  await otherPage.goto(page.url());
  await host.isReady(otherPage);

  await login.askAndArrive(address);
  // The other tab may be in the middle of something of its own.
  await other.email.fill("grace@example.com");
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
  await other.isSignedInAs(address);
  expect(host.heard("latch-session", otherPage)).toMatchObject([{ user: { email: address } }]);
  expect(host.heard("authenticated", otherPage), "told of a session, not of a login").toEqual([]);
  await expect(other.status, "nothing is said aloud in a tab that nobody looks at").toHaveText("");

  await other.signOut.click();
  await other.asksForAddress();
  await login.asksForAddress();
  expect(host.heard("latch-session", page).at(-1)).toEqual({ user: null });
});

test("a tab that waits for its code is taken along when another tab signs in", async ({
  context,
  page,
  open,
  host,
  login,
  inbox,
  address,
}) => {
  await open();
  const otherPage = await context.newPage();
  const other = new Login(otherPage);
  await otherPage.goto(page.url());
  await other.askAndArrive(address.replace("ada", "grace"));
  await page.bringToFront();
  await login.askAndArrive(address);
  await login.type(await inbox.code(address));
  await other.isSignedInAs(address);
  expect(host.heard("authenticated", otherPage)).toEqual([]);
  expect(await otherPage.evaluate(() => sessionStorage.length)).toBe(0);
});

test("clearing the site's data in one tab signs out the other", async ({
  context,
  page,
  open,
  host,
  login,
  inbox,
  address,
}) => {
  await open();
  await login.askAndArrive(address);
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
  const otherPage = await context.newPage();
  await otherPage.goto(page.url().replace("plain", "empty"));
  await otherPage.evaluate(() => localStorage.clear());
  await login.asksForAddress();
  expect(host.sent(PATHS.revoke)).toHaveLength(0);
  await expect(login.heading(say.signIn)).toBeVisible();
});
