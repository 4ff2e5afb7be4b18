import type { Page } from "@playwright/test";
import { PATHS } from "../fixtures/host.ts";
import { expect, test } from "../fixtures/test.ts";
import { Login } from "../pages/login.ts";
import { looksFor } from "../pages/words.ts";

// What a page sets while somebody signs in. Frameworks set everything anew for each rendering.

type Element = HTMLElement & Record<string, unknown>;

/** Holds the requests to an endpoint back until they are let go. */
const hold = async (page: Page, path: string) => {
  let release = () => {};
  const held = new Promise<void>((done) => (release = done));
  await page.route(`**${path}`, async (route) => {
    await held;
    await route.continue();
  });
  return release;
};

/** The objects that a framework makes for each rendering: as they were, and never the same ones. */
const render = (it: HTMLElement | SVGElement) => {
  const kept: Record<string, string> = ((globalThis as unknown as { kept?: Record<string, string> }).kept ??= {});
  Object.assign(it, {
    dictionary: { continue: "Go on" },
    buttons: { github: { displayName: "GitHub" } },
    flash: { type: "info", text: "Welcome." },
    authParams: { ext_campaign: "spring" },
    storageAdapter: {
      getItem: (key: string) => kept[key] ?? null,
      setItem: (key: string, value: string) => (kept[key] = value),
      removeItem: (key: string) => delete kept[key],
    },
    errorTransformer: () => undefined,
    avatarProvider: { url: () => "logo.svg" },
    logger: { ...console },
  });
};

/** A mark on the form, which another one would not have. */
const mark = (login: Login) => login.element.locator("form").evaluate((form) => (form.dataset.mark = "1"));
const isSame = (login: Login) => expect(login.element.locator("form")).toHaveAttribute("data-mark", "1");

test("what comes to the same changes nothing", async ({ page, open, host, login }) => {
  await open();
  await host.isReady();
  await login.element.evaluate(render);
  await expect(login.element.getByRole("button", { name: "Go on" })).toBeVisible();
  await expect(login.element.getByText("Welcome.")).toBeVisible();
  await mark(login);
  await login.element.evaluate(render);
  for (let renders = 0; renders < 5; renders += 1) await login.element.evaluate(render);
  await page.waitForTimeout(300);
  await isSame(login);
});

test("a change while a code is being sent waits until it is, and is then seen", async ({ page, open, host, login, inbox, address }) => {
  await open();
  await host.isReady();
  const release = await hold(page, PATHS.start);
  await login.ask(address);
  await expect.poll(() => host.sent(PATHS.start).length).toBe(1);
  await login.element.evaluate((it, words) => Object.assign(it, { dictionary: words }), { emailCodeHeading: "Look there" });
  await login.element.evaluate((it) => it.setAttribute("scheme", "dark"));
  await page.waitForTimeout(200);
  await expect(login.busy).toBeVisible();
  release();
  await expect(login.heading("Look there")).toBeVisible();
  await login.code.click();
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
  expect(host.sent(PATHS.start)).toHaveLength(1);
});

for (const path of [PATHS.token, PATHS.keys])
  test(`no change while a code is being checked costs it (${path})`, async ({ page, open, host, login, inbox, address }) => {
    await open();
    await host.isReady();
    await login.element.evaluate(render);
    await login.element.getByRole("button", { name: "Go on" }).waitFor();
    await login.askAndArrive(address);
    const release = await hold(page, path);
    await login.type(await inbox.code(address));
    await expect.poll(() => host.sent(path).length).toBe(1);
    await login.element.evaluate(render);
    await login.element.evaluate((it) => Object.assign(it, { dictionary: { authenticatedHeading: "You are in" } }));
    await page.evaluate(() => document.documentElement.setAttribute("lang", "de"));
    await page.waitForTimeout(300);
    release();
    await expect(login.heading("You are in")).toBeVisible();
    await expect(login.element.getByRole("button", { name: looksFor("de", "signOut") })).toBeVisible();
    await host.authenticated();
    expect(host.sent(PATHS.token)).toHaveLength(1);
    expect(host.heard("authorization_error")).toEqual([]);
  });

