import type { Page, Route } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";
import { PATHS } from "../fixtures/host.ts";
import type { Login } from "../pages/login.ts";
import { say } from "../pages/sentences.ts";

// Every fault at every request: each has its sentence, leaves no spinner, and the user's next try succeeds.

test.use({ settings: { env: { LATCH_RESEND_SECONDS: "0" } } });

const WAIT = 7;

const answer = (status: number, contentType: string, body: string, headers: Record<string, string> = {}) =>
  (route: Route) =>
    route.fulfill({
      status,
      contentType,
      body,
      headers: {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "Retry-After",
        ...headers,
      },
    });

type Fault = {
  sentence: string;
  /** What happens to the request instead of an answer. */
  instead: (route: Route, page: Page) => Promise<void>;
  /** Brings on the sentence where time has to pass. */
  then?: (page: Page) => Promise<void>;
  /** Makes another try possible. */
  cure?: (page: Page) => Promise<void>;
};

const html = "<!doctype html><title>502</title><h1>Bad Gateway</h1>";

const faults: Record<string, Fault> = {
  "no network": {
    sentence: say.offline,
    // The browser goes offline, and its own network stack fails the request.
    instead: async (route, page) => {
      await page.context().setOffline(true);
      await route.continue();
    },
    cure: (page) => page.context().setOffline(false),
  },
  "no answer in time": {
    sentence: say.timeout,
    instead: async () => {},
    then: (page) => page.clock.fastForward(10_000),
  },
  "a refused connection": {
    sentence: say.unreachable,
    instead: (route) => route.abort("connectionrefused"),
  },
  "a connection that breaks": {
    sentence: say.unreachable,
    instead: (route) => route.abort("connectionreset"),
  },
  "too many requests": {
    sentence: say.tooMany(WAIT),
    instead: answer(
      429,
      "application/json",
      '{"error":"too_many_requests","error_description":"Too many requests."}',
      { "Retry-After": String(WAIT) },
    ),
  },
  "a server error in JSON": {
    sentence: say.serverFault,
    instead: answer(500, "application/json", '{"error":"server_error","error_description":"Internal error."}'),
  },
  "a server error in HTML": {
    sentence: say.serverFault,
    instead: answer(500, "text/html", html),
  },
  "half of an answer": {
    sentence: say.unreadable,
    instead: answer(200, "application/json", '{"_id":"65f0","email":"a@b.c","access_token":"eyJhbGciOi'),
  },
  "HTML where JSON was due": {
    sentence: say.unreadable,
    instead: answer(200, "text/html", html),
  },
};

/** Meets the next request to an endpoint with a fault; later ones pass. */
const meet = async (page: Page, path: string, fault: Fault): Promise<void> => {
  await page.route(`**${path}`, (route) => fault.instead(route, page), { times: 1 });
};

const shows = async (page: Page, login: Login, path: string, fault: Fault, sent: () => number): Promise<void> => {
  if (fault.then) {
    await expect.poll(sent).toBeGreaterThan(0);
    await expect(login.busy).toBeVisible();
    await fault.then(page);
  }
  await expect(login.message(fault.sentence), path).toBeVisible();
  await expect(login.status).toHaveText(fault.sentence);
  await login.isIdle();
  expect(await login.states()).toContain("error");
  await fault.cure?.(page);
};

for (const [name, fault] of Object.entries(faults)) {
  test.describe(`${name}`, () => {
    test.beforeEach(({ page }) => page.clock.install());

    test("when the code is sent: says so, and the next try succeeds", async ({
      page,
      open,
      host,
      login,
      inbox,
      address,
    }) => {
      await open();
      await host.isReady();
      await meet(page, PATHS.start, fault);
      await login.ask(address);
      await shows(page, login, PATHS.start, fault, () => host.sent(PATHS.start).length);
      await expect(login.email).toHaveValue(address);
      await expect(login.email).toBeFocused();
      await expect(login.email, "the address is not to blame").not.toHaveAttribute("aria-invalid", "true");
      await host.hears("authorization_error");

      await login.continue.click();
      await expect(login.code).toBeFocused();
      await login.type(await inbox.code(address));
      await login.isSignedInAs(address);
      expect(host.sent(PATHS.start)).toHaveLength(2);
    });

    test("when another code is sent: says so, and the next try succeeds", async ({
      page,
      open,
      host,
      login,
      inbox,
      address,
    }) => {
      await open();
      await login.askAndArrive(address);
      await inbox.code(address);
      await meet(page, PATHS.start, fault);
      await login.resend.click();
      await shows(page, login, PATHS.start, fault, () => host.sent(PATHS.start).length - 1);

      if (name === "too many requests") {
        await expect(login.resend).toHaveText(/^Send a new code in 0:0\d$/);
        await page.clock.fastForward(WAIT * 1000);
      }
      await expect(login.resend).toHaveText("Send a new code");
      await login.resend.click();
      await expect(login.message(say.resent)).toBeVisible();
      await login.code.fill(await inbox.code(address));
      await login.isSignedInAs(address);
    });

    test("when the code is checked: says so, and the next try succeeds", async ({
      page,
      open,
      host,
      login,
      inbox,
      address,
    }) => {
      await open();
      await login.askAndArrive(address);
      const code = await inbox.code(address);
      await meet(page, PATHS.token, fault);
      await login.type(code);
      await shows(page, login, PATHS.token, fault, () => host.sent(PATHS.token).length);
      await expect(login.code).toHaveValue(code);
      await expect(login.code, "the code is not to blame").not.toHaveAttribute("aria-invalid", "true");
      expect(host.sent(PATHS.token), "nothing is tried again behind the user's back").toHaveLength(1);

      await login.verify.click();
      await login.isSignedInAs(address);
      expect(host.sent(PATHS.token)).toHaveLength(2);
    });

    test("when the keys are fetched: says so, and the next try succeeds", async ({
      page,
      open,
      host,
      login,
      inbox,
      address,
    }) => {
      await open();
      await login.askAndArrive(address);
      await meet(page, PATHS.keys, fault);
      await login.type(await inbox.code(address));
      await shows(page, login, PATHS.keys, fault, () => host.sent(PATHS.keys).length);
      expect(host.heard("authenticated"), "unchecked tokens are not believed").toHaveLength(0);
      expect(await page.evaluate(() => localStorage.length)).toBe(0);
      await expect(login.buttons.filter({ hasText: /./ })).toHaveText(["Try again"]);

      await login.tryAgain.click();
      await login.isSignedInAs(address);
      expect(host.sent(PATHS.token), "the code is used and not sent again").toHaveLength(1);
    });
  });
}

