import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "@playwright/test";

// docs/lock.md says of everything that Lock has where it is, and which test shows it.

const tests = resolve(import.meta.dirname, "..");
const text = readFileSync(resolve(tests, "../../docs/lock.md"), "utf8");

const section = (heading: string): string[][] =>
  (text.split(/^## /m).find((part) => part.startsWith(heading)) ?? "")
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| Lock |") && !line.startsWith("| wish |"))
    .map((line) => line.slice(2, -2).split(/\s*\|\s*/));

const sections = ["Options", "Methods", "Events", "What people asked of Lock"];

for (const heading of sections)
  test(`every test that docs/lock.md names under ${heading} exists`, () => {
    const rows = section(heading);
    expect(rows.length).toBeGreaterThan(5);
    // Where one test does not show all of a row, there are several.
    const cited = rows.flatMap((row) => (row.at(-1) ?? "").split("; "));
    const missing = cited.filter((citation) => {
      const [, file = "", beginning = ""] = /^`([\w/-]+)` (.+)$/.exec(citation) ?? [];
      const path = resolve(tests, `${file}.spec.ts`);
      if (!beginning || !existsSync(path)) return true;
      const titles = [...readFileSync(path, "utf8").matchAll(/\btest\(\s*(["`])((?:\\.|(?!\1)[^\\])*)\1/g)];
      return !titles.some(([, , title]) => title?.startsWith(beginning));
    });
    expect(missing).toEqual([]);
  });

/** Lock's options that have a meaning in its passwordless form. */
const OPTIONS =
  `allowedConnections container closable autoclose autofocus avatar language languageDictionary disableWarnings
  mobile popupOptions rememberLastLogin allowAutocomplete scrollGlobalMessagesIntoView forceAutoHeight
  theme.logo theme.primaryColor theme.labeledSubmitButton theme.hideMainScreenTitle theme.authButtons
  auth.audience auth.params auth.autoParseHash auth.redirect auth.redirectUrl auth.responseMode auth.responseType
  auth.sso auth.state auth.nonce auth.connectionScopes passwordlessMethod mustAcceptTerms showTerms defaultLocation
  prefill useCustomPasswordlessConnection configurationBaseUrl clientBaseUrl assetsUrl languageBaseUrl hashCleanup leeway
  hooks.loggingIn flashMessage legacySameSiteCookie connectionResolver plugins overrides
  _enableIdPInitiatedLogin _sendTelemetry _telemetryInfo __useTenantInfo`.split(
    /\s+/,
  );

test("every option that has a meaning in Lock's passwordless form has its row, and the test of that row names it", () => {
  const rows = new Map(
    section("Options").map(([name = "", , shown = ""]) => [name.replaceAll("`", ""), shown]),
  );
  expect([...rows.keys()].sort()).toEqual([...OPTIONS].sort());
  for (const option of OPTIONS) {
    const [, file = "", beginning = ""] = /^`([\w/-]+)` (.+)$/.exec(rows.get(option) ?? "") ?? [];
    const titles = [
      ...readFileSync(resolve(tests, `${file}.spec.ts`), "utf8").matchAll(/\btest\(\s*["`](.*?)["`],/gs),
    ].map(([, title = ""]) => title);
    const named = new RegExp(`(^|[ ,])${option.replace(".", "\\.")}\\b`);
    expect(
      titles.some((title) => title.startsWith(beginning) && named.test(title)),
      `the test that shows ${option} names it`,
    ).toBe(true);
  }
  expect(section("What people asked of Lock")).toHaveLength(25);
});
