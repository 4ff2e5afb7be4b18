//! The document as a page for people. Whatever it says is escaped; `code` stands between backticks.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::mail::message::escape;

/// The page's body.
pub fn html(document: &Value) -> String {
    let info = &document["info"];
    let mut page = format!(
        "<h1>{}</h1><p>{}</p><p>{}</p><p>For programs: <a href=\"/openapi.json\">openapi.json</a></p>",
        prose(&info["title"]),
        prose(&info["summary"]),
        prose(&info["description"]),
    );
    let sections = document["tags"].as_array().into_iter().flatten();
    for tag in sections.clone() {
        let _ =
            write!(page, "<nav><h2>{}</h2><p>{}</p><ul>", prose(&tag["name"]), prose(&tag["description"]));
        for one in operations(document, tag) {
            let _ = write!(page, "<li><a href=\"#{}\">{}</a></li>", one.id(), one.title());
        }
        page.push_str("</ul></nav>");
    }
    for one in sections.flat_map(|tag| operations(document, tag)) {
        one.write(&mut page);
    }
    page
}

fn operations<'a>(document: &'a Value, tag: &'a Value) -> impl Iterator<Item = Described<'a>> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let all = paths.flat_map(move |(path, item)| {
        item.as_object().into_iter().flatten().map(move |(method, operation)| Described {
            document,
            path,
            method: method.to_uppercase(),
            operation,
        })
    });
    all.filter(move |one| one.operation["tags"][0] == tag["name"])
}

/// An operation, and what it stands in.
struct Described<'a> {
    document: &'a Value,
    path: &'a str,
    method: String,
    operation: &'a Value,
}

impl<'a> Described<'a> {
    fn id(&self) -> String {
        escape(self.operation["operationId"].as_str().unwrap_or_default())
    }

    fn title(&self) -> String {
        format!("<b>{}</b> <code>{}</code>", self.method, escape(self.path))
    }

    fn write(&self, page: &mut String) {
        let _ = write!(
            page,
            "<section id=\"{}\"><h3>{}</h3><h4>{}</h4><p>{}</p>",
            self.id(),
            self.title(),
            prose(&self.operation["summary"]),
            prose(&self.operation["description"]),
        );
        self.write_parameters(page);
        self.write_body(page);
        self.write_answers(page);
        let _ = write!(page, "<h4>Example</h4><pre>{}</pre></section>", escape(&self.curl()));
    }

    fn write_parameters(&self, page: &mut String) {
        let parameters = self.parameters();
        if parameters.is_empty() {
            return;
        }
        page.push_str("<h4>Parameters</h4><table>");
        for one in parameters {
            let place =
                format!("{}{}", text(&one["in"]), if one["required"] == true { ", required" } else { "" });
            row(page, text(&one["name"]), &place, &one["description"]);
        }
        page.push_str("</table>");
    }

    fn write_body(&self, page: &mut String) {
        let Some(content) = self.content() else { return };
        let encodings: Vec<&str> = content.keys().map(String::as_str).collect();
        let _ = write!(page, "<h4>Body</h4><p>{}</p>", escape(&encodings.join(" or ")));
        let Some(body) = content.values().next() else { return };
        let schema = self.resolve(&body["schema"]);
        let single = [schema.clone()];
        for schema in schema["anyOf"].as_array().map_or(&single[..], Vec::as_slice) {
            let schema = self.resolve(schema);
            page.push_str("<table>");
            let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
            let is_required = |name: &str| required.iter().any(|one| one == name);
            let fields = schema["properties"].as_object();
            let mut fields: Vec<_> = fields.into_iter().flatten().collect();
            fields.sort_by_key(|(name, _)| !is_required(name));
            for (name, field) in fields {
                let place = if is_required(name) { "required" } else { "" };
                let field = self.resolve(field);
                row(page, name, place, &field["description"]);
            }
            page.push_str("</table>");
        }
    }

