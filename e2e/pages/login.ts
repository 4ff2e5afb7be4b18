import { expect, type Locator, type Page } from "@playwright/test";
import type { Inbox } from "../fixtures/inbox.ts";
import { say } from "./sentences.ts";
import { looksFor } from "./words.ts";

/** The widget, as people and screen readers find their way in it. */
export class Login {
  readonly page: Page;
  readonly element: Locator;
  /** What closes the dialog, where it is one. */
  readonly close: Locator;
  readonly email: Locator;
  readonly phone: Locator;
  /** The field that takes an address or a number. */
  readonly either: Locator;
  /** Which country a number is from that does not say so; opens the list of all of them. */
  readonly country: Locator;
  readonly countries: Locator;
  readonly searchCountry: Locator;
  /** The countries that fit what is searched for, the best first. */
  readonly foundCountries: Locator;
  /** What the list says where no country fits. */
  readonly noCountry: Locator;
  /** What is understood of a number, under its field. */
  readonly reading: Locator;
  /** The ways between a field for a number and one for an address. */
  readonly usePhone: Locator;
  readonly useEmail: Locator;
  readonly code: Locator;
  readonly continue: Locator;
  readonly verify: Locator;
  readonly resend: Locator;
  readonly resendLink: Locator;
  readonly pasteCode: Locator;
  readonly mailboxOnPhone: Locator;
  readonly qrCode: Locator;
  readonly tryAgain: Locator;
  readonly back: Locator;
  readonly signOut: Locator;
  /** The address that was probably meant, as a press. */
  readonly suggestion: Locator;
  /** What is said of the page's terms, and the box where they are accepted. */
  readonly terms: Locator;
  readonly consent: Locator;
  /** Who was here last: goes on as them, goes to the field for somebody else, and forgets them. */
  readonly goOn: Locator;
  readonly beAnother: Locator;
  readonly forget: Locator;
  /** Who is signing in: their picture and their name. */
  readonly person: Locator;
  readonly face: Locator;
  readonly status: Locator;
  /** A button that says that it is at work: by a spinner, or in its words alone. */
  readonly busy: Locator;
  readonly buttons: Locator;
  /** What is said where a test may be in any language. */
  readonly ready: string | RegExp;
  readonly wrongCode: string | RegExp;
  readonly signedIn: string | RegExp;
  readonly badAddress: string | RegExp;

  /** In English. A test that is about other words says in which language they are looked for. */
  constructor(page: Page, element: Locator = page.locator("latch-login"), language?: string) {
    this.page = page;
    this.element = element;
    const name = (english: string | RegExp, ...keys: string[]) =>
      language ? { name: looksFor(language, ...keys) } : { name: english, exact: true };
    this.close = element.getByRole("button", name("Close", "close"));
    this.email = element.getByRole("textbox", name("Email", "emailLabel"));
    this.phone = element.getByRole("textbox", name("Phone number", "phoneLabel"));
    this.either = element.getByRole("textbox", name("Email or phone number", "identifierLabel"));
    this.country = element.getByRole("button", name(/^Country: /, "region"));
    this.countries = element.getByRole("dialog", name("Countries and regions", "regions"));
    this.searchCountry = element.getByRole("combobox", name("Search country or code", "regionSearch"));
    this.foundCountries = element.getByRole("option");
    this.noCountry = this.countries.getByRole("status");
    this.reading = element.getByText(/^\u2066\+[\d ]+\u2069/).and(page.locator(":not([role=status])"));
    this.usePhone = element.getByRole("button", name("Use your phone", "usePhone"));
    this.useEmail = element.getByRole("button", name("Use your email", "useEmail"));
    this.code = element.getByRole("textbox", name("6-digit code", "codeLabel"));
    this.continue = element.getByRole("button", name(/^(Continue|Sending code)$/, "continue", "sending"));
    this.verify = element.getByRole("button", name(/^(Verify|Checking code)$/, "verify", "verifying"));
    this.resend = element.getByRole("button", name(/^Send a new code/, "resend", "resendIn"));
    this.resendLink = element.getByRole("button", name(/^Send a new link/, "resendLink", "resendLinkIn"));
    this.pasteCode = element.getByRole("button", { includeHidden: true, ...name("Paste code", "pasteCode") });
    this.mailboxOnPhone = element.getByText("Open the mailbox on your phone");
    this.qrCode = element.getByRole("img", { name: "Scan this with your phone’s camera." });
    this.tryAgain = element.getByRole("button", name("Try again", "tryAgain"));
    this.back = element.getByRole("button", name(/^Use another (address|number)$/, "changeEmail", "changePhone"));
    this.signOut = element.getByRole("button", name("Sign out", "signOut"));
    this.suggestion = element.getByRole("button", name(/^Did you mean /, "didYouMean"));
    this.terms = element.getByText(/^By continuing you agree to the /);
    this.consent = element.getByRole("checkbox", { name: /^I agree to the / });
    this.goOn = element.getByRole("button", name(/^Continue as \S+$/, "continueAs"));
    this.beAnother = element.getByRole("button", name(/^Use another (address|number)$/, "changeEmail", "changePhone"));
    this.forget = element.getByRole("button", name(/^Forget \S+$/, "forget"));
    this.person = element.locator("[part=person]");
    this.face = this.person.locator("img");
    this.status = element.getByRole("status");
    this.buttons = element.getByRole("button");
    this.busy = this.buttons
      .and(page.locator("[aria-busy=true]"))
      .or(element.getByRole("button", { name: /^(Sending code|Checking code|Signing out)$/ }));
    this.ready = language ? looksFor(language, "continue") : "Continue";
    this.wrongCode = language ? looksFor(language, "codeWrong") : say.wrong;
    this.signedIn = language ? looksFor(language, "authenticatedHeading") : say.signedIn;
    this.badAddress = language ? looksFor(language, "emailInvalid") : say.enterValidAddress;
  }

