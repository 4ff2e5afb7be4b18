//! A mail server that takes everything, or answers each message with a refusal. RFC 5321, RFC 3207 and
//! RFC 4954, as far as they are needed.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};

/// How connections are protected.
#[derive(Clone)]
pub(crate) enum Way {
    Plain,
    StartTls(Arc<ServerConfig>),
    Tls(Arc<ServerConfig>),
}

/// A message that was taken.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub(crate) text: String,
    /// What `AUTH PLAIN` said, still encoded.
    pub(crate) credentials: Option<String>,
    pub(crate) encrypted: bool,
}

pub(crate) struct Sink {
    pub(crate) port: u16,
    taken: Arc<Mutex<Vec<Taken>>>,
    /// Commands that came unencrypted.
    open: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
}

#[derive(Clone)]
struct Desk {
    way: Way,
    verdict: &'static str,
    pause: Duration,
    taken: Arc<Mutex<Vec<Taken>>>,
    open: Arc<Mutex<Vec<String>>>,
}

impl Sink {
    /// Answers each message with this.
    pub(crate) async fn open(way: Way, verdict: &'static str) -> Self {
        Self::slow(way, verdict, Duration::ZERO).await
    }

    /// The same, after a pause.
    pub(crate) async fn slow(way: Way, verdict: &'static str, pause: Duration) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = socket.local_addr().unwrap().port();
        let (taken, open) = (Arc::<Mutex<Vec<Taken>>>::default(), Arc::<Mutex<Vec<String>>>::default());
        let connections = Arc::<AtomicUsize>::default();
        let desk = Desk { way, verdict, pause, taken: taken.clone(), open: open.clone() };
        let counted = connections.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = socket.accept().await.unwrap();
                counted.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(serve(stream, desk.clone()));
            }
        });
        Self { port, taken, open, connections }
    }

    pub(crate) fn taken(&self) -> Vec<Taken> {
        self.taken_after(0)
    }

    /// Those that came after the first so many.
    pub(crate) fn taken_after(&self, first: usize) -> Vec<Taken> {
        self.taken.lock().unwrap()[first..].to_vec()
    }

    pub(crate) fn said_in_the_open(&self) -> Vec<String> {
        self.open.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }
}

async fn serve(stream: TcpStream, desk: Desk) -> std::io::Result<()> {
    match desk.way.clone() {
        Way::Plain => converse(BufReader::new(stream), &desk, false, true).await.map(drop),
        Way::Tls(tls) => {
            let stream = TlsAcceptor::from(tls).accept(stream).await?;
            converse(BufReader::new(stream), &desk, true, true).await.map(drop)
        }
        Way::StartTls(tls) => {
            let Some(stream) = converse(BufReader::new(stream), &desk, false, true).await? else {
                return Ok(());
            };
            let stream = TlsAcceptor::from(tls).accept(stream.into_inner()).await?;
            converse(BufReader::new(stream), &desk, true, false).await.map(drop)
        }
    }
}

/// Talks until the other side goes, or wants TLS: then the stream comes back.
async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: BufReader<S>,
    desk: &Desk,
    encrypted: bool,
    greet: bool,
) -> std::io::Result<Option<BufReader<S>>> {
    if greet {
        stream.write_all(b"220 sink\r\n").await?;
        stream.flush().await?;
    }
    let offers_tls = matches!(desk.way, Way::StartTls(_)) && !encrypted;
    let mut message = None::<String>;
    let mut credentials = None;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        if !encrypted && message.is_none() {
            desk.open.lock().unwrap().push(line.trim_end().to_owned());
        }
        let answer = match (&mut message, line.trim_end()) {
            (Some(text), ".") => {
                tokio::time::sleep(desk.pause).await;
                if desk.verdict.starts_with('2') {
                    let taken = Taken { text: text.clone(), credentials: credentials.clone(), encrypted };
                    desk.taken.lock().unwrap().push(taken);
                }
                message = None;
                desk.verdict
            }
            (Some(text), _) => {
                text.push_str(&line);
                continue;
            }
            (None, "DATA") => {
                message = Some(String::new());
                "354 go on"
            }
            (None, "STARTTLS") if offers_tls => {
                stream.write_all(b"220 go on\r\n").await?;
                stream.flush().await?;
                return Ok(Some(stream));
            }
            (None, hello) if hello.starts_with("EHLO") && offers_tls => "250-sink\r\n250 STARTTLS",
            (None, hello) if hello.starts_with("EHLO") => "250-sink\r\n250 AUTH PLAIN",
            (None, line) => {
                if let Some(given) = line.strip_prefix("AUTH PLAIN ") {
                    credentials = Some(given.to_owned());
                    "235 welcome"
                } else {
                    "250 ok"
                }
            }
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
        stream.flush().await?;
    }
}
