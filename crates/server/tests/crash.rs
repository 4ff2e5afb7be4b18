//! A server that is killed, again and again, under load: what it has answered with 200 arrives, and
//! nothing arrives twice. `LATCH_KILLS=50` kills more often.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

#[cfg(test)]
#[path = "support/sink.rs"]
#[expect(dead_code, reason = "the tests of the crate use the rest of it")]
mod sink;

use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request, Response,
    body::{Bytes, Incoming},
    client::conn::http1,
    server::conn::http1 as server,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use latch_server::store::Store;
use serde_json::{Value, json};
use sink::{Sink, Way};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

const CLIENTS: usize = 4;

#[expect(clippy::disallowed_methods, reason = "a longer run is asked for by hand")]
fn kills() -> usize {
    std::env::var("LATCH_KILLS").map_or(10, |kills| kills.parse().unwrap())
}

/// The real server, as a process of its own.
struct Server {
    process: Child,
    port: u16,
}

impl Server {
    fn start(config: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_latch-server"))
            .arg("--config")
            .arg(config)
            .env("LATCH_LOG", "error")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().rsplit(':').next().unwrap().parse().unwrap();
        Self { process, port }
    }
}

/// SIGKILL: nothing is finished, nothing is said.
impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

fn configuration(folder: &Path, smtp_port: u16, gateway_port: u16) -> std::path::PathBuf {
    use std::os::unix::fs::PermissionsExt as _;
    let path = folder.join("latch.toml");
    let database = folder.join("latch.db");
    let text = format!(
        r#"
        listen = "127.0.0.1:0"
        issuer = "http://localhost:4000"
        database = "{}"
        pepper = "Zt8!xq0Lw2-vN5rB7yK1mC4hJ9gF6dS3"
        [mail]
        smtp_url = "smtp://127.0.0.1:{smtp_port}"
        from = "login@login.example"
        [sms]
        provider = "gateway"
        url = "http://127.0.0.1:{gateway_port}/"
        countries = ["US"]
        [code]
        seconds = 600
        [limits]
        starts_per_ip = 0
        [[client]]
        id = "shop"
        "#,
        database.display()
    );
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    path
}

