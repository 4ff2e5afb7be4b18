import type { Page } from "@playwright/test";
import { expect, newAddress, test } from "../fixtures/test.ts";
import { Login } from "../pages/login.ts";
import { say } from "../pages/sentences.ts";

// Where pages put elements: other documents, popovers, what is closed, templates, and many places at once.

/** What can be seen of the look of both halves. */
const look = (page: Page, frame?: string) =>
  page.evaluate((frame) => {
    const from = frame ? (document.querySelector(frame) as HTMLIFrameElement).contentDocument : document;
    const it = (from as Document).querySelector("latch-login") as HTMLElement;
    const button = it.querySelector("button[type=submit]") as HTMLElement;
    const card = it.shadowRoot?.querySelector("[part=card]") as HTMLElement;
    const view = (from as Document).defaultView as Window & typeof globalThis;
    const of = (node: HTMLElement, ...names: string[]) =>
      names.map((name) => view.getComputedStyle(node).getPropertyValue(name));
    return [
      ...of(button, "background-color", "border-radius", "font-size", "min-block-size"),
      ...of(card, "background-color", "border-radius", "padding-inline-start", "box-shadow"),
    ];
  }, frame);

for (const [edition, attributes] of [
  ["basic", ""],
  ["full", 'mailbox="off"'],
] as const)
  test(`an element of the ${edition} edition that moves into a frame's document takes its look and its login along`, async ({
    page,
    open,
    host,
    login,
    inbox,
    address,
  }) => {
    await open("places", { attributes });
    await host.isReady();
    const before = await look(page);
    await login.email.fill(address);
    await page.evaluate(() => {
      const frame = document.createElement("iframe");
      frame.width = frame.height = "600";
      document.querySelector("#there")?.append(frame);
      const inside = frame.contentDocument as Document;
      inside.body.append(inside.adoptNode(document.querySelector("latch-login") as HTMLElement));
    });
    const there = new Login(page, page.frameLocator("iframe").locator("latch-login"));
    await expect(there.email).toHaveValue(address);
    await expect.poll(() => look(page, "iframe")).toEqual(before);
    await there.email.press("Enter");
    await expect(there.code).toBeVisible();
    await there.type(await inbox.code(address));
    await there.isSignedInAs(address);

    // And back.
    await page.evaluate(() => {
      const frame = document.querySelector("iframe") as HTMLIFrameElement;
      document.querySelector("#here")?.append(frame.contentDocument?.querySelector("latch-login") as HTMLElement);
      frame.remove();
    });
    await login.isSignedInAs(address);
    await login.signOut.click();
    await login.asksForAddress();
    // The button is where the one was that has just been pressed.
    await page.mouse.move(0, 0);
    await expect.poll(() => look(page)).toEqual(before);
  });

test("a hundred of them on a page all work, and no id is there twice", async ({ page, open, host, login, inbox, address }) => {
  test.setTimeout(120_000);
  await open("places");
  await host.isReady();
  const time = await page.evaluate(async () => {
    const first = document.querySelector("latch-login") as HTMLElement;
    const begin = performance.now();
    const others = Array.from({ length: 99 }, () => first.cloneNode() as HTMLElement);
    document.querySelector("#there")?.append(...others);
    const isThere = (it: HTMLElement) => it.querySelector("input")?.checkVisibility() === true;
    while (!others.every(isThere)) await new Promise(requestAnimationFrame);
    return performance.now() - begin;
  });
  console.log("until the fields of 99 more are there, in milliseconds", time);
  expect(time).toBeLessThan(5000);
  await host.hears("latch-step", 100);
  const ids = await page.evaluate(() => [...document.querySelectorAll("[id]")].map((it) => it.id));
  expect(ids.length).toBeGreaterThan(200);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [index, mine] of [[99, address], [50, newAddress("grace")]] as const) {
    const one = new Login(page, login.element.nth(index));
    await one.askAndArrive(mine);
    await one.type(await inbox.code(mine));
    await one.isSignedInAs(mine);
  }
  await expect(new Login(page, login.element.nth(51)).email).toHaveValue("");
});

const closed = {
  "a popover": { markup: "<div popover id=box>IT</div>", show: "box.showPopover()", hide: "box.hidePopover()" },
  "a dialog of the page's own": { markup: "<dialog id=box>IT</dialog>", show: "box.showModal()", hide: "box.close()" },
  "a <details>": {
    markup: "<details id=box><summary>Sign in</summary>IT</details>",
    show: "box.open = true",
    hide: "box.open = false",
  },
  "what is not displayed": {
    markup: "<div id=box hidden>IT</div>",
    show: "box.hidden = false",
    hide: "box.hidden = true",
  },
};
for (const [what, { markup, show, hide }] of Object.entries(closed))
  test(`an element in ${what} takes no focus, works when it is shown, and keeps what was typed`, async ({
    page,
    open,
    host,
    login,
    inbox,
    address,
  }) => {
    await open("places", { instead: { "<h1>": `<button id="own">Own</button><h1>` } });
    await page.evaluate((markup) => {
      const own = document.querySelector("#own") as HTMLElement;
      own.focus();
      const it = document.querySelector("latch-login") as HTMLElement;
      const there = document.querySelector("#there") as HTMLElement;
      const [before, after] = markup.split("IT");
      there.innerHTML = `${before}${it.outerHTML.replace(/>[^]*<\//, "></")}${after}`;
      it.remove();
    }, markup);
    const run = (code: string) =>
      page.evaluate((code) => new Function("box", code)(document.querySelector("#box")), code);
    await host.isReady();
    await expect(login.email).toBeHidden();
    await expect(page.locator("#own")).toBeFocused();
    await run(show);
    await login.asksForAddress();
    await login.email.fill(address);
    await run(hide);
    await expect(login.email).toBeHidden();
    await run(show);
    await expect(login.email).toHaveValue(address);
    await login.email.press("Enter");
    await expect(login.code).toBeFocused();
    await run(hide);
    await run(show);
    await login.code.click();
    await login.type(await inbox.code(address));
    await login.isSignedInAs(address);
  });

test("an element of a template is a login when it is put on the page, and not before", async ({ page, open, host, login, address }) => {
  await open("places");
  await host.isReady();
  await page.evaluate(() => {
    const it = document.querySelector("latch-login") as HTMLElement;
    const template = document.createElement("template");
    template.innerHTML = (it.cloneNode() as HTMLElement).outerHTML;
    it.remove();
    const [first, second] = [template.content.cloneNode(true), document.importNode(template.content, true)];
    document.querySelector("#there")?.append(first, second);
    const inside = template.content.firstElementChild as HTMLElement;
    if (inside.shadowRoot || inside.childElementCount) throw new Error("it has begun");
  });
  await expect(login.element).toHaveCount(2);
  for (const index of [0, 1]) {
    const one = new Login(page, login.element.nth(index));
    await one.asksForAddress();
    await one.email.fill(address);
    await expect(one.email).toHaveValue(address);
  }
});

test("a copy of a page's nodes, as routers keep them, has one form that works", async ({ page, open, host, login, inbox, address }) => {
  await open("places");
  await host.isReady();
  await login.email.fill("grace@example.com");
  await page.evaluate(() => {
    const here = document.querySelector("main") as HTMLElement;
    const kept = here.cloneNode(true);
    here.replaceWith(kept);
  });
  await host.hears("latch-step", 2);
  await expect(login.element.getByRole("textbox")).toHaveCount(1);
  await expect(login.email).toHaveCount(1);
  await login.askAndArrive(address);
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
  await expect(login.heading(say.signedIn)).toHaveCount(1);
});
