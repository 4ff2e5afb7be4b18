use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, Response, StatusCode, body::Bytes, body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{Carrier, Outgoing, Provider};
use crate::{
    clock::Instant,
    outbox::{self, Undelivered},
    testing::{CONFIG, Reply, Test},
};

const NUMBER: &str = "+14155550100";
const SID: &str = "AC0123456789abcdef0123456789abcdef";
const SERVICE: &str = "MG0123456789abcdef0123456789abcdef";
const NOW: Instant = Instant(1_769_860_800_000);

/// What "Create a Message" takes, as the API description of Twilio has it.
const FORM: [&str; 25] = [
    "To",
    "StatusCallback",
    "ApplicationSid",
    "MaxPrice",
    "ProvideFeedback",
    "Attempt",
    "ValidityPeriod",
    "ForceDelivery",
    "ContentRetention",
    "AddressRetention",
    "SmartEncoded",
    "PersistentAction",
    "TrafficType",
    "ShortenUrls",
    "ScheduleType",
    "SendAt",
    "SendAsMms",
    "ContentVariables",
    "RiskCheck",
    "From",
    "FallbackFrom",
    "MessagingServiceSid",
    "Body",
    "MediaUrl",
    "ContentSid",
];

/// A request as it came in.
#[derive(Clone, Debug)]
struct Seen {
    path: String,
    authorization: Option<String>,
    content_type: String,
    body: String,
}

/// How the server answers.
#[derive(Clone, Copy, Debug)]
enum Answer {
    /// Status and body.
    With(u16, &'static str),
    /// 302 to somewhere else on the same server.
    Redirect,
    /// Never.
    Never,
    /// More than anybody wants to read.
    Endless,
    /// The connection breaks.
    Hangup,
}

/// An HTTP server on this machine.
struct Provided {
    url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    answer: Arc<Mutex<Answer>>,
}

impl Provided {
    async fn open(answer: Answer) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", socket.local_addr().unwrap());
        let (seen, answer) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(answer)));
        let provided = Self { url, seen: seen.clone(), answer: answer.clone() };
        tokio::spawn(async move {
            loop {
                let (stream, _) = socket.accept().await.unwrap();
                let (seen, answer) = (seen.clone(), answer.clone());
                let service = service_fn(move |request| respond(request, seen.clone(), answer.clone()));
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service),
                );
            }
        });
        provided
    }

    fn answers(&self, answer: Answer) {
        *self.answer.lock().unwrap() = answer;
    }

    fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

async fn respond(
    request: Request<Incoming>,
    seen: Arc<Mutex<Vec<Seen>>>,
    answer: Arc<Mutex<Answer>>,
) -> Result<Response<Full<Bytes>>, std::io::Error> {
    let header = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    let (path, authorization, content_type) =
        (request.uri().path().to_owned(), header("authorization"), header("content-type").unwrap());
    assert_eq!(request.method(), "POST");
    let body = request.into_body().collect().await.unwrap().to_bytes();
    let body = String::from_utf8(body.to_vec()).unwrap();
    seen.lock().unwrap().push(Seen { path, authorization, content_type, body });
    let answer = *answer.lock().unwrap();
    let reply = |status: u16, body: Bytes| Response::builder().status(status).body(Full::from(body)).unwrap();
    match answer {
        Answer::With(status, body) => Ok(reply(status, Bytes::from_static(body.as_bytes()))),
        Answer::Redirect => {
            let mut response = reply(302, Bytes::new());
            response.headers_mut().insert("location", "/elsewhere".parse().unwrap());
            Ok(response)
        }
        Answer::Never => std::future::pending().await,
        Answer::Endless => Ok(reply(201, Bytes::from(vec![b' '; 65 * 1024]))),
        Answer::Hangup => Err(std::io::ErrorKind::ConnectionReset.into()),
    }
}

fn twilio_config(url: &str) -> String {
    format!(
        "{CONFIG}\n[sms]\nprovider = \"twilio\"\naccount_sid = \"{SID}\"\nauth_token = \"t0ken\"\n\
         from = \"+15005550006\"\nbase_url = \"{url}\"\ncountries = [\"*\"]\n"
    )
}

fn gateway_config(url: &str, more: &str) -> String {
    format!(
        "{CONFIG}\n[sms]\nprovider = \"gateway\"\nurl = \"{url}send?x=1\"\ncountries = [\"US\"]\n{more}\n"
    )
}

