//! The demo page: e2e/demo, served from an origin of its own, as a customer's page would be.

use std::{fs, thread};

use anyhow::{Result, anyhow};
use tiny_http::{Header, Response, Server};

use crate::process::root;

/// Where the page as it is written expects the server.
const WRITTEN_FOR: &str = "http://localhost:4000";

/// Serves until the process ends. The page is read at every request, so an edit shows on reload.
pub(crate) fn start(port: u16, server: String) -> Result<()> {
    let listener = Server::http(("127.0.0.1", port)).map_err(|error| anyhow!("demo page: {error}"))?;
    thread::spawn(move || {
        for request in listener.incoming_requests() {
            let path = request.url().split('?').next().unwrap_or_default();
            // A reply that cannot be delivered concerns only the browser that left.
            let _ = match page(path, &server) {
                Some(page) => request.respond(page),
                None => request.respond(Response::from_string("not found").with_status_code(404)),
            };
        }
    });
    Ok(())
}

/// One page at one address: a callback's query and fragment come back to it as well.
fn page(path: &str, server: &str) -> Option<Response<std::io::Cursor<Vec<u8>>>> {
    if path != "/" {
        return None;
    }
    let html = fs::read_to_string(root().join("e2e/demo/index.html")).ok()?;
    let kind = Header::from_bytes("Content-Type", "text/html; charset=utf-8").ok()?;
    Some(Response::from_string(html.replace(WRITTEN_FOR, server)).with_header(kind))
}
