// An API and a page's library that are shown a token and believe its signature only.
import IdTokenVerifier from "idtoken-verifier";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { serve, settings } from "./serve.mjs";

const { issuer } = settings;
const jwksURI = new URL(".well-known/jwks.json", issuer);
const keys = createRemoteJWKSet(jwksURI);

serve({
  jose: async ({ token, audience }) =>
    (await jwtVerify(token, keys, { issuer, audience, algorithms: ["RS256"] })).payload,
  "idtoken-verifier": ({ token, audience }) =>
    new Promise((done, fail) => {
      const verifier = new (IdTokenVerifier.default ?? IdTokenVerifier)({ issuer, audience, jwksURI: jwksURI.href });
      verifier.verify(token, (error, claims) => (error ? fail(error) : done(claims)));
    }),
});
