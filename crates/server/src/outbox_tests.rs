use serde_json::json;

use super::*;
use crate::{
    store::inbox::list,
    testing::{
        CONFIG, Test,
        sink::{Sink, Way},
    },
};

const ADA: &str = "ada@example.com";

/// Configured to send to a port where nobody listens.
async fn unreachable_smtp() -> Test {
    let text = CONFIG.replace("smtps://mail.example", "smtp://127.0.0.1:1");
    Test::with(&text, false, |_| {}).await
}

async fn waiting(test: &Test) -> Option<(i64, i64)> {
    sqlx::query_as("SELECT attempts, next_at FROM outbox WHERE dead_at IS NULL")
        .fetch_optional(test.app.store.reader())
        .await
        .unwrap()
}

#[tokio::test]
async fn in_dev_a_message_goes_into_the_inbox_and_its_row_goes() {
    let test = Test::dev().await;
    let body = json!({"client_id": "demo", "connection": "email", "email": ADA});
    test.post("/passwordless/start", &body).await;
    drain(&test.app).await.unwrap();
    assert!(waiting(&test).await.is_none());
    assert_eq!(list(&test.app.store).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_server_that_is_away_is_tried_again_later_and_later() {
    let test = unreachable_smtp().await;
    test.code(ADA).await;
    let mut pauses = Vec::new();
    for attempt in 1..=4 {
        drain(&test.app).await.unwrap();
        drain(&test.app).await.unwrap();
        let (attempts, next_at) = waiting(&test).await.unwrap();
        assert_eq!(attempts, attempt, "tried again before its time");
        pauses.push(next_at - test.now().0);
        test.clock.advance_seconds(pauses[pauses.len() - 1] / 1000 + 1);
    }
    for (pause, expected) in pauses.iter().zip([1000, 2000, 4000, 8000]) {
        assert!((expected * 3 / 4..=expected * 5 / 4).contains(pause), "{pauses:?}");
    }
}

#[tokio::test]
async fn a_dead_code_is_not_delivered_and_not_kept() {
    let test = unreachable_smtp().await;
    test.code(ADA).await;
    test.clock.advance_seconds(180);
    let lease = outbox::lease(&test.app.store, test.now(), [test.now().plus_seconds(30); 2]).await.unwrap();
    assert!(lease.is_none());
    drain(&test.app).await.unwrap();
    assert!(waiting(&test).await.is_none());
}

#[tokio::test]
async fn a_message_is_with_one_worker_at_a_time_and_with_the_next_when_that_one_died() {
    let test = unreachable_smtp().await;
    test.code(ADA).await;
    let until = test.now().plus_seconds(LEASE_SECONDS);
    let lease = async || outbox::lease(&test.app.store, test.now(), [until; 2]).await.unwrap();
    assert!(lease().await.is_some());
    assert!(lease().await.is_none());
    drain(&test.app).await.unwrap();
    assert_eq!(waiting(&test).await.unwrap().0, 1, "the one who has it may still be at it");
    test.clock.advance_seconds(i64::from(LEASE_SECONDS));
    drain(&test.app).await.unwrap();
    assert_eq!(waiting(&test).await.unwrap().0, 2);
}

#[tokio::test]
async fn a_message_that_a_newer_one_replaced_while_it_was_being_delivered_is_not_tried_again() {
    let test = unreachable_smtp().await;
    let store = &test.app.store;
    let ids = async || {
        let (rows, _) = outbox::list(store, 10).await.unwrap();
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    let lease =
        async || outbox::lease(store, test.now(), leases(&test.app, test.now())).await.unwrap().unwrap().id;
    test.code(ADA).await;
    let refused = lease().await;
    test.clock.advance_seconds(1);
    test.code(ADA).await;
    outbox::retry(store, &refused, test.now(), "451").await.unwrap();
    let forgotten = lease().await;
    assert_eq!(ids().await, [forgotten.as_str()]);
    test.code(ADA).await;
    test.clock.advance_seconds(i64::from(LEASE_SECONDS));
    outbox::release(store, [test.now(); 2]).await.unwrap();
    let newest = lease().await;
    assert!(newest != forgotten && ids().await == [newest]);
}

#[tokio::test]
async fn the_worker_wakes_for_what_is_due_next() {
    let test = unreachable_smtp().await;
    assert_eq!(nap(&test.app).await, LONGEST_NAP);
    test.code(ADA).await;
    assert_eq!(nap(&test.app).await, Duration::from_millis(50));
    drain(&test.app).await.unwrap();
    assert!(nap(&test.app).await < Duration::from_millis(1251));
}

/// A server that sends to a sink.
async fn sending_to(sink: &Sink, dev: bool) -> Test {
    let text = CONFIG.replace("smtps://mail.example", &format!("smtp://127.0.0.1:{}", sink.port));
    Test::with(&text, dev, |_| {}).await
}

#[tokio::test]
async fn a_message_is_handed_over_once_and_its_row_goes() {
    let sink = Sink::open(Way::Plain, "250 taken").await;
    let test = sending_to(&sink, false).await;
    let code = test.code(ADA).await;
    drain(&test.app).await.unwrap();
    drain(&test.app).await.unwrap();
    assert!(waiting(&test).await.is_none());
    assert!(list(&test.app.store).await.unwrap().is_empty(), "an inbox without --dev");
    let taken = sink.taken();
    assert_eq!(taken.len(), 1);
    let mail = mailparse::parse_mail(taken[0].text.as_bytes()).unwrap();
    let header =
        |name: &str| mail.headers.iter().find(|header| header.get_key() == name).unwrap().get_value();
    assert_eq!(header("Subject"), format!("{code} is your code for Shop"));
    assert_eq!(header("To"), ADA);
    assert_eq!(header("From"), "Shop <login@login.example>");
    let body = mail.subparts[0].get_body().unwrap();
    assert!(body.ends_with(&format!("@login.example #{code}\r\n")), "{body:?}");
}

#[tokio::test]
async fn a_message_that_will_never_be_taken_is_forgotten_and_one_that_may_be_is_kept() {
    for (verdict, kept) in [("550 no such mailbox", false), ("451 later", true)] {
        let sink = Sink::open(Way::Plain, verdict).await;
        let test = sending_to(&sink, false).await;
        test.code(ADA).await;
        drain(&test.app).await.unwrap();
        assert_eq!(waiting(&test).await.is_some(), kept, "{verdict}");
        let (rows, _) = outbox::list(&test.app.store, 10).await.unwrap();
        let reason = format!("SMTP: status {}", &verdict[..3]);
        assert_eq!(rows[0].last_error.as_deref(), Some(&*reason));
        assert_eq!(rows[0].dead_at.is_some(), !kept);
        assert_eq!(test.waiting(ADA).await.is_some(), kept, "what was given up keeps its words");
        test.clock.advance_seconds(86_401);
        test.app.store.sweep(test.now()).await.unwrap();
        drain(&test.app).await.unwrap();
        test.clock.advance_seconds(86_401);
        test.app.store.sweep(test.now()).await.unwrap();
        assert_eq!(outbox::list(&test.app.store, 10).await.unwrap().1, 0);
    }
}

#[tokio::test]
async fn in_dev_with_a_mail_server_a_message_goes_to_both() {
    let sink = Sink::open(Way::Plain, "250 taken").await;
    let test = sending_to(&sink, true).await;
    test.code(ADA).await;
    drain(&test.app).await.unwrap();
    assert_eq!(list(&test.app.store).await.unwrap().len(), 1);
    assert_eq!(sink.taken().len(), 1);
}

/// What is left of a server that was killed: its file, which nobody holds any more.
fn leave_behind(test: &Test, id: &str) {
    let mut path = test.app.config.database.as_os_str().to_owned();
    path.push("-handover-of-one-that-was-killed");
    std::fs::write(path, format!("{:32}{id:32}", "")).unwrap();
}

#[tokio::test]
async fn what_a_killed_server_may_have_handed_over_is_in_doubt_and_what_it_had_not_is_sent() {
    let sink = Sink::open(Way::Plain, "250 taken").await;
    let test = sending_to(&sink, false).await;
    for email in [ADA, "bob@example.com"] {
        test.code(email).await;
    }
    let until = test.now().plus_seconds(LEASE_SECONDS);
    let lease = async || outbox::lease(&test.app.store, test.now(), [until; 2]).await.unwrap().unwrap();
    let (first, second) = (lease().await, lease().await);
    leave_behind(&test, &first.id);
    test.clock.advance_seconds(i64::from(LEASE_SECONDS));
    drain(&test.app).await.unwrap();
    let taken = sink.taken();
    assert_eq!(taken.len(), 1);
    assert!(taken[0].text.contains(&format!("To: {}", second.recipient)));
    let (rows, _) = outbox::list(&test.app.store, 10).await.unwrap();
    assert_eq!((rows.len(), &rows[0].id), (1, &first.id));
    assert!(rows[0].doubtful_at.is_some() && rows[0].dead_at.is_none());
    assert!(report::report(&test.app.store, test.now()).await.unwrap().contains("in doubt"));

    // Who asks again gets another, and the old one is no more.
    let code = test.code(&first.recipient).await;
    drain(&test.app).await.unwrap();
    assert!(sink.taken()[1].text.contains(&code));
    assert_eq!(outbox::list(&test.app.store, 10).await.unwrap().1, 0);
}

#[tokio::test]
async fn what_its_carrier_is_known_to_have_or_to_have_refused_is_in_no_doubt_after_a_kill() {
    let sink = Sink::open(Way::Plain, "250 taken").await;
    let test = sending_to(&sink, false).await;
    for email in [ADA, "bob@example.com"] {
        test.code(email).await;
    }
    let until = test.now().plus_seconds(LEASE_SECONDS);
    let lease = async || outbox::lease(&test.app.store, test.now(), [until; 2]).await.unwrap().unwrap();
    let (first, second) = (lease().await, lease().await);
    let database = &test.app.config.database;
    let killed = Arc::new(handover::Handovers::open(database, &crate::random::SystemRandom).unwrap());
    let (taken, refused) = (killed.begin(&first.id), killed.begin(&second.id));
    for handover in [&taken, &refused] {
        handover.mark();
    }
    taken.arrived();
    refused.came_back();
    // Neither is recorded: the process ends here.
    drop((taken, refused, killed));
    test.clock.advance_seconds(i64::from(LEASE_SECONDS));
    drain(&test.app).await.unwrap();
    let sent = sink.taken();
    assert_eq!(sent.len(), 1);
    assert!(sent[0].text.contains(&format!("To: {}", second.recipient)));
    assert_eq!(outbox::list(&test.app.store, 10).await.unwrap().1, 0);
}

#[tokio::test]
async fn what_a_killed_server_had_not_begun_is_sent_at_once_by_the_next_unless_another_lives() {
    let test = unreachable_smtp().await;
    for email in [ADA, "bob@example.com"] {
        test.code(email).await;
    }
    let lease =
        async || outbox::lease(&test.app.store, test.now(), leases(&test.app, test.now())).await.unwrap();
    assert!(lease().await.is_some());
    test.clock.advance_seconds(1);
    let random = crate::random::SystemRandom;
    let another = handover::Handovers::open(&test.app.config.database, &random).unwrap();
    take_over(&test.app).await.unwrap();
    assert!(lease().await.is_some());
    assert!(lease().await.is_none(), "the other one may be at it");

    drop(another);
    take_over(&test.app).await.unwrap();
    // Of the two leases the one from before; the other may be one of a server that has begun since.
    assert!(lease().await.is_some());
    assert!(lease().await.is_none());
}

#[tokio::test]
async fn a_delivery_that_nobody_recorded_is_in_doubt_without_a_kill() {
    let test = unreachable_smtp().await;
    test.code(ADA).await;
    let until = test.now().plus_seconds(LEASE_SECONDS);
    let leased = outbox::lease(&test.app.store, test.now(), [until; 2]).await.unwrap().unwrap();
    let handover = test.app.handovers.begin(&leased.id);
    handover.mark();
    drop(handover);
    // One that was recorded leaves nothing behind.
    let recorded = test.app.handovers.begin("another");
    recorded.mark();
    recorded.is_recorded();
    test.clock.advance_seconds(i64::from(LEASE_SECONDS));
    drain(&test.app).await.unwrap();
    let (rows, _) = outbox::list(&test.app.store, 10).await.unwrap();
    assert!(rows[0].doubtful_at.is_some());
    assert_eq!(rows[0].attempts, 1);
    test.clock.advance_seconds(180);
    drain(&test.app).await.unwrap();
    let (rows, _) = outbox::list(&test.app.store, 10).await.unwrap();
    let why = "expired; before that: the server ended when it was handed over";
    assert_eq!(rows[0].last_error.as_deref(), Some(why));
}

#[tokio::test]
async fn a_server_that_is_not_there_any_more_leaves_no_file_and_one_that_is_keeps_its_own() {
    let test = Test::new().await;
    let folder = test.app.config.database.parent().unwrap().to_owned();
    let files = || {
        let names = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name());
        names.filter(|name| name.to_str().unwrap().contains("-handover-")).count()
    };
    assert_eq!(files(), 1);
    leave_behind(&test, "nothing that is known");
    let random = crate::random::SystemRandom;
    let another = handover::Handovers::open(&test.app.config.database, &random).unwrap();
    assert_eq!(files(), 3);
    another.settle(&test.app.store, test.now()).await.unwrap();
    assert_eq!(files(), 2, "those that live keep theirs");
    drop(another);
    assert_eq!(files(), 1);
}
