//! The operations of OAuth and OpenID Connect.

use latch_protocol::{endpoint, error::code, token::PASSWORDLESS_OTP};
use serde_json::{Value, json};

use super::{
    Paths, Setting,
    operation::{JSON_OR_FORM, Operation, UNREADABLE, one_of, open_object, optional, schema, text},
};

const TAG: &str = "OAuth and OpenID Connect";

pub(super) fn add(paths: &mut Paths, setting: &Setting<'_>) {
    paths.get(endpoint::AUTHORIZE, visit("authorize").queries(&authorization()));
    let example = json!({
        "client_id": setting.client,
        "response_type": "code",
        "redirect_uri": setting.callback,
        "scope": "openid profile email",
        "state": "xyz",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    });
    paths.post(
        endpoint::AUTHORIZE,
        visit("authorizeByForm").visited_body(JSON_OR_FORM, &authorization(), &example),
    );
    paths.post(endpoint::OAUTH_TOKEN, token(setting));
    paths.post(endpoint::OAUTH_REVOKE, revoke(setting));
    paths.post(
        endpoint::RESOURCE_OWNER,
        Operation::new(
            TAG,
            "resourceOwner",
            "A grant of old",
            "Switched off, as at Auth0. Whatever is sent is refused.",
        )
        .refuses(404, "It is switched off.", &["endpoint_disabled"]),
    );
    paths.get(endpoint::USERINFO, user_info("userInfo"));
    paths.post(endpoint::USERINFO, user_info_by_post());
    paths.get(endpoint::DISCOVERY, discovery());
    paths.get(
        endpoint::JWKS,
        Operation::new(
            TAG,
            "keys",
            "The keys that tokens are signed with",
            "The key that signs now and its neighbours in time. RFC 7517.",
        )
        .answers_json(200, "The public keys.", &schema("JwkSet")),
    );
}

fn visit(id: &str) -> Operation {
    Operation::new(
        TAG,
        id,
        "Sign a user in",
        "Sends the browser to the hosted page, or, when it is signed in, straight back to the client. A public client \
         that asks for a code has to send `code_challenge`. RFC 6749 section 3.1, OpenID Connect Core section 3.",
    )
    .answers_page(200, "The page that carries the answer to the client: `form_post`, `web_message`, or a ticket's.")
    .redirects("To the hosted page, or back to the client with an answer or an error.")
    .answers_page(400, "The client or its callback is not known: there is no certain way back.")
    .refers(429, "TooManyVisits")
    .secured(&[&[], &["session"]])
}

fn authorization() -> Value {
    open_object(vec![
        ("client_id", true, text("The application.")),
        (
            "response_type",
            true,
            text(
                "`code`, `token`, `id_token`, or several with spaces between. Tokens only for clients that may have them.",
            ),
        ),
        (
            "redirect_uri",
            false,
            optional("A callback of the client, byte for byte. May be left out when it has just one."),
        ),
        ("response_mode", false, optional("`query`, `fragment`, `form_post` or `web_message`.")),
        (
            "scope",
            false,
            optional(
                "Space-separated scopes: `openid`, `profile`, `email`, `offline_access`, and those of the API.",
            ),
        ),
        ("audience", false, optional("The API that the access token is for.")),
        ("state", false, optional("Comes back with the answer.")),
        (
            "nonce",
            false,
            optional("Comes back in the ID token. Has to be there when one comes in the redirect."),
        ),
        ("code_challenge", false, optional("SHA-256 of the verifier, base64url. RFC 7636.")),
        ("code_challenge_method", false, optional("`S256`")),
        ("prompt", false, optional("`none`, `login`, `consent` or `select_account`.")),
        ("max_age", false, optional("Seconds since the user last proved who they are.")),
        ("id_token_hint", false, optional("An ID token of the user that is expected.")),
        ("login_hint", false, optional("The address that the hosted page begins with.")),
        ("ui_locales", false, optional("Languages of the hosted page.")),
        ("screen_hint", false, optional("`login` or `signup`.")),
        ("connection", false, optional("`email` or `sms`. When it is named, a code is asked for again.")),
        ("login_ticket", false, optional("From `/co/authenticate`.")),
    ])
}

