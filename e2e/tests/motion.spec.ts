import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";
import { Login, wrong } from "../pages/login.ts";
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
  await moved("latch-way", "latch-spin", "latch-shake");
});

for (const { lang, where, onwards } of [
  { lang: "en", where: "plain", onwards: 8 },
  { lang: "ar", where: "rtl", onwards: -8 },
] as const)
  test(`in ${lang}, what comes next comes from where lines go on, and what was before from where they begin`, async ({
    page,
    open,
    inbox,
    address,
  }) => {
    const login = new Login(page, undefined, lang);
    await page.emulateMedia({ reducedMotion: "no-preference" });
    // Where each screen is when it starts to move: whichever animation brings it, and whatever it is called.
    await page.addInitScript(() => {
      const starts: number[] = [];
      Object.assign(globalThis, { starts });
      const read = ({ target }: Event) => {
        const form = target as HTMLElement;
        if (form.localName !== "form") return;
        const [move] = form.getAnimations();
        if (!move) return;
        move.pause();
        move.currentTime = 0;
        starts.push(Math.round(parseFloat(getComputedStyle(form).translate)));
        move.play();
      };
      addEventListener("animationstart", read, { capture: true });
    });
    const starts = () => page.evaluate(() => (globalThis as unknown as { starts: number[] }).starts);
    // In the full edition, which has everything from the start.
    await open(where, { attributes: `lang="${lang}" remember="on" mailbox="off"` });
    await login.askAndArrive(address);
    await expect.poll(starts, "to the code").toEqual([onwards]);
    await inbox.code(address);
    await login.back.click();
    await expect.poll(starts, "back to the address").toEqual([onwards, -onwards]);
    await login.askAndArrive(address);
    await login.type(await inbox.code(address));
    await login.isSignedInAs(address);
    await expect.poll(starts, "to the end").toEqual([onwards, -onwards, onwards, onwards]);
    await login.signOut.click();
    await expect(login.goOn).toBeVisible();
    await expect.poll(starts, "back to who was here last").toEqual([onwards, -onwards, onwards, onwards, -onwards]);
    await page.reload();
    await expect(login.goOn).toBeVisible();
    // Nothing led to them now.
    await expect.poll(starts, "at once").toEqual([0]);
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
