// Somebody else's OpenID provider, certified: what its answers have in common with ours is no accident.
import { createServer } from "node:http";
import Provider from "oidc-provider";
import { serve, settings } from "./serve.mjs";

const { callback, secret } = settings;

const application = (client_id, token_endpoint_auth_method) => ({
  client_id,
  ...(token_endpoint_auth_method === "none" ? {} : { client_secret: secret }),
  token_endpoint_auth_method,
  redirect_uris: [callback],
  post_logout_redirect_uris: [callback],
  grant_types: ["authorization_code", "refresh_token"],
});

let provider;

serve({
  /** `issuer` is its address behind a proxy that ends TLS, where there is one. */
  async start({ issuer }) {
    const server = createServer((request, response) => provider.callback()(request, response));
    await new Promise((done) => server.listen(0, "localhost", done));
    const own = `http://localhost:${server.address().port}`;
    provider = new Provider(issuer ?? own, {
      clients: [
        application("basic", "client_secret_basic"),
        application("post", "client_secret_post"),
        application("open", "none"),
      ],
      claims: {
        openid: ["sub"],
        profile: ["name", "nickname", "picture", "updated_at"],
        email: ["email", "email_verified"],
        phone: ["phone_number", "phone_number_verified"],
        address: ["address"],
      },
      findAccount: (_, id) => ({
        accountId: id,
        claims: () => ({ sub: id, name: id, nickname: id, email: id, email_verified: true, updated_at: 0 }),
      }),
      pkce: { required: () => false },
      // With cookies that need TLS it takes a POST from another site.
      ...(issuer === undefined ? {} : { enableHttpPostMethods: true, cookies: { long: { sameSite: "none" } } }),
      issueRefreshToken: (_, client, code) => client.grantTypeAllowed("refresh_token") && code.scopes.has("offline_access"),
      features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
    });
    provider.proxy = issuer !== undefined;
    return own;
  },
});
