//! A server that is told to read its configuration again, under load.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

#[cfg(test)]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod support;

use std::{
    fmt::Write as _,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::json;
use support::Connection;

/// The real server, as a process of its own, that does not outlive its test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

fn write(folder: &Path, first: &str, clients: &[&str]) {
    use std::os::unix::fs::PermissionsExt as _;
    let mut text = format!(
        "listen = \"127.0.0.1:0\"\nissuer = \"http://localhost:4000\"\ndatabase = \"{}\"\n\
         pepper = \"Zt8!xq0Lw2-vN5rB7yK1mC4hJ9gF6dS3\"\n{first}\n[mail]\n\
         smtp_url = \"smtp://127.0.0.1:1\"\nfrom = \"a@a.example\"\n[limits]\nstarts_per_ip = 0\n",
        folder.join("latch.db").display()
    );
    for client in clients {
        write!(text, "[[client]]\nid = \"{client}\"\n").unwrap();
    }
    let path = folder.join("latch.toml");
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

async fn start(connection: &mut Connection, client: &str, number: usize) -> u16 {
    let email = format!("{client}{number}@example.com");
    let body = json!({"client_id": client, "connection": "email", "send": "code", "email": email});
    connection.post("/passwordless/start", &body).await.0.as_u16()
}

#[tokio::test]
async fn a_hangup_changes_the_configuration_and_drops_no_request() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "", &["old"]);
    let mut process = Command::new(env!("CARGO_BIN_EXE_latch-server"))
        .arg("--config")
        .arg(folder.path().join("latch.toml"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let server = Server(process);
    let port = line.trim().rsplit(':').next().unwrap().parse().unwrap();
    let hangup = || {
        let pid = server.0.id().to_string();
        assert!(Command::new("kill").args(["-HUP", &pid]).status().unwrap().success());
    };
    // One kept-alive connection asks all the time.
    let load = tokio::spawn(async move {
        let mut connection = Connection::open(port).await;
        for number in 0..150 {
            assert_eq!(start(&mut connection, "old", number).await, 200, "request {number}");
        }
    });
    let mut connection = Connection::open(port).await;
    assert_eq!(start(&mut connection, "new", 0).await, 400);

    write(folder.path(), "", &["old", "new"]);
    hangup();
    let mut number = 1;
    while start(&mut connection, "new", number).await != 200 {
        assert!(number < 500, "the new client is never known");
        number += 1;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }

    // What is wrong, or cannot change, changes nothing.
    for first in ["nonsense = 1", "assets = \"x\"\n[code]\nseconds = 1"] {
        write(folder.path(), first, &["other"]);
        hangup();
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(start(&mut connection, "new", number + 1).await, 200, "{first}");
        number += 1;
    }
    load.await.unwrap();
}
