import type { Page } from "@playwright/test";
import { PATHS } from "../fixtures/host.ts";
import { Site } from "../fixtures/site.ts";
import { expect, test } from "../fixtures/test.ts";
import { Login, wrong } from "../pages/login.ts";
import { say } from "../pages/sentences.ts";

// What a page's developer plugs into the element by properties.

type Plugged = HTMLElement & Record<string, unknown>;

/** What a test's functions leave on the page. */
const left = <T>(page: Page, name: string) =>
  page.evaluate((name) => (globalThis as unknown as Record<string, unknown>)[name] as T, name);

test.describe("its own words for what is wrong", () => {
  test("are shown and said, with what is known of the error", async ({ page, open, login, inbox, address }) => {
    await open();
    await login.element.evaluate((it) => {
      const errors: unknown[] = [];
      Object.assign(globalThis, { errors });
      (it as Plugged).errorTransformer = (error: { code: string }) => {
        errors.push(error);
        if (error.code === "emailInvalid") return "Is that an address?";
        return error.code === "codeWrong" ? "No luck." : undefined;
      };
    });
    await login.ask("nobody");
    await expect(login.message("Is that an address?")).toBeVisible();
    await expect(login.status).toHaveText("Is that an address?");
    await login.askAndArrive(address);
    await login.type(wrong(await inbox.code(address)));
    await expect(login.message("No luck.")).toBeVisible();
    expect(await left(page, "errors")).toEqual([
      { code: "emailInvalid", error: null, description: null, step: "identifier", message: say.enterValidAddress },
      {
        code: "codeWrong",
        error: "invalid_grant",
        description: "Wrong email or verification code.",
        step: "code",
        message: say.wrong,
      },
    ]);
    // Where it has nothing to say, ours is said.
    await login.back.click();
    await login.ask("");
    await expect(login.message(say.enterAddress)).toBeVisible();
  });

  for (const [what, fault, said] of [
    ["that throw", "throw", "errorTransformer threw Error: no words"],
    ["that are a promise", "promise", "errorTransformer gave no text"],
    ["that are blank", "blank", "errorTransformer gave no text"],
  ] as const)
    test(`${what} are ours again, and the console tells once`, async ({ open, host, login }) => {
      await open();
      await login.element.evaluate((it, fault) => {
        (it as Plugged).errorTransformer = () => {
          if (fault === "throw") throw new Error("no words");
          return fault === "promise" ? Promise.resolve("Later.") : " ";
        };
      }, fault);
      await login.ask("nobody");
      await expect(login.message(say.enterValidAddress)).toBeVisible();
      await login.ask("");
      await expect(login.message(say.enterAddress)).toBeVisible();
      expect(host.console.filter((text) => text.includes(said))).toHaveLength(1);
    });

  test("are text, whatever is in them", async ({ open, login }) => {
    await open();
    await login.element.evaluate((it) => {
      (it as Plugged).errorTransformer = () => "<b>No</b> & <img src=x onerror=alert(1)>";
    });
    await login.ask("nobody");
    await expect(login.message("<b>No</b> & <img src=x onerror=alert(1)>")).toBeVisible();
    await expect(login.element.locator("b, img[src=x]")).toHaveCount(0);
  });

  test("may start the login over, and the login goes on", async ({ open, login, address }) => {
    await open();
    await login.element.evaluate((it) => {
      (it as Plugged).errorTransformer = () => {
        (it as unknown as { reset(): void }).reset();
        return "Once more.";
      };
    });
    await login.ask("nobody");
    await login.asksForAddress();
    await login.askAndArrive(address);
  });

  test("also come from a promise that fails before a code is sent", async ({ page, open, login, address }) => {
    await open();
    await login.element.evaluate((it) => {
      (it as Plugged).errorTransformer = ({ error, description }: { error: string; description: string }) =>
        error === "stopped" ? description : null;
    });
    await page.evaluate(() =>
      document.addEventListener("latch-before-send", (event) =>
        (event as unknown as { waitUntil(it: unknown): void }).waitUntil(Promise.reject(new Error("Staff only."))),
      ),
    );
    await login.ask(address);
    await expect(login.message("Staff only.")).toBeVisible();
    await login.isIdle();
  });

  test("stand where a code is over, too", async ({ page, open, login, address }) => {
    await page.clock.install();
    await open();
    await login.element.evaluate((it) => {
      (it as Plugged).errorTransformer = ({ code }: { code: string }) => `Oh: ${code}.`;
    });
    await login.askAndArrive(address);
    await page.clock.fastForward("11:00");
    await expect(login.message("Oh: codeExpired.")).toBeVisible();
    await expect(login.status).toHaveText("Oh: codeExpired.");
  });
});

