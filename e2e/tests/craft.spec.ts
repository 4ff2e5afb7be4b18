import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { pathToFileURL } from "node:url";
import { dist } from "../fixtures/server.ts";
import { expect, test } from "../fixtures/test.ts";

// What a well-made custom element is held to, besides what it does.

const run = promisify(execFile);

/** What Node.js says about a file of the embed, `it`. */
const inNode = async (file: string, text: string): Promise<string> => {
  const load = `const it = await import(${JSON.stringify(pathToFileURL(join(dist, file)).href)}); console.log(${text});`;
  const { stdout, stderr } = await run(process.execPath, ["--input-type=module", "--eval", load]);
  expect(stderr).toBe("");
  return stdout.trim();
};

test("where there is no page, importing the element is harmless", async () => {
  expect(await inNode("latch.js", "Object.keys(it).sort().join()")).toBe("LatchLogin,define");
});

test("where there is no page, lock.js is a CommonJS module, and harmless", async () => {
  const text = "it.default === it.default.Auth0LockPasswordless && it.default.version";
  expect(await inNode("lock.js", text)).toMatch(/^\d+\.\d+\.\d+$/);
});

for (const width of [1280, 400, 280])
  test(`a page that keeps its place free, as the demo does, moves nothing while it loads, ${width} px wide`, async ({
    page,
    host,
    open,
    login,
  }) => {
    await page.setViewportSize({ width, height: 800 });
    await page.addInitScript(() => {
      type Shift = PerformanceEntry & { value: number; sources: { node: Element | null; previousRect: DOMRect; currentRect: DOMRect }[] };
      const place = ({ x, y, width, height }: DOMRect) => [x, y, width, height].join(" ");
      const shifts: string[] = [];
      Object.assign(globalThis, { shifts });
      new PerformanceObserver((list) => {
        for (const { value, sources } of list.getEntries() as Shift[])
          for (const { node, previousRect, currentRect } of sources)
            shifts.push(`${value}: ${node?.nodeName} from ${place(previousRect)} to ${place(currentRect)}`);
      }).observe({ type: "layout-shift", buffered: true });
    });
    // Late enough for the page to have been painted without each of them.
    for (const [file, wait] of [
      ["latch.js", 150],
      ["latch.css", 300],
      ["widget_bg.wasm", 450],
    ] as const)
      await page.route(`**/${file}`, async (route) => {
        await new Promise((done) => setTimeout(done, wait));
        await route.continue();
      });
    await open("demo");
    const box = () => login.element.boundingBox();
    const before = await box();
    await host.isReady();
    await login.asksForAddress();
    await page.evaluate(() => new Promise((done) => setTimeout(done, 200)));
    expect(await page.evaluate("shifts")).toEqual([]);
    expect(await box(), "and its place is no larger than it is").toEqual(before);
  });

test("a second copy of the module changes nothing, under its own name or another", async ({
  page,
  server,
  open,
  login,
}) => {
  await open();
  await login.asksForAddress();
  const outcome = await page.evaluate(async (address) => {
    const first = customElements.get("latch-login");
    const again = (await import(`${address}?again`)) as { define(name?: string): void; LatchLogin: unknown };
    again.define();
    again.define("shop-login");
    again.define("shop-login");
    return [
      customElements.get("latch-login") === first,
      document.createElement("shop-login") instanceof (again.LatchLogin as CustomElementConstructor),
    ];
  }, `${server.origin}/latch.js`);
  expect(outcome).toEqual([true, true]);
  await login.asksForAddress();
});

test("an element in no document takes what it is told, and shows it once it is in one", async ({
  page,
  open,
  login,
}) => {
  await open("places");
  await page.evaluate(() => {
    const { domain } = document.querySelector("latch-login") as unknown as { domain: string };
    const it = Object.assign(document.createElement("latch-login"), {
      domain,
      clientId: "demo",
      heading: "Later",
    });
    it.hidden = true;
    document.querySelector("#there")?.append(it);
  });
  const later = login.element.nth(1);
  await expect(later).toBeHidden();
  await later.evaluate((it) => it.removeAttribute("hidden"));
  await expect(later.getByRole("heading", { name: "Later" })).toBeVisible();
});
