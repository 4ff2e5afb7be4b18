import { expect, test } from "../../fixtures/clients.ts";
import { Site } from "../../fixtures/site.ts";
import { Authority } from "../../fixtures/tls.ts";

// What the other tests here prove by TLS, they prove only when nobody believes just any certificate.

test("neither the browser nor Node.js believes a certificate that another authority signed", async ({ page, tenant }) => {
  expect((await page.goto(tenant.site.page("empty")))?.status()).toBe(200);
  const stranger = await Authority.create();
  const site = await Site.start(() => tenant.origin, { host: "localhost", certificate: stranger.certificate });
  await expect(page.goto(site.page("empty"))).rejects.toThrow("ERR_CERT_AUTHORITY_INVALID");
  const refused = await fetch(site.page("empty")).catch((error: { cause: { code: string } }) => error.cause.code);
  expect(refused).toMatch(/SIGNATURE/);
  expect((await fetch(tenant.site.page("empty"))).status).toBe(200);
  await site.stop();
  await stranger.forget();
});