    fn write_answers(&self, page: &mut String) {
        page.push_str("<h4>Answers</h4><table>");
        for (status, response) in self.operation["responses"].as_object().into_iter().flatten() {
            let response = self.resolve(response);
            let content = response["content"].as_object();
            let shapes: Vec<String> = content
                .into_iter()
                .flatten()
                .map(|(media_type, body)| self.shape(media_type, body))
                .collect();
            let _ = write!(
                page,
                "<tr><th><code>{}</code></th><td>{}</td><td>{}</td></tr>",
                escape(status),
                shapes.join("<br>"),
                prose(&response["description"]),
            );
        }
        page.push_str("</table>");
    }

    /// The codes of a refusal, the members of an object, or the media type.
    fn shape(&self, media_type: &str, body: &Value) -> String {
        let codes = body["schema"]["allOf"][1]["properties"]["error"]["enum"].as_array();
        let schema = self.resolve(&body["schema"]);
        let schema = schema["anyOf"].as_array().and_then(|several| several.last()).unwrap_or(schema);
        let members = self.resolve(schema)["properties"].as_object();
        let names: Vec<String> = match (codes, members) {
            (Some(codes), _) => {
                codes.iter().map(|code| format!("<code>{}</code>", escape(text(code)))).collect()
            }
            (None, Some(members)) => {
                members.keys().map(|name| format!("<code>{}</code>", escape(name))).collect()
            }
            (None, None) => vec![escape(media_type)],
        };
        names.join(", ")
    }

    /// How to try it in a shell.
    fn curl(&self) -> String {
        let mut path = self.path.to_owned();
        let mut arguments = Vec::new();
        for one in self.parameters().iter().filter(|one| one["required"] == true) {
            let name = text(&one["name"]);
            let value =
                one["schema"]["examples"][0].as_str().map_or_else(|| name.to_uppercase(), str::to_owned);
            if one["in"] == "path" {
                path = path.replace(&format!("{{{name}}}"), &value);
            } else {
                arguments.push(format!("--data-urlencode {}", quoted(&format!("{name}={value}"))));
            }
        }
        let body = self.content().filter(|_| self.operation["requestBody"]["required"] == true);
        if !arguments.is_empty() {
            arguments.insert(0, "--get".to_owned());
        } else if self.method != "GET" && body.is_none() {
            arguments.push(format!("--request {}", self.method));
        }
        if self.operation["security"][0].get("accessToken").is_some() {
            arguments.push("--header 'authorization: Bearer ACCESS_TOKEN'".to_owned());
        }
        if let Some(body) = body.and_then(|content| content.get("application/json")) {
            arguments.push("--header 'content-type: application/json'".to_owned());
            arguments.push(format!("--data {}", quoted(&body["example"].to_string())));
        }
        let mut curl =
            format!("curl {}", quoted(&format!("{}{path}", text(&self.document["servers"][0]["url"]))));
        for argument in arguments {
            curl.push_str(" \\\n  ");
            curl.push_str(&argument);
        }
        curl
    }

    fn parameters(&self) -> &'a [Value] {
        self.operation["parameters"].as_array().map_or(&[], Vec::as_slice)
    }

    fn content(&self) -> Option<&'a Map<String, Value>> {
        self.operation["requestBody"]["content"].as_object()
    }

    fn resolve(&self, value: &'a Value) -> &'a Value {
        let pointer = value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
        pointer.and_then(|pointer| self.document.pointer(pointer)).unwrap_or(value)
    }
}

fn row(page: &mut String, name: &str, place: &str, description: &Value) {
    let _ = write!(
        page,
        "<tr><th><code>{}</code></th><td>{}</td><td>{}</td></tr>",
        escape(name),
        escape(place),
        prose(description),
    );
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Text with `code` between backticks.
fn prose(value: &Value) -> String {
    let parts = text(value).split('`').enumerate();
    parts
        .map(
            |(number, part)| {
                if number % 2 == 1 { format!("<code>{}</code>", escape(part)) } else { escape(part) }
            },
        )
        .collect()
}

/// A word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
