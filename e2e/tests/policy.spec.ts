import { expect, test } from "../fixtures/test.ts";
import { PATHS } from "../fixtures/host.ts";
import { Login, wrong } from "../pages/login.ts";
import { say } from "../pages/sentences.ts";

// Pages that allow little: nothing inline, no HTML from strings, styles from nowhere.

const policy = (server: string, site: string, styles: string) =>
  [
    "default-src 'none'",
    `script-src ${site} ${server} 'wasm-unsafe-eval'`,
    `connect-src ${server}`,
    `style-src ${styles}`,
    `img-src ${site}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");

for (const styles of ["'none'", "'self'"])
  test(`under a strict policy with style-src ${styles} the whole login violates nothing`, async ({
    page,
    host,
    login,
    inbox,
    address,
    site,
    server,
  }) => {
    const headers = { "Content-Security-Policy": policy(server.origin, site.origin, styles) };
    await page.goto(
      site.page("strict", { headers, attributes: `logo="${site.origin}/logo.svg" heading="Sign in to the shop"` }),
    );
    await expect(login.heading("Sign in to the shop")).toBeVisible();
    await login.ask("nobody");
    await expect(login.message(say.enterValidAddress)).toBeVisible();
    await login.askAndArrive(address);
    const code = await inbox.code(address);
    await login.type(wrong(code));
    await expect(login.message(say.wrong)).toBeVisible();
    await login.back.click();
    await login.askAndArrive(address);
    await login.type(await inbox.code(address));
    await login.isSignedInAs(address);
    await page.reload();
    await login.isSignedInAs(address);
    await login.signOut.click();
    await login.asksForAddress();
    expect(host.violations).toEqual([]);
    // It looks like itself, too: the sheet is adopted, which no policy on styles is about.
    const field = await login.email.evaluate((it) => getComputedStyle(it).borderRadius);
    expect(field).toBe("11px");
  });

test("the policy of these tests is in force", async ({ page, host, site, server }) => {
  const headers = { "Content-Security-Policy": policy(server.origin, site.origin, "'none'") };
  await page.goto(site.page("strict", { headers }));
  const thrown = await page.evaluate(() => {
    try {
      document.createElement("template").innerHTML = "<b>bold</b>";
      return "";
    } catch (error) {
      return (error as Error).name;
    }
  });
  expect(thrown).toBe("TypeError");
  await expect.poll(() => host.violations.length).toBeGreaterThan(0);
  // These were wanted.
  host.violations.length = 0;
});

test("a page that allows no other server is told of in words", async ({ page, host, login, site, server }) => {
  const csp = policy(server.origin, site.origin, "'none'").replace(
    `connect-src ${server.origin}`,
    `connect-src ${server.origin}/latch.css ${server.origin}/widget_bg.wasm`,
  );
  await page.goto(site.page("strict", { headers: { "Content-Security-Policy": csp } }));
  await login.ask("ada@example.com");
  await expect(login.message(say.unreachable)).toBeVisible();
  await login.isIdle();
  // The request, and two that look for its reason.
  await expect.poll(() => host.violations.length).toBe(3);
  for (const violation of host.violations) expect(violation).toContain("connect-src");
  host.violations.length = 0;
});

test.describe("a page whose scripts change what all pages share", () => {
  const pages: Record<string, string> = {
    "enumerable extensions of Object and Array": `
      Object.prototype.extend = function () {};
      Array.prototype.each = function () {};
      String.prototype.strip = function () {};
    `,
    "its own ideas of console": "console.error = console.warn = console.log = () => { throw new Error('no console'); };",
    "frozen prototypes": "for (const it of [Object, Array, Function, String, Promise]) Object.freeze(it.prototype);",
    "a Promise that was wrapped": `
      const { then } = Promise.prototype;
      Promise.prototype.then = function (...all) { return then.apply(this, all); };
    `,
    "a fetch that was wrapped": `
      const own = fetch;
      globalThis.fetch = async function (...all) { return own.apply(this, all); };
    `,
  };
  for (const [what, script] of Object.entries(pages))
    test(`${what} can sign in`, async ({ open, login, inbox, address }) => {
      // Run by the page itself, before its widget.
      await open("plain", { instead: { '<script type="module"': `<script>${script}</script><script type="module"` } });
      await login.askAndArrive(address);
      await login.type(await inbox.code(address));
      await login.isSignedInAs(address);
    });

  test("elements named like what the widget asks for are in nobody's way", async ({
    open,
    login,
    inbox,
    address,
  }) => {
    const names = "fetch localStorage sessionStorage crypto location customElements CSSStyleSheet latch email code otp";
    const clobber = names
      .split(" ")
      .map((name) => `<form id="${name}" name="${name}"><input name="value"></form><img name="${name}" alt="">`)
      .join("");
    await open("plain", { instead: { "<main>": `${clobber}<main>` } });
    await login.askAndArrive(address);
    await login.type(await inbox.code(address));
    await login.isSignedInAs(address);
  });
});

test("no request of the widget goes anywhere but to its server", async ({
  open,
  host,
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
  const origins = new Set(host.requests.map((request) => new URL(request.url()).origin));
  expect([...origins].sort()).toEqual([site.origin, server.origin].sort());
  const toSite = host.requests.filter((request) => request.url().startsWith(site.origin));
  expect(toSite.every((request) => request.method() === "GET" && request.postData() === null)).toBe(true);
});

test.describe("markup in what the widget is given", () => {
  const payloads = [
    "<img src=x onerror=__xss()>",
    "<script>__xss()</script>",
    '"><svg onload=__xss()>',
    "javascript:__xss()",
    "{{constructor.constructor('__xss()')()}}",
    "<iframe srcdoc='<script>parent.__xss()</script>'>",
    "data:text/html,<script>parent.__xss()</script>",
    "' autofocus onfocus='__xss()",
    "</template><img src=x onerror=__xss()>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=__xss()>",
  ];
  const check = async (login: Login, xss: string[]) => {
    expect(xss).toEqual([]);
    const tags = await login.element.evaluate((element) =>
      [...element.querySelectorAll("*"), ...(element.shadowRoot?.querySelectorAll("*") ?? [])].map((it) => it.localName),
    );
    const strange = tags.filter((tag) => ["script", "svg", "iframe", "math", "template", "style"].includes(tag));
    expect(strange).toEqual([]);
  };

  test("its attributes is text", async ({ page, open, host, login }) => {
    const xss: string[] = [];
    await page.exposeFunction("__xss", () => xss.push("run"));
    page.on("dialog", (dialog) => {
      xss.push(dialog.message());
      void dialog.dismiss();
    });
    await open();
    await host.isReady();
    for (const payload of payloads)
      for (const name of ["heading", "logo", "login-hint", "lang", "scope", "audience", "client-id"]) {
        // What stands in the field comes before a hint.
        if (name === "login-hint") await login.email.fill("");
        await login.element.evaluate((it, [name, payload]) => it.setAttribute(name, payload), [name, payload] as const);
        if (name === "heading") await expect(login.heading(payload.trim())).toBeVisible();
        if (name === "login-hint") await expect(login.email).toHaveValue(payload);
        await login.asksForAddress();
      }
    await check(login, xss);
  });

  test("the server's words is text", async ({ page, open, host, login }) => {
    const xss: string[] = [];
    await page.exposeFunction("__xss", () => xss.push("run"));
    await open();
    await host.isReady();
    for (const payload of payloads) {
      const body = JSON.stringify({ error: payload, error_description: payload });
      await page.route(
        `**${PATHS.start}`,
        (route) =>
          route.fulfill({
            status: 400,
            contentType: "application/json",
            headers: { "Access-Control-Allow-Origin": "*" },
            body,
          }),
        { times: 1 },
      );
      await login.ask("ada@example.com");
      await expect(login.message(say.notAllowed)).toBeVisible();
      await login.email.fill("");
    }
    expect(host.heard("authorization_error").map(({ error }) => error)).toEqual(payloads);
    await check(login, xss);
  });

  test("the address is text", async ({ page, open, login, inbox, address }) => {
    const xss: string[] = [];
    await page.exposeFunction("__xss", () => xss.push("run"));
    const [local, domain] = address.split("@");
    const odd = `o'hara&{{1}}${local}@${domain}`;
    await open();
    await login.askAndArrive(odd);
    await expect(login.element.getByText(odd, { exact: true }).first()).toBeVisible();
    await login.type(await inbox.code(odd));
    await login.isSignedInAs(odd);
    await check(login, xss);
  });
});

test("under a strict policy the list of countries violates nothing", async ({ page, host, login, site, server }) => {
  const headers = { "Content-Security-Policy": policy(server.origin, site.origin, "'none'") };
  await page.goto(site.page("strict", { headers, attributes: 'connections="sms" region="NO"' }));
  await login.country.click();
  await login.searchCountry.fill("Denmark");
  await page.keyboard.press("Enter");
  await expect(login.country).toHaveAccessibleName("Country: Denmark +45");
  await login.phone.fill("20 12 34 56");
  await expect(login.reading).toBeVisible();
  expect(host.violations).toEqual([]);
});
