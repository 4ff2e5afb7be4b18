import { expect, newNumber, test } from "../fixtures/test.ts";
import { Login, wrong } from "../pages/login.ts";
import { ServerPage } from "../pages/server.ts";
import { looksFor } from "../pages/words.ts";

// Whole logins in languages that are written otherwise: by a code, by phone, by a link.

/** A language, where it is shown, its own zero, and how far from the start of a line it begins to read. */
const LANGUAGES = [
  { lang: "ar", where: "rtl", zero: 0x660, dir: "rtl" },
  { lang: "ja", where: "plain", zero: 0xff10, dir: "ltr" },
] as const;

for (const { lang, where, zero, dir } of LANGUAGES)
  test.describe(`in ${lang}`, () => {
    const digits = (text: string) => text.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));
    const says = (...keys: string[]) => looksFor(lang, ...keys);
    const attributes = (more = "") => ({ attributes: `lang="${lang}" ${more}` });

    test("an address, a wrong code and the right one, in its own digits", async ({ page, open, inbox, address }) => {
      const login = new Login(page, undefined, lang);
      await open(where, attributes());
      await expect(login.heading(says("identifierHeading"))).toBeVisible();
      await login.ask("nobody");
      await expect(login.message(says("emailInvalid"))).toBeVisible();
      await login.askAndArrive(address);
      await expect(login.heading(says("emailCodeHeading"))).toHaveCSS("direction", dir);
      const code = await inbox.code(address);
      await login.type(digits(wrong(code)));
      await expect(login.message(says("codeWrong", "codeWrongLeft"))).toBeVisible();
      await login.type(digits(code));
      await login.isSignedInAs(address);
      await login.signOut.click();
      await login.asksForAddress();
    });

    test("a number in its own digits, and the code of an SMS", async ({ page, open, inbox }) => {
      const login = new Login(page, undefined, lang);
      const number = newNumber();
      await open(where, attributes('connections="sms"'));
      await login.phone.fill(`+${digits(number.slice(1))}`);
      await login.phone.press("Enter");
      await expect(login.code).toBeFocused();
      await expect(login.heading(says("phoneCodeHeading"))).toBeVisible();
      await login.type(digits(await inbox.code(number)));
      await login.isSignedInAs(number.replace(/\d\d(?=\d)/g, "$& "));
    });

    test("a link, opened beside", async ({ page, context, open, inbox, address }) => {
      const login = new Login(page, undefined, lang);
      await open(where, attributes('method="link"'));
      await login.ask(address);
      await expect(login.status).toHaveText(says("linkSent"));
      const { link } = await inbox.next(address);
      const beside = await context.newPage();
      await beside.goto(link ?? "");
      await new ServerPage(beside).signIn.click();
      await login.isSignedInAs(address);
    });
  });
