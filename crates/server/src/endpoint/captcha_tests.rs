//! From the challenge to the start that it is solved for: what is asked of whom, and what is taken once.

use axum::http::StatusCode;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use latch_protocol::{
    captcha::{BYPASS, Puzzle},
    endpoint::{CHALLENGE, OTP_CHALLENGE, PASSWORDLESS_START},
};
use serde_json::{Value, json};

use crate::{
    captcha::{Provider, Rules, When, picture::Kind, proof},
    testing::{BACKEND_SECRET, CONFIG, Reply, Test, browser::code_query, changed, start_body},
};

const MISSING: &str = "Captcha is required";
const WRONG: &str = "Invalid captcha value";

/// A server that asks everybody, for what these rules say.
async fn asking(change: impl FnOnce(&mut Rules)) -> Test {
    Test::with(CONFIG, false, |config| {
        let rules = config.captcha.as_mut().unwrap();
        (rules.when, rules.when_sms, rules.difficulty) = (When::Always, When::Always, 8);
        change(rules);
    })
    .await
}

async fn challenge(test: &Test) -> Value {
    let reply = test.post(CHALLENGE, &json!({"client_id": "shop"})).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    reply.json()
}

fn puzzle(challenge: &Value) -> Puzzle {
    serde_json::from_value(
        json!({"challenge": challenge["challenge"], "difficulty": challenge["difficulty"]}),
    )
    .unwrap()
}

/// The first number from here on that solves it.
fn solve_from(puzzle: &Puzzle, first: u64) -> u64 {
    (first..first + (1 << 20))
        .find(|counter| proof::zero_bits(&proof::digest(&puzzle.challenge, *counter)) >= puzzle.difficulty)
        .unwrap()
}

fn solve(puzzle: &Puzzle) -> String {
    format!("{}.{}", puzzle.challenge, solve_from(puzzle, 0))
}

async fn start_with(test: &Test, captcha: &str) -> Reply {
    let body = changed(start_body("ada@example.com"), &json!({"captcha": captcha}));
    test.post(PASSWORDLESS_START, &body).await
}

/// What was drawn, as the database knows it: tests cannot read pictures either.
async fn answer_of_the_picture(test: &Test, candidates: impl Iterator<Item = String>) -> String {
    let kept: Vec<u8> = sqlx::query_scalar("SELECT answer FROM captcha_pictures LIMIT 1")
        .fetch_one(test.app.store.reader())
        .await
        .unwrap();
    let mac = |text: &String| test.app.config.pepper.mac(crate::secret::Purpose::Picture, &[text]);
    let mut candidates = candidates;
    candidates.find(|text| mac(text)[..] == kept[..]).expect("one of them is the answer")
}

fn sums() -> impl Iterator<Item = String> {
    (0..=110).map(|number: u32| number.to_string())
}

#[tokio::test]
async fn who_is_asked_and_solves_a_proof_of_work_gets_a_code() {
    let test = asking(|_| {}).await;
    test.start("ada@example.com").await.is_refused(400, "invalid_captcha", MISSING);
    assert!(test.waiting("ada@example.com").await.is_none());
    let given = challenge(&test).await;
    assert_eq!((&given["required"], &given["provider"]), (&json!(true), &json!("proof_of_work")));
    assert_eq!(start_with(&test, &solve(&puzzle(&given))).await.status, StatusCode::OK);
    assert!(test.waiting("ada@example.com").await.is_some());
}

