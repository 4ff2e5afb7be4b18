//! The tags and filters that a template may use: those of Liquid that a message has a use for.
//!
//! Left out are `include` and `render` (there is nothing to include), `tablerow` and `ifchanged`
//! (they gather output where no purse pays for it), and the filters whose result can be larger than
//! everything that goes in (`replace`, `join`, `concat`) or that take a width (`date`).

use std::{fmt, io};

use liquid_core::{
    Language, Renderable, Result, Runtime, Template, Value, ValueView,
    model::KString,
    parser::{
        BlockReflection, Filter, FilterArguments, FilterReflection, ParseBlock, ParseFilter, ParseTag,
        TagBlock, TagTokenIter,
    },
};
use liquid_lib::stdlib::{self as std_liquid};

use super::{
    Markup,
    filters::{Split, UrlEncode},
    nesting::Depth,
    purse::{Purse, VALUE_MAX, size},
};

/// What there is, for a template of this kind. Counts the template's blocks.
pub(super) fn language(markup: Markup, depth: &Depth) -> Language {
    let mut language = Language::empty();
    let blocks: [(&str, Box<dyn ParseBlock>); 7] = [
        ("capture", Box::new(Capture)),
        ("case", Box::new(std_liquid::CaseBlock)),
        ("comment", Box::new(std_liquid::CommentBlock)),
        ("for", Box::new(std_liquid::ForBlock)),
        ("if", Box::new(std_liquid::IfBlock)),
        ("raw", Box::new(std_liquid::RawBlock)),
        ("unless", Box::new(std_liquid::UnlessBlock)),
    ];
    for (name, block) in blocks {
        language.blocks.register(name.to_owned(), depth.counted(block));
    }
    let tags: [(&str, Box<dyn ParseTag>); 6] = [
        ("assign", Box::new(std_liquid::AssignTag)),
        ("break", Box::new(std_liquid::BreakTag)),
        ("continue", Box::new(std_liquid::ContinueTag)),
        ("cycle", Box::new(std_liquid::CycleTag)),
        ("decrement", Box::new(std_liquid::DecrementTag)),
        ("increment", Box::new(std_liquid::IncrementTag)),
    ];
    for (name, tag) in tags {
        language.tags.register(name.to_owned(), tag);
    }
    for filter in filters() {
        let name = filter.reflection().name().to_owned();
        language.filters.register(name, Box::new(Bounded(filter)));
    }
    // Values of HTML are escaped already.
    if markup == Markup::Html {
        let escape: Box<dyn ParseFilter> = Box::new(Bounded(Box::new(std_liquid::EscapeOnce)));
        language.filters.register("escape".to_owned(), escape);
    }
    language
}

fn filters() -> Vec<Box<dyn ParseFilter>> {
    vec![
        Box::new(std_liquid::Abs),
        Box::new(std_liquid::Append),
        Box::new(std_liquid::Capitalize),
        Box::new(std_liquid::Ceil),
        Box::new(std_liquid::Default),
        Box::new(std_liquid::DividedBy),
        Box::new(std_liquid::Downcase),
        Box::new(std_liquid::Escape),
        Box::new(std_liquid::EscapeOnce),
        Box::new(std_liquid::First),
        Box::new(std_liquid::Floor),
        Box::new(std_liquid::Last),
        Box::new(std_liquid::Lstrip),
        Box::new(std_liquid::Minus),
        Box::new(std_liquid::Modulo),
        Box::new(std_liquid::NewlineToBr),
        Box::new(std_liquid::Plus),
        Box::new(std_liquid::Prepend),
        Box::new(std_liquid::Remove),
        Box::new(std_liquid::RemoveFirst),
        Box::new(std_liquid::Round),
        Box::new(std_liquid::Rstrip),
        Box::new(std_liquid::Size),
        Box::new(std_liquid::Slice),
        Box::new(Split),
        Box::new(std_liquid::Strip),
        Box::new(std_liquid::StripHtml),
        Box::new(std_liquid::StripNewlines),
        Box::new(std_liquid::Times),
        Box::new(std_liquid::Truncate),
        Box::new(std_liquid::TruncateWords),
        Box::new(std_liquid::Upcase),
        Box::new(std_liquid::UrlDecode),
        Box::new(UrlEncode),
    ]
}

/// A filter that is paid for what goes in and what comes out, and whose result has a size.
#[derive(Clone)]
struct Bounded(Box<dyn ParseFilter>);

impl ParseFilter for Bounded {
    fn parse(&self, arguments: FilterArguments<'_>) -> Result<Box<dyn Filter>> {
        Ok(Box::new(BoundedFilter(self.0.parse(arguments)?)))
    }

    fn reflection(&self) -> &dyn FilterReflection {
        self.0.reflection()
    }
}

#[derive(Debug)]
struct BoundedFilter(Box<dyn Filter>);

impl fmt::Display for BoundedFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Filter for BoundedFilter {
    fn evaluate(&self, input: &dyn ValueView, runtime: &dyn Runtime) -> Result<Value> {
        let purse = runtime.registers().get_mut::<Purse>().clone();
        purse.charge(size(input))?;
        let value = self.0.evaluate(input, runtime)?;
        let made = size(&value);
        purse.charge(made)?;
        if made > VALUE_MAX {
            return Err(liquid_core::Error::with_msg("A value is too long"));
        }
        Ok(value)
    }
}

/// `capture`, into a text that has a size: the crate's own has none.
#[derive(Clone, Copy, Debug)]
struct Capture;

impl BlockReflection for Capture {
    fn start_tag(&self) -> &'static str {
        "capture"
    }

    fn end_tag(&self) -> &'static str {
        "endcapture"
    }

    fn description(&self) -> &'static str {
        ""
    }
}

impl ParseBlock for Capture {
    fn parse(
        &self,
        mut arguments: TagTokenIter<'_>,
        mut tokens: TagBlock<'_, '_>,
        options: &Language,
    ) -> Result<Box<dyn Renderable>> {
        let name = arguments.expect_next("Identifier expected")?.expect_identifier().into_result()?;
        let name = KString::from_ref(name);
        arguments.expect_nothing()?;
        let body = Template::new(tokens.parse_all(options)?);
        tokens.assert_empty();
        Ok(Box::new(Captured { name, body }))
    }

    fn reflection(&self) -> &dyn BlockReflection {
        self
    }
}

#[derive(Debug)]
struct Captured {
    name: KString,
    body: Template,
}

impl Renderable for Captured {
    fn render_to(&self, _: &mut dyn io::Write, runtime: &dyn Runtime) -> Result<()> {
        let mut text = Text(Vec::new());
        self.body.render_to(&mut text, runtime)?;
        let text = String::from_utf8_lossy(&text.0).into_owned();
        runtime.set_global(self.name.clone(), Value::scalar(text));
        Ok(())
    }
}

/// A text up to the size of a value.
struct Text(Vec<u8>);

impl io::Write for Text {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > VALUE_MAX {
            return Err(io::ErrorKind::QuotaExceeded.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
