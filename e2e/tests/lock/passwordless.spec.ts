import { expect, newNumber, test } from "../../fixtures/drop-in.ts";
import { say } from "../../pages/sentences.ts";

// Lock's options for passwordless logins, and those that say where things are, by name.

test("passwordlessMethod is a code, unless it is exactly link", async ({ lock }) => {
  for (const [options, method] of [
    [{}, "code"],
    [{ passwordlessMethod: "link" }, "link"],
    [{ passwordlessMethod: "Link" }, "code"],
  ] as const) {
    await lock.open(options);
    await expect(lock.element).toBeAttached();
    expect(await lock.attribute("method")).toBe(method);
  }
});

test("mustAcceptTerms and showTerms choose between terms to accept, to read, and none", async ({ lock }) => {
  const cases = [
    [{}, "notice"],
    [{ showTerms: false }, "off"],
    [{ mustAcceptTerms: true }, "accept"],
    [{ mustAcceptTerms: true, showTerms: false }, "accept"],
  ] as const;
  for (const [options, terms] of cases) {
    await lock.open(options);
    await expect(lock.element).toBeAttached();
    expect(await lock.attribute("terms")).toBe(terms);
  }
});

test("mustAcceptTerms and showTerms say what signUpTerms says, with its links, and run nothing", async ({ page, lock }) => {
  const signUpTerms = `Our <a href="javascript:alert(1)">small print</a>: <a href="/terms?a=1&amp;b=2" target="_blank"><b>terms</b></a>, not <a class=x href='https://example.com/privacy'>privacy</a>. &#169; 2026`;
  await lock.open({ mustAcceptTerms: true, languageDictionary: { signUpTerms } });
  const consent = page.getByRole("checkbox", { name: "Our small print: terms and privacy. © 2026", exact: true });
  await expect(consent).not.toBeChecked();
  await expect(lock.login.document("terms")).toHaveAttribute("href", new URL("/terms?a=1&b=2", page.url()).href);
  await expect(lock.login.document("privacy")).toHaveAttribute("href", "https://example.com/privacy");
  await expect(lock.login.document("small print")).toHaveCount(0);
  await lock.login.ask("ada@example.com");
  await expect(lock.login.message(say.termsMissing)).toBeVisible();

  for (const [sentence, shown] of [
    ["By signing up, you agree to our <i>rules</i>.", "By signing up, you agree to our rules."],
    ["Read <a href='https://example.com/rules'>our rules</a> first.", "Read our rules first."],
  ] as const) {
    await lock.open({ languageDictionary: { signUpTerms: sentence } });
    await expect(page.getByText(shown, { exact: true })).toBeVisible();
    await expect(page.getByRole("checkbox")).toHaveCount(0);
  }
  await expect(lock.login.document("our rules")).toHaveAttribute("href", "https://example.com/rules");
});

test("defaultLocation is the country that the list has chosen, and that numbers are read for", async ({ lock, inbox }) => {
  const number = newNumber();
  const national = number.slice("+47".length);
  await lock.open({ allowedConnections: ["sms"], defaultLocation: "no" });
  await expect(lock.login.country).toHaveAccessibleName("Country: Norway +47");
  expect(await lock.attribute("region")).toBe("NO");
  await lock.login.phone.fill(national);
  await expect(lock.login.reading).toHaveText(/^\u2066\+47 [\d ]+\u2069, Norway$/);
  await lock.login.phone.press("Enter");
  await lock.login.type(await inbox.code(number));
  expect((await lock.hears("authenticated")).idTokenPayload).toMatchObject({ sub: expect.stringMatching(/^sms\|/) });
});

test("prefill fills the field, again after it was hidden", async ({ lock }) => {
  await lock.open({ prefill: { email: "ada@example.com" } });
  await expect(lock.login.email).toHaveValue("ada@example.com");
  await lock.login.email.fill("else");
  await lock.run("lock.hide(); lock.show()");
  await expect(lock.login.email).toHaveValue("ada@example.com");
  const number = newNumber();
  await lock.open({
    allowedConnections: ["sms"],
    prefill: { email: "ada@example.com", phoneNumber: number },
  });
  await expect(lock.login.phone).toHaveValue(number);
});