test("the server's own limit is told with the wait", async ({ page, login, host, address }) => {
  const { LatchServer } = await import("../fixtures/server.ts");
  const { Site } = await import("../fixtures/site.ts");
  const server = await LatchServer.start({ env: { LATCH_LIMIT_SENDS_PER_IDENTITY: "1" } });
  const site = await Site.start(() => server.origin);
  await page.goto(site.page("plain"));
  await login.askAndArrive(address);
  await login.back.click();
  await login.email.press("Enter");
  await expect(login.element.getByText(/^Too many requests\. Try again in (10|9) minutes\.$/).first()).toBeVisible();
  await login.isIdle();
  expect(host.sent(PATHS.start)).toHaveLength(2);
  await site.stop();
  await server.stop();
});

test("a code whose answer was lost may be used up, and the user is told so", async ({
  page,
  open,
  login,
  inbox,
  address,
}) => {
  await open();
  await login.askAndArrive(address);
  const code = await inbox.code(address);
  await page.route(
    `**${PATHS.token}`,
    async (route) => {
      await route.fetch();
      await route.abort("connectionreset");
    },
    { times: 1 },
  );
  await login.type(code);
  await expect(login.message(say.unreachable)).toBeVisible();
  await login.verify.click();
  await expect(login.message(say.maybeUsed)).toBeVisible();
  await login.resend.click();
  await expect(login.message(say.resent)).toBeVisible();
  await login.code.fill(await inbox.code(address));
  await login.isSignedInAs(address);
});

test("leaving the screen while the code is checked drops the answer", async ({
  page,
  open,
  host,
  login,
  inbox,
  address,
}) => {
  await open();
  await login.askAndArrive(address);
  await page.route(`**${PATHS.token}`, () => {});
  await login.type(await inbox.code(address));
  await expect(login.verify).toHaveText("Checking code");
  const [request] = host.sent(PATHS.token);
  const gone = page.waitForEvent("requestfailed", (failed) => failed === request);
  await login.back.click();
  await gone;
  await login.asksForAddress();
  await login.isIdle();
  expect(host.heard("authenticated")).toHaveLength(0);
});

test("an account that is blocked, a client that may not, a page that is not the client's: each is told", async ({
  page,
  open,
  host,
  login,
  address,
}) => {
  const refusals: [number, string, string, string][] = [
    [401, "unauthorized", "user is blocked", say.blocked],
    [403, "unauthorized_client", "Grant type not allowed for the client.", say.notAllowed],
    [400, "bad.connection", "Connection is disabled", say.notAllowed],
    [400, "bad.email", "error in email - invalid format", say.addressRefused],
  ];
  await open();
  await host.isReady();
  for (const [status, error, error_description, sentence] of refusals) {
    const body = JSON.stringify({ error, error_description });
    await page.route(`**${PATHS.start}`, answer(status, "application/json", body), { times: 1 });
    await login.ask(address);
    await expect(login.message(sentence)).toBeVisible();
    await login.isIdle();
  }
  expect(host.heard("authorization_error")).toMatchObject(refusals.map(([, error]) => ({ error })));
});

for (const thrown of ["{ code: 42 }", "undefined", '"a word"', "null"])
  test(`a page whose own fetch rejects with ${thrown} is told of an unreachable server`, async ({
    page,
    open,
    host,
    login,
    inbox,
    address,
  }) => {
    await page.addInitScript(`{
      const own = fetch;
      let isDown = true;
      globalThis.fetch = (resource, options) => {
        const url = String(resource?.url ?? resource);
        if (!isDown || !url.includes("/passwordless/")) return own(resource, options);
        isDown = false;
        return Promise.reject(${thrown});
      };
    }`);
    await open();
    await host.isReady();
    await login.ask(address);
    await expect(login.message(say.unreachable)).toBeVisible();
    await login.isIdle();
    await login.continue.click();
    await expect(login.code).toBeFocused();
    await login.type(await inbox.code(address));
    await login.isSignedInAs(address);
  });

test("a page whose own fetch throws at once is told of an unreachable server", async ({
  page,
  open,
  host,
  login,
  inbox,
  address,
}) => {
  await page.addInitScript(() => {
    const own = fetch;
    let isDown = true;
    globalThis.fetch = (resource, options) => {
      const url = resource instanceof Request ? resource.url : String(resource);
      if (!isDown || !url.includes("/passwordless/")) return own(resource, options);
      isDown = false;
      throw new TypeError("this page counts its requests and has miscounted");
    };
  });
  await open();
  await host.isReady();
  await login.ask(address);
  await expect(login.message(say.unreachable)).toBeVisible();
  await login.isIdle();
  await login.continue.click();
  await expect(login.code).toBeFocused();
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
});
