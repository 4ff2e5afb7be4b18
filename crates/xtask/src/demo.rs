//! The demo page and the gallery: e2e/demo, served from an origin of its own, as a customer's page would be.

use std::{fs, io::Cursor, path::Path, thread};

use anyhow::{Result, anyhow};
use tiny_http::{Header, Response, Server};

use crate::process::root;

/// Where the pages as they are written expect the server.
const WRITTEN_FOR: &str = "http://localhost:4000";

/// Serves until the process ends. A file is read at every request, so an edit shows on reload.
pub(crate) fn start(port: u16, server: String) -> Result<()> {
    let listener = Server::http(("127.0.0.1", port)).map_err(|error| anyhow!("demo page: {error}"))?;
    let folder = root().join("e2e/demo");
    thread::spawn(move || {
        for request in listener.incoming_requests() {
            let path = request.url().split('?').next().unwrap_or_default();
            // A reply that cannot be delivered concerns only the browser that left.
            let _ = match file(&folder, path, &server) {
                Some(file) => request.respond(file),
                None => request.respond(Response::from_string("not found").with_status_code(404)),
            };
        }
    });
    Ok(())
}

/// A page at its address: a callback's query and fragment come back to it as well. Or what is beside it.
fn file(folder: &Path, path: &str, server: &str) -> Option<Response<Cursor<Vec<u8>>>> {
    let name = match path {
        "/" => "index.html",
        "/gallery" => "gallery/index.html",
        path => path.strip_prefix('/')?,
    };
    let is_plain =
        |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains(['\\', ':', '%']);
    if !name.split('/').all(is_plain) {
        return None;
    }
    let kind = match name.rsplit_once('.')?.1 {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => return None,
    };
    let text = fs::read_to_string(folder.join(name)).ok()?;
    let kind = Header::from_bytes("Content-Type", kind).ok()?;
    Some(Response::from_string(text.replace(WRITTEN_FOR, server)).with_header(kind))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn get(path: &str) -> Option<String> {
        let response = file(&root().join("e2e/demo"), path, "http://localhost:1")?;
        let mut text = String::new();
        response.into_reader().read_to_string(&mut text).unwrap();
        Some(text)
    }

    #[test]
    fn pages_and_what_is_beside_them_name_the_server_that_runs() {
        for path in ["/", "/gallery/engine.js"] {
            let text = get(path).unwrap();
            assert!(text.contains("http://localhost:1/") && !text.contains(WRITTEN_FOR), "{path}");
        }
        assert!(get("/gallery").unwrap().contains("<title>Gallery"));
    }

    #[test]
    fn nothing_outside_of_the_folder_is_served() {
        for path in [
            "/../hosts/plain.html",
            "/gallery/../../hosts/plain.html",
            "/%2e%2e/x.js",
            "//index.html",
            "/gallery/",
        ] {
            assert!(get(path).is_none(), "{path}");
        }
    }
}
