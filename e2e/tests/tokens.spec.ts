import { createHash, createHmac, createSign, generateKeyPairSync, type KeyObject } from "node:crypto";
import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";
import { PATHS } from "../fixtures/host.ts";
import { say } from "../pages/sentences.ts";

// An ID token that does not hold is never believed, never stored, and the user is told.

type Header = Record<string, unknown>;
type Claims = Record<string, unknown>;
type Tokens = { id_token?: string; access_token: string };

const pack = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const unpack = (part: string | undefined) =>
  JSON.parse(Buffer.from(part ?? "", "base64url").toString()) as Record<string, unknown>;

/** Keys that the page is made to believe to be the issuer's: so the claims alone decide. */
const ours = generateKeyPairSync("rsa", { modulusLength: 2048 });
const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 });
const KID = "ours";

const sign = (header: Header, claims: Claims, key: KeyObject = ours.privateKey): string => {
  const signed = `${pack(header)}.${pack(claims)}`;
  return `${signed}.${createSign("RSA-SHA256").update(signed).sign(key).toString("base64url")}`;
};

const jwks = (key: KeyObject = ours.publicKey, more: Record<string, unknown> = {}) => ({
  keys: [{ ...key.export({ format: "jwk" }), kid: KID, alg: "RS256", use: "sig", ...more }],
});

/** Rewrites the answer that brings the tokens. */
const rewrite = async (page: Page, change: (tokens: Tokens, header: Header, claims: Claims) => unknown) => {
  await page.route(`**${PATHS.token}`, async (route) => {
    const response = await route.fetch();
    const tokens = (await response.json()) as Tokens;
    if (!tokens.id_token) throw new Error(`${response.status()} ${JSON.stringify(tokens)} ${route.request().postData()}`);
    const [header, payload] = (tokens.id_token ?? "").split(".");
    await route.fulfill({ response, json: change(tokens, unpack(header), unpack(payload)) });
  });
};

/** Signs the claims with our key, after a change, and makes the page believe in that key. */
const resigned =
  (change: (claims: Claims, header: Header) => void, keys: object = jwks()) =>
  async (page: Page): Promise<void> => {
    await rewrite(page, (tokens, header, claims) => {
      Object.assign(header, { kid: KID });
      change(claims, header);
      return { ...tokens, id_token: sign(header, claims) };
    });
    await page.route(`**${PATHS.keys}`, (route) =>
      route.fulfill({ json: keys, headers: { "Access-Control-Allow-Origin": "*" } }),
    );
  };

const replaced =
  (write: (tokens: Tokens, header: Header, claims: Claims) => string | undefined) =>
  (page: Page): Promise<void> =>
    rewrite(page, (tokens, header, claims) => ({ ...tokens, id_token: write(tokens, header, claims) }));

const now = () => Math.floor(Date.now() / 1000);

const forgeries: Record<string, (page: Page) => Promise<void>> = {
  "a signature with one letter changed": replaced(({ id_token = "" }) => {
    const at = id_token.lastIndexOf(".") + 10;
    return id_token.slice(0, at) + (id_token[at] === "A" ? "B" : "A") + id_token.slice(at + 1);
  }),
  "another subject under the old signature": replaced(({ id_token = "" }, header, claims) => {
    const signature = id_token.split(".")[2];
    return `${pack(header)}.${pack({ ...claims, sub: "email|somebody" })}.${signature}`;
  }),
  "no signature": replaced(({ id_token = "" }) => `${id_token.split(".").slice(0, 2).join(".")}.`),
  "the algorithm none": replaced((_, header, claims) => `${pack({ ...header, alg: "none" })}.${pack(claims)}.`),
  "the algorithm none and some signature": replaced(
    (_, header, claims) => `${pack({ ...header, alg: "none" })}.${pack(claims)}.c2ln`,
  ),
  "the public key taken for a secret (HS256)": async (page) => {
    const secret = ours.publicKey.export({ type: "spki", format: "pem" });
    await resigned(() => {})(page);
    await rewrite(page, (tokens, header, claims) => {
      const signed = `${pack({ ...header, alg: "HS256", kid: KID })}.${pack(claims)}`;
      return { ...tokens, id_token: `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}` };
    });
  },
  "a stranger's key under the issuer's name": replaced((_, header, claims) =>
    sign(header, claims, stranger.privateKey),
  ),
  "a stranger's key in its own header": replaced((_, header, claims) =>
    sign({ ...header, jwk: stranger.publicKey.export({ format: "jwk" }) }, claims, stranger.privateKey),
  ),
  "a key that the issuer does not have": replaced((_, header, claims) =>
    sign({ ...header, kid: "another" }, claims, stranger.privateKey),
  ),
  "two keys of one name": resigned(() => {}, { keys: [...jwks().keys, ...jwks(stranger.publicKey).keys] }),
  "a critical extension": resigned((_, header) => Object.assign(header, { crit: ["exp"] })),
  "the type of an access token": resigned((_, header) => Object.assign(header, { typ: "at+jwt" })),
  "another audience": resigned((claims) => Object.assign(claims, { aud: "another" })),
  "several audiences and no authorized party": resigned((claims) => Object.assign(claims, { aud: ["demo", "another"] })),
  "another authorized party": resigned((claims) => Object.assign(claims, { azp: "another" })),
  "another issuer": resigned((claims) => Object.assign(claims, { iss: "http://localhost:1/" })),
  "the issuer without its slash": resigned((claims) =>
    Object.assign(claims, { iss: String(claims.iss).replace(/\/$/, "") }),
  ),
  "no subject": resigned((claims) => delete claims.sub),
  "a time that is over": resigned((claims) => Object.assign(claims, { iat: now() - 7200, exp: now() - 3600 })),
  "no expiry": resigned((claims) => delete claims.exp),
  "a time that is to come": resigned((claims) => Object.assign(claims, { iat: now() + 3600, exp: now() + 7200 })),
  "the hash of another access token": resigned((claims) =>
    Object.assign(claims, {
      at_hash: createHash("sha256").update("another").digest().subarray(0, 16).toString("base64url"),
    }),
  ),
  "no three parts": replaced(() => "a.b"),
  "no JSON in it": replaced(() => "e30.bm8.c2ln"),
  "nothing at all": replaced(() => undefined),
};

