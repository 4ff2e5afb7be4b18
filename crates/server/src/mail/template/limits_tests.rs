use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use liquid_core::{
    Language, Renderable,
    parser::{BlockElement, BlockReflection, ParseBlock, TagBlock, TagTokenIter},
};
use proptest::prelude::*;

use super::*;

fn code() -> Variables {
    Variables::default().with("code", "012345")
}

fn complaint(source: &str) -> String {
    Template::parse(source, Markup::Text).unwrap_err()
}

fn nested(count: usize) -> String {
    format!("{}x{}", "{% if 1 %}".repeat(count), "{% endif %}".repeat(count))
}

fn loops(count: usize, body: &str) -> String {
    format!("{}{body}{}", "{% for i in (1..1000) %}".repeat(count), "{% endfor %}".repeat(count))
}

/// Few steps, each with a long text: 1000 rounds of 14 filters over 28 kB.
fn slow() -> String {
    let (text, filters) = ("<b>x".repeat(7000), " | strip_html | append: 'x'".repeat(7));
    loops(1, &format!("{{% assign n = '{text}'{filters} | size %}}"))
}

#[test]
fn what_nothing_could_limit_later_is_refused_when_it_is_read() {
    for (source, said) in [
        (nested(33), "inside each other"),
        (nested(900), "inside each other"),
        ("x".repeat(64 * 1024 + 1), "too long"),
        ("{{ a }}".repeat(2001), "too many tags"),
        (format!("{{{{ {}a{} }}}}", "a[".repeat(257), "]".repeat(257)), "too many indexes"),
        (format!("{{% if 1{} %}}x{{% endif %}}", " or 1".repeat(100)), "too many parts"),
        (format!("{{% if 1 %}}{}{{% endif %}}", "{% elsif 1 %}".repeat(257)), "too many elsif"),
        (" ".repeat(501), "too many spaces"),
        ("{% for i in (1..10000000) %}x{% endfor %}".into(), "range"),
        ("{% for i in (1..n) %}x{% endfor %}".into(), "range"),
        ("{%- for i in ( 1 .. 99999 ) -%}x{% endfor %}".into(), "range"),
    ] {
        assert!(complaint(&source).contains(said), "{}", complaint(&source));
    }
}

#[test]
fn nothing_in_a_template_hides_the_rest_from_its_limits() {
    let range = "{% for i in (1..10000000) %}{% endfor %}";
    for blind in [
        "{% raw %}{{{% endraw %}",
        "{% raw %}{%{% endraw %}",
        "{% raw %}{% comment %}{% endraw %}",
        "{% comment %}{{{% endcomment %}",
        "{% comment %}{% if x %}{% endcomment %}{% endcomment %}",
        "{{ '}}{%' }}",
        "{{ \"{% raw %}\" }}",
        "{{- code -}}",
    ] {
        let deep = complaint(&format!("{blind}{}", nested(900)));
        assert!(deep.contains("inside each other"), "{blind}: {deep}");
        let wide = complaint(&format!("{blind}{range}"));
        assert!(wide.contains("range"), "{blind}: {wide}");
    }
    let before_each = complaint(&"{{\"}}{%\"}}{%if 1%}".repeat(600));
    assert!(before_each.contains("inside each other"), "{before_each}");
    let in_a_comment = complaint(&format!("{{% comment %}}{}{{% endcomment %}}", nested(33)));
    assert!(in_a_comment.contains("inside each other"), "{in_a_comment}");
    assert!(Template::parse(&"{%if 1%}".repeat(8000), Markup::Text).is_err());
}

#[test]
fn as_deep_as_the_limits_allow_is_read_rendered_and_forgotten() {
    let index = format!("{}a{}", "a[".repeat(256), "]".repeat(256));
    let source = format!(
        "{}{{% if nope %}}{}{{% elsif nope{} or code %}}{{{{ {index} }}}}x{}",
        "{% if 1 %}".repeat(31),
        "{% elsif nope %}".repeat(255),
        " or nope".repeat(98),
        "{% endif %}".repeat(32),
    );
    let template = Template::parse(&source, Markup::Text).unwrap();
    assert_eq!(template.render(&code()).unwrap(), "x");
}

#[test]
fn a_template_that_does_too_much_ends_soon_and_takes_nothing_with_it() {
    let doubling = "{% assign a = a | append: a %}".repeat(30);
    for source in [
        loops(3, ""),
        loops(3, "x"),
        loops(3, "{{ code }}"),
        loops(2, &"x".repeat(1000)),
        // Few steps, and more than a message may be.
        loops(1, &"x".repeat(300)),
        loops(2, "{% capture a %}{{ a }}xxxxxxxxxx{% endcapture %}"),
        loops(1, "{% assign a = a | append: a | append: 'x' %}"),
        format!("{{% assign a = 'x' %}}{doubling}{{{{ a }}}}"),
        format!("{{% assign a = 'x' %}}{doubling}"),
        format!("{{% assign a = 'x,x' | split: ',' %}}{}", loops(3, "{% for x in a %}{% endfor %}")),
        slow(),
    ] {
        let template = Template::parse(&source, Markup::Text).unwrap();
        let begun = Instant::now();
        assert!(template.render(&code()).is_err(), "{source}");
        // It works for 50 ms at most; others may have the processor meanwhile.
        assert!(begun.elapsed().as_secs() < 5, "{:?} {source}", begun.elapsed());
    }
    let modest = Template::parse(&loops(1, "x"), Markup::Text).unwrap();
    assert_eq!(modest.render(&code()).unwrap().len(), 1000, "what is modest is done");
}

