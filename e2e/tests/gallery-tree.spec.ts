import { expect, test } from "../fixtures/test.ts";
import { ALONE, COVERED, Gallery } from "../pages/gallery.ts";

// What a screen reader gets of each state of the gallery, as it is written down.

test("what screen readers get of each state is what is written", async ({ page, site }) => {
  test.slow();
  const gallery = new Gallery(page, site.origin);
  const parts: string[] = [];
  for (const state of [undefined, ...ALONE, ...COVERED]) {
    await gallery.show(state === undefined ? {} : { state });
    for (const name of await gallery.names()) {
      const tree = await gallery.state(name).ariaSnapshot();
      parts.push(`# ${name}\n${tree}\n`);
    }
  }
  expect(parts.join("\n")).toMatchSnapshot("accessibility-tree.yml");
});
