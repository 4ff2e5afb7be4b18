use std::{collections::BTreeSet, fs, path::PathBuf};

use serde_json::{Map, Value};

use super::*;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All of them, English first.
pub(crate) fn all() -> impl Iterator<Item = &'static Language> {
    std::iter::once(Language::english()).chain(OTHERS.iter())
}

/// Tags of the files in a folder.
fn tags(folder: &str) -> BTreeSet<String> {
    let files = fs::read_dir(root().join(folder)).unwrap();
    files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
        .collect()
}

/// The sentences of a file by name; each form of one with a number by itself.
fn sentences(file: &str) -> Vec<(String, String)> {
    let file: Map<String, Value> = serde_json::from_str(file).unwrap();
    let mut sentences = Vec::new();
    for (name, value) in file {
        match value {
            Value::String(sentence) => sentences.push((name, sentence)),
            Value::Object(forms) => {
                sentences.extend(
                    forms.into_iter().map(|(_, form)| (name.clone(), form.as_str().unwrap().to_owned())),
                );
            }
            other => panic!("{name}: {other}"),
        }
    }
    sentences
}

/// The names in braces, in the order of the alphabet.
fn places(sentence: &str) -> Vec<&str> {
    let mut places: Vec<&str> =
        sentence.split('{').skip(1).map(|after| after.split_once('}').unwrap().0).collect();
    places.sort_unstable();
    places
}

#[test]
fn the_server_speaks_every_language_of_the_widget() {
    let spoken: BTreeSet<String> = all().map(|language| language.tag.to_owned()).collect();
    assert_eq!(spoken, tags("public/i18n"));
    assert_eq!(spoken, tags("crates/server/src/words"), "a file for each, and no other");
    assert_eq!(spoken.len(), FILES.len(), "each once");
}

#[test]
fn no_sentence_is_missing_or_english_or_has_other_places_than_the_english_one() {
    let english = sentences(FILES[0].1);
    let of_english = |name: &str| &english.iter().find(|(other, _)| other == name).unwrap().1;
    for (tag, file) in &FILES[1..] {
        for (name, sentence) in sentences(file) {
            let english = of_english(&name);
            assert_eq!(places(&sentence), places(english), "{tag} {name}");
            assert_ne!(&sentence, english, "{tag} {name}");
            assert_eq!(sentence.trim(), sentence, "{tag} {name}");
            assert!(!sentence.contains(['<', '>', '&', '\n']), "{tag} {name}: it is text, and one line");
        }
    }
}

#[test]
fn what_comes_from_elsewhere_is_isolated_in_text_from_right_to_left() {
    for (tag, file) in FILES {
        let is_rtl = RIGHT_TO_LEFT.contains(tag);
        for (name, sentence) in sentences(file) {
            for place in places(&sentence).into_iter().filter(|place| ["app", "account"].contains(place)) {
                let isolated = format!("\u{2068}{{{place}}}\u{2069}");
                assert_eq!(sentence.contains(&isolated), is_rtl, "{tag} {name}");
            }
        }
    }
}

#[test]
fn a_person_reads_the_same_words_here_and_in_the_widget() {
    for (tag, file) in FILES {
        let widget = fs::read_to_string(root().join(format!("public/i18n/{tag}.json"))).unwrap();
        let widget: Value = serde_json::from_str(&widget).unwrap();
        let words: Words = serde_json::from_str(file).unwrap();
        assert_eq!(words.sign_out, widget["signOut"], "{tag}");
    }
    let script = fs::read_to_string(root().join("public/latch/words.js")).unwrap();
    let line = script.lines().find(|line| line.starts_with("const aliases")).unwrap();
    for (alias, language) in ALIASES {
        let (bare, quoted) = (format!(" {alias}: \"{language}\""), format!(" \"{alias}\": \"{language}\""));
        assert!(line.contains(&bare) || line.contains(&quoted), "{alias}");
    }
    assert_eq!(line.matches(": ").count(), ALIASES.len(), "{line}");
}

#[test]
fn the_language_is_the_first_that_is_accepted_and_spoken() {
    for (list, tag) in [
        ("ja", Some("ja")),
        ("pt-BR", Some("pt-br")),
        ("pt_BR", Some("pt-br")),
        ("pt-AO", Some("pt")),
        ("de-CH-1996", Some("de")),
        ("zh-Hant", Some("zh-tw")),
        ("zh-Hant-HK", Some("zh-tw")),
        ("zh-HK", Some("zh-tw")),
        ("zh-Hans-CN", Some("zh")),
        ("no", Some("nb")),
        ("ua-UA", Some("uk")),
        ("fr-CH, fr;q=0.9, en;q=0.8", Some("fr")),
        ("en;q=0.5, ja ; q=0.7, de;q=0.6", Some("ja")),
        ("tlh, sv;q=0.4, *;q=0.1", Some("sv")),
        ("ja;q=0, ko;q=0.1", Some("ko")),
        ("ja;q=nonsense, ko;q=0.1", Some("ko")),
        ("ja;q=NaN, ko;q=0.1", Some("ko")),
        ("*", None),
        ("tlh", None),
        ("-", None),
        ("", None),
        (",;q=1,", None),
        ("../../etc/passwd", None),
    ] {
        assert_eq!(Language::accepted(list).map(|language| language.tag), tag, "{list:?}");
    }
}

#[test]
fn minutes_are_counted_as_people_do() {
    let valid = |tag: &str, minutes: u32| Language::named(tag).unwrap().valid(minutes * 60).unwrap();
    assert_eq!(valid("en", 1), "Valid for 1 minute.");
    assert_eq!(valid("en", 3), "Valid for 3 minutes.");
    assert_eq!(valid("ru", 1), "Действует 1 минуту.");
    assert_eq!(valid("ru", 3), "Действует 3 минуты.");
    assert_eq!(valid("ru", 5), "Действует 5 минут.");
    assert_eq!(valid("pl", 2), "Ważny przez 2 minuty.");
    assert_eq!(valid("sl", 2), "Velja 2 minuti.");
    assert_eq!(valid("ar", 5), "صالح لمدة 5 دقائق.");
    assert_eq!(valid("ja", 10), "10分間有効です。");
    for language in all() {
        let Forms { zero, one, two, few, many, other } = &language.words.valid;
        let bends = [zero, one, two, few, many].into_iter().any(Option::is_some);
        for minutes in 1..=10_u32 {
            let form = match language.category(minutes) {
                PluralCategory::Zero => zero,
                PluralCategory::One => one,
                PluralCategory::Two => two,
                PluralCategory::Few => few,
                PluralCategory::Many => many,
                PluralCategory::Other => &Some(other.clone()),
            };
            assert!(form.is_some() || !bends, "{} has no form for {minutes}", language.tag);
        }
        assert_eq!(language.valid(59), None, "less than a minute is no minute");
    }
}

#[test]
fn a_value_is_no_place() {
    assert_eq!(fill("{app}: {code}", &[("app", "{code}"), ("code", "1")]), "{code}: 1");
    assert_eq!(fill("{", &[("app", "x")]), "{");
    assert_eq!(fill("a {b} {app}", &[("app", "x")]), "a {b} x");
}
