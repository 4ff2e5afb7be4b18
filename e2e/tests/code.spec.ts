import { expect, test } from "../fixtures/test.ts";
import { PATHS } from "../fixtures/host.ts";
import { wrong } from "../pages/login.ts";
import { say } from "../pages/sentences.ts";

test.use({ settings: { env: { LATCH_RESEND_SECONDS: "0" } } });

const ARABIC_INDIC = "٠١٢٣٤٥٦٧٨٩";
const PERSIAN = "۰۱۲۳۴۵۶۷۸۹";
const FULL_WIDTH = "０１２３４５６７８９";

const inDigits = (digits: string) => (code: string) =>
  [...code].map((digit) => digits[Number(digit)] ?? "?").join("");

const waysToWrite: [string, (code: string) => string][] = [
  ["a whole sentence", (code) => `Hello! Your code is ${code}. It is valid for 3 minutes.`],
  ["the message's own last line", (code) => `@shop.example #${code}`],
  ["a number of another length before it", (code) => `Order 20261121 of 12:30: ${code}`],
  ["spaces", (code) => [...code].join(" ")],
  ["a dash in the middle", (code) => `${code.slice(0, 3)}-${code.slice(3)}`],
  ["a no-break space and zero-width marks", (code) => `\u200b${code.slice(0, 3)}\u00a0${code.slice(3)}\ufeff`],
  ["Arabic-Indic digits", inDigits(ARABIC_INDIC)],
  ["Persian digits", inDigits(PERSIAN)],
  ["full-width digits", inDigits(FULL_WIDTH)],
];

for (const [how, write] of waysToWrite)
  test(`a code pasted with ${how} signs in`, async ({ open, host, login, inbox, address }) => {
    await open();
    await login.askAndArrive(address);
    const code = await inbox.code(address);
    await login.paste(write(code));
    await login.isSignedInAs(address);
    expect(host.sent(PATHS.token)).toHaveLength(1);
    expect(host.sent(PATHS.token)[0]?.postDataJSON()).toMatchObject({ otp: code, username: address });
  });

test("Arabic-Indic digits can be typed one by one", async ({ open, login, inbox, address }) => {
  await open();
  await login.askAndArrive(address);
  const code = await inbox.code(address);
  await login.type(inDigits(ARABIC_INDIC)(code.slice(0, 3)));
  await expect(login.code).toHaveValue(code.slice(0, 3));
  await login.type(inDigits(ARABIC_INDIC)(code.slice(3)));
  await login.isSignedInAs(address);
});

test("letters do not get into the field, and a code that is too long is cut", async ({
  open,
  host,
  login,
  inbox,
  address,
}) => {
  await open("plain", { attributes: 'auto-submit="off"' });
  await login.askAndArrive(address);
  const code = await inbox.code(address);
  await login.type(`a${code[0]}b${code[1]}`);
  await expect(login.code).toHaveValue(code.slice(0, 2));
  await login.code.fill(`${code}99`);
  await expect(login.code).toHaveValue(code);
  expect(host.sent(PATHS.token)).toHaveLength(0);
  await login.verify.click();
  await login.isSignedInAs(address);
});

test("an incomplete code is refused in place without asking the server", async ({ open, host, login, address }) => {
  await open();
  await login.askAndArrive(address);
  await login.type("123");
  await login.code.press("Enter");
  await expect(login.message(say.enterAllDigits)).toBeVisible();
  await expect(login.code).toHaveAttribute("aria-invalid", "true");
  expect(await login.selection()).toBe("123");
  expect(host.sent(PATHS.token)).toHaveLength(0);
});

test("a wrong code is selected for overtyping and announced, with the tries left from the second on", async ({
  open,
  host,
  login,
  inbox,
  address,
}) => {
  await open();
  await login.askAndArrive(address);
  const code = await inbox.code(address);

  await login.type(wrong(code));
  await expect(login.message(say.wrong)).toBeVisible();
  await expect(login.status).toHaveText(say.wrong);
  await expect(login.code).toBeFocused();
  await expect(login.code).toHaveAttribute("aria-invalid", "true");
  await expect(login.code).toHaveAccessibleDescription(new RegExp(say.wrong));
  expect(await login.selection()).toBe(wrong(code));
  expect(await login.states()).toEqual(["code", "error"]);
  expect(await host.hears("authorization_error")).toMatchObject({ error: "invalid_grant" });

  // The first key replaces the wrong code, and takes back what was said about it.
  await login.type(wrong(code, 2).slice(0, 1));
  await expect(login.code).toHaveValue(wrong(code, 2).slice(0, 1));
  await expect(login.code).not.toHaveAttribute("aria-invalid", "true");
  await login.type(wrong(code, 2).slice(1));
  await expect(login.message(say.wrongOneLeft)).toBeVisible();
  await expect(login.status).toHaveText(say.wrongOneLeft);

  await login.type(code);
  await login.isSignedInAs(address);
  expect(host.sent(PATHS.token)).toHaveLength(3);
});

