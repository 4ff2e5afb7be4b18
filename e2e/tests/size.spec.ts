import { brotliCompressSync, constants } from "node:zlib";
import type { Page, Response } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";
import { PATHS } from "../fixtures/host.ts";

// What a page pays for the widget, in bytes that travel.

/** Everything from the script tag to `authenticated`. Its twin in crates/xtask/src/assemble.rs weighs the files. */
const WHOLE = 60_000;
/** Before the email field takes input. */
const FIRST = 12_000;
const FIRST_REQUESTS = 2;

const brotli = (body: Buffer): number =>
  brotliCompressSync(body, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
    },
  }).length;

type Row = { file: string; plain: number; brotli: number; sent: string };

/** Collects the files that come from the login's origin; what its API answers is no file. */
const collect = (page: Page, origin: string) => {
  const responses: Response[] = [];
  const api = new Set<string>(Object.values(PATHS));
  page.on("response", (response) => {
    const url = new URL(response.url());
    if (url.origin === origin && !api.has(url.pathname)) responses.push(response);
  });
  return async (): Promise<Row[]> => {
    const rows: Row[] = [];
    for (const response of responses) {
      expect(response.status(), response.url()).toBe(200);
      const body = await response.body();
      const sent = (await response.headerValue("content-encoding")) ?? "as it is";
      rows.push({ file: new URL(response.url()).pathname.slice(1), plain: body.length, brotli: brotli(body), sent });
    }
    return rows;
  };
};

const total = (rows: Row[]): number => rows.reduce((sum, row) => sum + row.brotli, 0);

const table = (title: string, rows: Row[], most: number): string => {
  const line = (...[file, plain, size, sent]: [string, string, string, string]) =>
    `  ${file.padEnd(18)}${plain.padStart(9)}${size.padStart(9)}  ${sent}`;
  const number = (value: number) => value.toLocaleString("en");
  return [
    title,
    line("file", "plain", "brotli", "sent as"),
    ...rows.map((row) => line(row.file, number(row.plain), number(row.brotli), row.sent)),
    line("total", "", number(total(rows)), `of ${number(most)}`),
  ].join("\n");
};

test(`from the script tag to the session, at most ${WHOLE} bytes travel`, async ({
  page,
  open,
  host,
  login,
  inbox,
  address,
  server,
}) => {
  const files = collect(page, server.origin);
  await open("demo");
  await login.askAndArrive(address);
  await login.type(await inbox.code(address));
  await host.authenticated();
  await login.isSignedInAs(address);
  const rows = await files();
  console.log(table("From the script tag to authenticated", rows, WHOLE));
  expect(rows.map((row) => row.file).sort()).toEqual(["latch.css", "latch.js", "widget.js", "widget_bg.wasm"]);
  expect(rows.map((row) => row.sent), "the server sends them compressed").toEqual(rows.map(() => "br"));
  expect(total(rows)).toBeLessThanOrEqual(WHOLE);
});

test(`before the field takes input, at most ${FIRST_REQUESTS} requests and ${FIRST} bytes were needed`, async ({
  page,
  open,
  host,
  login,
  address,
  server,
}) => {
  const files = collect(page, server.origin);
  // These never come, and the field works all the same.
  await page.route(/\/widget(_bg)?\.(js|wasm)/, () => {});
  await open("demo");
  await login.email.pressSequentially(address);
  await expect(login.email).toHaveValue(address);
  await expect(login.continue).toBeEnabled();
  const look = await login.email.evaluate((it) => getComputedStyle(it).borderRadius);
  expect(look, "with its look").toBe("11px");
  const rows = await files();
  console.log(table("Before the field takes input", rows, FIRST));
  expect(rows.map((row) => row.file).sort()).toEqual(["latch.css", "latch.js"]);
  const before = host.requests.filter(
    (request) => request.url().startsWith(server.origin) && !/\/widget(_bg)?\./.test(request.url()),
  );
  expect(before.length).toBeLessThanOrEqual(FIRST_REQUESTS);
  expect(total(rows)).toBeLessThanOrEqual(FIRST);
});
