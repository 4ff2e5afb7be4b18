//! What the accept loop is for: connections that only cost, and bodies that never end.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a helper that fails is a test that fails")]

#[cfg(test)]
mod bodies;
#[cfg(test)]
mod host;
#[cfg(test)]
#[path = "../support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use support::Running;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

const SHORT: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_secs(20);

async fn impatient() -> Running {
    Running::start(|config| {
        config.http.header_timeout = SHORT;
        config.http.body_timeout = SHORT;
        config.http.idle_timeout = SHORT * 4;
        config.http.connections = 8;
    })
    .await
}

async fn raw(running: &Running) -> TcpStream {
    TcpStream::connect(("127.0.0.1", running.server.port())).await.unwrap()
}

/// Everything until the server closes, and how long that took.
async fn until_closed(stream: &mut TcpStream) -> (String, Duration) {
    let begun = Instant::now();
    let mut bytes = Vec::new();
    // A reset counts as closed.
    let _ = timeout(LONG, stream.read_to_end(&mut bytes)).await.expect("the connection stays open");
    (String::from_utf8_lossy(&bytes).into_owned(), begun.elapsed())
}

#[tokio::test]
async fn a_login_works_over_real_connections() {
    let running = Running::start(|_| {}).await;
    let mut connection = running.connect().await;
    assert_eq!(connection.start("ada@example.com").await.0, 200);
    let (_, code) = running.codes().await.remove(0);
    let (status, tokens) = connection.exchange("ada@example.com", &code).await;
    assert_eq!((status.as_u16(), tokens["token_type"].as_str()), (200, Some("Bearer")));
}

#[tokio::test]
async fn a_head_that_does_not_end_is_not_waited_for() {
    let running = impatient().await;
    for head in ["", "P", "POST /oauth/token HTTP/1.1\r\nhost: localhost\r\nx: "] {
        let mut stream = raw(&running).await;
        stream.write_all(head.as_bytes()).await.unwrap();
        let (_, waited) = until_closed(&mut stream).await;
        assert!(waited < SHORT * 10, "{waited:?}");
    }
}

#[tokio::test]
async fn a_head_that_drips_is_not_waited_for_either() {
    let running = impatient().await;
    let mut stream = raw(&running).await;
    let begun = Instant::now();
    let mut closed = false;
    for _ in 0..200 {
        let gone = stream.write_all(b"x").await.is_err();
        let silent = timeout(Duration::from_millis(50), stream.read_u8()).await;
        if gone || silent.is_ok() {
            closed = true;
            break;
        }
    }
    assert!(closed, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_connection_that_asks_nothing_more_is_closed() {
    let running = impatient().await;
    let mut stream = raw(&running).await;
    stream.write_all(b"GET /v2/logout HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let (answer, waited) = until_closed(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(waited < SHORT * 10, "{waited:?}");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_refused_in_time() {
    let running = impatient().await;
    let mut stream = raw(&running).await;
    stream
        .write_all(
            b"POST /oauth/token HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{",
        )
        .await
        .unwrap();
    let (answer, _) = until_closed(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
}

#[tokio::test]
async fn a_large_body_is_refused_with_413() {
    let running = impatient().await;
    let mut stream = raw(&running).await;
    stream
        .write_all(
            b"POST /passwordless/start HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 20000\r\n\r\n",
        )
        .await
        .unwrap();
    stream.write_all(&vec![b' '; 20_000]).await.unwrap();
    let (answer, _) = until_closed(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(answer.contains("\"error\":\"invalid_request\""));
}

#[tokio::test]
async fn content_length_beside_chunks_does_not_smuggle_a_second_request() {
    let running = impatient().await;
    let mut stream = raw(&running).await;
    stream
        .write_all(
            b"POST /oauth/token HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 4\r\n\
              transfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /v2/logout HTTP/1.1\r\nhost: localhost\r\n\r\n",
        )
        .await
        .unwrap();
    let (answer, _) = until_closed(&mut stream).await;
    assert!(!answer.contains("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn slow_connections_do_not_keep_others_out() {
    let running = impatient().await;
    let mut slow = Vec::new();
    for _ in 0..24 {
        let mut stream = raw(&running).await;
        stream.write_all(b"GET / HT").await.unwrap();
        slow.push(stream);
    }
    // Eight of them fill the server. They are closed, the next eight come in, and so on.
    let begun = Instant::now();
    let mut connection = running.connect().await;
    assert_eq!(connection.start("ada@example.com").await.0, 200);
    assert!(begun.elapsed() < SHORT * 20, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn localhost_is_both_loopback_addresses() {
    let running = impatient().await;
    for host in ["127.0.0.1", "::1"] {
        let address: std::net::IpAddr = host.parse().unwrap();
        // A machine without IPv6 has only the first.
        if std::net::TcpListener::bind((address, 0)).is_ok() {
            TcpStream::connect((address, running.server.port())).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_server_that_stops_finishes_what_it_is_answering_and_accepts_nothing_more() {
    let running = Running::start(|_| {}).await;
    let port = running.server.port();
    let mut stream = raw(&running).await;
    stream
        .write_all(
            b"POST /passwordless/start HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 68\r\n\r\n",
        )
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let stopping = tokio::spawn(running.server.stop());
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
    let body = r#"{"client_id":"demo","connection":"email","email":"ada@example.com" }"#;
    assert_eq!(body.len(), 68);
    stream.write_all(body.as_bytes()).await.unwrap();
    let (answer, _) = until_closed(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    timeout(LONG, stopping).await.unwrap().unwrap();
}
