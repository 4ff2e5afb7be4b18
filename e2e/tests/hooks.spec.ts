import type { Page } from "@playwright/test";
import { PATHS } from "../fixtures/host.ts";
import { expect, test } from "../fixtures/test.ts";
import { wrong } from "../pages/login.ts";
import { say } from "../pages/sentences.ts";

// What a page can have to say before a code is sent, and before one is checked.

type Asked = CustomEvent<Record<string, unknown>> & { waitUntil(promise: Promise<unknown>): void };

/** Listens on the page, with a function that is written here and runs there. */
const listen = (page: Page, name: string, listener: (event: Asked) => void) =>
  page.evaluate(
    ([name, body]) => document.addEventListener(name, new Function(`return ${body}`)()),
    [name, listener.toString()] as const,
  );

/** Has the page take down what it is asked. */
const takeDown = (page: Page) =>
  page.evaluate(() => {
    const asked: unknown[] = [];
    Object.assign(globalThis, { asked });
    for (const name of ["latch-before-send", "latch-before-verify"])
      document.addEventListener(name, (event) => asked.push([name, (event as CustomEvent).detail]));
  });
const asked = (page: Page) => page.evaluate(() => (globalThis as unknown as { asked: unknown[] }).asked);

test("a page hears of every code before it is sent or checked, and of none what it is", async ({
  page,
  open,
  host,
  login,
  inbox,
  address,
}) => {
  await open();
  await takeDown(page);
  await login.askAndArrive(address);
  await login.back.click();
  await login.askAndArrive(address);
  await login.type(wrong(await inbox.code(address)));
  await expect(login.message(say.wrong)).toBeVisible();
  const send = ["latch-before-send", { connection: "email", identifier: address, method: "code", resend: false }];
  const verify = ["latch-before-verify", { connection: "email", identifier: address, length: 6 }];
  expect(await asked(page)).toEqual([send, send, verify]);
  expect(host.sent(PATHS.start)).toHaveLength(2);
});

test("another code is asked for as one that is sent again", async ({ page, open, login, address }) => {
  await page.clock.install();
  await open();
  await login.askAndArrive(address);
  await takeDown(page);
  await page.clock.runFor(31_000);
  await login.resend.click();
  await expect(login.message(say.resent)).toBeVisible();
  expect(await asked(page)).toEqual([
    ["latch-before-send", { connection: "email", identifier: address, method: "code", resend: true }],
  ]);
});

test("a page that prevents a code from being sent leaves the form as it was", async ({
  page,
  open,
  host,
  login,
  address,
}) => {
  await open();
  await listen(page, "latch-before-send", (event) => {
    if (event.detail.identifier === "staff@example.com") event.preventDefault();
  });
  await login.ask("staff@example.com");
  await login.isIdle();
  await expect(login.email).toHaveValue("staff@example.com");
  await expect(login.email).toBeFocused();
  expect(await login.states()).toEqual(["identifier"]);
  expect(host.sent(PATHS.start)).toEqual([]);
  expect(host.heard("authorization_error")).toEqual([]);
  await login.askAndArrive(address);
});

test("a page is waited for, and what it then forbids does not happen", async ({ page, open, host, login, inbox, address }) => {
  await open();
  await page.evaluate(() => {
    document.addEventListener("latch-before-verify", (event) => {
      const decided = new Promise<void>((decide) => Object.assign(globalThis, { decide }));
      // The second is only known when the first is settled.
      const first = Promise.resolve().then(() => (event as Asked).waitUntil(decided.then(() => event.preventDefault())));
      (event as Asked).waitUntil(first);
    });
  });
  await login.askAndArrive(address);
  const code = await inbox.code(address);
  await login.type(code);
  await expect(login.verify).toHaveAttribute("aria-busy", "true");
  await page.evaluate(() => (globalThis as unknown as { decide(): void }).decide());
  await login.isIdle();
  await expect(login.code).toHaveValue(code);
  expect(host.sent(PATHS.token)).toEqual([]);
  expect(await login.states()).toEqual(["code"]);
});

test("a page that allows it after a while delays it only", async ({ page, open, login, inbox, address }) => {
  await open();
  for (const name of ["latch-before-send", "latch-before-verify"])
    await listen(page, name, (event) => event.waitUntil(new Promise((done) => setTimeout(done, 300))));
  await login.askAndArrive(address);
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
});

test("a page whose promise fails has something said, and costs no try", async ({ page, open, host, login, inbox, address }) => {
  await open();
  await login.askAndArrive(address);
  await page.evaluate(() => {
    let isFirst = true;
    document.addEventListener("latch-before-verify", (event) => {
      if (isFirst) (event as Asked).waitUntil(Promise.reject(new Error("Terms have changed.")));
      isFirst = false;
    });
  });
  const code = await inbox.code(address);
  await login.type(code);
  await expect(login.message(say.serverFault)).toBeVisible();
  await login.isIdle();
  expect(host.sent(PATHS.token)).toEqual([]);
  expect(host.heard("authorization_error")).toEqual([
    { error: "stopped", error_description: "Terms have changed." },
  ]);
  await login.verify.click();
  await login.isSignedInAs(address);
});

test("a page that never decides is waited for a minute, and its user can go back meanwhile", async ({
  page,
  open,
  host,
  login,
  inbox,
  address,
}) => {
  await page.clock.install();
  await open();
  await login.askAndArrive(address);
  await listen(page, "latch-before-verify", (event) => event.waitUntil(new Promise(() => {})));
  const code = await inbox.code(address);
  await login.type(code);
  await page.clock.runFor(59_000);
  await expect(login.verify).toHaveAttribute("aria-busy", "true");
  await page.clock.runFor(2_000);
  await expect(login.message(say.serverFault)).toBeVisible();
  await login.isIdle();
  await login.verify.click();
  await expect(login.verify).toHaveAttribute("aria-busy", "true");
  await login.back.click();
  await login.asksForAddress();
  await page.clock.runFor(90_000);
  await login.asksForAddress();
  expect(host.sent(PATHS.token)).toEqual([]);
});

test("signing out asks nobody", async ({ page, open, host, login, inbox, address }) => {
  await open("plain", { attributes: 'scope="openid offline_access"' });
  await login.askAndArrive(address);
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
  await takeDown(page);
  await login.signOut.click();
  await login.asksForAddress();
  expect(host.sent(PATHS.revoke)).toHaveLength(1);
  expect(await asked(page)).toEqual([]);
});
