import { expect, test } from "../../fixtures/drop-in.ts";
import { say } from "../../pages/sentences.ts";

// Lock's class as a page's developer meets it.

test("the constructor refuses at once what is no client, no domain and no options", async ({ lock }) => {
  await lock.open({}, { shows: false });
  const thrown = await lock.run<
    (string | null)[]
  >(`[[], ["a"], [1, "b"], ["a", {}], ["a", "b", "c"], ["a", "b", null], ["a", "b"], ["a", "b", {}]].map((all) => {
    try { new Auth0LockPasswordless(...all).destroy(); return null; } catch (error) { return error.constructor.name + " " + error.message; }
  })`);
  expect(thrown).toEqual([
    expect.stringMatching(/^Error .*clientID/),
    expect.stringMatching(/^Error .*domain/),
    expect.stringMatching(/^Error .*clientID/),
    expect.stringMatching(/^Error .*domain/),
    expect.stringMatching(/^Error .*options/),
    expect.stringMatching(/^Error .*options/),
    null,
    null,
  ]);
});

test("the class has a version, each Lock a number, and nothing is on the page before it is shown", async ({
  lock,
}) => {
  await lock.open({}, { shows: false });
  expect(await lock.run("Auth0LockPasswordless.version")).toMatch(/^\d+\.\d+\.\d+$/);
  expect(await lock.run('[lock.id, make(\'"a", "b"\').id, lock.validEvents.length]')).toEqual([1, 2, 23]);
  expect(await lock.run("document.querySelectorAll('latch-login, style, [style]').length")).toBe(0);
});

test("show tells once, and again only after hide; a destroyed Lock cannot be shown", async ({ lock }) => {
  await lock.open({});
  await expect(lock.login.email).toBeVisible();
  expect(
    await lock.run("[lock.show(), lock.hide(), lock.hide(), lock.show()].every((it) => it === undefined)"),
  ).toBe(true);
  await expect(lock.login.email).toBeVisible();
  expect((await lock.names()).filter((name) => name === "show" || name === "hide")).toEqual([
    "show",
    "hide",
    "show",
  ]);
  await lock.run("lock.destroy()");
  await expect(lock.element).toHaveCount(0);
  const thrown = await lock.run("(() => { try { lock.show() } catch (error) { return error.message } })()");
  expect(thrown).toContain("destroyed");
});

test("hide before the form has come leaves nothing behind", async ({ lock }) => {
  await lock.open({}, { shows: false });
  await lock.run("lock.show(); lock.hide()");
  await lock.hears("hide");
  await lock.run("new Promise((done) => setTimeout(done, 300))");
  await expect(lock.element).toHaveCount(0);
});

test("hide begins anew, with the first screen", async ({ lock, address }) => {
  await lock.open({});
  await lock.login.askAndArrive(address);
  await lock.run("lock.hide(); lock.show()");
  await lock.login.asksForAddress();
  await expect(lock.login.email).toHaveValue("");
});

test("who closes it while a code is on its way finds the code's field again", async ({
  page,
  lock,
  inbox,
  address,
}) => {
  await lock.open({});
  await lock.login.askAndArrive(address);
  await page.keyboard.press("Escape");
  await lock.hears("hide");
  await lock.button.click();
  await expect(lock.login.code).toBeFocused();
  await lock.login.type(await inbox.code(address));
  await lock.hears("authenticated");
});

test("on, once, off and the others are Node's", async ({ lock }) => {
  await lock.open({}, { shows: false });
  const told = await lock.run(`(() => {
    const lock = new Auth0LockPasswordless("demo", "localhost:1", { allowedConnections: ["email"] });
    const told = [];
    const say = (name) => (...all) => told.push([name, ...all].join(" "));
    const [one, two, first] = [say("one"), say("two"), say("first")];
    const returns = [lock.on("show", one), lock.addListener("show", one), lock.once("show", two), lock.prependListener("show", first)];
    told.push(returns.every((it) => it === lock), lock.listenerCount("show"), lock.eventNames().includes("show"));
    told.push(lock.emit("show", 1, 2), lock.emit("show", 3), lock.emit("hide"));
    lock.off("show", one).removeListener("show", first);
    told.push(lock.listeners("show").length === 1 && lock.listeners("show")[0] === one);
    lock.on("show", function () { told.push(this === lock); lock.removeAllListeners("show"); });
    lock.emit("show");
    told.push(lock.emit("show"), lock.setMaxListeners(3).getMaxListeners());
    try { lock.on("show", "x"); } catch (error) { told.push(error.name); }
    lock.destroy();
    return told;
  })()`);
  expect(told).toEqual([
    true,
    4,
    true,
    "first 1 2",
    "one 1 2",
    "one 1 2",
    "two 1 2",
    "first 3",
    "one 3",
    "one 3",
    true,
    true,
    false,
    true,
    "one",
    true,
    false,
    3,
    "TypeError",
  ]);
});

