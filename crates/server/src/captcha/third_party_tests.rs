//! Vendors as their documents have them, played by a server on this machine.

use std::sync::{Arc, Mutex};

use http_body_util::{BodyExt as _, Full};
use hyper::{Request, Response, body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use latch_protocol::{
    captcha::BYPASS,
    endpoint::{CHALLENGE, PASSWORDLESS_START},
};
use serde_json::json;
use tokio::net::TcpListener;

use super::*;
use crate::{
    captcha::{Provider, When, proof},
    testing::{CONFIG, Reply, Test, changed, start_body},
};

/// A question as it came in: its media type, Google's key, and the body.
type Asked = (String, Option<String>, String);

/// A vendor that answers every question with one status and body; never, with status 0.
struct Stand {
    url: Url,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Stand {
    async fn open(status: u16, answer: &str) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}/verify", socket.local_addr().unwrap())).unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (seen, answer) = (asked.clone(), answer.to_owned());
        tokio::spawn(async move {
            loop {
                let (stream, _) = socket.accept().await.unwrap();
                let (seen, answer) = (seen.clone(), answer.clone());
                let service = service_fn(move |request: Request<Incoming>| {
                    let (seen, answer) = (seen.clone(), answer.clone());
                    async move {
                        let header = |name: &str| {
                            request.headers().get(name).map(|it| it.to_str().unwrap().to_owned())
                        };
                        let (kind, key) = (header("content-type").unwrap(), header("x-goog-api-key"));
                        let body = request.into_body().collect().await.unwrap().to_bytes();
                        let body = String::from_utf8(body.into()).unwrap();
                        seen.lock().unwrap().push((kind, key, body));
                        if status == 0 {
                            std::future::pending::<()>().await;
                        }
                        let response = Response::builder().status(status).body(Full::<Bytes>::from(answer));
                        Ok::<_, std::convert::Infallible>(response.unwrap())
                    }
                });
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service),
                );
            }
        });
        Self { url, asked }
    }

    fn vendor(&self, who: Who) -> Vendor {
        Vendor {
            who,
            site_key: "site-key".into(),
            secret: Secret::new("the secret"),
            verify_url: self.url.clone(),
            subdomain: (who == Who::Arkose).then(|| "client-api".into()),
            least_score: 50,
        }
    }

    fn asked(&self) -> Asked {
        self.asked.lock().unwrap().pop().unwrap()
    }
}

fn verifier() -> Verifier {
    Verifier::new(&Authorities::default()).unwrap()
}

async fn verdict(who: Who, status: u16, answer: &str) -> Verdict {
    let stand = Stand::open(status, answer).await;
    stand.vendor(who).verify(&verifier(), "the token").await
}

#[tokio::test]
async fn each_vendor_is_asked_as_its_documents_say() {
    let form = "application/x-www-form-urlencoded";
    for (who, kind, key, body) in [
        (Who::RecaptchaV2, form, None, "secret=the+secret&response=the+token"),
        (Who::Turnstile, form, None, "secret=the+secret&response=the+token"),
        (Who::Hcaptcha, form, None, "secret=the+secret&response=the+token&sitekey=site-key"),
        (Who::FriendlyCaptcha, form, None, "secret=the+secret&solution=the+token&sitekey=site-key"),
        (
            Who::RecaptchaEnterprise,
            "application/json",
            Some("the secret"),
            r#"{"event":{"siteKey":"site-key","token":"the token"}}"#,
        ),
        (
            Who::Arkose,
            "application/json",
            None,
            r#"{"private_key":"the secret","session_token":"the token"}"#,
        ),
    ] {
        let stand = Stand::open(200, "{}").await;
        stand.vendor(who).verify(&verifier(), "the token").await;
        let (asked_kind, asked_key, asked_body) = stand.asked();
        assert_eq!(
            (asked_kind.as_str(), asked_key.as_deref(), asked_body.as_str()),
            (kind, key, body),
            "{who:?}"
        );
    }
}

