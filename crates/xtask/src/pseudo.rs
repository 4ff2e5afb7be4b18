//! English that nobody reads: every letter has an accent, every sentence is a third longer and stands in
//! brackets. On a screen it shows what is not translated, what is cut off, and what has no room to grow.
//! For the gallery and the tests: no page gets it by its language.

use std::{fs, path::Path};

use anyhow::{Context, Result};

/// The file in `i18n`. `en-XA` is what others call such a language, too.
const FILE: &str = "en-xa.json";

pub(crate) fn write(dist: &Path) -> Result<()> {
    let folder = dist.join("i18n");
    let path = folder.join("en.json");
    let english = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    fs::write(folder.join(FILE), dictionary(&english)).with_context(|| format!("cannot write {FILE}"))
}

/// A whole dictionary: its keys stay, its sentences do not.
fn dictionary(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let mut rest = json;
    while let Some((before, text)) = rest.split_once('"') {
        let end = end(text);
        let (string, after) = text.split_at(end);
        let is_key = after.get(1..).is_some_and(|after| after.trim_start().starts_with(':'));
        out.push_str(before);
        out.push('"');
        out.push_str(&if is_key { string.to_owned() } else { sentence(string) });
        out.push('"');
        rest = after.get(1..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// Where a JSON string ends.
fn end(text: &str) -> usize {
    let mut is_escaped = false;
    let is_end = |c| {
        let ends = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        ends
    };
    text.find(is_end).unwrap_or(text.len())
}

/// A sentence as it stands in JSON. Escapes and what stands in braces are not for readers.
fn sentence(english: &str) -> String {
    let mut out = String::from("[");
    let (mut is_escape, mut is_placeholder) = (false, false);
    for c in english.chars() {
        is_placeholder |= c == '{';
        if is_escape || is_placeholder || c == '\\' {
            out.push(c);
            is_escape = c == '\\' && !is_escape;
            is_placeholder &= c != '}';
        } else {
            let accented = accent(c);
            out.push(accented);
            // Vowels are two letters in five.
            if "aeiouAEIOU".contains(c) {
                out.extend(accented.to_lowercase());
            }
        }
    }
    out.push(']');
    out
}

fn accent(c: char) -> char {
    const PLAIN: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const ACCENTED: &str = "áƀçďéƒĝħíĵķļɱñóþɋŕšŧúṽŵẋýžÁƁÇĎÉƑĜĦÍĴĶĻṀÑÓÞɊŔŠŦÚṼŴẊÝŽ";
    PLAIN.chars().zip(ACCENTED.chars()).find(|(plain, _)| *plain == c).map_or(c, |(_, accented)| accented)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::root;

    #[test]
    fn keys_placeholders_and_escapes_stay() {
        let json = r#"{ "codeLead": "Sent to {destination}\u2019s \"box\"", "forms": { "one": "A" } }"#;
        let pseudo =
            r#"{ "codeLead": "[Šééñŧ ŧóó {destination}\u2019š \"ƀóóẋ\"]", "forms": { "one": "[Áá]" } }"#;
        assert_eq!(dictionary(json), pseudo);
    }

    #[test]
    fn sentences_grow_by_a_third_and_no_letter_is_plain() {
        let english = fs::read_to_string(root().join("public/i18n/en.json")).unwrap();
        let sentences: Vec<_> = english
            .lines()
            .filter_map(|line| line.split_once("\": \""))
            .map(|(_, sentence)| sentence.trim_end_matches(['"', ',']))
            .filter(|sentence| !sentence.contains('{'))
            .collect();
        assert!(sentences.len() > 40);
        let pseudo: Vec<_> = sentences.iter().map(|it| sentence(it)).collect();
        assert!(!pseudo.concat().contains(|c: char| c.is_ascii_alphabetic()), "{pseudo:?}");
        let length = |all: &str| all.chars().count();
        let (before, after) = (length(&sentences.concat()), length(&pseudo.concat()));
        assert!(after * 100 >= before * 130 && after * 100 <= before * 160, "{before} to {after}");
    }
}
