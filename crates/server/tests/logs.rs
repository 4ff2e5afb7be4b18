//! Nothing that must stay secret, and nobody's address, is logged: not even when everything is.

#[cfg(test)]
mod support;

use std::{
    io,
    sync::{Arc, Mutex},
};

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

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("UPDATE codes"), "the log has what the database does: {}", log.len());
    let access_token = tokens["access_token"].as_str().unwrap();
    let id_token = tokens["id_token"].as_str().unwrap();
    for secret in ["ada.secret", "Ada.Secret", "bob's", "wrong-guess", &code, access_token, id_token] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}
