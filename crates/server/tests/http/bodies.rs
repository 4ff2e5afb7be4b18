//! Requests that are too large, cannot be read, or can be read in two ways: the real server, as a process of its own,
//! refuses each of them and is no larger afterwards.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, Command, Stdio},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const PATIENCE: Duration = Duration::from_secs(30);
/// What the server may grow by, in kilobytes.
const GROWTH: u64 = 5 * 1024;

struct Server {
    process: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_latch-server"))
            .arg("--dev")
            .current_dir(folder.path())
            .env("LATCH_LISTEN", "localhost:0")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().rsplit(':').next().unwrap().parse().unwrap();
        Self { process, port, _folder: folder }
    }

    /// Sends it all, or until the server closes; the status that comes back.
    async fn send(&self, bytes: &[u8]) -> u16 {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        let (mut from, mut to) = stream.split();
        let mut answer = Vec::new();
        let writing = async {
            let _ = to.write_all(bytes).await;
        };
        let reading = async {
            // A reset counts as closed.
            let _ = from.read_to_end(&mut answer).await;
        };
        timeout(PATIENCE, async { tokio::join!(writing, reading) }).await.expect("neither read nor closed");
        status(&answer)
    }

    /// The most that it has ever held, and what it holds now, in kilobytes.
    #[cfg(target_os = "linux")]
    fn memory(&self) -> (u64, u64) {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let of = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            line.trim().trim_end_matches(" kB").parse().unwrap()
        };
        (of("VmHWM:"), of("VmRSS:"))
    }

    /// What it wrote, once it is stopped.
    fn log(mut self) -> String {
        self.process.kill().unwrap();
        let mut log = String::new();
        self.process.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        log
    }
}

fn status(answer: &[u8]) -> u16 {
    let answer = String::from_utf8_lossy(answer);
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
}

fn request(line: &str, head: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "{line} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{head}content-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn post(path: &str, media_type: &str, body: &[u8]) -> Vec<u8> {
    request(&format!("POST {path}"), &format!("content-type: {media_type}\r\n"), body)
}

/// A gzip of sixty kilobytes that would be sixty megabytes is not needed to see that nothing is unpacked: this is `{}`.
const GZIPPED: &[u8] =
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00\x43\xbf\xa6\xa3\x02\x00\x00\x00";

