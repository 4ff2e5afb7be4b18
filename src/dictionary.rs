//! What is said to users, in their language: a dictionary that the page's script has fetched, the page's
//! own words over it, English under it.
//!
//! Views name a [`Text`] and never a sentence. Numbers and plural forms are the browser's (`Intl`).

use std::cell::OnceCell;

use js_sys::{Array, Intl::PluralRules, Number, Object, Reflect};
use latch_flow::{
    FULL, Problem,
    phone::Number as PhoneNumber,
    view::{CodeMode, CodeView, Status},
};
use wasm_bindgen::JsValue;
#[cfg(feature = "full")]
use wasm_bindgen::prelude::wasm_bindgen;

use crate::decimal::decimal;

mod region_names;
mod text;
#[cfg(feature = "full")]
mod transformer;

pub use region_names::{Endonyms, RegionNames, alphabetical, folded};
pub use text::Text;
#[cfg(feature = "full")]
pub use transformer::Transformer;

#[cfg(feature = "full")]
#[wasm_bindgen]
extern "C" {
    /// How a language lists things: "a, b and c".
    #[wasm_bindgen(js_namespace = Intl)]
    type ListFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl)]
    fn new(locales: &Array) -> ListFormat;
    #[wasm_bindgen(method, js_name = formatToParts)]
    fn format_to_parts(this: &ListFormat, list: &Array) -> Array;
}

/// The words of one element.
#[derive(Debug)]
pub struct Words {
    language: String,
    direction: String,
    given: Option<Given>,
    /// Asked of the browser when one is named.
    regions: OnceCell<RegionNames>,
    /// What the page says in the place of ours about what is wrong.
    #[cfg(feature = "full")]
    said: std::cell::RefCell<Option<String>>,
}

/// Words in another language than English, or other English.
#[derive(Debug)]
struct Given {
    texts: JsValue,
    plurals: PluralRules,
}

impl Words {
    /// English.
    pub const fn english() -> Self {
        Self::new(String::new(), String::new(), None)
    }

    /// `texts` is an object from [`Text::key`] to a sentence, or to an object with one for each plural
    /// category; what it lacks is said in English. `language` is theirs (BCP 47), and one that browsers know; `direction`
    /// is `ltr` or `rtl`.
    pub fn from_js(texts: JsValue, language: String, direction: String) -> Self {
        let plurals = || PluralRules::new(&Array::of1(&JsValue::from_str(&language)), &Object::new());
        let given = texts.is_object().then(|| Given { plurals: plurals(), texts });
        Self::new(language, direction, given)
    }

    const fn new(language: String, direction: String, given: Option<Given>) -> Self {
        Self {
            language,
            direction,
            given,
            regions: OnceCell::new(),
            #[cfg(feature = "full")]
            said: std::cell::RefCell::new(None),
        }
    }

    /// For the attribute `lang`.
    pub fn language(&self) -> &str {
        &self.language
    }

    /// For the attribute `dir`.
    pub fn direction(&self) -> &str {
        &self.direction
    }

    /// A sentence without a placeholder.
    pub fn say(&self, text: Text) -> String {
        self.template(text, None)
    }

    /// A sentence with its placeholder filled.
    pub fn fill(&self, text: Text, value: &str) -> String {
        let (before, after) = self.around(text);
        [&before, value, after.as_deref().unwrap_or_default()].concat()
    }

