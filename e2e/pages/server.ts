import type { Locator, Page } from "@playwright/test";

/** The pages that the server makes itself: at the end of a link, and before a logout. */
export class ServerPage {
  readonly signIn: Locator;
  readonly signOut: Locator;

  constructor(page: Page) {
    this.signIn = page.getByRole("button", { name: "Sign in" });
    this.signOut = page.getByRole("button", { name: "Sign out" });
  }
}
