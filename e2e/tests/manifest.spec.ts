import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import { dist } from "../fixtures/server.ts";
import { expect, test } from "../fixtures/test.ts";
import { Guarded, standIn, vendors } from "../fixtures/captcha.ts";
import { Captcha } from "../pages/captcha.ts";
import { wrong } from "../pages/login.ts";
import { say } from "../pages/sentences.ts";

// What tools read of the element is what the element is.

const folder = resolve(import.meta.dirname, "..");
const run = promisify(execFile);

type Named = { name: string };
type Declaration = {
  attributes: (Named & { fieldName: string; default: string; type: { text: string } })[];
  members: (Named & { kind: string })[];
  events: Named[];
  cssParts: Named[];
  cssStates: Named[];
  cssProperties: Named[];
  slots: Named[];
};

const declaration = async (): Promise<Declaration> => {
  const manifest = JSON.parse(await readFile(join(folder, "../public/custom-elements.json"), "utf8"));
  return manifest.modules[0].declarations[0];
};
const names = (all: Named[]) => all.map(({ name }) => name).sort();

test("the committed files are what the generator makes of the documents and the sources", async () => {
  const made = await mkdtemp(join(tmpdir(), "latch-manifest-"));
  await run(process.execPath, [join(folder, "manifest/generate.mjs"), made]);
  const files = (await readdir(made, { recursive: true })).filter((name) => /\.\w+$/.test(name));
  expect(files.length).toBeGreaterThan(5);
  for (const name of files) {
    const committed = await readFile(join(folder, "../public", name), "utf8").catch(() => "");
    expect(committed, `public/${name}: run node e2e/manifest/generate.mjs`).toBe(
      await readFile(join(made, name), "utf8"),
    );
  }
  await rm(made, { recursive: true });
});

test("the types hold in TypeScript, React, Vue and Svelte, and refuse what is wrong", async () => {
  const compiler = join(folder, "node_modules/typescript/bin/tsc");
  const { stdout } = await run(process.execPath, [compiler, "--project", join(folder, "types")]).catch(
    (error) => error as { stdout: string },
  );
  expect(stdout).toBe("");
});

/** What a page sees of the element, from its first moment on: events, states and parts. */
const watch = (page: Page) =>
  page.addInitScript(() => {
    const seen = {
      events: new Set<string>(),
      states: new Set<string>(),
      parts: new Set<string>(),
      slots: new Set<string>(),
    };
    Object.assign(globalThis, { seen });
    const dispatch = EventTarget.prototype.dispatchEvent;
    EventTarget.prototype.dispatchEvent = function (event) {
      if (this instanceof HTMLElement && this.localName === "latch-login") seen.events.add(event.type);
      return dispatch.call(this, event);
    };
    const add = CustomStateSet.prototype.add;
    CustomStateSet.prototype.add = function (state) {
      seen.states.add(state);
      return add.call(this, state);
    };
    const look = () => {
      for (const element of document.querySelectorAll("latch-login")) {
        for (const part of element.shadowRoot?.querySelectorAll("[part]") ?? [])
          if (part.getClientRects().length) seen.parts.add(part.getAttribute("part") ?? "");
        for (const slot of element.shadowRoot?.querySelectorAll("slot") ?? []) seen.slots.add(slot.name);
      }
      requestAnimationFrame(look);
    };
    look();
  });

/** All that was seen so far: pages are left in between. */
class Seen {
  readonly events = new Set<string>();
  readonly states = new Set<string>();
  readonly parts = new Set<string>();
  readonly slots = new Set<string>();

  async add(page: Page): Promise<void> {
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))");
    const seen = (await page.evaluate(
      "Object.fromEntries(Object.entries(seen).map(([name, all]) => [name, [...all]]))",
    )) as Record<"events" | "states" | "parts" | "slots", string[]>;
    for (const [name, all] of Object.entries(seen))
      for (const it of all) this[name as keyof typeof seen].add(it);
  }
}

test("every event is dispatched, every state reached, every part and slot seen, and none that is not written down", async ({
  page,
  open,
  host,
  login,
  inbox,
  address,
}) => {
  test.setTimeout(120_000);
  const it = await declaration();
  const seen = new Seen();
  await watch(page);
  await open("plain", { attributes: 'modal open logo="logo.svg"' });
  await login.element.evaluate((it) => Object.assign(it, { avatarProvider: { url: () => "logo.svg" } }));
  await login.askAndArrive(address);
  await expect(login.person).toBeVisible();
  const code = await inbox.code(address);
  await login.type(wrong(code));
  await expect(login.message(say.wrong)).toBeVisible();
  await login.type(code);
  await login.isSignedInAs(address);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await seen.add(page);
  // Leaves the page for the hosted one.
  await open("plain", { attributes: 'exchange="redirect" storage="memory"' });
  await page.evaluate(
    "document.querySelector('latch-login').addEventListener('latch-before-redirect', (event) => event.preventDefault())",
  );
  await login.element.getByRole("button").first().click();
  await host.isReady();
  await expect.poll(async () => (await seen.add(page), seen.events.has("latch-before-redirect"))).toBe(true);
  await login.element.evaluate((it) => Object.assign(it, { flash: { type: "info", text: "Welcome back." } }));
  await expect(login.element.getByText("Welcome back.")).toBeVisible();
  await seen.add(page);
  await open("unset");
  await expect(login.heading(say.notSetUp)).toBeVisible();
  await seen.add(page);
  const guarded = await Guarded.start('provider = "math"');
  await page.goto(guarded.site.page("plain"));
  await login.ask(address);
  await expect(new Captcha(page).sum).toBeEditable();
  await seen.add(page);
  await guarded.stop();
  const arkose = vendors.find(({ provider }) => provider === "arkose")!;
  const other = await Guarded.start(arkose.toml);
  await standIn(page, arkose);
  await page.goto(other.site.page("plain", { attributes: 'render="shadow"' }));
  await login.ask(address);
  await expect(new Captcha(page).box).toBeVisible();
  await seen.add(page);
  await other.stop();

  const own = [...seen.events].filter((name) => !["input", "change", "focus", "blur"].includes(name));
  expect(own.sort()).toEqual(names(it.events));
  expect([...seen.states].sort()).toEqual(names(it.cssStates));
  expect([...seen.parts].sort()).toEqual(names(it.cssParts));
  expect([...seen.slots].sort()).toEqual(names(it.slots));
});

