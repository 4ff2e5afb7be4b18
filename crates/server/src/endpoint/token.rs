//! `POST /oauth/token`: exchanges a grant for tokens. RFC 6749 section 3.2, with Auth0's errors:
//! `invalid_grant` comes with 403, a client that is not who it says with 401 `access_denied`.
//!
//! A grant type that nobody knows is refused with 400 (RFC 6749 section 5.2; old documents of Auth0
//! say 501).

mod authentication;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use latch_protocol::{
    error::{code, description},
    token::PASSWORDLESS_OTP,
};

use self::authentication::proven;
pub use self::authentication::{client, unauthorized};
use super::{answers_with_refusals, authorize::request, code as authorization_code, otp, refresh};
use crate::{
    client::{BadCredentials, Client, Method},
    config::Api,
    cors::ForeignOrigin,
    failure::Failure,
    limits::{Asker, devices::Device, end_user, guesses::Blocked},
    proof::Unproven,
    reply::{self, Refusal},
    request::{BadBody, JsonOrForm, Params},
    state::App,
};

/// Grant types of Auth0 that this server does not offer to anybody.
const OTHER_GRANTS: [&str; 13] = [
    "client_credentials",
    "implicit",
    "password",
    "http://auth0.com/oauth/grant-type/password-realm",
    "http://auth0.com/oauth/grant-type/mfa-oob",
    "http://auth0.com/oauth/grant-type/mfa-otp",
    "http://auth0.com/oauth/grant-type/mfa-recovery-code",
    "urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "urn:ietf:params:oauth:grant-type:token-exchange",
    "urn:okta:params:oauth:grant-type:webauthn",
    "urn:openid:params:grant-type:ciba",
];

