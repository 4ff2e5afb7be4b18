//! What stays when the server is killed: mailboxes, telephones, and what people were told.

use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request, Response,
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;

use crate::sink::{Sink, Way};

/// How long a carrier thinks before it takes a message.
const PAUSE: Duration = Duration::from_millis(5);

/// What has arrived: how often, and the newest code.
type Arrived = BTreeMap<String, (usize, String)>;

pub(crate) struct World {
    sink: Sink,
    pub(crate) gateway_port: u16,
    /// Mails that were looked at, and all that came.
    mailboxes: Mutex<(usize, Arrived)>,
    telephones: Arc<Mutex<Arrived>>,
    people: AtomicUsize,
    /// Requests that were answered.
    pub(crate) answers: AtomicUsize,
    /// Whether the server is gone.
    pub(crate) dead: AtomicBool,
    /// Starts that were answered with 200.
    pub(crate) started: Mutex<BTreeSet<String>>,
    pub(crate) counts: Counts,
}

/// What happened, for the report.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) exchanges: AtomicUsize,
    pub(crate) refreshes: AtomicUsize,
    pub(crate) authorization_codes: AtomicUsize,
    /// Used by a request that was never answered.
    pub(crate) unheard: AtomicUsize,
    /// Shown once more after the kill, and good: the first request had changed nothing.
    pub(crate) undone: AtomicUsize,
    /// Shown once more after the kill, and refused.
    pub(crate) replayed: AtomicUsize,
}

pub(crate) fn count(what: &AtomicUsize) {
    what.fetch_add(1, Ordering::Relaxed);
}

impl World {
    pub(crate) async fn new() -> Self {
        let telephones = Arc::<Mutex<Arrived>>::default();
        Self {
            sink: Sink::slow(Way::Plain, "250 taken", PAUSE).await,
            gateway_port: gateway(telephones.clone()).await,
            mailboxes: Mutex::default(),
            telephones,
            people: AtomicUsize::default(),
            answers: AtomicUsize::default(),
            dead: AtomicBool::default(),
            started: Mutex::default(),
            counts: Counts::default(),
        }
    }

    pub(crate) fn smtp_port(&self) -> u16 {
        self.sink.port
    }

    /// Somebody new, with a telephone or a mailbox.
    pub(crate) fn somebody(&self, by_sms: bool) -> String {
        let number = self.people.fetch_add(1, Ordering::Relaxed);
        if by_sms { format!("+1415{}", 2_000_000 + number) } else { format!("n{number}@example.com") }
    }

    /// The code that somebody was sent last.
    pub(crate) fn code_of(&self, who: &str) -> Option<String> {
        if who.starts_with('+') {
            return self.telephones.lock().unwrap().get(who).map(|(_, code)| code.clone());
        }
        self.open_mailboxes();
        self.mailboxes.lock().unwrap().1.get(who).map(|(_, code)| code.clone())
    }

    /// How often each person was sent something.
    pub(crate) fn copies(&self) -> BTreeMap<String, usize> {
        self.open_mailboxes();
        let by_mail = self.mailboxes.lock().unwrap().1.clone();
        let all = by_mail.into_iter().chain(self.telephones.lock().unwrap().clone());
        all.map(|(who, (copies, _))| (who, copies)).collect()
    }

    fn open_mailboxes(&self) {
        let (read, arrived) = &mut *self.mailboxes.lock().unwrap();
        for mail in self.sink.taken_after(*read) {
            let header = |name: &str| mail.text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            note(arrived, header("To: "), header("Subject: "));
            *read += 1;
        }
    }
}

fn note(arrived: &mut Arrived, who: &str, text: &str) {
    let code = text.split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() == 6).unwrap();
    let (copies, newest) = arrived.entry(who.to_owned()).or_default();
    *copies += 1;
    code.clone_into(newest);
}

/// A gateway that takes every SMS after a moment.
async fn gateway(telephones: Arc<Mutex<Arrived>>) -> u16 {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = socket.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = socket.accept().await.unwrap();
            let telephones = telephones.clone();
            let service = service_fn(move |request: Request<Incoming>| {
                let telephones = telephones.clone();
                // As a gateway does, it goes on when nobody waits for it any more.
                let work = tokio::spawn(async move {
                    let body = request.into_body().collect().await.ok()?.to_bytes();
                    tokio::time::sleep(PAUSE).await;
                    let body: Value = serde_json::from_slice(&body).unwrap();
                    let text = |name: &str| body[name].as_str().unwrap();
                    note(&mut telephones.lock().unwrap(), text("recipient"), text("body"));
                    Some(())
                });
                async move {
                    let _ = work.await;
                    Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
                }
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
    port
}
