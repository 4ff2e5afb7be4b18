//! `/authorize` in a frame that nobody sees: its answer is a message to this window (`web_message`,
//! draft-sakimura-oauth-wmrm, as Auth0 does it).

use std::rc::Rc;

use js_sys::Reflect;
use latch_flow::{HttpFailure, Reply};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Element, MessageEvent, Window};

use super::{departure::answer, timer::Timer};

/// No answer within this time means that there will be none, in milliseconds.
const TIMEOUT: u64 = 15_000;

/// Takes the answer, once.
type Done = Box<dyn FnOnce(Result<Reply, HttpFailure>)>;

/// A frame on the page. It goes when this does.
pub(super) struct Frame {
    element: Element,
    window: Window,
    listener: Closure<dyn FnMut(MessageEvent)>,
    _limit: Timer,
}

impl Frame {
    /// Asks an address of this origin. Whatever other windows and origins say is not listened to.
    pub(super) fn ask(address: &str, origin: &str, done: Done) -> Option<Self> {
        let window = web_sys::window()?;
        let document = window.document()?;
        let element = document.create_element("iframe").ok()?;
        // Only names that are no attribute's are refused.
        let _ = element.set_attribute("hidden", "");
        let _ = element.set_attribute("src", address);
        let done = Rc::new(std::cell::RefCell::new(Some(done)));
        let answered = Rc::clone(&done);
        let (frame, origin) = (element.clone(), origin.to_owned());
        let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let from_frame = Reflect::get(&frame, &JsValue::from_str("contentWindow"))
                .is_ok_and(|window| event.source().is_some_and(|source| *source == window));
            if !from_frame || event.origin() != origin {
                return;
            }
            let get = |object: &JsValue, name: &str| Reflect::get(object, &JsValue::from_str(name)).ok();
            let Some(response) = get(&event.data(), "response").filter(JsValue::is_object) else { return };
            let text = |name: &str| {
                let value = get(&response, name)?;
                value.as_string().or_else(|| Some(value.as_f64()?.to_string()))
            };
            let reply = answer(text).map(Reply::Returned);
            if let Some(done) = answered.take() {
                done(reply.ok_or(HttpFailure::Unreadable { status: 200 }));
            }
        });
        window.add_event_listener_with_callback("message", listener.as_ref().unchecked_ref()).ok()?;
        let limit = Timer::default();
        let late = Box::new(move || {
            if let Some(done) = done.take() {
                done(Err(HttpFailure::Timeout));
            }
        });
        limit.set(Some(TIMEOUT), late);
        document.body()?.append_child(&element).ok()?;
        Some(Self { element, window, listener, _limit: limit })
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        self.element.remove();
        // Removing a listener that was added cannot fail.
        let _ = self
            .window
            .remove_event_listener_with_callback("message", self.listener.as_ref().unchecked_ref());
    }
}