/// Why there are no tokens.
#[derive(Debug)]
pub enum RouteError {
    /// Something failed inside.
    Internal(Failure),
    /// A value is not text.
    Body(BadBody),
    /// A parameter is missing.
    Missing(&'static str),
    /// The client's credentials cannot be told.
    BadCredentials(BadCredentials),
    /// No such client, or not its secret.
    WrongClient(Method),
    /// The page is not the client's.
    ForeignOrigin(ForeignOrigin),
    /// The client may not use this grant type.
    GrantNotAllowed(String),
    /// Nobody knows this grant type.
    UnknownGrant,
    /// No connection has this name.
    UnknownRealm(String),
    /// No API has this audience.
    UnknownAudience(String),
    /// Whoever guesses guessed wrong too often.
    Blocked(Blocked),
    /// Nobody may sign in as this user.
    UserBlocked,
    /// The code does not hold, with the sentence that says why.
    Unproven(&'static str),
    /// The code that goes with an `auth_session` does not hold.
    UnprovenSession(&'static str),
    /// The `auth_session` is another client's, expired, or none.
    WrongAuthSession,
    /// The authorization code is unknown, expired, used or another client's.
    WrongAuthorizationCode,
    /// The code was sent to another address.
    WrongRedirectUri,
    /// The code was asked for by whoever knows another verifier.
    WrongVerifier,
    /// The refresh token is unknown, expired, used or another client's.
    WrongRefreshToken,
}

answers_with_refusals!(RouteError, Body);

impl RouteError {
    /// What became of a code of a connection.
    pub fn unproven(unproven: Unproven, connection: &str) -> Self {
        match unproven {
            Unproven::Internal(failure) => Self::Internal(failure),
            Unproven::Blocked(blocked) => Self::Blocked(blocked),
            Unproven::Barred => Self::UserBlocked,
            other => Self::Unproven(other.description(connection)),
        }
    }

    /// The same for whoever showed an `auth_session`: there Auth0 answers 400.
    pub fn unproven_session(unproven: Unproven, connection: &str) -> Self {
        match unproven {
            Unproven::Internal(failure) => Self::Internal(failure),
            Unproven::Blocked(blocked) => Self::Blocked(blocked),
            other => Self::UnprovenSession(other.description(connection)),
        }
    }
}

impl From<RouteError> for Refusal {
    fn from(error: RouteError) -> Self {
        let grant = |description: &str| Self::new(StatusCode::FORBIDDEN, code::INVALID_GRANT, description);
        let bad = |description: &str| Self::new(StatusCode::BAD_REQUEST, code::INVALID_REQUEST, description);
        match error {
            RouteError::Internal(failure) => failure.into(),
            RouteError::Body(bad) => bad.into(),
            RouteError::Missing(name) => missing(name),
            RouteError::BadCredentials(bad) => bad.into(),
            RouteError::WrongClient(method) => unauthorized(method),
            RouteError::ForeignOrigin(foreign) => foreign.into(),
            RouteError::GrantNotAllowed(grant) => grant_not_allowed(&grant),
            RouteError::UnknownGrant => {
                Self::new(StatusCode::BAD_REQUEST, code::UNSUPPORTED_GRANT_TYPE, "Unsupported grant type")
            }
            RouteError::UnknownRealm(realm) => bad(&format!("Unknown realm {realm}.")),
            RouteError::UnknownAudience(audience) => Self::new(
                StatusCode::FORBIDDEN,
                code::ACCESS_DENIED,
                &format!("Service not found: {audience}"),
            ),
            RouteError::Blocked(blocked) => blocked.into(),
            RouteError::UserBlocked => user_blocked(),
            RouteError::Unproven(description) => grant(description),
            RouteError::UnprovenSession(description) => bad(description),
            RouteError::WrongAuthSession => bad("Invalid or expired auth_session"),
            RouteError::WrongAuthorizationCode => grant("Invalid authorization code"),
            RouteError::WrongRedirectUri => {
                grant("The redirect_uri is not the one that the code was sent to")
            }
            RouteError::WrongVerifier => grant("Failed to verify code verifier"),
            // Auth0's SPA SDK looks for "invalid refresh token" in this sentence.
            RouteError::WrongRefreshToken => grant("Unknown or invalid refresh token."),
        }
    }
}

/// A parameter is missing.
pub fn missing(name: &str) -> Refusal {
    let description = format!("Missing required parameter: {name}");
    Refusal::new(StatusCode::BAD_REQUEST, code::INVALID_REQUEST, &description)
}

/// Nobody may sign in as this user. Auth0's SPA SDK looks for the sentence.
pub fn user_blocked() -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, code::UNAUTHORIZED, description::USER_BLOCKED)
}

/// The client may not use a grant type.
pub fn grant_not_allowed(grant: &str) -> Refusal {
    let description = format!("Grant type '{grant}' not allowed for the client.");
    Refusal::new(StatusCode::FORBIDDEN, code::UNAUTHORIZED_CLIENT, &description)
        .with_uri("https://auth0.com/docs/clients/client-grant-types")
}

/// `POST /oauth/token`
pub async fn post(
    State(app): State<App>,
    Asker(peer): Asker,
    headers: HeaderMap,
    JsonOrForm(params): JsonOrForm,
) -> Result<Response, RouteError> {
    let grant = required(&params, "grant_type")?;
    let (client, method) = proven(&app, &headers, &params).await?;
    let named = end_user(client, method, &headers);
    let from = named.or(peer);
    // All users of a backend come from its own address, unless it names theirs.
    let device = Device::of(&app, &headers, if client.is_confidential() { named } else { peer });
    let tokens = match grant {
        PASSWORDLESS_OTP => otp::exchange(&app, client, &params, from, &device).await?,
        "authorization_code" => authorization_code::exchange(&app, client, &params).await?,
        "refresh_token" => refresh::exchange(&app, client, &params).await?,
        other if OTHER_GRANTS.contains(&other) => {
            return Err(RouteError::GrantNotAllowed(other.to_owned()));
        }
        _ => return Err(RouteError::UnknownGrant),
    };
    Ok(reply::json(StatusCode::OK, &tokens)?)
}

/// A parameter that must be there.
pub fn required<'a>(params: &'a Params, name: &'static str) -> Result<&'a str, RouteError> {
    params.text(name)?.ok_or(RouteError::Missing(name))
}

/// The API that an audience names.
pub fn api(app: &App, client: &Client, audience: Option<&str>) -> Result<Option<Api>, RouteError> {
    let Some(audience) = audience else { return Ok(None) };
    let api = request::api(app, client, audience);
    api.map(Some).ok_or_else(|| RouteError::UnknownAudience(audience.to_owned()))
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request};
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use latch_protocol::endpoint::OAUTH_TOKEN;
    use serde_json::json;