async fn start(test: &Test) -> Reply {
    let body = json!({"client_id": "shop", "connection": "sms", "phone_number": NUMBER});
    test.post_with("/passwordless/start", &body, &[("user-agent", "Browser/1.0")]).await
}

async fn state(test: &Test) -> Option<(bool, String)> {
    let (rows, _) = crate::store::outbox::list(&test.app.store, 10).await.unwrap();
    rows.into_iter().next().map(|row| (row.dead_at.is_some(), row.last_error.unwrap_or_default()))
}

#[tokio::test]
async fn twilio_gets_the_message_as_its_api_takes_it() {
    let provided = Provided::open(Answer::With(201, r#"{"sid":"SM0","status":"queued"}"#)).await;
    let test = Test::with(&twilio_config(&provided.url), false, |_| {}).await;
    assert_eq!(start(&test).await.status, StatusCode::OK);
    let seen = provided.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].path, format!("/2010-04-01/Accounts/{SID}/Messages.json"));
    assert_eq!(seen[0].content_type, "application/x-www-form-urlencoded");
    let credentials = STANDARD.encode(format!("{SID}:t0ken"));
    assert_eq!(seen[0].authorization.as_deref(), Some(&*format!("Basic {credentials}")));
    let form: BTreeMap<String, String> =
        url::form_urlencoded::parse(seen[0].body.as_bytes()).into_owned().collect();
    assert!(form.keys().all(|name| FORM.contains(&name.as_str())), "{form:?}");
    let code = form["Body"].rsplit('#').next().unwrap().to_owned();
    assert_eq!(
        form,
        BTreeMap::from([
            ("To".to_owned(), NUMBER.to_owned()),
            ("From".to_owned(), "+15005550006".to_owned()),
            ("ValidityPeriod".to_owned(), "180".to_owned()),
            (
                "Body".to_owned(),
                format!(
                    "{code} is your code for Shop\nValid for 3 minutes.\nNever give the code to anybody.\n\n\
                     @login.example #{code}"
                )
            ),
        ])
    );
    assert_eq!(state(&test).await, None, "what was taken is forgotten");
    outbox::drain(&test.app).await.unwrap();
    assert_eq!(provided.seen().len(), 1, "and not sent again");
}

#[tokio::test]
async fn a_messaging_service_takes_the_place_of_a_sender() {
    let provided = Provided::open(Answer::With(201, "{}")).await;
    let config = twilio_config(&provided.url)
        .replace("from = \"+15005550006\"", &format!("messaging_service_sid = \"{SERVICE}\""))
        .replace("[sms]\n", "[sms]\ntext = \"Код: {{ code }} 🔑 & more + 100 %\"\n");
    let test = Test::with(&config, false, |_| {}).await;
    start(&test).await;
    let seen = provided.seen().remove(0);
    let mut form: BTreeMap<String, String> =
        url::form_urlencoded::parse(seen.body.as_bytes()).into_owned().collect();
    let words = form.remove("Body").unwrap();
    let digits: String = words.chars().skip(5).take(6).collect();
    assert_eq!(words, format!("Код: {digits} 🔑 & more + 100 %"), "whatever the alphabet");
    assert_eq!(
        form,
        BTreeMap::from([
            ("To".to_owned(), NUMBER.to_owned()),
            ("MessagingServiceSid".to_owned(), SERVICE.to_owned()),
            ("ValidityPeriod".to_owned(), "180".to_owned()),
        ])
    );
}

#[tokio::test]
async fn what_twilio_refuses_for_good_is_told_in_auth0s_words_and_not_tried_again() {
    let invalid = r#"{"code":21211,"message":"The 'To' number +14155550100 is not a valid phone number.",
        "more_info":"https://www.twilio.com/docs/errors/21211","status":400}"#;
    let unsubscribed = r#"{"code":21610,"message":"Attempt to send to unsubscribed recipient","status":400}"#;
    let account = r#"{"code":20003,"message":"Authenticate","status":401}"#;
    for (status, body, told, reason) in [
        (
            400,
            invalid,
            "The 'To' number +14155550100 is not a valid phone number. (Code: 21211)",
            "Twilio: error 21211",
        ),
        (400, unsubscribed, "Attempt to send to unsubscribed recipient (Code: 21610)", "Twilio: error 21610"),
        (401, account, "Authenticate (Code: 20003)", "Twilio: error 20003"),
        (404, "<html>", "Unexpected response of the SMS provider: 404", "Twilio: status 404"),
    ] {
        let provided = Provided::open(Answer::With(status, body)).await;
        let test = Test::with(&twilio_config(&provided.url), false, |_| {}).await;
        start(&test).await.is_refused(400, "sms_provider_error", told);
        assert_eq!(state(&test).await, Some((true, reason.to_owned())), "without the number");
        assert!(test.waiting(NUMBER).await.is_none(), "its words are forgotten");
        test.clock.advance_seconds(60);
        outbox::drain(&test.app).await.unwrap();
        assert_eq!(provided.seen().len(), 1);
    }
}

