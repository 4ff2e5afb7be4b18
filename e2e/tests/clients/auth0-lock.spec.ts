import { expect, test as base } from "../../fixtures/clients.ts";
import { Lock } from "../../pages/auth0-lock.ts";
import { wrong } from "../../pages/login.ts";
import { ServerPage } from "../../pages/server.ts";

// Auth0's Lock Passwordless as npm has it, bundled as customers do, on a customer's page.

const test = base.extend<{ options: Record<string, unknown>; lock: Lock }>({
  options: [{ allowedConnections: ["email"] }, { option: true }],
  lock: async ({ page, host, tenant, shop, options }, use) => {
    // Pictures of Auth0's and Gravatar's, which are nothing to the login.
    await page.route(/^https:\/\/(cdn|[\w.]+)\.(auth0|gravatar)\.com\//, (route) => route.abort());
    const settings = { domain: tenant.domain, options };
    await page.addInitScript((settings) => Object.assign(globalThis, { settings }), settings);
    await page.goto(shop.page("lock"));
    await use(new Lock(page));
    // Lock's own mistake when it shows its last screen: its React components take a transition for an element.
    const others = host.errors.filter((error) => !/querySelector is not a function\n.*auth0-lock\.js/.test(error));
    host.errors.splice(0, Number.POSITIVE_INFINITY, ...others);
  },
});

test("an address and a code, and the page has its user", async ({ lock, host, address, tenant }) => {
  await lock.enter(lock.email, address);
  await lock.enter(lock.code, await tenant.code(address));
  await expect(lock.user).toHaveText(address);
  expect(host.sent("/client/classic.js")).toHaveLength(2);
  expect(host.sent("/co/authenticate")).toHaveLength(1);
});

test("a wrong code is refused, and the right one is still good", async ({ lock, address, tenant }) => {
  await lock.enter(lock.email, address);
  const code = await tenant.code(address);
  await lock.enter(lock.code, wrong(code));
  await expect(lock.error).toBeVisible();
  await expect(lock.user).toHaveText("invalid_user_password");
  await lock.enter(lock.code, code);
  await expect(lock.user).toHaveText(address);
});

test.describe("that stays on its page", () => {
  test.use({ options: { allowedConnections: ["email"], auth: { redirect: false } } });

  test("has its user without leaving it", async ({ lock, host, address, tenant }) => {
    await lock.enter(lock.email, address);
    await lock.enter(lock.code, await tenant.code(address));
    await expect(lock.user).toHaveText(address);
    expect(host.sent("/client/classic.js"), "the page was loaded once").toHaveLength(1);
  });
});

test.describe("with phone numbers", () => {
  test.use({ options: { allowedConnections: ["sms"] } });

  test("takes a number of the country that it was told, and the code that is sent there", async ({ lock, tenant, host }) => {
    await lock.enter(lock.phone, "4155550165");
    await lock.enter(lock.code, await tenant.code("+14155550165"));
    await expect(lock.user).toHaveText("+14155550165");
    expect(host.sent("/user/geoloc/country").length).toBeGreaterThan(0);
  });
});

test.describe("with links", () => {
  test.use({ options: { allowedConnections: ["email"], passwordlessMethod: "link" } });

  test("has a link sent, which leads back to the page", async ({ page, lock, address, tenant }) => {
    await lock.enter(lock.email, address);
    await page.goto(await tenant.link(address));
    await new ServerPage(page).signIn.click();
    await expect(lock.user).toHaveText(address);
  });
});