test.describe("its own logger", () => {
  for (const [what, logger, toLogger, toConsole] of [
    ["hears what the console would have", "own", 1, 0],
    ["that is null hears nothing, and neither does the console", "none", 0, 0],
    ["that throws disturbs nobody", "broken", 0, 0],
  ] as const)
    test(what, async ({ page, server, open, host, login }) => {
      await open("empty");
      await page.evaluate((logger) => {
        const heard: string[] = [];
        Object.assign(globalThis, { heard });
        const element = document.createElement("latch-login") as Plugged;
        // Before the element is defined, as a framework may.
        element.logger = {
          own: { error: (...all: unknown[]) => heard.push(all.join(" ")) },
          none: null,
          broken: {
            error() {
              throw new Error("no logger");
            },
          },
        }[logger];
        element.setAttribute("domain", "ftp://nowhere");
        document.body.append(element);
      }, logger);
      await page.addScriptTag({ type: "module", url: `${server.origin}/latch.js` });
      await expect(login.heading(say.notSetUp)).toBeVisible();
      const isAdvice = (text: string) => text.includes("<latch-login>: domain must be a host");
      expect((await left<string[]>(page, "heard")).filter(isAdvice)).toHaveLength(toLogger);
      expect(host.console.filter(isAdvice)).toHaveLength(toConsole);
    });

  for (const [what, isOwn] of [
    ["hears of an address that is none of the web", true],
    ["that is null hears nothing of it, and neither does the console", false],
  ] as const)
    test(what, async ({ page, open, host, login }) => {
      await page.addInitScript((isOwn) => {
        const heard: string[] = [];
        Object.assign(globalThis, { heard });
        document.addEventListener("DOMContentLoaded", () => {
          const logger = isOwn ? { warn: (...all: unknown[]) => heard.push(all.join(" ")) } : null;
          for (const it of document.querySelectorAll("latch-login")) Object.assign(it, { logger });
        });
      }, isOwn);
      await open("plain", { attributes: 'terms="notice" terms-url="javascript:alert(1)" privacy-url="https://a.example/"' });
      await host.isReady();
      await expect(login.terms).toBeVisible();
      const isAdvice = (text: string) => text.includes("<latch-login>: terms-url=");
      expect((await left<string[]>(page, "heard")).filter(isAdvice)).toHaveLength(isOwn ? 1 : 0);
      expect(host.console.filter(isAdvice)).toEqual([]);
    });
});

test.describe("a storage of its own", () => {
  /** Keeps things in a cookie jar of the test's: a promise for everything, and a note of the order. */
  const plug = (page: Page) =>
    page.addInitScript(() => {
      const notes: string[] = [];
      Object.assign(globalThis, { notes });
      const later = () => new Promise((done) => setTimeout(done, 20));
      const named = (key: string) => `jar.${key}`;
      const adapter = {
        async getItem(key: string) {
          await later();
          return localStorage.getItem(named(key));
        },
        async setItem(key: string, value: string) {
          await later();
          notes.push(`set ${key}`);
          localStorage.setItem(named(key), value);
        },
        async removeItem(key: string) {
          await later();
          notes.push(`remove ${key}`);
          localStorage.removeItem(named(key));
        },
      };
      document.addEventListener("DOMContentLoaded", () => {
        for (const it of document.querySelectorAll("latch-login")) (it as Plugged).storageAdapter = adapter;
      });
    });
  const keys = (page: Page) => page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]);

  test("has the session and the code, and the browser's own has neither", async ({ page, open, login, inbox, address }) => {
    await plug(page);
    await open();
    await login.askAndArrive(address);
    await expect.poll(() => keys(page)).toEqual(["jar.latch.challenge.demo"]);
    await page.reload();
    await expect(login.code).toBeVisible();
    await login.code.click();
    await login.type(await inbox.code(address));
    await login.isSignedInAs(address);
    await expect.poll(() => keys(page)).toEqual(["jar.latch.session.demo"]);
    const notes = await left<string[]>(page, "notes");
    expect(notes.at(-1)).toBe("set latch.session.demo");
    await page.reload();
    await login.isSignedInAs(address);
    await login.signOut.click();
    await login.asksForAddress();
    await expect.poll(() => keys(page)).toEqual([]);
  });

  for (const [what, fault] of [
    ["throws", "throw"],
    ["rejects", "reject"],
    ["never answers", "hang"],
    ["gives nonsense", "nonsense"],
    ["is none at all", "none"],
  ] as const)
    test(`that ${what} is the page's memory, with one warning`, async ({ page, open, host, login, inbox, address }) => {
      test.slow();
      await page.addInitScript((fault) => {
        const broken = () => {
          if (fault === "throw") throw new Error("broken");
          if (fault === "nonsense") return { value: 1 };
          return fault === "hang" ? new Promise(() => {}) : Promise.reject(new Error("broken"));
        };
        document.addEventListener("DOMContentLoaded", () => {
          const it = document.querySelector("latch-login") as unknown as Plugged;
          it.storageAdapter = fault === "none" ? 1 : { getItem: broken, setItem: broken, removeItem: broken };
        });
      }, fault);
      await open();
      await expect(login.email).toBeVisible({ timeout: 15_000 });
      await login.askAndArrive(address);
      await login.type(await inbox.code(address));
      await login.isSignedInAs(address);
      expect(await keys(page)).toEqual([]);
      expect(host.console.filter((text) => text.includes("storageAdapter failed"))).toHaveLength(1);
      // A language that changes starts the form over: what was not kept is still here.
      await page.waitForTimeout(fault === "hang" ? 9_000 : 100);
      await login.element.evaluate((it) => it.setAttribute("lang", "de"));
      await new Login(page, undefined, "de").isSignedInAs(address);
    });
});