#[tokio::test]
async fn what_may_pass_is_tried_again_and_counts_as_sent() {
    for (answer, reason) in [
        (
            Answer::With(429, r#"{"code":20429,"message":"Too Many Requests","status":429}"#),
            "Twilio: error 20429",
        ),
        (Answer::With(503, "busy"), "Twilio: status 503"),
        (Answer::Redirect, "Twilio: status 302"),
        (Answer::Endless, "Twilio cannot be reached"),
        (Answer::Hangup, "Twilio cannot be reached"),
    ] {
        let provided = Provided::open(answer).await;
        let test = Test::with(&twilio_config(&provided.url), false, |_| {}).await;
        assert_eq!(start(&test).await.status, StatusCode::OK, "{answer:?}");
        assert_eq!(state(&test).await, Some((false, reason.to_owned())));
        let tries = provided.seen().len();
        assert!(provided.seen().iter().all(|seen| seen.path != "/elsewhere"), "a redirect is not followed");
        provided.answers(Answer::With(201, "{}"));
        test.clock.advance_seconds(2);
        outbox::drain(&test.app).await.unwrap();
        let seen = provided.seen();
        assert_eq!(seen.len(), tries + 1);
        assert!(seen[tries].body.contains("ValidityPeriod=178"), "less time is left");
        assert_eq!(state(&test).await, None);
    }
}

#[tokio::test]
async fn a_provider_that_never_answers_is_given_up_in_time() {
    let silent = Provided::open(Answer::Never).await;
    let test = Test::with(&twilio_config(&silent.url), false, |_| {}).await;
    let provider = test.app.config.sms.as_ref().unwrap().provider.as_ref().unwrap();
    let mut carrier = Carrier::new(provider, &test.app.config.authorities).unwrap();
    carrier.http = carrier.http.impatient(Duration::from_millis(100));
    let sms = Outgoing {
        recipient: NUMBER,
        text: "x",
        asked: None,
        now: NOW,
        expires_at: NOW.plus_seconds(180),
        issuer: "https://login.example/",
    };
    assert_eq!(
        carrier.send(sms, &test.app.handovers.begin("x")).await,
        Err(Undelivered::for_now("Twilio did not answer in time"))
    );
    let gateway = gateway_config(&silent.url, "");
    let test = Test::with(&gateway, false, |_| {}).await;
    let Some(provider @ Provider::Gateway(_)) = &test.app.config.sms.as_ref().unwrap().provider else {
        panic!("no gateway");
    };
    let mut carrier = Carrier::new(provider, &test.app.config.authorities).unwrap();
    carrier.http = carrier.http.impatient(Duration::from_millis(100));
    let timeout = Undelivered::for_now("Timeout while calling the SMS gateway: 10 seconds");
    assert_eq!(carrier.send(sms, &test.app.handovers.begin("x")).await, Err(timeout));
}

#[tokio::test]
async fn a_gateway_gets_auth0s_body() {
    let provided = Provided::open(Answer::With(200, "")).await;
    let test = Test::with(&gateway_config(&provided.url, "from = \"Shop\""), false, |_| {}).await;
    assert_eq!(start(&test).await.status, StatusCode::OK);
    let seen = provided.seen();
    assert_eq!((seen[0].path.as_str(), seen[0].content_type.as_str()), ("/send", "application/json"));
    assert_eq!(seen[0].authorization, None);
    let body: Value = serde_json::from_str(&seen[0].body).unwrap();
    let words = body["body"].as_str().unwrap();
    assert!(words.contains("\n@login.example #"));
    assert_eq!(body, json!({"recipient": NUMBER, "body": words, "sender": "Shop"}));
}

#[tokio::test]
async fn a_gateway_is_told_who_we_are_and_who_asks_when_it_wants_to_know() {
    let provided = Provided::open(Answer::With(204, "")).await;
    let more = "secret = \"s3cret\"\nsubject = \"latch\"\naudience = \"sms\"\nforward_request = true";
    let test = Test::with(&gateway_config(&provided.url, more), false, |_| {}).await;
    assert_eq!(start(&test).await.status, StatusCode::OK);
    let seen = provided.seen().remove(0);
    let body: Value = serde_json::from_str(&seen.body).unwrap();
    assert_eq!(body["req"], json!({"ip": null, "user_agent": "Browser/1.0"}));
    let token = seen.authorization.unwrap();
    let token = token.strip_prefix("Bearer ").unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, b"s3cret");
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    aws_lc_rs::hmac::verify(&key, signed.as_bytes(), &signature).unwrap();
    let claims = URL_SAFE_NO_PAD.decode(signed.split_once('.').unwrap().1).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    let now = test.now().seconds();
    let expected = json!({
        "iss": "https://login.example/", "iat": now, "exp": now + 300, "sub": "latch", "aud": "sms",
    });
    assert_eq!(claims, expected);
}

