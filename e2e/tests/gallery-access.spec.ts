import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "../fixtures/test.ts";
import { ALONE, Gallery } from "../pages/gallery.ts";

// What axe finds in the states of the gallery.

for (const scheme of ["light", "dark"] as const)
  for (const dir of ["ltr", "rtl"] as const)
    test(`axe finds nothing in any state: ${scheme}, ${dir}`, async ({ page, site }) => {
      test.slow();
      // Still, so that no colour is measured half-way.
      await page.emulateMedia({ reducedMotion: "reduce", colorScheme: scheme });
      const gallery = new Gallery(page, site.origin);
      const lang = dir === "rtl" ? "ar" : "en";
      for (const state of [undefined, ...ALONE]) {
        await gallery.show(state === undefined ? { lang } : { lang, state });
        const styles = await gallery.elements.first().evaluate((it) => {
          const card = getComputedStyle(it.shadowRoot?.querySelector("[part=card] > div") as Element);
          return [card.colorScheme, card.direction];
        });
        expect(styles).toEqual([scheme, dir]);
        const { violations, passes } = await new AxeBuilder({ page }).analyze();
        const found = violations.flatMap(({ id, nodes }) =>
          nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary}`),
        );
        expect(found).toEqual([]);
        expect(passes.length).toBeGreaterThan(10);
      }
    });
