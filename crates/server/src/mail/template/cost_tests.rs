//! What templates cost that are made to cost much: time, and memory of the whole process.

use std::{process::Command, time::Instant};

use super::*;

/// What a template may take, in milliseconds and kilobytes; without the compiler's help it is slower.
const TIME: u128 = if cfg!(debug_assertions) { 50 * 400 } else { 50 };
const MEMORY: u64 = 32 * 1024;
/// What else the machine does makes one round slow, and seldom all.
const ROUNDS: u32 = if cfg!(debug_assertions) { 1 } else { 5 };

/// What comes of a template.
#[derive(Debug, PartialEq)]
enum End {
    /// It is refused when it is read, with these words.
    Refused(&'static str),
    /// It ends before it is done.
    Stopped,
    /// It makes this.
    Makes(&'static str),
    /// Whatever comes of it, it comes soon.
    Any,
}

/// What `liquid` did to a server without limits, and what is as large as the limits allow.
fn cases() -> Vec<(&'static str, String, End)> {
    use End::{Any, Makes, Refused, Stopped};
    let nested = |count: usize| format!("{}x{}", "{% if 1 %}".repeat(count), "{% endif %}".repeat(count));
    let doubling = "{% assign a = a | append: a %}".repeat(22);
    let long = |text: &str| text.repeat(64 * 1024 / text.len());
    let index = format!("{{{{ {}a{} }}}}", "a[".repeat(250), "]".repeat(250));
    let condition = format!("{{% if nope{} %}}{{% endif %}}", " or nope".repeat(90));
    let filters = format!("{{{{ code{} }}}}", " | append: 'x'".repeat(90));
    let element = |inner: &str, outer: &str| format!("{{% {outer} %}}{inner}{{% end{outer} %}}");
    vec![
        ("a value that is markup", "{{ user.name }}".into(), Makes("&lt;script&gt;{{7|times:7}}")),
        ("a loop of a million", "{% for i in (1..1000000) %}x{% endfor %}".into(), Refused("range")),
        ("a loop of ten million", "{% for i in (1..10000000) %}x{% endfor %}".into(), Refused("range")),
        (
            "3,000 loops of 3,000",
            "{% for i in (1..3000) %}{% for j in (1..3000) %}{% endfor %}{% endfor %}".into(),
            Refused("range"),
        ),
        (
            "1,000 loops of 1,000",
            "{% for i in (1..1000) %}{% for j in (1..1000) %}{% endfor %}{% endfor %}".into(),
            Stopped,
        ),
        ("22 doublings", format!("{{% assign a = '{}' %}}{doubling}{{{{ a }}}}", "x".repeat(16)), Stopped),
        ("an unknown variable", "{{ nope }}".into(), Makes("")),
        ("an unknown filter", "{{ code | nope }}".into(), Refused("nope")),
        ("1,000 blocks inside each other", nested(1000), Refused("inside each other")),
        ("1,500 blocks inside each other", nested(1500), Refused("too many")),
        ("5,000 blocks that do not end", "{% if 1 %}".repeat(5000), Refused("too many")),
        ("64 kB of text", long("x"), Any),
        ("64 kB of lines", long("\n"), Any),
        ("64 kB of braces", long("{ % } "), Any),
        ("64 kB of braces that open", long("{"), Any),
        ("2,000 values", "{{ user.name }}".repeat(2000), Any),
        ("2,000 values of texts", format!("{{{{ '{}' }}}}", "x".repeat(20)).repeat(2000), Any),
        ("indexes inside each other", index.repeat(64 * 1024 / index.len()), Any),
        ("long conditions", condition.repeat(64 * 1024 / condition.len()), Any),
        ("rows of filters", filters.repeat(64 * 1024 / filters.len()), Any),
        (
            "32 blocks inside each other, again and again",
            nested(32).repeat(64 * 1024 / nested(32).len()),
            Any,
        ),
        ("a long quotation", format!("{{{{ '{}' }}}}", "x".repeat(60_000)), Any),
        ("a long comment", element(&"{{ a }} ".repeat(1900), "comment"), Any),
        ("what is not read", element(&"{% if 1 %}".repeat(1900), "raw"), Any),
    ]
}

fn end_of(source: &str) -> Result<String, End> {
    let variables = Variables::default().with("code", "012345").with("user.name", "<script>{{7|times:7}}");
    let template = match Template::parse(source, Markup::Html) {
        Ok(template) => template,
        Err(said) => return Ok(format!("refused: {said}")),
    };
    template.render(&variables).map_err(|_| End::Stopped)
}

/// In a process of its own, whose memory nothing else takes.
#[test]
fn no_template_takes_more_than_its_time_and_its_memory() {
    const NAME: &str = "mail::template::cost_tests::no_template_takes_more_than_its_time_and_its_memory";
    const ALONE: &str = "LATCH_ALONE";
    let is_alone = std::env::var_os(ALONE).is_some();
    if is_alone {
        return take_and_tell();
    }
    let program = std::env::current_exe().unwrap();
    let alone =
        Command::new(program).args([NAME, "--exact", "--nocapture"]).env(ALONE, "1").output().unwrap();
    let said = String::from_utf8(alone.stdout).unwrap();
    assert!(alone.status.success(), "{said}{}", String::from_utf8_lossy(&alone.stderr));
    assert_eq!(said.matches(" ms, ").count(), cases().len(), "{said}");
    println!("{said}");
}

fn take_and_tell() {
    for (name, source, expected) in cases() {
        let before = begin_anew();
        let mut took = u128::MAX;
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            let end = end_of(&source);
            took = took.min(begun.elapsed().as_millis());
            match (&expected, &end) {
                (End::Refused(words), Ok(said)) => {
                    assert!(said.starts_with("refused: ") && said.contains(words), "{name}: {said}");
                }
                (End::Makes(text), Ok(said)) => assert_eq!(text, said, "{name}"),
                (End::Any, _) => {}
                (expected, end) => assert_eq!(end.as_ref().err(), Some(expected), "{name}"),
            }
        }
        let grown = most().saturating_sub(before);
        println!("{name}: {took} ms, {grown} kB");
        // What is as large as the limits allow takes longer to read, once, when the configuration is read.
        let most = if expected == End::Any { 5 * TIME } else { TIME };
        assert!(took <= most, "{name} takes {took} ms");
        assert!(grown <= MEMORY, "{name} takes {grown} kB");
    }
}

/// Forgets the most that the process ever held, and tells what it holds.
fn begin_anew() -> u64 {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    kilobytes("VmRSS:")
}

/// The most that it held since.
fn most() -> u64 {
    kilobytes("VmHWM:")
}

/// Only Linux tells.
fn kilobytes(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}
