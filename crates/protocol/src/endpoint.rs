//! Paths of the endpoints, written once for the server's routes, the widget's requests and the tests.

/// `POST`: sends a one-time code. Auth0: Authentication API, "Get code or link".
pub const PASSWORDLESS_START: &str = "/passwordless/start";
/// `POST`: exchanges a grant for tokens. RFC 6749 section 3.2.
pub const OAUTH_TOKEN: &str = "/oauth/token";
/// `POST`: exchanged a password for tokens, long ago.
pub const RESOURCE_OWNER: &str = "/oauth/ro";
/// `POST`: revokes a refresh token. RFC 7009.
pub const OAUTH_REVOKE: &str = "/oauth/revoke";
/// `GET`, `POST`: claims about the user of an access token. OpenID Connect Core section 5.3.
pub const USERINFO: &str = "/userinfo";
/// `GET`: the issuer's metadata. OpenID Connect Discovery section 4.
pub const DISCOVERY: &str = "/.well-known/openid-configuration";
/// `GET`: the keys that sign tokens. RFC 7517 section 5.
pub const JWKS: &str = "/.well-known/jwks.json";
/// `GET`: ends the session and sends the browser on. Auth0: "Logout".
pub const LOGOUT: &str = "/v2/logout";
/// `GET`, `POST`: signs a user in for a client. RFC 6749 section 3.1.
pub const AUTHORIZE: &str = "/authorize";
/// `GET`: what the hosted page has to know of the login that it is shown for.
pub const LOGIN_TRANSACTION: &str = "/login/transaction";
/// `POST`: takes a code from a page of a client. Auth0: "Cross-Origin Authentication".
pub const CO_AUTHENTICATE: &str = "/co/authenticate";
/// `POST`: takes the verifier of such a login.
pub const CO_VERIFY: &str = "/co/verify";
/// `POST`: tells the hosted page whether a code is right.
pub const VERIFY: &str = "/passwordless/verify";
/// `GET`, `POST`: from a code to a session and back to the client.
pub const VERIFY_REDIRECT: &str = "/passwordless/verify_redirect";
/// The same, as Auth0's documents once write it.
pub const VERIFY_REDIRECT_HYPHEN: &str = "/passwordless/verify-redirect";
/// `GET`, `POST`: ends the session. OpenID Connect RP-Initiated Logout section 2.
pub const OIDC_LOGOUT: &str = "/oidc/logout";
/// `GET`, with `{id}.js` at its end: what Auth0's Lock has to know of an application.
pub const CLIENT_SCRIPT: &str = "/client/{file}";
/// `GET`: who is signed in in this browser, for the hosted page.
pub const SSO_DATA: &str = "/user/ssodata";
/// `GET`: the country that Auth0's Lock preselects for phone numbers.
pub const COUNTRY: &str = "/user/geoloc/country";
/// `POST`: whether a captcha has to be solved before a code is asked for, and which.
pub const CHALLENGE: &str = "/passwordless/challenge";
/// `POST`: sends a code and gives a session that stands for whom it was sent to.
pub const OTP_CHALLENGE: &str = "/otp/challenge";
/// `GET`: the hosted login page.
pub const LOGIN: &str = "/login";
/// `GET`: what the server answers to, for programs. `OpenAPI` 3.1.
pub const OPENAPI: &str = "/openapi.json";
/// `GET`: the same for people.
pub const DOCS: &str = "/docs";
