import type { Page } from "@playwright/test";
import { expect, test, newAddress } from "../fixtures/test.ts";
import { PATHS } from "../fixtures/host.ts";
import { Login } from "../pages/login.ts";
import { say } from "../pages/sentences.ts";

// What pages do with their parts: more than one, moved, taken away, put back.

const clients = ["demo", "first", "second"]
  .map((id) => `[[client]]\nid = "${id}"\norigins = ["ORIGIN"]\n`)
  .join("\n");

test.describe("two widgets on a page", () => {
  for (const [how, variation] of [
    ["of one client", { one: "demo", other: "demo" }],
    ["of two clients", { one: "first", other: "second" }],
  ] as const)
    test(`${how} go their own ways, and no id is there twice`, async ({ page, host }) => {
      const { Site } = await import("../fixtures/site.ts");
      const { LatchServer } = await import("../fixtures/server.ts");
      const { Inbox } = await import("../fixtures/inbox.ts");
      let origin = "";
      const site = await Site.start(() => origin);
      const server = await LatchServer.start({ toml: clients.replaceAll("ORIGIN", site.origin) });
      origin = server.origin;
      const inbox = new Inbox(() => origin);
      const instead = { '"first"': `"${variation.one}"`, '"second"': `"${variation.other}"` };
      await page.goto(site.page("two", { instead }));
      const first = new Login(page, page.getByLabel("First").locator("latch-login"));
      const second = new Login(page, page.getByLabel("Second").locator("latch-login"));
      await host.hears("latch-step", 2);

      // Of the page's own tree: a shadow root has ids to itself.
      const ids = () => page.evaluate(() => [...document.querySelectorAll("[id]")].map((it) => it.id));
      const areUnique = async () => {
        const all = await ids();
        expect(all.length).toBeGreaterThan(0);
        expect(new Set(all).size).toBe(all.length);
      };
      await areUnique();

      const [one, other] = [newAddress("one"), newAddress("other")];
      await second.email.fill(other);
      await first.askAndArrive(one);
      await expect(second.email).toHaveValue(other);
      await expect(second.heading(say.signIn)).toBeVisible();
      await areUnique();
      await second.email.press("Enter");
      await expect(second.code).toBeFocused();
      await areUnique();

      const [codeOfOne, codeOfOther] = [await inbox.code(one), await inbox.code(other)];
      await first.code.fill(codeOfOne.slice(0, 3));
      await second.code.fill(codeOfOther.slice(0, 4));
      await expect(first.code).toHaveValue(codeOfOne.slice(0, 3));
      await second.code.fill(codeOfOther);
      await second.isSignedInAs(other);
      await expect(first.heading(say.checkYourEmail)).toBeVisible();
      await first.code.fill(codeOfOne);
      await first.isSignedInAs(one);
      await second.isSignedInAs(other);

      const heard = host.heard("authenticated") as { idTokenPayload: { email: string; aud: string } }[];
      expect(heard.map(({ idTokenPayload: { email, aud } }) => [email, aud])).toEqual([
        [other, variation.other],
        [one, variation.one],
      ]);
      await site.stop();
      await server.stop();
    });
});

