import { expect, type Locator, type Page } from "@playwright/test";

/** What a gallery's address can say. */
export type Asked = Partial<
  Record<"state" | "lang" | "dir" | "scheme" | "width" | "text" | "spacing" | "focus" | "attr-theme", string>
>;

/** The gallery: all states of the login side by side, or one of them. */
export class Gallery {
  readonly page: Page;
  readonly elements: Locator;
  readonly frames: Locator;
  readonly #origin: string;

  constructor(page: Page, origin: string) {
    this.page = page;
    this.elements = page.locator("latch-login");
    this.frames = page.locator("figure iframe");
    this.#origin = origin;
  }

  /** The page for people: its controls, and a frame for each state. */
  async open(asked: Asked = {}): Promise<void> {
    await this.page.goto(`${this.#origin}/gallery?${new URLSearchParams(asked)}`);
    await this.isReady();
  }

  /** What is in the frames: every state that can stand beside others, or the one that is asked for. */
  async show(asked: Asked = {}): Promise<void> {
    await this.page.goto(`${this.#origin}/gallery/frame.html?${new URLSearchParams(asked)}`);
    await this.isReady();
  }

  async isReady(): Promise<void> {
    await expect(this.page.locator("html[data-ready]")).toBeAttached({ timeout: 30_000 });
  }

  /** The names of the states that are up. */
  async names(): Promise<string[]> {
    return this.elements.evaluateAll((all) => all.map((it) => (it as HTMLElement).dataset.state ?? ""));
  }

  /** What the frames are looked at with, by its name in the address. */
  control(name: keyof Asked): Locator {
    return this.page.locator(`select[name="${name}"]`);
  }

  state(name: string): Locator {
    return this.page.locator(`latch-login[data-state="${name}"]`);
  }

  card(name: string): Locator {
    return this.state(name).locator("[part=card]");
  }
}

/** The states that take the page for themselves: dialogs, and a login that is not there. */
export const ALONE = ["identifier-dialog", "code-dialog", "code-dialog-person", "not-loaded"];
/** Those with something over them that is none of the card's. */
export const COVERED = ["phone-picker"];