    use super::*;
    use crate::testing::{BACKEND_SECRET, Test, changed, otp_body, start_body};

    const ADA: &str = "ada@example.com";

    async fn backend_code(test: &Test) -> String {
        let body =
            changed(start_body(ADA), &json!({"client_id": "backend", "client_secret": BACKEND_SECRET}));
        assert_eq!(test.post("/passwordless/start", &body).await.status, StatusCode::OK);
        test.waiting(ADA).await.unwrap().code
    }

    fn basic(id: &str, secret: &str) -> String {
        let encode = |text: &str| text.replace(' ', "+").replace(',', "%2C");
        format!("Basic {}", STANDARD.encode(format!("{}:{}", encode(id), encode(secret))))
    }

    #[tokio::test]
    async fn the_bodies_of_auth0s_own_clients_are_understood() {
        let test = Test::new().await;
        let secret = BACKEND_SECRET.replace(' ', "+").replace(',', "%2C");
        // node-auth0, and auth0-auth-js with its charset.
        let code = backend_code(&test).await;
        let form = format!(
            "client_id=backend&username=ada%40example.com&otp={code}&realm=email&scope=openid+profile&\
             client_secret={secret}&grant_type=http%3A%2F%2Fauth0.com%2Foauth%2Fgrant-type%2Fpasswordless%2Fotp"
        );
        assert_eq!(test.post_form(OAUTH_TOKEN, &form, &[]).await.status, StatusCode::OK);
        // openid-client with HTTP Basic: no client_id in the body.
        let code = backend_code(&test).await;
        let form = format!(
            "username=ada%40example.com&otp={code}&realm=email&scope=openid&\
             grant_type=http%3A%2F%2Fauth0.com%2Foauth%2Fgrant-type%2Fpasswordless%2Fotp"
        );
        let authorization = basic("backend", BACKEND_SECRET);
        let reply = test.post_form(OAUTH_TOKEN, &form, &[("authorization", &authorization)]).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        // auth0-python: JSON with empty values.
        let code = backend_code(&test).await;
        let mut body = changed(
            otp_body(ADA, &code, ""),
            &json!({"client_id": "backend", "client_secret": BACKEND_SECRET, "audience": ""}),
        );
        body["client_assertion"] = serde_json::Value::Null;
        assert_eq!(test.post(OAUTH_TOKEN, &body).await.status, StatusCode::OK);
    }

    #[tokio::test]
    async fn a_client_that_is_not_who_it_says_is_unauthorized_before_any_try_is_counted() {
        let test = Test::new().await;
        let code = backend_code(&test).await;
        let body = changed(otp_body(ADA, &code, "openid"), &json!({"client_id": "backend"}));
        for change in [
            json!({}),
            json!({"client_secret": "wrong"}),
            json!({"client_secret": ""}),
            json!({"client_id": "nobody", "client_secret": BACKEND_SECRET}),
        ] {
            let body = changed(body.clone(), &change);
            for _ in 0..2 {
                test.post(OAUTH_TOKEN, &body).await.is_refused(401, "access_denied", "Unauthorized");
            }
        }
        let wrong = basic("backend", "wrong");
        let reply = test.post_with(OAUTH_TOKEN, &body, &[("authorization", &wrong)]).await;
        reply.is_refused(401, "access_denied", "Unauthorized");
        assert_eq!(reply.header("www-authenticate"), Some("Basic realm=\"latch\""));
        let right = changed(body, &json!({"client_secret": BACKEND_SECRET}));
        assert_eq!(test.post(OAUTH_TOKEN, &right).await.status, StatusCode::OK);
    }

