//! A server that is killed, again and again, while people sign in: what it has answered holds, what has to
//! arrive arrives, and nothing is good twice. `LATCH_KILLS=500` kills more often.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

#[cfg(test)]
mod line;
#[cfg(test)]
mod people;
#[cfg(test)]
#[path = "../support/process.rs"]
mod process;
#[cfg(test)]
#[path = "../support/sink.rs"]
#[expect(dead_code, reason = "the tests of the crate use the rest of it")]
mod sink;
#[cfg(test)]
mod world;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use latch_server::{
    clock::{Clock as _, SystemClock},
    store::Store,
};
use line::Line;
use people::{Browser, Holder};
use process::Process;
use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::task::JoinSet;
use world::World;

#[expect(clippy::disallowed_methods, reason = "a longer run is asked for by hand")]
fn kills() -> usize {
    std::env::var("LATCH_KILLS").map_or(50, |kills| kills.parse().unwrap())
}

fn configuration(folder: &Path, world: &World) -> PathBuf {
    use std::os::unix::fs::PermissionsExt as _;
    let path = folder.join("latch.toml");
    let text = format!(
        r#"
        listen = "127.0.0.1:0"
        issuer = "http://localhost:4000"
        database = "{}"
        pepper = "Zt8!xq0Lw2-vN5rB7yK1mC4hJ9gF6dS3"
        [mail]
        smtp_url = "smtp://127.0.0.1:{}"
        from = "login@login.example"
        [sms]
        provider = "gateway"
        url = "http://127.0.0.1:{}/"
        countries = ["US"]
        [code]
        seconds = 600
        [limits]
        starts_per_ip = 0
        tokens_per_ip = 0
        logins_per_ip = 0
        visits_per_ip = 0
        failures_per_ip = 0
        userinfo_per_user = 0
        requests_per_ip = 0
        metadata_per_ip = 0
        [spraying]
        normal_percent = 0
        {}"#,
        folder.join("latch.db").display(),
        world.smtp_port(),
        world.gateway_port,
        people::configuration(),
    );
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    path
}

/// Whom messages wait for, and whom those are for of which nobody knows whether they were taken.
async fn outbox(database: &Path) -> (usize, BTreeSet<String>) {
    let store = Store::look(database).await.unwrap();
    let (rows, _) = latch_server::store::outbox::list(&store, 100_000).await.unwrap();
    store.close().await;
    assert!(rows.iter().all(|row| row.dead_at.is_none()));
    let waiting = rows.iter().filter(|row| row.doubtful_at.is_none()).count();
    let doubtful = rows.into_iter().filter(|row| row.doubtful_at.is_some()).map(|row| row.recipient);
    (waiting, doubtful.collect())
}

/// What nothing may be found by. `?1` is when the server began.
const NEVER: [(&str, &str); 8] = [
    (
        "a code is worth two logins",
        "SELECT sub FROM families WHERE code IS NULL GROUP BY sub HAVING count(*) > 1",
    ),
    ("a code is worth two tickets", "SELECT sub FROM tickets GROUP BY sub HAVING count(*) > 1"),
    (
        "a code is used up for nothing",
        "SELECT used_at FROM codes JOIN users USING (connection, identity) WHERE used_at >= ?1 \
         AND sub NOT IN (SELECT sub FROM families UNION SELECT sub FROM tickets)",
    ),
    (
        "an authorization code is worth two logins",
        "SELECT code FROM families WHERE code IS NOT NULL GROUP BY code HAVING count(*) > 1",
    ),
    (
        "an authorization code is used up for nothing",
        "SELECT used_at FROM authorization_codes WHERE used_at >= ?1 \
         AND hash NOT IN (SELECT code FROM families WHERE code IS NOT NULL)",
    ),
    (
        "a refresh token has two successors",
        "SELECT family FROM refresh_tokens GROUP BY family, generation HAVING count(*) > 1",
    ),
    (
        "a family has not one good refresh token",
        "SELECT id FROM families LEFT JOIN refresh_tokens ON family = id GROUP BY id \
         HAVING count(family) - count(used_at) <> 1",
    ),
    ("something belongs to nobody", "SELECT 1 FROM pragma_foreign_key_check"),
];

/// What a killed server leaves behind is whole: all of a change is there or nothing of it, also where nobody
/// heard the answer.
async fn examine(database: &Path, since: i64) {
    let options = SqliteConnectOptions::new().filename(database).read_only(true);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    let verdict: String =
        sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut connection).await.unwrap();
    assert_eq!(verdict, "ok");
    for (what, query) in NEVER {
        let found = sqlx::query(query).bind(since).fetch_all(&mut connection).await.unwrap();
        assert!(found.is_empty(), "{what}, {} times", found.len());
    }
    connection.close().await.unwrap();
}

/// What people hold between one server and the next.
#[derive(Default)]
struct People {
    holders: Vec<Holder>,
    browsers: Vec<Browser>,
}

