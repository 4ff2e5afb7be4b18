//! The entry of both editions: what `public/latch/element.js` calls. Nothing else is exported to JavaScript.

use std::cell::RefCell;

use latch::{mount, options::Options};
use latch_flow::Event;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// A login on a page.
#[wasm_bindgen]
pub struct Handle(RefCell<Option<mount::Mounted>>);

/// Puts a login on a page: the chrome into `chrome`, the form into `element`.
#[wasm_bindgen]
pub fn mount(element: &HtmlElement, chrome: HtmlElement, options: &JsValue) -> Handle {
    Handle(RefCell::new(Some(mount::mount(element, chrome, Options::from_js(options)))))
}

// All methods take `&self`: a listener of the page may call one while another one runs.
#[wasm_bindgen]
impl Handle {
    /// Submits what was entered before the wasm arrived: an identifier, or the code that another edition
    /// was given.
    pub fn submit(&self, value: String) {
        self.send(Event::IdentifierSubmitted(value.clone()));
        // Of no meaning on the first screen.
        self.send(Event::CodeSubmitted(value));
    }

    /// Starts over; signs out first where somebody is signed in.
    pub fn reset(&self) {
        self.send(Event::ResetRequested);
    }

    /// Signs out.
    #[wasm_bindgen(js_name = signOut)]
    pub fn sign_out(&self) {
        self.send(Event::SignOutRequested);
    }

    /// The session as Lock's authResult, or `null`.
    pub fn session(&self) -> JsValue {
        let mounted = self.0.borrow();
        mounted.as_ref().map_or(JsValue::NULL, |mounted| mounted.shell().session_to_js())
    }

    /// Takes the login off the page.
    pub fn dispose(&self) {
        drop(self.0.take());
    }

    fn send(&self, event: Event) {
        // Not while the borrow is held: a listener may dispose of the handle.
        let shell = self.0.borrow().as_ref().map(|mounted| mounted.shell().clone());
        if let Some(shell) = shell {
            shell.send(event);
        }
    }
}

#[cfg(feature = "full")]
#[wasm_bindgen]
impl Handle {
    /// Forgets who was here last.
    pub fn forget(&self) {
        self.send(Event::ForgetRequested);
    }
}
