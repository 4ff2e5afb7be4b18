use axum::http::StatusCode;
use latch_protocol::endpoint::OAUTH_TOKEN;
use serde_json::json;

use crate::{
    secret::sha256,
    testing::{
        CONFIG, Test,
        browser::{VERIFIER, code_query, with},
    },
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

const ADA: &str = "ada@example.com";
const COOKIE: &str = "__Host-latch";
const ENDED: &str = "This login has ended. Go back to the app and begin again.";

fn page_query<'a>(response_type: &'a str, changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let query = vec![
        ("client_id", "page"),
        ("redirect_uri", "https://page.example/callback"),
        ("response_type", response_type),
        ("scope", "openid email"),
        ("state", "s"),
        ("nonce", "n"),
    ];
    with(query, changes)
}

#[tokio::test]
async fn a_login_goes_over_the_hosted_page_and_back_with_a_code_that_is_worth_tokens() {
    let test = Test::new().await;
    let browser = test.browser();
    let authorized = browser.authorize(&code_query()).await;
    let reply = browser.sign_in_hosted(&authorized, ADA).await;
    assert!(reply.location().as_str().starts_with("https://shop.example/callback?code="));
    let carried = reply.carried();
    assert_eq!(carried["state"], "the state");
    assert_eq!(carried.len(), 2, "{carried:?}");

    let body = json!({
        "grant_type": "authorization_code", "client_id": "shop", "code": carried["code"],
        "redirect_uri": "https://shop.example/callback", "code_verifier": VERIFIER,
    });
    let tokens = test.post(OAUTH_TOKEN, &body).await.json();
    let claims = test.app.keys.verify("JWT", tokens["id_token"].as_str().unwrap()).unwrap();
    assert_eq!((&claims["nonce"], &claims["aud"]), (&"the nonce".into(), &"shop".into()));
    assert_eq!(claims["email"], ADA);
    assert_eq!(claims["auth_time"], test.now().seconds());
    assert!(tokens["refresh_token"].is_string());
}

#[tokio::test]
async fn an_app_on_a_device_has_its_code_at_an_address_of_its_own_scheme() {
    let own = "com.example.shop:/callback";
    let test = Test::with(&CONFIG.replace("https://shop.example/callback", own), false, |_| {}).await;
    let browser = test.browser();
    let authorized = browser.authorize(&with(code_query(), &[("redirect_uri", own)])).await;
    let reply = browser.sign_in_hosted(&authorized, ADA).await;
    assert!(reply.location().as_str().starts_with("com.example.shop:/callback?code="));
    let body = json!({
        "grant_type": "authorization_code", "client_id": "shop", "code": reply.carried()["code"],
        "redirect_uri": own, "code_verifier": VERIFIER,
    });
    assert_eq!(test.post(OAUTH_TOKEN, &body).await.status, StatusCode::OK);
    // Nobody has an origin there: no page is told anything.
    let message =
        with(code_query(), &[("redirect_uri", own), ("response_mode", "web_message"), ("prompt", "none")]);
    let refused = browser.authorize(&message).await;
    assert_eq!((refused.status, refused.header("location")), (StatusCode::BAD_REQUEST, None));
}

#[tokio::test]
async fn who_is_signed_in_goes_straight_back_until_the_session_ends() {
    let test = Test::with(CONFIG, false, |config| {
        config.session.idle_seconds = 1000;
        config.session.absolute_seconds = 2500;
    })
    .await;
    let browser = test.browser();
    let silent = with(code_query(), &[("prompt", "none")]);
    assert_eq!(browser.authorize(&silent).await.carried()["error"], "login_required");
    let authorized = browser.authorize(&code_query()).await;
    browser.sign_in_hosted(&authorized, ADA).await;
    for _ in 0..2 {
        test.clock.advance_seconds(999);
        assert!(browser.authorize(&silent).await.carried().contains_key("code"), "used, so it does not idle");
        assert!(browser.authorize(&code_query()).await.carried().contains_key("code"));
    }
    test.clock.advance_seconds(502);
    let denied = browser.authorize(&silent).await.carried();
    assert_eq!(denied["error"], "login_required", "2500 s are over");
    assert_eq!(
        (denied["error_description"].as_str(), denied["state"].as_str()),
        ("Login required", "the state")
    );

    let authorized = browser.authorize(&code_query()).await;
    browser.sign_in_hosted(&authorized, ADA).await;
    test.clock.advance_seconds(1000);
    assert_eq!(browser.authorize(&silent).await.carried()["error"], "login_required", "it idled");
}

