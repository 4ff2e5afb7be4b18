//! A link that looks like a quiet button, and opens beside the page.

use leptos::prelude::*;

use super::element::Element;
use crate::style;

/// A link out of the page. What is typed here stays.
#[component]
pub fn Link<Url: AsRef<str>>(
    /// What it says.
    label: String,
    /// Where it leads.
    url: Url,
) -> Element {
    Element::new("a", "button quiet mailbox", style::BUTTON)
        .attr("href", url.as_ref())
        .attr("target", "_blank")
        .attr("rel", "noopener noreferrer")
        .label(&label)
}
