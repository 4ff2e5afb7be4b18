//! What answers tell of who has an account, and of whether a code waits: nothing in what they say, nothing in how
//! long they take. `LATCH_PEOPLE=1000` asks for more people, and `LATCH_TIMING=50000` takes the time more often.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

#[cfg(test)]
#[path = "support/mod.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use http_body_util::Full;
use hyper::{Method, Request};
use latch_protocol::token::PASSWORDLESS_OTP;
use latch_server::{
    proof::Identity,
    random::{Random as _, SeededRandom},
    store::users,
};
use serde_json::{Value, json};
use support::{Connection, Running};
use tokio::sync::Mutex;

/// Who takes the time is alone on the machine, as far as that is ours to say.
static ALONE: Mutex<()> = Mutex::const_new(());

/// So many, unless more are asked for by hand.
#[expect(clippy::disallowed_methods, reason = "a longer run is asked for by hand")]
fn asked(variable: &str, ordinary: usize) -> usize {
    std::env::var(variable).map_or(ordinary, |count| count.parse().unwrap())
}

/// Who takes part in that, at most: the inbox of the tests keeps so many codes.
const PEOPLE: usize = 100;

/// How often the time of each kind is taken.
fn rounds() -> usize {
    asked("LATCH_TIMING", 400)
}

/// A server where nobody new may sign up, or everybody may. What is counted of guesses is counted, and never full.
async fn server(is_open: bool) -> Running {
    Running::start(|config| {
        config.signups.email = is_open;
        config.code.tries = u32::MAX;
        config.limits.guesses_per_identity_hour = Some(u32::MAX);
        config.limits.guesses_per_identity_day = Some(u32::MAX);
        config.limits.guesses_per_identity_in_a_row = Some(u32::MAX);
        config.captcha = None;
    })
    .await
}

/// All addresses are as long as each other.
fn member(number: usize) -> String {
    format!("member.{number:04}@example.com")
}

fn nobody(number: usize) -> String {
    format!("nobody.{number:04}@example.com")
}

