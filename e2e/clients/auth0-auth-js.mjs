// A server's application with the library that takes its place.
import { AuthClient } from "@auth0/auth0-auth-js";
import { reach } from "./inside.mjs";
import { serve, settings } from "./serve.mjs";

const { domain, clientId, secret, callback } = settings;

const auth0 = new AuthClient({
  domain,
  clientId,
  clientSecret: secret,
  customFetch: reach,
  authorizationParams: { redirect_uri: callback, scope: "openid profile email offline_access" },
});

/** What has to be kept while a user is away. */
let codeVerifier;

const tokens = ({ accessToken, refreshToken, idToken, expiresAt, scope, claims }) => ({
  accessToken,
  refreshToken,
  idToken,
  expiresAt,
  scope,
  claims,
});

serve({
  async begin(authorizationParams) {
    const built = await auth0.buildAuthorizationUrl({ authorizationParams });
    codeVerifier = built.codeVerifier;
    return built.authorizationUrl.href;
  },
  finish: async ({ url }) => tokens(await auth0.getTokenByCode(new URL(url), { codeVerifier })),
  finishLink: async ({ url, expectedState }) =>
    tokens(await auth0.getTokenByMagicLinkCode(new URL(url), { expectedState })),
  sendEmail: (given) => auth0.passwordless.sendEmail(given),
  sendSms: (given) => auth0.passwordless.sendSms(given),
  byEmail: async (given) => tokens(await auth0.getTokenByPasswordlessEmail(given)),
  bySms: async (given) => tokens(await auth0.getTokenByPasswordlessSms(given)),
  challenge: (given) => auth0.passwordless.challengeWithEmail(given),
  byChallenge: async (given) => tokens(await auth0.passwordless.getTokenByPasswordlessDbConnection(given)),
  refresh: async ({ token }) => tokens(await auth0.getTokenByRefreshToken({ refreshToken: token })),
  revoke: ({ token }) => auth0.revokeToken({ token }),
  user: ({ token }) => auth0.getUserInfo({ accessToken: token }),
  leave: async ({ returnTo }) => (await auth0.buildLogoutUrl({ returnTo })).href,
});