test("a change before the program is there loses no press", async ({ page, open, host, login, address }) => {
  const release = await hold(page, "/widget_bg.wasm");
  await open();
  await login.ask(address);
  await login.element.evaluate((it) => it.setAttribute("heading", "Come in"));
  await expect(login.heading("Come in")).toBeVisible();
  release();
  await expect(login.code).toBeFocused();
  expect(host.sent(PATHS.start)).toHaveLength(1);
});

test("the look changes without the login starting over, once its sheet is there", async ({ open, host, login }) => {
  await open("plain", { attributes: 'mailbox="off"' });
  await host.isReady();
  await login.email.fill("ada@");
  await mark(login);
  for (const [name, value] of [
    ["scheme", "dark"],
    ["theme", "soft"],
    ["scheme", "light"],
  ] as const) {
    const before = await login.element.screenshot({ animations: "disabled" });
    await login.element.evaluate((it, [name, value]) => it.setAttribute(name, value), [name, value] as const);
    await expect.poll(async () => (await login.element.screenshot({ animations: "disabled" })).equals(before)).toBe(false);
  }
  await isSame(login);
});

// A value set is asked each time, not only when it was first there.
test("the newest functions are asked, also where they read like those before", async ({ page, open, login, inbox, address }) => {
  await page.addInitScript(() =>
    document.addEventListener("DOMContentLoaded", () => {
      const plug = (name: string) => {
        const kept: Record<string, string> = {};
        Object.assign(globalThis, { [name]: kept });
        (document.querySelector("latch-login") as Element).storageAdapter = {
          getItem: (key: string) => kept[key] ?? null,
          setItem: (key: string, value: string) => (kept[key] = value),
          removeItem: (key: string) => delete kept[key],
        };
      };
      Object.assign(globalThis, { plug });
      plug("first");
    }),
  );
  await open();
  await login.askAndArrive(address);
  await mark(login);
  await page.evaluate("plug('second')");
  await page.waitForTimeout(200);
  await isSame(login);
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
  await expect.poll(() => page.evaluate("Object.keys(second)")).toEqual(["latch.session.demo"]);
});

test.describe("what no storage keeps", () => {
  for (const change of ["scheme", "errorTransformer"])
    test(`is not lost where ${change} brings the full edition`, async ({ page, open, login, inbox, address }) => {
      await open("plain", { attributes: 'storage="memory"' });
      await login.askAndArrive(address);
      const fetched = page.waitForResponse("**/widget-full_bg.wasm");
      await login.element.evaluate((it, change) => {
        if (change === "scheme") it.setAttribute("scheme", "dark");
        else (it as Element).errorTransformer = () => "No luck.";
      }, change);
      await fetched;
      await expect(login.code).toBeEditable();
      await expect(login.pasteCode).toHaveCount(1);
      await login.code.click();
      await login.type(await inbox.code(address));
      await login.isSignedInAs(address);
    });

  test("is who is signed in, also when the look changes", async ({ page, open, login, inbox, address }) => {
    await open("plain", { attributes: 'storage="memory"' });
    await login.askAndArrive(address);
    await login.type(await inbox.code(address));
    await login.isSignedInAs(address);
    const fetched = page.waitForResponse("**/widget-full_bg.wasm");
    await login.element.evaluate((it) => it.setAttribute("scheme", "dark"));
    await fetched;
    await page.waitForTimeout(500);
    await login.isSignedInAs(address);
    expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
    await login.signOut.click();
    await login.asksForAddress();
  });

  test("gets help while its message is on the way, too", async ({ page, open, login, address }) => {
    await page.clock.install();
    await open("plain", { attributes: 'storage="memory"' });
    await login.askAndArrive(address);
    await page.clock.runFor(13_000);
    await expect(login.pasteCode).toHaveCount(1);
    await page.clock.runFor(8_000);
    await expect(login.message(/^Nothing there yet\? Look in your spam folder/)).toBeVisible();
  });
});