test.describe("an element that is moved", () => {
  const ways: Record<string, string> = {
    "with append": "document.querySelector('#there').append(it)",
    "with moveBefore": "document.querySelector('#there').moveBefore(it, null)",
    "by wrapping it in another element":
      "const box = document.createElement('div'); it.before(box); box.append(it);",
  };
  for (const [how, move] of Object.entries(ways))
    test(`${how} keeps what was typed, and goes on`, async ({ page, open, host, login, inbox, address }) => {
      await open("places");
      await host.isReady();
      expect(await page.evaluate(() => "moveBefore" in Element.prototype)).toBe(true);
      const doMove = () => login.element.evaluate((it, code) => new Function("it", code)(it), move);

      await login.email.fill(address);
      await doMove();
      await expect(login.email).toHaveValue(address);
      await login.continue.click();
      await expect(login.code).toBeVisible();
      const code = await inbox.code(address);
      await login.code.fill(code.slice(0, 3));
      await doMove();
      await expect(login.code).toHaveValue(code.slice(0, 3));
      await login.code.fill(code);
      await login.isSignedInAs(address);
      expect(host.heard("latch-step").map(({ step }) => step)).toEqual(["identifier", "code", "authenticated"]);
    });

  test("with moveBefore keeps its focus and its selection", async ({ open, host, login, address }) => {
    await open("places");
    await host.isReady();
    await login.email.fill(address);
    await login.email.press("ControlOrMeta+a");
    await login.element.evaluate((it) => {
      const there = document.querySelector("#there") as Element & { moveBefore(it: Node, before: null): void };
      there.moveBefore(it, null);
    });
    await expect(login.email).toBeFocused();
    await login.page.keyboard.insertText("grace@example.com");
    await expect(login.email).toHaveValue("grace@example.com");
  });

  test("into another shadow root takes its look along", async ({ open, host, login }) => {
    await open("places");
    await host.isReady();
    const look = () => looks(login.page);
    const before = await look();
    await login.element.evaluate((it) => {
      const there = document.querySelector("#there") as HTMLElement;
      there.attachShadow({ mode: "open" }).append(it);
    });
    await expect(login.email).toBeVisible();
    expect(await look()).toEqual(before);
  });

  test("before the wasm is there keeps what was typed", async ({ page, open, host, login, inbox, address }) => {
    let release = () => {};
    const held = new Promise<void>((done) => (release = done));
    await page.route("**/widget_bg.wasm", async (route) => {
      await held;
      await route.continue();
    });
    await open("places");
    await login.email.fill(address);
    await login.element.evaluate((it) => document.querySelector("#there")?.append(it));
    await expect(login.email).toHaveValue(address);
    release();
    await host.isReady();
    await expect(login.email).toHaveValue(address);
    await login.email.press("Enter");
    await expect(login.code).toBeFocused();
    await login.type(await inbox.code(address));
    await login.isSignedInAs(address);
  });
});

test("an element that is taken away and put back works, and comes back to its code", async ({
  open,
  host,
  login,
  inbox,
  address,
}) => {
  await open("places");
  await host.isReady();
  const away = () =>
    login.element.evaluateHandle(async (it) => {
      it.remove();
      // The element tells being moved from being taken away by what follows at once.
      await new Promise(requestAnimationFrame);
      return it;
    });
  const back = (handle: Awaited<ReturnType<typeof away>>) =>
    handle.evaluate((it) => document.querySelector("#there")?.append(it as Node));

  let handle = await away();
  expect(await handle.evaluate((it) => (it as Element).childElementCount), "its form is gone too").toBe(0);
  await back(handle);
  await login.askAndArrive(address);

  handle = await away();
  await back(handle);
  await expect(login.heading(say.checkYourEmail)).toBeVisible();
  expect(host.sent(PATHS.start)).toHaveLength(1);
  await login.code.fill(await inbox.code(address));
  await login.isSignedInAs(address);

  handle = await away();
  await back(handle);
  await login.isSignedInAs(address);
});

test("an element that is taken away while a request is under way takes the request along", async ({
  page,
  open,
  host,
  login,
  address,
}) => {
  await open("places");
  await host.isReady();
  await page.route(`**${PATHS.start}`, () => {});
  await login.ask(address);
  await expect(login.continue).toHaveText("Sending code");
  const gone = page.waitForEvent("requestfailed");
  await login.element.evaluate((it) => it.remove());
  expect((await gone).url()).toContain(PATHS.start);
  await expect(page.locator("latch-login")).toHaveCount(0);
  expect(host.heard("authorization_error")).toHaveLength(0);
});

test("a listener may take the element away", async ({ page, open, host, login, inbox, address }) => {
  await open();
  await login.element.evaluate((it) => it.addEventListener("authenticated", () => it.remove()));
  await login.askAndArrive(address);
  await login.type(await inbox.code(address));
  await host.authenticated();
  await expect(page.locator("latch-login")).toHaveCount(0);
});

