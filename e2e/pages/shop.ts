import { expect, type Locator, type Page } from "@playwright/test";

/** What the customer's page has of its own beside the widget. */
export class Shop {
  readonly #page: Page;
  /** A field of the page's, which `WITH_SEARCH` writes into it. */
  readonly search: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.search = page.getByRole("searchbox", { name: "Search" });
  }

  /** Nothing has the focus. */
  async hasNoFocus(): Promise<void> {
    expect(await this.#page.evaluate(() => document.activeElement === document.body)).toBe(true);
  }

  /** Takes the focus from whatever has it, as a touch does in some browsers. */
  async blur(): Promise<void> {
    await this.#page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  }
}

/** Puts a field of its own into a page. */
export const WITH_SEARCH = { "<h1>A shop</h1>": '<h1>A shop</h1><label>Search <input type="search"></label>' };