    #[tokio::test]
    async fn what_is_missing_is_named() {
        let test = Test::new().await;
        for name in ["grant_type", "client_id", "username", "otp", "realm"] {
            let description = format!("Missing required parameter: {name}");
            for nothing in [json!(null), json!("")] {
                let body = changed(otp_body(ADA, "000000", "openid"), &json!({name: nothing}));
                test.post(OAUTH_TOKEN, &body).await.is_refused(400, "invalid_request", &description);
            }
        }
    }

    #[tokio::test]
    async fn other_grants_are_refused_with_the_address_of_the_explanation() {
        let test = Test::new().await;
        for grant in OTHER_GRANTS {
            let body = changed(otp_body(ADA, "000000", ""), &json!({"grant_type": grant}));
            let reply = test.post(OAUTH_TOKEN, &body).await;
            let description = format!("Grant type '{grant}' not allowed for the client.");
            reply.is_refused(403, "unauthorized_client", &description);
            assert_eq!(reply.json()["error_uri"], "https://auth0.com/docs/clients/client-grant-types");
        }
        let body = changed(otp_body(ADA, "000000", ""), &json!({"client_id": "codeless"}));
        let description = format!("Grant type '{PASSWORDLESS_OTP}' not allowed for the client.");
        test.post(OAUTH_TOKEN, &body).await.is_refused(403, "unauthorized_client", &description);
        let body = changed(otp_body(ADA, "000000", ""), &json!({"grant_type": "bribe"}));
        let reply = test.post(OAUTH_TOKEN, &body).await;
        reply.is_refused(400, "unsupported_grant_type", "Unsupported grant type");
    }

    #[tokio::test]
    async fn bodies_that_are_not_what_they_say_are_refused_and_nothing_else_happens() {
        let test = Test::new().await;
        let json = "application/json";
        let form = "application/x-www-form-urlencoded";
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(5000), "]".repeat(5000));
        let large = format!("{{\"a\":\"{}\"}}", "x".repeat(17_000));
        let cases: [(&str, &[u8], u16); 22] = [
            ("", b"{}", 415),
            ("text/plain", b"{}", 415),
            ("multipart/form-data; boundary=x", b"--x--", 415),
            ("application/jsonp", b"{}", 415),
            (json, b"", 400),
            (json, b"{", 400),
            (json, b"[]", 400),
            (json, b"null", 400),
            (json, b"\"x\"", 400),
            (json, b"{\"grant_type\":1}", 400),
            (json, b"{\"grant_type\":{\"a\":1}}", 400),
            (json, b"{\"grant_type\":\"a\",\"grant_type\":\"b\"}", 400),
            (json, b"{\"grant_type\":\"\xff\"}", 400),
            (json, b"{\"grant_type\":\"a\\u0000\"}", 400),
            (json, b"{\"grant_type\":\"\\ud800\"}", 400),
            (json, deep.as_bytes(), 400),
            (json, large.as_bytes(), 413),
            (form, b"grant_type=a&grant_type=b", 400),
            (form, b"grant_type=%ff", 400),
            (form, b"grant_type=\xff", 400),
            (form, b"grant_type=a%00b", 400),
            (form, b"&&&=&", 400),
        ];
        for (media_type, body, status) in cases {
            let request = Request::post(OAUTH_TOKEN).header("content-type", media_type);
            let reply = test.send(request.body(Body::from(body.to_vec())).unwrap()).await;
            let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
            assert_eq!(reply.refusal().0, status, "{media_type} {shown}");
            assert_eq!(reply.json()["error"], "invalid_request", "{shown}");
        }
    }

    #[tokio::test]
    async fn a_page_of_another_client_gets_no_tokens() {
        let test = Test::new().await;
        let code = test.code(ADA).await;
        let body = otp_body(ADA, &code, "openid");
        for origin in
            ["https://other.example", "https://evil.example", "null", "https://shop.example.evil.example"]
        {
            let reply = test.post_with(OAUTH_TOKEN, &body, &[("origin", origin)]).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN);
            assert_eq!(reply.header("access-control-allow-origin"), None);
        }
        let reply = test.post_with(OAUTH_TOKEN, &body, &[("origin", "https://shop.example")]).await;
        assert_eq!(reply.status, StatusCode::OK);
        assert_eq!(reply.header("access-control-allow-origin"), Some("https://shop.example"));
    }
}
