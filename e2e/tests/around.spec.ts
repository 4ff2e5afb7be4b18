import { expect, test } from "../fixtures/test.ts";
import { PATHS } from "../fixtures/host.ts";
import { Login } from "../pages/login.ts";
import { say } from "../pages/sentences.ts";

// What stands around the field: the page's terms, and the connections that lead elsewhere.

const TERMS = 'terms-url="https://shop.example/terms" privacy-url="/privacy"';

test.describe("terms", () => {
  test("that are only mentioned have real links, and are in nobody's way", async ({ open, login, site, address }) => {
    await open("plain", { attributes: `terms="notice" ${TERMS}` });
    await expect(login.terms).toHaveText("By continuing you agree to the Terms and Privacy policy.");
    const [terms, privacy] = [login.document("Terms"), login.document("Privacy policy")];
    await expect(terms).toHaveAttribute("href", "https://shop.example/terms");
    await expect(privacy).toHaveAttribute("href", new URL("/privacy", site.origin).href);
    for (const link of [terms, privacy]) {
      await expect(link).toHaveAttribute("target", "_blank");
      await expect(link).toHaveAttribute("rel", "noopener");
    }
    await login.askAndArrive(address);
  });

  test("that have to be accepted stop every way on, and say so", async ({ page, open, host, login, address }) => {
    await open("plain", { attributes: `terms="accept" connections="github email" ${TERMS}` });
    await login.ask(address);
    await expect(login.message(say.termsMissing)).toBeVisible();
    await expect(login.status).toHaveText(say.termsMissing);
    await expect(login.consent).toBeFocused();
    await expect(login.consent).toHaveAccessibleDescription(/Agree to the terms to continue\./);
    await login.email.focus();
    await login.continueWith("GitHub").click();
    await expect(login.consent).toBeFocused();
    expect(host.sent(PATHS.start)).toHaveLength(0);
    expect(page.url()).toContain("/plain.html");

    await page.keyboard.press("Space");
    await expect(login.message(say.termsMissing)).toBeHidden();
    await login.email.press("Enter");
    await expect(login.code).toBeFocused();
    await login.back.click();
    await expect(login.consent).toBeChecked();
  });

  test("with an address that is none of the web's are text, with a word to the developer", async ({ open, host, login }) => {
    await open("plain", { attributes: 'terms="notice" terms-url="javascript:alert(1)" privacy-url="https://a.example/"' });
    await expect(login.terms).toHaveText("By continuing you agree to the Privacy policy.");
    await expect(login.document("Terms")).toHaveCount(0);
    expect(host.console.filter((text) => text.includes("terms-url"))).toHaveLength(1);
  });

  test("are listed as their language lists", async ({ page, open }) => {
    await open("plain", { attributes: `terms="notice" lang="de" ${TERMS}` });
    const german = new Login(page, page.locator("latch-login"), "de");
    const sentence = "Mit dem Fortfahren akzeptieren Sie die Nutzungsbedingungen und die Datenschutzerklärung.";
    await expect(german.element.getByText(sentence)).toBeVisible();
  });
});

test.describe("another connection", () => {
  test("is a press away, and its answer becomes a session", async ({ page, open, login, host, inbox, server, address }) => {
    // What a server with a connection to Google does between these two addresses is its own affair.
    const asked: URL[] = [];
    await page.route(`${server.origin}/authorize?*`, async (route) => {
      const url = new URL(route.request().url());
      asked.push(new URL(url));
      url.searchParams.delete("connection");
      await route.continue({ url: url.href });
    });
    await open("plain", { attributes: 'connections="google-oauth2 email"' });
    await login.continueWith("Google").click();
    await page.waitForURL(/\/login\?/);
    await login.askAndArrive(address);
    await login.type(await inbox.code(address));
    await page.waitForURL(/\/plain\.html$/);
    await login.isSignedInAs(address);
    const { searchParams } = asked[0] ?? new URL("about:blank");
    expect(Object.fromEntries(searchParams)).toMatchObject({
      connection: "google-oauth2",
      response_type: "code",
      code_challenge_method: "S256",
      scope: "openid profile email",
    });
    for (const name of ["state", "nonce", "code_challenge"]) expect(searchParams.get(name)).toMatch(/^[\w-]{20,}$/);
    expect((await host.authenticated()).idTokenPayload).toMatchObject({ email: address });
  });

  test("stands where the page has it, under the name that people know", async ({ page, open, login }) => {
    await open("plain", { attributes: 'connections="apple email acme"' });
    await expect(login.continueWith("Apple")).toBeVisible();
    expect(await login.order()).toEqual(["Continue with Apple", "Continue with acme", "Email", "Continue"]);
    await page.goto("about:blank");
    await open("plain", { attributes: 'connections="email apple"' });
    await expect(login.continueWith("Apple")).toBeVisible();
    expect(await login.order()).toEqual(["Email", "Continue", "Continue with Apple"]);
  });

  test("may be all there is", async ({ open, login }) => {
    await open("plain", { attributes: 'connections="apple github"' });
    await expect(login.continueWith("GitHub")).toBeVisible();
    await expect(login.email).toHaveCount(0);
    await expect(login.continue).toHaveCount(0);
  });

  test("looks as the page says", async ({ page, open, login }) => {
    await open("plain", { attributes: 'connections="acme email"' });
    await login.element.evaluate((it) => {
      const look = { displayName: "Acme staff", primaryColor: "#101418", foregroundColor: "#fff", icon: "logo.svg" };
      Object.assign(it, { buttons: { acme: look } });
    });
    const button = login.continueWith("Acme staff");
    await expect(button).toHaveCSS("background-color", "rgb(16, 20, 24)");
    await expect(button).toHaveCSS("color", "rgb(255, 255, 255)");
    await expect(button.locator("img")).toHaveAttribute("src", new URL("logo.svg", page.url()).href);
  });
});

test("a connection that people know by its sign has it, and every other one a letter", async ({ page, open, login, server }) => {
  const known = "google-oauth2 apple windowslive facebook github twitter bitbucket discord dropbox line paypal shopify spotify".split(" ");
  const answers = new Map<string, number>();
  page.on("response", (response) => {
    const [, name] = /\/icons\/(\w+)\.svg$/.exec(new URL(response.url()).pathname) ?? [];
    if (name && response.url().startsWith(server.origin)) answers.set(name, response.status());
  });
  await open("plain", { attributes: `connections="${known.join(" ")} acme-saml"` });
  await expect(login.continueWith("acme-saml")).toContainText("A");
  await expect.poll(() => [...answers.values()]).toEqual(known.map(() => 200));
});