#[tokio::test]
async fn only_a_clear_yes_is_a_yes() {
    for (who, status, answer, expected) in [
        (Who::Hcaptcha, 200, r#"{"success":true}"#, Some(true)),
        (Who::Hcaptcha, 200, r#"{"success":false,"error-codes":["invalid-input-response"]}"#, Some(false)),
        (Who::Hcaptcha, 200, r#"{"success":"true"}"#, None),
        (Who::Turnstile, 200, r#"{"success":false,"error-codes":["timeout-or-duplicate"]}"#, Some(false)),
        (Who::Turnstile, 200, r#"{"success":false,"error-codes":["invalid-input-secret"]}"#, None),
        (Who::RecaptchaV2, 200, "<html>", None),
        (Who::RecaptchaV2, 500, r#"{"success":true}"#, None),
        (Who::RecaptchaV2, 503, r#"{"success":false}"#, None),
        (Who::FriendlyCaptcha, 200, r#"{"success":true}"#, Some(true)),
        (Who::FriendlyCaptcha, 401, r#"{"success":false,"errors":["secret_invalid"]}"#, None),
        (
            Who::RecaptchaEnterprise,
            200,
            r#"{"tokenProperties":{"valid":true},"riskAnalysis":{"score":0.9}}"#,
            Some(true),
        ),
        (
            Who::RecaptchaEnterprise,
            200,
            r#"{"tokenProperties":{"valid":true},"riskAnalysis":{"score":0.1}}"#,
            Some(false),
        ),
        (
            Who::RecaptchaEnterprise,
            200,
            r#"{"tokenProperties":{"valid":false},"riskAnalysis":{"score":0.9}}"#,
            Some(false),
        ),
        (Who::RecaptchaEnterprise, 403, r#"{"error":{"code":403}}"#, None),
        (Who::Arkose, 200, r#"{"session_details":{"solved":true}}"#, Some(true)),
        (Who::Arkose, 200, r#"{"session_details":{"solved":false}}"#, Some(false)),
        (Who::Arkose, 400, r#"{"error":"DENIED ACCESS"}"#, Some(false)),
    ] {
        let said = match verdict(who, status, answer).await {
            Verdict::Solved => Some(true),
            Verdict::NotSolved => Some(false),
            Verdict::Unknown(_) => None,
        };
        assert_eq!(said, expected, "{who:?} {status} {answer}");
    }
}

async fn start(test: &Test, token: &str) -> Reply {
    let body = changed(start_body("ada@example.com"), &json!({"captcha": token}));
    test.post(PASSWORDLESS_START, &body).await
}

async fn server(stand: &Stand, change: impl FnOnce(&mut crate::captcha::Rules)) -> Test {
    Test::with(CONFIG, false, |config| {
        let rules = config.captcha.as_mut().unwrap();
        (rules.when, rules.difficulty) = (When::Always, 8);
        rules.provider = Provider::ThirdParty(stand.vendor(Who::Turnstile));
        change(rules);
    })
    .await
}

#[tokio::test]
async fn a_token_that_its_vendor_vouches_for_is_worth_a_code() {
    let stand = Stand::open(200, r#"{"success":true}"#).await;
    let test = server(&stand, |_| {}).await;
    let given = test.post(CHALLENGE, &json!({"client_id": "shop"})).await.json();
    assert_eq!(given, json!({"required": true, "provider": "auth0_v2", "siteKey": "site-key"}));
    assert_eq!(start(&test, "the token").await.status, StatusCode::OK);
    let stand = Stand::open(200, r#"{"success":false}"#).await;
    let test = server(&stand, |_| {}).await;
    start(&test, "the token").await.is_refused(400, "invalid_captcha", "Invalid captcha value");
    // What cannot be a token is not sent to anybody.
    stand.asked();
    start(&test, &"x".repeat(9000)).await.is_refused(400, "invalid_captcha", "Invalid captcha value");
    assert!(stand.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn while_a_vendor_says_nothing_the_operator_decides() {
    for (fail_open, status) in [(false, 503), (true, 200)] {
        let stand = Stand::open(500, "down").await;
        let test = server(&stand, |rules| rules.fail_open = fail_open).await;
        assert_eq!(start(&test, "the token").await.status.as_u16(), status);
    }
    let stand = Stand::open(0, "").await;
    let impatient = verifier().impatient(Duration::from_millis(50));
    let said = stand.vendor(Who::Turnstile).verify(&impatient, "the token").await;
    assert_eq!(said, Verdict::Unknown("no answer in time"));
}

#[tokio::test]
async fn who_says_that_the_script_did_not_load_is_let_by_only_where_the_operator_says_so() {
    for (bypass, status) in [(false, 400), (true, 200)] {
        let stand = Stand::open(200, r#"{"success":true}"#).await;
        let test = server(&stand, |rules| rules.bypass = bypass).await;
        assert_eq!(start(&test, BYPASS).await.status.as_u16(), status);
        assert!(stand.asked.lock().unwrap().is_empty(), "nobody is asked what it is worth");
    }
}

#[tokio::test]
async fn where_the_operator_offers_a_proof_of_work_instead_it_is_taken() {
    let stand = Stand::open(200, r#"{"success":false}"#).await;
    let test = server(&stand, |rules| rules.alternative = true).await;
    let given = test.post(CHALLENGE, &json!({"client_id": "shop"})).await.json();
    let challenge = given["alternative"]["challenge"].as_str().unwrap();
    let counter =
        (0..1 << 20).find(|counter| proof::zero_bits(&proof::digest(challenge, *counter)) >= 8).unwrap();
    assert_eq!(start(&test, &format!("{challenge}.{counter}")).await.status, StatusCode::OK);
}
