import { expect, test } from "../../fixtures/clients.ts";
import { DropIn } from "../../pages/drop-in.ts";
import { Lock } from "../../pages/auth0-lock.ts";
import { wrong } from "../../pages/login.ts";

// Lock's events: their names, their order and what they tell, with the real Lock of npm as the measure.

type Told = [string, ...unknown[]][];

const options = {
  allowedConnections: ["email"],
  auth: { redirect: false, responseType: "token id_token" },
};

/** Where the page has the real one: the same page, with another address of the script. */
const real = { instead: { "http://localhost:4000/lock.js": "/npm/auth0-lock.js" } };

/** What differs on purpose: Lock never told of a code's submission, and makes its frame's result up from what it sent. */
const comparable = (told: Told): string[] =>
  told.map(([name]) => name).filter((name) => name !== "vcode submit" && name !== "ssodata fetched");

const first = (told: Told, name: string): Record<string, unknown> =>
  (told.find(([it]) => it === name)?.[1] ?? {}) as Record<string, unknown>;

test("a login tells what the real Lock tells, in its order and with its payloads", async ({
  page,
  host,
  shop,
  tenant,
  address,
}) => {
  const story = async (
    lock: DropIn,
    steps: { ask: () => Promise<void>; enter: (code: string) => Promise<void> },
  ) => {
    await steps.ask();
    await lock.hears("vcode ready");
    const code = await tenant.code(address);
    await steps.enter(wrong(code));
    await lock.hears("authorization_error");
    await steps.enter(code);
    await lock.hears("authenticated");
    return lock.told();
  };

  const ours = new DropIn(page, shop.page("drop-in"), () => tenant.domain);
  const known = { ...options, auth: { ...options.auth, redirectUrl: shop.page("drop-in") } };
  await ours.open(known, { clientId: "classic" });
  const told = await story(ours, {
    ask: () => ours.login.ask(address),
    enter: async (code) => {
      await ours.login.code.fill(code);
    },
  });

  await page.route(/^https:\/\/(cdn|[\w.]+)\.(auth0|gravatar)\.com\//, (route) => route.abort());
  const theirs = new DropIn(page, shop.page("drop-in", real), () => tenant.domain);
  const lock = new Lock(page);
  await theirs.open(known, { clientId: "classic" });
  const measure = await story(theirs, {
    ask: () => lock.enter(lock.email, address),
    enter: (code) => lock.enter(lock.code, code),
  });
  host.errors.length = 0;

  expect(comparable(told)).toEqual(comparable(measure));
  expect(comparable(told)).toEqual([
    "show",
    "socialOrEmail ready",
    "socialOrEmail submit",
    "vcode ready",
    "authorization_error",
    "authenticated",
  ]);
  expect(told.filter(([name]) => name === "vcode submit")).toHaveLength(2);

  const refusal = first(measure, "authorization_error");
  expect(first(told, "authorization_error")).toEqual({ ...refusal, description: expect.any(String) });
  const [result, expected] = [first(told, "authenticated"), first(measure, "authenticated")];
  expect(Object.keys(result).sort()).toEqual(Object.keys(expected).sort());
  const kinds = (it: Record<string, unknown>) =>
    Object.fromEntries(
      ["accessToken", "idToken", "idTokenPayload", "expiresIn", "tokenType"].map((key) => [
        key,
        typeof it[key],
      ]),
    );
  expect(kinds(result)).toEqual(kinds(expected));
  // The real one writes the claims' names in its own way here, and as they are elsewhere. Ours are as they are.
  expect(expected.idTokenPayload).toHaveProperty("emailVerified");
  expect(result.idTokenPayload).toMatchObject({ email: address, email_verified: true, aud: "classic" });
});

test("what the server refuses to send is told, for email as for SMS", async ({
  page,
  shop,
  tenant,
  host,
}) => {
  const body = { error: "too_many_requests", error_description: "Slow down" };
  for (const [connection, value] of [
    ["email", "ada@example.com"],
    ["sms", "+4741234567"],
  ] as const) {
    const lock = new DropIn(page, shop.page("drop-in"), () => tenant.domain);
    await lock.open({ allowedConnections: [connection] }, { clientId: "classic" });
    await page.route("**/passwordless/start", (route) =>
      route.fulfill({ status: 429, json: body, headers: { "access-control-allow-origin": shop.origin } }),
    );
    await (connection === "email" ? lock.login.email : lock.login.phone).fill(value);
    await page.keyboard.press("Enter");
    expect(await lock.hears("authorization_error")).toEqual({
      error: "too_many_requests",
      description: "Slow down",
    });
    const name = connection === "email" ? "socialOrEmail" : "socialOrPhoneNumber";
    expect((await lock.names()).filter((it) => it.startsWith("social"))).toEqual([
      `${name} ready`,
      `${name} submit`,
    ]);
    await page.unrouteAll();
  }
  expect(host.errors).toEqual([]);
});

test("a blocked user, one who declined and one whom a rule refuses have Lock's codes", async ({
  page,
  shop,
  tenant,
  address,
}) => {
  const lock = new DropIn(page, shop.page("drop-in"), () => tenant.domain);
  for (const [description, code] of [
    ["user is blocked", "blocked_user"],
    ["access_denied", "lock.unauthorized"],
    ["Not on Sundays", "rule_error"],
  ] as const) {
    await lock.open(options, { clientId: "classic" });
    await lock.run("sessionStorage.clear()");
    await page.route("**/oauth/token", (route) =>
      route.fulfill({
        status: 401,
        json: { error: "unauthorized", error_description: description },
        headers: { "access-control-allow-origin": shop.origin },
      }),
    );
    await lock.login.askAndArrive(address);
    await lock.login.type("123456");
    expect(await lock.hears("authorization_error")).toEqual({ code, error: code, description });
    await page.unrouteAll();
    await lock.run("lock.hide()");
  }
});

test("a page that listens to nothing is told of what cannot be shown by an error in its console", async ({
  page,
  host,
  shop,
  tenant,
}) => {
  const lock = new DropIn(page, shop.page("drop-in"), () => tenant.domain);
  // By whatever address it is tried.
  await page.route(/\/latch\.js/, (route) => route.abort());
  const thrown = page.waitForEvent("pageerror");
  await lock.open(options, { clientId: "classic", shows: false });
  await lock.run("lock.removeAllListeners('unrecoverable_error').show()");
  expect((await thrown).message).toBe("The login could not be loaded.");
  await expect.poll(() => host.errors.length).toBe(1);
  host.errors.length = 0;
});
