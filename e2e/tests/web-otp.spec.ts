import type { Page } from "@playwright/test";
import { expect, newNumber, test } from "../fixtures/test.ts";
import { PATHS } from "../fixtures/host.ts";
import { type Login, wrong } from "../pages/login.ts";

// The browser offers the code of a text message that names the page (WebOTP). Chromium does so on phones only, so
// that this plays its part: what it is asked stands in `questions`, and it answers when a test has it answer.

type Question = { transport: string[]; isAborted: boolean; answer(code: string): void };
type Asked = { questions: Question[] };

/** A browser that knows WebOTP; and answers late where it is asked to: what is aborted is not always refused. */
const withWebOtp = (page: Page) =>
  page.addInitScript(() => {
    const questions: Question[] = [];
    const get = (options: { otp: { transport: string[] }; signal: AbortSignal }) =>
      new Promise((answered) => {
        const { transport } = options.otp;
        const question = { transport, isAborted: false, answer: (code: string) => answered({ type: "otp", code }) };
        options.signal.addEventListener("abort", () => Object.assign(question, { isAborted: true }));
        questions.push(question);
      });
    Object.assign(globalThis, { questions, OTPCredential: class {} });
    Object.defineProperty(navigator.credentials, "get", { value: get });
  });

/** For each question so far: what it was about, and whether it was taken back. */
const asked = (page: Page) =>
  page.evaluate(() =>
    (globalThis as unknown as Asked).questions.map(({ transport, isAborted }) => `${transport}${isAborted ? ", aborted" : ""}`),
  );

const answer = (page: Page, at: number, code: string) =>
  page.evaluate(([at, code]) => (globalThis as unknown as Asked).questions[at]?.answer(code), [at, code] as const);

/** What was answered has arrived, whatever became of it. */
const settled = (page: Page) => page.evaluate(() => new Promise((done) => setTimeout(done, 100)));

const askFor = async (login: Login, number: string) => {
  await login.phone.fill(number);
  await login.phone.press("Enter");
  await expect(login.code).toBeFocused();
};

test.beforeEach(async ({ page, open }) => {
  await withWebOtp(page);
  await open("plain", { attributes: 'connections="sms email"' });
});

test("the code that the browser offers is filled in and sent", async ({ page, login, host, inbox }) => {
  const number = newNumber();
  await askFor(login, number);
  expect(await asked(page)).toEqual(["sms"]);
  await answer(page, 0, await inbox.code(number));
  await expect(login.signOut).toBeVisible();
  expect(host.sent(PATHS.token)).toHaveLength(1);
});

test("nothing is asked where the code comes by mail", async ({ page, login, address }) => {
  await login.useEmail.click();
  await login.either.fill(address);
  await login.either.press("Enter");
  await expect(login.code).toBeFocused();
  expect(await asked(page)).toEqual([]);
});

test("whoever goes back is not asked any more, and an answer that comes all the same does nothing", async ({ page, login, host, inbox }) => {
  const number = newNumber();
  await askFor(login, number);
  await login.back.click();
  await expect(login.phone).toBeFocused();
  expect(await asked(page)).toEqual(["sms, aborted"]);
  const value = await login.phone.inputValue();
  await answer(page, 0, await inbox.code(number));
  await settled(page);
  await expect(login.phone).toHaveValue(value);
  expect(host.sent(PATHS.token)).toEqual([]);
});

test("whoever has sent a code by hand is not asked any more, nor again for the same message", async ({ page, login, host, inbox }) => {
  const number = newNumber();
  await askFor(login, number);
  const code = await inbox.code(number);
  await login.type(wrong(code));
  await expect(login.message(login.wrongCode)).toBeVisible();
  expect(await asked(page)).toEqual(["sms, aborted"]);
  await answer(page, 0, code);
  await settled(page);
  await expect(login.code).toHaveValue(wrong(code));
  expect(host.sent(PATHS.token)).toHaveLength(1);
});

test("what is asked goes with the element", async ({ page, login }) => {
  await askFor(login, newNumber());
  await login.element.evaluate((it) => it.remove());
  await expect.poll(() => asked(page)).toEqual(["sms, aborted"]);
});

test("another message is asked for anew", async ({ page, login, inbox }) => {
  const number = newNumber();
  await page.clock.install();
  await page.reload();
  await askFor(login, number);
  const old = await inbox.code(number);
  await page.clock.fastForward(31_000);
  await login.resend.click();
  await expect.poll(() => asked(page)).toEqual(["sms, aborted", "sms"]);
  await answer(page, 0, old);
  await expect(login.code).toHaveValue("");
  await answer(page, 1, await inbox.code(number));
  await expect(login.signOut).toBeVisible();
});