#[tokio::test]
async fn what_a_gateway_answers_is_told_in_auth0s_words() {
    for (status, told) in [
        (400, "Unexpected response while calling the SMS gateway: 400"),
        (401, "Authentication failed while calling the SMS gateway: 401"),
        (404, "Unexpected response while calling the SMS gateway: 404"),
        (302, "Unexpected response while calling the SMS gateway: 302"),
    ] {
        let answer = if status == 302 { Answer::Redirect } else { Answer::With(status, "no") };
        let provided = Provided::open(answer).await;
        let test = Test::with(&gateway_config(&provided.url, ""), false, |_| {}).await;
        start(&test).await.is_refused(400, "sms_provider_error", told);
        assert_eq!(state(&test).await, Some((true, told.to_owned())));
    }
    let provided = Provided::open(Answer::With(500, "")).await;
    let test = Test::with(&gateway_config(&provided.url, ""), false, |_| {}).await;
    assert_eq!(start(&test).await.status, StatusCode::OK);
    let reason = "Unexpected response while calling the SMS gateway: 500".to_owned();
    assert_eq!(state(&test).await, Some((false, reason)));
}

#[tokio::test]
async fn where_some_are_sent_nothing_nobody_waits_for_the_provider_and_hears_what_it_says() {
    let provided = Provided::open(Answer::Never).await;
    let test = Test::with(&twilio_config(&provided.url), false, |config| config.signups.sms = false).await;
    let known = crate::proof::Identity::parse("sms", NUMBER).unwrap();
    let mut tx = test.app.store.write().await.unwrap();
    let sub = known.subject(&test.app.config.pepper);
    crate::store::users::find_or_create(&mut tx, "sms", NUMBER, &sub, test.now()).await.unwrap();
    tx.commit().await.unwrap();

    // It answers whoever has an account while the provider says nothing, as it answers everybody else.
    let known = tokio::time::timeout(Duration::from_secs(5), start(&test)).await.expect("nobody waits");
    let unknown = json!({"client_id": "shop", "connection": "sms", "phone_number": "+14155550101"});
    let unknown = test.post("/passwordless/start", &unknown).await;
    assert_eq!((known.status, unknown.status), (StatusCode::OK, StatusCode::OK));
    assert!(provided.seen().is_empty(), "that is for the workers");
    assert!(test.waiting(NUMBER).await.is_some());
    assert!(test.waiting("+14155550101").await.is_none());

    // Nor does it tell anybody what the provider has against a number.
    let refused = r#"{"code":21211,"message":"not a valid phone number","status":400}"#;
    provided.answers(Answer::With(400, refused));
    assert_eq!(start(&test).await.status, StatusCode::OK);
    outbox::drain(&test.app).await.unwrap();
    assert!(!provided.seen().is_empty());
    assert_eq!(start(&test).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_caller_who_hangs_up_does_not_stop_the_delivery() {
    let provided = Provided::open(Answer::With(201, "{}")).await;
    let test = Arc::new(Test::with(&twilio_config(&provided.url), false, |_| {}).await);
    let caller = tokio::spawn({
        let test = test.clone();
        async move { start(&test).await.status }
    });
    while provided.seen().is_empty() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    caller.abort();
    for _ in 0..500 {
        if state(&test).await.is_none() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the message is still there");
}
