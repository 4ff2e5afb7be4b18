import type { Locator, Page } from "@playwright/test";
import { looksFor } from "./words.ts";

/** The captcha screen of a widget. */
export class Captcha {
  readonly heading: Locator;
  readonly picture: Locator;
  readonly sum: Locator;
  readonly characters: Locator;
  readonly continue: Locator;
  readonly refresh: Locator;
  readonly alternative: Locator;
  readonly tryAgain: Locator;
  /** A third party's button. */
  readonly box: Locator;
  /** Everything that a third party has put into the form. */
  readonly boxes: Locator;

  /** In English, unless a test says in which language its words are looked for. */
  constructor(page: Page, language = "en") {
    const element = page.locator("latch-login");
    const name = (key: string) => ({ name: looksFor(language, key) });
    this.heading = element.getByRole("heading", name("captchaHeading"));
    this.picture = element.getByRole("img", { name: looksFor(language, "captchaSum", "captchaPicture") });
    this.sum = element.getByRole("textbox", name("captchaSum"));
    this.characters = element.getByRole("textbox", name("captchaPicture"));
    this.continue = element.getByRole("button", name("continue"));
    this.refresh = element.getByRole("button", name("captchaRefresh"));
    this.alternative = element.getByRole("button", name("captchaAlternative"));
    this.tryAgain = element.getByRole("button", name("tryAgain"));
    this.boxes = element.locator("[data-captcha] button, :scope > [slot=latch-captcha] button");
    this.box = this.boxes.first();
  }
}

/** How many boxes of third parties are on a page. */
export const boxesAlive = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const { vendorBoxes = new Set() } = globalThis as unknown as { vendorBoxes?: Set<Node> };
    return [...vendorBoxes].filter((box) => box.isConnected).length;
  });
