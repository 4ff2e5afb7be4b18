import { expect, type Locator, type Page } from "@playwright/test";

/** Somebody without a mouse: goes from stop to stop, and has to see at each of them where they are. */
export class Keys {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Presses Tab until this has the focus. Fails at a stop that does not show it, or where none leads there. */
  async to(goal: Locator): Promise<void> {
    for (let presses = 0; presses < 20; presses += 1) {
      await this.#page.keyboard.press("Tab");
      await this.sees();
      if (await goal.and(this.#page.locator(":focus")).count()) return;
    }
    throw new Error(`no press of Tab leads to ${goal}`);
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.#page.keyboard.press(key);
  }

  async type(text: string): Promise<void> {
    await this.#page.keyboard.type(text);
  }

  /** Where the focus is shows: by a ring around it, or around the box or the cell that it is in, or a line under it. */
  async sees(): Promise<void> {
    const seen = () =>
      this.#page.evaluate(() => {
        let it = document.activeElement;
        while (it?.shadowRoot?.activeElement) it = it.shadowRoot.activeElement;
        // Beyond the last stop there is the browser itself.
        if (!it || it === document.body) return "a ring of the browser's own";
        const parts = [it, it.closest(".box"), ...(it.parentElement?.querySelectorAll(".cell") ?? [])];
        const rings = parts.flatMap((part) => {
          if (!part) return [];
          const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(part);
          // A page's own links have the browser's.
          if (outlineStyle === "auto") return ["a ring of the browser's own"];
          const outline = outlineStyle === "none" ? 0 : parseFloat(outlineWidth);
          // Two offsets, blur, spread; a shadow that only lifts is blurred.
          const edges = [...boxShadow.matchAll(/ (-?[\d.]+)px (-?[\d.]+)px 0px ([\d.]+)px/g)].flatMap(([, ...all]) => all.map((px) => Math.abs(Number(px))));
          return Math.max(outline, ...edges) >= 2 ? ["a ring"] : [];
        });
        return rings[0] ?? `nothing around ${it.outerHTML.slice(0, 120)}`;
      });
    await expect.poll(seen).toMatch(/^a ring/);
  }
}
