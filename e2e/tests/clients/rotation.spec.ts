import type { APIRequestContext } from "@playwright/test";
import { PATHS } from "../../fixtures/host.ts";
import { Inbox } from "../../fixtures/inbox.ts";
import { Program, ProgramError, python } from "../../fixtures/program.ts";
import { LatchServer } from "../../fixtures/server.ts";
import { expect, test as base } from "../../fixtures/test.ts";

// The keys change while tokens are made and checked, by libraries that keep the keys as they do by default.

/** How long the load lasts. */
const SECONDS = Number(process.env.LATCH_ROTATION_SECONDS ?? 8);
/** jose asks for the keys no more often than every 30 seconds, whatever it is shown. */
const BETWEEN = 33_000;
const CLIENT = "demo";
const CHAINS = 4;

type Tokens = { access_token: string; id_token: string; refresh_token: string };
type Keys = { keys: { kid: string }[] };

const LIBRARIES = ["jose", "idtoken-verifier", ...(python === undefined ? [] : ["authlib", "auth0-python"])];

/** Everything that checks tokens, with nothing in its caches. */
class Verifiers {
  readonly #programs: Program[];

  constructor(origin: string) {
    const settings = { issuer: `${origin}/`, clientId: CLIENT, callback: "" };
    const names = ["verifiers", ...(python === undefined ? [] : ["python/verifiers"])];
    this.#programs = names.map((name) => new Program(name, undefined, settings));
  }

  check(library: string, token: string): Promise<unknown> {
    const program = this.#programs[library === "jose" || library === "idtoken-verifier" ? 0 : 1];
    return program?.ask(library, { token, audience: CLIENT }) ?? Promise.reject(new Error(library));
  }

  stop(): void {
    for (const program of this.#programs) program.stop();
  }
}

const kidOf = (token: string): string =>
  (JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()) as { kid: string }).kid;

const test = base.extend<{ server: LatchServer; verifiers: () => Verifiers }>({
  server: async ({}, use) => {
    const server = await LatchServer.start();
    await use(server);
    await server.stop();
  },
  verifiers: async ({ server }, use) => {
    const started: Verifiers[] = [];
    await use(() => {
      const verifiers = new Verifiers(server.origin);
      started.push(verifiers);
      return verifiers;
    });
    for (const verifiers of started) verifiers.stop();
  },
});

const token = async (request: APIRequestContext, server: LatchServer, data: object): Promise<Tokens> => {
  const answer = await request.post(`${server.origin}${PATHS.token}`, { data: { client_id: CLIENT, ...data } });
  expect(answer.status(), await answer.text()).toBe(200);
  return answer.json();
};

const login = async (request: APIRequestContext, server: LatchServer, email: string): Promise<Tokens> => {
  const inbox = new Inbox(() => server.origin);
  const start = { client_id: CLIENT, connection: "email", send: "code", email };
  await request.post(`${server.origin}${PATHS.start}`, { data: start });
  return token(request, server, {
    grant_type: "http://auth0.com/oauth/grant-type/passwordless/otp",
    username: email,
    otp: await inbox.code(email),
    realm: "email",
    scope: "openid offline_access",
  });
};

const refresh = (request: APIRequestContext, server: LatchServer, { refresh_token }: Tokens): Promise<Tokens> =>
  token(request, server, { grant_type: "refresh_token", refresh_token });

const published = async (request: APIRequestContext, server: LatchServer): Promise<string[]> =>
  ((await (await request.get(`${server.origin}${PATHS.keys}`)).json()) as Keys).keys.map(({ kid }) => kid);

test("keys that change under load fail nobody who checks tokens", async ({ request, server, verifiers }) => {
  test.setTimeout(SECONDS * 1000 + 60_000);
  const all = verifiers();
  const until = Date.now() + SECONDS * 1000;
  const signers = new Set<string>();
  const failures: string[] = [];
  let checked = 0;
  let rotations = 0;
  let rotated = false;
  const check = async (idToken: string) => {
    const checks = LIBRARIES.map(async (library) => {
      checked += 1;
      await all.check(library, idToken).catch((error: ProgramError) => failures.push(`${library}: ${error.message}`));
    });
    await Promise.all(checks);
  };
  const chain = async (number: number) => {
    let tokens = await login(request, server, `chain${number}@example.com`);
    const kept = [tokens.id_token];
    // Once more after the last rotation.
    for (let last = false; !last; ) {
      last = rotated && Date.now() >= until;
      tokens = await refresh(request, server, tokens);
      signers.add(kidOf(tokens.id_token));
      kept.push(tokens.id_token);
      // The newest, and one from before.
      await check(tokens.id_token);
      await check(kept[Math.floor(Math.random() * kept.length)] ?? tokens.id_token);
    }
  };
  const rotate = async () => {
    for (let next = Date.now() + 2_000; next < until - 2_000; next += BETWEEN) {
      await new Promise((done) => setTimeout(done, next - Date.now()));
      const [signing] = await published(request, server);
      await server.rotateKeys("--at-once");
      // The one that signs stands first.
      await expect.poll(async () => (await published(request, server))[0]).not.toBe(signing);
      rotations += 1;
    }
    rotated = true;
  };
  await Promise.all([rotate(), ...Array.from({ length: CHAINS }, (_, number) => chain(number))]);
  console.log(`${rotations} rotations, ${checked} checks by ${LIBRARIES.join(", ")}: ${failures.length} failures`);
  expect(failures).toEqual([]);
  expect(signers.size).toBe(rotations + 1);
  expect(rotations).toBeGreaterThan(0);
  expect(checked).toBeGreaterThan(SECONDS);
});

test("a key that somebody else has is taken back with what it signed", async ({ request, server, verifiers }) => {
  const tokens = await login(request, server, "ada@example.com");
  const leaked = await published(request, server);
  await server.rotateKeys("--revoke");
  await expect.poll(async () => (await published(request, server)).filter((kid) => leaked.includes(kid))).toEqual([]);
  const renewed = await refresh(request, server, tokens);
  const readers = verifiers();
  for (const library of LIBRARIES) {
    expect(await readers.check(library, renewed.id_token), library).toMatchObject({ sub: expect.any(String) });
    await expect(readers.check(library, tokens.id_token), library).rejects.toThrow(ProgramError);
  }
});
