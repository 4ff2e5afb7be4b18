import { expect, test } from "../../fixtures/drop-in.ts";
import { say } from "../../pages/sentences.ts";

// Lock's options for where the form is, and how it comes and goes, by name.

test("container takes an id, and the form stands in that element, without a way to close it", async ({
  page,
  lock,
}) => {
  await lock.open({ container: "place" });
  await expect(lock.place.getByRole("textbox", { name: "Email" })).toBeVisible();
  await expect(lock.dialog).toHaveCount(0);
  await expect(lock.login.email).not.toBeFocused();
  await page.keyboard.press("Escape");
  await expect(lock.login.email).toBeVisible();
  await lock.run("lock.hide()");
  await expect(lock.place).toBeEmpty();
  await lock.run("lock.show()");
  await expect(lock.login.email).toBeVisible();
});

test("container with an id that nobody has is an error at once, and the page can show it elsewhere later", async ({
  lock,
}) => {
  await lock.open({ container: "nowhere" }, { shows: false });
  const thrown = await lock.run("(() => { try { lock.show(); } catch (error) { return error.message; } })()");
  expect(thrown).toContain("nowhere");
  await lock.run(
    "{ const it = document.createElement('p'); it.id = 'nowhere'; document.body.append(it); lock.show(); }",
  );
  await expect(lock.login.email).toBeVisible();
});

test("closable gives a button and Escape, and the focus back; false takes both away", async ({
  page,
  lock,
}) => {
  await lock.open({}, { shows: false });
  await lock.button.click();
  await expect(lock.login.email).toBeFocused();
  await lock.close.click();
  await expect(lock.dialog).toHaveCount(0);
  await expect(lock.button).toBeFocused();
  await lock.button.press("Enter");
  await expect(lock.login.email).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(lock.button).toBeFocused();
  expect((await lock.names()).filter((name) => /^(show|hide)$/.test(name))).toEqual([
    "show",
    "hide",
    "show",
    "hide",
  ]);

  await lock.open({ closable: false });
  await expect(lock.login.email).toBeFocused();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await expect(lock.login.email).toBeVisible();
  await expect(lock.close).toHaveCount(0);
  await lock.run("lock.hide()");
  await expect(lock.dialog).toHaveCount(0);
});

test("closable leaves the list of countries its own press: one beside it closes the list alone", async ({ page, lock }) => {
  await lock.open({ allowedConnections: ["sms"] });
  await lock.login.country.click();
  await expect(lock.login.searchCountry).toBeFocused();
  await page.mouse.click(5, 5);
  await expect(lock.login.countries).toHaveCount(0);
  await expect(lock.login.phone).toBeVisible();
  await page.mouse.click(5, 5);
  await expect(lock.dialog).toHaveCount(0);
});

test("autoclose closes it as soon as somebody is signed in, and authenticated is told all the same", async ({
  lock,
  inbox,
  address,
}) => {
  await lock.open({ autoclose: true });
  await lock.login.askAndArrive(address);
  await lock.login.type(await inbox.code(address));
  await expect(lock.dialog).toHaveCount(0);
  expect((await lock.hears("authenticated")).idTokenPayload).toMatchObject({ email: address });
  await lock.hears("hide");
});

test("autoclose left out leaves the signed-in screen up, with no button that would end the page's session", async ({
  host,
  lock,
  inbox,
  address,
}) => {
  await lock.open({});
  await lock.login.askAndArrive(address);
  await lock.login.type(await inbox.code(address));
  await expect(lock.login.heading(say.signedIn)).toBeVisible();
  await expect(lock.login.signOut).toBeHidden();
  // The page hides it, and somebody else signs in: nobody is signed out for that.
  await lock.run("lock.hide(); lock.show()");
  await expect(lock.login.goOn).toBeVisible();
  await lock.login.beAnother.click();
  await lock.login.asksForAddress();
  expect(host.sent("/oauth/revoke")).toHaveLength(0);
});

test("autofocus puts the focus into the field; false, and a narrow screen, leave it to the dialog", async ({
  page,
  lock,
}) => {
  await lock.open({ container: "place", autofocus: true });
  await expect(lock.login.email).toBeFocused();
  await lock.open({ autofocus: false });
  await expect(lock.login.email).toBeVisible();
  await expect(lock.login.email).not.toBeFocused();
  const isInside = () => page.evaluate(() => document.activeElement?.localName === "latch-login");
  expect(await isInside(), "the focus is in the dialog, and not on the page behind it").toBe(true);
  await page.setViewportSize({ width: 360, height: 640 });
  await lock.open({});
  await expect(lock.login.email).toBeVisible();
  await expect(lock.login.email).not.toBeFocused();
});