#[test]
fn every_byte_that_a_template_handles_costs_it_steps() {
    let text = "x".repeat(28_000);
    let with_text = |body: &str| format!("{{% assign a = '{text}' %}}{}", loops(1, body));
    for source in [
        slow(),
        with_text("{% assign n = a | size %}"),
        with_text("{% if a == 'x' %}{% endif %}"),
        with_text("{% assign b = a %}"),
        loops(1, &format!("{{% assign n = '{text}' | size %}}")),
    ] {
        let template = Template::parse(&source, Markup::Text).unwrap();
        let time = Duration::from_hours(1);
        let rendered = template.render_for(Allowance { time, ..Allowance::default() }, &code());
        assert_eq!(rendered.unwrap_err().to_string(), "the template does too much");
    }
}

#[test]
fn a_template_ends_when_its_time_is_over_however_many_steps_are_left() {
    let template = Template::parse(&slow(), Markup::Text).unwrap();
    let rendered = template.render_for(Allowance { steps: u32::MAX, ..Allowance::default() }, &code());
    assert_eq!(rendered.unwrap_err().to_string(), "the template does too much");
}

/// Stands in for a block, and writes down what the parser shows it.
#[derive(Clone)]
struct Witness {
    names: (&'static str, &'static str),
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    open: usize,
    deepest: usize,
    tags: Vec<Vec<String>>,
}

impl BlockReflection for Witness {
    fn start_tag(&self) -> &str {
        self.names.0
    }

    fn end_tag(&self) -> &str {
        self.names.1
    }

    fn description(&self) -> &'static str {
        ""
    }
}

impl ParseBlock for Witness {
    fn parse(
        &self,
        arguments: TagTokenIter<'_>,
        mut tokens: TagBlock<'_, '_>,
        language: &Language,
    ) -> liquid_core::Result<Box<dyn Renderable>> {
        let parts = |tokens: TagTokenIter<'_>| tokens.map(|part| part.as_str().to_owned()).collect();
        {
            let mut seen = self.seen.lock().unwrap();
            seen.open += 1;
            seen.deepest = seen.deepest.max(seen.open);
            seen.tags.push(parts(arguments));
        }
        let mut body = || {
            while let Some(element) = tokens.next()? {
                match element {
                    BlockElement::Tag(tag) if matches!(tag.name(), "else" | "elsif") => {
                        self.seen.lock().unwrap().tags.push(parts(tag.into_tokens()));
                    }
                    element => drop(element.parse(&mut tokens, language)?),
                }
            }
            Ok(())
        };
        let read = body();
        self.seen.lock().unwrap().open -= 1;
        read.map(|()| Box::new(Elements::new(Vec::new())) as Box<dyn Renderable>)
    }

    fn reflection(&self) -> &dyn BlockReflection {
        self
    }
}

/// What the parser itself finds in a template.
fn seen_by_the_parser(source: &str) -> Seen {
    let seen = Arc::new(Mutex::new(Seen::default()));
    let depth = Depth::default();
    let mut language = language::language(Markup::Text, &depth);
    for names in [("if", "endif"), ("unless", "endunless"), ("for", "endfor")] {
        let witness = Witness { names, seen: Arc::clone(&seen) };
        language.blocks.register(names.0.to_owned(), depth.counted(Box::new(witness)));
    }
    let _ = stack::aside(|| liquid_core::parser::parse(source, &language).is_ok());
    std::mem::take(&mut *seen.lock().unwrap())
}

fn piece() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "x",
        "{",
        "{{",
        "{{{",
        "}}",
        "{%",
        "%}",
        "-%}",
        "'",
        "\"",
        " ",
        " or 1",
        "{{ '",
        "{{\"}}{%\"}}",
        "{{ a[",
        "{% if 1",
        "{% if 1 %}",
        "{%-if code-%}",
        "{% unless 0 %}",
        "{% endif %}",
        "{%endunless%}",
        "{% else %}",
        "{% elsif code or 1 %}",
        "{% raw %}",
        "{% endraw %}",
        "{%- raw -%}",
        "{% comment %}",
        "{% endcomment %}",
        "{% capture a %}",
        "{% endcapture %}",
        "{% for i in (1..10) %}",
        "{% for i in (1..10000000) %}",
        "{%for i in( 0 .. 2000 )reversed%}",
        "{% endfor %}",
    ]);
    let times = prop_oneof![8 => Just(1_usize), 1 => Just(40), 1 => Just(220)];
    (pieces, times).prop_map(|(piece, times)| piece.repeat(times))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn whatever_is_not_refused_is_within_the_limits_as_the_parser_reads_it(
        pieces in prop::collection::vec(piece(), 1..12)
    ) {
        let source = pieces.concat();
        if let Ok(template) = Template::parse(&source, Markup::Text) {
            let _ = template.render(&code());
        }
        if scan::check(&source).is_err() {
            return Ok(());
        }
        let seen = seen_by_the_parser(&source);
        prop_assert!(seen.deepest <= DEPTH_MAX, "{} blocks", seen.deepest);
        for parts in seen.tags {
            prop_assert!(parts.len() <= scan::PARTS_MAX, "{} parts", parts.len());
            for range in parts.iter().filter_map(|part| part.strip_prefix('(')) {
                let mut ends = range.trim_end_matches(')').split("..").map(|end| end.trim().parse::<u32>());
                prop_assert!(ends.all(|end| end.is_ok_and(|end| end <= 1000)), "({range}");
            }
        }
    }
}
