//! What regions are called, as the browser knows it (`Intl`).

use js_sys::{Array, JsString, Object, Reflect, RegExp};
use latch_flow::digits;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl)]
    #[derive(Debug)]
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
    fn compare(this: &Collator, one: &JsValue, other: &JsValue) -> i32;
}

/// Names of regions in one language.
#[derive(Debug)]
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

/// What regions are called by most people who live there.
#[derive(Default)]
pub struct Endonyms(Vec<(String, RegionNames)>);

impl Endonyms {
    /// A region's name; its code where the browser does not speak its language.
    pub fn name(&mut self, region: &str) -> String {
        let language = Locale::new(&["und-", region].concat()).map(|it| it.maximize().language());
        let language = language.unwrap_or_default();
        if let Some((_, names)) = self.0.iter().find(|(known, _)| *known == language) {
            return names.name(region);
        }
        let names = RegionNames::spoken(&language);
        let name = names.name(region);
        self.0.push((language, names));
        name
    }
}

/// The places of these names in the order of a language's alphabet (BCP 47).
pub fn alphabetical<'a>(names: impl Iterator<Item = &'a str>, language: &str) -> Vec<usize> {
    let collator = Collator::new(&Array::of1(&language.into()));
    let texts: Array = names.map(JsValue::from).collect();
    let mut by_name =
        |one: JsValue, other: JsValue| collator.compare(&texts.get(place(&one)), &texts.get(place(&other)));
    // Sorted by the browser, which has the machinery for it.
    let places: Array = (0..texts.length()).map(JsValue::from).collect();
    places.sort_by(&mut by_name).iter().map(|it| place(&it) as usize).collect()
}

fn place(number: &JsValue) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a list of ours")]
    let place = number.as_f64().unwrap_or_default() as u32;
    place
}

/// A name as it is searched: without accents and capitals, and with all digits in ASCII.
pub fn folded(name: &str) -> String {
    let marks = RegExp::new("\\p{M}", "gu");
    let bare = JsString::from(name).normalize("NFD").replace_by_pattern(&marks, "").to_lower_case();
    let digit = |c| digits::value(c).and_then(|value| char::from_digit(value, 10)).unwrap_or(c);
    String::from(bare).chars().map(digit).collect()
}
