//! The operations of `--dev`, and those that describe the server.

use latch_protocol::{endpoint, error::code};
use serde_json::json;

use super::{
    Paths,
    operation::{Operation, schema},
};

pub(super) fn add_inbox(paths: &mut Paths) {
    let tag = "Development";
    let here = |operation: Operation| {
        let words = "The request names another host than this machine.";
        operation.unlimited().refuses(403, words, &[code::ACCESS_DENIED])
    };
    paths.get(
        "/dev/inbox",
        here(
            Operation::new(
                tag,
                "inbox",
                "The messages that would have been sent",
                "A page for people. Only with `--dev`, and only on this machine.",
            )
            .answers_page(200, "The page."),
        ),
    );
    paths.get(
        "/dev/inbox/messages",
        here(
            Operation::new(tag, "inboxMessages", "The same for programs", "The newest first.").answers_json(
                200,
                "The messages.",
                &json!({"type": "array", "maxItems": 200, "items": schema("InboxMessage")}),
            ),
        ),
    );
    paths.get(
        "/dev/inbox/messages/{id}",
        here(
            Operation::new(tag, "inboxMessage", "The HTML of a message", "For the frame on the page.")
                .path(
                    "id",
                    json!({
                        "type": "string",
                        "minLength": 1,
                        "pattern": "^[^/]+$",
                        "description": "Of the message.",
                    }),
                )
                .answers_page(200, "The HTML.")
                .refuses(404, "There is no such message.", &[code::NOT_FOUND]),
        ),
    );
    for (path, id, media_type) in [
        ("/dev/inbox/inbox.css", "inboxStyle", "text/css"),
        ("/dev/inbox/inbox.js", "inboxScript", "text/javascript"),
    ] {
        paths.get(
            path,
            here(Operation::new(tag, id, "A part of the page", "For `/dev/inbox`.").answers(
                200,
                media_type,
                "The file.",
                &json!({"type": "string"}),
            )),
        );
    }
}

pub(super) fn add_description(paths: &mut Paths) {
    let tag = "Description";
    paths.get(
        endpoint::OPENAPI,
        Operation::new(tag, "openapi", "This document", "For programs, in OpenAPI 3.1.").answers_json(
            200,
            "The document.",
            &json!({"type": "object", "required": ["openapi", "info", "paths"]}),
        ),
    );
    paths.get(
        endpoint::DOCS,
        Operation::new(tag, "docs", "This document, for people", "A page.")
            .unlimited()
            .answers_page(200, "The page."),
    );
}
