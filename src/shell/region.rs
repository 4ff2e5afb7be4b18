//! Which region the user is in: what the server says, or else what the device is set to.

use std::rc::Rc;

use js_sys::{Array, Function, JSON, Promise, Reflect};
use latch_flow::{
    home::Hint,
    phone::{Plan, Region},
};
use latch_protocol::endpoint;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

use super::{http::fetch_text, spawn};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl)]
    type Locale;
    #[wasm_bindgen(constructor, catch, js_namespace = Intl)]
    fn new(tag: &str) -> Result<Locale, JsValue>;
    #[wasm_bindgen(method)]
    fn maximize(this: &Locale) -> Locale;
    #[wasm_bindgen(method, getter)]
    fn region(this: &Locale) -> Option<String>;

    #[wasm_bindgen(js_namespace = Intl)]
    type DateTimeFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl)]
    fn new() -> DateTimeFormat;
    #[wasm_bindgen(method, js_name = resolvedOptions)]
    fn resolved_options(this: &DateTimeFormat) -> JsValue;
}

/// Takes a hint; called once for each.
pub(super) type Found = Rc<dyn Fn(Hint, Region)>;

/// So many regions' clocks are looked at in one go: each takes a millisecond.
const AT_ONCE: usize = 4;

/// Asks the device and the server.
pub(super) fn find(plan: Rc<Plan>, origin: String, found: Found) {
    let server = Rc::clone(&found);
    spawn(Box::pin(async move {
        let text = fetch_text(&[&origin, endpoint::COUNTRY].concat()).await;
        if let Some(region) = text.and_then(|text| country(&text)) {
            server(Hint::Server, region);
        }
    }));
    spawn(Box::pin(async move {
        if let Some(region) = of_device(&plan).await {
            found(Hint::Device, region);
        }
    }));
}

/// `{"country_code": "NO"}`
fn country(json: &str) -> Option<Region> {
    let code = Reflect::get(&JSON::parse(json).ok()?, &JsValue::from_str("country_code")).ok()?;
    Region::named(&code.as_string()?)
}

/// The region of a language that the user reads: the first one that has the device's clock, or else the
/// first. Where languages name none, whichever region has the clock.
async fn of_device(plan: &Plan) -> Option<Region> {
    let zone = time_zone().unwrap_or_default();
    let languages: Vec<String> = web_sys::window()?
        .navigator()
        .languages()
        .iter()
        .filter_map(|language| language.as_string())
        .collect();
    let named: Vec<Region> = languages.iter().filter_map(|tag| named(tag)).collect();
    let by_clock = named.iter().find(|region| has_clock(**region, &zone));
    if let Some(region) = by_clock.or(named.first()) {
        return Some(*region);
    }
    // Where most people are who read it.
    let likely =
        languages.iter().filter_map(|tag| Region::named(&Locale::new(tag).ok()?.maximize().region()?));
    if let Some(region) = likely.into_iter().find(|region| has_clock(*region, &zone)) {
        return Some(region);
    }
    let all: Vec<Region> = plan.regions().map(|(region, _)| region).collect();
    for some in all.chunks(AT_ONCE) {
        if let Some(region) = some.iter().find(|region| has_clock(**region, &zone)) {
            return Some(*region);
        }
        rest().await;
    }
    None
}

fn named(tag: &str) -> Option<Region> {
    Region::named(&Locale::new(tag).ok()?.region()?)
}

fn time_zone() -> Option<String> {
    let options = DateTimeFormat::new().resolved_options();
    Reflect::get(&options, &JsValue::from_str("timeZone")).ok()?.as_string()
}

/// Whether a region's clocks show the time of this zone. Not every browser tells.
fn has_clock(region: Region, zone: &str) -> bool {
    let zones = || {
        let locale = Locale::new(&["und-", region.as_str()].concat()).ok()?;
        let get = |name| Reflect::get(&locale, &JsValue::from_str(name)).ok();
        match get("getTimeZones")?.dyn_into::<Function>() {
            Ok(method) => method.call0(&locale).ok(),
            Err(_) => get("timeZones"),
        }
    };
    let zones: Option<Array> = zones().and_then(|zones| zones.dyn_into().ok());
    zones.is_some_and(|zones| zones.includes(&JsValue::from_str(zone), 0))
}

/// Lets the page do something else.
async fn rest() {
    let later = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            // Refused by no page that is still there.
            let _ = window.set_timeout_with_callback(&resolve);
        }
    });
    // It is never rejected.
    let _ = JsFuture::from(later).await;
}