/// Bodies, and what is said of each.
fn bodies() -> Vec<(Vec<u8>, u16)> {
    let start = "/passwordless/start";
    let token = "/oauth/token";
    let nested = |depth: usize| format!("{{\"a\":{}1{}}}", "[".repeat(depth), "]".repeat(depth)).into_bytes();
    let objects = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth)).into_bytes();
    let long = |length: usize| format!("{{\"client_id\":\"{}\"}}", "x".repeat(length)).into_bytes();
    vec![
        // Too much.
        (post(start, JSON, &nested(100_000)), 413),
        (post(start, JSON, &objects(100_000)), 413),
        (post(start, JSON, &nested(8_000)), 400),
        (post(start, JSON, &objects(2_700)), 400),
        (post(start, JSON, &nested(200)), 400),
        (post(start, JSON, &long(17_000)), 413),
        (post(token, FORM, &vec![b'x'; 17_000]), 413),
        (post(token, FORM, "a=".repeat(9_000).as_bytes()), 413),
        (post(token, FORM, "&".repeat(16_000).as_bytes()), 400),
        (post(token, JSON, format!("{{{}\"a\":1}}", "\"a\":1,".repeat(2_000)).as_bytes()), 400),
        (post(token, JSON, format!("{{\"a\":{}}}", "9".repeat(16_000)).as_bytes()), 400),
        (post(token, JSON, b"{\"a\":1e999999999}"), 400),
        // Not what it says.
        (post(token, "", b"{}"), 415),
        (post(token, "text/plain", b"{}"), 415),
        (post(token, "text/json", b"{}"), 415),
        (post(token, "application/jsonp", b"{}"), 415),
        (post(token, "application/xml", b"<a/>"), 415),
        (post(token, "multipart/form-data; boundary=x", b"--x--"), 415),
        (post(token, "application/json, text/plain", b"{}"), 415),
        (post(start, FORM, b"client_id=demo"), 415),
        (post(token, FORM, b"{\"grant_type\":\"a\"}"), 400),
        (post(token, JSON, b"grant_type=a"), 400),
        // Packed.
        (
            request(
                &format!("POST {token}"),
                &format!("content-type: {JSON}\r\ncontent-encoding: gzip\r\n"),
                GZIPPED,
            ),
            400,
        ),
        (request(&format!("POST {token}"), "content-type: application/gzip\r\n", GZIPPED), 415),
        (
            request(
                &format!("POST {token}"),
                &format!("content-type: {JSON}\r\ncontent-encoding: br\r\n"),
                b"\x0b\x00\x80{}\x03",
            ),
            400,
        ),
        (
            request(
                &format!("POST {token}"),
                &format!("content-type: {FORM}\r\ncontent-encoding: deflate\r\n"),
                GZIPPED,
            ),
            400,
        ),
        // Not text.
        (post(token, JSON, b""), 400),
        (post(token, JSON, b"\0"), 400),
        (post(token, JSON, b"\xef\xbb\xbf{}"), 400),
        (post(token, JSON, b"{\0\"grant_type\":\"a\"}"), 400),
        (post(token, JSON, b"{\"grant_type\":\"a\0\"}"), 400),
        (post(token, JSON, b"{\"grant_type\":\"a\\u0000\"}"), 400),
        (post(token, JSON, b"{\"grant_type\":\"\xff\"}"), 400),
        (post(token, JSON, b"{\"grant_type\":\"\xc0\xaf\"}"), 400),
        (post(token, JSON, b"{\"grant_type\":\"\xed\xa0\x80\"}"), 400),
        (post(token, JSON, b"{\"grant_type\":\"\\ud800\"}"), 400),
        (post(token, FORM, b"grant_type=\xff"), 400),
        (post(token, FORM, b"grant_type=%ff"), 400),
        (post(token, FORM, b"grant_type=%c0%af"), 400),
        (post(token, FORM, b"grant_type=a%00"), 400),
        (post(token, FORM, b"grant_type=a%0d%0ab"), 400),
        // Not an object of texts.
        (post(token, JSON, b"[]"), 400),
        (post(token, JSON, b"null"), 400),
        (post(token, JSON, b"\"x\""), 400),
        (post(token, JSON, b"{}{}"), 400),
        (post(token, JSON, b"{\"grant_type\":1}"), 400),
        (post(token, JSON, b"{\"grant_type\":[\"a\"]}"), 400),
        (post(token, JSON, b"{\"grant_type\":{\"a\":1}}"), 400),
        (post(token, JSON, b"{\"grant_type\":true}"), 400),
        (post(token, JSON, b"{'grant_type':'a'}"), 400),
        (post(token, JSON, b"{\"grant_type\":NaN}"), 400),
        // Two values for one name.
        (post(token, JSON, b"{\"grant_type\":\"a\",\"grant_type\":\"b\"}"), 400),
        (post(token, JSON, b"{\"grant_type\":\"a\",\"grant\\u005ftype\":\"a\"}"), 400),
        (post(token, FORM, b"grant_type=a&grant_type=b"), 400),
        (post(token, FORM, b"grant_type=a&grant%5Ftype=a"), 400),
        (request("GET /v2/logout?client_id=demo&client_id=demo", "", b""), 400),
        (request("GET /authorize?client_id=demo&client_id=other", "", b""), 400),
        (request("GET /authorize?client_id=%ff", "", b""), 400),
    ]
}

