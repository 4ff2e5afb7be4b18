import { expect, type Page } from "@playwright/test";
import { PATHS } from "../fixtures/host.ts";
import { newNumber } from "../fixtures/test.ts";
import type { Inbox } from "../fixtures/inbox.ts";
import { type Login, wrong } from "./login.ts";
import { say } from "./sentences.ts";

/** What a state needs to come about. */
export type Scene = {
  page: Page;
  login: Login;
  inbox: Inbox;
  address: string;
  /** Opens the page that the state is shown on. */
  show: (attributes?: string) => Promise<void>;
  /** Opens a page whose widget is not set up. */
  showUnset: () => Promise<void>;
};

type Bring = (scene: Scene) => Promise<void>;

const hang = (page: Page, path: string) => page.route(`**${path}`, () => {});

const arrive: Bring = async ({ login, address, show }) => {
  await show();
  await login.askAndArrive(address);
};

const fail = async ({ inbox, login, address }: Scene, times: number): Promise<void> => {
  const code = await inbox.code(address);
  const said = [login.wrongCode, say.wrongOneLeft, say.outOfTries];
  for (let by = 1; by <= times; by += 1) {
    await login.code.fill(wrong(code, by));
    await expect(login.message(said[by - 1] ?? "")).toBeVisible();
  }
};

/** Where the page's terms are. */
const DOCUMENTS = 'terms-url="https://shop.example/terms" privacy-url="https://shop.example/privacy"';

/** Every state of the widget that a person can see, and how it comes about. The clock has to be installed. */
export const states: Record<string, Bring> = {
  identifier: async ({ login, show }) => {
    await show();
    await login.asksForAddress();
  },
  "identifier with a logo": async ({ login, show }) => {
    await show('logo="logo.svg" heading="Sign in to the shop"');
    await login.asksForAddress();
  },
  filled: async ({ login, address, show }) => {
    await show();
    await login.email.fill(address);
  },
  error: async ({ login, show }) => {
    await show();
    await login.ask("ada@example");
    await expect(login.message(login.badAddress)).toBeVisible();
  },
  suggestion: async ({ login, show }) => {
    await show();
    await login.email.pressSequentially("ada@gmial.com");
    await login.page.clock.fastForward(1000);
    await expect(login.suggestion).toBeVisible();
  },
  "suggestion under an error": async ({ login, show }) => {
    await show();
    await login.ask("ada@gmail,com");
    await expect(login.message(login.badAddress)).toBeVisible();
    await login.page.clock.fastForward(1000);
    await expect(login.suggestion).toBeVisible();
  },
  "terms mentioned": async ({ login, show }) => {
    await show(`connections="email google-oauth2 github" terms="notice" ${DOCUMENTS}`);
    await expect(login.terms).toBeVisible();
  },
  "terms missing": async ({ login, address, show }) => {
    await show(`connections="google-oauth2 apple email" terms="accept" ${DOCUMENTS}`);
    await login.ask(address);
    await expect(login.message(say.termsMissing)).toBeVisible();
  },
  "other connections only": async ({ login, show }) => {
    await show('connections="google-oauth2 windowslive acme"');
    await expect(login.continueWith("Google")).toBeVisible();
  },
  phone: async ({ login, show }) => {
    await show('connections="sms"');
    await login.phone.fill("+47 412 34 567");
  },
  "phone error": async ({ login, show }) => {
    await show('connections="sms" region="NO"');
    await expect(login.country).toBeVisible();
    await login.phone.fill("412 34 56");
    await login.phone.press("Enter");
    await expect(login.message(say.phoneTooShort)).toBeVisible();
  },
  "phone of a country": async ({ login, show }) => {
    await show('connections="sms email" region="NO"');
    await expect(login.country).toBeVisible();
    await login.phone.fill("412 34 567");
    await expect(login.reading).toBeVisible();
  },
  "list of countries": async ({ login, show }) => {
    await show('connections="sms" region="NO"');
    await login.country.click();
    await expect(login.searchCountry).toBeFocused();
  },
  "list of countries searched": async ({ login, show }) => {
    await show('connections="sms" region="NO"');
    await login.country.click();
    await login.searchCountry.fill("land");
    await expect(login.foundCountries.filter({ hasText: "Finland" })).toBeVisible();
  },
  "list of countries without any": async ({ login, show }) => {
    await show('connections="sms" region="NO"');
    await login.country.click();
    await login.searchCountry.fill("Atlantis");
    await expect(login.noCountry).toHaveText(say.noCountry);
  },
  "number in a field for both": async ({ login, show }) => {
    await show('connections="email sms" region="NO"');
    await login.either.fill("412 34 567");
    await expect(login.reading).toBeVisible();
  },
  "email or phone": async ({ login, show }) => {
    await show('connections="email sms"');
    await login.either.press("Enter");
    await expect(login.either).toHaveAttribute("aria-invalid", "true");
  },
  "code by phone": async ({ login, show }) => {
    await show('connections="sms"');
    await login.phone.fill(newNumber());
    await login.phone.press("Enter");
    await expect(login.code).toBeFocused();
  },
  modal: async ({ login, show }) => {
    await show("modal open");
    await expect(login.email).toBeFocused();
  },
  "modal code": async ({ login, address, show }) => {
    await show("modal open");
    await login.askAndArrive(address);
  },
  sending: async ({ page, login, address, show }) => {
    await hang(page, PATHS.start);
    await show();
    await login.ask(address);
    await expect(login.continue).toHaveText("Sending code");
  },
  "code empty": arrive,
  "code half": async (scene) => {
    await arrive(scene);
    await scene.login.type("407");
  },
  "code wrong": async (scene) => {
    await arrive(scene);
    await fail(scene, 1);
  },
  "code wrong twice": async (scene) => {
    await arrive(scene);
    await fail(scene, 2);
  },
  verifying: async (scene) => {
    await hang(scene.page, PATHS.token);
    await arrive(scene);
    await scene.login.type("407119");
    await expect(scene.login.verify).toHaveText("Checking code");
  },
  "code sent again": async (scene) => {
    await arrive(scene);
    await scene.page.clock.fastForward(31_000);
    await scene.login.resend.click();
    await expect(scene.login.message(say.resent)).toBeVisible();
  },
  expired: async (scene) => {
    await arrive(scene);
    await scene.page.clock.fastForward(181_000);
    await expect(scene.login.message(say.expired)).toBeVisible();
  },
  "too many tries": async (scene) => {
    await arrive(scene);
    await fail(scene, 3);
  },
  "offline error": async ({ page, login, address, show }) => {
    await show();
    await login.email.fill(address);
    await page.context().setOffline(true);
    await login.email.press("Enter");
    await expect(login.message(say.offline)).toBeVisible();
    await page.context().setOffline(false);
  },
  "keys out of reach": async (scene) => {
    await scene.page.route(`**${PATHS.keys}`, (route) => route.abort());
    await arrive(scene);
    await scene.login.type(await scene.inbox.code(scene.address));
    await expect(scene.login.tryAgain).toBeVisible();
  },
  authenticated: async (scene) => {
    await arrive(scene);
    await scene.login.type(await scene.inbox.code(scene.address));
    await scene.login.isSignedInAs(scene.address);
  },
  failure: async ({ login, showUnset }) => {
    await showUnset();
    await expect(login.heading(say.notSetUp)).toBeVisible();
  },
  "not loaded": async ({ page, login, show }) => {
    await page.route("**/widget_bg.wasm", (route) => route.abort());
    await show();
    await expect(login.message(say.notLoaded)).toBeVisible();
  },
};
