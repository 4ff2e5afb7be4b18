import { expect, newAddress, test as base } from "../fixtures/test.ts";
import { PATHS } from "../fixtures/host.ts";
import { Mailbox } from "../fixtures/mailbox.ts";
import { freePort, LatchServer } from "../fixtures/server.ts";
import { Site } from "../fixtures/site.ts";
import { Login } from "../pages/login.ts";
import { say } from "../pages/sentences.ts";

// Without --dev, as in production: clients of a latch.toml, and mail over SMTP.

const toml = (origin: string) => `
pepper = "not a secret: 0123456789 abcdefghijklmnop"

[limits]
sends_per_identity = 0
sends_per_identity_hour = 0
sends_per_identity_day = 0
starts_per_ip = 0

[[client]]
id = "shop"
name = "Acme & Sons"
origins = ["${origin}"]

[[client]]
id = "strange"
name = "Acme\\r\\nBcc: eve@evil.example\\r\\n\\r\\n<b>bold</b>\\u202e"
origins = ["${origin}"]
`;

type Post = {
  mailbox: Mailbox;
  /** The customer's site, and where its widget comes from. */
  shop: { site: Site; latch: string };
  latch: LatchServer;
  /** Opens a page with a widget of a client. */
  visit: (clientId: string) => Promise<void>;
};

const test = base.extend<Post>({
  mailbox: async ({}, use) => {
    const mailbox = await Mailbox.start();
    await use(mailbox);
    await mailbox.stop();
  },
  // The site is there before the server, which is told of its origin; so the server's port is chosen first.
  shop: async ({}, use) => {
    const latch = `http://localhost:${await freePort()}`;
    const site = await Site.start(() => latch);
    await use({ site, latch });
    await site.stop();
  },
  latch: async ({ mailbox, shop }, use) => {
    const issuer = new URL(shop.latch);
    const latch = await LatchServer.start({
      dev: false,
      toml: toml(shop.site.origin),
      env: {
        LATCH_LISTEN: issuer.host,
        LATCH_ISSUER: issuer.href,
        LATCH_SMTP_URL: mailbox.url,
        LATCH_MAIL_FROM: "Acme Logins <login@acme.example>",
      },
    });
    await use(latch);
    await latch.stop();
  },
  visit: async ({ page, shop, latch }, use) => {
    expect(latch.origin).toBe(shop.latch);
    await use(async (clientId) => {
      await page.goto(shop.site.page("plain", { clientId }));
    });
  },
});

/** The headers, as they were written: unfolded, one each. */
const headersOf = (raw: string): string[] =>
  (raw.split("\r\n\r\n")[0] ?? "").replace(/\r\n[ \t]+/g, " ").split("\r\n");

const NAMES = ["auto-submitted", "content-type", "date", "from", "message-id", "mime-version", "subject", "to"];

