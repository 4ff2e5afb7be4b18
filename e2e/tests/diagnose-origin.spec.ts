import type { Locator } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";
import { say } from "../pages/sentences.ts";

// A page that no client of the server names: the commonest fault of all.

const SHOP = `
[[client]]
id = "shop"
name = "Shop"
callbacks = ["https://shop.example/callback"]
`;
test.use({ settings: { toml: SHOP } });

type Finding = { id: string; severity: string; what: string; fix: string };
type Report = { ok: boolean; findings: Finding[] };

const diagnose = (element: Locator): Promise<Report> =>
  element.evaluate((it) => (it as HTMLElement & { diagnose(): Promise<Report> }).diagnose());

test("a server that answers nothing to a login alone is not taken for one that does not know the page", async ({
  page,
  open,
  host,
  login,
}) => {
  // As a content blocker does it.
  await page.route("**/passwordless/start", (route) => route.abort("blockedbyclient"));
  await open("plain", { clientId: "shop" });
  await login.ask("ada@example.com");
  await expect(login.message(say.unreachable)).toBeVisible();
  expect(host.console.filter((text) => text.includes("diagnose() of this element tells why"))).toHaveLength(1);
  expect((await diagnose(login.element)).findings.map(({ id }) => id)).toEqual(["blocked"]);
});

test("a page that its client does not name says so to its users, and once to its developer what to write where", async ({
  open,
  host,
  login,
  site,
}) => {
  await open("plain", { clientId: "shop" });
  await login.ask("ada@example.com");
  await expect(login.message(say.notAllowed)).toBeVisible();
  const line = `add "${site.origin}" to origins of the [[client]] with id = "shop" in latch.toml`;
  const told = () => host.console.filter((text) => text.includes(line));
  expect(told()).toHaveLength(1);
  const { error_description } = await host.hears("authorization_error");
  expect(error_description).toContain(`${site.origin} to Allowed Origins (CORS)`);
  await login.continue.click();
  await host.hears("authorization_error", 2);
  await expect(login.message(say.notAllowed)).toBeVisible();
  expect(told()).toHaveLength(1);
  const { ok, findings } = await diagnose(login.element);
  expect(ok).toBe(false);
  expect(findings.map(({ id }) => id)).toEqual(["origin"]);
  expect(findings[0]?.fix).toContain(`add "${site.origin}" to origins of the [[client]] with id = "shop" in latch.toml`);
  expect(findings[0]?.fix).toContain(`${site.origin} to Allowed Origins (CORS)`);
});