#[tokio::test]
async fn a_session_is_a_new_secret_at_each_login_and_the_database_has_its_hash() {
    let test = Test::new().await;
    let browser = test.browser();
    browser.set_cookie(COOKIE, "planted");
    let authorized = browser.authorize(&code_query()).await;
    let reply = browser.sign_in_hosted(&authorized, ADA).await;
    let cookie = reply.set_cookie(COOKIE).unwrap();
    assert!(cookie.ends_with("; Path=/; Max-Age=604800; HttpOnly; Secure; SameSite=None"), "{cookie}");
    let first = browser.cookie(COOKIE).unwrap();
    assert_ne!(first, "planted");

    let again = browser.authorize(&with(code_query(), &[("prompt", "login")])).await;
    browser.sign_in_hosted(&again, ADA).await;
    let second = browser.cookie(COOKIE).unwrap();
    assert_ne!(first, second);
    let silent = with(code_query(), &[("prompt", "none")]);
    assert!(browser.authorize(&silent).await.carried().contains_key("code"));
    for dead in ["planted", &first] {
        browser.set_cookie(COOKIE, dead);
        assert_eq!(browser.authorize(&silent).await.carried()["error"], "login_required", "{dead}");
    }
    let hashes: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT hash FROM sessions").fetch_all(test.app.store.reader()).await.unwrap();
    assert_eq!(hashes, [sha256(&second).to_vec()]);
}

#[tokio::test]
async fn without_tls_there_is_this_machine_only_and_the_cookie_says_so() {
    let test = Test::dev().await;
    let browser = test.browser();
    let query =
        with(code_query(), &[("client_id", "demo"), ("redirect_uri", "http://localhost:4001/callback")]);
    let authorized = browser.authorize(&query).await;
    let reply = browser.sign_in_hosted(&authorized, ADA).await;
    let cookie = reply.set_cookie("latch").unwrap();
    assert!(cookie.ends_with("; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax"), "{cookie}");
    assert!(reply.location().as_str().starts_with("http://localhost:4001/callback?code="));
}

#[tokio::test]
async fn without_a_certain_way_back_there_is_a_page_and_no_redirect() {
    let test = Test::new().await;
    let browser = test.browser();
    for changes in [
        [("client_id", ""), ("x", "")],
        [("client_id", "nobody"), ("x", "")],
        [("redirect_uri", "https://evil.example/callback"), ("x", "")],
        [("redirect_uri", "https://shop.example/callback/"), ("x", "")],
        [("redirect_uri", "https://shop.example/callback#x"), ("x", "")],
        [("redirect_uri", "https://shop.example/callback?x=<script>alert(1)</script>"), ("x", "")],
        [("redirect_uri", ""), ("client_id", "other")],
        // No origin of this client may have messages.
        [("response_mode", "web_message"), ("redirect_uri", "https://evil.example/callback")],
    ] {
        let reply = browser.authorize(&with(code_query(), &changes)).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{changes:?}");
        assert_eq!(reply.header("location"), None);
        assert!(reply.header("content-type").unwrap().starts_with("text/html"));
        assert!(!reply.text().contains("<script"), "{}", reply.text());
        assert!(reply.header("content-security-policy").unwrap().contains("frame-ancestors 'none'"));
    }
    for query in ["client_id=shop&client_id=shop", "client_id=%ff", "client_id=a%00b", ""] {
        let reply = browser.get(&format!("/authorize?{query}")).await;
        assert_eq!((reply.status, reply.header("location")), (StatusCode::BAD_REQUEST, None), "{query}");
    }
}

