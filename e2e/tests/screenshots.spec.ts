import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "../fixtures/test.ts";
import { Login } from "../pages/login.ts";
import { states } from "../pages/states.ts";

// Pictures for people to look at: every state, light and dark, on a desk and on a phone. Nothing is compared.

const folder = join(import.meta.dirname, "../screenshots");

const sizes = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 360, height: 740 },
} as const;

/** Where else the states are shown: only those whose layout tells something. */
const places: [string, string, string[]][] = [
  ["right to left", "rtl", ["identifier", "error", "code empty", "code wrong", "authenticated", "phone of a country", "list of countries"]],
  ["narrow", "narrow", ["identifier with a logo", "code wrong twice", "too many tries", "authenticated"]],
];

const shots: [string, string, string][] = [
  ...Object.keys(states).map((state): [string, string, string] => [state, "plain", state]),
  ...places.flatMap(([place, host, names]) =>
    names.map((state): [string, string, string] => [state, host, `${place} ${state}`]),
  ),
];

// One that can be read at a glance.
test.use({
  address: async ({}, use, { testId }) => use(`alice@${testId.slice(-4)}.example`),
});

test.beforeAll(() => mkdir(folder, { recursive: true }));

for (const [state, where, title] of shots)
  test(`a picture of ${title}`, async ({ page, open, inbox, address }) => {
    const login = new Login(page, undefined, where === "rtl" ? "ar" : undefined);
    const bring = states[state];
    if (!bring) throw new Error(`there is no state ${state}`);
    await page.clock.install();
    await page.emulateMedia({ reducedMotion: "reduce" });
    const show = (attributes?: string) => open(where, attributes ? { attributes } : {});
    await bring({ page, login, inbox, address, show, showUnset: () => open("unset") });
    const chosen = where === "plain" ? Object.entries(sizes) : [["", sizes.phone] as const];
    for (const [size, viewport] of chosen)
      for (const colorScheme of ["light", "dark"] as const) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ reducedMotion: "reduce", colorScheme });
        const name = [title, size, colorScheme].filter((word) => word).join(" ").replaceAll(" ", "-");
        const picture = await page.screenshot({
          path: join(folder, `${name}.png`),
          animations: "disabled",
          caret: "initial",
        });
        expect(picture.length).toBeGreaterThan(1000);
        // Nothing sticks out to the side, whatever the size.
        const beyond = await page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement;
          return scrollWidth - clientWidth;
        });
        expect(beyond).toBe(0);
      }
  });
