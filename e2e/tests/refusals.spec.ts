import { expect, test } from "../fixtures/test.ts";
import { PATHS } from "../fixtures/host.ts";
import { LatchServer } from "../fixtures/server.ts";
import { Site } from "../fixtures/site.ts";
import { say } from "../pages/sentences.ts";

// What tenants say that Latch's own server does not say by itself: it tells nobody who is known.

for (const [what, status, error, error_description, sentence] of [
  ["whom nobody knows while nobody may sign up", 400, "bad.connection", "Public signup is disabled", say.signupDisabled],
  ["who is blocked", 401, "unauthorized", "user is blocked", say.blocked],
  ["whom a rule does not let in", 401, "unauthorized", "Staff only.", say.notAllowed],
  ["whose page is not set up", 400, "invalid_request", "Parameter 'email' must be a string", say.notAllowed],
] as const)
  test(`a plain login tells ${what} so, and fetches nothing more for it`, async ({ page, open, host, login, inbox, address }) => {
    await page.route(`**${PATHS.start}`, (route) =>
      route.fulfill({ status, json: { error, error_description }, headers: { "Access-Control-Allow-Origin": "*" } }), { times: 1 });
    await open();
    await login.ask(address);
    await expect(login.message(sentence)).toBeVisible();
    expect(await host.hears("authorization_error")).toMatchObject({ error, error_description });
    expect(host.requests.filter((request) => request.url().includes("widget-full"))).toEqual([]);
    expect(host.sent(PATHS.start)).toHaveLength(1);
    await login.signIn(inbox, address);
  });

test("a server that is told to tells who has no account, and sends whoever got one a code", async ({ page, login, host, address }) => {
  const server = await LatchServer.start({
    toml: "[email]\ndisable_signup = true\n[compat]\nenumeration = true\n",
  });
  const site = await Site.start(() => server.origin);
  await page.goto(site.page("plain"));
  await login.ask(address);
  await expect(login.message(say.signupDisabled)).toBeVisible();
  const refusal = { error: "bad.connection", error_description: "Public signup is disabled" };
  expect(await host.hears("authorization_error")).toMatchObject(refusal);
  server.addUser("email", address);
  await login.askAndArrive(address);
  expect(host.sent(PATHS.start)).toHaveLength(2);
  await site.stop();
  await server.stop();
});