#[tokio::test]
async fn a_callback_that_is_the_only_one_may_be_left_out() {
    let test = Test::new().await;
    let reply =
        test.browser().authorize(&with(code_query(), &[("redirect_uri", ""), ("prompt", "none")])).await;
    assert!(reply.location().as_str().starts_with("https://shop.example/callback?error=login_required"));
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_said_to_the_callback() {
    let test = Test::new().await;
    let browser = test.browser();
    for (changes, error) in [
        (vec![("response_type", "")], "invalid_request"),
        (vec![("response_type", "bribe")], "unsupported_response_type"),
        (vec![("response_type", "code code")], "unsupported_response_type"),
        (vec![("response_type", "token")], "unauthorized_client"),
        (vec![("response_type", "code id_token")], "unauthorized_client"),
        (vec![("response_mode", "pigeon")], "invalid_request"),
        (vec![("code_challenge", "")], "invalid_request"),
        (vec![("code_challenge", ""), ("code_challenge_method", "")], "invalid_request"),
        (vec![("code_challenge_method", "plain")], "invalid_request"),
        (vec![("code_challenge_method", "")], "invalid_request"),
        (vec![("code_challenge", "short")], "invalid_request"),
        (vec![("prompt", "none login")], "invalid_request"),
        (vec![("max_age", "-1")], "invalid_request"),
        (vec![("max_age", "soon")], "invalid_request"),
        (vec![("audience", "https://nobody.example")], "access_denied"),
        (vec![("connection", "facebook")], "invalid_request"),
        (vec![("request", "x")], "request_not_supported"),
        (vec![("request_uri", "https://evil.example/")], "request_uri_not_supported"),
    ] {
        let reply = browser.authorize(&with(code_query(), &changes)).await;
        assert!(reply.location().as_str().starts_with("https://shop.example/callback"), "{changes:?}");
        let carried = reply.carried();
        assert_eq!(carried["error"], error, "{changes:?}");
        assert_eq!(carried["state"], "the state");
        assert!(!carried.contains_key("code"));
    }
    let refresh_only = with(code_query(), &[("client_id", "codeless"), ("redirect_uri", "")]);
    assert_eq!(browser.authorize(&refresh_only).await.status, StatusCode::BAD_REQUEST);
    let without_nonce = page_query("id_token", &[("nonce", "")]);
    assert_eq!(browser.authorize(&without_nonce).await.carried()["error"], "invalid_request");
    let in_query = page_query("token", &[("response_mode", "query")]);
    assert_eq!(browser.authorize(&in_query).await.carried()["error"], "invalid_request");
}

#[tokio::test]
async fn tokens_in_a_redirect_are_bound_to_each_other() {
    let test = Test::new().await;
    let browser = test.browser();
    let challenge = crate::secret::base64_sha256(VERIFIER);
    let pkce = [("code_challenge", challenge.as_str()), ("code_challenge_method", "S256")];
    let authorized = browser.authorize(&page_query("token id_token", &[])).await;
    let reply = browser.sign_in_hosted(&authorized, ADA).await;
    assert!(reply.location().query().is_none() && reply.location().fragment().is_some());
    let carried = reply.carried();
    let expected = ["access_token", "expires_in", "id_token", "scope", "state", "token_type"];
    assert_eq!(carried.keys().collect::<Vec<_>>(), expected);
    assert_eq!((carried["expires_in"].as_str(), carried["token_type"].as_str()), ("7200", "Bearer"));
    assert_eq!(test.userinfo(&carried["access_token"]).await.json()["email"], ADA);
    let half = |text: &str| URL_SAFE_NO_PAD.encode(&sha256(text)[..16]);
    let claims = test.app.keys.verify("JWT", &carried["id_token"]).unwrap();
    assert_eq!(claims["at_hash"], half(&carried["access_token"]));
    assert_eq!(claims["nonce"], "n");
    assert!(claims.get("c_hash").is_none());

    for response_type in ["code id_token token", "id_token code token"] {
        let carried = browser.authorize(&page_query(response_type, &pkce)).await.carried();
        let claims = test.app.keys.verify("JWT", &carried["id_token"]).unwrap();
        assert_eq!(claims["c_hash"], half(&carried["code"]));
        assert_eq!(claims["at_hash"], half(&carried["access_token"]));
    }
    let carried = browser.authorize(&page_query("id_token", &[])).await.carried();
    assert_eq!(carried.keys().collect::<Vec<_>>(), ["id_token", "state"]);
    test.clock.advance_seconds(7200);
    assert_eq!(test.userinfo(&carried["id_token"]).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_form_takes_the_answer_to_the_callback_and_nothing_else_runs_on_its_page() {
    let test = Test::new().await;
    let state = "</script><script>alert(1)</script>\"'";
    let query = with(code_query(), &[("response_mode", "form_post"), ("prompt", "none"), ("state", state)]);
    let reply = test.browser().authorize(&query).await;
    assert_eq!(reply.status, StatusCode::OK);
    let page = reply.text();
    assert!(page.contains("<form method=\"post\" action=\"https://shop.example/callback\">"), "{page}");
    assert!(page.contains("name=\"error\" value=\"login_required\""));
    assert_eq!(page.matches("<script").count(), 1, "{page}");
    let policy = reply.header("content-security-policy").unwrap();
    let nonce = policy.split("script-src 'nonce-").nth(1).unwrap().split('\'').next().unwrap();
    assert!(nonce.len() >= 22 && page.contains(&format!("<script nonce=\"{nonce}\">")));
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    let again = test.browser().authorize(&query).await;
    assert!(!again.header("content-security-policy").unwrap().contains(nonce));
}

#[tokio::test]
async fn a_message_goes_to_the_origin_of_the_callback_and_may_be_framed_by_it_alone() {
    let test = Test::new().await;
    let browser = test.browser();
    let silent =
        with(code_query(), &[("response_mode", "web_message"), ("prompt", "none"), ("state", "</script>")]);
    let reply = browser.authorize(&silent).await;
    let page = reply.text();
    assert!(page.contains("}, \"https://shop.example\")</script>"), "{page}");
    assert!(page.contains("\"error\":\"login_required\"") && page.contains("\\u003c/script\\u003e"));
    assert!(!page.contains("\"*\"") && page.contains("type: \"authorization_response\""));
    let policy = reply.header("content-security-policy").unwrap();
    assert!(policy.ends_with("frame-ancestors https://shop.example"), "{policy}");
    assert_eq!(reply.header("x-frame-options"), None);

    let authorized = browser.authorize(&code_query()).await;
    browser.sign_in_hosted(&authorized, ADA).await;
    assert!(browser.authorize(&silent).await.text().contains("\"code\":\""));

    let configured = CONFIG.replace(
        "callbacks = [\"https://shop.example/callback\"]",
        "callbacks = [\"https://shop.example/callback\"]\nweb_origins = [\"https://www.shop.example\"]",
    );
    let test = Test::with(&configured, false, |_| {}).await;
    let reply = test.browser().authorize(&silent).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert!(!reply.text().contains("postMessage"));
}

#[tokio::test]
async fn a_window_that_was_opened_for_the_login_answers_the_origin_of_the_callback_when_it_asks() {
    let test = Test::new().await;
    let browser = test.browser();
    let authorized = browser.authorize(&page_query("token id_token", &[("owp", "true")])).await;
    let page = browser.sign_in_hosted(&authorized, ADA).await;
    assert_eq!((page.status, page.header("location")), (StatusCode::OK, None));
    assert_eq!(page.header("x-frame-options"), Some("DENY"));
    let shown = page.text();
    assert!(
        shown.contains("const origin = \"https://page.example\", answer = {\"access_token\":\""),
        "{shown}"
    );
    assert!(shown.contains("\"state\":\"s\"") && shown.contains("\"expires_in\":7200"), "{shown}");
    let silent = [("owp", "true"), ("prompt", "none"), ("max_age", "0")];
    test.clock.advance_seconds(1);
    let page = browser.authorize(&page_query("token id_token", &silent)).await;
    assert!(page.text().contains("answer = {\"error\":\"login_required\""), "{}", page.text());
    // Whoever stays on it reads it.
    let german = [("owp", "true"), ("prompt", "none"), ("ui_locales", "de")];
    let page = browser.authorize(&page_query("token id_token", &german)).await.text();
    assert!(page.contains("<html lang=\"de\" dir=\"ltr\">") && page.contains("<h1>Fertig</h1>"), "{page}");
    // In the address of a redirect tokens need no window.
    let page =
        browser.authorize(&page_query("token id_token", &[("owp", "false"), ("prompt", "none")])).await;
    assert!(page.carried().contains_key("access_token"));
}

#[tokio::test]
async fn no_window_answers_an_origin_that_takes_no_part_in_logins() {
    let test = Test::with(CONFIG, false, |config| {
        for client in &mut config.clients.0 {
            client.web_origins.clear();
        }
    })
    .await;
    let page = test.browser().authorize(&page_query("token id_token", &[("owp", "true")])).await;
    assert_eq!((page.status, page.header("location")), (StatusCode::BAD_REQUEST, None));
}

#[tokio::test]
async fn a_session_that_is_not_enough_leads_to_the_hosted_page() {
    let test = Test::new().await;
    let browser = test.browser();
    let authorized = browser.authorize(&code_query()).await;
    browser.sign_in_hosted(&authorized, ADA).await;
    test.clock.advance_seconds(100);
    for (changes, asked) in [
        (vec![("prompt", "login")], true),
        (vec![("prompt", "select_account")], true),
        (vec![("prompt", "consent")], false),
        (vec![("max_age", "99")], true),
        (vec![("max_age", "100")], false),
        (vec![("connection", "email")], true),
        (vec![("id_token_hint", "not.a.token")], true),
    ] {
        let reply = browser.authorize(&with(code_query(), &changes)).await;
        assert_eq!(reply.location().path() == "/login", asked, "{changes:?}");
    }
    let silent = with(code_query(), &[("prompt", "none"), ("max_age", "99")]);
    assert_eq!(browser.authorize(&silent).await.carried()["error"], "login_required");
    let silent = with(code_query(), &[("prompt", "none"), ("connection", "email")]);
    assert!(browser.authorize(&silent).await.carried().contains_key("code"));
}

#[tokio::test]
async fn the_hosted_page_is_told_what_it_is_shown_for_and_other_pages_are_not() {
    let test = Test::new().await;
    let browser = test.browser();
    let query = with(code_query(), &[("login_hint", ADA), ("connection", "email"), ("ui_locales", "fr")]);
    let login = browser.authorize(&query).await.location();
    assert!(login.as_str().starts_with("https://login.example/login?state="));
    let path = format!("/login/transaction?{}", login.query().unwrap());
    let told = browser.get(&path).await.json();
    assert_eq!(told["client_id"], "shop");
    assert_eq!((&told["login_hint"], &told["client_name"]), (&ADA.into(), &"Shop".into()));
    assert_eq!((&told["connection"], &told["ui_locales"]), (&"email".into(), &"fr".into()));
    assert_eq!((&told["language"], &told["heading"]), (&"fr".into(), &"Connexion à Shop".into()));
    browser.get("/login/transaction?state=x").await.is_refused(404, "not_found", ENDED);
    test.clock.advance_seconds(1800);
    assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND);
    let kept: String = sqlx::query_scalar("SELECT hex(hash) FROM transactions")
        .fetch_one(test.app.store.reader())
        .await
        .unwrap();
    let state = &told_state(&login);
    assert_eq!(kept.to_lowercase(), crate::secret::hex(&sha256(state)), "only the hash is kept");
}

fn told_state(login: &url::Url) -> String {
    login.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned()
}

#[tokio::test]
async fn a_form_may_ask_too() {
    let test = Test::new().await;
    let query = with(code_query(), &[("prompt", "none")]);
    let reply = test.browser().submit("/authorize", &query, "https://shop.example").await;
    assert_eq!(reply.carried()["error"], "login_required");
}

#[tokio::test]
async fn of_more_logins_than_there_is_room_for_the_newest_wait_on() {
    let test = Test::new().await;
    let browser = test.browser();
    let mut begun = Vec::new();
    for _ in 0..5 {
        test.clock.advance_seconds(1);
        begun.push(browser.authorize(&code_query()).await.location());
    }
    let mut tx = test.app.store.write().await.unwrap();
    crate::store::transactions::keep_newest(&mut tx, 3).await.unwrap();
    tx.commit().await.unwrap();
    for (number, login) in begun.iter().enumerate() {
        let told = browser.get(&format!("/login/transaction?{}", login.query().unwrap())).await;
        assert_eq!(told.status == StatusCode::OK, number >= 2, "{number}");
    }
}
