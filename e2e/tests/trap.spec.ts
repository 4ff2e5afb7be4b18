import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";
import { PATHS } from "../fixtures/host.ts";
import { say } from "../pages/sentences.ts";

// A panic in the wasm is a trap, after which that instance does nothing more.

/** Makes the widget's wasm trap, by handing its exports addresses that are outside of its memory. */
const trap = (page: Page, origin: string) =>
  page.evaluate(async (glue) => {
    const widget = (await import(glue)) as { default(): Promise<Record<string, unknown>> };
    for (const call of Object.values(await widget.default())) {
      if (typeof call !== "function") continue;
      try {
        call(0x7ffffff0, 0x7ffffff0, 0x7ffffff0);
      } catch (error) {
        if (!(error instanceof WebAssembly.RuntimeError)) continue;
        // As it would come from a listener or a timer: nobody catches it.
        setTimeout(() => {
          throw error;
        });
        return true;
      }
    }
    return false;
  }, `${origin}/widget.js`);

test("after a trap the element starts over, and still asks for the code that was sent", async ({
  page,
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
  expect(await trap(page, server.origin)).toBe(true);
  // The new instance tells of its first screen, which is the code's.
  await host.hears("latch-step", 3);
  await expect(login.heading(say.checkYourEmail)).toBeVisible();
  expect(host.sent(PATHS.start)).toHaveLength(1);
  await login.code.fill(code);
  await login.isSignedInAs(address);
  await expect(page.locator("latch-login").getByRole("heading")).toHaveCount(1);
  expect(host.errors).toHaveLength(1);
  expect(host.errors[0]).toContain("RuntimeError");
  // This one was wanted.
  host.errors.length = 0;
});

test("a trap of a page's own wasm is none of the element's business", async ({ page, open, host, login, address }) => {
  await open();
  await host.isReady();
  await login.email.fill(address);
  const id = await login.email.getAttribute("id");
  await page.evaluate(async () => {
    // (module (func (export "f") unreachable))
    const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11];
    const { instance } = await WebAssembly.instantiate(new Uint8Array(bytes));
    setTimeout(instance.exports.f as () => void);
  });
  await expect.poll(() => host.errors.length).toBe(1);
  await expect(login.email).toHaveValue(address);
  expect(await login.email.getAttribute("id")).toBe(id);
  host.errors.length = 0;
});
