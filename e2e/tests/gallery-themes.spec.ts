import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "../fixtures/test.ts";
import { ALONE, Gallery } from "../pages/gallery.ts";

// What is written can be read under every theme. What else axe finds does not depend on colours, and a theme is nothing
// but colours and corners: gallery-access.spec.ts has all of axe's rules, in both directions. Nor does contrast depend on the
// direction: the same text is on the same ground, on whichever side of the card. So here it is one rule, in one direction;
// the dialogs are looked at, too, because there a card lies on a page that is dimmed.

for (const theme of ["soft", "sharp", "mono", "contrast", "auto"])
  for (const scheme of ["light", "dark"] as const)
    test(`every state has contrast enough: ${theme}, ${scheme}`, async ({ page, site }) => {
      test.slow();
      await page.emulateMedia({ reducedMotion: "reduce", colorScheme: scheme });
      const gallery = new Gallery(page, site.origin);
      let read = 0;
      for (const state of [undefined, ...ALONE]) {
        await gallery.show({ "attr-theme": theme, ...(state === undefined ? {} : { state }) });
        const { violations, passes } = await new AxeBuilder({ page }).withRules(["color-contrast"]).analyze();
        const found = violations.flatMap(({ nodes }) => nodes.map((node) => `${node.target.join(" ")}: ${node.failureSummary}`));
        expect(found, state).toEqual([]);
        const seen = passes.flatMap(({ nodes }) => nodes).length;
        expect(seen, state).toBeGreaterThan(0);
        read += seen;
      }
      expect(read).toBeGreaterThan(200);
    });
