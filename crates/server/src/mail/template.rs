//! Templates of messages: Auth0's Liquid, and its older `@@macros@@`.
//!
//! Operators write templates, but a mistake in one, or what somebody slipped them, must not take the
//! server down. The `liquid` crates know no limits. What they cannot limit is refused when the
//! configuration is read: by its text ([`scan`]), and by the blocks that the parser opens
//! ([`nesting`]). Every rendering has a purse ([`purse`]) that pays for each step, each value and each
//! byte, and for the time. Both happen on a stack that is larger than the limits need ([`stack`]).
//!
//! Unlike those crates, and like Auth0, an unknown variable is empty. In HTML every value is escaped
//! before the template sees it, and `escape` does not escape twice.

mod filters;
mod language;
mod nesting;
mod purse;
mod scan;
mod stack;
mod stopwatch;

use std::fmt;

use liquid_core::{
    Object,
    runtime::{Renderable as _, RuntimeBuilder, Template as Elements},
};

use self::{
    nesting::{DEPTH_MAX, Depth},
    purse::{Allowance, Metered, Output, Purse},
};
use super::message::{escape, one_line};

/// What a template makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Markup {
    /// Plain text.
    Text,
    /// HTML: values are escaped.
    Html,
}

/// A template that can be rendered.
pub struct Template {
    elements: Elements,
    markup: Markup,
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Template").field("markup", &self.markup).finish_non_exhaustive()
    }
}

/// The template did more than a message is worth, or something that has no meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unrendered(String);

impl fmt::Display for Unrendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Template {
    /// Reads a template. Says what is wrong with it, in one line.
    pub fn parse(source: &str, markup: Markup) -> Result<Self, String> {
        let source = scan::macros_to_liquid(source);
        let depth = Depth::default();
        // The parser was not made for hostile input: where it panics, the template is wrong.
        let read = stack::aside(|| {
            scan::check(&source)?;
            let parsed = liquid_core::parser::parse(&source, &language::language(markup, &depth));
            parsed.map_err(|error| sentence(&error))
        });
        if depth.is_exceeded() {
            return Err(format!("has too many blocks inside each other: {DEPTH_MAX} at most"));
        }
        let elements = read.unwrap_or_else(|| Err("cannot be read".to_owned()))?;
        Ok(Self { elements: Elements::new(elements), markup })
    }

    /// Fills in the variables. The thread that calls waits for it.
    pub fn render(&self, variables: &Variables) -> Result<String, Unrendered> {
        self.render_for(Allowance::default(), variables)
    }

    fn render_for(&self, allowance: Allowance, variables: &Variables) -> Result<String, Unrendered> {
        let globals = variables.object(self.markup);
        let rendered = stack::aside(|| {
            let purse = Purse::new(allowance);
            let mut output = Output::new(&purse);
            let runtime = RuntimeBuilder::new().set_globals(&globals).build();
            let rendered = self.elements.render_to(&mut output, &Metered::new(&runtime, &purse));
            match rendered {
                _ if purse.is_empty() => Err("the template does too much".to_owned()),
                Ok(()) => Ok(output.into_text()),
                Err(error) => Err(sentence(&error)),
            }
        });
        rendered.unwrap_or_else(|| Err("a filter of the template failed".to_owned())).map_err(Unrendered)
    }
}

/// What is wrong and where, in one line. The rest of the complaint repeats the template.
fn sentence(error: &liquid_core::Error) -> String {
    let text = error.to_string();
    let text = text.trim_start_matches("liquid:");
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or("cannot be read");
    let place = first.strip_prefix("--> ").and_then(|place| place.split(':').next());
    let details: Vec<&str> = lines.collect();
    let detail = |prefix: &str| details.iter().find_map(|line| line.strip_prefix(prefix));
    match (place, detail("= "), detail("requested ")) {
        (Some(line), Some(reason), _) => one_line(&format!("line {line}: {reason}")),
        (_, _, Some(what)) => one_line(&format!("{first}: {what}")),
        _ => one_line(first),
    }
}

/// What a template may show. Names with a dot are parts of an object.
#[derive(Clone, Debug, Default)]
pub struct Variables(Vec<(&'static str, String)>);

impl Variables {
    /// Adds one.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.push((name, value.into()));
        self
    }

    fn object(&self, markup: Markup) -> Object {
        let mut object = Object::new();
        for (name, value) in &self.0 {
            let value = match markup {
                Markup::Text => value.clone(),
                Markup::Html => escape(value),
            };
            let value = liquid_core::Value::scalar(value);
            match name.split_once('.') {
                None => {
                    object.insert((*name).into(), value);
                }
                Some((outer, inner)) => {
                    let outer =
                        object.entry(outer).or_insert_with(|| liquid_core::Value::Object(Object::new()));
                    if let liquid_core::Value::Object(outer) = outer {
                        outer.insert(inner.into(), value);
                    }
                }
            }
        }
        object
    }
}

#[cfg(test)]
#[path = "template/tests.rs"]
mod tests;

#[cfg(test)]
#[path = "template/limits_tests.rs"]
mod limits_tests;

#[cfg(test)]
#[path = "template/cost_tests.rs"]
mod cost_tests;
