import { expect, test as base } from "../../fixtures/clients.ts";
import { comesBack } from "../../pages/browser.ts";
import { DropIn } from "../../pages/drop-in.ts";
import { Login } from "../../pages/login.ts";
import { say } from "../../pages/sentences.ts";

// Social buttons of a Lock. The server has no such connections: where one is asked for, its own login answers.

const settings = {
  id: "classic",
  strategies: [
    { name: "github", connections: [{ name: "our-github", display_name: "GitHub" }] },
    { name: "email", connections: [{ name: "email" }] },
  ],
};

const test = base.extend<{ lock: DropIn; asked: URL[] }>({
  scheme: "http",
  /** What `/authorize` was asked for the connection. */
  asked: async ({ context }, use) => {
    const asked: URL[] = [];
    await context.route("**/client/classic.js", (route) =>
      route.fulfill({ contentType: "text/javascript", body: `Auth0.setClient(${JSON.stringify(settings)});` }),
    );
    await context.route(/\/authorize\?.*connection=our-github/, (route) => {
      const url = new URL(route.request().url());
      asked.push(new URL(url));
      url.searchParams.delete("connection");
      return route.fulfill({ status: 302, headers: { location: url.href } });
    });
    await use(asked);
  },
  lock: async ({ page, shop, tenant }, use) =>
    use(new DropIn(page, shop.page("drop-in"), () => tenant.domain)),
});

const auth = { responseType: "token id_token", params: { scope: "openid email", till: "3" } };
const written = (options: string) =>
  `{ allowedConnections: ["our-github", "email"], container: "place", ${options} }`;
const redirecting = written(`auth: ${JSON.stringify({ ...auth, connectionScopes: { "our-github": ["repo", "gist"] } })}`);

test("auth.connectionScopes goes with its connection to /authorize, as auth.params does, and the answer comes back", async ({
  page,
  shop,
  lock,
  asked,
  signIn,
  address,
}) => {
  await lock.open(redirecting, { clientId: "classic" });
  await lock.social("GitHub").click();
  await page.waitForURL(/\/login\?/);
  const back = comesBack(page, shop.page("drop-in"));
  await signIn(address);
  await back;
  expect((await lock.hears("authenticated")).idTokenPayload).toMatchObject({ email: address });
  expect(Object.fromEntries(asked[0]?.searchParams ?? [])).toMatchObject({
    connection: "our-github",
    connection_scope: "repo,gist",
    response_type: "token id_token",
    scope: "openid email",
    till: "3",
  });
});

test("federated login is told with Lock's names, and hooks.loggingIn has it wait", async ({ page, lock, asked }) => {
  await lock.open(
    written(`auth: ${JSON.stringify(auth)}, hooks: { loggingIn: (...all) => Object.assign(globalThis, { hook: all }) }`),
    { clientId: "classic" },
  );
  await lock.social("GitHub").click();
  expect(await lock.hears("federated login")).toEqual({
    name: "our-github",
    strategy: "github",
    action: "signup",
  });
  await expect.poll(() => lock.run("globalThis.hook?.[0] === null")).toBe(true);
  expect(asked).toHaveLength(0);
  await lock.run("{ hook[1](); }");
  await page.waitForURL(/\/login\?/);
});

test("hooks.loggingIn says no by throwing, and what it throws is said; a code asks it nothing", async ({
  page,
  lock,
  asked,
  tenant,
  address,
}) => {
  await lock.open(
    written(`hooks: { loggingIn: () => { throw { code: "hook_error", description: "Not on <b>Sundays</b>" }; } }`),
    { clientId: "classic" },
  );
  await lock.login.email.fill(address);
  await lock.social("GitHub").click();
  await expect(page.getByText("Not on Sundays", { exact: true })).toBeVisible();
  await expect(lock.login.email).toHaveValue(address);
  expect(asked).toHaveLength(0);
  await lock.login.email.press("Enter");
  await expect(lock.login.code).toBeFocused();
  await expect(page.getByText("Not on Sundays", { exact: true })).toHaveCount(0);
  await lock.login.type(await tenant.code(address));
  await lock.hears("authenticated");

  await lock.open(written(`hooks: { loggingIn: () => { throw new Error("no words for it"); } }`), { clientId: "classic" });
  await lock.run("sessionStorage.clear()");
  await lock.social("GitHub").click();
  await expect(page.getByText(say.serverFault, { exact: true })).toBeVisible();
  expect(await lock.names()).not.toContain("authorization_error");
});

