//! The page that the element is on: its events and its states.

#[cfg(feature = "full")]
use std::cell::RefCell;

use js_sys::{Array, Function, Object};
use latch_flow::{HostEvent, View, id_token::Parts, view::ScreenName};
use latch_protocol::stored::Session;
use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit, HtmlElement};

use super::set;
use crate::options::Options;

/// The element on the page.
pub struct Host {
    element: HtmlElement,
    on_states: Option<Function>,
    on_outgrown: Option<Function>,
    log: Option<Function>,
}

impl Host {
    /// The element, and what it wants to hear: its `:state()`s, that it needs the full edition, and warnings.
    pub fn new(element: HtmlElement, options: &Options) -> Self {
        Self {
            element,
            on_states: options.on_states.clone(),
            on_outgrown: options.on_outgrown.clone(),
            log: options.log.clone(),
        }
    }

    /// Has the full edition take over. That disposes of this login, so nothing comes after.
    pub(super) fn outgrow(&self) {
        if let Some(on_outgrown) = &self.on_outgrown {
            // The shim's function does not throw.
            let _ = on_outgrown.call0(&JsValue::NULL);
        }
    }

    /// Sets the element's states: the screen, and `busy` and `error`.
    pub fn show_states(&self, view: &View) {
        let Some(on_states) = &self.on_states else { return };
        let states = Array::new();
        let add = |name: &str| states.push(&JsValue::from_str(name));
        add(view.name().as_str());
        if view.is_busy() {
            add("busy");
        }
        if view.problem().is_some() || view.name() == ScreenName::Failure {
            add("error");
        }
        // The shim's function does not throw.
        let _ = on_states.call1(&JsValue::NULL, &states);
    }

    /// Dispatches an event.
    pub fn tell(&self, event: &HostEvent) {
        let detail = Object::new();
        match event {
            HostEvent::Step(step) => {
                set(&detail, "step", &JsValue::from_str(step));
                self.dispatch("latch-step", &detail, true);
            }
            // Its detail holds tokens, so it does not bubble to whoever listens further up.
            HostEvent::Authenticated(session) => self.dispatch("authenticated", &result(session), false),
            HostEvent::Session(session) => {
                set(&detail, "user", &session.as_deref().map_or(JsValue::NULL, payload));
                self.dispatch("latch-session", &detail, true);
            }
            HostEvent::AuthorizationError { error, error_description, is_advice } => {
                if *is_advice {
                    self.log("error", error_description);
                }
                set(&detail, "error", &JsValue::from_str(error));
                set(&detail, "error_description", &JsValue::from_str(error_description));
                self.dispatch("authorization_error", &detail, true);
            }
            #[cfg(feature = "full")]
            HostEvent::RegionUnknown(region) => self.warn_of(region),
            HostEvent::UnrecoverableError(fault) => {
                set(&detail, "error", &JsValue::from_str("invalid_options"));
                set(&detail, "error_description", &JsValue::from_str(fault.advice()));
                self.dispatch("unrecoverable_error", &detail, true);
            }
        }
    }

    /// Goes to another page, unless the page takes that over. This one stays in no history: the way back
    /// from there leads past it.
    #[cfg(feature = "full")]
    pub(super) fn leave(&self, address: &str) {
        let detail = Object::new();
        set(&detail, "url", &JsValue::from_str(address));
        let init = CustomEventInit::new();
        // It does not bubble: a ticket or a code may be in the address.
        init.set_cancelable(true);
        init.set_detail(&detail);
        let event = CustomEvent::new_with_event_init_dict("latch-before-redirect", &init);
        let is_ours = event.is_ok_and(|event| self.element.dispatch_event(&event).unwrap_or(true));
        let Some(window) = web_sys::window().filter(|_| is_ours) else { return };
        // The address is http(s), which nothing forbids.
        let _ = window.location().replace(address);
    }

    /// What the page adds to what this address is asked.
    #[cfg(feature = "full")]
    pub(super) fn adds(&self, address: &latch_flow::effect::Address) -> Vec<(String, String)> {
        super::auth_params::more(&self.element, address)
    }

    /// Says something to the page's developer: to the element's logger.
    fn log(&self, level: &str, text: &str) {
        if let Some(log) = &self.log {
            // The shim's function does not throw.
            let _ = log.call2(&JsValue::NULL, &JsValue::from_str(level), &JsValue::from_str(text));
        }
    }

    /// One line, once, however many elements there are.
    #[cfg(feature = "full")]
    fn warn_of(&self, region: &str) {
        let is_new = WARNED.with_borrow_mut(|warned| {
            let is_new = !warned.iter().any(|it| it == region);
            if is_new {
                warned.push(region.to_owned());
            }
            is_new
        });
        if is_new {
            let text = ["region=\"", region, "\" is no region of ISO 3166; using another source"];
            self.log("warn", &text.concat());
        }
    }

    fn dispatch(&self, name: &str, detail: &Object, bubbles: bool) {
        let init = CustomEventInit::new();
        init.set_bubbles(bubbles);
        init.set_composed(bubbles);
        init.set_detail(detail);
        if let Ok(event) = CustomEvent::new_with_event_init_dict(name, &init) {
            // False only where a listener cancelled; these events announce and cannot be cancelled.
            let _ = self.element.dispatch_event(&event);
        }
    }
}

#[cfg(feature = "full")]
thread_local! {
    /// The regions that were warned of.
    static WARNED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Lock's authResult.
pub(super) fn result(session: &Session) -> Object {
    let tokens = &session.tokens;
    let text = |text: &Option<String>| text.as_deref().map_or(JsValue::NULL, JsValue::from_str);
    let detail = Object::new();
    set(&detail, "accessToken", &JsValue::from_str(&tokens.access_token));
    set(&detail, "idToken", &text(&tokens.id_token));
    set(&detail, "idTokenPayload", &payload(session));
    set(&detail, "refreshToken", &text(&tokens.refresh_token));
    set(&detail, "expiresIn", &JsValue::from_f64(tokens.expires_in.into()));
    set(&detail, "tokenType", &JsValue::from_str(&tokens.token_type));
    set(&detail, "scope", &text(&tokens.scope));
    // A code has no redirect to carry these through.
    set(&detail, "state", &JsValue::NULL);
    set(&detail, "appState", &JsValue::NULL);
    detail
}

/// The ID token's claims as they were sent. It was verified before the session was made.
fn payload(session: &Session) -> JsValue {
    let parts = session.tokens.id_token.as_deref().and_then(|token| Parts::split(token).ok());
    let json = parts.and_then(|parts| String::from_utf8(parts.payload).ok());
    json.and_then(|json| js_sys::JSON::parse(&json).ok()).unwrap_or(JsValue::NULL)
}
