import { expect, test } from "../fixtures/test.ts";
import { PATHS } from "../fixtures/host.ts";
import { wrong } from "../pages/login.ts";
import { say } from "../pages/sentences.ts";

test.use({ settings: { env: { LATCH_RESEND_SECONDS: "0" } } });

test("the whole way can be gone with the keyboard alone", async ({
  page,
  open,
  host,
  login,
  inbox,
  address,
}) => {
  const { keyboard } = page;
  await open();
  await host.isReady();

  await keyboard.press("Tab");
  await expect(login.email).toBeFocused();
  await keyboard.press("Tab");
  await expect(login.continue).toBeFocused();
  await keyboard.press("Enter");
  await expect(login.email, "what is wrong is where the user is taken").toBeFocused();
  await keyboard.type(address);
  await keyboard.press("Tab");
  await keyboard.press("Space");

  await expect(login.code).toBeFocused();
  await inbox.code(address);
  await keyboard.press("Tab");
  await expect(login.verify).toBeFocused();
  await keyboard.press("Tab");
  await expect(login.resend).toBeFocused();
  await keyboard.press("Enter");
  await expect(login.message(say.resent)).toBeVisible();
  const code = await inbox.code(address);

  await login.code.focus();
  await keyboard.press("Shift+Tab");
  await expect(login.back).toBeFocused();
  await keyboard.press("Enter");
  await expect(login.email).toBeFocused();
  await expect(login.email).toHaveValue(address);
  await keyboard.press("Enter");
  await expect(login.code).toBeFocused();
  const newest = await inbox.code(address);
  expect(newest).not.toBe(code);

  await keyboard.type(wrong(newest));
  await expect(login.message(say.wrong)).toBeVisible();
  await keyboard.type(newest);
  await expect(login.heading(say.signedIn)).toBeFocused();
  await keyboard.press("Tab");
  await expect(login.signOut).toBeFocused();
  await keyboard.press("Space");
  await login.asksForAddress();
  expect(host.sent(PATHS.start)).toHaveLength(3);
});

test("the focus is seen on everything that takes it", async ({ page, open, host, login, inbox, address }) => {
  const ring = () =>
    page.evaluate(() => {
      let it = document.activeElement;
      while (it?.shadowRoot?.activeElement) it = it.shadowRoot.activeElement;
      const near = [it, it?.previousElementSibling?.firstElementChild, it?.parentElement];
      return near
        .filter((element) => element instanceof Element)
        .map((element) => {
          const style = getComputedStyle(element);
          return `${style.boxShadow} ${style.outlineStyle === "none" ? "" : style.outlineWidth} ${style.borderColor}`;
        })
        .join(" | ");
    });
  await page.emulateMedia({ reducedMotion: "reduce" });
  await open();
  await host.isReady();
  const check = async (what: string) => {
    await expect.poll(ring, what).toMatch(/rgb[^|]* 0px 0px 0px [2-9]px|[2-9]px/);
    const focused = await ring();
    await page.evaluate(() => {
      let it = document.activeElement as HTMLElement | null;
      while (it?.shadowRoot?.activeElement) it = it.shadowRoot.activeElement as HTMLElement;
      Object.assign(globalThis, { wasFocused: it });
    });
    expect(focused).not.toBe("");
  };
  await page.keyboard.press("Tab");
  await check("the address");
  await page.keyboard.press("Tab");
  await check("Continue");
  await login.askAndArrive(address);
  await check("the code");
  await page.keyboard.press("Tab");
  await check("Verify");
  await page.keyboard.press("Tab");
  await check("Send a new code");
  await login.code.focus();
  await page.keyboard.press("Shift+Tab");
  await check("Use another address");
  await login.code.focus();
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
  await page.keyboard.press("Tab");
  await check("Sign out");
});

test("what the user agent is told about the fields lets it fill them", async ({ open, host, login, address }) => {
  await open();
  await host.isReady();
  for (const [name, value] of Object.entries({
    type: "email",
    name: "email",
    autocomplete: "email",
    autocapitalize: "none",
    spellcheck: "false",
    enterkeyhint: "next",
  }))
    await expect(login.email).toHaveAttribute(name, value);
  // A form in the light DOM, where password managers look.
  expect(await login.email.evaluate((it) => it.getRootNode() === document && it.closest("form") !== null)).toBe(true);

  await login.askAndArrive(address);
  for (const [name, value] of Object.entries({
    type: "text",
    inputmode: "numeric",
    autocomplete: "one-time-code",
    enterkeyhint: "done",
  }))
    await expect(login.code).toHaveAttribute(name, value);
  expect(await login.code.evaluate((it) => it.hasAttribute("maxlength"))).toBe(false);
});

test("a code that the browser fills in signs in", async ({ open, login, inbox, address }) => {
  await open();
  await login.askAndArrive(address);
  const code = await inbox.code(address);
  // Autofill sets the value and says so with one event.
  await login.code.evaluate((it, code) => {
    (it as HTMLInputElement).value = code;
    it.dispatchEvent(new Event("input", { bubbles: true }));
  }, code);
  await login.isSignedInAs(address);
});

test("half a composed character is not taken for a code", async ({ page, open, host, login, inbox, address }) => {
  await open();
  await login.askAndArrive(address);
  const code = await inbox.code(address);
  const cdp = await page.context().newCDPSession(page);
  const fullWidth = [...code].map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join("");
  await cdp.send("Input.imeSetComposition", { text: fullWidth, selectionStart: 6, selectionEnd: 6 });
  await expect(login.code).toHaveValue(fullWidth);
  expect(host.sent(PATHS.token)).toHaveLength(0);
  await cdp.send("Input.insertText", { text: fullWidth });
  await login.isSignedInAs(address);
  expect(host.sent(PATHS.token)).toHaveLength(1);
});