/// A gateway that takes every SMS after a moment. Returns whom they were for.
async fn gateway() -> (u16, Arc<Mutex<Vec<String>>>) {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = socket.local_addr().unwrap().port();
    let taken = Arc::<Mutex<Vec<String>>>::default();
    let all = taken.clone();
    tokio::spawn(async move {
        loop {
            let (stream, _) = socket.accept().await.unwrap();
            let taken = taken.clone();
            let service = service_fn(move |request: Request<Incoming>| {
                let taken = taken.clone();
                // As a gateway does, it goes on when nobody waits for it any more.
                let work = tokio::spawn(async move {
                    let body = request.into_body().collect().await.ok()?.to_bytes();
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    let body: Value = serde_json::from_slice(&body).unwrap();
                    taken.lock().unwrap().push(body["recipient"].as_str().unwrap().to_owned());
                    Some(())
                });
                async move {
                    let _ = work.await;
                    Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
                }
            });
            tokio::spawn(server::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
    (port, all)
}

/// Starts sign-ins until the server is gone, by email and by SMS in turns, and notes each that was
/// answered with 200.
async fn load(port: u16, client: usize, acknowledged: Arc<Mutex<BTreeSet<String>>>) -> Option<()> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
    tokio::spawn(connection);
    for number in 0..10_000 {
        let number = client * 10_000 + number;
        let (who, body) = if number.is_multiple_of(3) {
            let phone = format!("+1415{}", 2_000_000 + number);
            (phone.clone(), json!({"client_id": "shop", "connection": "sms", "phone_number": phone}))
        } else {
            let email = format!("n{number}@example.com");
            (
                email.clone(),
                json!({"client_id": "shop", "connection": "email", "send": "code", "email": email}),
            )
        };
        let request = Request::post("/passwordless/start")
            .header("host", "localhost")
            .header("content-type", "application/json")
            .body(Full::<Bytes>::from(body.to_string()))
            .unwrap();
        let answer = sender.send_request(request).await.ok()?;
        let status = answer.status();
        answer.into_body().collect().await.ok()?;
        assert_eq!(status, 200);
        acknowledged.lock().unwrap().insert(who);
    }
    None
}

/// Whom messages wait for, and whom those are for of which nobody knows whether they were taken.
async fn outbox(database: &Path) -> (usize, BTreeSet<String>) {
    let store = Store::look(database).await.unwrap();
    let (rows, _) = latch_server::store::outbox::list(&store, 10_000).await.unwrap();
    assert!(rows.iter().all(|row| row.dead_at.is_none()));
    let waiting = rows.iter().filter(|row| row.doubtful_at.is_none()).count();
    let doubtful = rows.into_iter().filter(|row| row.doubtful_at.is_some()).map(|row| row.recipient);
    (waiting, doubtful.collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_what_was_acknowledged_nothing_is_lost_and_nothing_is_doubled_when_the_server_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let sink = Sink::slow(Way::Plain, "250 taken", Duration::from_millis(5)).await;
    let (gateway_port, taken_by_gateway) = gateway().await;
    let config = configuration(folder.path(), sink.port, gateway_port);
    let database = folder.path().join("latch.db");
    let acknowledged = Arc::<Mutex<BTreeSet<String>>>::default();
    let mut waited = 0;
    for round in 0..kills() {
        let server = Server::start(&config);
        let mut clients = JoinSet::new();
        for client in 0..CLIENTS {
            clients.spawn(load(server.port, round * CLIENTS + client, acknowledged.clone()));
        }
        // Some are killed at once, some after half a second.
        tokio::time::sleep(Duration::from_millis(80 + (round as u64 * 97) % 400)).await;
        drop(server);
        while clients.join_next().await.is_some() {}
        waited += outbox(&database).await.0;
    }
    let acknowledged = acknowledged.lock().unwrap().clone();
    assert!(acknowledged.len() > kills(), "there was no load: {}", acknowledged.len());
    assert!(waited > 0, "nothing ever waited at a kill, so this proves nothing");

    // What waited is delivered by the next server, when the leases of the dead ones have ended.
    let server = Server::start(&config);
    let begun = Instant::now();
    while outbox(&database).await.0 > 0 {
        assert!(begun.elapsed() < Duration::from_mins(1), "{} still wait", outbox(&database).await.0);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let doubtful = outbox(&database).await.1;
    drop(server);

    let mut copies = BTreeMap::<String, usize>::new();
    let mails = sink.taken().into_iter().map(|mail| {
        let to = mail.text.lines().find_map(|line| line.strip_prefix("To: "));
        to.unwrap().to_owned()
    });
    for recipient in mails.chain(taken_by_gateway.lock().unwrap().iter().cloned()) {
        *copies.entry(recipient).or_default() += 1;
    }
    let doubled: Vec<&String> = copies.iter().filter(|(_, count)| **count > 1).map(|(who, _)| who).collect();
    let lost: Vec<&String> = acknowledged.iter().filter(|who| !copies.contains_key(*who)).collect();
    let by_sms = acknowledged.iter().filter(|who| who.starts_with('+')).count();
    println!(
        "{} kills: {} acknowledged, {by_sms} of them by SMS; {} in doubt, {} of them did not arrive; {} doubled",
        kills(),
        acknowledged.len(),
        doubtful.len(),
        lost.len(),
        doubled.len(),
    );
    assert_eq!(doubled, Vec::<&String>::new());
    // Between the note and the last byte is next to nothing, and it is known which fell into it.
    assert!(lost.iter().all(|who| doubtful.contains(*who)), "{lost:?} are lost, and nobody knows");
    assert!(lost.len() <= kills() / 10, "{lost:?} are lost");
}
