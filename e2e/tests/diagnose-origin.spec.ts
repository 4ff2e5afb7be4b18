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

test("a page that its client does not name is told what to write where, and its console says whom to ask", async ({
  open,
  host,
  login,
  site,
}) => {
  await open("plain", { clientId: "shop" });
  await login.ask("ada@example.com");
  await expect(login.message(say.unreachable)).toBeVisible();
  expect(host.console.filter((text) => text.includes("diagnose()"))).toHaveLength(1);
  const { ok, findings } = await diagnose(login.element);
  expect(ok).toBe(false);
  expect(findings.map(({ id }) => id)).toEqual(["origin"]);
  expect(findings[0]?.fix).toContain(`add "${site.origin}" to origins of the [[client]] with id = "shop" in latch.toml`);
  expect(findings[0]?.fix).toContain(`${site.origin} to Allowed Origins (CORS)`);
});
