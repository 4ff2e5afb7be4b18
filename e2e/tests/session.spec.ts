import type { Page } from "@playwright/test";
import { PATHS } from "../fixtures/host.ts";
import { Site } from "../fixtures/site.ts";
import { expect, test } from "../fixtures/test.ts";

// Asking the server again who is signed in, without anything to be seen.

type Methods = {
  checkSession(): Promise<{ email?: string } | null>;
  getAccessToken(options?: { minValidity?: number }): Promise<string | null>;
};

const ask = <T>(page: Page, work: (it: Methods, given: number) => Promise<T>, given = 0): Promise<T> =>
  page.evaluate(`(${work})(document.querySelector("latch-login"), ${given})`) as Promise<T>;

const REFRESH = { attributes: 'scope="openid email offline_access"' };

for (const storage of ["local", "memory"])
  test(`a refresh token brings new ones, once for all who ask (storage="${storage}")`, async ({ page, open, host, login, inbox, address }) => {
    await open("plain", { attributes: `${REFRESH.attributes} storage="${storage}"` });
    await login.signIn(inbox, address);
    const { accessToken } = await host.authenticated();
    expect(await ask(page, (it) => it.getAccessToken({ minValidity: 60 }))).toBe(accessToken);
    expect(host.sent(PATHS.token)).toHaveLength(1);

    const users = await ask(page, (it) => Promise.all([it.checkSession(), it.checkSession()]));
    expect(users).toMatchObject([{ email: address }, { email: address }]);
    expect(host.sent(PATHS.token)).toHaveLength(2);
    expect(host.sent(PATHS.token)[1]?.postDataJSON()).toMatchObject({ grant_type: "refresh_token", client_id: "demo" });
    await login.isSignedInAs(address);
    await expect.poll(() => ask(page, (it) => it.getAccessToken())).not.toBe(accessToken);

    // Once more: what came last is what is asked with.
    expect(await ask(page, (it) => it.checkSession())).toMatchObject({ email: address });
    expect(host.sent(PATHS.token)).toHaveLength(3);
    if (storage === "local") {
      await page.reload();
      await login.isSignedInAs(address);
    }
  });

test("a token that has to be good for longer than it is gets renewed; for longer than any is, there is none", async ({
  page,
  open,
  host,
  login,
  inbox,
  address,
}) => {
  await open("plain", REFRESH);
  expect(await ask(page, (it) => it.getAccessToken({ minValidity: 1 })), "nobody is signed in").toBeNull();
  await login.signIn(inbox, address);
  const { accessToken, expiresIn } = await host.authenticated();
  await page.waitForTimeout(2_000);
  const token = await ask(page, (it, given) => it.getAccessToken({ minValidity: given }), expiresIn - 1);
  expect(token).toEqual(expect.any(String));
  expect(token).not.toBe(accessToken);
  expect(await ask(page, (it, given) => it.getAccessToken({ minValidity: given }), expiresIn + 60)).toBeNull();
  await login.isSignedInAs(address);
  const wrong = await ask(page, (it) => it.getAccessToken({ minValidity: Number.NaN }).catch((error: Error) => error.message));
  expect(wrong).toBe("minValidity is NaN, and not a number of seconds");
});

test("a refresh token that was taken back signs out", async ({ page, server, open, host, login, inbox, address }) => {
  await open("plain", REFRESH);
  await login.signIn(inbox, address);
  const { refreshToken } = await host.authenticated();
  const body = JSON.stringify({ client_id: "demo", token: refreshToken });
  await fetch(`${server.origin}/oauth/revoke`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
  expect(await ask(page, (it) => it.checkSession())).toBeNull();
  await login.asksForAddress();
});

test("a server that does not answer costs nobody their session", async ({ page, open, login, inbox, address }) => {
  await open("plain", REFRESH);
  await login.signIn(inbox, address);
  await page.route(`**${PATHS.token}`, (route) => route.abort());
  const error = await ask(page, (it) => it.checkSession().catch((error: { error: string }) => error.error));
  expect(error).toBe("request_error");
  await login.isSignedInAs(address);
});

test("without a refresh token a frame asks, and whoever is signed in at the server is so here", async ({
  page,
  server,
  login,
  host,
  inbox,
  address,
}) => {
  const site = await Site.start(() => server.origin, { host: "localhost" });
  await page.goto(site.page("plain", { attributes: 'exchange="cross-origin" response-mode="web_message"' }));
  await host.isReady();
  expect(await ask(page, (it) => it.checkSession()), "nobody is").toBeNull();
  await login.signIn(inbox, address);
  await page.evaluate(() => localStorage.clear());
  await page.reload();
  await login.asksForAddress();
  expect(await ask(page, (it) => it.checkSession())).toMatchObject({ email: address });
  await login.isSignedInAs(address);
  expect(await page.locator("iframe").count()).toBe(0);
  await site.stop();
});
