use axum::http::Request as HttpRequest;

use super::*;
use crate::testing::{Reply, Test};

const INDEX: &str = "<!doctype html><script src=\"/a.js\"></script><SCRIPT type=module>import x</SCRIPT >\
     <script>\nsecond()\n</script>";

async fn with_files() -> Test {
    let test = Test::new().await;
    for (name, content) in [
        ("index.html", INDEX),
        ("latch.js", "export {}"),
        ("latch.js.br", "compressed"),
        ("widget_bg.wasm", "\0asm"),
        ("latch.css", ":host {}"),
        ("i18n/de.json", "{}"),
        ("hosted-0123456789abcdef_bg.wasm", "\0asm"),
        (".secret", "x"),
    ] {
        write(&test, name, content);
    }
    std::fs::write(test.folder.path().join("outside.txt"), "x").unwrap();
    test
}

fn write(test: &Test, name: &str, content: &str) {
    let path = test.folder.path().join("dist").join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
}

async fn get_with(test: &Test, path: &str, name: &str, value: &str) -> Reply {
    test.send(HttpRequest::get(path).header(name, value).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn any_page_may_load_the_widgets_files() {
    let test = with_files().await;
    for (path, media_type) in [
        ("/latch.js", "text/javascript; charset=utf-8"),
        ("/widget_bg.wasm", "application/wasm"),
        ("/latch.css", "text/css; charset=utf-8"),
        ("/i18n/de.json", "application/json; charset=utf-8"),
    ] {
        let reply = test.get(path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}");
        assert_eq!(reply.header("content-type"), Some(media_type));
        assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
        assert_eq!(reply.header("cross-origin-resource-policy"), Some("cross-origin"));
        assert_eq!(reply.header("cache-control"), Some("no-cache"));
        assert_eq!(reply.header("content-security-policy"), None);
    }
    let hashed = test.get("/hosted-0123456789abcdef_bg.wasm").await;
    assert_eq!(hashed.header("cache-control"), Some("public, max-age=31536000, immutable"));
}

#[tokio::test]
async fn the_hosted_page_runs_its_own_scripts_and_no_others() {
    let test = with_files().await;
    for path in ["/", "/login", "/index.html", "/login?client_id=shop"] {
        let reply = test.get(path).await;
        assert_eq!(reply.text(), INDEX, "{path}");
        assert_eq!(reply.header("access-control-allow-origin"), None);
        let hash = |script: &str| STANDARD.encode(digest(script.as_bytes()));
        let policy = format!(
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'sha256-{}' 'sha256-{}'; \
             style-src 'self'; connect-src 'self'; img-src 'self' data: https:; form-action 'self'; \
             base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
            hash("import x"),
            hash("\nsecond()\n"),
        );
        assert_eq!(reply.header("content-security-policy"), Some(policy.as_str()));
    }
}

#[tokio::test]
async fn an_unchanged_file_is_not_sent_again_and_a_changed_one_is() {
    let test = with_files().await;
    let first = test.get("/latch.css").await;
    let etag = first.header("etag").unwrap().to_owned();
    for known in [etag.clone(), format!("W/{etag}"), format!("\"x\", {etag}")] {
        let again = get_with(&test, "/latch.css", "if-none-match", &known).await;
        assert_eq!((again.status, again.bytes.len()), (StatusCode::NOT_MODIFIED, 0));
        assert_eq!(again.header("access-control-allow-origin"), Some("*"));
    }
    write(&test, "latch.css", ":host { color: red }");
    let again = get_with(&test, "/latch.css", "if-none-match", &etag).await;
    assert_eq!((again.status, again.text().as_str()), (StatusCode::OK, ":host { color: red }"));
}

#[tokio::test]
async fn brotli_is_sent_to_those_who_take_it_unless_it_is_older_than_its_file() {
    let test = with_files().await;
    for (accepted, coding) in [
        ("gzip, deflate, br", Some("br")),
        ("br;q=0.5", Some("br")),
        ("br;q=0", None),
        ("gzip", None),
        ("vibrant", None),
    ] {
        let reply = get_with(&test, "/latch.js", "accept-encoding", accepted).await;
        assert_eq!(reply.header("content-encoding"), coding, "{accepted}");
        assert_eq!(reply.header("content-type"), Some("text/javascript; charset=utf-8"));
        assert_eq!(reply.header("vary"), Some("Accept-Encoding"));
    }
    let newer = SystemTime::UNIX_EPOCH + std::time::Duration::from_hours(1_000_000);
    let file = std::fs::File::options().append(true).open(test.folder.path().join("dist/latch.js")).unwrap();
    file.set_modified(newer).unwrap();
    let reply = get_with(&test, "/latch.js", "accept-encoding", "br").await;
    assert_eq!((reply.header("content-encoding"), reply.text().as_str()), (None, "export {}"));
}

#[tokio::test]
async fn nothing_outside_of_the_folder_is_served() {
    let test = with_files().await;
    for path in [
        "/../outside.txt",
        "/%2e%2e/outside.txt",
        "/..%2foutside.txt",
        "/i18n/../../outside.txt",
        "/i18n/..%5c..%5coutside.txt",
        "//outside.txt",
        "/.secret",
        "/%2esecret",
        "/i18n",
        "/i18n/",
        "/latch.js%00",
        "/latch.js/",
        "/%ff",
    ] {
        let reply = test.get(path).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(reply.json()["error"], "not_found");
    }
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_explained() {
    let test = Test::new().await;
    for path in ["/", "/latch.js"] {
        let reply = test.get(path).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
        assert!(reply.text().contains("trunk build"));
    }
    write(&test, "index.html", "built");
    assert_eq!(test.get("/").await.text(), "built");
}