#[tokio::test]
async fn a_proof_is_good_once_in_its_time_for_its_client_and_as_it_was_given() {
    let test = asking(|_| {}).await;
    let solved = solve(&puzzle(&challenge(&test).await));
    assert_eq!(start_with(&test, &solved).await.status, StatusCode::OK);
    start_with(&test, &solved).await.is_refused(400, "invalid_captcha", WRONG);

    let again = puzzle(&challenge(&test).await);
    let counter = solve_from(&again, 0);
    let (body, signature) = again.challenge.split_once('.').unwrap();
    let flipped = if body.starts_with('A') { "B" } else { "A" };
    for tampered in [
        format!("{flipped}{}.{signature}.{counter}", &body[1..]),
        format!("{body}.{signature}A.{counter}"),
        format!("{body}.{counter}"),
        format!("{body}.{signature}.0{counter}"),
        format!("{body}.{signature}.+{counter}"),
        format!("{body}.{signature}.-1"),
        format!("{body}.{signature}.99999999999999999999999"),
        format!("{body}.{signature}."),
        "....".to_owned(),
        BYPASS.to_owned(),
        "é.é.0".to_owned(),
    ] {
        start_with(&test, &tampered).await.is_refused(400, "invalid_captcha", WRONG);
    }
    // A number that makes too few zeros.
    let easy = (0..1 << 20).find(|it| proof::zero_bits(&proof::digest(&again.challenge, *it)) < 8).unwrap();
    start_with(&test, &format!("{}.{easy}", again.challenge)).await.is_refused(400, "invalid_captcha", WRONG);
    // None of that used it up. Another client, and another time, are not its own.
    let elsewhere =
        changed(start_body("bob@example.com"), &json!({"client_id": "other", "captcha": solve(&again)}));
    test.post(PASSWORDLESS_START, &elsewhere).await.is_refused(400, "invalid_captcha", WRONG);
    assert_eq!(start_with(&test, &solve(&again)).await.status, StatusCode::OK);
    let late = solve(&puzzle(&challenge(&test).await));
    test.clock.advance_seconds(180);
    start_with(&test, &late).await.is_refused(400, "invalid_captcha", WRONG);
    // What is swept has expired: it does not come back to life.
    test.app.store.sweep(test.now()).await.unwrap();
    start_with(&test, &late).await.is_refused(400, "invalid_captcha", WRONG);
    start_with(&test, &solved).await.is_refused(400, "invalid_captcha", WRONG);
}

#[tokio::test]
async fn two_numbers_that_solve_one_puzzle_are_one_proof() {
    let test = asking(|_| {}).await;
    let puzzle = puzzle(&challenge(&test).await);
    let first = solve_from(&puzzle, 0);
    let second = solve_from(&puzzle, first + 1);
    assert_eq!(start_with(&test, &format!("{}.{first}", puzzle.challenge)).await.status, StatusCode::OK);
    let again = start_with(&test, &format!("{}.{second}", puzzle.challenge)).await;
    again.is_refused(400, "invalid_captcha", WRONG);
}

#[tokio::test]
async fn a_puzzle_from_before_it_became_harder_is_not_taken() {
    let test = asking(|_| {}).await;
    let solved = solve(&puzzle(&challenge(&test).await));
    let rules = test.app.config.captcha.clone().unwrap();
    let harder = Rules { difficulty: 9, ..rules.clone() };
    assert!(!proof::holds(&test.app, &harder, "shop", &solved, test.now()).await.unwrap());
    assert!(proof::holds(&test.app, &rules, "shop", &solved, test.now()).await.unwrap());
}

#[tokio::test]
async fn a_sum_is_answered_once_right_or_wrong() {
    let test = asking(|rules| rules.provider = Provider::Picture(Kind::Math)).await;
    let given = challenge(&test).await;
    assert_eq!((&given["provider"], &given["type"]), (&json!("auth0"), &json!("math")));
    let image = given["image"].as_str().unwrap().strip_prefix("data:image/svg+xml;base64,").unwrap();
    let svg = String::from_utf8(STANDARD.decode(image).unwrap()).unwrap();
    assert!(svg.starts_with("<svg ") && svg.matches("<path ").count() > 8, "{svg}");
    let name = given["challenge"].as_str().unwrap();
    let answer = answer_of_the_picture(&test, sums()).await;
    assert!(!svg.contains(&format!(">{answer}<")));
    // A wrong answer uses it up: otherwise a hundred tries would find any sum.
    start_with(&test, &format!("{name}.999")).await.is_refused(400, "invalid_captcha", WRONG);
    start_with(&test, &format!("{name}.{answer}")).await.is_refused(400, "invalid_captcha", WRONG);

    let name = challenge(&test).await["challenge"].as_str().unwrap().to_owned();
    let answer = answer_of_the_picture(&test, sums()).await;
    assert_eq!(start_with(&test, &format!("{name}. {answer} ")).await.status, StatusCode::OK);
    start_with(&test, &format!("{name}.{answer}")).await.is_refused(400, "invalid_captcha", WRONG);

    let name = challenge(&test).await["challenge"].as_str().unwrap().to_owned();
    let answer = answer_of_the_picture(&test, sums()).await;
    let elsewhere = json!({"client_id": "other", "captcha": format!("{name}.{answer}")});
    let elsewhere = test.post(PASSWORDLESS_START, &changed(start_body("ada@example.com"), &elsewhere)).await;
    elsewhere.is_refused(400, "invalid_captcha", WRONG);
    test.clock.advance_seconds(180);
    start_with(&test, &format!("{name}.{answer}")).await.is_refused(400, "invalid_captcha", WRONG);
}

