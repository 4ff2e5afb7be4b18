//! The element's options, from JavaScript to Rust. `public/latch/element.js` has the other side.

use std::rc::Rc;

use crate::dictionary::Words;
use js_sys::{Function, Reflect};
use latch_flow::FULL;
use wasm_bindgen::{JsCast, JsValue};

#[cfg(feature = "full")]
pub mod page;

/// Where the session is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StorageKind {
    /// `localStorage`: until signed out, in every tab.
    #[default]
    Local,
    /// `sessionStorage`: until the tab is closed.
    Session,
    /// Nowhere but in the page.
    Memory,
}

/// Everything that the element was given.
#[derive(Debug)]
pub struct Options {
    /// What the flow has to know.
    pub flow: latch_flow::Options,
    /// `storage`.
    pub storage: StorageKind,
    /// What no storage keeps, as long as the page is there: of the shape of the browser's own.
    pub memory: web_sys::Storage,
    /// `lang`, sent as `X-Request-Language`.
    pub lang: String,
    /// `heading` of the identifier screen; empty means the dictionary's.
    pub heading: String,
    /// The words to use.
    pub words: Rc<Words>,
    /// `logo`: an address of an image; empty means none.
    pub logo: String,
    /// Called with the names of the element's states, whenever they change.
    pub on_states: Option<Function>,
    /// Sends a request, which a controller aborts when there is no answer in time. Gives a promise of the
    /// response, of `null` where the page stops the request, of nothing where it got no answer; rejected with
    /// a reason in the page's words where the page fails.
    pub send: Function,
    /// Called with a level and what the page's developer has to know.
    pub log: Option<Function>,
    /// Called when the server asks for what only the full edition has.
    pub on_outgrown: Option<Function>,
    /// Called with a captcha that has to be solved; gives a promise of its answer.
    pub on_captcha: Option<Function>,
    /// What stands around the field.
    #[cfg(feature = "full")]
    pub page: page::Page,
    /// Where the form goes, if not into the element: a place in its shadow root.
    #[cfg(feature = "full")]
    pub place: Option<web_sys::HtmlElement>,
    /// The page's own storage: what `public/adapter.js` makes of `storageAdapter`.
    #[cfg(feature = "full")]
    pub store: Option<web_sys::Storage>,
}

impl Options {
    /// Reads the object that the shim made. Whatever is missing or of another type is left empty.
    pub fn from_js(options: &JsValue) -> Self {
        let value = |name: &str| Reflect::get(options, &JsValue::from_str(name)).ok();
        let text = |name: &str| value(name).and_then(|it| it.as_string()).unwrap_or_default();
        // Only the full edition reads these.
        let more = |name: &str| if FULL { text(name) } else { String::new() };
        let function = |name: &str| value(name).and_then(|it| it.dyn_into().ok());
        Self {
            flow: latch_flow::Options {
                domain: text("domain"),
                client_id: text("clientId"),
                scope: text("scope"),
                audience: text("audience"),
                connections: more("connections"),
                region: more("region"),
                login_hint: text("loginHint"),
                auto_submit: more("autoSubmit") != "off",
                captcha: more("captcha") != "off",
                transaction: more("transaction"),
                method: more("method"),
                exchange: text("exchange"),
                response_type: more("responseType"),
                response_mode: more("responseMode"),
                hides_mailbox: more("mailbox") == "off",
                redirect_uri: redirect_uri(more("redirectUri")),
                terms: more("terms"),
                remembers: more("remember") == "on",
            },
            storage: match text("storage").as_str() {
                "session" => StorageKind::Session,
                "memory" => StorageKind::Memory,
                _ => StorageKind::Local,
            },
            memory: value("memory").unwrap_or_default().unchecked_into(),
            lang: text("lang"),
            heading: text("heading"),
            words: Rc::new(Words::from_js(
                value("words").unwrap_or_default(),
                text("language"),
                text("direction"),
            )),
            logo: text("logo"),
            on_states: function("onStates"),
            send: function("send").unwrap_or_default(),
            log: function("log"),
            on_outgrown: function("onOutgrown"),
            on_captcha: function("onCaptcha"),
            #[cfg(feature = "full")]
            page: page::Page::from_js(options),
            #[cfg(feature = "full")]
            place: value("place").and_then(|it| it.dyn_into().ok()),
            // Not of the browser's class, but of its shape.
            #[cfg(feature = "full")]
            store: value("store").filter(JsValue::is_object).map(JsCast::unchecked_into),
        }
    }
}

/// Where links and redirects come back to: what the page says, or else the page itself, without query and
/// fragment, as with Lock.
fn redirect_uri(wish: String) -> String {
    if !FULL || !wish.is_empty() {
        return wish;
    }
    let location = web_sys::window().map(|window| window.location());
    let part = |read: fn(&web_sys::Location) -> Result<String, JsValue>| {
        location.as_ref().and_then(|location| read(location).ok()).unwrap_or_default()
    };
    [part(web_sys::Location::origin), part(web_sys::Location::pathname)].concat()
}
