//! A server that is killed, again and again, under load: what it has answered with 200 arrives, and
//! arrives as one message.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

#[cfg(test)]
#[path = "support/sink.rs"]
#[expect(dead_code, reason = "the tests of the crate use the rest of it")]
mod sink;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use http_body_util::{BodyExt as _, Full};
use hyper::{Request, body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use serde_json::json;
use sink::{Sink, Way};
use tokio::{net::TcpStream, task::JoinSet};

const KILLS: usize = 50;
const CLIENTS: usize = 4;
/// What can be between the mail server and the row at the moment of a kill: one for each worker.
const WORKERS: usize = latch_server::outbox::WORKERS;

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

fn configuration(folder: &Path, smtp_port: u16) -> std::path::PathBuf {
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

/// Starts sign-ins until the server is gone, and notes each that was answered with 200.
async fn load(port: u16, name: String, acknowledged: Arc<Mutex<BTreeSet<String>>>) -> Option<()> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
    tokio::spawn(connection);
    for number in 0.. {
        let email = format!("{name}n{number}@example.com");
        let body = json!({"client_id": "shop", "connection": "email", "send": "code", "email": email});
        let request = Request::post("/passwordless/start")
            .header("host", "localhost")
            .header("content-type", "application/json")
            .body(Full::<Bytes>::from(body.to_string()))
            .unwrap();
        let answer = sender.send_request(request).await.ok()?;
        let status = answer.status();
        answer.into_body().collect().await.ok()?;
        assert_eq!(status, 200);
        acknowledged.lock().unwrap().insert(email);
    }
    None
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_what_was_acknowledged_nothing_is_lost_and_nothing_is_doubled_when_the_server_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let sink = Sink::slow(Way::Plain, "250 taken", Duration::from_millis(5)).await;
    let config = configuration(folder.path(), sink.port);
    let acknowledged = Arc::<Mutex<BTreeSet<String>>>::default();
    let mut waited = 0;
    for round in 0..KILLS {
        let server = Server::start(&config);
        let mut clients = JoinSet::new();
        for client in 0..CLIENTS {
            let name = format!("r{round}c{client}");
            clients.spawn(load(server.port, name, acknowledged.clone()));
        }
        // Some are killed at once, some after half a second.
        tokio::time::sleep(Duration::from_millis(80 + (round as u64 * 97) % 400)).await;
        drop(server);
        while clients.join_next().await.is_some() {}
        waited += usize::from(sink.taken().len() < acknowledged.lock().unwrap().len());
    }
    let acknowledged = acknowledged.lock().unwrap().clone();
    assert!(acknowledged.len() > KILLS, "there was no load: {}", acknowledged.len());
    assert!(waited > 0, "nothing ever waited at a kill, so this proves nothing");

    // What waited is delivered by the next server, when the leases of the dead ones have ended.
    let server = Server::start(&config);
    let begun = Instant::now();
    let arrived = loop {
        let arrived = arrived(&sink);
        if acknowledged.iter().all(|email| arrived.contains_key(email)) {
            break arrived;
        }
        let missing = acknowledged.iter().filter(|email| !arrived.contains_key(*email)).count();
        assert!(begun.elapsed() < Duration::from_mins(1), "{missing} of {} are lost", acknowledged.len());
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    let mut doubled = 0;
    for (email, copies) in &arrived {
        // A mail program shows messages with one id as one.
        let messages: BTreeSet<&String> = copies.iter().collect();
        assert_eq!(messages.len(), 1, "{email} got two messages");
        doubled += copies.len() - 1;
    }
    // Between the mail server's yes and the row that goes is a moment that SMTP cannot close.
    assert!(doubled <= KILLS * WORKERS, "{doubled} copies");
    drop(server);
    println!("{} acknowledged, {KILLS} kills, {doubled} copies", acknowledged.len());
}

/// Whom messages arrived for, and each copy's id and subject.
fn arrived(sink: &Sink) -> BTreeMap<String, Vec<String>> {
    let mut arrived = BTreeMap::<_, Vec<String>>::new();
    for message in sink.taken() {
        let header = |name: &str| {
            let value = message.text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            value.unwrap_or_default().to_owned()
        };
        let copy = format!("{} {}", header("Message-ID"), header("Subject"));
        arrived.entry(header("To")).or_default().push(copy);
    }
    arrived
}