  /** A document of the page's terms. */
  document(name: string): Locator {
    return this.element.getByRole("link", { name, exact: true });
  }

  /** The button of another connection. */
  continueWith(name: string): Locator {
    return this.element.getByRole("button", { name: `Continue with ${name}`, exact: true });
  }

  /** A message of the page's own. */
  async flash(flash: unknown): Promise<void> {
    await this.element.evaluate((it, flash) => Object.assign(it, { flash }), flash);
  }

  /** What can be worked with, in the order of the page. */
  async order(): Promise<(string | undefined)[]> {
    return this.element.evaluate((it) =>
      [...it.querySelectorAll<HTMLElement>("input, button")]
        .filter((one) => one.checkVisibility())
        .map((one) => (one as HTMLInputElement).labels?.[0]?.textContent || one.ariaLabel || one.innerText.split("\n").find((line) => line.length > 1)),
    );
  }

  heading(text: string | RegExp): Locator {
    return this.element.getByRole("heading", { name: text, exact: true });
  }

  /** The link to a provider's mailbox. */
  mailbox(provider: string): Locator {
    return this.element.getByRole("link", { name: `Open ${provider}`, exact: true });
  }

  /** A sentence that can be seen; what only a screen reader is told does not count. */
  message(text: string | RegExp): Locator {
    return this.element.getByText(text, { exact: true }).and(this.page.locator(":not([role=status])"));
  }

  /** Asks for a code with the keyboard, as most people do. */
  async ask(address: string): Promise<void> {
    await this.email.fill(address);
    await this.email.press("Enter");
  }

  /** Asks for a code and waits until one can be typed. */
  async askAndArrive(address: string): Promise<void> {
    await this.ask(address);
    await expect(this.code).toBeFocused();
    await expect(this.code).toHaveValue("");
  }

  /** Chooses the first country that fits, by the keyboard alone. */
  async chooseCountry(searched: string): Promise<void> {
    await this.country.press("Enter");
    await expect(this.searchCountry).toBeFocused();
    await this.searchCountry.pressSequentially(searched);
    await this.searchCountry.press("Enter");
    await expect(this.countries).toHaveCount(0);
  }

  /** Signs in, however the address is known. */
  async signIn(inbox: Inbox, address: string): Promise<void> {
    await this.askAndArrive(address);
    await this.type(await inbox.code(address));
    await this.isSignedInAs(address);
  }

  /** Types a code key by key. */
  async type(code: string): Promise<void> {
    await this.code.pressSequentially(code);
  }

  /** Pastes a text into the focused field, as from the clipboard. */
  async paste(text: string): Promise<void> {
    await this.page.keyboard.insertText(text);
  }

  async isSignedInAs(address: string): Promise<void> {
    await expect(this.heading(this.signedIn)).toBeVisible();
    await expect(this.element.getByText(address, { exact: true })).toBeVisible();
    await expect(this.signOut).toBeVisible();
  }

  /** The screen for the address is up and waits for its user. */
  async asksForAddress(): Promise<void> {
    await expect(this.email).toBeEditable();
    await expect(this.continue).toHaveText(this.ready);
  }

  /** Nothing is under way: no spinner, and what can be typed into can be typed into. */
  async isIdle(): Promise<void> {
    await expect(this.busy).toHaveCount(0);
    const field = this.element.getByRole("textbox");
    if ((await field.count()) > 0) await expect(field).toBeEditable();
  }

  /** Which of the custom states that pages can style by are set. */
  async states(): Promise<string[]> {
    const all = ["identifier", "code", "busy", "error", "authenticated", "failure"];
    return this.element.evaluate((it, all) => all.filter((name) => it.matches(`:state(${name})`)), all);
  }

  /** Which part of the code field is selected. */
  async selection(): Promise<string> {
    return this.code.evaluate((it) => {
      const input = it as HTMLInputElement;
      return input.value.slice(input.selectionStart ?? 0, input.selectionEnd ?? 0);
    });
  }
}

/** A code that is certainly another one. */
export const wrong = (code: string, by = 1): string =>
  [...code].map((digit) => String((Number(digit) + by) % 10)).join("");
