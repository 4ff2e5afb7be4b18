//! What is refused before the parser sees it, because nothing limits it later.

use std::borrow::Cow;

/// Bytes of a template.
pub(super) const SIZE_MAX: usize = 64 * 1024;
/// Blocks inside blocks: each level is a level of the machine's stack.
const DEPTH_MAX: usize = 32;
/// Tags and outputs of a template.
const TAGS_MAX: usize = 2000;
/// Filters of one output, and indexes inside indexes.
const CHAIN_MAX: usize = 16;
/// The largest number of a range: all of it is in memory before the first round.
const RANGE_MAX: u32 = 1000;

/// Refuses what is too large or too deep.
pub(super) fn check(source: &str) -> Result<(), String> {
    if source.len() > SIZE_MAX {
        return Err(format!("is too long: {SIZE_MAX} bytes at most"));
    }
    let mut depth = 0_usize;
    for (number, inside) in tags(source).enumerate() {
        if number >= TAGS_MAX {
            return Err(format!("has too many tags: {TAGS_MAX} at most"));
        }
        let chain = inside.text.matches('|').count().max(inside.text.matches('[').count());
        if chain > CHAIN_MAX {
            return Err(format!("has a tag with too many filters or indexes: {CHAIN_MAX} at most"));
        }
        if !inside.is_tag {
            continue;
        }
        let name = inside.text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next();
        match name.unwrap_or_default() {
            "if" | "unless" | "case" | "for" | "capture" | "comment" | "raw" => depth += 1,
            end if end.starts_with("end") => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEPTH_MAX {
            return Err(format!("has too many blocks inside each other: {DEPTH_MAX} at most"));
        }
        if inside.text.contains("..") && !inside.text.split('(').skip(1).all(is_small_range) {
            return Err(format!("has a range that is not of two numbers up to {RANGE_MAX}"));
        }
    }
    Ok(())
}

/// Whether what follows a parenthesis begins with `1..10)`.
fn is_small_range(text: &str) -> bool {
    let small = |number: &str| number.trim().parse().is_ok_and(|number: u32| number <= RANGE_MAX);
    text.split_once(')')
        .and_then(|(range, _)| range.split_once(".."))
        .is_some_and(|(first, last)| small(first) && small(last))
}

struct Inside<'a> {
    text: &'a str,
    is_tag: bool,
}

/// What stands between `{{` and `}}`, and between `{%` and `%}`.
fn tags(source: &str) -> impl Iterator<Item = Inside<'_>> {
    let mut rest = source;
    std::iter::from_fn(move || {
        let start = rest
            .match_indices('{')
            .map(|(at, _)| at)
            .find(|at| matches!(rest.as_bytes().get(at + 1), Some(b'{' | b'%')))?;
        let is_tag = rest.as_bytes().get(start + 1) == Some(&b'%');
        let inside = rest.get(start + 2..)?;
        let end = inside.find(if is_tag { "%}" } else { "}}" }).unwrap_or(inside.len());
        rest = inside.get(end..).unwrap_or_default();
        let text = inside.get(..end)?.trim_start_matches('-').trim();
        Some(Inside { text, is_tag })
    })
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
