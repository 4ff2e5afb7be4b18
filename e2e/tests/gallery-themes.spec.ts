import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "../fixtures/test.ts";
import { Gallery } from "../pages/gallery.ts";

// What is written can be read under every theme. What else axe finds does not depend on colours: gallery-access.spec.ts.

for (const theme of ["soft", "sharp", "mono", "contrast", "auto"])
  for (const scheme of ["light", "dark"] as const)
    test(`every state has contrast enough: ${theme}, ${scheme}`, async ({ page, site }) => {
      await page.emulateMedia({ reducedMotion: "reduce", colorScheme: scheme });
      const gallery = new Gallery(page, site.origin);
      await gallery.show({ "attr-theme": theme });
      const { violations, passes } = await new AxeBuilder({ page }).withRules(["color-contrast"]).analyze();
      expect(violations.flatMap(({ nodes }) => nodes.map((node) => `${node.target.join(" ")}: ${node.failureSummary}`))).toEqual([]);
      expect(passes.flatMap(({ nodes }) => nodes).length).toBeGreaterThan(200);
    });