test("an event that Lock does not know is told as unrecoverable_error, and thrown where nobody listens", async ({
  page,
  host,
  lock,
}) => {
  await lock.open({}, { shows: false });
  await lock.run("{ lock.on('shown', () => {}); }");
  await lock.hears("unrecoverable_error");
  expect(await lock.told()).toContainEqual(["unrecoverable_error", 'Invalid event "shown".']);
  const thrown = page.waitForEvent("pageerror");
  await lock.run(
    "{ new Auth0LockPasswordless('demo', 'localhost:1', { allowedConnections: ['sms'] }).once('hidden', () => {}); }",
  );
  expect((await thrown).message).toBe('Invalid event "hidden".');
  await expect.poll(() => host.errors.length).toBe(1);
  host.errors.length = 0;
});

test("getUserInfo and getProfile have the claims of an access token, and an error for one that is none", async ({
  lock,
  inbox,
  address,
}) => {
  await lock.open({});
  await lock.login.askAndArrive(address);
  await lock.login.type(await inbox.code(address));
  const { accessToken } = await lock.hears("authenticated");
  for (const name of ["getUserInfo", "getProfile"]) {
    const ask = (token: unknown) =>
      lock.run(
        `new Promise((done) => lock.${name}(${JSON.stringify(token)}, (error, user) => done([error, user])))`,
      );
    expect(await ask(accessToken)).toEqual([
      null,
      expect.objectContaining({ email: address, email_verified: true }),
    ]);
    expect(await ask("wrong")).toEqual([expect.objectContaining({ code: 401 }), undefined]);
  }
});

test("logout leaves for the server's, with where to come back to", async ({ page, lock, server }) => {
  await lock.open({}, { shows: false });
  const back = new URL("/empty.html", page.url()).href;
  const gone = page.waitForRequest((request) => new URL(request.url()).pathname === "/v2/logout");
  await lock.run(`lock.logout({ returnTo: ${JSON.stringify(back)}, federated: true })`);
  const url = new URL((await gone).url());
  expect(url.origin).toBe(server.origin);
  expect(Object.fromEntries(url.searchParams)).toEqual({ client_id: "demo", returnTo: back, federated: "" });
  await page.waitForURL(back);
});

test("logout forgets who was here last, as their session is over", async ({ page, lock, inbox, address }) => {
  await lock.open({ auth: { redirect: false } });
  await lock.login.askAndArrive(address);
  await lock.login.type(await inbox.code(address));
  await lock.hears("authenticated");
  await page.reload();
  await expect(lock.login.goOn).toBeVisible();
  const back = new URL("/empty.html", page.url()).href;
  await lock.run(`lock.logout({ returnTo: ${JSON.stringify(back)} })`);
  await page.waitForURL(back);
  await lock.open({ auth: { redirect: false } });
  await expect(lock.login.email).toBeVisible();
});

test("two Locks on a page go their own ways", async ({ lock }) => {
  await lock.open({ container: "place" });
  await expect(lock.login.email).toBeVisible();
  const [one, other] = await lock.run<string[]>(`(() => {
    const other = make('"demo", "localhost:1", { allowedConnections: ["sms"] }');
    other.show();
    return [lock.id, other.id].map(String);
  })()`);
  await expect(
    lock.page.locator(`#auth0-lock-container-${other}`).getByRole("heading", { name: say.signIn }),
  ).toBeVisible();
  await expect(
    lock.page.locator(`#auth0-lock-container-${one}`).getByRole("textbox", { name: "Email" }),
  ).toBeVisible();
});
