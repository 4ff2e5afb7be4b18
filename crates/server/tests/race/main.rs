//! The rules of a code under parallel requests, over real connections.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

#[cfg(test)]
mod browser;
#[cfg(test)]
mod captcha;
#[cfg(test)]
#[path = "../support/process.rs"]
mod process;
#[cfg(test)]
mod processes;
#[cfg(test)]
#[path = "../support/mod.rs"]
mod support;

use std::sync::Arc;

use latch_protocol::error::description::{CODE_ATTEMPTS, WRONG_EMAIL_CODE};
use latch_server::store::codes::{self, Owner};
use serde_json::Value;
use support::{Connection, Running};
use tokio::{sync::Barrier, task::JoinSet};

const PARALLEL: usize = 64;

/// How often a race is run: so often, unless more is asked for by hand.
#[expect(clippy::disallowed_methods, reason = "a longer run is asked for by hand")]
fn rounds(ordinary: usize) -> usize {
    std::env::var("LATCH_ROUNDS").map_or(ordinary, |rounds| rounds.parse().unwrap())
}

/// All connections send at the same moment; all answers, with the connections for the next round.
async fn all_at_once(
    connections: Vec<Connection>,
    email: &str,
    codes: Vec<String>,
) -> (Vec<Connection>, Vec<(u16, Value)>) {
    let barrier = Arc::new(Barrier::new(connections.len()));
    let mut tasks = JoinSet::new();
    for (mut connection, code) in connections.into_iter().zip(codes) {
        let (barrier, email) = (barrier.clone(), email.to_owned());
        tasks.spawn(async move {
            barrier.wait().await;
            let (status, body) = connection.exchange(&email, &code).await;
            (connection, (status.as_u16(), body))
        });
    }
    tasks.join_all().await.into_iter().unzip()
}

async fn connections(running: &Running, count: usize) -> Vec<Connection> {
    let mut connections = Vec::new();
    for _ in 0..count {
        connections.push(running.connect().await);
    }
    connections
}

fn successes(answers: &[(u16, Value)]) -> usize {
    answers.iter().filter(|(status, _)| *status == 200).count()
}

fn told(answers: &[(u16, Value)], sentence: &str) -> usize {
    answers.iter().filter(|(_, body)| body["error_description"] == sentence).count()
}

/// Addresses that have each asked for a code, with their codes.
async fn started(running: &Running, rounds: usize) -> Vec<(String, String)> {
    let mut connection = running.connect().await;
    for round in 0..rounds {
        assert_eq!(connection.start(&format!("round{round}@example.com")).await.0, 200);
    }
    let codes = running.codes().await;
    assert_eq!(codes.len(), rounds);
    codes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_right_answers_at_once_exactly_one_succeeds_200_times_over() {
    let running = Running::start(|_| {}).await;
    let mut connections = connections(&running, PARALLEL).await;
    for (email, code) in started(&running, 200).await {
        let answers;
        (connections, answers) = all_at_once(connections, &email, vec![code; PARALLEL]).await;
        assert_eq!(successes(&answers), 1, "{email}");
        assert_eq!(told(&answers, WRONG_EMAIL_CODE) + told(&answers, CODE_ATTEMPTS), PARALLEL - 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_256_wrong_answers_at_once_no_more_than_three_are_compared() {
    const GUESSES: usize = 256;
    let running = Running::start(|_| {}).await;
    let mut connections = connections(&running, GUESSES).await;
    let mut late = running.connect().await;
    for (email, code) in started(&running, rounds(25)).await {
        let right: usize = code.parse().unwrap();
        let guesses = (1..=GUESSES).map(|n| format!("{:06}", (right + n) % 1_000_000)).collect();
        let answers;
        (connections, answers) = all_at_once(connections, &email, guesses).await;
        // Who was compared hears that the code was wrong; who was not, that the tries are used up.
        assert_eq!(told(&answers, WRONG_EMAIL_CODE), 3, "{email}");
        assert_eq!(told(&answers, CODE_ATTEMPTS), GUESSES - 3);
        let owner = Owner { client: "demo", connection: "email", identity: &email };
        assert_eq!(codes::tries(&running.server.app().store, owner).await.unwrap(), Some(3));
        assert_eq!(late.exchange(&email, &code).await.1["error_description"], CODE_ATTEMPTS);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_right_answers_among_wrong_ones_no_more_than_three_are_compared() {
    let running = Running::start(|_| {}).await;
    let mut connections = connections(&running, PARALLEL).await;
    let mut missed = 0;
    for (round, (email, code)) in started(&running, 50).await.into_iter().enumerate() {
        let right: usize = code.parse().unwrap();
        // Two of them have it right; which, is different in each round.
        let off = |n: usize| (n + round * 7) % PARALLEL / 2;
        let guesses = (0..PARALLEL).map(|n| format!("{:06}", (right + off(n)) % 1_000_000)).collect();
        let answers;
        (connections, answers) = all_at_once(connections, &email, guesses).await;
        assert!(successes(&answers) <= 1, "{email}");
        let owner = Owner { client: "demo", connection: "email", identity: &email };
        assert!(codes::tries(&running.server.app().store, owner).await.unwrap() <= Some(3));
        if successes(&answers) == 0 {
            missed += 1;
            assert_eq!(told(&answers, WRONG_EMAIL_CODE), 3, "{email}");
            assert_eq!(told(&answers, CODE_ATTEMPTS), PARALLEL - 3);
        }
    }
    assert!(missed > 10, "of 64 guesses three are seldom the two that are right: {missed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_codes_asked_for_at_once_exactly_one_works_and_it_was_delivered() {
    // More tries than there are codes: none is refused for want of tries.
    let running = Running::start(|config| config.code.tries = 100).await;
    let mut connection = running.connect().await;
    let mut connections = connections(&running, PARALLEL).await;
    for round in 0..rounds(5) {
        let email = format!("newest{round}@example.com");
        let barrier = Arc::new(Barrier::new(PARALLEL));
        let mut tasks = JoinSet::new();
        for mut connection in connections {
            let (barrier, email) = (barrier.clone(), email.clone());
            tasks.spawn(async move {
                barrier.wait().await;
                assert_eq!(connection.start(&email).await.0, 200);
                connection
            });
        }
        connections = tasks.join_all().await;
        let mut worked = 0;
        for (_, code) in running.codes().await.iter().filter(|(to, _)| *to == email) {
            worked += usize::from(connection.exchange(&email, code).await.0 == 200);
        }
        assert_eq!(worked, 1, "round {round}");
    }
}
