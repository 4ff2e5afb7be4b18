import type { Page } from "@playwright/test";
import { PATHS } from "../fixtures/host.ts";
import type { Inbox } from "../fixtures/inbox.ts";
import { expect, newAddress, newNumber, test } from "../fixtures/test.ts";
import { Login, wrong } from "../pages/login.ts";
import { ServerPage } from "../pages/server.ts";
import { looksFor } from "../pages/words.ts";

// What happens on the way to a session, whichever way it goes: what journey.spec.ts, waiting.spec.ts, storage.spec.ts and
// network.spec.ts have of an address and its code, by phone and by link; and the three that go wrong most often by all of
// them in languages that are written otherwise.

type Way = {
  attributes: string;
  /** Somebody whom no other test knows. */
  who: () => string;
  /** What their field is called, and what says that a message is on its way, is a new one, is too old. */
  keys: Record<"label" | "heading" | "lead" | "change" | "resend" | "resendIn" | "resent" | "expired", string>;
};

const code = { resend: "resend", resendIn: "resendIn", resent: "resent", expired: "codeExpired" } as const;
const email = { label: "emailLabel", heading: "emailCodeHeading", change: "changeEmail" } as const;

const WAYS = {
  email: {
    attributes: 'mailbox="off"',
    who: () => newAddress(),
    keys: { ...code, ...email, lead: "codeLead" },
  },
  phone: {
    attributes: 'connections="sms" region="NO"',
    who: newNumber,
    keys: { ...code, label: "phoneLabel", heading: "phoneCodeHeading", change: "changePhone", lead: "codeLead" },
  },
  link: {
    attributes: 'method="link"',
    who: () => newAddress(),
    keys: {
      ...email,
      lead: "linkLead",
      resend: "resendLink",
      resendIn: "resendLinkIn",
      resent: "linkResent",
      expired: "linkExpired",
    },
  },
} satisfies Record<string, Way>;

/** Somebody who goes one way, in one language. */
class Somebody {
  readonly login: Login;
  readonly #way: Way;
  readonly #language: string;

  constructor(
    readonly page: Page,
    readonly inbox: Inbox,
    readonly name: keyof typeof WAYS,
    language = "en",
    readonly who = WAYS[name].who(),
  ) {
    this.#way = WAYS[name];
    this.#language = language;
    this.login = new Login(page, undefined, language);
  }

  get attributes(): string {
    return `${this.#way.attributes} lang="${this.#language}"`;
  }