#[tokio::test]
async fn auth0s_hosted_page_names_its_login_and_is_drawn_a_picture_that_belongs_to_it() {
    for provider in [Provider::ProofOfWork, Provider::Picture(Kind::Math)] {
        let test = asking(|rules| rules.provider = provider).await;
        let login = test.browser().authorize(&code_query()).await.location();
        let (_, state) = login.query_pairs().find(|(name, _)| name == "state").unwrap();
        let reply = test.post(CHALLENGE, &json!({"state": state})).await;
        let given = reply.json();
        assert_eq!(given["provider"], "auth0", "no kind that Auth0's pages do not know");
        let is_sum = given["type"] == "math";
        let answer = if is_sum { answer_of_the_picture(&test, sums()).await } else { String::new() };
        let login = json!({"authParams": {"state": state}, "captcha": "nonsense"});
        let wrong = test.post(PASSWORDLESS_START, &changed(start_body("ada@example.com"), &login)).await;
        wrong.is_refused(400, "invalid_captcha", WRONG);
        if is_sum {
            // The picture has a name of its own, too: that is no second try.
            let name = given["challenge"].as_str().unwrap();
            start_with(&test, &format!("{name}.{answer}")).await.is_refused(400, "invalid_captcha", WRONG);
            test.post(CHALLENGE, &json!({"state": state})).await;
            let answer = answer_of_the_picture(&test, sums()).await;
            let login = json!({"authParams": {"state": state}, "captcha": answer});
            let body = changed(start_body("ada@example.com"), &login);
            assert_eq!(test.post(PASSWORDLESS_START, &body).await.status, StatusCode::OK);
        }
    }
}

#[tokio::test]
async fn a_page_may_ask_for_its_own_client_or_be_the_servers_own() {
    let test = asking(|_| {}).await;
    test.post(CHALLENGE, &json!({})).await.is_refused(
        400,
        "invalid_request",
        "Missing required property: state",
    );
    test.post(CHALLENGE, &json!({"client_id": "nobody"})).await.is_refused(
        400,
        "bad.client_id",
        "Client does not exist",
    );
    let gone = test.post(CHALLENGE, &json!({"state": "x"})).await;
    assert_eq!(gone.json(), json!({"required": false}));
    let body = json!({"client_id": "shop"});
    let own = test.post_with(CHALLENGE, &body, &[("origin", "https://shop.example")]).await;
    assert_eq!(own.header("access-control-allow-origin"), Some("https://shop.example"));
    assert_eq!(own.json()["required"], true);
    for (body, origin) in [
        (&body, "https://other.example"),
        (&body, "https://evil.example"),
        (&json!({"state": "x"}), "https://shop.example"),
    ] {
        let foreign = test.post_with(CHALLENGE, body, &[("origin", origin)]).await;
        assert_eq!(foreign.refusal().0, 403);
        assert_eq!(foreign.header("access-control-allow-origin"), None);
    }
}

#[tokio::test]
async fn a_backend_and_a_client_whose_library_knows_none_are_never_asked() {
    let toml = CONFIG.replace("id = \"other\"", "id = \"other\"\ncaptcha = false");
    let test = Test::with(&toml, false, |config| config.captcha.as_mut().unwrap().when = When::Always).await;
    let of = |change: Value| changed(start_body("ada@example.com"), &change);
    let backend = of(json!({"client_id": "backend", "client_secret": BACKEND_SECRET}));
    assert_eq!(test.post(PASSWORDLESS_START, &backend).await.status, StatusCode::OK);
    assert_eq!(
        test.post(PASSWORDLESS_START, &of(json!({"client_id": "other"}))).await.status,
        StatusCode::OK
    );
    assert_eq!(test.post(CHALLENGE, &json!({"client_id": "other"})).await.json(), json!({"required": false}));
    // A secret that a public client makes up is none.
    let made_up = test.post(PASSWORDLESS_START, &of(json!({"client_secret": "x"}))).await;
    assert_ne!(made_up.status, StatusCode::OK);
}

