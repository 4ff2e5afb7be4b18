//! What the page says of its own: where its terms are, and what its other connections look like.

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Url;

/// What the page says of its own.
#[derive(Debug, Default)]
pub struct Page {
    /// Where its terms are; empty where it does not say.
    pub terms_url: String,
    /// Where its privacy policy is; empty where it does not say.
    pub privacy_url: String,
    looks: Vec<(String, Look)>,
}

/// What the button of a connection looks like; whatever is empty is Latch's own.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// What the connection is called.
    pub display_name: String,
    /// The button's ground.
    pub primary_color: String,
    /// What is written on it.
    pub foreground_color: String,
    /// The address of an image.
    pub icon: String,
}

impl Page {
    /// Reads the object that the shim made. Whatever is missing or of another type is left empty.
    pub fn from_js(options: &JsValue) -> Self {
        let buttons = get(options, "buttons");
        let named = if buttons.is_object() { Object::keys(&buttons.into()) } else { Array::new() };
        let log = get(options, "log").dyn_into::<Function>().ok();
        let warn = |advice: &str| {
            if let Some(log) = &log {
                // The shim's function does not throw.
                let _ = log.call2(&JsValue::NULL, &JsValue::from_str("warn"), &JsValue::from_str(advice));
            }
        };
        let look = |name: JsValue| {
            let look = Reflect::get(&get(options, "buttons"), &name).ok()?;
            Some((name.as_string()?, Look::from_js(&look, &warn)))
        };
        Self {
            terms_url: address("terms-url", &text(options, "termsUrl"), &warn),
            privacy_url: address("privacy-url", &text(options, "privacyUrl"), &warn),
            looks: named.iter().filter_map(look).collect(),
        }
    }

    /// What a connection's button looks like.
    pub fn look(&self, connection: &str) -> Look {
        self.looks
            .iter()
            .find(|(name, _)| name == connection)
            .map(|(_, look)| look.clone())
            .unwrap_or_default()
    }
}

impl Look {
    fn from_js(look: &JsValue, warn: &dyn Fn(&str)) -> Self {
        Self {
            display_name: text(look, "displayName"),
            primary_color: text(look, "primaryColor"),
            foreground_color: text(look, "foregroundColor"),
            icon: address("icon", &text(look, "icon"), warn),
        }
    }
}

fn get(object: &JsValue, name: &str) -> JsValue {
    // Refused by what is no object, which is as good as nothing there.
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or_default()
}

fn text(object: &JsValue, name: &str) -> String {
    get(object, name).as_string().unwrap_or_default()
}

/// An address of the web, in full; any other, such as `javascript:`, is left out with a word to the developer.
fn address(name: &str, written: &str, warn: &dyn Fn(&str)) -> String {
    if written.is_empty() {
        return String::new();
    }
    let base = web_sys::window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    let address = Url::new_with_base(written, &base).ok();
    let is_web = |url: &Url| matches!(url.protocol().as_str(), "http:" | "https:");
    if let Some(url) = address.filter(is_web) {
        return url.href();
    }
    warn(&[name, "=\"", written, "\" is no http(s) address; left out"].concat());
    String::new()
}
