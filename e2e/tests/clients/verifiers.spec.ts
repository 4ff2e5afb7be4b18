import { createHmac, createPublicKey, createSign, generateKeyPairSync, type JsonWebKey } from "node:crypto";
import type { APIRequestContext } from "@playwright/test";
import { bothWays, expect, test as base } from "../../fixtures/clients.ts";
import { PATHS } from "../../fixtures/host.ts";
import type { Program } from "../../fixtures/program.ts";
import { AUDIENCE, SECRET, type Tenant } from "../../fixtures/tenant.ts";

// jose and idtoken-verifier as npm has them: what checks tokens in other people's APIs and libraries.

type Json = Record<string, unknown>;
type Tokens = { access_token: string; id_token: string };

const pack = (value: Json) => Buffer.from(JSON.stringify(value)).toString("base64url");
const unpack = (part = "") => JSON.parse(Buffer.from(part, "base64url").toString()) as Json;
const split = (token: string) => {
  const [header, payload, signature = ""] = token.split(".");
  return { header: unpack(header), claims: unpack(payload), signature };
};

/** Signs a user in with a code. */
const login = async (request: APIRequestContext, tenant: Tenant, address: string): Promise<Tokens> => {
  const client = { client_id: "backend", client_secret: SECRET };
  await request.post(`${tenant.origin}${PATHS.start}`, {
    data: { ...client, connection: "email", email: address, send: "code" },
  });
  const answer = await request.post(`${tenant.origin}${PATHS.token}`, {
    data: {
      ...client,
      grant_type: "http://auth0.com/oauth/grant-type/passwordless/otp",
      username: address,
      otp: await tenant.code(address),
      realm: "email",
      scope: "openid email read:orders",
      audience: AUDIENCE,
    },
  });
  return answer.json();
};

const test = base.extend<{ verifiers: Program; tokens: Tokens }>({
  verifiers: async ({ tenant, program }, use) => use(program("verifiers", { issuer: `${tenant.origin}/` })),
  tokens: async ({ request, tenant, address }, use) => use(await login(request, tenant, address)),
});

const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 });
const rs256 = (signed: string) => createSign("RSA-SHA256").update(signed).sign(stranger.privateKey).toString("base64url");

type Forgery = (token: string, key: JsonWebKey) => string;
const forgeries: Record<string, Forgery> = {
  "with another user in it": (token) => {
    const { header, claims, signature } = split(token);
    return `${pack(header)}.${pack({ ...claims, sub: "email|000000000000000000000000" })}.${signature}`;
  },
  "that is good for longer": (token) => {
    const { header, claims, signature } = split(token);
    return `${pack(header)}.${pack({ ...claims, exp: Number(claims.exp) + 86_400 })}.${signature}`;
  },
  "with one letter of the signature changed": (token) => {
    const at = token.lastIndexOf(".") + 10;
    return token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1);
  },
  "with no signature": (token) => token.slice(0, token.lastIndexOf(".") + 1),
  "that says it needs none": (token) => {
    const { header, claims } = split(token);
    return `${pack({ ...header, alg: "none" })}.${pack(claims)}.`;
  },
  "that a stranger signed in our key's name": (token) => {
    const { header, claims } = split(token);
    const signed = `${pack(header)}.${pack(claims)}`;
    return `${signed}.${rs256(signed)}`;
  },
  "that a stranger signed in their own": (token) => {
    const { header, claims } = split(token);
    const signed = `${pack({ ...header, kid: "stranger" })}.${pack(claims)}`;
    return `${signed}.${rs256(signed)}`;
  },
  "that takes our public key for a secret": (token, key) => {
    const { header, claims } = split(token);
    const signed = `${pack({ ...header, alg: "HS256" })}.${pack(claims)}`;
    const secret = createPublicKey({ key, format: "jwk" }).export({ type: "spki", format: "pem" });
    return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
  },
};

/** How the two libraries say no, and nothing else does. */
const REFUSAL = /^(JWS|JWKS|JOSE|TokenValidationError)|Could not find a public key/;

bothWays(() => {
  test("an ID token holds for both, and an access token for the API that it names", async ({
    verifiers,
    tokens,
    address,
    tenant,
  }) => {
    for (const library of ["jose", "idtoken-verifier"])
      expect(await verifiers.ask(library, { token: tokens.id_token, audience: "backend" })).toMatchObject({
        iss: `${tenant.origin}/`,
        email: address,
      });
    expect(await verifiers.ask("jose", { token: tokens.access_token, audience: AUDIENCE })).toMatchObject({
      azp: "backend",
      scope: "openid email read:orders",
    });
  });

  test("each token names a key that is published, and only what is public is", async ({ request, tenant, tokens }) => {
    const { keys } = (await (await request.get(`${tenant.origin}${PATHS.keys}`)).json()) as { keys: Json[] };
    for (const token of [tokens.id_token, tokens.access_token]) {
      const { header } = split(token);
      expect(header.alg).toBe("RS256");
      expect(keys.map(({ kid }) => kid)).toContain(header.kid);
    }
    for (const key of keys) {
      expect(key).toMatchObject({ kty: "RSA", use: "sig", alg: "RS256", e: "AQAB" });
      for (const secret of ["d", "p", "q", "dp", "dq", "qi"]) expect(key).not.toHaveProperty(secret);
    }
  });

  test("a token that was tampered with is believed by neither", async ({ request, tenant, verifiers, tokens }) => {
    const { keys } = (await (await request.get(`${tenant.origin}${PATHS.keys}`)).json()) as { keys: JsonWebKey[] };
    const { kid } = split(tokens.id_token).header;
    const key = keys.find((one) => one.kid === kid) as JsonWebKey;
    for (const [how, forge] of Object.entries(forgeries))
      for (const library of ["jose", "idtoken-verifier"]) {
        const refused = await verifiers.fails(library, { token: forge(tokens.id_token, key), audience: "backend" });
        expect(`${refused.name}: ${refused.message}`, `${library}: a token ${how}`).toMatch(REFUSAL);
      }
  });

  test("a token for one application is none for another", async ({ verifiers, tokens }) => {
    for (const library of ["jose", "idtoken-verifier"]) {
      const refused = await verifiers.fails(library, { token: tokens.id_token, audience: "native" });
      expect(refused.message).toMatch(/aud/i);
    }
    expect(await verifiers.fails("jose", { token: tokens.id_token, audience: AUDIENCE })).toMatchObject({
      code: "ERR_JWT_CLAIM_VALIDATION_FAILED",
    });
  });
});
