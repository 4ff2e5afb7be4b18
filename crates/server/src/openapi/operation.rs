//! How an operation is written down: what goes in, and every status that comes out.

use latch_protocol::error::code;
use serde_json::{Value, json};

/// Both encodings that most endpoints take. Auth0's SDKs send one or the other.
pub(super) const JSON_OR_FORM: &[&str] = &["application/json", "application/x-www-form-urlencoded"];
/// For endpoints that only scripts call.
pub(super) const JSON: &[&str] = &["application/json"];

/// One method of one path. `OpenAPI` 3.1, "Operation Object".
pub(super) struct Operation(Value);

impl Operation {
    /// Begins one. `tag` is the section that it stands in. What every request can come to is there
    /// already: a host that is not ours, an address that is too long, one that asks too often, and a server
    /// that cannot answer.
    pub(super) fn new(tag: &str, id: &str, summary: &str, description: &str) -> Self {
        Self(json!({
            "tags": [tag],
            "operationId": id,
            "summary": summary,
            "description": description,
            "parameters": [],
            "responses": {
                "421": {"$ref": "#/components/responses/WrongHost"},
                "414": {"$ref": "#/components/responses/AddressTooLong"},
                "429": {"$ref": "#/components/responses/TooManyRequests"},
                "500": {"$ref": "#/components/responses/ServerError"},
                "503": {"$ref": "#/components/responses/TemporarilyUnavailable"},
            },
        }))
    }

    /// A parameter of the query.
    pub(super) fn query(self, name: &str, required: bool, schema: Value) -> Self {
        self.parameter("query", name, required, schema)
    }

    /// A header that changes the answer.
    pub(super) fn header(self, name: &str, schema: Value) -> Self {
        self.parameter("header", name, false, schema)
    }

    /// A part of the path.
    pub(super) fn path(self, name: &str, schema: Value) -> Self {
        self.parameter("path", name, true, schema)
    }

    /// The members of an object as parameters of the query: `GET` takes what a form of `POST` does.
    pub(super) fn queries(mut self, form: &Value) -> Self {
        let required = form["required"].as_array().cloned().unwrap_or_default();
        for (name, schema) in form["properties"].as_object().into_iter().flatten() {
            let is_required = required.iter().any(|one| one == name);
            let mut schema = schema.clone();
            // There is no `null` in a query.
            schema["type"] = json!("string");
            self = self.query(name, is_required, schema);
        }
        self
    }

    fn parameter(mut self, place: &str, name: &str, required: bool, mut schema: Value) -> Self {
        let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
        let parameter = json!({
            "name": name,
            "in": place,
            "required": required,
            "description": description,
            "schema": schema,
        });
        if let Some(parameters) = self.0["parameters"].as_array_mut() {
            parameters.push(parameter);
        }
        self
    }

    /// A body that has to be there, and what is said of one that cannot be read.
    pub(super) fn body(self, encodings: &[&str], schema: &Value, example: &Value) -> Self {
        self.visited_body(encodings, schema, example)
            .refers(408, "BodyTooSlow")
            .refers(413, "BodyTooLarge")
            .refers(415, "UnsupportedMediaType")
    }

    /// A body of an endpoint that browsers go to: what is wrong with it is said on a page.
    pub(super) fn visited_body(mut self, encodings: &[&str], schema: &Value, example: &Value) -> Self {
        let mut content = json!({});
        for encoding in encodings {
            content[*encoding] = json!({"schema": schema, "example": example});
        }
        self.0["requestBody"] = json!({"required": true, "content": content});
        self
    }

    /// The body may be left out.
    pub(super) fn without_need_of_body(mut self) -> Self {
        self.0["requestBody"]["required"] = json!(false);
        self
    }

    /// An answer without a body.
    pub(super) fn answers_empty(mut self, status: u16, description: &str) -> Self {
        self.0["responses"][status.to_string()] = json!({"description": description});
        self
    }

    /// An answer of one media type. A status may be given several.
    pub(super) fn answers(
        mut self,
        status: u16,
        media_type: &str,
        description: &str,
        schema: &Value,
    ) -> Self {
        let response = &mut self.0["responses"][status.to_string()];
        let before = response["description"].as_str().map(|before| format!("{before} Or: "));
        response["description"] = Value::String(before.unwrap_or_default() + description);
        response["content"][media_type] = json!({"schema": schema});
        self
    }

