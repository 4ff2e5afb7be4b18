import type { BrowserContext, Page } from "@playwright/test";
import { PATHS } from "../fixtures/host.ts";
import { expect, test } from "../fixtures/test.ts";
import { Site } from "../fixtures/site.ts";
import { Login } from "../pages/login.ts";
import { say } from "../pages/sentences.ts";
import { ServerPage } from "../pages/server.ts";

// Logins that leave the page and come back: by a link, by the hosted page, by a ticket.

/** The ways of a login that leaves the page. */
const LINK = { attributes: 'method="link"' };
const IMPLICIT = { attributes: 'method="link" response-type="token id_token"' };
const BOTH = { attributes: 'method="both"' };
const HOSTED = { attributes: 'exchange="redirect"' };
const CROSSING = { attributes: 'exchange="cross-origin"' };
const FRAMED = { attributes: 'exchange="cross-origin" response-mode="web_message"' };

/** Follows a link as its reader does: opens it, and presses the button. */
const follow = async (context: BrowserContext, link: string | null): Promise<Page> => {
  const page = await context.newPage();
  await page.goto(link ?? "");
  await new ServerPage(page).signIn.click();
  return page;
};

test.describe("a link", () => {
  test("signs in the tab that it opens, and the one that asked for it", async ({
    page,
    context,
    open,
    login,
    host,
    inbox,
    address,
  }) => {
    await open("plain", LINK);
    await login.ask(address);
    await expect(login.heading(say.checkYourEmail)).toBeVisible();
    await expect(login.status).toHaveText(`Link sent to ${address}.`);
    await expect(login.code).toHaveCount(0);
    const { link, code, text } = await inbox.next(address);
    expect(text).not.toContain(`code: ${code}`);

    const other = await follow(context, link);
    await new Login(other).isSignedInAs(address);
    await login.isSignedInAs(address);
    const { idTokenPayload } = await host.authenticated(other);
    expect(idTokenPayload).toMatchObject({ email: address, email_verified: true });
    // What came back is gone from the address, and a reload brings nothing again.
    expect(new URL(other.url()).search + new URL(other.url()).hash).toBe("");
    await other.reload();
    await new Login(other).isSignedInAs(address);
    expect(host.heard("authenticated")).toHaveLength(1);
    expect(page.url()).toContain("/plain.html");
  });

  test("that is opened in another browser signs nobody in, and says what to do", async ({
    browser,
    open,
    login,
    inbox,
    address,
  }) => {
    await open("plain", LINK);
    await login.ask(address);
    const { link } = await inbox.next(address);
    const elsewhere = await browser.newContext();
    const other = new Login(await follow(elsewhere, link));
    await expect(other.message(say.linkElsewhere)).toBeVisible();
    await expect(other.email).toBeEditable();
    await elsewhere.close();
    await expect(login.heading(say.checkYourEmail)).toBeVisible();
  });

  test("that programs open first, and submit, signs in its reader and none of them", async ({
    browser,
    context,
    server,
    open,
    login,
    inbox,
    address,
  }) => {
    await open("plain", LINK);
    await login.ask(address);
    const link = (await inbox.next(address)).link ?? "";
    // Programs that look into mail, as they call themselves.
    for (const agent of ["curl/8.5.0", "Mozilla/5.0 (compatible; Microsoft Safe Links)", "GoogleImageProxy", ""])
      for (const method of ["HEAD", ...Array.from({ length: 10 }, () => "GET")]) {
        const headers = { "User-Agent": agent, Purpose: "prefetch" };
        const { status, headers: answer } = await fetch(link, { method, headers, redirect: "manual" });
        expect([status, answer.get("set-cookie"), answer.get("location")]).toEqual([200, null, null]);
      }
    // One that is a browser, runs scripts, and submits whatever can be submitted.
    const scanner = await browser.newContext({ userAgent: "Mozilla/5.0 (X11) HeadlessChrome/156 scanner" });
    const page = await scanner.newPage();
    const visited: string[] = [];
    page.on("request", (request) => visited.push(request.url()));
    for (const submit of ["submit", "requestSubmit"] as const) {
      await page.goto(link);
      const again = page.waitForEvent("load");
      await page.evaluate((how) => {
        for (const form of document.forms) form[how]();
      }, submit);
      await again;
      await expect(new ServerPage(page).signIn).toBeVisible();
    }
    expect(await scanner.cookies()).toEqual([]);
    expect(visited.filter((url) => !url.startsWith(server.origin))).toEqual([]);
    await scanner.close();

    await new Login(await follow(context, link)).isSignedInAs(address);
  });

  test("that was sent again takes the place of the first", async ({ page, context, open, login, inbox, address }) => {
    await page.clock.install();
    await open("plain", LINK);
    await login.ask(address);
    const first = await inbox.next(address);
    await expect(login.resendLink).toHaveAttribute("aria-disabled", "true");
    await page.clock.runFor(31_000);
    await login.resendLink.click();
    await expect(login.message("New link sent. Only the newest one works.")).toBeVisible();
    const second = await inbox.next(address);

    const stale = new Login(await follow(context, first.link));
    await expect(stale.message(say.linkRefused)).toBeVisible();
    await expect(stale.email).toHaveValue(address);
    await new Login(await follow(context, second.link)).isSignedInAs(address);
  });

  test("can bring tokens at once, which are checked like all others", async ({ context, open, login, host, inbox, address }) => {
    await open("plain", IMPLICIT);
    await login.ask(address);
    const { link } = await inbox.next(address);
    const other = await follow(context, link);
    await new Login(other).isSignedInAs(address);
    expect((await host.authenticated(other)).accessToken).not.toBe("");
    expect(other.url()).not.toContain("token");
    expect(host.sent(PATHS.token)).toEqual([]);
  });

  test("and a code in one message: the code does as well", async ({ open, login, inbox, address }) => {
    await open("plain", BOTH);
    await login.ask(address);
    const { link, code } = await inbox.next(address);
    expect(link).toContain("/passwordless/verify_redirect");
    await expect(login.code).toBeFocused();
    await login.type(code ?? "");
    await login.isSignedInAs(address);
  });

  test("and a code in one message: the link does as well", async ({ context, open, login, inbox, address }) => {
    await open("plain", BOTH);
    await login.ask(address);
    const { link } = await inbox.next(address);
    const other = new Login(await follow(context, link));
    await other.isSignedInAs(address);
    await login.isSignedInAs(address);
  });
});

