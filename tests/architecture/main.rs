//! Who may use whom. Cargo keeps the borders between crates; inside src/ this test reads the code
//! and keeps them. The rules are those of ARCHITECTURE.md.

mod code;

use std::{
    fs,
    path::{Path, PathBuf},
};

use code::{paths, tokens};

/// What the code below a path must not name: a path, or a crate with everything in it.
const NEVER: [(&str, &[&str]); 6] = [
    ("src/shell", &["crate::view", "leptos_router"]),
    ("src/view", &["crate::shell", "latch_protocol", "gloo_net", "gloo_storage", "leptos_router"]),
    ("src/view/part", &["latch_flow", "crate::dictionary"]),
    ("src", &["leptos_router"]),
    ("crates/flow/src", &PURE),
    ("crates/protocol/src", &PURE),
];
/// The only file that the rule for all of src/ does not hold for.
const ROUTED: &str = "src/bin/hosted.rs";
/// The only files that export to JavaScript: the widget's entry, and what stands in for it in the gallery.
const EXPORTING: [&str; 2] = ["src/bin/entry.rs", "src/bin/gallery.rs"];

/// The outside world, as the standard library reaches it.
const PURE: [&str; 8] = [
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "std::thread",
    "std::time::Instant",
    "std::time::SystemTime",
];

/// All that a crate may depend on outside its tests.
const DEPENDENCIES: [(&str, &[&str]); 2] =
    [("crates/protocol", &["serde"]), ("crates/flow", &["latch-protocol"])];

/// What a build puts into dist/, and a clone does not have yet.
const BUILT: [&str; 4] = ["dist/latch.css", "dist/widget.js", "dist/widget_bg.wasm", "dist/index.html"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

// ---- reading ----------------------------------------------------------------------------------

/// Every file below a path, relative to the workspace, without what builds leave there.
fn files(below: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::from(below)];
    while let Some(path) = open.pop() {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if ["target", "dist", "node_modules", ".git", ".latch"].contains(&name) {
            continue;
        }
        match fs::read_dir(root().join(&path)) {
            Ok(entries) => open.extend(entries.flatten().map(|entry| path.join(entry.file_name()))),
            Err(_) => found.push(path.to_string_lossy().replace('\\', "/")),
        }
    }
    found.sort();
    found
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_default()
}