test("popupOptions is how large the window is that auth.redirect false asks in, and the page stays", async ({
  page,
  lock,
  asked,
  tenant,
  address,
}) => {
  const options = written(
    `auth: ${JSON.stringify({ ...auth, redirect: false })}, popupOptions: { width: 420, height: 510, left: 0, top: 0 }`,
  );
  await lock.open(options, { clientId: "classic" });
  const opening = page.waitForEvent("popup");
  await lock.social("GitHub").click();
  const popup = await opening;
  const login = new Login(popup);
  await login.askAndArrive(address);
  expect(await popup.evaluate("[innerWidth, innerHeight]")).toEqual([420, 510]);
  await login.type(await tenant.code(address));
  const result = await lock.hears("authenticated");
  expect(result.idTokenPayload).toMatchObject({ email: address });
  expect(result.accessToken).toEqual(expect.any(String));
  expect(popup.isClosed()).toBe(true);
  expect(page.url()).not.toContain("#");
  expect(asked[0]?.searchParams.get("response_mode")).toBe("web_message");
  await expect(page.getByText(say.signedIn, { exact: true })).toBeVisible();
  await expect(lock.login.email).toBeHidden();
  await lock.run("lock.hide(); lock.show()");
  await lock.login.asksForAddress();
});

test("a window that is closed gives the form back, and one that is refused tells why", async ({
  page,
  context,
  lock,
  asked,
}) => {
  const options = written(
    `language: "nb", auth: ${JSON.stringify({ ...auth, redirect: false })}, languageDictionary: { error: { login: { "lock.popup_closed": "Så <b>synd</b>" } } }`,
  );
  await lock.open(options, { clientId: "classic" });
  const opening = page.waitForEvent("popup");
  await lock.social("GitHub").click();
  await (await opening).close();
  await expect(page.getByText("Så synd", { exact: true })).toBeVisible();
  expect(await lock.names()).not.toContain("authorization_error");
  expect(asked.length).toBeLessThanOrEqual(1);

  await context.unroute(/\/authorize\?.*connection=our-github/);
  // Somebody who says no at the other end, as a server answers it.
  await context.route(/\/authorize\?.*connection=our-github/, (route) => {
    const response = {
      error: "access_denied",
      error_description: "The user said no",
      state: new URL(route.request().url()).searchParams.get("state"),
    };
    const body = `<script>opener.postMessage(${JSON.stringify({ type: "authorization_response", response })}, "*")</script>`;
    return route.fulfill({ contentType: "text/html", body });
  });
  await lock.social("GitHub").click();
  // As Lock has it, whatever there was to be right about.
  const code = "invalid_user_password";
  expect(await lock.hears("authorization_error")).toEqual({ code, error: code, description: "The user said no" });
  await expect(page.getByText("Innloggingen ble ikke fullført. Prøv igjen.", { exact: true })).toBeVisible();
  await expect(lock.social("GitHub")).toBeEnabled();
});

test("popupOptions needs no popup for codes", async ({ page, lock, tenant, address }) => {
  const popups: unknown[] = [];
  page.on("popup", (popup) => popups.push(popup));
  await lock.open({ popupOptions: { width: 300 }, auth: { redirect: false } }, { clientId: "classic" });
  await lock.login.askAndArrive(address);
  await lock.login.type(await tenant.code(address));
  await lock.hears("authenticated");
  expect(popups).toHaveLength(0);
});

test("theme.authButtons says what social buttons are like, over what the tenant says", async ({ lock, asked, shop }) => {
  const look = { displayName: "Git", primaryColor: "#123456", foregroundColor: "#fedcba", icon: `${shop.origin}/logo.svg` };
  const options = { allowedConnections: ["our-github", "email"], languageDictionary: { signUpWithLabel: "Use %s" } };
  await lock.open(options, { clientId: "classic" });
  await expect(lock.element.getByRole("button", { name: "Use GitHub", exact: true })).toBeVisible();
  await lock.open({ ...options, theme: { authButtons: { "our-github": look } } }, { clientId: "classic" });
  const button = lock.element.getByRole("button", { name: "Use Git", exact: true });
  await expect(button).toHaveCSS("background-color", "rgb(18, 52, 86)");
  await expect(button).toHaveCSS("color", "rgb(254, 220, 186)");
  await expect(button.locator("img")).toHaveAttribute("src", look.icon);
  expect(asked).toHaveLength(0);
});