/// Makes accounts, as `latch-server add-user` does.
async fn sign_up(running: &Running, count: usize) {
    let app = running.server.app();
    let mut tx = app.store.write().await.unwrap();
    for number in 0..count {
        let Identity { connection, value } = Identity::parse("email", &member(number)).unwrap();
        let sub = Identity { connection, value: value.clone() }.subject(&app.config.pepper);
        users::find_or_create(&mut tx, connection, &value, &sub, app.clock.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
}

fn start(email: &str) -> (&'static str, Value) {
    (
        "/passwordless/start",
        json!({"client_id": "demo", "connection": "email", "send": "code", "email": email}),
    )
}

fn guess(email: &str, code: &str) -> (&'static str, Value) {
    let body = json!({
        "client_id": "demo", "grant_type": PASSWORDLESS_OTP, "username": email, "otp": code, "realm": "email",
    });
    ("/oauth/token", body)
}

/// Everything of an answer but the date, and with what is the person's own taken out.
async fn seen(connection: &mut Connection, (path, body): &(&str, Value), email: &str) -> (String, String) {
    let request = Request::builder()
        .method(Method::POST)
        .uri(*path)
        .header("host", "localhost")
        .header("content-type", "application/json")
        .body(Full::from(body.to_string()))
        .unwrap();
    let (status, headers, body) = connection.send(request).await;
    let headers: BTreeSet<String> =
        headers.iter().filter(|(name, _)| *name != "date").map(|it| format!("{it:?}")).collect();
    let body = String::from_utf8(body.to_vec()).unwrap();
    let id = serde_json::from_str::<Value>(&body).unwrap()["_id"].as_str().unwrap_or("none").to_owned();
    (format!("{status} {headers:?} {}", body.replace(email, "EMAIL").replace(&id, "ID")), id)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_hundreds_with_an_account_and_hundreds_without_all_answers_are_the_same() {
    let _alone = ALONE.lock().await;
    let people = asked("LATCH_PEOPLE", 250);
    for is_open in [true, false] {
        let running = server(is_open).await;
        sign_up(&running, people).await;
        let mut connection = running.connect().await;
        let (mut starts, mut guesses, mut ids) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for number in 0..people {
            for email in [member(number), nobody(number)] {
                let (answer, id) = seen(&mut connection, &start(&email), &email).await;
                starts.insert(answer);
                assert!(ids.insert(id), "two have one id");
                // Nobody's code has a letter in it.
                guesses.insert(seen(&mut connection, &guess(&email, "00000x"), &email).await.0);
            }
        }
        assert_eq!((starts.len(), guesses.len()), (1, 1), "{starts:#?} {guesses:#?}");
        assert!(starts.iter().all(|answer| answer.starts_with("200")), "{starts:?}");
        assert!(guesses.iter().all(|answer| answer.starts_with("403")), "{guesses:?}");
    }
}

/// Two kinds of request, each by its number.
type Kinds<'a> = [&'a dyn Fn(usize) -> (&'static str, Value); 2];

/// Welch's t of two kinds of request, without the slower half of all: what the machine does besides. The order is
/// chance, so that what one request leaves behind slows both kinds down alike.
async fn welch(connection: &mut Connection, rounds: usize, kinds: Kinds<'_>) -> f64 {
    let random = SeededRandom::new(7);
    let mut taken: [Vec<f64>; 2] = [Vec::new(), Vec::new()];
    for number in 0..rounds * 2 {
        let mut coin = [0];
        random.fill(&mut coin).unwrap();
        let kind = usize::from(coin[0] & 1);
        let (path, body) = kinds[kind](number);
        let begun = Instant::now();
        connection.post(path, &body).await;
        taken[kind].push(begun.elapsed().as_secs_f64());
    }
    let mut all = taken.concat();
    all.sort_by(f64::total_cmp);
    let slow = all[all.len() / 2];
    let [(a, a_error), (b, b_error)] = taken.map(|taken| {
        let taken: Vec<f64> = taken.into_iter().filter(|time| *time < slow).collect();
        let count = f64::from(u32::try_from(taken.len()).unwrap());
        let mean = taken.iter().sum::<f64>() / count;
        let variance = taken.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (count - 1.0);
        (mean, variance / count)
    });
    let t = (a - b) / (a_error + b_error).sqrt();
    println!("t = {t:6.2}, {:?} and {:?}", Duration::from_secs_f64(a), Duration::from_secs_f64(b));
    t
}

/// What is really different is different each time.
async fn takes_as_long(running: &Running, what: &str, kinds: Kinds<'_>) {
    let mut connection = running.connect().await;
    let mut all = Vec::new();
    while all.len() < 3 {
        println!("{what}:");
        let t = welch(&mut connection, rounds(), kinds).await;
        if t.abs() < 4.5 {
            return;
        }
        all.push(t);
    }
    assert!(all.is_empty(), "{what}: t = {all:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neither_a_start_nor_a_guess_takes_longer_for_whoever_has_an_account() {
    let _alone = ALONE.lock().await;
    let people = (rounds() / 20).clamp(50, PEOPLE);
    for is_open in [true, false] {
        let running = server(is_open).await;
        sign_up(&running, people).await;
        let starts: Kinds<'_> =
            [&|number| start(&member(number % people)), &|number| start(&nobody(number % people))];
        takes_as_long(&running, "a start with an account, and without", starts).await;
        let guesses: Kinds<'_> = [&|number| guess(&member(number % people), "00000x"), &|number| {
            guess(&nobody(number % people), "00000x")
        }];
        takes_as_long(&running, "a guess with an account, and without", guesses).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guess_takes_as_long_whether_or_not_a_code_waits_and_however_much_of_it_is_right() {
    let _alone = ALONE.lock().await;
    let people = (rounds() / 20).clamp(50, PEOPLE);
    let running = server(true).await;
    let mut connection = running.connect().await;
    for number in 0..people {
        connection.start(&member(number)).await;
    }
    let codes: BTreeMap<String, String> = running.codes().await.into_iter().collect();
    let waiting: Kinds<'_> = [&|number| guess(&member(number % people), "00000x"), &|number| {
        guess(&nobody(number % people), "00000x")
    }];
    takes_as_long(&running, "a guess where a code waits, and where none does", waiting).await;
    let almost: Kinds<'_> = [
        &|number| {
            let email = member(number % people);
            guess(&email, &format!("{}x", &codes[&email][..5]))
        },
        &|number| guess(&member(number % people), "xxxxxx"),
    ];
    takes_as_long(&running, "a guess that is right but for its end, and one that is all wrong", almost).await;
}
