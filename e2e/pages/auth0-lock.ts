import type { Locator, Page } from "@playwright/test";

/** Auth0's Lock, as people find their way in it, and what our page says below it. */
export class Lock {
  readonly page: Page;
  readonly email: Locator;
  readonly phone: Locator;
  readonly code: Locator;
  readonly submit: Locator;
  readonly error: Locator;
  readonly user: Locator;

  constructor(page: Page) {
    this.page = page;
    this.email = page.getByPlaceholder("yours@example.com");
    this.phone = page.getByPlaceholder("your phone number");
    this.code = page.getByPlaceholder("your code");
    this.submit = page.locator("button.auth0-lock-submit");
    this.error = page.locator(".auth0-global-message-error");
    this.user = page.getByRole("status");
  }

  /** The button of another connection: Lock has a link without an address there. */
  social(name: string): Locator {
    return this.page.locator(".auth0-lock-social-button").filter({ hasText: name });
  }

  async enter(field: Locator, text: string): Promise<void> {
    await field.fill(text);
    await this.submit.click();
  }
}
