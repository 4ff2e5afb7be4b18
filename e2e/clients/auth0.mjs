// A server's application with Auth0's library for Node.js of many years. From version 7 on it is in `auth0/legacy`.
import { AuthenticationClient, UserInfoClient } from "auth0/legacy";
import { reach } from "./inside.mjs";
import { serve, settings } from "./serve.mjs";

const { domain, clientId, secret, privateKey, callback } = settings;

const auth0 = new AuthenticationClient({
  domain,
  clientId,
  // But for the keys, which it always asks for by https.
  fetch: reach,
  ...(secret ? { clientSecret: secret } : {}),
  ...(privateKey ? { clientAssertionSigningKey: privateKey } : {}),
});
const users = new UserInfoClient({ domain, fetch: reach });
const { passwordless, oauth } = auth0;
const data = async (answer) => (await answer).data;

serve({
  sendEmail: async (given) => (await passwordless.sendEmail(given)).status,
  sendSMS: async (given) => (await passwordless.sendSMS(given)).status,
  // The library takes an ID token only after its signature and claims hold.
  loginWithEmail: (given) => data(passwordless.loginWithEmail(given)),
  loginWithSMS: (given) => data(passwordless.loginWithSMS(given)),
  authorizationCodeGrant: ({ code }) => data(oauth.authorizationCodeGrant({ code, redirect_uri: callback })),
  authorizationCodeGrantWithPKCE: (given) =>
    data(oauth.authorizationCodeGrantWithPKCE({ ...given, redirect_uri: callback })),
  clientCredentialsGrant: (given) => data(oauth.clientCredentialsGrant(given)),
  pushedAuthorization: (given) =>
    data(oauth.pushedAuthorization({ client_id: clientId, response_type: "code", redirect_uri: callback, ...given })),
  // It leaves the client's id to whoever calls it.
  tokenForConnection: (given) => data(oauth.tokenForConnection({ client_id: clientId, ...given })),
  refreshTokenGrant: ({ token }) => data(oauth.refreshTokenGrant({ refresh_token: token })),
  revokeRefreshToken: async ({ token }) => (await oauth.revokeRefreshToken({ token })).status,
  passwordGrant: (given) => data(oauth.passwordGrant(given)),
  getUserInfo: ({ token }) => data(users.getUserInfo(token)),
});