test("where the hosted page asks, one press leads there and back", async ({ page, open, login, host, inbox, address }) => {
  await open("plain", HOSTED);
  await expect(login.email).toHaveCount(0);
  await login.continue.click();
  await page.waitForURL(/\/login\?/);
  await login.askAndArrive(address);
  await login.type(await inbox.code(address));
  await page.waitForURL(/\/plain\.html$/);
  await login.isSignedInAs(address);
  expect((await host.authenticated()).idTokenPayload).toMatchObject({ email: address });
});

test("who says no where another connection asks is told that nothing came of it, and can go on", async ({
  page,
  open,
  login,
  host,
  inbox,
  address,
}) => {
  // As a server answers whose user has declined (RFC 6749, 4.1.2.1): ours has no other connections.
  await page.route("**/authorize?*", (route) => {
    const asked = new URL(route.request().url()).searchParams;
    expect(asked.get("connection")).toBe("github");
    const back = new URL(asked.get("redirect_uri") ?? "");
    const answer = { error: "access_denied", error_description: "The user said no", state: asked.get("state") ?? "" };
    for (const [name, value] of Object.entries(answer)) back.searchParams.set(name, value);
    return route.fulfill({ status: 302, headers: { location: back.href } });
  });
  await open("plain", { attributes: 'connections="github email"' });
  await login.continueWith("GitHub").click();
  await expect(login.message(say.declined)).toBeVisible();
  expect(await host.hears("authorization_error")).toMatchObject({
    error: "access_denied",
    error_description: "The user said no",
  });
  expect(new URL(page.url()).search).toBe("");
  await expect(login.continueWith("GitHub")).toBeEnabled();
  await login.askAndArrive(address);
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
});

test("an answer that nobody here asked for signs nobody in", async ({ page, site, login, host }) => {
  await page.goto(`${site.page("plain", HOSTED)}?code=stolen&state=latch-demo-made-up`);
  await expect(login.message(say.linkElsewhere)).toBeVisible();
  expect(host.sent(PATHS.token)).toEqual([]);
  expect(new URL(page.url()).search).toBe("");
});

test("an answer to another library of the page is left to it", async ({ page, site, login, host }) => {
  await page.goto(`${site.page("plain")}?code=theirs&state=theirs`);
  await login.asksForAddress();
  expect(new URL(page.url()).search).toBe("?code=theirs&state=theirs");
  expect(host.sent(PATHS.token)).toEqual([]);
});

// On one site with the server, as Auth0's embedded login needs it: browsers keep cookies from others.
test.describe("a ticket of /co/authenticate", () => {
  const onOneSite = async (origin: string, use: (site: Site) => Promise<void>) => {
    const site = await Site.start(() => origin, { host: "localhost" });
    await use(site);
    await site.stop();
  };

  test("takes its user through /authorize and back", async ({ page, server, login, host, inbox, address }) => {
    await onOneSite(server.origin, async (site) => {
      await page.goto(site.page("plain", CROSSING));
      await login.askAndArrive(address);
      await login.type(await inbox.code(address));
      await login.isSignedInAs(address);
      await host.authenticated();
      expect(host.sent("/co/authenticate")).toHaveLength(1);
      expect(host.sent("/authorize")).toHaveLength(1);
    });
  });

  test("does so in a frame where the page is not to be left", async ({ page, server, login, host, inbox, address }) => {
    await onOneSite(server.origin, async (site) => {
      await page.goto(site.page("plain", FRAMED));
      await page.evaluate(() => Object.assign(globalThis, { stayed: true }));
      await login.askAndArrive(address);
      await login.type(await inbox.code(address));
      await login.isSignedInAs(address);
      await host.authenticated();
      expect(await page.evaluate(() => "stayed" in globalThis)).toBe(true);
      await expect(page.locator("iframe")).toHaveCount(0);
    });
  });

  test("is what the same code becomes where the client may not exchange codes itself", async ({ page, server, login, inbox, address }) => {
    await onOneSite(server.origin, async (site) => {
      // As Auth0 answers a client without the grant.
      await page.route(`**${PATHS.token}`, async (route) => {
        if (!route.request().postData()?.includes("passwordless/otp")) return route.continue();
        const body = { error: "unauthorized_client", error_description: "Grant type not allowed for the client." };
        return route.fulfill({ status: 403, json: body, headers: { "access-control-allow-origin": site.origin } });
      });
      await page.goto(site.page("plain"));
      await login.askAndArrive(address);
      await login.type(await inbox.code(address));
      await login.isSignedInAs(address);
    });
  });
});
