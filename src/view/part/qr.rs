//! An address as a QR code (ISO/IEC 18004), for the camera of a phone.

use leptos::prelude::*;
use qrcodegen::{QrCode, QrCodeEcc};

use super::element::Element;

/// White around the code, in modules: what the standard asks for.
const QUIET: i32 = 4;

/// A QR code that is shown when it is asked for.
#[component]
pub fn Qr(
    /// The screen's.
    sheet: &'static str,
    /// What asks for it.
    label: String,
    /// What to do with it.
    hint: String,
    /// What it says.
    text: String,
) -> Element {
    let mut details = Element::new("details", "phone", sheet)
        .child(Element::new("summary", "summary", sheet).label(&label));
    if let Ok(code) = QrCode::encode_text(&text, QrCodeEcc::Low) {
        let size = (code.size() + 2 * QUIET).to_string();
        let picture = Element::svg("svg", "qr", sheet)
            .attr("viewBox", &["0 0 ", &size, " ", &size].concat())
            .attr("role", "img")
            .attr("aria-label", &hint)
            // Without the sheet's class, whose reset would take the path away: in CSS it is a property, too.
            .child(Element::svg("path", "", "").attr("d", &path(&code)).attr("fill", "#14161c"));
        details = details.child(picture);
    }
    details.child(Element::new("p", "scan", sheet).attr("aria-hidden", "true").label(&hint))
}

/// Each run of dark modules in a row as a rectangle.
fn path(code: &QrCode) -> String {
    let mut path = Vec::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let start = x;
            while code.get_module(x, y) {
                x += 1;
            }
            if x > start {
                let [left, top, width] = [start + QUIET, y + QUIET, x - start].map(|it| it.to_string());
                path.extend(["M".to_owned(), left, " ".to_owned(), top, "h".to_owned(), width.clone()]);
                path.extend(["v1h-".to_owned(), width, "z".to_owned()]);
            }
            x += 1;
        }
    }
    path.concat()
}
