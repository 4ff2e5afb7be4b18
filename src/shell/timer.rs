//! One alarm at a time.

use std::cell::RefCell;

use wasm_bindgen::{JsCast, closure::Closure};

/// The browser counts in signed 32 bits and fires at once beyond that; an hour is enough, because
/// the flow asks again.
const LONGEST: u64 = 3_600_000;

/// An alarm. Setting it again, or dropping it, takes back the earlier one.
#[derive(Default)]
pub(super) struct Timer(RefCell<Option<Alarm>>);

struct Alarm {
    id: i32,
    _ring: Closure<dyn FnMut()>,
}

impl Drop for Alarm {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            window.clear_timeout_with_handle(self.id);
        }
    }
}

impl Timer {
    /// Rings once, after this many milliseconds; never, with `None`.
    pub(super) fn set(&self, wait: Option<u64>, ring: impl Fn() + 'static) {
        // Not dropped while it rings: a ring that sets the next alarm runs inside this closure.
        let earlier = self.0.borrow_mut().take();
        *self.0.borrow_mut() = wait.and_then(|wait| Alarm::new(wait, ring));
        if let Some(earlier) = earlier {
            wasm_bindgen_futures::spawn_local(async move { drop(earlier) });
        }
    }
}

impl Alarm {
    fn new(wait: u64, ring: impl Fn() + 'static) -> Option<Self> {
        let ring = Closure::<dyn FnMut()>::new(ring);
        let wait = i32::try_from(wait.min(LONGEST)).ok()?;
        let window = web_sys::window()?;
        let function = ring.as_ref().unchecked_ref();
        let id = window.set_timeout_with_callback_and_timeout_and_arguments_0(function, wait).ok()?;
        Some(Self { id, _ring: ring })
    }
}
