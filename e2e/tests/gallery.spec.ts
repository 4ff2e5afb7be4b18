import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "../fixtures/test.ts";
import { ALONE, type Asked, COVERED, Gallery } from "../pages/gallery.ts";
import { Login, wrong } from "../pages/login.ts";
import { say } from "../pages/sentences.ts";

// The gallery itself. What it finds out about the login is in the files beside this one.

test("the demo page leads to a gallery with a frame for every state, by name", async ({ page, open, site }) => {
  await open("demo");
  await expect(page.getByRole("link", { name: "gallery" })).toHaveAttribute("href", "/gallery");
  const gallery = new Gallery(page, site.origin);
  await gallery.show();
  const together = await gallery.names();
  expect(together.length).toBeGreaterThan(40);
  await gallery.open();
  const framed = await gallery.frames.evaluateAll((all) =>
    all.map((it) => new URL((it as HTMLIFrameElement).src).searchParams.get("state")),
  );
  expect(framed.toSorted()).toEqual([...together, ...ALONE, ...COVERED].toSorted());
  await expect(page.frameLocator('iframe[title="identifier invalid"]').getByText(say.enterValidAddress)).not.toHaveCount(0);
});

test("a choice goes into the address, and from there into the frames", async ({ page, site }) => {
  const gallery = new Gallery(page, site.origin);
  const { frames } = gallery;
  await gallery.open({ state: "code" });
  const choose = async (control: keyof Asked, option: string) => {
    await gallery.control(control).selectOption(option);
    await page.waitForURL((url) => url.searchParams.get(control) === option);
    await gallery.isReady();
  };
  await choose("state", "code-wrong");
  await expect(frames).toHaveCount(1);
  await choose("lang", "ar");
  await choose("scheme", "dark");
  await choose("width", "280");
  expect(new URL(page.url()).search).toBe("?state=code-wrong&lang=ar&scheme=dark&width=280");
  await expect(gallery.control("state")).toHaveValue("code-wrong");
  await expect(frames).toHaveAttribute("width", "280");
  const inside = page.frameLocator("iframe");
  await expect(inside.getByRole("textbox")).toHaveAttribute("aria-invalid", "true");
  await expect(inside.locator("html")).toHaveAttribute("dir", "rtl");
  const card = inside.locator("[part=card]");
  await expect(card).toHaveCSS("background-color", "rgb(26, 28, 35)");
  await expect(card).toHaveCSS("direction", "rtl");
  await expect(card).toHaveCSS("padding-left", "16px");
  await page.goBack();
  await expect(frames).toHaveAttribute("width", "448");
  await expect(gallery.control("scheme")).toHaveValue("dark");
});

test("every theme of the widget can be chosen", async ({ page, site }) => {
  const gallery = new Gallery(page, site.origin);
  await gallery.open({ state: "identifier" });
  const options = gallery.control("attr-theme").locator("option");
  const offered = await options.evaluateAll((all) => all.map((it) => (it as HTMLOptionElement).value).filter((it) => it));
  const { modules } = JSON.parse(readFileSync(join(import.meta.dirname, "../../public/custom-elements.json"), "utf8"));
  const attributes: { name: string; type: { text: string } }[] = modules.flatMap(({ declarations }: { declarations: object[] }) =>
    declarations.flatMap((it) => ("attributes" in it ? it.attributes : [])),
  );
  const known = attributes.find(({ name }) => name === "theme")?.type.text;
  expect(["latch", ...offered].map((it) => `"${it}"`).join(" | ")).toBe(known);
  const radius = () =>
    page.frameLocator("iframe").locator("[part=card]").evaluate((it) => getComputedStyle(it).borderTopLeftRadius);
  const before = await radius();
  await gallery.control("attr-theme").selectOption("sharp");
  await page.waitForURL((url) => url.searchParams.get("attr-theme") === "sharp");
  await gallery.isReady();
  await expect.poll(radius).not.toBe(before);
});

test("every language of the widget can be chosen", async ({ page, site }) => {
  const gallery = new Gallery(page, site.origin);
  await gallery.open();
  const languages = readdirSync(join(import.meta.dirname, "../../public/i18n")).map((file) => file.replace(".json", ""));
  const options = gallery.control("lang").locator("option");
  const offered = await options.evaluateAll((all) => all.map((it) => (it as HTMLOptionElement).value));
  expect(offered.toSorted()).toEqual([...languages, "en-XA"].toSorted());
});

test("what the gallery shows is what a user comes to see", async ({ page, open, login, inbox, site, browser }) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const gallery = new Gallery(await context.newPage(), site.origin);
  const shown = new Login(gallery.page);
  /** The nodes of both halves, but for what only tells how they came to be. */
  const nodes = ({ element }: Login) =>
    element.evaluate((it) => {
      const halves = [it.shadowRoot?.querySelector("[part=card]"), it.querySelector("[slot=latch]")];
      const chance = /(?<=latch-)\d+-| (data-way|value)="[^"]*"|\d:\d\d/g;
      return halves.map((half) => half?.outerHTML.replace(chance, ""));
    });
  const isSame = async (state: string) => {
    await gallery.show({ state });
    await expect.poll(async () => (await nodes(login)).join(), state).toBe((await nodes(shown)).join());
    for (const field of ["email", "code"] as const)
      if (await shown[field].count()) expect(await login[field].inputValue()).toBe(await shown[field].inputValue());
  };

  // The gallery's own address: it is on the screens.
  const address = "alice@example.com";
  await page.clock.install();
  // In the full edition, which the gallery is made of.
  await open("plain", { attributes: 'mailbox="off"' });
  await login.asksForAddress();
  await isSame("identifier");
  await login.ask("alice@example");
  await isSame("identifier-invalid");
  await login.askAndArrive(address);
  await isSame("code");
  const code = await inbox.code(address);
  await login.code.fill(wrong(code));
  await expect(login.message(say.wrong)).toBeVisible();
  await login.code.fill("407111");
  await login.code.fill(code);
  await login.isSignedInAs(address);
  await isSame("authenticated");
  await context.close();
});
