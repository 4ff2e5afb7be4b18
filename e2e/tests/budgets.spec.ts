import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";

// What the widget may cost while it is on a page; what it may weigh is in size.spec.ts.

/** Counts what would still happen by itself: timers, and frames that were asked for. */
const countTimers = (page: Page) =>
  page.addInitScript(() => {
    const pending = new Set<unknown>();
    Object.assign(globalThis, { pending });
    const watch = (ask: "setTimeout" | "setInterval" | "requestAnimationFrame", cancel: string, once: boolean) => {
      const real = globalThis[ask] as (act: (...all: unknown[]) => void, ...rest: unknown[]) => unknown;
      const replacement = (act: (...all: unknown[]) => void, ...rest: unknown[]) => {
        const id: unknown = real((...all: unknown[]) => {
          if (once) pending.delete(`${ask} ${id}`);
          act(...all);
        }, ...rest);
        pending.add(`${ask} ${id}`);
        return id;
      };
      const stop = (globalThis as unknown as Record<string, (id: unknown) => void>)[cancel];
      Object.assign(globalThis, {
        [ask]: replacement,
        [cancel]: (id: unknown) => {
          pending.delete(`${ask} ${id}`);
          stop?.(id);
        },
      });
    };
    watch("setTimeout", "clearTimeout", true);
    watch("setInterval", "clearInterval", false);
    watch("requestAnimationFrame", "cancelAnimationFrame", true);
  });

test("1,000 mounts and removals leave no node, no listener and no timer behind", async ({ page, open, host, login, address }) => {
  test.setTimeout(240_000);
  await countTimers(page);
  await open("places");
  await host.isReady();
  // A code is on its way: each that is mounted finds it, and counts down to the next one.
  await login.askAndArrive(address);
  // The help for those who wait has come to the one that stays.
  await expect(login.pasteCode).toHaveCount(1, { timeout: 20_000 });
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable");
  /** On the page: puts elements up and takes them away, ten at a time. */
  const mount = (count: number) =>
    page.evaluate(async (count) => {
      const place = document.querySelector("#there") as HTMLElement;
      const { domain, clientId } = document.querySelector("latch-login") as unknown as Record<string, string>;
      const one = async () => {
        const it = document.createElement("latch-login");
        it.setAttribute("domain", domain ?? "");
        it.setAttribute("client-id", clientId ?? "");
        const ready = new Promise((done) => it.addEventListener("latch-step", done, { once: true }));
        place.append(it);
        await ready;
        it.remove();
        // The element tells being moved from being taken away by what follows at once.
        await new Promise((done) => setTimeout(done));
      };
      for (let i = 0; i < count; i += 10) await Promise.all(Array.from({ length: 10 }, one));
    }, count);
  const left = async () => {
    // What the element waits for at most, when it waits for what is nice to have.
    await page.waitForTimeout(4500);
    // What only a finalizer lets go of is gone after the second collection.
    for (let i = 0; i < 3; i += 1) {
      await cdp.send("HeapProfiler.collectGarbage");
      await page.evaluate(() => new Promise(requestAnimationFrame));
    }
    const { metrics } = await cdp.send("Performance.getMetrics");
    const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
    const timers = await page.evaluate(() => (globalThis as unknown as { pending: Set<string> }).pending.size);
    return { nodes: of("Nodes"), listeners: of("JSEventListeners"), timers };
  };
  await mount(20);
  const before = await left();
  await mount(1000);
  const after = await left();
  console.log("before 1,000 mounts and after", before, after);
  expect(before.nodes).toBeGreaterThan(0);
  expect(before.listeners).toBeGreaterThan(0);
  expect(before.timers, "that of the one that stays").toBeGreaterThan(0);
  expect(after.nodes, "nodes").toBeLessThanOrEqual(before.nodes);
  expect(after.listeners, "listeners").toBeLessThanOrEqual(before.listeners);
  expect(after.timers, "timers").toBeLessThanOrEqual(before.timers);
  await expect(login.code).toBeVisible();
});
