//! What the page adds to what `/authorize` is asked: `authParams`, and the scope that a connection's button
//! asks for. None of it changes what the login itself says there.

use js_sys::{JSON, Reflect};
use latch_flow::effect::Address;
use latch_protocol::endpoint;
use wasm_bindgen::JsValue;
use web_sys::HtmlElement;

/// What tells the answer's way back to this login, and that it is one to it; not the page's to say, even where the
/// login leaves it out.
const OWN: [&str; 10] = [
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "login_ticket",
    "nonce",
    "realm",
    "redirect_uri",
    "response_mode",
    "response_type",
    "state",
];

/// The names and values that the element's page adds to this address, not yet encoded.
pub(super) fn more(element: &HtmlElement, address: &Address) -> Vec<(String, String)> {
    if address.path != endpoint::AUTHORIZE {
        return Vec::new();
    }
    let said = |wanted: &str| address.query.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value);
    let look = said("connection").map(|connection| get(&get(element, "buttons"), connection));
    let scope = look.and_then(|look| get(&look, "connectionScope").as_string());
    let mut more: Vec<_> = scope.map(|scope| ("connection_scope".to_owned(), scope)).into_iter().collect();
    let params = get(element, "authParams");
    // Refused by what is no object, which has no names.
    for name in Reflect::own_keys(&params).unwrap_or_default().iter().filter_map(|name| name.as_string()) {
        let is_free = said(&name).is_none() && more.iter().all(|(it, _)| *it != name);
        if let Some(value) = written(&get(&params, &name))
            && is_free
            && !OWN.contains(&name.as_str())
        {
            more.push((name, value));
        }
    }
    more
}

fn get(object: &JsValue, name: &str) -> JsValue {
    // Refused by what is no object, which is as good as nothing there.
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or_default()
}

/// A value as an address has it: texts, numbers, `true` and `false`.
fn written(value: &JsValue) -> Option<String> {
    let is_plain = value.as_f64().is_some() || value.as_bool().is_some();
    let plain = || JSON::stringify(value).ok().map(String::from);
    value.as_string().or_else(|| if is_plain { plain() } else { None })
}
