//! Captchas under parallel requests, over real connections.

use std::sync::Arc;

use latch_server::captcha::{
    Provider, When,
    picture::Kind,
    proof::{digest, zero_bits},
};
use serde_json::{Value, json};
use tokio::{sync::Barrier, task::JoinSet};

use crate::support::{Connection, Running};

const PARALLEL: usize = 64;

/// All connections start with the same answer at the same moment, each for an address of its own.
async fn all_at_once(connections: Vec<Connection>, captcha: &str) -> (Vec<Connection>, Vec<(u16, Value)>) {
    let barrier = Arc::new(Barrier::new(connections.len()));
    let mut tasks = JoinSet::new();
    for (number, mut connection) in connections.into_iter().enumerate() {
        let barrier = barrier.clone();
        let body = json!({
            "client_id": "demo", "connection": "email", "email": format!("user{number}@example.com"),
            "captcha": captcha,
        });
        tasks.spawn(async move {
            barrier.wait().await;
            let (status, body) = connection.post("/passwordless/start", &body).await;
            (connection, (status.as_u16(), body))
        });
    }
    tasks.join_all().await.into_iter().unzip()
}

async fn connections(running: &Running) -> Vec<Connection> {
    let mut connections = Vec::new();
    for _ in 0..PARALLEL {
        connections.push(running.connect().await);
    }
    connections
}

#[track_caller]
fn is_worth_one(answers: &[(u16, Value)], most: usize) {
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|(status, _)| *status == 200);
    assert!(
        lost.iter().all(|(status, body)| *status == 400 && body["error"] == "invalid_captcha"),
        "{lost:?}"
    );
    assert_eq!(won.len(), most);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_starts_with_one_proof_of_work_exactly_one_sends_a_code() {
    let running = Running::start(|config| {
        let rules = config.captcha.as_mut().unwrap();
        (rules.when, rules.difficulty) = (When::Always, 8);
    })
    .await;
    let mut connections = connections(&running).await;
    let mut asking = running.connect().await;
    for _ in 0..50 {
        let (_, given) = asking.post("/passwordless/challenge", &json!({"client_id": "demo"})).await;
        let challenge = given["challenge"].as_str().unwrap();
        let counter = (0..1 << 20).find(|counter| zero_bits(&digest(challenge, *counter)) >= 8).unwrap();
        let answers;
        (connections, answers) = all_at_once(connections, &format!("{challenge}.{counter}")).await;
        is_worth_one(&answers, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_answers_to_one_sum_only_one_is_looked_at() {
    let running = Running::start(|config| {
        let rules = config.captcha.as_mut().unwrap();
        (rules.when, rules.provider) = (When::Always, Provider::Picture(Kind::Math));
    })
    .await;
    let mut connections = connections(&running).await;
    let mut asking = running.connect().await;
    let mut hits = 0;
    for _ in 0..20 {
        let (_, given) = asking.post("/passwordless/challenge", &json!({"client_id": "demo"})).await;
        let name = given["challenge"].as_str().unwrap();
        // Sums are 1 to 108: were each answer looked at, one of these would be right in most rounds.
        let barrier = Arc::new(Barrier::new(PARALLEL));
        let mut tasks = JoinSet::new();
        for (number, mut connection) in connections.drain(..).enumerate() {
            let barrier = barrier.clone();
            let body = json!({
                "client_id": "demo", "connection": "email", "email": format!("user{number}@example.com"),
                "captcha": format!("{name}.{}", 20 + number),
            });
            tasks.spawn(async move {
                barrier.wait().await;
                let (status, _) = connection.post("/passwordless/start", &body).await;
                (connection, status.as_u16())
            });
        }
        let answers: Vec<u16>;
        (connections, answers) = tasks.join_all().await.into_iter().unzip();
        hits += answers.iter().filter(|status| **status == 200).count();
        // It is gone, whoever was looked at.
        let (_, after) = all_at_once(vec![running.connect().await], &format!("{name}.50")).await;
        is_worth_one(&after, 0);
    }
    assert!(hits <= 3, "one answer in a hundred is right: {hits} of 20");
}