fn token(setting: &Setting<'_>) -> Operation {
    let body = open_object(vec![
        (
            "grant_type",
            true,
            one_of(&[PASSWORDLESS_OTP, "authorization_code", "refresh_token"], "What is exchanged."),
        ),
        (
            "client_id",
            false,
            optional("The application. With HTTP Basic or an assertion it may be left out."),
        ),
        ("client_secret", false, optional("Of a confidential client.")),
        (
            "client_assertion",
            false,
            optional("A JWT of a confidential client, in place of the secret. RFC 7523."),
        ),
        (
            "client_assertion_type",
            false,
            optional("`urn:ietf:params:oauth:client-assertion-type:jwt-bearer`"),
        ),
        ("username", false, optional("One-time code: the address or the number.")),
        ("otp", false, optional("One-time code: the code.")),
        ("realm", false, optional("One-time code: `email` or `sms`.")),
        (
            "auth_session",
            false,
            optional("One-time code: from `/otp/challenge`, in place of `username` and `realm`."),
        ),
        ("audience", false, optional("One-time code: the API that the access token is for.")),
        ("code", false, optional("Authorization code: the code.")),
        ("redirect_uri", false, optional("Authorization code: where the code was sent to.")),
        ("code_verifier", false, optional("Authorization code: what the challenge was made of.")),
        ("refresh_token", false, optional("Refresh token: the last one that was given. It is good once.")),
        ("scope", false, optional("One-time code and refresh token: space-separated scopes.")),
    ]);
    let example = json!({
        "grant_type": PASSWORDLESS_OTP,
        "client_id": setting.client,
        "username": "ada@example.com",
        "otp": "123456",
        "realm": "email",
        "scope": "openid profile email",
    });
    Operation::new(
        TAG,
        "token",
        "Exchange a code or a refresh token for tokens",
        "A one-time code, an authorization code, or a refresh token, each good once. RFC 6749 section 3.2, with Auth0's \
         statuses: `invalid_grant` comes with 403.",
    )
    .body(JSON_OR_FORM, &body, &example)
    .answers_json(200, "The tokens.", &schema("TokenResponse"))
    .refers(429, "TooManyAttempts")
    .refuses(
        400,
        "Something is missing or cannot be read, or nobody knows the grant type.",
        &[code::INVALID_REQUEST, code::UNSUPPORTED_GRANT_TYPE],
    )
    .refuses(
        401,
        "The client is not who it says, or the user is blocked.",
        &[code::ACCESS_DENIED, code::INVALID_CLIENT, code::UNAUTHORIZED],
    )
    .refuses(
        403,
        "What was to be exchanged does not hold; the client may not use this grant; no API has this audience; or the \
         page is not the client's.",
        &[code::INVALID_GRANT, code::UNAUTHORIZED_CLIENT, code::ACCESS_DENIED],
    )
    .secured(&[&[], &["clientBasic"]])
}

fn revoke(setting: &Setting<'_>) -> Operation {
    let body = open_object(vec![
        ("token", true, text("A refresh token or an access token.")),
        ("token_type_hint", false, json!({"description": "Not needed."})),
        (
            "client_id",
            false,
            optional("The application. With HTTP Basic or an assertion it may be left out."),
        ),
        ("client_secret", false, optional("Of a confidential client.")),
        ("client_assertion", false, optional("A JWT of a confidential client, in place of the secret.")),
        (
            "client_assertion_type",
            false,
            optional("`urn:ietf:params:oauth:client-assertion-type:jwt-bearer`"),
        ),
    ]);
    Operation::new(
        TAG,
        "revoke",
        "Revoke a token",
        "Ends a refresh token and everything that came of its login. A token that is not known is no error. RFC 7009.",
    )
    .body(JSON_OR_FORM, &body, &json!({"client_id": setting.client, "token": "REFRESH_TOKEN"}))
    .answers_empty(200, "There is no such token any more.")
    .refuses(400, "Something is missing or cannot be read.", &[code::INVALID_REQUEST])
    .refuses(401, "The client is not who it says.", &[code::INVALID_CLIENT, code::ACCESS_DENIED])
    .refuses(403, "The page is not the client's.", &[code::ACCESS_DENIED])
    .secured(&[&[], &["clientBasic"]])
}

fn user_info(id: &str) -> Operation {
    Operation::new(
        TAG,
        id,
        "Who the user is",
        "The claims that the scopes of an access token open. OpenID Connect Core section 5.3.",
    )
    .answers_json(200, "The claims.", &schema("UserInfo"))
    .refuses(
        401,
        "There is no access token, or it does not hold.",
        &[code::INVALID_REQUEST, code::INVALID_TOKEN],
    )
    .with_header(401, "WWW-Authenticate", "RFC 6750 section 3.")
    .refuses(403, "The page is not the client's.", &[code::ACCESS_DENIED])
    .secured(&[&["accessToken"]])
}

fn user_info_by_post() -> Operation {
    let token =
        json!({"properties": {"access_token": optional("In place of the header. RFC 6750 section 2.2.")}});
    user_info("userInfoByPost")
        .visited_body(JSON_OR_FORM, &token, &json!({"access_token": "ACCESS_TOKEN"}))
        .without_need_of_body()
        .refuses(400, "The body cannot be read, or there are two access tokens.", UNREADABLE)
        .refers(408, "BodyTooSlow")
        .refers(413, "BodyTooLarge")
        .secured(&[&["accessToken"], &[]])
}

fn discovery() -> Operation {
    let address = || json!({"type": "string", "format": "uri"});
    let list = || json!({"type": "array", "minItems": 1, "items": {"type": "string"}});
    let mut metadata = json!({"type": "object", "properties": {}, "additionalProperties": false});
    for name in [
        "issuer",
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "jwks_uri",
        "revocation_endpoint",
        "end_session_endpoint",
    ] {
        metadata["properties"][name] = address();
    }
    for name in [
        "scopes_supported",
        "response_types_supported",
        "response_modes_supported",
        "code_challenge_methods_supported",
        "grant_types_supported",
        "subject_types_supported",
        "id_token_signing_alg_values_supported",
        "token_endpoint_auth_methods_supported",
        "token_endpoint_auth_signing_alg_values_supported",
        "claims_supported",
    ] {
        metadata["properties"][name] = list();
    }
    for name in ["request_parameter_supported", "request_uri_parameter_supported"] {
        metadata["properties"][name] = json!({"const": false});
    }
    let names: Vec<String> =
        metadata["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    metadata["required"] = json!(names);
    Operation::new(
        TAG,
        "discovery",
        "What this issuer offers",
        "The metadata that OpenID Connect clients configure themselves by. OpenID Connect Discovery section 4.",
    )
    .answers_json(200, "The metadata.", &metadata)
}
