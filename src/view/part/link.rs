//! A link that looks like a quiet button, and opens beside the page.

use leptos::prelude::*;

use super::element::Element;
use crate::style;

/// A link out of the page. What is typed here stays.
#[component]
pub fn Link(
    /// What it says.
    label: String,
    /// Where it leads.
    url: &'static str,
) -> Element {
    Element::new("a", "button quiet mailbox", style::BUTTON)
        .attr("href", url)
        .attr("target", "_blank")
        .attr("rel", "noopener noreferrer")
        .label(&label)
}
