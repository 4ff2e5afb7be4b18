import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";
import { wrong } from "../pages/login.ts";
import { say } from "../pages/sentences.ts";

/** Counts what starts to move in the widget. */
const countMoves = async (page: Page): Promise<() => Promise<string[]>> => {
  await page.addInitScript(() => {
    const moves: string[] = [];
    Object.assign(globalThis, { moves });
    for (const type of ["animationstart", "transitionrun"])
      addEventListener(
        type,
        (event) => {
          const { animationName, propertyName } = event as AnimationEvent & TransitionEvent;
          moves.push(animationName ?? propertyName);
        },
        { capture: true },
      );
  });
  return () => page.evaluate(() => (globalThis as unknown as { moves: string[] }).moves);
};

test("under reduced motion nothing moves, from the first screen to the last", async ({
  page,
  open,
  login,
  inbox,
  address,
}) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const moves = await countMoves(page);
  await open();
  await login.ask("nobody");
  await expect(login.message(say.enterValidAddress)).toBeVisible();
  await login.askAndArrive(address);
  const code = await inbox.code(address);
  await login.type(wrong(code));
  await expect(login.message(say.wrong)).toBeVisible();
  await login.type(code);
  await login.isSignedInAs(address);
  const moving = (await moves()).filter((name) => name.startsWith("latch-") || name.startsWith("grid"));
  expect(moving).toEqual([]);
});

test("otherwise screens, spinner and a wrong code move", async ({ page, open, login, inbox, address }) => {
  await page.emulateMedia({ reducedMotion: "no-preference" });
  const moves = await countMoves(page);
  await open();
  await login.askAndArrive(address);
  const code = await inbox.code(address);
  await login.type(wrong(code));
  await expect(login.message(say.wrong)).toBeVisible();
  // A move begins with the frame after what caused it, so each is waited for.
  const moved = (...names: string[]) => expect.poll(moves).toEqual(expect.arrayContaining(names));
  await moved("latch-forward", "latch-spin", "latch-shake");
  await login.back.click();
  await login.asksForAddress();
  await moved("latch-back");
});

test("in forced colours everything has an edge and the focus is seen", async ({
  page,
  open,
  host,
  login,
  inbox,
  address,
}) => {
  await page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
  await open();
  await host.isReady();
  expect(await page.evaluate(() => matchMedia("(forced-colors: active)").matches)).toBe(true);
  const style = (it: typeof login.email, property: string) =>
    it.evaluate((element, property) => getComputedStyle(element).getPropertyValue(property), property);
  for (const it of [login.email, login.continue]) {
    expect(await style(it, "border-top-style")).toBe("solid");
    await it.focus();
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Tab");
    await expect(it).toBeFocused();
    expect(await style(it, "outline-style"), "the system's own ring").toBe("solid");
  }
  await login.askAndArrive(address);
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
  expect(await style(login.signOut, "border-top-style")).toBe("solid");
});