/** Every computed style and every box of the widget, and of the pseudo-elements in it. */
const looks = (page: Page) =>
  page.evaluate(() => {
    const find = (root: Document | ShadowRoot): Element | null => {
      const it = root.querySelector("latch-login");
      if (it) return it;
      for (const element of root.querySelectorAll("*")) {
        const inside = element.shadowRoot && find(element.shadowRoot);
        if (inside) return inside;
      }
      return null;
    };
    const element = find(document) as Element;
    const card = element.shadowRoot?.querySelector("[part=card]") as Element;
    const origin = card.getBoundingClientRect();
    const all = [...(element.shadowRoot?.querySelectorAll("*:not(slot)") ?? []), ...element.querySelectorAll("*")];
    const look: Record<string, string> = {};
    all.forEach((it, index) => {
      const { x, y, width, height } = it.getBoundingClientRect();
      const name = `${index} ${it.localName}.${it.classList[0] ?? ""}`;
      const box = [x - origin.x, y - origin.y, width, height].map((side) => Math.round(side * 10) / 10);
      look[`${name} box`] = it.getClientRects().length ? box.join(" ") : "not shown";
      for (const pseudo of [undefined, "::before", "::after"]) {
        const style = getComputedStyle(it, pseudo);
        if (pseudo && style.content === "none") continue;
        for (const property of style)
          // The page's own variables inherit, and change nothing by themselves. Where something stands
          // on the page is in its box.
          if (!/^(--|inset|top$|right$|bottom$|left$)/.test(property))
            look[`${name} ${pseudo ?? ""} ${property}`] = style.getPropertyValue(property);
      }
    });
    return look;
  });

const difference = (one: Record<string, string>, other: Record<string, string>) =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])]
    .filter((key) => one[key] !== other[key])
    .map((key) => `${key}: ${one[key]} → ${other[key]}`);

test("a page's resets and strong selectors change nothing of the look", async ({
  page,
  browser,
  open,
  host,
  login,
  site,
  address,
}) => {
  // Both pages are still, so that no style is caught half-way.
  await page.emulateMedia({ reducedMotion: "reduce" });
  const context = await browser.newContext({ reducedMotion: "reduce", viewport: { width: 1280, height: 800 } });
  const calm = await context.newPage();
  const clean = new Login(calm);
  await calm.goto(site.page("plain"));
  await open("resets");
  await host.isReady();
  await expect(clean.email).toBeVisible();
  await expect.poll(() => calm.locator("[id^=latch-sketch]").count()).toBe(0);
  const settled = () => Promise.all([page, calm].map((it) => it.mouse.move(0, 0)));

  await settled();
  expect(difference(await looks(calm), await looks(page)), "the first screen").toEqual([]);

  for (const it of [clean, login]) await it.ask("nobody");
  for (const it of [clean, login]) await expect(it.message(say.enterValidAddress)).toBeVisible();
  await settled();
  await expect.poll(async () => difference(await looks(calm), await looks(page)), "the error").toEqual([]);

  for (const it of [clean, login]) await it.askAndArrive(address);
  for (const it of [clean, login]) await it.type("123");
  const both = async () => difference(await looks(calm), await looks(page));
  await settled();
  await expect.poll(both, "the code screen").toEqual([]);
  await context.close();
});

test("a page that asks how wide the login would like to be gets one answer, and gives no more than it has", async ({ page, open, host, login, address }) => {
  await open("plain");
  await host.isReady();
  const widthIn = (display: string, room: string) =>
    page.evaluate(
      ([display, room]) => {
        const main = document.querySelector("latch-login")?.parentElement as HTMLElement;
        for (const other of main.querySelectorAll<HTMLElement>(":scope > :not(latch-login)")) other.hidden = true;
        Object.assign(main.style, { display, inlineSize: room, padding: "0", placeContent: "center", justifyItems: "center" });
        const card = document.querySelector("latch-login")?.shadowRoot?.querySelector("[part=card]") as HTMLElement;
        return [card.getBoundingClientRect().width, parseFloat(getComputedStyle(card).paddingInlineStart)];
      },
      [display, room],
    );
  const isSteady = async () => {
    for (const display of ["block", "flex", "grid", "inline-grid"]) {
      expect(await widthIn(display, "700px"), display).toEqual([384, 32]);
      expect(await widthIn(display, "320px"), `${display}, narrow`).toEqual([320, 24]);
    }
    expect(await widthIn("block", "272px")).toEqual([272, 16]);
  };
  await isSteady();
  await login.askAndArrive(address);
  await isSteady();
});
