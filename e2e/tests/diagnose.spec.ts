import type { Locator, Page } from "@playwright/test";
import { Guarded } from "../fixtures/captcha.ts";
import { Site } from "../fixtures/site.ts";
import { expect, test } from "../fixtures/test.ts";
import { Authority } from "../fixtures/tls.ts";
import { Login } from "../pages/login.ts";

// What a page's developer is told of a page on which nobody can sign in. Each fault is a real one.

type Finding = { id: string; severity: string; what: string; fix: string };
type Report = { ok: boolean; findings: Finding[] };

const diagnose = (element: Locator): Promise<Report> =>
  element.evaluate((it) => (it as HTMLElement & { diagnose(): Promise<Report> }).diagnose());

/** The login on a page that is shown in a frame of this one. */
const framed = async (page: Page, address: string): Promise<Login> => {
  await page.evaluate((src) => {
    const frame = document.createElement("iframe");
    frame.src = src;
    document.body.append(frame);
  }, address);
  const login = new Login(page, page.frameLocator("iframe").locator("latch-login"));
  await login.email.waitFor();
  return login;
};

const ids = ({ findings }: Report) => findings.map(({ id }) => id).sort();

test("a page on which people can sign in has nothing to be told", async ({ page, open, host, login, inbox, address }) => {
  await open();
  expect(await diagnose(login.element)).toEqual({ ok: true, findings: [] });
  await login.askAndArrive(address);
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
  expect(await diagnose(login.element)).toEqual({ ok: true, findings: [] });
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual(["latch.session.demo"]);
  expect(host.heard("authorization_error")).toEqual([]);
});

test("asking sends nobody anything", async ({ open, login, inbox, address }) => {
  await open();
  await diagnose(login.element);
  expect(await inbox.messages("-")).toEqual([]);
  await login.askAndArrive(address);
  expect(await inbox.messages(address)).toHaveLength(1);
});

test.describe("how the element was put on the page", () => {
  for (const [what, change, found] of [
    ["no domain", { domain: "" }, ["domain-missing"]],
    ["a domain that is an address", { domain: "http://localhost/login" }, ["domain-invalid"]],
    ["a server that is not there", { domain: "http://localhost:9" }, ["unreachable"]],
    ["no client id", { "client-id": "" }, ["client-id-missing"]],
    ["a client that the server does not know", { "client-id": "nobodys" }, ["client-id"]],
    ["a client that codes are no tokens for", { "client-id": "demo-server" }, ["grant"]],
    ["a language that there are no words for", { lang: "tlh" }, ["language"]],
    ["a logo that is not there", { logo: "gone.svg" }, ["logo"]],
    ["a connection that the server has not", { connections: "email sms:texts" }, ["connection-texts"]],
    ["an exchange by cookies of another site", { exchange: "cross-origin" }, ["third-party-cookies"]],
    ["a frame that needs them", { exchange: "cross-origin", "response-mode": "web_message" }, ["third-party-cookies"]],
  ] as const)
    test(what, async ({ open, login }) => {
      await open();
      await login.element.evaluate((it, change) => {
        for (const [name, value] of Object.entries(change)) it.setAttribute(name, value);
      }, change);
      expect(ids(await diagnose(login.element))).toEqual(found);
    });

  test("a server that is none", async ({ open, login, site }) => {
    await open();
    await login.element.evaluate((it, origin) => it.setAttribute("domain", origin), site.origin);
    expect(ids(await diagnose(login.element))).toEqual(["not-a-login-server"]);
  });

  test("a server that calls itself something else", async ({ page, open, login, server }) => {
    await page.route("**/.well-known/openid-configuration", async (route) => {
      const response = await route.fetch();
      return route.fulfill({ response, json: { ...(await response.json()), issuer: "https://login.shop.example/" } });
    });
    await open();
    const { findings } = await diagnose(login.element);
    expect(findings.map(({ id }) => id)).toEqual(["issuer"]);
    expect(findings[0]?.fix).toBe(
      `Set domain="https://login.shop.example", or issuer = "${server.origin}" in latch.toml.`,
    );
  });

  test("cookies of the server are no matter on its own site", async ({ page, server, login }) => {
    const beside = await Site.start(() => server.origin, { host: "localhost" });
    try {
      await page.goto(beside.page("plain", { attributes: 'exchange="cross-origin" response-mode="web_message"' }));
      expect((await diagnose(login.element)).findings).toEqual([]);
      expect(await page.evaluate(() => document.cookie)).toBe("");
    } finally {
      await beside.stop();
    }
  });

  test("where they are, the fix is said", async ({ open, login, site }) => {
    await open("plain", { attributes: 'exchange="cross-origin"' });
    const { ok, findings } = await diagnose(login.element);
    expect(ok, "some browsers let them through").toBe(true);
    expect(findings[0]?.what).toContain(`pages of other sites, as ${site.origin} is one`);
    expect(findings[0]?.fix).toContain('Set exchange="token"');
  });

  test("its script more than once", async ({ open, login }) => {
    const script = '<script type="module" src="http://localhost:4000/latch.js">';
    await open("plain", { instead: { [script]: `${script.replace(".js", ".js?again")}</script>${script}` } });
    expect(ids(await diagnose(login.element))).toEqual(["loaded-twice"]);
  });
});