    /// An answer in JSON.
    pub(super) fn answers_json(self, status: u16, description: &str, schema: &Value) -> Self {
        self.answers(status, "application/json", description, schema)
    }

    /// An answer that is a page.
    pub(super) fn answers_page(self, status: u16, description: &str) -> Self {
        self.answers(status, "text/html", description, &json!({"type": "string"}))
    }

    /// A refusal with one of these codes.
    pub(super) fn refuses(self, status: u16, description: &str, codes: &[&str]) -> Self {
        self.answers_json(status, description, &refusal(codes))
    }

    /// An answer that sends the browser on.
    pub(super) fn redirects(self, description: &str) -> Self {
        self.answers_empty(302, description).with_header(302, "Location", "Where the browser goes.")
    }

    /// A header that comes with a status each time.
    pub(super) fn with_header(mut self, status: u16, name: &str, description: &str) -> Self {
        self.0["responses"][status.to_string()]["headers"][name] =
            json!({"required": true, "description": description, "schema": {"type": "string"}});
        self
    }

    /// An answer that is described among the components.
    pub(super) fn refers(mut self, status: u16, component: &str) -> Self {
        self.0["responses"][status.to_string()] =
            json!({"$ref": format!("#/components/responses/{component}")});
        self
    }

    /// Nobody counts how often it is asked for.
    pub(super) fn unlimited(mut self) -> Self {
        if let Some(responses) = self.0["responses"].as_object_mut() {
            responses.remove("429");
        }
        self
    }

    /// What has to be, or may be, shown: `&[]` is nothing at all.
    pub(super) fn secured(mut self, alternatives: &[&[&str]]) -> Self {
        let one = |schemes: &&[&str]| {
            schemes.iter().map(|scheme| ((*scheme).to_owned(), json!([]))).collect::<Value>()
        };
        self.0["security"] = alternatives.iter().map(one).collect();
        self
    }

    /// The same under another name, for a second path.
    pub(super) fn renamed(mut self, id: &str) -> Self {
        self.0["operationId"] = json!(id);
        self
    }

    /// As it stands in the document.
    pub(super) fn into_value(self) -> Value {
        self.0
    }
}

/// The body of a refusal with one of these codes.
pub(super) fn refusal(codes: &[&str]) -> Value {
    json!({"allOf": [
        {"$ref": "#/components/schemas/Error"},
        {"type": "object", "properties": {"error": {"enum": codes}}},
    ]})
}

/// A schema of the components.
pub(super) fn schema(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// Text that has to be there: not empty, and without control characters.
pub(super) fn text(description: &str) -> Value {
    json!({
        "type": "string",
        "minLength": 1,
        "pattern": r"^[^\u0000-\u001f\u007f-\u009f]+$",
        "description": description,
    })
}

/// Text that may be left out; `null` and `""` count as left out.
pub(super) fn optional(description: &str) -> Value {
    json!({
        "type": ["string", "null"],
        "pattern": r"^[^\u0000-\u001f\u007f-\u009f]*$",
        "description": description,
    })
}

/// Text of a query that may be left out.
pub(super) fn optional_query(description: &str) -> Value {
    json!({"type": "string", "pattern": r"^[^\u0000-\u001f\u007f-\u009f]*$", "description": description})
}

/// Text out of a list.
pub(super) fn one_of(values: &[&str], description: &str) -> Value {
    json!({"type": "string", "enum": values, "description": description})
}

/// A member of an object: its name, whether it has to be there, and what it is.
pub(super) type Field = (&'static str, bool, Value);

/// An object with these members, and others, which mean nothing.
pub(super) fn open_object(fields: Vec<Field>) -> Value {
    let required: Vec<&str> = fields.iter().filter(|field| field.1).map(|field| field.0).collect();
    let mut object = json!({"type": "object", "properties": {}});
    if !required.is_empty() {
        object["required"] = json!(required);
    }
    for (name, _, schema) in fields {
        object["properties"][name] = schema;
    }
    object
}

/// An object with these members and no others.
pub(super) fn object(fields: Vec<Field>) -> Value {
    let mut object = open_object(fields);
    object["additionalProperties"] = json!(false);
    object
}

/// `400` of whatever cannot be read.
pub(super) const UNREADABLE: &[&str] = &[code::INVALID_REQUEST];