test("every attribute is observed and has its property, in both directions, and there are no others", async ({
  open,
  login,
}) => {
  const it = await declaration();
  await open("form");
  await login.asksForAddress();
  await expect.poll(() => login.element.evaluate((it) => "required" in it)).toBe(true);
  const observed = await login.element.evaluate(
    (it) => (it.constructor as unknown as { observedAttributes: string[] }).observedAttributes,
  );
  // For the hosted page alone; and those of a form are looked at by who needs them.
  const expected = [...observed.filter((name) => name !== "transaction"), "name", "required"].sort();
  expect(names(it.attributes)).toEqual(expected);

  const differences = await login.element.evaluate((element, attributes) => {
    const it = element.cloneNode() as unknown as Record<string, unknown> & Element;
    const faults: string[] = [];
    for (const { name, fieldName, type, default: initial } of attributes) {
      const value = JSON.parse(initial);
      if (!(fieldName in it)) faults.push(`${name} has no property ${fieldName}`);
      it.removeAttribute(name);
      if (it[fieldName] !== value) faults.push(`${fieldName} is ${it[fieldName]} without ${name}`);
      const [attribute, property] =
        type.text === "boolean"
          ? ["", true]
          : type.text === "string"
            ? ["some text", "some text"]
            : [value, value];
      it.setAttribute(name, attribute as string);
      if (it[fieldName] !== property)
        faults.push(`${fieldName} is ${it[fieldName]} with ${name}="${attribute}"`);
      it.removeAttribute(name);
      it[fieldName] = property;
      if (it.getAttribute(name) !== attribute)
        faults.push(`${name} is ${it.getAttribute(name)} after ${fieldName}`);
      if (/\|/.test(type.text)) {
        it.setAttribute(name, "none of them");
        if (it[fieldName] !== value) faults.push(`${fieldName} takes any value`);
      }
    }
    return faults;
  }, it.attributes);
  expect(differences).toEqual([]);
});

test("every method and property is there, and none that is not written down", async ({ open, login }) => {
  const it = await declaration();
  await open("form");
  await login.asksForAddress();
  await expect.poll(() => login.element.evaluate((it) => "required" in it)).toBe(true);
  const own = await login.element.evaluate((it) => Object.getOwnPropertyNames(Object.getPrototypeOf(it)));
  const platform = [
    ...[
      "constructor",
      "connectedCallback",
      "disconnectedCallback",
      "connectedMoveCallback",
      "attributeChangedCallback",
    ],
    ...[
      "formAssociatedCallback",
      "form",
      "validity",
      "validationMessage",
      "willValidate",
      "labels",
      "checkValidity",
      "reportValidity",
    ],
    // What frameworks see of its nodes.
    "firstChild",
    "transaction",
  ];
  const members = it.members.map(({ name }) => name).filter((name) => !["hidden", "lang"].includes(name));
  expect(own.filter((name) => !platform.includes(name)).sort()).toEqual(members.sort());
});

test("every custom property is the sheet's, and changes what is seen; and the sheet has no others", async ({
  page,
  open,
  login,
}) => {
  const it = await declaration();
  const css = await readFile(join(dist, "latch.css"), "utf8");
  const inSheet = new Set([...css.matchAll(/var\((--latch-[\w-]+)/g)].map(([, name]) => name));
  expect(names(it.cssProperties)).toEqual([...inSheet].sort());
  await open();
  await login.asksForAddress();
  const inner = await page.evaluate((all) => {
    const element = document.querySelector("latch-login") as HTMLElement;
    const read = (name: string) =>
      getComputedStyle(element).getPropertyValue(name.replace("--latch-", "--l-"));
    return all.filter((name) => {
      const before = read(name);
      element.style.setProperty(
        name,
        name.includes("radius") ? "3px" : name.includes("font") ? "serif" : "rebeccapurple",
      );
      return before === read(name) || !read(name);
    });
  }, names(it.cssProperties));
  expect(inner, "those that change nothing").toEqual([]);
});