test("more parameters travel with a code that is sent", async ({ open, host, login, address }) => {
  await open();
  await login.element.evaluate((it) => {
    (it as Plugged).authParams = { acr_values: "urn:example:silver", scope: "openid" };
  });
  await login.askAndArrive(address);
  expect(host.sent(PATHS.start)[0]?.postDataJSON().authParams).toEqual({
    acr_values: "urn:example:silver",
    scope: "openid",
  });
});

// What a page adds to `/authorize`, whichever way the login goes there.
test.describe("more parameters", () => {
  const params = {
    prompt: "login",
    max_age: 3600,
    ext_campaign: "spring & summer",
    nothing: null,
    // The login's own, which are not the page's to change.
    client_id: "somebody-elses",
    redirect_uri: "https://attacker.example/",
    response_type: "token",
    response_mode: "form_post",
    state: "theirs",
    nonce: "theirs",
    code_challenge: "theirs",
    login_ticket: "theirs",
  };
  const areThere = (url: string, prompt: string) => {
    const { searchParams } = new URL(url);
    const names = [...searchParams.keys()];
    expect(new Set(names).size, "no name twice").toBe(names.length);
    const { origin, pathname } = new URL(searchParams.get("redirect_uri") ?? "");
    expect({ ...Object.fromEntries(searchParams), redirect_uri: origin + pathname }).toMatchObject({
      client_id: "demo",
      prompt,
      max_age: "3600",
      ext_campaign: "spring & summer",
      response_type: "code",
    });
    for (const name of names) expect(searchParams.get(name), name).not.toMatch(/theirs|attacker|form_post/);
    expect(searchParams.get("state")).toMatch(/^latch-/);
    expect(searchParams.has("nothing")).toBe(false);
    return searchParams;
  };
  const give = (login: Login, more = {}) =>
    login.element.evaluate((it, given) => Object.assign(it, given), { authParams: params, ...more });

  test("go to the hosted page", async ({ page, open, login }) => {
    await page.route("**/authorize?*", (route) => route.fulfill({ body: "there" }));
    await open("plain", { attributes: 'exchange="redirect"' });
    await give(login);
    const left = page.waitForRequest("**/authorize?*");
    await login.continue.click();
    areThere((await left).url(), "login");
  });

  test("go to another connection, with the scope that its button asks for", async ({ page, open, login }) => {
    await page.route("**/authorize?*", (route) => route.fulfill({ body: "there" }));
    await open("plain", { attributes: 'connections="email github"' });
    await give(login, { buttons: { github: { displayName: "GitHub", connectionScope: "repo,gist" } } });
    const left = page.waitForRequest("**/authorize?*");
    await login.continueWith("GitHub").click();
    const asked = areThere((await left).url(), "login");
    expect(asked.get("connection")).toBe("github");
    expect(asked.get("connection_scope")).toBe("repo,gist");
  });

  test("go with a ticket, in a frame", async ({ page, server, login, host, inbox, address }) => {
    const site = await Site.start(() => server.origin, { host: "localhost" });
    await page.goto(site.page("plain", { attributes: 'exchange="cross-origin" response-mode="web_message"' }));
    await login.askAndArrive(address);
    // All of them would go with a code, too, and the server would not take these.
    await give(login);
    const left = page.waitForRequest("**/authorize?*");
    await login.type(await inbox.code(address));
    // There is nothing to be seen in the frame, which the login says itself.
    const asked = areThere((await left).url().replace("response_mode=web_message", ""), "none");
    expect(asked.get("realm")).toBe("email");
    await login.isSignedInAs(address);
    expect((await host.authenticated()).idTokenPayload).toMatchObject({ email: address });
    await site.stop();
  });
});
