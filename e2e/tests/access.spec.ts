import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "../fixtures/test.ts";
import { states } from "../pages/states.ts";

// What axe can find. It is run in both colour schemes, for contrast.

for (const [name, bring] of Object.entries(states))
  test(`axe finds nothing in state ${name}`, async ({ page, open, login, inbox, address }) => {
    await page.clock.install();
    // Still, so that no colour is measured half-way.
    await page.emulateMedia({ reducedMotion: "reduce" });
    const show = (attributes?: string) => open("plain", attributes ? { attributes } : {});
    await bring({ page, login, inbox, address, show, showUnset: () => open("unset") });
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ reducedMotion: "reduce", colorScheme });
      const scheme = await login.element.evaluate((it) => getComputedStyle(it).colorScheme);
      expect(scheme).toBe(colorScheme);
      await login.element.evaluate((it) =>
        Promise.all(it.getAnimations({ subtree: true }).map((animation) => animation.finished)),
      );
      // Of 250 countries a dozen stand for all: axe would take a minute for each scheme.
      const axe = new AxeBuilder({ page }).exclude("[role=option]:nth-child(n + 13)");
      const { violations, passes } = await axe.analyze();
      const found = violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${colorScheme}: ${id}: ${node.target.join(" ")}: ${node.failureSummary}`),
      );
      expect(found).toEqual([]);
      expect(passes.length).toBeGreaterThan(10);
    }
  });
