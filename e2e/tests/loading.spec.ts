import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";
import { PATHS } from "../fixtures/host.ts";
import type { Login } from "../pages/login.ts";
import { say } from "../pages/sentences.ts";

// Before the wasm is there, and how the element is set up.

declare let shifts: number;

const WASM = "**/widget_bg.wasm";
const GLUE = "**/widget.js*";

/** Keeps a file from arriving until it is released. */
const hold = async (page: Page, pattern: string): Promise<() => void> => {
  let release = () => {};
  const held = new Promise<void>((done) => (release = done));
  await page.route(pattern, async (route) => {
    await held;
    await route.continue();
  });
  return release;
};

test.describe("while the wasm is late", () => {
  test("an address that is typed and submitted is handed over, once", async ({
    page,
    open,
    host,
    login,
    inbox,
    address,
  }) => {
    const release = await hold(page, WASM);
    await open();
    await login.email.pressSequentially(address);
    await login.email.press("Enter");
    await expect(login.continue).toHaveText("Sending code");
    await expect(login.continue).toHaveAttribute("aria-busy", "true");
    await login.email.press("Enter");
    await login.continue.click({ force: true });
    expect(host.sent(PATHS.start)).toHaveLength(0);
    release();
    await expect(login.code).toBeFocused();
    expect(host.sent(PATHS.start)).toHaveLength(1);
    await login.type(await inbox.code(address));
    await login.isSignedInAs(address);
    expect(await inbox.messages(address)).toHaveLength(1);
  });

  test("what is typed stays, with its focus, and typing goes on", async ({ page, open, host, login, address }) => {
    const release = await hold(page, WASM);
    await open();
    await login.email.focus();
    await page.keyboard.type(address.slice(0, 5));
    release();
    await host.isReady();
    await expect(login.email).toBeFocused();
    await page.keyboard.type(address.slice(5));
    await expect(login.email).toHaveValue(address);
    expect(host.sent(PATHS.start)).toHaveLength(0);
  });

  test("an address that is none is refused when the wasm arrives", async ({ page, open, host, login }) => {
    const release = await hold(page, WASM);
    await open();
    await login.ask("ada");
    release();
    await expect(login.message(say.enterValidAddress)).toBeVisible();
    await expect(login.email).toHaveValue("ada");
    await expect(login.email).toBeFocused();
    expect(host.sent(PATHS.start)).toHaveLength(0);
  });

  test("the handover moves nothing and changes no word", async ({ page, open, host, login }) => {
    const release = await hold(page, WASM);
    await page.addInitScript(() => {
      Object.assign(globalThis, { shifts: 0 });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts += (entry as unknown as { value: number }).value;
      }).observe({ type: "layout-shift" });
    });
    await open("plain", { attributes: 'logo="logo.svg" heading="Sign in to the shop" login-hint="ada@example.com"' });
    await expect(login.email).toBeVisible();
    await page.waitForLoadState("load");
    await expect.poll(() => login.element.getByRole("presentation").evaluateAll((all) => all.length)).toBe(1);
    const before = await picture(login);
    // Until here the page was loading, which moves what comes after the element.
    const shiftsBefore = await page.evaluate(() => shifts);
    release();
    await host.isReady();
    await expect(page.locator("[id^=latch-sketch]")).toHaveCount(0);
    expect(await picture(login)).toEqual(before);
    await page.evaluate(() => new Promise(requestAnimationFrame));
    expect(await page.evaluate(() => shifts)).toBe(shiftsBefore);
    expect(before.texts).toEqual(["Sign in to the shop", "No password. We’ll send you a one-time code.", "Email", "Continue"]);
  });
});

/** Where everything stands, and what it says. */
const picture = (login: Login) =>
  login.element.evaluate((element) => {
    const parts = [
      ...(element.shadowRoot?.querySelectorAll("h2, img, [part]") ?? []),
      ...element.querySelectorAll("label, input, button, p[id]"),
    ].filter((it) => it.getBoundingClientRect().height > 0);
    const texts = parts
      .filter((it) => ["H2", "P", "LABEL", "BUTTON"].includes(it.tagName))
      .map((it) => it.textContent?.trim())
      .filter((text) => text);
    const boxes = parts.map((it) => {
      const { x, y, width, height } = it.getBoundingClientRect();
      return [it.localName, x, y, width, height].join(" ");
    });
    const value = (element.querySelector("input") as HTMLInputElement).value;
    return { texts, boxes, value };
  });