    /// A sentence with all of its placeholders filled, by their names. Each value keeps its own direction,
    /// whatever stands around it.
    #[cfg(feature = "full")]
    pub fn fill_all(&self, text: Text, values: &[(&str, &str)]) -> String {
        let sentence = self.say(text);
        let (mut rest, mut filled) = (sentence.as_str(), Vec::new());
        while let Some((before, after)) = rest.split_once('{')
            && let Some((name, after)) = after.split_once('}')
        {
            let value = values.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value);
            filled.extend([before, "\u{2068}", value, "\u{2069}"]);
            rest = after;
        }
        filled.push(rest);
        filled.concat()
    }

    /// A sentence with a number in it, in the form that goes with the number.
    pub fn count(&self, text: Text, number: u32) -> String {
        let (before, after) = split(self.template(text, Some(number)));
        let Some(after) = after else { return before };
        [before, self.number(number), after].concat()
    }

    /// What stands before a sentence's `{placeholder}`, and what behind; nothing behind where it has none.
    pub fn around(&self, text: Text) -> (String, Option<String>) {
        split(self.template(text, None))
    }

    /// A list with what its language puts between the parts; what is a part of it is told from what is not.
    #[cfg(feature = "full")]
    pub fn list(&self, parts: &[String]) -> Vec<(String, bool)> {
        let locales: Array =
            Some(&self.language).filter(|it| !it.is_empty()).map(JsValue::from).into_iter().collect();
        let parts: Array = parts.iter().map(JsValue::from).collect();
        let read = |part: &JsValue, name: &str| {
            Reflect::get(part, &JsValue::from_str(name))
                .ok()
                .and_then(|it| it.as_string())
                .unwrap_or_default()
        };
        let read = |part: JsValue| (read(&part, "value"), read(&part, "type") == "element");
        ListFormat::new(&locales).format_to_parts(&parts).iter().map(read).collect()
    }

    fn template(&self, text: Text, number: Option<u32>) -> String {
        let english = text.english();
        let (one, other) = english.split_once('|').unwrap_or((english, english));
        let english = if number == Some(1) { one } else { other };
        self.given.as_ref().and_then(|given| given.read(text, number)).unwrap_or_else(|| english.to_owned())
    }

    fn number(&self, number: u32) -> String {
        match &self.given {
            Some(_) => Number::from(number).to_locale_string(&self.language).into(),
            None => decimal(number),
        }
    }

    /// What is said about a problem. `length` is the code's.
    pub fn problem(&self, what: Problem, length: u32) -> String {
        self.wrong(problem(what, length))
    }

    /// What is said where a code can no longer be entered.
    pub fn over(&self, text: Text) -> String {
        self.wrong((text, None))
    }

    /// What is wrong, as the page wants it said.
    fn wrong(&self, phrase: Phrase) -> String {
        #[cfg(feature = "full")]
        if let Some(said) = self.said.borrow().clone() {
            return said;
        }
        self.phrase(phrase)
    }

    fn phrase(&self, (text, number): Phrase) -> String {
        match number {
            Some(number) => self.count(text, number),
            None => self.say(text),
        }
    }

    /// Says this about what is wrong, in the place of what stands in the dictionary.
    #[cfg(feature = "full")]
    fn say_instead(&self, said: Option<String>) {
        self.said.replace(said);
    }

    /// What a screen reader is told. `length` is the code's.
    pub fn status(&self, status: &Status, length: u32) -> String {
        match status {
            Status::Sending => self.say(Text::Sending),
            Status::NumberRead(number) => self.number_read(number),
            Status::Checking => self.say(Text::CaptchaChecking),
            Status::Verifying => self.say(Text::Verifying),
            Status::CodeSent(to) => self.fill(Text::CodeSent, to),
            Status::LinkSent(to) => self.fill(Text::LinkSent, to),
            Status::Returning => self.say(Text::ReturningHeading),
            Status::CodeResent(to) => self.fill(Text::CodeResent, to),
            #[cfg(feature = "full")]
            Status::ExpiresSoon(seconds) => self.count(Text::CodeExpiresSoon, *seconds),
            Status::Expired => self.over(Text::CodeExpired),
            Status::OutOfTries => self.over(Text::CodeOutOfTries),
            Status::Suggested(address) => self.fill(Text::DidYouMean, address),
            // With who sends it, where that is known: the screen knows.
            #[cfg(feature = "full")]
            Status::LookInSpam => self.say(Text::SpamHintAny),
            #[cfg(feature = "full")]
            Status::Forgotten(who) => self.fill(Text::Forgotten, who),
            Status::Problem(what, _) => self.problem(*what, length),
            Status::SignedIn(who) => self.fill(Text::SignedIn, who),
        }
    }

    /// A time as minutes and seconds: `0:24`.
    pub fn clock(&self, seconds: u32) -> String {
        let (minutes, seconds) = (seconds / 60, seconds % 60);
        let zero = if seconds < 10 { self.number(0) } else { String::new() };
        [self.number(minutes), ":".to_owned(), zero, self.number(seconds)].concat()
    }
}

