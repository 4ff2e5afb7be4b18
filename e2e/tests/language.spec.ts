import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "../fixtures/test.ts";
import { wrong } from "../pages/login.ts";
import { say } from "../pages/sentences.ts";
import { dictionary as words } from "../pages/words.ts";

// The widget in the language of its page.

const folder = join(import.meta.dirname, "../../public/i18n");
const english = words("en");
const languages = readdirSync(folder).map((name) => name.replace(".json", ""));

test("a page in Norwegian gets a login in Norwegian, from the first paint to the last screen", async ({
  page,
  open,
  login,
  inbox,
  address,
}) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await open("plain", { attributes: 'lang="nb-NO"' });
  const { element } = login;
  const email = element.getByRole("textbox", { name: "E-post" });
  await expect(email).toBeVisible();
  await expect(element.getByText("Sign in")).toHaveCount(0);
  await expect(element.getByRole("heading")).toHaveText("Logg inn");
  await email.fill("nobody");
  await email.press("Enter");
  await expect(element.getByText(/name@example\.com/).first()).toBeVisible();
  await email.fill(address);
  await email.press("Enter");
  const code = element.getByRole("textbox", { name: "6-sifret kode" });
  await expect(code).toBeFocused();
  await expect(element.getByText("Gyldig i 3 minutter")).toBeVisible();
  const right = await inbox.code(address);
  for (const [by, said] of [
    [1, "Koden stemmer ikke."],
    [2, "Koden stemmer ikke. 1 forsøk igjen."],
  ] as const) {
    await code.fill(wrong(right, by));
    await expect(element.getByText(said, { exact: true }).first()).toBeVisible();
  }
  await code.fill(right);
  await expect(element.getByRole("button", { name: "Logg ut" })).toBeVisible();
  expect(asked.filter((path) => path.startsWith("/i18n/"))).toEqual(["/i18n/nb.json"]);
});

test("English asks for no dictionary, and the nearest language is taken", async ({ page, open, login }) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  for (const [lang, heading] of [
    ["en-GB", "Sign in"],
    ["tlh", "Sign in"],
    ["de-AT", words("de").identifierHeading],
    ["pt_BR", words("pt-br").identifierHeading],
    ["no", words("nb").identifierHeading],
  ] as const) {
    await open("plain", { attributes: `lang="${lang}"` });
    await expect(login.element.getByRole("heading")).toHaveText(heading as string);
  }
  expect(asked.filter((path) => path.startsWith("/i18n/"))).toEqual([
    "/i18n/de.json",
    "/i18n/pt-br.json",
    "/i18n/nb.json",
  ]);
});

test("the language can change while somebody types, and what was typed stays", async ({ open, login }) => {
  await open();
  await login.email.fill("ada@");
  await login.element.evaluate((element) => element.setAttribute("lang", "fr"));
  const email = login.element.getByRole("textbox");
  await expect(login.element.getByRole("heading")).toHaveText(words("fr").identifierHeading as string);
  await expect(email).toHaveValue("ada@");
  await expect(email).toHaveAccessibleName(words("fr").emailLabel as string);
});

test("words of the page's own stand over those of the language", async ({ page, open, login }) => {
  await open("plain", { attributes: 'lang="de"' });
  await page.evaluate(() => {
    const element = document.querySelector("latch-login") as HTMLElement & { dictionary: object };
    element.dictionary = { continue: "Los geht’s", codeLabel: "Der Code" };
  });
  await expect(login.element.getByRole("button", { name: "Los geht’s" })).toBeVisible();
  await expect(login.element.getByRole("heading")).toHaveText(words("de").identifierHeading as string);
});

test("words that cannot be fetched are said in English, and the page's developer is told", async ({
  page,
  open,
  login,
  inbox,
  address,
}) => {
  await page.route("**/i18n/sv.json", (route) => route.fulfill({ status: 404, body: "" }));
  const warned = page.waitForEvent("console", (message) => message.text().includes('the words for "sv"'));
  await open("plain", { attributes: 'lang="sv"' });
  await warned;
  await login.askAndArrive(address);
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
});

test("words that never come keep nobody waiting", async ({ page, open, login }) => {
  await page.route("**/i18n/sv.json", () => {});
  await open("plain", { attributes: 'lang="sv"' });
  await expect(login.heading(say.signIn)).toBeVisible();
  await expect(login.email).toBeEditable();
});

test("every language has every sentence, with its placeholders and its plural forms", () => {
  // One list of faults: an expectation for each of some three thousand sentences would take a minute.
  const faults: string[] = [];
  const keys = Object.keys(english).join();
  for (const language of languages) {
    const dictionary = words(language);
    if (Object.keys(dictionary).join() !== keys) faults.push(`${language}: its keys, or their order`);
    const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted().join();
    for (const [key, sentence] of Object.entries(dictionary)) {
      const fault = (what: string) => faults.push(`${language} ${key}: ${what}`);
      // Of forms each has the same ones; a sentence names them in the order of its language.
      const places = (text: string) => [...new Set(text.match(/\{\w*\}/g))].toSorted().join();
      const placeholder = places(JSON.stringify(english[key] ?? ""));
      const hasForms = typeof sentence !== "string";
      if (hasForms && Object.keys(sentence).toSorted().join() !== categories) fault(`its forms are not ${categories}`);
      for (const form of hasForms ? Object.values(sentence) : [sentence]) {
        if (form.trim() !== form || !form) fault("blanks around it");
        const found = places(form);
        // A form for exactly none, one or two may say its number in words.
        if (found !== placeholder && !(hasForms && found === "")) fault(`its placeholders are not ${placeholder}`);
      }
    }
  }
  expect(languages.length).toBeGreaterThan(40);
  expect(faults).toEqual([]);
});