  says(key: keyof Way["keys"]): RegExp {
    return looksFor(this.#language, this.#way.keys[key]);
  }

  get field() {
    return this.login.element.getByRole("textbox", { name: this.says("label") });
  }

  /** The press for another message, whether one can be had already or not. */
  get again() {
    return this.login.element
      .getByRole("button", { name: this.says("resend") })
      .or(this.login.element.getByRole("button", { name: this.says("resendIn") }));
  }

  get back() {
    return this.login.element.getByRole("button", { name: this.says("change") });
  }

  async asks(who = this.who): Promise<void> {
    await this.field.fill(who);
    await this.field.press("Enter");
  }

  /** A message is on its way, and the screen says so. */
  async waits(): Promise<void> {
    await expect(this.login.heading(this.says("heading"))).toBeVisible();
    await expect(this.again).toBeVisible();
    if (this.name !== "link") await expect(this.login.code).toBeVisible();
  }

  async arrives(who = this.who): Promise<void> {
    await this.asks(who);
    await this.waits();
  }

  /** Does what the next message says: types its code, or opens its link in another tab. */
  async follows(who = this.who): Promise<void> {
    const { code, link } = await this.inbox.next(who);
    if (this.name === "link") {
      const beside = await this.page.context().newPage();
      await beside.goto(link ?? "");
      await new ServerPage(beside).signIn.click();
    } else await this.login.code.fill(code ?? "");
  }

  async isIn(who = this.who): Promise<void> {
    await expect(this.login.heading(this.login.signedIn)).toBeVisible();
    // A number is spaced where it was just typed, and is as it is kept where it was not.
    const written = this.name === "phone" ? new RegExp(`^\\${[...who].join(" ?")}$`) : who;
    await expect(this.login.element.getByText(written, { exact: true })).toBeVisible();
    await expect(this.login.signOut).toBeVisible();
  }
}

for (const name of ["phone", "link"] as const)
  test.describe(`by ${name}`, () => {
    test("another one can be named, and the first is still in the field", async ({ page, open, inbox }) => {
      const it = new Somebody(page, inbox, name);
      await open("plain", { attributes: it.attributes });
      await it.arrives();
      await inbox.next(it.who);
      await it.back.click();
      await expect(it.field).toHaveValue(it.who);
      await expect(it.field).toBeFocused();
      const other = WAYS[name].who();
      await it.arrives(other);
      await it.follows(other);
      await it.isIn(other);
    });

    test("a reload while waiting comes back to where it was, and sends nothing", async ({ page, open, host, inbox }) => {
      const it = new Somebody(page, inbox, name);
      await open("plain", { attributes: it.attributes });
      await it.arrives();
      await page.reload();
      await it.waits();
      expect(host.sent(PATHS.start)).toHaveLength(1);
      expect(await inbox.messages(it.who)).toHaveLength(1);
      await it.follows();
      await it.isIn();
    });

    test("who has left the page goes back in the history to where they were, and is signed in once", async ({ page, open, host, inbox, site }) => {
      const it = new Somebody(page, inbox, name);
      await open("plain", { attributes: it.attributes });
      await it.arrives();
      await page.goto(site.page("empty"));
      await page.goBack();
      await it.waits();
      await it.follows();
      await it.isIn();
      await page.goto(site.page("empty"));
      await page.goBack();
      await it.isIn();
      expect(host.sent(PATHS.start)).toHaveLength(1);
      expect(host.heard("authenticated")).toHaveLength(1);
    });

    test("the other tab knows who signed in here, and who signed out", async ({ page, context, open, inbox }) => {
      const it = new Somebody(page, inbox, name);
      await open("plain", { attributes: it.attributes });
      await expect(it.field).toBeEditable();
      const otherPage = await context.newPage();
      await otherPage.goto(page.url());
      const other = new Somebody(otherPage, inbox, name, "en", it.who);
      await expect(other.field).toBeEditable();
      await it.arrives();
      await it.follows();
      await it.isIn();
      await other.isIn();
      await other.login.signOut.click();
      await expect(other.field).toBeEditable();
      await expect(it.field).toBeEditable();
    });

    test("offline is told at each step, and the next try succeeds", async ({ page, context, open, host, inbox }) => {
      const it = new Somebody(page, inbox, name);
      await page.clock.install();
      await open("plain", { attributes: it.attributes });
      await host.isReady();
      const offline = looksFor("en", "offline");
      await context.setOffline(true);
      await it.asks();
      await expect(it.login.message(offline)).toBeVisible();
      await expect(it.field).toHaveValue(it.who);
      await context.setOffline(false);
      await it.arrives();
      await inbox.next(it.who);
      await page.clock.fastForward(31_000);
      await context.setOffline(true);
      await it.again.click();
      await expect(it.login.message(offline)).toBeVisible();
      await it.login.isIdle();
      await context.setOffline(false);
      await it.again.click();
      await expect(it.login.message(it.says("resent"))).toBeVisible();
      await it.follows();
      await it.isIn();
    });
  });

test("by phone, three wrong codes use a code up, and a new one leads on", async ({ page, open, inbox }) => {
  const it = new Somebody(page, inbox, "phone");
  await page.clock.install();
  await open("plain", { attributes: it.attributes });
  await it.arrives();
  const sent = await inbox.code(it.who);
  for (const [by, key] of [[1, "codeWrong"], [2, "codeWrongLeft"], [3, "codeOutOfTries"]] as const) {
    await it.login.code.fill(wrong(sent, by));
    await expect(it.login.message(looksFor("en", key))).toBeVisible();
  }
  await expect(it.login.code).toHaveCount(0);
  await page.clock.fastForward(31_000);
  await it.again.click();
  await it.waits();
  await it.follows();
  await it.isIn();
});

/** The digits of a language that has its own. */
const ZEROS: Record<string, number> = { ar: 0x660, ja: 0xff10 };

for (const [language, where] of [["en", "plain"], ["ar", "rtl"], ["ja", "plain"]] as const)
  for (const name of ["email", "phone", "link"] as const)
    test.describe(`in ${language}, by ${name}`, () => {
      const digits = (text: string) =>
        text.replace(/\d/g, (digit) => String.fromCodePoint((ZEROS[language] ?? 0x30) + Number(digit)));

      if (name !== "link")
        test("a wrong code is refused in place, and the right one signs in", async ({ page, open, host, inbox }) => {
          const it = new Somebody(page, inbox, name, language);
          await open(where, { attributes: it.attributes });
          await it.arrives();
          const sent = await inbox.code(it.who);
          await it.login.type(digits(wrong(sent)));
          await expect(it.login.message(looksFor(language, "codeWrong", "codeWrongLeft"))).toBeVisible();
          await expect(it.login.code).toBeFocused();
          await expect(it.login.code).toHaveAttribute("aria-invalid", "true");
          await it.login.type(digits(sent));
          await it.isIn();
          expect(host.sent(PATHS.token)).toHaveLength(2);
        });

      test("another one can be had after the wait, and only the newest one works", async ({ page, open, host, inbox }) => {
        const it = new Somebody(page, inbox, name, language);
        await page.clock.install();
        await open(where, { attributes: it.attributes });
        await it.arrives();
        const old = await inbox.next(it.who);
        await expect(it.again).toHaveAttribute("aria-disabled", "true");
        await it.again.click({ force: true });
        expect(host.sent(PATHS.start)).toHaveLength(1);
        await page.clock.fastForward(31_000);
        await expect(it.again).toHaveText(it.says("resend"));
        await it.again.click();
        await expect(it.login.message(it.says("resent"))).toBeVisible();
        expect(host.sent(PATHS.start)).toHaveLength(2);
        if (name !== "link") {
          await it.login.code.fill(digits(old.code ?? ""));
          await expect(it.login.message(looksFor(language, "codeWrong", "codeWrongLeft"))).toBeVisible();
        }
        await it.follows();
        await it.isIn();
      });

      test("one that is too old says so, also after a reload, and a new one signs in", async ({ page, open, host, inbox }) => {
        const it = new Somebody(page, inbox, name, language);
        await page.clock.install();
        await open(where, { attributes: it.attributes });
        await it.arrives();
        await inbox.next(it.who);
        await page.clock.fastForward(181_000);
        await expect(it.login.message(it.says("expired"))).toBeVisible();
        await expect(it.login.status).toHaveText(it.says("expired"));
        await expect(it.login.code).toHaveCount(0);
        await page.reload();
        await expect(it.login.message(it.says("expired"))).toBeVisible();
        expect(host.sent(PATHS.start)).toHaveLength(1);
        await it.again.click();
        await it.waits();
        await it.follows();
        await it.isIn();
      });
    });
