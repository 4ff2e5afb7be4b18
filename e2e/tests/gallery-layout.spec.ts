import { expect, test } from "../fixtures/test.ts";
import { ALONE, type Asked, Gallery } from "../pages/gallery.ts";
import { edgeless, misfits, moving, plainWords, smallTargets, unseenFocus } from "../pages/layout.ts";

// What holds for every screen in every state, whatever its user's device and settings do to it.

let gallery: Gallery;

test.beforeEach(async ({ page, site }) => {
  // Still, so that nothing is measured half-way.
  await page.emulateMedia({ reducedMotion: "reduce" });
  gallery = new Gallery(page, site.origin);
});

/** Every state in turn: those that stand side by side, then each that does not. */
const everywhere = async (asked: Asked, check: () => Promise<void>) => {
  for (const state of [undefined, ...ALONE]) {
    await gallery.show(state === undefined ? asked : { ...asked, state });
    await check();
  }
};

const isFitting = async () => expect(await misfits(gallery.elements)).toEqual([]);
const fitsEverywhere = (asked: Asked = {}) => everywhere(asked, isFitting);
/** Of the states that stand side by side: a page for each of the others takes its time. */
const fits = async (asked: Asked) => {
  await gallery.show(asked);
  await isFitting();
};

const narrow = { width: 280, height: 653 };

test("every state fits a telephone and a desk", async ({ page }) => {
  for (const viewport of [narrow, { width: 360, height: 740 }, { width: 1280, height: 800 }]) {
    await page.setViewportSize(viewport);
    await fitsEverywhere();
  }
});

test("every state fits from right to left", async ({ page }) => {
  await page.setViewportSize(narrow);
  await fitsEverywhere({ lang: "ar" });
  await fits({ dir: "rtl" });
});

test("every state has room for longer words", async ({ page }) => {
  await page.setViewportSize(narrow);
  await fitsEverywhere({ lang: "en-XA" });
  // The languages whose words are the longest.
  for (const lang of ["de", "fi", "hu", "el", "ru"]) await fits({ lang });
});

test("every state has room for text of twice the size", async ({ page }) => {
  for (const width of [280, 384]) {
    await page.setViewportSize({ width, height: 800 });
    await fits({ text: "200" });
    await fitsEverywhere({ text: "200", lang: "en-XA" });
  }
});

test("every state can be read without scrolling sideways where the page is enlarged to 400 %", async ({ page }) => {
  // A window of 1,280 by 1,024, four times as near.
  await page.setViewportSize({ width: 320, height: 256 });
  await fitsEverywhere();
});

test("every state bears more room between letters, words and lines", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 740 });
  await fitsEverywhere({ spacing: "wide" });
});

test("everything that can be pressed is large enough to be hit", async ({ page }) => {
  await page.setViewportSize(narrow);
  await everywhere({}, async () => expect(await smallTargets(gallery.elements)).toEqual([]));
});

for (const [how, media] of Object.entries({
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  "forced colours": { forcedColors: "active" },
} as const))
  test(`everything that takes the focus shows it: ${how}`, async ({ page }) => {
    await page.emulateMedia(media);
    await everywhere({}, async () => {
      const { unseen, focused } = await unseenFocus(gallery.elements);
      expect(unseen).toEqual([]);
      expect(focused).toBeGreaterThan(0);
    });
  });

test("in forced colours everything has an edge", async ({ page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await everywhere({}, async () => {
    expect(await edgeless(gallery.elements)).toEqual([]);
    await isFitting();
  });
});

test("under reduced motion nothing moves in any state, and otherwise what is at work does", async ({ page }) => {
  // A colour may still be changing where the focus has just come to.
  await everywhere({}, async () => expect.poll(() => moving(gallery.elements)).toEqual([]));
  await page.emulateMedia({ reducedMotion: "no-preference" });
  await gallery.show();
  expect(await moving(gallery.elements)).toContain("identifier-sending: latch-spin");
});

test("nothing is said in English where the language is another", async () => {
  // What users and pages say of themselves.
  const data = [
    "alice@example.com",
    "alice@gmail.com",
    "a…@example.com",
    "a…@subdomain.of.a.company.example.com",
    "Gmail",
    "Sign in to Acme",
    "login@acme.example",
    "•••••• is your code for Acme",
    "Google",
    "GitHub",
    "Ada Lovelace",
    // What the browser itself says in a language that it does not know.
    "Norway",
    " and ",
    "a.rather.long.address.that.goes.on.and.on@subdomain.of.a.company.example.com",
  ];
  await everywhere({ lang: "en-XA" }, async () => expect(await plainWords(gallery.elements, data)).toEqual([]));
  await gallery.show();
  // In English, everything is found.
  expect((await plainWords(gallery.elements, data)).length).toBeGreaterThan(100);
});