/// Heads, and what is said of each; 0 is a connection that is closed without a word.
fn heads() -> Vec<(Vec<u8>, &'static [u16])> {
    let get = |path: &str, head: &str| request(&format!("GET {path}"), head, b"");
    let raw = |head: &str| format!("{head}\r\n\r\n").into_bytes();
    let token = "POST /oauth/token HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json";
    vec![
        (get(&format!("/v2/logout?returnTo={}", "a".repeat(8 * 1024)), ""), &[414]),
        (get(&format!("/{}", "a".repeat(9_000)), ""), &[414]),
        (get(&format!("/{}", "a".repeat(100_000)), ""), &[414, 431]),
        (get("/v2/logout", &format!("x: {}\r\n", "y".repeat(33 * 1024))), &[431]),
        (get("/v2/logout", &"x: y\r\n".repeat(100)), &[431]),
        (get("/v2/logout", &format!("cookie: {}\r\n", "a=b; ".repeat(10_000))), &[431]),
        (get("/v2/logout", &format!("{}: x\r\n", "y".repeat(70_000))), &[400, 431]),
        (raw(&format!("{token}\r\ncontent-length: 1\r\ncontent-length: 2")), &[400]),
        (raw(&format!("{token}\r\ncontent-length: -1")), &[400]),
        (raw(&format!("{token}\r\ncontent-length: 99999999999999999999")), &[400]),
        (raw(&format!("{token}\r\ncontent-length: 0x10")), &[400]),
        (raw(&format!("{token}\r\ncontent-length: 9999999999\r\nconnection: close")), &[413]),
        (raw(&format!("{token}\r\ntransfer-encoding: nonsense")), &[400]),
        (raw(&format!("{token}\r\ntransfer-encoding: chunked, gzip")), &[400]),
        (
            raw(&format!(
                "{token}\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{{}}\r\n0"
            )),
            &[400],
        ),
        (
            raw(&format!(
                "{token}\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n{{}}\r\n0"
            )),
            &[400],
        ),
        (raw(&format!("{token}\r\n x: folded")), &[400]),
        (raw(&format!("{token}\r\nx : y")), &[400]),
        (raw(&format!("{token}\r\nx: a\0b")), &[400]),
        (raw("GET /v2/logout HTTP/9.9\r\nhost: localhost"), &[400, 505]),
        (raw("GET /v2/logout\r\nhost: localhost"), &[0, 400]),
        (raw("\0\x01\x02"), &[400]),
        (raw("PRI * HTTP/2.0"), &[0, 400, 505]),
    ]
}

/// A gigabyte in pieces, as far as the server takes it.
async fn gigabyte(server: &Server, path: &str) -> (u16, usize) {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port)).await.unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {JSON}\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let chunk = [b"10000\r\n", " ".repeat(0x10000).as_bytes(), b"\r\n"].concat();
    let mut sent = 0;
    while sent < 1 << 30 {
        match timeout(PATIENCE, stream.write_all(&chunk)).await.expect("neither read nor closed") {
            Ok(()) => sent += 0x10000,
            Err(_) => break,
        }
    }
    let mut answer = Vec::new();
    let _ = timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("the connection stays open");
    (status(&answer), sent)
}

#[tokio::test]
async fn what_is_too_large_or_cannot_be_read_is_refused_and_leaves_nothing_behind() {
    let server = Server::start();
    let (bodies, heads) = (bodies(), heads());
    assert!(bodies.len() + heads.len() >= 50);
    // What a server holds after its first requests is not what it is about.
    for (bytes, _) in bodies.iter().take(20) {
        server.send(bytes).await;
    }
    #[cfg(target_os = "linux")]
    let before = server.memory().1;
    for (bytes, expected) in &bodies {
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(250)]);
        assert_eq!(server.send(bytes).await, *expected, "{shown}");
    }
    for (bytes, expected) in &heads {
        let status = server.send(bytes).await;
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(250)]);
        assert!(expected.contains(&status), "{status} for {shown}");
    }
    for path in ["/passwordless/start", "/oauth/token", "/authorize"] {
        let (status, sent) = gigabyte(&server, path).await;
        // Where it was closed in the middle of a piece, the answer may be lost.
        assert!(matches!(status, 0 | 400 | 413), "{status} {path}");
        assert!(sent < 64 << 20, "{sent} bytes were taken at {path}");
    }
    #[cfg(target_os = "linux")]
    {
        let (most, now) = server.memory();
        println!("{before} kB before, {most} kB at most, {now} kB after");
        assert!(most < before + GROWTH, "{before} kB before, {most} kB at most, {now} kB after");
    }
    let alive = request("GET /v2/logout", "", b"");
    assert_eq!(server.send(&alive).await, 200);
    let log = server.log();
    assert!(!log.contains("panicked") && !log.contains("ERROR"), "{log}");
}
