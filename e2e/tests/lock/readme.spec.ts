import type { Page } from "@playwright/test";
import { expect, test as base } from "../../fixtures/clients.ts";
import type { Host } from "../../fixtures/host.ts";
import { Lock } from "../../pages/auth0-lock.ts";
import { Login } from "../../pages/login.ts";
import { ServerPage } from "../../pages/server.ts";

// The examples of Lock's own documents, on one page: with npm's Lock, and with nothing changed but the script's address.

/** A person in front of a Lock, whosever it is. */
type Person = {
  ask: (to: string) => Promise<void>;
  enter: (code: string) => Promise<void>;
  social: (name: string) => Promise<void>;
};

const people: Record<"npm's Lock" | "ours", (page: Page) => Person> = {
  "npm's Lock": (page) => {
    const lock = new Lock(page);
    return {
      ask: (to) => lock.enter(to.startsWith("+") ? lock.phone : lock.email, to.replace(/^\+1/, "")),
      enter: (code) => lock.enter(lock.code, code),
      social: (name) => lock.social(name).click(),
    };
  },
  ours: (page) => {
    const login = new Login(page);
    return {
      ask: async (to) => {
        await (to.startsWith("+") ? login.phone : login.email).fill(to);
        await page.keyboard.press("Enter");
      },
      enter: async (code) => {
        await expect(login.code).toBeFocused();
        await login.type(code);
      },
      social: (name) => login.continueWith(name).click(),
    };
  },
};

type Open = (...options: object[]) => Promise<void>;

const stories = base.extend<{ whose: keyof typeof people; person: Person; here: string; open: Open; user: ReturnType<Page["getByRole"]> }>({
  whose: ["ours", { option: true }],
  person: async ({ page, whose }, use) => use(people[whose](page)),
  user: async ({ page }, use) => use(page.getByRole("status", { name: "User", exact: true })),
  here: async ({ shop, tenant, whose }, use) => use(whose === "ours" ? tenant.readme : shop.page("readme")),
  open: async ({ page, host, tenant, here }, use) => {
    // Pictures of Auth0's and Gravatar's, which are nothing to the login.
    await page.route(/^https:\/\/(cdn|[\w.]+)\.(auth0|gravatar)\.com\//, (route) => route.abort());
    await use(async (...options) => {
      const settings = { domain: tenant.domain, options };
      await page.addInitScript((settings) => Object.assign(globalThis, { settings }), settings);
      await page.goto(here);
    });
    forgive(host);
  },
});

/** Lock's own mistake when it shows its last screen: its React components take a transition for an element. */
const forgive = (host: Host): void => {
  const others = host.errors.filter((error) => !/querySelector is not a function\n.*auth0-lock\.js/.test(error));
  host.errors.splice(0, Number.POSITIVE_INFINITY, ...others);
};

const button = (page: Page) => page.getByRole("button", { name: "Log in here", exact: true });

for (const whose of ["npm's Lock", "ours"] as const)
  stories.describe(whose, () => {
    stories.use({ whose });

    stories("without options signs in by email in a dialog, as the server's settings say", async ({ page, open, person, user, tenant, address }) => {
      await open();
      await button(page).click();
      await person.ask(address);
      await person.enter(await tenant.code(address));
      await expect(user).toHaveText(address);
      expect(new URL(page.url()).hash).toBe("");
    });

    stories("in a container, with another language and words, signs in by SMS", async ({ page, open, person, user, tenant }) => {
      await open({
        container: "hiw-login-container",
        allowedConnections: ["sms"],
        defaultLocation: "US",
        languageDictionary: { title: "My Company" },
      });
      await button(page).click();
      await expect(page.getByRole("heading", { name: "My Company" })).toBeVisible();
      await expect(page.locator("#hiw-login-container > *").first()).toBeVisible();
      const number = `+1415555${whose === "ours" ? "0166" : "0167"}`;
      await person.ask(number);
      await person.enter(await tenant.code(number));
      await expect(user).toHaveText(number);
    });

    stories("with auth.redirect false signs in without a load", async ({ page, open, person, user, tenant, address }) => {
      await open({ allowedConnections: ["email"], auth: { redirect: false } });
      await page.evaluate(() => Object.assign(globalThis, { stayed: true }));
      await button(page).click();
      await person.ask(address);
      await person.enter(await tenant.code(address));
      await expect(user).toHaveText(address);
      expect(await page.evaluate(() => "stayed" in globalThis)).toBe(true);
    });

    stories("with links signs in where the link leads", async ({ page, open, person, user, tenant, address }) => {
      await open({ allowedConnections: ["email"], passwordlessMethod: "link" });
      await button(page).click();
      await person.ask(address);
      await page.goto(await tenant.link(address));
      await new ServerPage(page).signIn.click();
      await expect(user).toHaveText(address);
    });

    stories("with a social connection asks /authorize for it, and takes the answer", async ({ page, open, person, user, tenant, here, login, signIn, address }) => {
      const strategies = [
        { name: "github", connections: [{ name: "github" }] },
        { name: "sms", connections: [{ name: "sms" }] },
      ];
      const body = `Auth0.setClient(${JSON.stringify({ id: "classic", strategies })});`;
      await page.route("**/client/classic.js*", (route) => route.fulfill({ contentType: "text/javascript", body }));
      let asked = new URLSearchParams();
      // The server has no such connection, and its own login answers.
      await page.route(/\/authorize\?.*connection=github/, (route) => {
        const url = new URL(route.request().url());
        asked = new URLSearchParams(url.search);
        url.searchParams.delete("connection");
        return route.fulfill({ status: 302, headers: { location: url.href } });
      });
      await open({ auth: { sso: false, audience: "", params: { scope: "openid profile email" }, connectionScopes: { github: ["repo", "gist"] } } });
      await button(page).click();
      await person.social("GitHub");
      await page.waitForURL(/\/login\?/);
      expect(Object.fromEntries(asked)).toMatchObject({
        client_id: "classic",
        connection: "github",
        connection_scope: "repo,gist",
        response_type: "token",
        redirect_uri: here,
        scope: "openid profile email",
        state: expect.any(String),
      });
      await signIn(address, login);
      await expect(user).toHaveText(address);
      expect(new URL(page.url()).origin).not.toBe(tenant.origin);
    });
  });