test("the same wrong code again costs no try", async ({ open, host, login, inbox, address }) => {
  await open();
  await login.askAndArrive(address);
  const code = await inbox.code(address);
  await login.type(wrong(code));
  await expect(login.message(say.wrong)).toBeVisible();
  await login.code.press("Enter");
  await login.code.fill("");
  await login.type(wrong(code));
  await expect(login.message(say.wrong)).toBeVisible();
  expect(host.sent(PATHS.token)).toHaveLength(1);
  await login.code.fill(code);
  await login.isSignedInAs(address);
});

test("after too many tries the code is dead, and a new one signs in", async ({
  open,
  host,
  login,
  inbox,
  address,
  server,
}) => {
  await open();
  await login.askAndArrive(address);
  const code = await inbox.code(address);
  for (const by of [1, 2]) {
    await login.code.fill(wrong(code, by));
    await expect(login.message(by === 1 ? say.wrong : say.wrongOneLeft)).toBeVisible();
  }
  await login.code.fill(wrong(code, 3));
  await expect(login.message(say.outOfTries)).toBeVisible();
  await expect(login.status).toHaveText(say.outOfTries);
  await expect(login.code).toHaveCount(0);

  const answer = await fetch(server.origin + PATHS.token, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: host.sent(PATHS.token)[0]?.postData()?.replace(wrong(code, 1), code) ?? "",
  });
  expect(answer.status, "the right code comes too late").toBe(403);

  await login.resend.click();
  await expect(login.code).toBeFocused();
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
});

test("a code signs in once", async ({ browser, open, login, inbox, address, site, host, server }) => {
  await open();
  await login.askAndArrive(address);
  const code = await inbox.code(address);
  await login.type(code);
  await login.isSignedInAs(address);

  const used = host.sent(PATHS.token)[0];
  const again = await fetch(server.origin + PATHS.token, {
    method: "POST",
    headers: { "Content-Type": "application/json", Origin: new URL(site.origin).origin },
    body: used?.postData() ?? "",
  });
  expect(again.status).toBe(403);
  expect(await again.json()).toMatchObject({ error: "invalid_grant" });

  // Neither does it in another browser whose user read it over a shoulder and asks for one of their own.
  const context = await browser.newContext();
  const page = await context.newPage();
  const { Login } = await import("../pages/login.ts");
  const other = new Login(page);
  await page.goto(site.page("plain"));
  await other.askAndArrive(address);
  const fresh = await inbox.code(address);
  await other.type(code);
  await expect(other.message(say.wrong)).toBeVisible();
  await other.type(fresh);
  await other.isSignedInAs(address);
  await context.close();
});

test("a new code replaces the old one: the old one is refused, the new one signs in", async ({
  open,
  login,
  inbox,
  address,
}) => {
  await open();
  await login.askAndArrive(address);
  const old = await inbox.code(address);
  await login.resend.click();
  await expect(login.message(say.resent)).toBeVisible();
  await expect(login.status).toHaveText(`New code sent to ${address}. Only the newest one works.`);
  const fresh = await inbox.code(address);
  expect(fresh).not.toBe(old);

  await login.code.focus();
  await login.type(old);
  await expect(login.message(say.wrong)).toBeVisible();
  await login.type(fresh);
  await login.isSignedInAs(address);
});

test("asking for a new code keeps the field in reach", async ({ open, login, inbox, address }) => {
  await open();
  await login.askAndArrive(address);
  await login.type((await inbox.code(address)).slice(0, 2));
  await login.resend.click();
  await expect(login.message(say.resent)).toBeVisible();
  await expect(login.code).toBeEditable();
  await login.code.fill(await inbox.code(address));
  await login.isSignedInAs(address);
});
