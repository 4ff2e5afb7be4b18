import type { Locator, Page } from "@playwright/test";

/** The pages of npm's oidc-provider. */
export class ControlPage {
  readonly name: Locator;
  readonly password: Locator;
  readonly signIn: Locator;
  readonly consent: Locator;
  readonly signOut: Locator;

  constructor(page: Page) {
    this.name = page.getByPlaceholder("Enter any login");
    this.password = page.getByPlaceholder("and password");
    this.signIn = page.getByRole("button", { name: "Sign-in" });
    this.consent = page.getByRole("button", { name: "Continue" });
    this.signOut = page.getByRole("button", { name: "Yes, sign me out" });
  }
}