for (const [what, forge] of Object.entries(forgeries))
  test(`an ID token with ${what} signs nobody in`, async ({ page, open, host, login, inbox, address }) => {
    await forge(page);
    await open();
    await login.askAndArrive(address);
    await login.type(await inbox.code(address));
    await expect(login.message(say.notConfirmed)).toBeVisible();
    await expect(login.status).toHaveText(say.notConfirmed);
    expect(await host.hears("authorization_error")).toMatchObject({
      error: "invalid_token",
      error_description: expect.stringMatching(/^(The ID token|The issuer)/),
    });
    expect(host.heard("authenticated")).toEqual([]);
    expect(host.heard("latch-session")).toEqual([]);
    expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0]);
    expect(
      await login.element.evaluate((it) =>
        (it as unknown as { getAccessToken(): Promise<string | null> }).getAccessToken(),
      ),
    ).toBeNull();
    await expect(login.buttons.filter({ hasText: /./ })).toHaveText([/^Send a new code/]);
    await login.isIdle();
    await page.reload();
    await login.asksForAddress();
  });

test("a token that was signed anew and holds signs in: the tests above fail for the right reason", async ({
  page,
  open,
  login,
  inbox,
  address,
}) => {
  await resigned((claims) => Object.assign(claims, { aud: ["demo"], azp: "demo" }))(page);
  await open();
  await login.askAndArrive(address);
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
});

test("clocks may differ by a minute and no more", async ({ page, open, host, login, inbox, address }) => {
  const early = (seconds: number) => (claims: Claims) => {
    Object.assign(claims, { iat: now() + seconds });
  };
  await resigned(early(90))(page);
  await open("plain", {});
  await login.askAndArrive(address);
  await login.type(await inbox.code(address));
  await expect(login.message(say.notConfirmed)).toBeVisible();
  expect((await host.hears("authorization_error")).error_description).toContain("clock");

  await page.unrouteAll();
  await resigned(early(50))(page);
  await page.reload();
  await login.askAndArrive(address);
  await login.type(await inbox.code(address));
  await login.isSignedInAs(address);
});

test("code and tokens show up nowhere but where they belong", async ({
  page,
  open,
  host,
  login,
  inbox,
  address,
  server,
  site,
}) => {
  await open("plain", { attributes: 'scope="openid email offline_access"' });
  await login.askAndArrive(address);
  const code = await inbox.code(address);
  await login.type(code);
  await login.isSignedInAs(address);
  const { accessToken, idToken, refreshToken } = await host.authenticated();
  const secrets = { code, accessToken, idToken, refreshToken: refreshToken ?? "missing" };
  expect(Object.values(secrets).every((secret) => secret.length >= 6)).toBe(true);

  // Something fails as well: what is said about it may not name them either.
  await page.route(`**${PATHS.revoke}`, (route) => route.abort());
  await login.signOut.click();
  await login.asksForAddress();

  const seen: Record<string, string[]> = {
    "an address": host.requests.map((request) => request.url()),
    "a Referer": (await Promise.all(host.requests.map((request) => request.headerValue("referer")))).map(
      (value) => value ?? "",
    ),
    "the console": host.console,
    "the history": [await page.evaluate(() => JSON.stringify([history.state, location.href, document.referrer]))],
    "the page's timings": await page.evaluate(() => performance.getEntries().map((entry) => JSON.stringify(entry))),
    "a cookie": [JSON.stringify(await page.context().cookies())],
    "storage that outlives signing out": [JSON.stringify(await page.context().storageState())],
    "the DOM": [
      await page.evaluate(() => {
        const login = document.querySelector("latch-login");
        return document.documentElement.outerHTML + login?.shadowRoot?.innerHTML;
      }),
    ],
    "the server's log": [server.log],
  };
  for (const [place, lines] of Object.entries(seen))
    for (const [name, secret] of Object.entries(secrets))
      expect(lines.filter((line) => line.includes(secret)), `${name} in ${place}`).toEqual([]);

  // Where they do belong, each was sent once.
  const bodies = host.requests.map((request) => [new URL(request.url()).pathname, request.postData() ?? ""] as const);
  const carrying = (secret: string) => bodies.filter(([, body]) => body.includes(secret)).map(([path]) => path);
  expect(carrying(code)).toEqual([PATHS.token]);
  expect(carrying(secrets.refreshToken)).toEqual([PATHS.revoke]);
  expect(carrying(accessToken)).toEqual([]);
  expect(seen["an address"]?.some((url) => url.startsWith(site.origin))).toBe(true);
});

test("the code is nowhere in the page while it is typed and checked", async ({
  page,
  open,
  login,
  inbox,
  address,
}) => {
  await open();
  await login.askAndArrive(address);
  const code = await inbox.code(address);
  await page.route(`**${PATHS.token}`, () => {});
  await login.type(code);
  await expect(login.verify).toHaveText("Checking code");
  const dom = await page.evaluate(() => {
    const login = document.querySelector("latch-login");
    return document.documentElement.outerHTML + login?.shadowRoot?.innerHTML;
  });
  expect(dom).not.toContain(code);
  expect(await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]))).not.toContain(code);
});