#[tokio::test]
async fn the_other_endpoint_that_sends_codes_asks_as_well() {
    let test = asking(|_| {}).await;
    let body =
        json!({"client_id": "shop", "connection": "email", "email": "ada@example.com", "allow_signup": true});
    test.post(OTP_CHALLENGE, &body).await.is_refused(400, "invalid_captcha", MISSING);
    let solved = json!({"captcha": solve(&puzzle(&challenge(&test).await))});
    assert_eq!(test.post(OTP_CHALLENGE, &changed(body, &solved)).await.status, StatusCode::OK);
}

async fn start_from(test: &Test, number: usize, address: &str, captcha: Option<String>) -> Reply {
    let change = json!({"captcha": captcha});
    let body = changed(start_body(&format!("user{number}@example.com")), &change);
    test.post_from(address, PASSWORDLESS_START, &body).await
}

#[tokio::test]
async fn by_default_an_address_is_asked_after_half_of_what_it_may_in_an_hour() {
    let test = Test::new().await;
    for number in 0..25 {
        assert_eq!(start_from(&test, number, "192.0.2.1", None).await.status, StatusCode::OK);
    }
    start_from(&test, 25, "192.0.2.1", None).await.is_refused(400, "invalid_captcha", MISSING);
    let named = json!({"client_id": "shop"});
    let given = test.post_from("192.0.2.1", CHALLENGE, &named).await.json();
    let solved = solve(&puzzle(&given));
    assert_eq!(start_from(&test, 25, "192.0.2.1", Some(solved)).await.status, StatusCode::OK);
    start_from(&test, 26, "192.0.2.1", None).await.is_refused(400, "invalid_captcha", MISSING);
    assert_eq!(start_from(&test, 27, "192.0.2.2", None).await.status, StatusCode::OK);
    assert_eq!(test.post_from("192.0.2.2", CHALLENGE, &named).await.json(), json!({"required": false}));
    test.clock.advance_seconds(3600);
    assert_eq!(start_from(&test, 28, "192.0.2.1", None).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_address_that_guesses_wrong_is_asked_and_so_is_whoever_wants_an_sms() {
    let test = Test::with(CONFIG, false, |config| {
        let rules = config.captcha.as_mut().unwrap();
        (rules.quiet_failures, rules.when_sms) = (Some(3), When::Always);
        config.sms = Some(crate::config::Sms { countries: None, provider: None, timeout_seconds: 30 });
    })
    .await;
    let guess = crate::testing::otp_body("ada@example.com", "000000", "openid");
    for _ in 0..3 {
        assert_eq!(start_from(&test, 0, "192.0.2.1", None).await.status, StatusCode::OK);
        test.post_from("192.0.2.1", latch_protocol::endpoint::OAUTH_TOKEN, &guess).await;
    }
    start_from(&test, 1, "192.0.2.1", None).await.is_refused(400, "invalid_captcha", MISSING);
    let sms = json!({"client_id": "shop", "connection": "sms", "phone_number": "+4741234567"});
    test.post_from("192.0.2.9", PASSWORDLESS_START, &sms).await.is_refused(400, "invalid_captcha", MISSING);
}

#[tokio::test]
async fn one_address_has_so_many_challenges_in_a_second() {
    let test = asking(|_| {}).await;
    let body = json!({"client_id": "shop"});
    for _ in 0..5 {
        assert_eq!(test.post_from("192.0.2.1", CHALLENGE, &body).await.status, StatusCode::OK);
    }
    assert_eq!(test.post_from("192.0.2.1", CHALLENGE, &body).await.refusal().0, 429);
}

#[tokio::test]
async fn pictures_that_nobody_answers_do_not_fill_the_database() {
    let test = asking(|rules| rules.provider = Provider::Picture(Kind::Code)).await;
    for _ in 0..3 {
        challenge(&test).await;
    }
    let count = async || {
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM captcha_pictures")
            .fetch_one(test.app.store.reader())
            .await
            .unwrap();
        count
    };
    assert_eq!(count().await, 3);
    test.clock.advance_seconds(181);
    test.app.store.sweep(test.now()).await.unwrap();
    assert_eq!(count().await, 0);
}