impl Words {
    /// A number as it is understood: `+44 20 7946 0958, United Kingdom`. Said in the full edition only.
    pub fn number_read(&self, number: &PhoneNumber) -> String {
        let Some(region) = number.region.filter(|_| FULL) else { return isolated(&number.spaced) };
        let comma = match self.language.get(..2) {
            Some("ar" | "fa") => "، ",
            Some("ja") => "、",
            Some("zh") => "，",
            _ => ", ",
        };
        [&isolated(&number.spaced), comma, &self.regions().name(region.as_str())].concat()
    }

    /// The names of regions in the language that is spoken.
    pub fn regions(&self) -> &RegionNames {
        self.regions.get_or_init(|| RegionNames::new(self.spoken()))
    }

    /// The language that is spoken.
    pub fn spoken(&self) -> &str {
        if self.language.is_empty() { "en" } else { &self.language }
    }
}

/// A number keeps its order from left to right, whatever stands around it.
pub fn isolated(number: &str) -> String {
    ["\u{2066}", number, "\u{2069}"].concat()
}

impl Given {
    fn read(&self, text: Text, number: Option<u32>) -> Option<String> {
        let sentence = Reflect::get(&self.texts, &JsValue::from_str(text.key())).ok()?;
        let Some(number) = number.filter(|_| sentence.is_object()) else { return sentence.as_string() };
        Reflect::get(&sentence, &self.plurals.select(number.into())).ok()?.as_string()
    }
}

/// Around a `{placeholder}`. By single signs: searching for a text would bring its machinery into the wasm.
fn split(sentence: String) -> (String, Option<String>) {
    let Some((before, rest)) = sentence.split_once('{') else { return (sentence, None) };
    (before.to_owned(), rest.split_once('}').map(|(_, after)| after.to_owned()))
}

/// A sentence, and the number in it where it has one.
type Phrase = (Text, Option<u32>);

/// What is said about a problem. `length` is the code's.
const fn problem(problem: Problem, length: u32) -> Phrase {
    let text = match problem {
        Problem::EmailMissing => Text::EmailMissing,
        Problem::EmailInvalid => Text::EmailInvalid,
        Problem::EmailRefused => Text::EmailRefused,
        Problem::PhoneMissing => Text::PhoneMissing,
        Problem::PhoneInvalid => Text::PhoneInvalid,
        Problem::PhoneNeedsCountry => Text::PhoneNeedsCountry,
        Problem::PhoneTooShort => Text::PhoneTooShort,
        Problem::PhoneTooLong => Text::PhoneTooLong,
        Problem::PhoneRefused => Text::PhoneRefused,
        Problem::IdentifierMissing => Text::IdentifierMissing,
        Problem::IdentifierInvalid => Text::IdentifierInvalid,
        Problem::Declined => Text::Declined,
        Problem::TermsMissing => Text::TermsMissing,
        Problem::CodeIncomplete => return (Text::CodeIncomplete, Some(length)),
        Problem::CodeWrong { tries_left: None } => Text::CodeWrong,
        Problem::CodeWrong { tries_left: Some(left) } => return (Text::CodeWrongLeft, Some(left)),
        Problem::CodeMaybeUsed => Text::CodeMaybeUsed,
        Problem::RateLimited { wait: None } => Text::RateLimited,
        Problem::RateLimited { wait: Some(wait) } if wait <= 90 => {
            return (Text::RateLimitedSeconds, Some(wait));
        }
        Problem::RateLimited { wait: Some(wait) } => {
            return (Text::RateLimitedMinutes, Some(wait.div_ceil(60)));
        }
        Problem::Blocked => Text::Blocked,
        Problem::Denied => Text::Denied,
        Problem::MfaRequired => Text::MfaRequired,
        Problem::SignupDisabled => Text::SignupDisabled,
        Problem::NotSent => Text::NotSent,
        Problem::CaptchaMissing => Text::CaptchaMissing,
        Problem::CaptchaWrong => Text::CaptchaWrong,
        Problem::CaptchaNotLoaded => Text::CaptchaNotLoaded,
        Problem::CaptchaFailed => Text::CaptchaFailed,
        Problem::Offline => Text::Offline,
        Problem::Timeout => Text::Timeout,
        Problem::Unreachable => Text::Unreachable,
        Problem::ServerFault => Text::ServerFault,
        Problem::Unreadable => Text::Unreadable,
        Problem::NotAllowed => Text::NotAllowed,
        Problem::TokenRejected => Text::TokenRejected,
        Problem::LinkElsewhere => Text::LinkElsewhere,
        Problem::LinkRefused => Text::LinkRefused,
    };
    (text, None)
}