/// Has everybody go on until the server is killed.
async fn run_until_killed(server: Process, round: usize, people: People, world: &Arc<World>) -> People {
    let port = server.port;
    world.dead.store(false, Ordering::Relaxed);
    let mut holders = JoinSet::new();
    for mut holder in people.holders {
        let world = world.clone();
        holders.spawn(async move {
            holder.go_on(port, &world).await;
            holder
        });
    }
    let mut browsers = JoinSet::new();
    for mut browser in people.browsers {
        let world = world.clone();
        browsers.spawn(async move {
            browser.go_on(port, &world).await;
            browser
        });
    }
    let mut starts = JoinSet::new();
    for by_sms in [false, true] {
        let world = world.clone();
        starts.spawn(async move { people::ask_for_codes(port, by_sms, &world).await });
    }
    // Counted in answers, so that there is as much to lose where everything takes longer.
    let (before, begun) = (world.answers.load(Ordering::Relaxed), Instant::now());
    while world.answers.load(Ordering::Relaxed) - before < 2 + round * 11 % 36
        && begun.elapsed() < Duration::from_secs(5)
    {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    tokio::time::sleep(Duration::from_millis((round as u64 * 7) % 20)).await;
    drop(server);
    world.dead.store(true, Ordering::Relaxed);
    while let Some(ended) = starts.join_next().await {
        ended.unwrap();
    }
    People { holders: holders.join_all().await, browsers: browsers.join_all().await }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_holds_and_nothing_is_doubled_when_the_server_is_killed() {
    let begun = Instant::now();
    let folder = tempfile::tempdir().unwrap();
    let world = Arc::new(World::new().await);
    let config = configuration(folder.path(), &world);
    let database = folder.path().join("latch.db");
    let start = || Process::start(&[Path::new("--config"), &config], &[]);
    let mut people = People::default();
    people.holders.extend([Holder::new(false), Holder::new(true)]);
    people.browsers.extend([Browser::default(), Browser::default()]);
    let mut waited = 0;
    for round in 0..kills() {
        let since = SystemClock::default().now().0;
        people = run_until_killed(start(), round, people, &world).await;
        examine(&database, since).await;
        waited += outbox(&database).await.0;
    }
    assert!(waited > 0, "nothing ever waited at a kill, so this proves nothing");

    // What waited is delivered by the next server.
    let server = start();
    let restarted = Instant::now();
    while outbox(&database).await.0 > 0 {
        assert!(restarted.elapsed() < Duration::from_mins(1), "{} still wait", outbox(&database).await.0);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let delivered_after = restarted.elapsed();
    // Whatever people hold, it works.
    let mut line = Line::open(server.port).await.unwrap();
    for holder in &mut people.holders {
        holder.refresh_all(&mut line, &world).await.unwrap();
    }
    let holders = people.holders.iter().flat_map(Holder::access_tokens);
    let held: Vec<&String> = holders.chain(people.browsers.iter().flat_map(Browser::access_tokens)).collect();
    for access_token in &held {
        assert_eq!(people::userinfo(&mut line, access_token).await, Some(200), "an access token is lost");
    }
    let doubtful = outbox(&database).await.1;
    drop(server);

    let copies = world.copies();
    let doubled: Vec<_> = copies.iter().filter(|(_, count)| **count > 1).collect();
    let started = world.started.lock().unwrap().clone();
    let lost: Vec<_> = started.iter().filter(|who| !copies.contains_key(*who)).collect();
    let by_sms = started.iter().filter(|who| who.starts_with('+')).count();
    let counts = &world.counts;
    println!(
        "{} kills in {:?}: {} starts acknowledged, {by_sms} of them by SMS; {} in doubt, {} of them did not \
         arrive; {} doubled; what waited at the last kill left within {delivered_after:?}; {counts:?}; {} access \
         tokens held",
        kills(),
        begun.elapsed(),
        started.len(),
        doubtful.len(),
        lost.len(),
        doubled.len(),
        held.len(),
    );
    assert!(doubled.is_empty(), "{doubled:?}");
    // Between the note and the last byte is next to nothing, and it is known which fell into it.
    assert!(lost.iter().all(|who| doubtful.contains(*who)), "{lost:?} are lost, and nobody knows");
    assert!(lost.len() <= kills() / 10, "{lost:?} are lost");
    for (what, how_many) in [
        ("starts", started.len()),
        ("exchanges", counts.exchanges.load(Ordering::Relaxed)),
        ("refreshes", counts.refreshes.load(Ordering::Relaxed)),
        ("authorization codes", counts.authorization_codes.load(Ordering::Relaxed)),
        ("shown again", counts.replayed.load(Ordering::Relaxed)),
    ] {
        assert!(how_many > kills() / 4, "there was no load: {how_many} {what}");
    }
}
