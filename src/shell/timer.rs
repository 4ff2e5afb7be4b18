//! One alarm at a time.

use std::cell::RefCell;

use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    // Not web-sys's, which cuts the id to 32 bits: clocks that tests put in the browser's place give
    // longer ones, and an alarm that cannot be taken back rings in a closure that is gone.
    #[wasm_bindgen(js_name = setTimeout, catch)]
    fn set_timeout(ring: &Function, wait: i32) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(id: &JsValue);
}

/// The browser counts in signed 32 bits and fires at once beyond that; an hour is enough, because
/// the flow asks again.
const LONGEST: u64 = 3_600_000;

/// An alarm. Setting it again, or dropping it, takes back the earlier one.
#[derive(Default)]
pub(super) struct Timer {
    current: RefCell<Option<Alarm>>,
    /// The one before, off but not yet dropped: a ring that sets the next alarm runs inside its closure.
    earlier: RefCell<Option<Alarm>>,
}

struct Alarm {
    id: JsValue,
    _ring: Closure<dyn FnMut()>,
}

impl Drop for Alarm {
    fn drop(&mut self) {
        clear_timeout(&self.id);
    }
}

impl Timer {
    /// Rings once, after this many milliseconds; never, with `None`.
    pub(super) fn set(&self, wait: Option<u64>, ring: Box<dyn Fn()>) {
        let next = wait.and_then(|wait| Alarm::new(wait, ring));
        let current = self.current.replace(next);
        if let Some(current) = &current {
            clear_timeout(&current.id);
        }
        // Not the one that may be ringing now: that one is `current`.
        drop(self.earlier.replace(current));
    }
}

impl Alarm {
    fn new(wait: u64, ring: Box<dyn Fn()>) -> Option<Self> {
        let ring = Closure::<dyn FnMut()>::new(ring);
        let wait = i32::try_from(wait.min(LONGEST)).ok()?;
        let id = set_timeout(ring.as_ref().unchecked_ref(), wait).ok()?;
        Some(Self { id, _ring: ring })
    }
}