fn is_below(file: &str, folder: &str) -> bool {
    file.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

// ---- the rules --------------------------------------------------------------------------------

/// What a file names although it must not.
fn wrong_uses(file: &str, code: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for path in paths(file, code) {
        for (folder, never) in NEVER {
            let forbidden = never.iter().any(|never| {
                path.strip_prefix(never).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
            });
            if forbidden && is_below(file, folder) && file != ROUTED {
                wrong.push(format!("{file} names {path}"));
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    wrong
}

/// Whether a file gives JavaScript something. Blocks of `extern` take something from it instead.
fn exports(code: &str) -> bool {
    let tokens = tokens(code);
    let mut at = 0;
    let mut importing = false;
    let mut depth = 0_usize;
    while at < tokens.len() {
        let attribute = tokens[at..].starts_with(&["#", "[", "wasm_bindgen"].map(ToOwned::to_owned));
        if attribute && !importing {
            let item = after_attributes(&tokens, at);
            if !tokens[item..].iter().take(3).any(|token| token == "extern") {
                return true;
            }
            importing = true;
            at = item;
        } else if importing {
            match tokens[at].as_str() {
                "{" => depth += 1,
                "}" if depth == 1 => {
                    depth = 0;
                    importing = false;
                }
                "}" => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        at += 1;
    }
    false
}

fn after_attributes(tokens: &[String], mut at: usize) -> usize {
    while tokens.get(at).is_some_and(|token| token == "#") {
        let mut depth = 0_usize;
        loop {
            at += 1;
            match tokens.get(at).map(String::as_str) {
                Some("[") => depth += 1,
                Some("]") if depth == 1 => break,
                Some("]") => depth -= 1,
                None => return at,
                Some(_) => {}
            }
        }
        at += 1;
    }
    at
}

/// The names under `[dependencies]`, and under those of single targets.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut inside = false;
    for line in manifest.lines().map(str::trim) {
        if let Some(table) = line.strip_prefix('[') {
            let table = table.trim_end_matches(']');
            let (table, name) = match table.split_once("dependencies.") {
                Some((before, name)) => (format!("{before}dependencies"), Some(name)),
                None => (table.to_owned(), None),
            };
            inside = table.ends_with("dependencies") && !table.contains("dev-");
            if let (true, Some(name)) = (inside, name) {
                names.push(name.to_owned());
                inside = false;
            }
        } else if inside && !line.starts_with('#') && line.contains('=') {
            names.extend(line.split(['=', '.', ' ']).next().map(ToOwned::to_owned));
        }
    }
    names
}

/// What a text names in backticks that looks like a file or folder of ours and is none.
fn missing(text: &str, files: &[String]) -> Vec<String> {
    let known = [".rs", ".toml", ".css", ".html", ".js", ".json", ".md", ".ts", ".sql"];
    let is_path = |span: &&str| {
        let plain = span.chars().all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c));
        let ours = files.iter().any(|file| file.split('/').next() == span.split('/').next());
        let ends = span.ends_with('/') || known.iter().any(|end| span.ends_with(end));
        plain && !span.starts_with('/') && !span.starts_with('.') && (ends || span.contains('/') && ours)
    };
    let exists = |span: &str| {
        let span = span.trim_end_matches('/');
        files.iter().any(|file| is_below(file, span) || file.ends_with(&format!("/{span}")))
            || files.iter().any(|file| file.contains(&format!("/{span}/")))
    };
    text.split('`')
        .skip(1)
        .step_by(2)
        .filter(is_path)
        .filter(|span| !exists(span))
        .map(ToOwned::to_owned)
        .collect()
}

// ---- the tests --------------------------------------------------------------------------------

#[test]
fn every_file_uses_only_what_it_may() {
    let files: Vec<_> =
        ["src", "crates/flow/src", "crates/protocol/src"].into_iter().flat_map(files).collect();
    assert!(EXPORTING.iter().all(|it| files.iter().any(|file| file == it)), "src/ was not found");
    let wrong: Vec<_> = files.iter().flat_map(|file| wrong_uses(file, &read(file))).collect();
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn only_the_widget_and_its_gallery_export_to_javascript() {
    let exporting: Vec<_> = files("src").into_iter().filter(|file| exports(&read(file))).collect();
    assert_eq!(exporting, EXPORTING);
}

#[test]
fn the_inner_crates_depend_on_nothing_else() {
    for (folder, may) in DEPENDENCIES {
        let names = dependencies(&read(&format!("{folder}/Cargo.toml")));
        assert!(!names.is_empty(), "{folder}/Cargo.toml was not read");
        for name in names {
            assert!(may.contains(&name.as_str()), "{folder} depends on {name}");
        }
    }
    let server = dependencies(&read("crates/server/Cargo.toml"));
    assert!(!server.iter().any(|name| name == "latch-flow" || name == "latch"), "{server:?}");
}

#[test]
fn the_map_names_what_is_there() {
    let mut files = files("");
    files.extend(BUILT.map(ToOwned::to_owned));
    assert_eq!(missing(&read("ARCHITECTURE.md"), &files), Vec::<String>::new());
}

#[test]
fn a_forbidden_use_is_found_however_it_is_written() {
    let found = |file, code| !wrong_uses(file, code).is_empty();
    let screen = "src/view/screen/code.rs";
    for code in [
        "use crate::shell::http;",
        "use crate::{dictionary, shell::{self, http}};",
        "pub(crate) use super::super::super::shell as inner;",
        "use gloo_net::http::Request;",
        "fn f() { latch_protocol::token::f(); }",
        "fn f() -> crate::shell::Shell { todo() }",
    ] {
        assert!(found(screen, code), "{code}");
    }
    for code in [
        "use latch_flow::{View, Event};",
        "use super::shell_like; use crate::view::part::button;",
        "// use crate::shell;\n/* gloo_net::x */ const A: &str = \"crate::shell\";",
        "const A: &str = r#\"crate::shell\"#; const B: char = '\"'; fn f<'a>(a: &'a str) {}",
    ] {
        assert!(!found(screen, code), "{code} {:?}", wrong_uses(screen, code));
    }
    assert!(found("src/view/part/field.rs", "use latch_flow::Event;"));
    assert!(found("src/view/part/field.rs", "use super::super::super::dictionary;"));
    assert!(found("src/shell/http.rs", "use super::super::view;"));
    assert!(found("src/app.rs", "use leptos_router::components::Router;"));
    assert!(!found(ROUTED, "use leptos_router::components::Router;"));
    assert!(found("crates/flow/src/lib.rs", "use std::{rc::Rc, time::{Duration, Instant}};"));
    assert!(!found("crates/flow/src/lib.rs", "use std::time::Duration;"));
}

#[test]
fn an_export_is_told_from_an_import() {
    assert!(exports("#[wasm_bindgen]\npub fn mount() {}"));
    assert!(exports("#[wasm_bindgen(js_name = \"Latch\")] pub struct Handle;"));
    assert!(!exports(
        "#[wasm_bindgen] extern \"C\" { #[wasm_bindgen(method)] fn now(this: &Clock) -> f64; }"
    ));
    assert!(exports("#[wasm_bindgen] extern \"C\" { fn a(); } #[wasm_bindgen] pub fn b() {}"));
    assert!(!exports("// #[wasm_bindgen]\nfn f() {}"));
}

#[test]
fn a_manifest_gives_up_its_dependencies() {
    let manifest = "[package]\nname = \"x\"\n[dependencies]\n# why\na.workspace = true\nb = \"1\"\n\
                    [dependencies.c]\nversion = \"1\"\n[dev-dependencies]\nd = \"1\"\n\
                    [target.'cfg(unix)'.dependencies]\ne = { version = \"1\" }\n[lints]\nworkspace = true";
    assert_eq!(dependencies(manifest), ["a", "b", "c", "e"]);
}

#[test]
fn a_name_in_the_map_that_stands_for_nothing_is_found() {
    let files = ["src/view/mod.rs".to_owned(), "style/code.css".to_owned()];
    let text = "`src/view/` and `view/mod.rs`, `code.css`; `src/gone.rs`, `styles/`, `src/view/old`; \
                `/oauth/token`, `text/html`, `Flow`";
    assert_eq!(missing(text, &files), ["src/gone.rs", "styles/", "src/view/old"]);
}
