//! A picture that asks for something. What the server draws is a few lines, and these are drawn anew as
//! elements: so they need no address that a page's policy might forbid, and take the text's colour.

use leptos::prelude::*;
use wasm_bindgen::prelude::wasm_bindgen;

use super::element::Element;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch)]
    fn atob(text: &str) -> Result<String, wasm_bindgen::JsValue>;
}

/// A picture.
#[component]
pub fn Picture(
    /// Its sheet.
    sheet: &'static str,
    /// Where it is.
    address: String,
    /// What it is, for those who do not see it.
    label: String,
) -> Element {
    let frame = Element::new("div", "picture", sheet);
    let lines = address.strip_prefix("data:image/svg+xml;base64,").and_then(|svg| atob(svg).ok());
    let Some(lines) = lines.as_deref().and_then(read) else {
        return frame.child(Element::new("img", "image", sheet).attr("alt", &label).attr("src", &address));
    };
    let svg = Element::svg("svg", "lines", sheet)
        .attr("viewBox", lines.view_box)
        .attr("role", "img")
        .attr("aria-label", &label);
    let line = |path: &&str| Element::svg("path", "", "").attr("d", path);
    frame.child(lines.paths.iter().map(line).fold(svg, Element::child))
}

/// A drawing that is nothing but lines.
#[derive(Debug, PartialEq, Eq)]
struct Lines<'a> {
    view_box: &'a str,
    paths: Vec<&'a str>,
}

/// Reads a drawing as the server makes it, and no other: those of others may hold more than lines.
fn read(svg: &str) -> Option<Lines<'_>> {
    let (_, rest) = svg.strip_prefix("<svg xmlns=\"")?.split_once("\" viewBox=\"")?;
    let (view_box, rest) = rest.split_once('"')?;
    let (_, rest) = rest.split_once("<g fill=\"none\" ")?;
    let (_, body) = rest.split_once('>')?;
    let body = body.strip_suffix("</g></svg>")?.strip_prefix("<path d=\"")?.strip_suffix("\"/>")?;
    let paths: Vec<&str> = body.split("\"/><path d=\"").collect();
    let is_line = |path: &&str| path.chars().all(|c| c.is_ascii_digit() || " MQ-".contains(c));
    paths.iter().all(is_line).then_some(Lines { view_box, paths })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_and_anything_else_is_left_to_the_browser() {
        let svg = |body: &str| {
            format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 24 7\" width=\"320\">\
                 <g fill=\"none\" stroke=\"#000\">{body}</g></svg>"
            )
        };
        let two = svg("<path d=\"M1 2Q3 4 5 -6\"/><path d=\"M7 8\"/>");
        assert_eq!(read(&two), Some(Lines { view_box: "0 0 24 7", paths: vec!["M1 2Q3 4 5 -6", "M7 8"] }));
        for body in ["", "<text>AB</text>", "<path d=\"M1 1\" onload=\"x()\"/>", "<path d=\"M1 1\"/><image/>"]
        {
            assert_eq!(read(&svg(body)), None, "{body}");
        }
        assert_eq!(read("<svg><path d=\"M1 1\"/></svg>"), None);
    }
}
