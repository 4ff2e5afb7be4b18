// An application of any language's OpenID Connect library, here openid-client.
import { createPrivateKey } from "node:crypto";
import * as client from "openid-client";
import { serve, settings } from "./serve.mjs";

const { issuer, clientId, secret, privateKey, authentication, responseType, callback } = settings;

const authentications = {
  none: () => client.None(),
  client_secret_basic: () => client.ClientSecretBasic(secret),
  client_secret_post: () => client.ClientSecretPost(secret),
  private_key_jwt: async () => {
    const der = createPrivateKey(privateKey).export({ type: "pkcs8", format: "der" });
    const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
    return client.PrivateKeyJwt(await crypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]));
  },
};

const config = await client.discovery(
  new URL(issuer),
  clientId,
  undefined,
  await authentications[authentication](),
  // Without TLS it speaks only where it is told to.
  issuer.startsWith("http:") ? { execute: [client.allowInsecureRequests] } : {},
);
// Not only what TLS says: each signature is checked.
client.enableNonRepudiationChecks(config);
if (responseType === "code id_token") client.useCodeIdTokenResponseType(config);
if (responseType === "id_token") client.useIdTokenResponseType(config);

/** What has to be kept while a user is away. */
let login;

serve({
  metadata: () => config.serverMetadata(),

  async begin({ scope = "openid profile email", ...more }) {
    login = {
      pkceCodeVerifier: client.randomPKCECodeVerifier(),
      expectedState: client.randomState(),
      expectedNonce: client.randomNonce(),
    };
    const proof =
      responseType === "id_token"
        ? {}
        : {
            code_challenge: await client.calculatePKCECodeChallenge(login.pkceCodeVerifier),
            code_challenge_method: "S256",
          };
    return client.buildAuthorizationUrl(config, {
      redirect_uri: callback,
      scope,
      state: login.expectedState,
      nonce: login.expectedNonce,
      ...proof,
      ...more,
    }).href;
  },

  /** The user is back: at an address, or with a form. */
  async finish({ url, form, ...instead }) {
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    const back = form ? new Request(url, { method: "POST", body: form, headers }) : new URL(url);
    if (responseType === "id_token") {
      const { expectedNonce, expectedState } = login;
      return { claims: await client.implicitAuthentication(config, back, expectedNonce, { expectedState }) };
    }
    const tokens = await client.authorizationCodeGrant(config, back, { ...login, ...instead });
    return { ...tokens, claims: tokens.claims() };
  },

  async otp({ username, otp, realm, scope }) {
    const grant = "http://auth0.com/oauth/grant-type/passwordless/otp";
    const tokens = await client.genericGrantRequest(config, grant, { username, otp, realm, scope });
    return { ...tokens, claims: tokens.claims() };
  },

  refresh: ({ token }) => client.refreshTokenGrant(config, token),
  user: ({ token, subject }) => client.fetchUserInfo(config, token, subject),
  revoke: ({ token }) => client.tokenRevocation(config, token),
  leave: (parameters) => client.buildEndSessionUrl(config, parameters).href,
});