for (const [what, pattern] of [
  ["the wasm", WASM],
  ["its glue", GLUE],
  ["the sheet", "**/latch.css"],
] as const) {
  test(`when ${what} cannot be loaded, the form says so, and the user's next try succeeds`, async ({
    page,
    open,
    host,
    login,
    inbox,
    address,
  }) => {
    await page.route(pattern, (route) => route.abort("connectionfailed"));
    await open();
    await login.email.fill(address);
    await expect(login.message(say.notLoaded)).toBeVisible();
    expect(await host.hears("unrecoverable_error")).toMatchObject({ error: "load_error" });
    await expect(login.email).toHaveAccessibleDescription(say.notLoaded);
    await expect(login.email).toHaveValue(address);
    await login.isIdle();

    await page.unroute(pattern);
    await login.continue.click();
    await expect(login.code).toBeFocused();
    await login.type(await inbox.code(address));
    await login.isSignedInAs(address);
    expect(host.sent(PATHS.start)).toHaveLength(1);
  });

  // Without its sheet there is no form yet: it would jump when the sheet came.
  if (what === "the sheet") continue;
  test(`when ${what} fails under way, the address that was submitted waits for the next try`, async ({
    page,
    open,
    host,
    login,
    address,
  }) => {
    let fail = () => {};
    const failing = new Promise<void>((done) => (fail = done));
    await page.route(pattern, async (route) => {
      await failing;
      await route.abort("connectionfailed");
    });
    await open();
    await login.email.fill(address);
    await login.email.press("Enter");
    await expect(login.continue).toHaveText("Sending code");
    fail();
    await expect(login.message(say.notLoaded)).toBeVisible();
    await login.isIdle();
    await page.unroute(pattern);
    await login.email.press("Enter");
    await expect(login.code).toBeFocused();
    expect(host.sent(PATHS.start)).toHaveLength(1);
  });
}

test("a page that comes back to a code shows no first screen in between", async ({
  page,
  open,
  host,
  login,
  address,
}) => {
  await open();
  await login.askAndArrive(address);
  const release = await hold(page, WASM);
  await page.reload();
  await expect.poll(() => host.requests.filter((it) => it.url().endsWith(".wasm")).length).toBe(2);
  await expect(login.email).toHaveCount(0);
  release();
  await expect(login.heading(say.checkYourEmail)).toBeVisible();
});

test("properties that were set before the element was defined count", async ({ page, open, host, login }) => {
  await open("later");
  await host.isReady();
  await expect(login.heading("Sign in to the shop")).toBeVisible();
  await expect(login.email).toHaveValue("ada@example.com");
  expect(await login.element.getAttribute("auto-submit")).toBe("off");
  await page.route(`**${PATHS.start}`, (route) => route.continue());
  await login.email.press("Enter");
  await expect(login.code).toBeFocused();
  expect(host.sent(PATHS.start)[0]?.postDataJSON()).toMatchObject({ client_id: "demo" });
});

test.describe("an attribute that is changed later", () => {
  test("heading and logo change in place", async ({ open, host, login }) => {
    await open();
    await host.isReady();
    await login.email.fill("ada@example.com");
    await login.element.evaluate((it) => {
      it.setAttribute("heading", "Sign in to the shop");
      it.setAttribute("logo", "logo.svg");
    });
    await expect(login.heading("Sign in to the shop")).toBeVisible();
    await expect(login.email, "nothing starts over").toHaveValue("ada@example.com");
    await login.element.evaluate((it) => it.removeAttribute("heading"));
    await expect(login.heading(say.signIn)).toBeVisible();
  });

  test("another client starts over with it", async ({ open, host, login }) => {
    await open("plain", { clientId: "nobody" });
    await host.isReady();
    await login.ask("ada@example.com");
    await expect(login.message(say.notAllowed)).toBeVisible();
    await login.element.evaluate((it) => {
      // Several changes in a row are one.
      (it as HTMLElement & { clientId: string }).clientId = "somebody";
      (it as HTMLElement & { clientId: string }).clientId = "demo";
      it.setAttribute("scope", "openid");
    });
    await host.hears("latch-step", 2);
    await login.askAndArrive("ada@example.com");
    const sent = host.sent(PATHS.start).map((request) => request.postDataJSON());
    expect(sent).toMatchObject([
      { client_id: "nobody" },
      { client_id: "demo", authParams: { scope: "openid" } },
    ]);
    expect(host.heard("latch-step").map(({ step }) => step)).toEqual(["identifier", "identifier", "code"]);
  });

  test("a value that is none of an attribute's is warned of once, and the default taken", async ({
    open,
    host,
    login,
  }) => {
    await open("plain", { attributes: 'storage="cellar"' });
    await host.isReady();
    await login.asksForAddress();
    const warnings = host.console.filter((line) => line.includes("cellar"));
    expect(warnings).toEqual(['<latch-login>: storage="cellar" is none of local, session, memory; using local']);
  });
});

