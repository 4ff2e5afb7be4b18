use std::{collections::BTreeMap, sync::Arc, time::Duration};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use hyper::StatusCode;
use serde_json::{Value, json};

use super::stand::{Answer, NUMBER, Provided, SID, gateway_config, start, state, twilio_config};
use crate::{outbox, testing::Test};

const SERVICE: &str = "MG0123456789abcdef0123456789abcdef";

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
