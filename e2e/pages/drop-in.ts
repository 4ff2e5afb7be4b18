import { expect, type Locator, type Page } from "@playwright/test";
import { Login } from "./login.ts";

/** An event of a Lock: what it told. */
export type Told = Record<string, unknown>;

/** What a page says to a Lock: its options, as an object or as they are written, where functions are among them. */
export type Options = Record<string, unknown> | string;

export type Setting = {
  clientId?: string;
  /** Whether the page shows the Lock at once. */
  shows?: boolean;
};

/** A page that was written for Lock, with ours in its place; and the login that it shows. */
export class DropIn {
  readonly page: Page;
  readonly login: Login;
  readonly element: Locator;
  readonly place: Locator;
  readonly dialog: Locator;
  /** The page's own button, which shows the Lock. */
  readonly button: Locator;
  readonly close: Locator;
  readonly logo: Locator;
  readonly #address: string;
  readonly #domain: () => string;

  constructor(page: Page, address: string, domain: () => string) {
    this.page = page;
    this.login = new Login(page);
    this.element = this.login.element;
    this.place = page.getByLabel("Place");
    this.dialog = page.getByRole("dialog");
    this.button = page.getByRole("button", { name: "Log in", exact: true });
    this.close = this.element.getByRole("button", { name: "Close" });
    this.logo = this.element.locator("img");
    this.#address = address;
    this.#domain = domain;
  }

  /** Opens the page with a Lock. Where it says nothing of connections, it signs in by email. */
  async open(options: Options = {}, setting: Setting = {}, address = this.#address): Promise<void> {
    await this.prepare(options, setting);
    await this.page.goto(address);
  }

  /** What the page will say to its Lock, from its next load on. */
  async prepare(options: Options, { clientId = "demo", shows = true }: Setting = {}): Promise<void> {
    const own = typeof options === "string" ? options : JSON.stringify(options);
    const all = `Object.assign({ allowedConnections: ["email"] }, ${own})`;
    const written = `${JSON.stringify(clientId)}, ${JSON.stringify(this.#domain())}, ${all}`;
    await this.page.addInitScript((settings) => Object.assign(globalThis, { settings }), { written, shows });
  }

  /** The button of another connection, by what it calls itself. */
  social(name: string): Locator {
    return this.element.getByRole("button", { name, exact: false });
  }

  /** Runs a text on the page, where `lock` is the Lock and `make` makes another one. */
  async run<T = unknown>(text: string): Promise<T> {
    return (await this.page.evaluate(text)) as T;
  }

  /** Everything that was told so far, in order: names and details. */
  async told(): Promise<[string, ...unknown[]][]> {
    // A page that is only just loaded has heard of nothing.
    return this.run("typeof heard === 'undefined' ? [] : JSON.parse(JSON.stringify(heard))");
  }

  async names(): Promise<string[]> {
    return (await this.told()).map(([name]) => name);
  }

  /** Waits until an event was told so often; gives what the last of these was told with. */
  async hears(name: string, count = 1): Promise<Told> {
    const all = async () => (await this.told()).filter(([told]) => told === name);
    await expect
      .poll(async () => (await all()).length, { message: `${name} number ${count}` })
      .toBeGreaterThanOrEqual(count);
    return ((await all())[count - 1]?.[1] ?? {}) as Told;
  }

  /** An attribute of the element that the Lock made. */
  async attribute(name: string): Promise<string | null> {
    return this.element.getAttribute(name);
  }

  /** A property of it, as JSON. */
  async property(name: string): Promise<unknown> {
    return this.element.evaluate((it, name) => {
      const value = (it as unknown as Record<string, unknown>)[name];
      return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
    }, name);
  }
}