test.describe("a page that is not set up", () => {
  for (const [what, attributes, advice] of [
    ["without a domain", { "client-id": "demo" }, "set the attribute domain"],
    ["without a client id", { domain: "http://localhost:4000" }, "set the attribute client-id"],
    ["with a domain that is none", { domain: "a/b", "client-id": "demo" }, "domain must be a host"],
  ] as const)
    test(`${what} says so to its users and to its developer`, async ({ page, host, login, site }) => {
      const written = Object.entries(attributes).map(([name, value]) => `${name}="${value}"`);
      const instead = { "<latch-login>": `<latch-login ${written.join(" ")}>` };
      await page.goto(site.page("unset", { instead }));
      await expect(login.heading(say.notSetUp)).toBeVisible();
      await expect(login.element.getByText(say.tellOwner)).toBeVisible();
      await expect(login.buttons).toHaveCount(0);
      await expect(login.email).toHaveCount(0);
      const detail = await host.hears("unrecoverable_error");
      expect(detail.error).toBe("invalid_options");
      expect(detail.error_description).toContain(advice);
      expect(host.console.some((line) => line.includes(advice))).toBe(true);
      expect(await login.states()).toContain("error");
    });

  test("recovers when it is", async ({ open, host, login, server }) => {
    await open("unset");
    await host.hears("unrecoverable_error");
    await login.element.evaluate((it, domain) => {
      it.setAttribute("domain", domain);
      it.setAttribute("client-id", "demo");
    }, server.origin);
    await login.asksForAddress();
    expect(host.heard("unrecoverable_error")).toHaveLength(1);
  });
});

test("a page that loads the script three times has one widget that works", async ({
  page,
  open,
  host,
  login,
  inbox,
  address,
}) => {
  await open("twice");
  await page.waitForLoadState("load");
  await host.isReady();
  await login.askAndArrive(address);
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
  expect(host.sent(PATHS.start)).toHaveLength(1);
  expect(host.heard("authenticated")).toHaveLength(1);
  const { element } = login;
  await element.evaluate((it) => it.after(it.cloneNode()));
  await expect(page.locator("latch-login").nth(1).getByRole("heading", { name: say.signedIn })).toBeVisible();
});

test("two versions of the script at two addresses do not break each other", async ({
  page,
  open,
  host,
  login,
  inbox,
  address,
  server,
}) => {
  await open();
  await host.isReady();
  await login.askAndArrive(address);
  await page.evaluate((address) => import(address), `${server.origin}/latch.js?another`);
  await page.waitForLoadState("networkidle");
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
});

test("the element's methods do what they say", async ({ open, host, login, inbox, address }) => {
  type Element = HTMLElement & {
    getUser(): Promise<{ email: string } | null>;
    getAccessToken(): Promise<string | null>;
    reset(): void;
    logout(): Promise<void>;
  };
  await open();
  await host.isReady();
  const call = <T>(method: (it: Element) => T) => login.element.evaluate(method as (it: unknown) => T);
  expect(await call((it) => it.getUser())).toBeNull();
  expect(await call((it) => it.getAccessToken())).toBeNull();
  await login.askAndArrive(address);
  await call((it) => it.reset());
  await login.asksForAddress();
  await login.askAndArrive(address);
  await inbox.code(address);
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
  const { accessToken } = await host.authenticated();
  expect(await call((it) => it.getAccessToken())).toBe(accessToken);
  expect((await call((it) => it.getUser()))?.email).toBe(address);
  await call((it) => it.logout());
  await login.asksForAddress();
  expect(await call((it) => it.getAccessToken())).toBeNull();
});

test("logging out with an address to return to goes there by the server", async ({
  page,
  open,
  login,
  inbox,
  address,
  site,
  server,
}) => {
  await open();
  await login.askAndArrive(address);
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
  const returnTo = site.page("empty");
  const asked = page.waitForRequest((request) => request.url().startsWith(`${server.origin}/v2/logout`));
  await login.element.evaluate((it, returnTo) => {
    void (it as HTMLElement & { logout(options: object): Promise<void> }).logout({ returnTo });
  }, returnTo);
  await asked;
  await page.waitForURL(returnTo);
  await page.goBack();
  await login.asksForAddress();
});
