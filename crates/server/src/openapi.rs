//! What the server answers to, as a document: `OpenAPI` 3.1. `GET /openapi.json` serves it, `GET /docs`
//! shows it, and the tests hold every answer that they get against it.
//!
//! One file per section. Schemas say what is taken and not what is wise: whoever sends what they allow
//! may still be refused, for a client that is not known or a code that does not hold.

mod browser;
mod components;
mod dev;
mod html;
mod oauth;
mod operation;
mod passwordless;

use serde_json::{Value, json};

pub use self::html::html;
use self::operation::Operation;
use crate::{session, state::App};

/// What stands in examples.
struct Setting<'a> {
    /// The client's id.
    client: &'a str,
    /// A callback of that client.
    callback: &'a str,
}

/// `paths`.
#[derive(Default)]
struct Paths(serde_json::Map<String, Value>);

impl Paths {
    fn get(&mut self, path: &str, operation: Operation) {
        self.put(path, "get", operation);
    }

    fn post(&mut self, path: &str, operation: Operation) {
        self.put(path, "post", operation);
    }

    fn put(&mut self, path: &str, method: &str, operation: Operation) {
        let item = self.0.entry(path).or_insert_with(|| json!({}));
        item[method] = operation.into_value();
    }
}

/// The document of this server, as it is configured.
pub fn document(app: &App) -> Value {
    let dev = app.config.dev;
    let setting = if dev {
        Setting { client: "demo", callback: "http://localhost:4001/" }
    } else {
        Setting { client: "YOUR_CLIENT_ID", callback: "https://app.example.com/callback" }
    };
    let mut paths = Paths::default();
    passwordless::add(&mut paths, &setting);
    oauth::add(&mut paths, &setting);
    browser::add(&mut paths, &setting);
    dev::add_description(&mut paths);
    if dev {
        dev::add_inbox(&mut paths);
    }
    let mut tags = vec![
        json!({"name": "Passwordless", "description": "From an address to a code, and from a code to a session."}),
        json!({"name": "OAuth and OpenID Connect", "description": "From a code to tokens, and what tokens open."}),
        json!({"name": "Browser", "description": "Pages, sessions, and what Auth0's Lock asks for."}),
        json!({"name": "Description", "description": "This document."}),
    ];
    if dev {
        tags.push(json!({"name": "Development", "description": "Only with `--dev`."}));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Latch",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Passwordless login with Auth0's protocol.",
            "description": "Every refusal is an object with `error`, for programs, and `error_description`, for \
                developers. `null` and `\"\"` count as left out; a name that is given twice is refused. The widget's \
                own files, which the server serves too, are not listed.",
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": app.origin()}],
        "tags": tags,
        "paths": paths.0,
        "components": components::components(app.origin(), &session::cookie_name(app, "latch")),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use latch_protocol::endpoint::PASSWORDLESS_START;
    use serde_json::{Value, json};

    use super::document;
    use crate::{app, testing::Test};

    fn operations(document: &Value) -> Vec<(String, String, &Value)> {
        let mut found = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                found.push((method.to_uppercase(), path.clone(), operation));
            }
        }
        found
    }

    #[tokio::test]
    async fn the_document_describes_the_routes_that_there_are_and_no_others() {
        for test in [Test::new().await, Test::dev().await] {
            let routes = app::routes(&test.app);
            let there: BTreeSet<(String, String)> = routes
                .listed()
                .iter()
                .map(|(method, path)| (method.to_string(), (*path).to_owned()))
                .collect();
            let document = document(&test.app);
            let described: BTreeSet<(String, String)> =
                operations(&document).into_iter().map(|(method, path, _)| (method, path)).collect();
            assert_eq!(there, described);
        }
    }

    #[tokio::test]
    async fn every_operation_has_a_name_of_its_own_a_section_and_its_parameters_of_the_path() {
        let test = Test::dev().await;
        let document = document(&test.app);
        let mut names = BTreeSet::new();
        for (method, path, operation) in operations(&document) {
            let name = operation["operationId"].as_str().unwrap();
            assert!(!name.is_empty() && names.insert(name), "{method} {path}: {name}");
            let tags = document["tags"].as_array().unwrap();
            assert!(tags.iter().any(|tag| tag["name"] == operation["tags"][0]), "{path}");
            for part in path.split('/').filter_map(|part| part.strip_prefix('{')) {
                let part = part.trim_end_matches('}');
                let parameters = operation["parameters"].as_array().unwrap();
                let is_it =
                    |one: &Value| one["in"] == "path" && one["name"] == part && one["required"] == true;
                assert!(parameters.iter().any(is_it), "{path}");
            }
        }
    }

    #[tokio::test]
    async fn every_reference_leads_somewhere() {
        fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
            match value {
                Value::Object(members) => {
                    found.extend(members.get("$ref").and_then(Value::as_str));
                    members.values().for_each(|member| references(member, found));
                }
                Value::Array(items) => items.iter().for_each(|item| references(item, found)),
                _ => {}
            }
        }
        let test = Test::dev().await;
        let document = document(&test.app);
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(found.len() > 50);
        for reference in found {
            assert!(document.pointer(reference.strip_prefix('#').unwrap()).is_some(), "{reference}");
        }
    }

    #[tokio::test]
    async fn every_example_is_what_its_schema_takes() {
        let test = Test::dev().await;
        let document = document(&test.app);
        let mut examples = 0;
        for (method, path, operation) in operations(&document) {
            for body in
                operation["requestBody"]["content"].as_object().into_iter().flat_map(|all| all.values())
            {
                let schema = json!({"allOf": [body["schema"]], "components": document["components"]});
                let validator = jsonschema::draft202012::new(&schema).unwrap();
                assert!(validator.is_valid(&body["example"]), "{method} {path}: {}", body["example"]);
                examples += 1;
            }
        }
        assert!(examples > 15);
    }

    #[tokio::test]
    async fn the_first_example_sends_a_code() {
        let test = Test::dev().await;
        let document = document(&test.app);
        let start =
            &document["paths"][PASSWORDLESS_START]["post"]["requestBody"]["content"]["application/json"];
        assert_eq!(test.post(PASSWORDLESS_START, &start["example"]).await.status, 200);
        assert!(test.waiting("ada@example.com").await.is_some());
    }
}
