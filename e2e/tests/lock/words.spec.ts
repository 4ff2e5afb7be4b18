import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "../../fixtures/drop-in.ts";

// Lock's dictionary, key by key: the real one of npm says which there are.

const real = createRequire(import.meta.url)("auth0-lock/lib/i18n/en.js").default as Record<string, unknown>;

/** The paths of a dictionary's sentences. */
const leaves = (group: Record<string, unknown>, before: string[] = []): string[][] =>
  Object.entries(group).flatMap(([key, value]) =>
    typeof value === "string"
      ? [[...before, key]]
      : leaves(value as Record<string, unknown>, [...before, key]),
  );

/** Of its classic form: passwords, signing up, companies' logins, second factors. */
const CLASSIC =
  /^(forgotPassword|databaseEnterprise|database\w+SignUp|databaseSignUp|enterprise|mfa|password|showPassword|signUpTitle|signUpLabel|signUpSubmit|socialSignUp|ssoEnabled|username|windowsAuth|login(Label|AtLabel|SubmitLabel)|(blank|invalid)(Password|Username)|success (forgotPassword|signUp)|error (forgotPassword|signUp))|^error login .*(mfa|password|hrd|username|email_password)/;

/** What docs/lock.md says has no place, and why. */
const text = readFileSync(resolve(import.meta.dirname, "../../../docs/lock.md"), "utf8");
const [, words = ""] = /^## Words\n([^]*?)^## /m.exec(text) ?? [];
const WITHOUT = [...words.matchAll(/^\| `([^`]+)` \| \w/gm)].map(([, key = ""]) => key);

/** What is said by no screen of the element: lock/social shows where. */
const ELSEWHERE = ["error.login.lock.popup_closed"];

test("every key of Lock's passwordless form is a sentence of ours, or has none for a reason", async ({
  page,
  lock,
}) => {
  const meant = leaves(real)
    .map((path) => path.join(" "))
    .filter((path) => !CLASSIC.test(path) || path === "error login invalid_user_password");
  expect(meant.length).toBeGreaterThan(30);
  await lock.open({}, { shows: false });
  const fate = await page.evaluate(
    async ({ meant }) => {
      const all: Record<string, string[]> = {};
      for (const path of meant) {
        const languageDictionary: Record<string, unknown> = {};
        let group = languageDictionary;
        const keys = path.split(" ");
        for (const key of keys.slice(0, -1)) group = (group[key] = {}) as Record<string, unknown>;
        group[keys.at(-1) ?? ""] = "Some words for %s";
        const found = new Set<string>();
        // With an address, and with a number.
        for (const connection of ["email", "sms"]) {
          const other = new (
            globalThis as unknown as {
              Auth0LockPasswordless: new (...all: unknown[]) => { show(): void; destroy(): void; id: number };
            }
          ).Auth0LockPasswordless("demo", "localhost:1", {
            allowedConnections: [connection],
            languageDictionary,
          });
          other.show();
          const id = `auth0-lock-container-${other.id}`;
          while (!document.getElementById(id)) await new Promise((done) => setTimeout(done));
          const { dictionary } = document.getElementById(id) as unknown as {
            dictionary?: Record<string, string>;
          };
          for (const key of Object.keys(dictionary ?? {})) found.add(key);
          other.destroy();
        }
        all[path] = [...found];
      }
      return all;
    },
    { meant },
  );
  const without = Object.keys(fate).filter((path) => !fate[path]?.length);
  expect(without.map((path) => path.replaceAll(" ", ".")).sort()).toEqual([...WITHOUT, ...ELSEWHERE].sort());
  // And each of ours is one that the element knows.
  const english = JSON.parse(
    readFileSync(resolve(import.meta.dirname, "../../../public/i18n/en.json"), "utf8"),
  );
  const unknown = Object.values(fate)
    .flat()
    .filter((key) => !(key in english));
  expect(unknown).toEqual([]);
});

test("languageDictionary's deprecated blankErrorHint and invalidErrorHint come before the newer ones", async ({
  lock,
}) => {
  await lock.open({
    languageDictionary: {
      blankErrorHint: "Nothing there",
      blankEmailErrorHint: "no",
      invalidErrorHint: "Not that",
      invalidEmailErrorHint: "no",
    },
  });
  await lock.login.ask("");
  await expect(lock.login.message("Nothing there")).toBeVisible();
  await lock.login.ask("nobody");
  await expect(lock.login.message("Not that")).toBeVisible();
});

test("languageDictionary's own keys under error.passwordless are said for the server's codes", async ({
  page,
  lock,
  inbox,
  address,
}) => {
  await lock.open({
    languageDictionary: {
      error: {
        passwordless: {
          "bad.email": "Not there",
          invalid_user_password: "Not that code",
          "lock.fallback": "Alas",
        },
      },
      resendCodeAction: "None came?",
      success: { logIn: "Come <b>in</b>" },
    },
  });
  await lock.login.ask("ada@192.0.2.1");
  await expect(lock.login.message("Not there")).toBeVisible();
  await page.route("**/passwordless/start", (route) => route.fulfill({ status: 500, json: {} }));
  await lock.login.ask(address);
  await expect(lock.login.message("Alas")).toBeVisible();
  await page.unrouteAll();
  await lock.login.askAndArrive(address);
  await expect(lock.element.getByRole("button", { name: /^None came\? \(\d:\d\d\)$/ })).toBeVisible();
  const code = await inbox.code(address);
  await lock.login.type(code === "111111" ? "222222" : "111111");
  await expect(lock.login.message("Not that code")).toBeVisible();
  await lock.login.type(code);
  await expect(lock.login.heading("Come in")).toBeVisible();
});