test("configurationBaseUrl, clientBaseUrl and assetsUrl say where the application's settings are, the second before the first before the third", async ({
  page,
  lock,
}) => {
  const asked: string[] = [];
  await page.route("https://*.example/**", (route) => {
    asked.push(route.request().url());
    return route.fulfill({ status: 404 });
  });
  const [clientBaseUrl, configurationBaseUrl, assetsUrl] = [
    "https://one.example/x/",
    "https://two.example",
    "https://three.example",
  ];
  const cases = [
    [{ clientBaseUrl, configurationBaseUrl, assetsUrl }, "https://one.example/x/client/demo.js"],
    [{ configurationBaseUrl, assetsUrl }, "https://two.example/client/demo.js"],
    [{ assetsUrl }, "https://three.example/client/demo.js"],
  ] as const;
  for (const [options, address] of cases) {
    await lock.open({ ...options, allowedConnections: [], disableWarnings: true });
    const { code } = await lock.hears("unrecoverable_error");
    expect(code, "what cannot be loaded is told, as Lock tells it").toBe("sync");
    expect(asked).toContain(address);
    await expect(lock.login.heading(say.notSetUp)).toBeVisible();
  }
});

test("languageBaseUrl has Lock's own files of words, which are taken and fall back to ours", async ({
  page,
  lock,
}) => {
  let asked = "";
  await page.route("https://words.example/**", (route) => {
    asked = route.request().url();
    const body = 'Auth0.registerLanguageDictionary("fr", { title: "La boutique", submitLabel: "On y va" });';
    return route.fulfill({ contentType: "text/javascript", body });
  });
  await lock.open({
    language: "fr",
    languageBaseUrl: "https://words.example",
    languageDictionary: { submitLabel: "Allez" },
  });
  await expect(lock.login.heading("La boutique")).toBeVisible();
  await expect(lock.element.getByRole("button", { name: "Allez", exact: true })).toBeVisible();
  await expect(lock.element.getByRole("textbox", { name: "E-mail" })).toBeVisible();
  expect(asked).toMatch(/\/js\/lock\/\d+\.\d+\.\d+\/fr\.js$/);
});

test("flashMessage in show stands above the form as text, until it is hidden; one without a type or a text is refused", async ({
  page,
  lock,
}) => {
  await lock.open({}, { shows: false });
  for (const type of ["success", "info", "error"]) {
    await lock.run(
      `lock.show({ flashMessage: { type: "${type}", text: "You are <b>welcome</b><img src=x onerror=alert(1)>" } })`,
    );
    const message = page.getByText("You are welcome", { exact: true });
    await expect(message).toBeVisible();
    await expect(message).toHaveAttribute("data-type", type);
    await lock.run("lock.hide(); lock.show()");
    await expect(lock.login.email).toBeVisible();
    await expect(message).toHaveCount(0);
    await lock.run("lock.hide()");
  }
  await lock.run("lock.show({ flashMessage: { type: 'warning', text: 'x' } })");
  await lock.hears("unrecoverable_error");
  await lock.run("lock.show({ flashMessage: { type: 'info' } })");
  await lock.hears("unrecoverable_error", 2);
  await expect(lock.dialog).toHaveCount(0);
});

test("flashMessage in the constructor is not Lock's, and nothing is said", async ({ lock }) => {
  await lock.open({ flashMessage: { type: "error", text: "no" } });
  await expect(lock.login.email).toBeVisible();
  expect(await lock.property("flash")).toBeUndefined();
});

test("connectionResolver, plugins, _sendTelemetry, _telemetryInfo and __useTenantInfo are taken, and nothing is asked or sent for them", async ({
  host,
  server,
  lock,
  inbox,
  address,
}) => {
  await lock.open(`{
    connectionResolver: () => { throw new Error("called"); },
    plugins: [], _sendTelemetry: true, _telemetryInfo: { name: "shop" }, __useTenantInfo: true,
  }`);
  await lock.login.askAndArrive(address);
  await lock.login.type(await inbox.code(address));
  await lock.hears("authenticated");
  const theirs = host.requests.filter((request) => request.url().startsWith(server.origin));
  expect(theirs.length).toBeGreaterThan(3);
  for (const request of theirs) {
    expect(await request.headerValue("auth0-client")).toBeNull();
    expect(request.url()).not.toMatch(/auth0Client|tenants|info-v1/);
  }
});

test("a page whose application has no connection says that it is not set up, and tells no_connection", async ({
  lock,
}) => {
  await lock.open({ allowedConnections: ["nobody's"] });
  const { code, message } = await lock.hears("unrecoverable_error");
  expect(code).toBe("no_connection");
  expect(message).toContain("connection");
  await expect(lock.login.heading(say.notSetUp)).toBeVisible();
});
