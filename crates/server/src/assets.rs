//! The widget and the hosted page: the files of the folder `dist`, as they are now. A file that has
//! changed is read again; a browser asks each time whether it has, except for names with a hash.

use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use latch_protocol::error::code;
use percent_encoding::percent_decode_str;

use crate::{reply::Refusal, secret, state::App};

/// The folder, and what was read of it.
pub struct Assets {
    root: PathBuf,
    read: Mutex<HashMap<PathBuf, Arc<File>>>,
}

struct File {
    modified: SystemTime,
    length: u64,
    bytes: Bytes,
    etag: String,
    /// Only for pages.
    policy: Option<String>,
}

impl Assets {
    /// Reads nothing yet.
    pub fn new(root: PathBuf) -> Self {
        Self { root, read: Mutex::default() }
    }

    /// A file as it is now, and when it was changed.
    async fn read(&self, path: &Path) -> io::Result<Arc<File>> {
        let metadata = tokio::fs::metadata(path).await?;
        if !metadata.is_file() {
            return Err(io::ErrorKind::NotFound.into());
        }
        let (modified, length) = (metadata.modified()?, metadata.len());
        let known = self.read.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned();
        if let Some(file) = known.filter(|file| file.modified == modified && file.length == length) {
            return Ok(file);
        }
        let bytes = tokio::fs::read(path).await?;
        let is_page = path.extension().is_some_and(|extension| extension == "html");
        let policy = is_page.then(|| page_policy(&String::from_utf8_lossy(&bytes)));
        let etag = format!("\"{}\"", secret::hex(&digest(&bytes)[..16]));
        let file = Arc::new(File { modified, length, bytes: bytes.into(), etag, policy });
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.insert(path.to_owned(), file.clone());
        Ok(file)
    }

    /// The file's brotli form, unless the file has changed since that was made.
    async fn read_compressed(&self, path: &Path, plain: &File) -> Option<Arc<File>> {
        let mut compressed = path.as_os_str().to_owned();
        compressed.push(".br");
        let file = self.read(Path::new(&compressed)).await.ok()?;
        (file.modified >= plain.modified).then_some(file)
    }
}

fn digest(bytes: &[u8]) -> Vec<u8> {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes).as_ref().to_vec()
}

/// Everything that is no endpoint: `/` and `/login` are the hosted page, the rest are files.
pub async fn serve(State(app): State<App>, request: Request) -> Response {
    let assets = &app.assets;
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return not_found();
    }
    let Some(path) = resolve(&assets.root, request.uri().path()) else { return not_found() };
    match assets.read(&path).await {
        Ok(file) => answer(assets, &path, file, request.headers()).await,
        Err(_) if tokio::fs::metadata(assets.root.join("index.html")).await.is_err() => {
            let folder = assets.root.display();
            let text = format!(
                "There is no index.html in {folder}: the widget and the hosted page are not built.\n\
                 Build them with `trunk build`, or name their folder with LATCH_ASSETS.\n"
            );
            (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text)
                .into_response()
        }
        Err(_) => not_found(),
    }
}

fn not_found() -> Response {
    Refusal::new(StatusCode::NOT_FOUND, code::NOT_FOUND, "Not found").into_response()
}

/// Where the file of an address lies. Nothing outside of the folder, and nothing hidden.
fn resolve(root: &Path, path: &str) -> Option<PathBuf> {
    if matches!(path, "/" | "/login") {
        return Some(root.join("index.html"));
    }
    let path = percent_decode_str(path.strip_prefix('/')?).decode_utf8().ok()?;
    let mut file = root.to_owned();
    for part in path.split('/') {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if part.is_empty() || part.starts_with('.') || !part.chars().all(plain) {
            return None;
        }
        file.push(part);
    }
    Some(file)
}

async fn answer(assets: &Assets, path: &Path, plain: Arc<File>, asked: &HeaderMap) -> Response {
    let compressed = if accepts_brotli(asked) { assets.read_compressed(path, &plain).await } else { None };
    let is_compressed = compressed.is_some();
    let file = compressed.unwrap_or_else(|| plain.clone());
    let mut headers = HeaderMap::new();
    let mut put = |name: header::HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    put(header::ETAG, &file.etag);
    put(header::VARY, "Accept-Encoding");
    put(header::CACHE_CONTROL, cache_control(path));
    if let Some(policy) = &plain.policy {
        put(header::CONTENT_SECURITY_POLICY, policy);
        put(header::X_FRAME_OPTIONS, "DENY");
    } else {
        put(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        put(header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin");
    }
    let known = asked.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let is_known = known
        .is_some_and(|known| known.split(',').any(|etag| etag.trim().trim_start_matches("W/") == file.etag));
    if is_known {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(extension)));
    if is_compressed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    (StatusCode::OK, headers, Body::from(file.bytes.clone())).into_response()
}

fn accepts_brotli(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let refused = |weight: &str| {
            weight.strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0))
        };
        parts.next() == Some("br") && !parts.any(refused)
    })
}

/// trunk writes 16 hexadecimal digits of the content into a name. Such a file never changes.
fn cache_control(path: &Path) -> &'static str {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_hash = |part: &str| part.len() >= 16 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    if name.split(['-', '_', '.']).any(is_hash) { "public, max-age=31536000, immutable" } else { "no-cache" }
}

fn media_type(extension: &str) -> &'static str {
    match extension {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// What a page may do: run our files and its own inline scripts, which trunk writes and which are
/// known by their hashes, and talk to us. CSP level 3.
fn page_policy(html: &str) -> String {
    let hashes = inline_scripts(html).fold(String::new(), |hashes, script| {
        hashes + " 'sha256-" + &STANDARD.encode(digest(script.as_bytes())) + "'"
    });
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{hashes}; style-src 'self'; \
         connect-src 'self'; img-src 'self' data: https:; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'; require-trusted-types-for 'script'"
    )
}

/// The contents of `<script>` elements without `src`.
fn inline_scripts(html: &str) -> impl Iterator<Item = &str> {
    let mut rest = html;
    std::iter::from_fn(move || {
        loop {
            let start = find_ignoring_case(rest, "<script")?;
            let after_name = rest.get(start + "<script".len()..)?;
            let attributes_end = after_name.find('>')?;
            let (attributes, body) = after_name.split_at(attributes_end);
            let body = body.get(1..)?;
            let end = find_ignoring_case(body, "</script")?;
            let (script, tail) = body.split_at(end);
            rest = tail.get("</script".len()..)?;
            let has_source = attributes
                .split_ascii_whitespace()
                .any(|attribute| attribute.get(..4).is_some_and(|name| name.eq_ignore_ascii_case("src=")));
            if !has_source {
                return Some(script);
            }
        }
    })
}

fn find_ignoring_case(text: &str, wanted: &str) -> Option<usize> {
    text.as_bytes().windows(wanted.len()).position(|part| part.eq_ignore_ascii_case(wanted.as_bytes()))
}

#[cfg(test)]
#[path = "assets_tests.rs"]
mod tests;