test("a code that came by mail signs in", async ({ host, login, address, mailbox, visit }) => {
  await visit("shop");
  await login.askAndArrive(address);
  const { from, to, mail, raw } = await mailbox.newest(address);

  expect(from).toBe("login@acme.example");
  expect(to).toEqual([address]);
  expect(mail.from).toMatchObject({ name: "Acme Logins", address: "login@acme.example" });
  expect(mail.to).toEqual([{ name: "", address }]);
  expect([mail.cc, mail.bcc, mail.replyTo].map((list) => list ?? [])).toEqual([[], [], []]);
  expect(mail.messageId).toMatch(/^<[\w-]+@acme\.example>$/);
  expect(Math.abs(Date.parse(mail.date ?? "") - Date.now())).toBeLessThan(60_000);
  expect(headersOf(raw).map((line) => line.split(":")[0]?.toLowerCase()).sort()).toEqual(NAMES);

  const code = /\b\d{6}\b/.exec(mail.subject ?? "")?.[0] ?? "";
  expect(mail.subject).toBe(`${code} is your code for Acme & Sons`);
  expect(mail.text).toContain(code);
  expect(mail.text?.trimEnd().split("\n").at(-1), "binds the code to the page's host").toBe(`@127.0.0.1 #${code}`);
  expect(mail.html).toContain(`>${code}<`);
  expect(mail.html).toContain("Acme &amp; Sons");
  expect(mail.html, "nothing is fetched from anywhere").not.toMatch(/https?:|src=|url\(/i);
  expect(mail.attachments).toEqual([]);

  await login.type(code);
  await login.isSignedInAs(address);
  expect((await host.authenticated()).idTokenPayload).toMatchObject({ email: address, aud: "shop" });
  expect(mailbox.deliveries).toHaveLength(1);
});

test("a login on a page in Japanese brings a Japanese mail", async ({ page, address, mailbox, latch, shop }) => {
  expect(latch.origin).toBe(shop.latch);
  await page.goto(shop.site.page("plain", { clientId: "shop", attributes: 'lang="ja"' }));
  const login = new Login(page, undefined, "ja");
  await login.askAndArrive(address);
  const { mail } = await mailbox.newest(address);
  const code = /^\d{6}/.exec(mail.subject ?? "")?.[0] ?? "";
  expect(mail.subject).toBe(`${code} は Acme & Sons のコードです`);
  expect(mail.text).toContain("続けるには、このコードを入力してください。");
  expect(mail.text).toContain("3分間有効です。");
  expect(mail.text?.trimEnd().split("\n").at(-1)).toBe(`@127.0.0.1 #${code}`);
  expect(mail.html).toContain('lang="ja" dir="ltr"');
  expect(mail.html).toContain("心当たりがない場合は、このメッセージを無視してください。");
  await login.type(code);
  await login.isSignedInAs(address);
});

test("a client's name adds neither a header nor a recipient nor markup", async ({
  login,
  address,
  mailbox,
  visit,
}) => {
  await visit("strange");
  await login.askAndArrive(address);
  const { to, mail, raw } = await mailbox.newest(address);
  expect(to).toEqual([address]);
  expect(headersOf(raw).map((line) => line.split(":")[0]?.toLowerCase()).sort()).toEqual(NAMES);
  expect(mail.subject).toMatch(/^\d{6} is your code for Acme Bcc: eve@evil\.example <b>bold<\/b>$/);
  expect(mail.html).not.toContain("<b>");
  expect(mail.html).toContain("&lt;b&gt;bold");
  expect(raw).not.toContain("\u202e");
  await login.type(/^\d{6}/.exec(mail.subject ?? "")?.[0] ?? "");
  await login.isSignedInAs(address);
});

test("an address that would be more than one is refused, and no mail is sent", async ({
  host,
  login,
  mailbox,
  visit,
  latch,
  shop,
  address,
}) => {
  await visit("shop");
  await host.isReady();
  const victim = newAddress("victim");
  const attempts = [
    `${victim}\r\nBcc: eve@evil.example`,
    `${victim}\nBcc: eve@evil.example`,
    `${victim}%0d%0aBcc:eve@evil.example`,
    `${victim},eve@evil.example`,
    `${victim};eve@evil.example`,
    `Eve <eve@evil.example>, ${victim}`,
    `"${victim}\r\n"@example.com`,
    `${victim}> RCPT TO:<eve@evil.example`,
    `eve@evil.example\u0000@example.com`,
  ];
  for (const attempt of attempts) {
    const answer = await fetch(latch.origin + PATHS.start, {
      method: "POST",
      headers: { "Content-Type": "application/json", Origin: shop.site.origin },
      body: JSON.stringify({ client_id: "shop", connection: "email", email: attempt, send: "code" }),
    });
    expect(answer.status, attempt).toBe(400);
    expect(await answer.json(), attempt).toMatchObject({ error: expect.stringMatching(/^(bad\.email|invalid_request)$/) });
  }
  await login.ask(`${victim},eve@evil.example`);
  await expect(login.message(say.enterValidAddress)).toBeVisible();

  // A message that may be sent is, and is the only one: mail leaves in the order in which it was asked for.
  await login.askAndArrive(address);
  await mailbox.newest(address);
  expect(mailbox.deliveries.map(({ to }) => to)).toEqual([[address]]);
});

test("a page that is not the client's gets no code sent", async ({ page, login, mailbox, visit, shop, latch, address }) => {
  await visit("shop");
  const foreign = await Site.start(() => shop.latch);
  await page.goto(foreign.page("plain", { clientId: "shop" }));
  await login.ask(newAddress("foreign"));
  await expect(login.message(say.notAllowed)).toBeVisible();
  await login.isIdle();
  await foreign.stop();

  await visit("shop");
  await login.askAndArrive(address);
  await mailbox.newest(address);
  expect(mailbox.deliveries.map(({ to }) => to)).toEqual([[address]]);
  expect((await fetch(`${latch.origin}/dev/inbox/messages`)).status, "there is no inbox to read").toBe(404);
});

test("what went wrong on the way is tried again: a mail server that is away for a moment", async ({
  login,
  address,
  mailbox,
  visit,
}) => {
  mailbox.refuseNext(2);
  await visit("shop");
  await login.askAndArrive(address);
  const { mail } = await mailbox.newest(address);
  expect(mailbox.refused).toBe(2);
  await login.type(/^\d{6}/.exec(mail.subject ?? "")?.[0] ?? "");
  await login.isSignedInAs(address);
});
