//! Nothing that must stay secret, and nobody's address, is logged: not even when everything is.

#[cfg(test)]
mod support;

use std::{
    io,
    sync::{Arc, Mutex},
};

use http_body_util::Full;
use hyper::{Method, Request};
use support::Running;
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().map_err(|_| io::ErrorKind::Other)?.extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn no_code_no_token_and_no_address_is_ever_logged() {
    let log = Log::default();
    tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).init();

    let running = Running::start(|_| {}).await;
    let mut connection = running.connect().await;
    connection.start("Ada.Secret@example.com").await;
    let (email, code) = running.codes().await.remove(0);
    connection.exchange(&email, "wrong-guess").await;
    let (_, tokens) = connection.exchange(&email, &code).await;
    connection.exchange(&email, &code).await;
    connection.start("no address of bob's").await;

    // The same code by a link, and what came of a login in a redirect.
    connection.start("grace.hopper@example.com").await;
    let (_, link_code) = running.codes().await.remove(0);
    let query = format!(
        "client_id=demo&response_type=token&redirect_uri=http%3A%2F%2Flocalhost%3A4001%2F&connection=email\
         &email=grace.hopper%40example.com&verification_code={link_code}&state=the-clients-state"
    );
    let page =
        Request::builder().uri(format!("/passwordless/verify_redirect?{query}")).header("host", "localhost");
    assert_eq!(connection.send(page.body(Full::default()).unwrap()).await.0, 200);
    let press = Request::builder()
        .method(Method::POST)
        .uri("/passwordless/verify_redirect")
        .header("host", "localhost")
        .header("content-type", "application/x-www-form-urlencoded");
    let press = press.body(Full::from(format!("{query}&confirm=yes"))).unwrap();
    let (status, headers, _) = connection.send(press).await;
    assert_eq!(status, 302);
    let cookie = headers["set-cookie"].to_str().unwrap();
    let session = cookie.split(['=', ';']).nth(1).unwrap();
    let location = headers["location"].to_str().unwrap();
    let redirected = location.split("access_token=").nth(1).unwrap().split('&').next().unwrap();

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("UPDATE codes"), "the log has what the database does: {}", log.len());
    let access_token = tokens["access_token"].as_str().unwrap();
    let id_token = tokens["id_token"].as_str().unwrap();
    for secret in [
        "ada.secret",
        "Ada.Secret",
        "bob's",
        "wrong-guess",
        &code,
        access_token,
        id_token,
        "grace.hopper",
        &link_code,
        session,
        redirected,
    ] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}
