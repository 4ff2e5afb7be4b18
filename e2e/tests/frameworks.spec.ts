import { createElement } from "react";
import { renderToString } from "react-dom/server";
import type { Page } from "@playwright/test";
import { Shop } from "../apps/react.ts";
import { PATHS } from "../fixtures/host.ts";
import { expect, test } from "../fixtures/test.ts";

// The element in pages of frameworks, which render often and make what they set anew each time.

/** How often a page has rendered. */
const renders = (page: Page) => page.locator("main").evaluate((it) => Number(it.dataset.renders));

for (const framework of ["react", "vue", "svelte"])
  test(`in ${framework}, somebody signs in while the page renders again and again`, async ({
    page,
    open,
    host,
    login,
    inbox,
    address,
  }) => {
    await open("framework", { instead: { FRAMEWORK: framework } });
    await expect(login.element.getByRole("button", { name: "Go on" })).toBeVisible();
    await expect(login.element.getByText("Welcome to the shop.")).toBeVisible();
    await host.isReady();
    // Slow enough for many renderings in between.
    for (const path of [PATHS.start, PATHS.token])
      await page.route(`**${path}`, async (route) => {
        await new Promise((done) => setTimeout(done, 400));
        await route.continue();
      });
    const before = await renders(page);
    await login.email.pressSequentially(address, { delay: 20 });
    await login.email.press("Enter");
    await expect(login.code).toBeFocused();
    const code = await inbox.code(address);
    await login.code.pressSequentially(code, { delay: 60 });
    await login.isSignedInAs(address);
    await expect(page.locator("output")).toHaveText(address);
    expect(host.sent(PATHS.start)).toHaveLength(1);
    expect(host.sent(PATHS.start)[0]?.postDataJSON().authParams).toMatchObject({ ext_shop: framework });
    expect(host.sent(PATHS.token)).toHaveLength(1);
    expect(await renders(page) - before).toBeGreaterThan(20);
  });

test.describe("a page that React has made on the server", () => {
  for (const [what, attributes] of [
    ["as it is", {}],
    ["with its form in the shadow root", { render: "shadow" }],
    ["as a dialog", { modal: true, open: true }],
  ] as const)
    test(`is taken over ${what}, with what was typed before`, async ({ page, server, open, host, login, inbox, address }) => {
      const html = renderToString(createElement(Shop, { domain: server.origin, attributes }));
      const data = JSON.stringify(attributes).replaceAll('"', "&quot;");
      await open("framework", {
        instead: { FRAMEWORK: "react", '4000"></div>': `4000" data-attributes="${data}">${html}</div>` },
      });
      await host.isReady();
      await login.email.fill(address);
      await login.element.evaluate((it) => Object.assign(it, { isTheSame: true }));
      await page.evaluate("begin()");
      await expect.poll(() => renders(page)).toBeGreaterThan(2);
      await expect(login.element.getByRole("button", { name: "Go on" })).toBeVisible();
      expect(await login.element.evaluate((it) => "isTheSame" in it)).toBe(true);
      await expect(login.email).toHaveValue(address);
      await login.email.press("Enter");
      await expect(login.code).toBeFocused();
      await login.type(await inbox.code(address));
      await login.isSignedInAs(address);
      await expect(page.locator("output")).toHaveText(address);
      expect(host.console.filter((text) => /hydrat/i.test(text))).toEqual([]);
    });
});
