import config from "../playwright.config.ts";
import { expect, test } from "../fixtures/test.ts";
import { isAsWritten } from "../fixtures/written.ts";
import { Gallery } from "../pages/gallery.ts";
import { looks, useKnownFont } from "../pages/looks.ts";

// The look of chosen states. As it is written down: where each part stands, its size, its colours. And as pictures,
// which see what no list has; how letters are drawn differs from one machine to the next, so they may differ by little.

const CHOSEN = [
  "identifier",
  "identifier-logo",
  "identifier-invalid",
  "identifier-sending",
  "identifier-dialog",
  "phone-filled",
  "code",
  "code-half",
  "code-wrong",
  "code-expired",
  "link-mailbox",
  "authenticated",
  "failure",
];

/** How far the colour of a dot may be off before it counts, and which part of all dots may be. */
const DIFFERENCE = { threshold: 0.3, maxDiffPixelRatio: 0.01 };

const { launchOptions } = config.use ?? {};
test.use({
  // Letters as wide as the font says, whatever the machine would round them to.
  launchOptions: { ...launchOptions, args: [...(launchOptions?.args ?? []), "--font-render-hinting=none"] },
});

for (const scheme of ["light", "dark"] as const)
  test(`the chosen states look as it is written: ${scheme}`, async ({ page, site }, info) => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    await useKnownFont(page);
    const gallery = new Gallery(page, site.origin);
    const lines: string[] = [];
    for (const viewport of [{ width: 320, height: 700 }, { width: 640, height: 700 }]) {
      await page.setViewportSize(viewport);
      for (const state of CHOSEN) {
        await gallery.show({ state, focus: "off" });
        const seen = await looks(gallery.state(state));
        expect(seen.length, state).toBeGreaterThan(4);
        if (viewport.width === 640)
          expect(await gallery.card(state).screenshot({ animations: "disabled", caret: "hide" })).toMatchSnapshot(`${state}-${scheme}.png`, DIFFERENCE);
        lines.push(`# ${state}, in a window of ${viewport.width}`, ...seen, "");
      }
    }
    isAsWritten(`looks-${scheme}.txt`, lines, info);
  });