test.describe("what the page's policy forbids", () => {
  const policy = (site: string, server: string) => ({
    "script-src": `${site} ${server} 'wasm-unsafe-eval'`,
    "connect-src": server,
    "img-src": site,
  });
  const header = (rules: Record<string, string>) => ({
    "Content-Security-Policy": Object.entries(rules)
      .map(([name, value]) => `${name} ${value}`)
      .join("; "),
  });

  test("is nothing where it is what the documents ask for", async ({ page, login, site, server }) => {
    await page.goto(site.page("strict", { headers: header(policy(site.origin, server.origin)) }));
    expect((await diagnose(login.element)).findings).toEqual([]);
  });

  for (const [id, rule] of [
    ["csp-wasm", (site: string, server: string) => ({ "script-src": `${site} ${server}` })],
    ["csp-connect", (site: string) => ({ "connect-src": site })],
    ["csp-image", () => ({ "img-src": "'none'" })],
    ["csp-avatar", () => ({})],
    // The element itself is there, and what it fetches is not.
    [
      "csp-script",
      (_: string, server: string) => ({ "script-src": `${server}/latch.js ${server}/diagnose.js 'wasm-unsafe-eval'` }),
    ],
    ["csp-icons", () => ({})],
  ] as const)
    test(`${id} is found, with the header to send`, async ({ page, host, login, site, server }) => {
      const rules = { ...policy(site.origin, server.origin), ...rule(site.origin, server.origin) };
      const avatar = id === "csp-avatar" ? "gravatar" : "off";
      const connections = id === "csp-icons" ? "email github" : "email";
      const attributes = `logo="${site.origin}/logo.svg" avatar="${avatar}" connections="${connections}"`;
      await page.goto(site.page("strict", { headers: header(rules), attributes }));
      const { findings } = await diagnose(login.element);
      expect(findings.map((it) => it.id)).toEqual([id]);
      expect(findings[0]?.fix).toMatch(/^Add to the page's header: Content-Security-Policy: /);
      // These were wanted.
      host.violations.length = 0;
      host.errors.length = 0;
    });
});

test("a frame that the page's policy forbids is found where an answer comes out of one", async ({ page, host, login, server }) => {
  const beside = await Site.start(() => server.origin, { host: "localhost" });
  try {
    const headers = { "Content-Security-Policy": `frame-src ${beside.origin}` };
    await page.goto(beside.page("plain", { headers, attributes: 'response-mode="web_message"' }));
    const { ok, findings } = await diagnose(login.element);
    expect([ok, findings.map(({ id }) => id)]).toEqual([false, ["csp-frame"]]);
    expect(findings[0]?.fix).toBe(`Add to the page's header: Content-Security-Policy: frame-src ${server.origin}`);
    await expect(page.locator("iframe")).toHaveCount(0);
    host.violations.length = 0;
  } finally {
    await beside.stop();
  }
});

test.describe("what a captcha needs where the server wants one", () => {
  for (const [id, header] of [
    ["csp-worker", (server: string) => `script-src ${server} 'wasm-unsafe-eval'`],
    ["trusted-types", () => "require-trusted-types-for 'script'; trusted-types default"],
  ] as const)
    test(`${id} is found, with the header to send, and without a captcha nobody asks`, async ({ page, host }) => {
      const guarded = await Guarded.start('provider = "proof_of_work"');
      try {
        const headers = { "Content-Security-Policy": header(guarded.server.origin) };
        const login = new Login(page);
        await page.goto(guarded.site.page("strict", { headers }));
        const { ok, findings } = await diagnose(login.element);
        expect([ok, findings.map((it) => it.id)]).toEqual([true, [id]]);
        expect(findings[0]?.fix).toMatch(/^Add to the page's header: Content-Security-Policy: /);
        await page.goto(guarded.site.page("strict", { headers, attributes: 'captcha="off"' }));
        expect((await diagnose(login.element)).findings).toEqual([]);
        host.violations.length = 0;
        host.errors.length = 0;
      } finally {
        await guarded.stop();
      }
    });
});

test.describe("how the page came", () => {
  test.use({ ignoreHTTPSErrors: true });

  test("by https, to a server that does not", async ({ page, server, login }) => {
    const authority = await Authority.create();
    const safe = await Site.start(() => server.origin, { certificate: authority.certificate });
    try {
      await page.goto(safe.page("plain"));
      await login.email.waitFor();
      await login.element.evaluate((it) => it.setAttribute("domain", "http://login.shop.example"));
      const { ok, findings } = await diagnose(login.element);
      expect(ok).toBe(false);
      expect(findings.find(({ id }) => id === "mixed-content")?.fix).toBe(
        'Set domain="https://login.shop.example", and serve the login by https.',
      );
    } finally {
      await safe.stop();
    }
  });

  test("by http, from another machine", async ({ page, site, server, login }) => {
    // The page's host is another one than this machine's, and nothing of what it is sent differs.
    for (const [host, origin] of [
      ["shop.example", site.origin],
      ["login.shop.example", server.origin],
    ])
      await page.route(`http://${host}/**`, async (route) => {
        const { pathname, search } = new URL(route.request().url());
        const headers = { ...route.request().headers(), host: new URL(origin ?? "").host };
        const response = await route.fetch({ url: `${origin}${pathname}${search}`, headers });
        const text = await response.text();
        const body = pathname.endsWith(".html") ? text.replaceAll(server.origin, "http://login.shop.example") : await response.body();
        return route.fulfill({ response, body });
      });
    await page.goto("http://shop.example/plain.html");
    await login.email.waitFor();
    const { ok, findings } = await diagnose(login.element);
    expect(ok).toBe(false);
    expect(findings.find(({ id }) => id === "insecure-context")?.fix).toContain("Serve the page by https.");
  });
});

test.describe("what the browser lets the page do", () => {
  test("storage that is blocked", async ({ page, open, login }) => {
    await page.addInitScript(() => {
      Object.defineProperty(globalThis, "localStorage", {
        get() {
          throw new DOMException("Access is denied for this document.", "SecurityError");
        },
      });
    });
    await open();
    const { findings } = await diagnose(login.element);
    expect(findings.map(({ id, severity }) => [id, severity])).toEqual([["storage-blocked", "warning"]]);
    expect(findings[0]?.what).toContain("localStorage cannot be used");
  });

  test("features that a header takes away", async ({ page, login, site }) => {
    const headers = { "Permissions-Policy": "publickey-credentials-get=(), clipboard-read=()" };
    await page.goto(site.page("plain", { headers }));
    const { findings } = await diagnose(login.element);
    expect(findings.map(({ id }) => id)).toEqual(["permissions-policy"]);
    expect(findings[0]?.fix).toBe(
      "Send the header Permissions-Policy: publickey-credentials-get=(self), clipboard-read=(self)",
    );
  });

  test("a browser without locks", async ({ page, open, login }) => {
    await page.addInitScript(() => Object.defineProperty(Navigator.prototype, "locks", { value: undefined }));
    await open();
    expect(ids(await diagnose(login.element))).toEqual(["tabs"]);
  });

  for (const [sandbox, found] of [
    ["allow-scripts", ["sandbox-forms", "sandbox-origin"]],
    ["allow-scripts allow-forms", ["sandbox-origin"]],
    ["allow-scripts allow-same-origin", ["sandbox-forms"]],
    ["allow-scripts allow-same-origin allow-forms", []],
  ] as const)
    test(`a frame with sandbox="${sandbox}"`, async ({ page, open, site }) => {
      await open("empty");
      await page.evaluate(
        ([sandbox, src]) => {
          const frame = document.createElement("iframe");
          frame.setAttribute("sandbox", sandbox);
          frame.src = src;
          document.body.append(frame);
        },
        [sandbox, site.page("plain")] as const,
      );
      const login = new Login(page, page.frameLocator("iframe").locator("latch-login"));
      await login.email.waitFor();
      const report = await diagnose(login.element);
      // Whether a page in it may be asked for at all is the server's business: it has no origin.
      expect(ids(report).filter((id) => id.startsWith("sandbox"))).toEqual(found);
    });

  test("a frame of another origin", async ({ page, open, server }) => {
    const other = await Site.start(() => server.origin, { host: "localhost" });
    try {
      await open("empty");
      const login = await framed(page, other.page("plain"));
      const { ok, findings } = await diagnose(login.element);
      expect(ok).toBe(true);
      expect(findings.map(({ id }) => id)).toContain("storage-partitioned");
      expect(findings.find(({ id }) => id === "permissions-policy")?.fix).toContain("to the <iframe>");
    } finally {
      await other.stop();
    }
  });

  test("cookies, in a frame of another origin, where the exchange needs them", async ({ page, open, server }) => {
    const other = await Site.start(() => server.origin, { host: "localhost" });
    try {
      await open("empty");
      const login = await framed(page, other.page("plain", { attributes: 'exchange="cross-origin"' }));
      const finding = (await diagnose(login.element)).findings.find(({ id }) => id === "third-party-cookies");
      expect(finding?.what).toContain("which browsers keep from frames of other sites");
      expect(finding?.fix).toContain('Set exchange="token"');
    } finally {
      await other.stop();
    }
  });

  test("a device's clock that is hours off", async ({ page, open, login }) => {
    await page.clock.install({ time: Date.now() + 2 * 3600 * 1000 });
    await page.clock.resume();
    await open();
    const { findings } = await diagnose(login.element);
    expect(findings.map(({ id }) => id)).toEqual(["clock"]);
    expect(findings[0]?.what).toContain("120 min ahead");
  });

  test("a service worker that takes every request", async ({ page, open, login }) => {
    await open("empty");
    await page.evaluate(async () => {
      await navigator.serviceWorker.register("/worker.js");
      await navigator.serviceWorker.ready;
    });
    await open();
    const { findings } = await diagnose(login.element);
    expect(findings.map(({ id }) => id)).toEqual(["service-worker"]);
  });
});