test.describe("the language around it", () => {
  test("changes with the page's, while somebody types", async ({ page, open, host, login }) => {
    await open();
    await host.isReady();
    await login.email.fill("ada@");
    await page.evaluate(() => document.documentElement.setAttribute("lang", "nb"));
    await expect(login.element.getByRole("textbox", { name: "E-post" })).toHaveValue("ada@");
    // And that of something in between.
    await page.evaluate(() => document.querySelector("main")?.setAttribute("lang", "fr"));
    await expect(login.element).toContainText(/code/i);
    await expect(login.element.getByRole("textbox", { name: /mail/i })).not.toHaveAccessibleName("E-post");
    // Its own is the nearest: what is farther away has no say.
    await login.element.evaluate((it) => it.setAttribute("lang", "en"));
    await expect(login.email).toBeVisible();
    await mark(login);
    await page.evaluate(() => document.documentElement.setAttribute("lang", "de"));
    await page.waitForTimeout(200);
    await isSame(login);
  });

  test("is found through shadow roots", async ({ page, open, host }) => {
    await open("rtl");
    await host.isReady();
    await page.evaluate(() => {
      const shop = document.createElement("div");
      document.body.append(shop);
      shop.attachShadow({ mode: "open" }).append(document.querySelector("latch-login") as HTMLElement);
    });
    const arabic = new Login(page, page.locator("latch-login"), "ar");
    await expect(arabic.email).toBeVisible();
    await page.evaluate(() => document.documentElement.setAttribute("lang", "de"));
    await expect(new Login(page, page.locator("latch-login"), "de").email).toBeVisible();
  });
});

test("a second name is a class of its own, and another element", async ({ page, server, open, login, inbox, address }) => {
  await open();
  await login.asksForAddress();
  const outcome = await page.evaluate(async (address) => {
    const it = (await import(address)) as { define(name?: string): void; LatchLogin: CustomElementConstructor };
    it.define();
    it.define("shop-login");
    it.define("shop-login");
    const first = document.querySelector("latch-login") as HTMLElement;
    const other = document.createElement("shop-login");
    for (const name of ["domain", "client-id"]) other.setAttribute(name, first.getAttribute(name) ?? "");
    first.replaceWith(other);
    return [customElements.get("latch-login") === it.LatchLogin, other instanceof it.LatchLogin];
  }, `${server.origin}/latch.js`);
  expect(outcome).toEqual([true, true]);
  await new Login(page, page.locator("shop-login")).signIn(inbox, address);
});

test.describe("a dialog", () => {
  test("is told of after whoever opened it is done", async ({ page, open, login }) => {
    await open("plain", { attributes: "modal" });
    await expect.poll(() => login.element.evaluate((it) => it.shadowRoot?.querySelector("dialog") !== null)).toBe(true);
    const order = await page.evaluate(async () => {
      const order: string[] = [];
      const it = document.querySelector("latch-login") as Element;
      it.addEventListener("show", () => order.push("show"));
      it.open = true;
      order.push("opened");
      await new Promise((done) => setTimeout(done));
      return order;
    });
    expect(order).toEqual(["opened", "show"]);
  });

  test("that is hidden is closed, and the page can be used", async ({ page, open, login }) => {
    await open("plain", { attributes: "modal open" });
    await expect(login.email).toBeFocused();
    await login.element.evaluate((it) => ((it as HTMLElement).hidden = true));
    await expect(login.email).toBeHidden();
    await page.getByRole("link", { name: "Elsewhere" }).click({ trial: true });
    await login.element.evaluate((it) => it.setAttribute("open", ""));
    await expect(login.email).toBeHidden();
    await login.element.evaluate((it) => (it as unknown as { show(): void }).show());
    await expect(login.email).toBeFocused();
  });

  test("closes by itself, and what is none does not", async ({ open, login, inbox, address }) => {
    await open("plain", { attributes: 'autoclose="on"' });
    await login.signIn(inbox, address);
  });
});
