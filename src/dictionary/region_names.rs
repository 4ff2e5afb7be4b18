//! What regions are called, as the browser knows it (`Intl`).

use std::{cmp::Ordering, collections::BTreeMap};

use js_sys::{Array, JsString, Object, Reflect, RegExp};
use latch_flow::digits;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl)]
    type DisplayNames;
    #[wasm_bindgen(constructor, catch, js_namespace = Intl)]
    fn new(languages: &Array, options: &JsValue) -> Result<DisplayNames, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn of(this: &DisplayNames, code: &str) -> Result<Option<String>, JsValue>;

    #[wasm_bindgen(method, js_name = resolvedOptions)]
    fn resolved_options(this: &DisplayNames) -> JsValue;

    #[wasm_bindgen(js_namespace = Intl)]
    type Locale;
    #[wasm_bindgen(constructor, catch, js_namespace = Intl)]
    fn new(tag: &str) -> Result<Locale, JsValue>;
    #[wasm_bindgen(method)]
    fn maximize(this: &Locale) -> Locale;
    #[wasm_bindgen(method, getter)]
    fn language(this: &Locale) -> String;

    #[wasm_bindgen(js_namespace = Intl)]
    type Collator;
    #[wasm_bindgen(constructor, js_namespace = Intl)]
    fn new(languages: &Array) -> Collator;
    #[wasm_bindgen(method)]
    fn compare(this: &Collator, one: &str, other: &str) -> f64;
}

/// Names of regions in one language.
pub struct RegionNames(Option<DisplayNames>);

impl RegionNames {
    /// In this language (BCP 47).
    pub fn new(language: &str) -> Self {
        let options = Object::new();
        // Setting a property of a plain object that we just made cannot fail.
        let _ = Reflect::set(&options, &"type".into(), &"region".into());
        Self(DisplayNames::new(&Array::of1(&language.into()), &options).ok())
    }

    /// In this language if the browser speaks it: it would give another one's names otherwise.
    fn spoken(language: &str) -> Self {
        let Self(names) = Self::new(language);
        let is_spoken = |names: &DisplayNames| {
            let locale = Reflect::get(&names.resolved_options(), &"locale".into());
            let locale = locale.ok().and_then(|locale| locale.as_string()).unwrap_or_default();
            locale.split('-').next() == Some(language)
        };
        Self(names.filter(is_spoken))
    }

    /// A region's name; its code where the browser knows none.
    pub fn name(&self, region: &str) -> String {
        let name = self.0.as_ref().and_then(|names| names.of(region).ok().flatten());
        name.unwrap_or_else(|| region.to_owned())
    }
}

/// What each of these regions is called by most people who live there.
pub fn endonyms<'a>(regions: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut languages: BTreeMap<String, RegionNames> = BTreeMap::new();
    let name = |region: &str| {
        let language = Locale::new(&["und-", region].concat()).map(|it| it.maximize().language());
        let Ok(language) = language else { return String::new() };
        let names = languages.entry(language).or_insert_with_key(|language| RegionNames::spoken(language));
        names.name(region)
    };
    regions.map(name).collect()
}

/// The order of the alphabet of a language.
pub struct Alphabet(Collator);

impl Alphabet {
    /// That of this language (BCP 47).
    pub fn new(language: &str) -> Self {
        Self(Collator::new(&Array::of1(&language.into())))
    }

    /// Which of two names comes first.
    pub fn order(&self, one: &str, other: &str) -> Ordering {
        self.0.compare(one, other).partial_cmp(&0.0).unwrap_or(Ordering::Equal)
    }
}

/// A name as it is searched: without accents and capitals, and with all digits in ASCII.
pub fn folded(name: &str) -> String {
    let marks = RegExp::new("\\p{M}", "gu");
    let bare = JsString::from(name).normalize("NFD").replace_by_pattern(&marks, "").to_lower_case();
    let digit = |c| digits::value(c).and_then(|value| char::from_digit(value, 10)).unwrap_or(c);
    String::from(bare).chars().map(digit).collect()
}
