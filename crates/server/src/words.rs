//! What the server itself says to people, in messages and on its pages: a file for each language in
//! `words/`, in the terms of the widget's own dictionaries.
//!
//! The sentences are written so that nothing in them has to be bent: neither the application's name,
//! nor the gender of what was sent. Where the text runs from right to left, what comes from elsewhere
//! is isolated in it.

use std::sync::LazyLock;

use axum::http::{HeaderMap, header};
use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules};
use serde::Deserialize;

/// The sentences of a language. What they are for says their English, `words/en.json`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(missing_docs, reason = "each is documented by its English")]
pub struct Words {
    pub subject: String,
    pub heading: String,
    pub enter_code: String,
    pub press_button: String,
    pub button: String,
    pub open_link: String,
    pub or_enter_code: String,
    valid: Forms,
    pub ignore: String,
    pub keep_code: String,
    pub keep_link: String,
    pub otherwise: String,
    pub link_lead: String,
    pub link_doubt: String,
    pub sign_out_of: String,
    pub sign_out: String,
    pub signed_in_here: String,
    pub signed_out: String,
    pub error_heading: String,
    pub r#continue: String,
    pub one_moment: String,
    pub done: String,
    pub close_window: String,
    pub login_ended: String,
    pub too_many: String,
}

/// A sentence with a number, by the categories of CLDR's plural rules.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Forms {
    zero: Option<String>,
    one: Option<String>,
    two: Option<String>,
    few: Option<String>,
    many: Option<String>,
    other: String,
}

impl Forms {
    fn of(&self, category: PluralCategory) -> &str {
        let form = match category {
            PluralCategory::Zero => &self.zero,
            PluralCategory::One => &self.one,
            PluralCategory::Two => &self.two,
            PluralCategory::Few => &self.few,
            PluralCategory::Many => &self.many,
            PluralCategory::Other => &None,
        };
        form.as_deref().unwrap_or(&self.other)
    }
}

/// A language that the server speaks.
#[derive(Debug)]
pub struct Language {
    /// Its tag (BCP 47), in lower case.
    pub tag: &'static str,
    /// Its sentences.
    pub words: Words,
    locale: Locale,
}

macro_rules! languages {
    ($($tag:literal)*) => {
        /// Tag and sentences of each.
        const FILES: &[(&str, &str)] = &[$(($tag, include_str!(concat!("words/", $tag, ".json")))),*];
    };
}

languages! {
    "en" "af" "ar" "az" "bg" "ca" "cs" "da" "de" "el" "es" "et" "fa" "fi" "fr" "he" "hr" "hu" "id" "it" "ja"
    "ko" "lt" "lv" "ms" "nb" "nl" "nn" "pl" "pt" "pt-br" "ro" "ru" "sk" "sl" "sr" "sv" "tr" "uk" "vi" "zh"
    "zh-tw"
}

/// What some languages are also called. `public/latch/words.js` has the same.
const ALIASES: [(&str, &str); 6] =
    [("no", "nb"), ("ua", "uk"), ("iw", "he"), ("in", "id"), ("zh-hant", "zh-tw"), ("zh-hk", "zh-tw")];

/// Those that are written from right to left.
const RIGHT_TO_LEFT: [&str; 3] = ["ar", "fa", "he"];

static ENGLISH: LazyLock<Language> = LazyLock::new(|| {
    let (tag, file) = FILES[0];
    Language::read(tag, file)
});
static OTHERS: LazyLock<Vec<Language>> =
    LazyLock::new(|| FILES[1..].iter().map(|(tag, file)| Language::read(tag, file)).collect());

impl Language {
    #[expect(clippy::expect_used, reason = "these files are part of the program, and tests read them")]
    fn read(tag: &'static str, file: &str) -> Self {
        let words = serde_json::from_str(file).expect("sentences");
        let locale: Locale = tag.parse().expect("a tag");
        Self { tag, words, locale }
    }

    /// The one that nobody has to ask for.
    pub fn english() -> &'static Self {
        &ENGLISH
    }

    /// The language to speak for what is accepted: a tag, or a list with weights (RFC 9110, section
    /// 12.5.4). Each is looked up as it is, then without its last parts (RFC 4647, section 3.4).
    pub fn accepted(list: &str) -> Option<&'static Self> {
        let mut ranges: Vec<(f32, &str)> = list.split(',').filter_map(range).collect();
        ranges.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        ranges.into_iter().find_map(|(_, tag)| Self::named(tag))
    }

    /// The language of a page: what whoever sends a browser here asks for (`ui_locales`, `OpenID` Connect
    /// Core section 3.1.2.1: tags with spaces between them), or what the browser says.
    pub fn of_page(headers: &HeaderMap, ui_locales: Option<&str>) -> &'static Self {
        let browser = headers.get(header::ACCEPT_LANGUAGE).and_then(|list| list.to_str().ok());
        let asked = ui_locales.map(|tags| tags.replace(' ', ","));
        asked
            .and_then(|list| Self::accepted(&list))
            .or_else(|| browser.and_then(Self::accepted))
            .unwrap_or_else(Self::english)
    }

    fn named(tag: &str) -> Option<&'static Self> {
        let tag = tag.to_ascii_lowercase().replace('_', "-");
        let mut name = tag.as_str();
        loop {
            let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
            let language = alias.map_or(name, |(_, language)| language);
            let mut all = std::iter::once(Self::english()).chain(OTHERS.iter());
            if let Some(language) = all.find(|one| one.tag == language) {
                return Some(language);
            }
            name = name.rsplit_once('-')?.0;
        }
    }

    /// The plural form that a number takes. The rules are read each time: they cannot be kept for all threads.
    fn category(&self, number: u32) -> PluralCategory {
        let rules = PluralRules::try_new_cardinal((&self.locale).into());
        rules.map_or(PluralCategory::Other, |rules| rules.category_for(number))
    }

    /// `ltr` or `rtl`.
    pub fn direction(&self) -> &'static str {
        if RIGHT_TO_LEFT.contains(&self.tag) { "rtl" } else { "ltr" }
    }

    /// How long something is good for, in whole minutes. Of less than one nothing is said.
    pub fn valid(&self, seconds: u32) -> Option<String> {
        let minutes = seconds / 60;
        let form = self.words.valid.of(self.category(minutes));
        (minutes > 0).then(|| fill(form, &[("minutes", &minutes.to_string())]))
    }
}

/// A language and its weight. What has none weighs 1, what weighs nothing is not wanted.
fn range(part: &str) -> Option<(f32, &str)> {
    let mut parts = part.split(';').map(str::trim);
    let tag = parts.next().filter(|tag| !tag.is_empty())?;
    let weight = parts.find_map(|parameter| parameter.strip_prefix("q=")).map_or(Ok(1.0), str::parse);
    weight.ok().filter(|weight: &f32| *weight > 0.0).map(|weight| (weight, tag))
}

/// Puts values in the places of their names. What a value holds is no place.
pub fn fill(sentence: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let found = after.split_once('}').and_then(|(name, after)| {
            values.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value, after))
        });
        let (value, after) = found.unwrap_or(("{", after));
        filled.push_str(value);
        rest = after;
    }
    filled + rest
}

#[cfg(test)]
#[path = "words_tests.rs"]
pub(crate) mod tests;