/// What stands on the code screen where a code can no longer be entered.
pub fn over(code: &CodeView) -> Option<Text> {
    match code.mode {
        CodeMode::Expired if code.is_link() => Some(Text::LinkExpired),
        CodeMode::Expired => Some(Text::CodeExpired),
        CodeMode::OutOfTries => Some(Text::CodeOutOfTries),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_told_in_the_unit_that_a_person_would_use() {
        let words = Words::english();
        let told = |wait| words.problem(Problem::RateLimited { wait }, 6);
        assert_eq!(told(Some(1)), "Too many requests. Try again in 1 second.");
        assert_eq!(told(Some(45)), "Too many requests. Try again in 45 seconds.");
        assert_eq!(told(Some(3600)), "Too many requests. Try again in 60 minutes.");
        assert_eq!(told(Some(91)), "Too many requests. Try again in 2 minutes.");
        assert_eq!((words.clock(24), words.clock(65)), ("0:24".to_owned(), "1:05".to_owned()));
    }

    #[test]
    fn every_sentence_has_a_key_of_its_own_and_one_placeholder_at_most_but_for_one_that_has_two() {
        let mut keys = std::collections::BTreeSet::new();
        for (key, english) in text::all() {
            assert!(keys.insert(key), "{key}");
            let most = if key == Text::SpamHintSubject.key() { 2 } else { 1 };
            for form in english.split('|') {
                assert!(form.matches('{').count() <= most && !form.trim().is_empty(), "{form}");
            }
        }
    }

    #[cfg(feature = "full")]
    #[test]
    fn what_a_value_says_is_no_placeholder_and_does_not_turn_the_sentence_around() {
        let values = [("subject", "{sender} שלום"), ("sender", "login@shop.example")];
        assert_eq!(
            Words::english().fill_all(Text::SpamHintSubject, &values),
            "Nothing there yet? Look in your spam folder for a message from \u{2068}login@shop.example\u{2069} \
             with the subject “\u{2068}{sender} שלום\u{2069}”.",
        );
    }

    #[test]
    fn the_english_here_is_the_english_that_translators_read() {
        let mut master: serde_json::Map<_, _> =
            serde_json::from_str(include_str!("../public/i18n/en.json")).unwrap();
        // Said by public/latch/words.js.
        let script = include_str!("../public/latch/words.js");
        for key in ["loadFailed", "close"] {
            let sentence = master.remove(key).unwrap();
            assert!(script.contains(&format!("{key}: {sentence},")), "{key}");
        }
        assert_eq!(master.len(), text::all().count());
        for (key, english) in text::all() {
            let sentence = match &master[key] {
                serde_json::Value::Object(forms) => {
                    [&forms["one"], &forms["other"]].map(|it| it.as_str().unwrap()).join("|")
                }
                sentence => sentence.as_str().unwrap().to_owned(),
            };
            assert_eq!(sentence, english, "{key}");
        }
    }
}
