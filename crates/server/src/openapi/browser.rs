//! The operations of browsers: pages, sessions, and what Auth0's Lock asks for.

use latch_protocol::{endpoint, error::code};
use serde_json::{Value, json};

use super::{
    Paths, Setting,
    operation::{JSON_OR_FORM, Operation, UNREADABLE, object, open_object, optional, optional_query},
};

const TAG: &str = "Browser";

pub(super) fn add(paths: &mut Paths, setting: &Setting<'_>) {
    for (path, id) in [("/", "home"), (endpoint::LOGIN, "login")] {
        paths.get(path, hosted_page(id));
    }
    paths.get(endpoint::LOGIN_TRANSACTION, login_transaction());
    paths.get(endpoint::LOGOUT, logout());
    let example = json!({"client_id": setting.client, "confirm": "yes"});
    let form = oidc_logout_form();
    paths.get(endpoint::OIDC_LOGOUT, oidc_logout("oidcLogout").queries(&form));
    paths.post(
        endpoint::OIDC_LOGOUT,
        oidc_logout("oidcLogoutByForm").visited_body(JSON_OR_FORM, &form, &example),
    );
    paths.get(endpoint::SSO_DATA, sso_data());
    paths.get(endpoint::COUNTRY, country());
    paths.get(endpoint::CLIENT_SCRIPT, client_script(setting));
}

fn hosted_page(id: &str) -> Operation {
    Operation::new(TAG, id, "The hosted login page", "What users see who come from `/authorize`.")
        .unlimited()
        .answers_page(200, "The page.")
        .answers_empty(304, "The page is the one that the browser has.")
        .answers(404, "text/plain", "The page was not built.", &json!({"type": "string"}))
}

fn login_transaction() -> Operation {
    let maybe = |description: &str| json!({"type": ["string", "null"], "description": description});
    let answer = object(vec![
        ("client_id", true, json!({"type": "string"})),
        ("client_name", true, json!({"type": "string"})),
        ("language", true, json!({"type": "string", "description": "What the page speaks (BCP 47)."})),
        ("heading", true, json!({"type": "string", "description": "In that language."})),
        ("connection", true, maybe("The connection that was named.")),
        ("login_hint", true, maybe("Whom the client expects.")),
        ("ui_locales", true, maybe("Languages.")),
        ("screen_hint", true, maybe("`login` or `signup`.")),
        ("prompt", true, json!({"type": "array", "items": {"type": "string"}})),
        ("scope", true, json!({"type": "string"})),
        ("audience", true, maybe("The API.")),
    ]);
    Operation::new(
        TAG,
        "loginTransaction",
        "What the hosted page is shown for",
        "The login that waits under a state. For the server's own pages. Not one of Auth0's.",
    )
    .query("state", false, optional_query("Of the hosted page's address."))
    .answers_json(200, "The login.", &answer)
    .refuses(400, "The query cannot be read.", UNREADABLE)
    .refuses(403, "The page is not the server's own.", &[code::ACCESS_DENIED])
    .refuses(404, "No login waits under this state.", &[code::NOT_FOUND])
}

fn logout() -> Operation {
    Operation::new(
        TAG,
        "logout",
        "Sign out in this browser",
        "Ends the session and sends the browser on to an address that the client lists.",
    )
    .query(
        "client_id",
        false,
        optional_query("The application. Without it, the addresses of all of them count."),
    )
    .query(
        "returnTo",
        false,
        optional_query("One of the client's logout URLs. Its query and fragment are not compared."),
    )
    .query("federated", false, json!({"type": "string", "description": "Taken and not looked at."}))
    .answers(200, "text/plain", "The session has ended, and there is nowhere to go.", &json!({"const": "OK"}))
    .redirects("The session has ended.")
    .refers(429, "TooManyVisits")
    .refuses(400, "The client is not known, or the address is not listed.", UNREADABLE)
}

fn oidc_logout_form() -> Value {
    open_object(vec![
        ("id_token_hint", false, optional("An ID token of the session; it may have expired.")),
        ("logout_hint", false, optional("The session's `sid`.")),
        ("client_id", false, optional("The application.")),
        ("post_logout_redirect_uri", false, optional("One of the client's logout URLs, byte for byte.")),
        ("state", false, optional("Comes back.")),
        ("ui_locales", false, optional("Languages of the question.")),
        ("confirm", false, optional("Of the button on the server's own page.")),
    ])
}

fn oidc_logout(id: &str) -> Operation {
    Operation::new(
        TAG,
        id,
        "Sign out by OpenID Connect",
        "Ends the session. Who shows neither an ID token nor the `sid` of the session is asked first. OpenID Connect \
         RP-Initiated Logout.",
    )
    .answers_page(200, "The question, or that the session has ended.")
    .redirects("The session has ended.")
    .answers_page(400, "The client, the hint or the address is not known.")
    .refers(429, "TooManyVisits")
    .secured(&[&[], &["session"]])
}

fn sso_data() -> Operation {
    let answer = object(vec![
        ("sso", true, json!({"type": "boolean", "description": "Whether somebody is signed in."})),
        ("lastUsedConnection", false, object(vec![("name", true, json!({"type": "string"}))])),
        ("lastUsedUserID", false, json!({"type": "string"})),
        ("lastUsedUsername", false, json!({"type": "string"})),
        ("lastUsedClientID", false, json!({"type": "string"})),
        ("sessionClients", false, json!({"type": "array", "items": {"type": "string"}})),
    ]);
    Operation::new(
        TAG,
        "ssoData",
        "Who is signed in in this browser",
        "For the hosted page, and for pages of the client that was last signed in to.",
    )
    .answers_json(200, "Who it is, or that nobody is.", &answer)
    .secured(&[&[], &["session"]])
}

fn country() -> Operation {
    let answer =
        object(vec![("country_code", true, json!({"type": ["string", "null"], "pattern": "^[A-Z]{2}$"}))]);
    Operation::new(
        TAG,
        "country",
        "A country to begin a phone number with",
        "The region of the language that the browser prefers; `null` where that names none.",
    )
    .header("Accept-Language", json!({"type": "string", "description": "Like `de-AT,de;q=0.9`."}))
    .answers_json(200, "The country, in ISO 3166-1.", &answer)
}

fn client_script(setting: &Setting<'_>) -> Operation {
    Operation::new(
        TAG,
        "clientScript",
        "What Auth0's Lock has to know of an application",
        "A script that calls `Auth0.setClient`.",
    )
    .path(
        "file",
        json!({
            "type": "string",
            "description": "The `client_id`, and `.js`.",
            "pattern": r"^[!-.0-~]+\.js$",
            "examples": [format!("{}.js", setting.client)],
        }),
    )
    .answers(
        200,
        "application/x-javascript",
        "The script.",
        &json!({
            "type": "string",
            "pattern": r"^Auth0\.setClient\(",
        }),
    )
    .refuses(404, "There is no such application.", &[code::NOT_FOUND])
}
