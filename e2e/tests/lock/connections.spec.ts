import { expect, newNumber, test } from "../../fixtures/drop-in.ts";

// Lock's options for what people sign in with, by name.

test("allowedConnections chooses the connections, and their order", async ({ page, lock }) => {
  await lock.open({ allowedConnections: ["sms"] });
  await expect(lock.login.phone).toBeVisible();
  await lock.run("lock.hide(); lock.show({ allowedConnections: ['sms', 'email'] })");
  await expect.poll(() => lock.attribute("connections")).toBe("sms email");
  await lock.run("lock.hide(); lock.show({ allowedConnections: ['email', 'sms'] })");
  await expect.poll(() => lock.attribute("connections")).toBe("email sms");
  await expect(lock.login.either).toBeVisible();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await lock.open({ allowedConnections: ["email"] });
  await expect(lock.login.email).toBeFocused();
  expect(asked, "both names are known without asking").not.toContain("/client/demo.js");
});

test("allowedConnections left out takes what the server has, and email where it has both, as Lock does", async ({
  host,
  lock,
}) => {
  await lock.open({ allowedConnections: [] });
  await expect(lock.login.email).toBeVisible();
  expect(await lock.attribute("connections")).toBe("email");
  expect(host.sent("/client/demo.js")).toHaveLength(1);
});

/** A tenant with more connections than ours has. */
const settings = {
  id: "demo",
  strategies: [
    { name: "auth0", connections: [{ name: "Users" }] },
    { name: "waad", connections: [{ name: "corporate", display_name: "Contoso" }] },
    { name: "google-oauth2", connections: [{ name: "google-oauth2" }] },
    { name: "github", connections: [{ name: "github", display_name: "GitHub at work" }] },
    { name: "sms", connections: [{ name: "our-sms" }] },
    { name: "email", connections: [{ name: "our-email" }] },
  ],
};
const script = { contentType: "text/javascript", body: `Auth0.setClient(${JSON.stringify(settings)});` };

test("allowedConnections left out offers social connections beside email, and a company's only by name", async ({
  page,
  lock,
}) => {
  await page.route("**/client/demo.js", (route) => route.fulfill(script));
  await lock.open({ allowedConnections: [] });
  await expect(lock.element).toBeAttached();
  expect(await lock.attribute("connections")).toBe("google-oauth2 github email");
  await lock.open({ allowedConnections: ["corporate", "nobody's", "our-sms"] });
  await expect(lock.element).toBeAttached();
  expect(await lock.attribute("connections")).toBe("corporate sms");
});

test("useCustomPasswordlessConnection names the tenant's own connection, and leaves the strategy's name where it is not true", async ({
  page,
  lock,
}) => {
  await page.route("**/client/demo.js", (route) => route.fulfill(script));
  await lock.open({ allowedConnections: ["our-email", "our-sms"], useCustomPasswordlessConnection: true });
  await expect(lock.element).toBeAttached();
  expect(await lock.attribute("connections")).toBe("email:our-email sms:our-sms");
  await lock.open({ allowedConnections: ["our-email", "our-sms"], useCustomPasswordlessConnection: 1 });
  await expect(lock.element).toBeAttached();
  expect(await lock.attribute("connections")).toBe("email sms");
});

test("a number signs in, too", async ({ lock, inbox }) => {
  const number = newNumber();
  await lock.open({ allowedConnections: ["sms"] });
  await lock.login.phone.fill(number);
  await lock.login.phone.press("Enter");
  await expect(lock.login.code).toBeFocused();
  await lock.login.type(await inbox.code(number));
  const { idTokenPayload } = await lock.hears("authenticated");
  expect(idTokenPayload).toMatchObject({ name: number });
});
