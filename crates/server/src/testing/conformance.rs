//! Holds what the tests see against the document of the API: every answer, and every body that was
//! taken. So the tests of the endpoints prove the document, and a status that it lacks fails.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock},
};

use axum::http::{HeaderMap, Method, StatusCode, header};
use jsonschema::Validator;
use serde_json::{Value, json};

use super::Reply;
use crate::{openapi, state::App};

/// A request, as far as the document speaks of it.
pub(super) struct Asked {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Vec<u8>>,
}

/// A document, and those of its schemas that were needed.
struct Described {
    document: Value,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

/// Fails unless the document allows this answer to this request.
pub(super) fn check(app: &App, asked: &Asked, reply: &Reply) {
    static DESCRIBED: [OnceLock<Described>; 2] = [OnceLock::new(), OnceLock::new()];
    let described = DESCRIBED[usize::from(app.config.dev)]
        .get_or_init(|| Described { document: openapi::document(app), validators: Mutex::default() });
    let Some((path, item)) = described.find(&asked.path) else { return };
    let method = if asked.method == Method::HEAD { Method::GET } else { asked.method.clone() };
    let place = format!("{} {path} {}", asked.method, reply.status.as_u16());
    let Some(operation) = item.get(method.as_str().to_lowercase()) else {
        let preflight = method == Method::OPTIONS && reply.status == StatusCode::NO_CONTENT;
        assert!(preflight || reply.status == StatusCode::METHOD_NOT_ALLOWED, "{place} is not documented");
        return;
    };
    let response = described.resolve(&operation["responses"][reply.status.as_str()]);
    assert!(response.is_object(), "{place} is not documented: {}", reply.text());
    for (name, what) in response["headers"].as_object().into_iter().flatten() {
        assert!(what["required"] != true || reply.headers.contains_key(name), "{place} lacks {name}");
    }
    if asked.method != Method::HEAD {
        described.check_body(&place, response, reply);
    }
    if reply.status.is_success() || reply.status.is_redirection() {
        described.check_taken(&place, operation, asked);
    }
}

impl Described {
    /// The path of the document that an address belongs to: a literal one before one with parameters.
    fn find(&self, address: &str) -> Option<(&str, &Value)> {
        let paths = self.document["paths"].as_object().unwrap();
        let exact = paths.get_key_value(address);
        let found = exact.or_else(|| {
            paths.iter().find(|(path, _)| {
                let parts = || path.split('/').zip(address.split('/'));
                path.contains('{')
                    && path.split('/').count() == address.split('/').count()
                    && parts().all(|(part, given)| part.starts_with('{') || part == given)
            })
        });
        found.map(|(path, item)| (path.as_str(), item))
    }

    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(reference) => self.document.pointer(&reference[1..]).unwrap(),
            None => value,
        }
    }

    fn check_body(&self, place: &str, response: &Value, reply: &Reply) {
        let Some(content) = response["content"].as_object() else {
            assert!(reply.bytes.is_empty(), "{place} has a body: {}", reply.text());
            return;
        };
        let media_type = media_type(&reply.headers);
        let Some(described) = content.get(&media_type) else {
            panic!("{place} is {media_type}: {}", reply.text());
        };
        let value = if media_type == "application/json" { reply.json() } else { json!(reply.text()) };
        self.validate(&format!("{place} {media_type}"), &described["schema"], &value);
    }

    /// What the server takes has to be what the document says that it takes.
    fn check_taken(&self, place: &str, operation: &Value, asked: &Asked) {
        let (Some(content), Some(bytes)) = (operation["requestBody"]["content"].as_object(), &asked.body)
        else {
            return;
        };
        if operation["requestBody"]["required"] == false && bytes.is_empty() {
            return;
        }
        let media_type = media_type(&asked.headers);
        let described = content.get(&media_type).unwrap_or_else(|| panic!("{place} takes {media_type}"));
        let value = if media_type == "application/json" {
            serde_json::from_slice(bytes).unwrap()
        } else {
            url::form_urlencoded::parse(bytes)
                .into_owned()
                .map(|(name, value)| (name, json!(value)))
                .collect()
        };
        self.validate(&format!("{place} takes {media_type}"), &described["schema"], &value);
    }

    fn validate(&self, name: &str, schema: &Value, value: &Value) {
        let known = self.validators.lock().unwrap().get(name).cloned();
        let validator = known.unwrap_or_else(|| {
            let root = json!({"allOf": [schema], "components": self.document["components"]});
            let validator = jsonschema::draft202012::options().should_validate_formats(true).build(&root);
            let validator = Arc::new(validator.unwrap());
            self.validators.lock().unwrap().insert(name.to_owned(), validator.clone());
            validator
        });
        let wrong: Vec<String> =
            validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(wrong.is_empty(), "{name} is not as documented: {wrong:#?}\n{value:#}");
    }
}

fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).map(|value| value.to_str().unwrap()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_lowercase()
}
