import type { Locator } from "@playwright/test";
import { Site } from "../fixtures/site.ts";
import { expect, test } from "../fixtures/test.ts";
import { Login } from "../pages/login.ts";

// What a page's developer is told of a page on which nobody can sign in. Each fault is a real one.

type Finding = { id: string; severity: string; what: string; fix: string };
type Report = { ok: boolean; findings: Finding[] };

const diagnose = (element: Locator): Promise<Report> =>
  element.evaluate((it) => (it as HTMLElement & { diagnose(): Promise<Report> }).diagnose());

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
  ] as const)
    test(`${id} is found, with the header to send`, async ({ page, host, login, site, server }) => {
      const rules = { ...policy(site.origin, server.origin), ...rule(site.origin, server.origin) };
      const avatar = id === "csp-avatar" ? "gravatar" : "off";
      const attributes = `logo="${site.origin}/logo.svg" avatar="${avatar}"`;
      await page.goto(site.page("strict", { headers: header(rules), attributes }));
      const { findings } = await diagnose(login.element);
      expect(findings.map((it) => it.id)).toEqual([id]);
      expect(findings[0]?.fix).toMatch(/^Add to the page's header: Content-Security-Policy: /);
      // These were wanted.
      host.violations.length = 0;
      host.errors.length = 0;
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
      await page.evaluate((src) => {
        const frame = document.createElement("iframe");
        frame.src = src;
        document.body.append(frame);
      }, other.page("plain"));
      const login = new Login(page, page.frameLocator("iframe").locator("latch-login"));
      await login.email.waitFor();
      const { ok, findings } = await diagnose(login.element);
      expect(ok).toBe(true);
      expect(findings.map(({ id }) => id)).toContain("storage-partitioned");
      expect(findings.find(({ id }) => id === "permissions-policy")?.fix).toContain("to the <iframe>");
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
