//! What is refused before the parser runs, because nothing limits it later.
//!
//! Nothing here decides where a tag ends, or what is `raw`, a comment or a string: to be wrong about that
//! would open a way around the limits. Whatever could be part of a tag counts, wherever it stands, and
//! every `{%` is read by the parser's own rule for one tag; those that the parser will see are among
//! them. Blocks inside blocks are counted while the parser opens them ([`super::nesting`]).

use std::borrow::Cow;

use liquid_core::parser::Tag;

/// Bytes of a template.
const SIZE_MAX: usize = 64 * 1024;
/// Tags and outputs of a template.
const TAGS_MAX: usize = 2000;
/// Values, names and signs of one tag. The conditions of an `if` stand inside each other.
pub(super) const PARTS_MAX: usize = 200;
/// `elsif` of a template. The parser puts each into the one before.
const ELSIFS_MAX: usize = 256;
/// Indexes in brackets of a template, which can stand inside each other.
const INDEXES_MAX: usize = 256;
/// Spaces and ends of lines in a row. At each the parser reads on to the last.
const SPACES_MAX: usize = 500;
/// The largest number of a range: all of it is in memory before the first round.
const RANGE_MAX: u32 = 1000;

/// Refuses what is too large or too deep.
pub(super) fn check(source: &str) -> Result<(), String> {
    let too = |what: &str, most: usize| Err(format!("{what}: {most} at most"));
    let pairs = |is_one: fn(u8, u8) -> bool| {
        source.as_bytes().windows(2).filter(move |pair| matches!(pair, [a, b] if is_one(*a, *b))).count()
    };
    if source.len() > SIZE_MAX {
        return Err(format!("is too long: {SIZE_MAX} bytes at most"));
    }
    if pairs(|a, b| a == b'{' && matches!(b, b'{' | b'%')) > TAGS_MAX {
        return too("has too many tags", TAGS_MAX);
    }
    if pairs(|a, b| (a.is_ascii_alphanumeric() || matches!(a, b'_' | b'-' | b']')) && b == b'[') > INDEXES_MAX
    {
        return too("has too many indexes in brackets", INDEXES_MAX);
    }
    if source.matches("elsif").count() > ELSIFS_MAX {
        return too("has too many elsif", ELSIFS_MAX);
    }
    if source.split(|c| !matches!(c, ' ' | '\n' | '\r')).any(|spaces| spaces.len() > SPACES_MAX) {
        return too("has too many spaces in a row", SPACES_MAX);
    }
    source.match_indices("{%").try_for_each(|(at, _)| check_tag(source.get(at..).unwrap_or_default()))
}

/// Refuses a tag, if one begins here, of too many parts or with a range that is too large.
fn check_tag(source: &str) -> Result<(), String> {
    let Ok(tag) = Tag::new(source) else { return Ok(()) };
    for (number, part) in tag.into_tokens().enumerate() {
        if number >= PARTS_MAX {
            return Err(format!("has a tag with too many parts: {PARTS_MAX} at most"));
        }
        if !is_small_range(part.as_str()).unwrap_or(true) {
            return Err(format!("has a range that is not of two numbers up to {RANGE_MAX}"));
        }
    }
    Ok(())
}

/// Whether a range like `(1..10)` is of small numbers. Nothing, where a part is no range: of all parts
/// only ranges begin with a parenthesis.
fn is_small_range(part: &str) -> Option<bool> {
    let small = |number: &str| number.trim().parse().is_ok_and(|number: u32| number <= RANGE_MAX);
    let range = part.strip_prefix('(')?;
    let ends = range.strip_suffix(')').and_then(|range| range.split_once(".."));
    Some(ends.is_some_and(|(first, last)| small(first) && small(last)))
}

/// `@@password@@`, as Auth0's older templates of messages have it, is `{{ password }}`.
pub(super) fn macros_to_liquid(source: &str) -> Cow<'_, str> {
    if !source.contains("@@") {
        return Cow::Borrowed(source);
    }
    let mut liquid = String::with_capacity(source.len());
    let mut rest = source;
    while let Some((before, after)) = rest.split_once("@@") {
        liquid.push_str(before);
        let is_name = |name: &str| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.')
        };
        match after.split_once("@@") {
            Some((name, after)) if is_name(name.trim()) => {
                liquid.push_str("{{ ");
                liquid.push_str(name.trim());
                liquid.push_str(" }}");
                rest = after;
            }
            _ => {
                liquid.push_str("@@");
                rest = after;
            }
        }
    }
    liquid.push_str(rest);
    Cow::Owned(liquid)
}
