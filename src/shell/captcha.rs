//! Captchas: solved by a script of their own, which `public/captcha` has for each kind, when one is wanted.

use std::{cell::RefCell, rc::Rc};

use js_sys::{Function, Object, Promise, Reflect};
use latch_flow::{
    RequestId,
    captcha::{CaptchaFault, CaptchaTask},
};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

use super::spawn;

/// Takes the answer.
type Done = Box<dyn FnOnce(Result<String, CaptchaFault>)>;

/// What is being solved, and what ends it early.
type Solving = (RequestId, Option<AbortController>);

/// Has captchas solved, one at a time.
pub(super) struct Captcha {
    solver: Option<Function>,
    current: Rc<RefCell<Option<Solving>>>,
}

/// What a third party shows goes with the login that it is shown for.
impl Drop for Captcha {
    fn drop(&mut self) {
        abort(self.current.borrow_mut().take());
    }
}

impl Captcha {
    pub(super) fn new(solver: Option<Function>) -> Self {
        Self { solver, current: Rc::default() }
    }

    /// Has one solved, and calls `done` exactly once unless it is cancelled.
    pub(super) fn solve(&self, id: RequestId, task: &CaptchaTask, done: Done) {
        let controller = AbortController::new().ok();
        let described = describe(task, controller.as_ref());
        abort(self.current.borrow_mut().replace((id, controller)));
        let promise = self.solver.as_ref().and_then(|solver| solver.call1(&JsValue::NULL, &described).ok());
        let current = Rc::clone(&self.current);
        spawn(Box::pin(async move {
            let outcome = match promise {
                Some(promise) => JsFuture::from(Promise::resolve(&promise)).await,
                None => Err(JsValue::NULL),
            };
            if current.borrow_mut().take_if(|(known, _)| *known == id).is_none() {
                return;
            }
            done(match outcome {
                Ok(answer) => answer.as_string().ok_or(CaptchaFault::Failed),
                Err(error) => Err(fault(&error)),
            });
        }));
    }

    /// Takes one off the page; it is not answered.
    pub(super) fn cancel(&self, id: RequestId) {
        abort(self.current.borrow_mut().take_if(|(current, _)| *current == id));
    }
}

/// The task, as the script takes it.
fn describe(task: &CaptchaTask, controller: Option<&AbortController>) -> Object {
    let object = Object::new();
    let put = |name: &str, value: &JsValue| {
        // Setting a property of a plain object that we just made cannot fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    };
    let text = |name: &str, value: &str| put(name, &JsValue::from_str(value));
    match task {
        CaptchaTask::Work(puzzle) => {
            text("provider", latch_protocol::captcha::provider::PROOF_OF_WORK);
            text("challenge", &puzzle.challenge);
            put("difficulty", &JsValue::from_f64(puzzle.difficulty.into()));
        }
        CaptchaTask::Frame(frame) => {
            text("provider", &frame.provider);
            text("siteKey", &frame.site_key);
            text("subdomain", &frame.subdomain);
        }
    }
    if let Some(controller) = controller {
        put("signal", &controller.signal());
    }
    object
}

/// The script says `failed` of what came and gave up; whatever else goes wrong is that it did not come.
fn fault(error: &JsValue) -> CaptchaFault {
    let failed = error.is_object()
        && Reflect::get(error, &JsValue::from_str("failed")).is_ok_and(|failed| failed.is_truthy());
    if failed { CaptchaFault::Failed } else { CaptchaFault::NotLoaded }
}

fn abort(solving: Option<Solving>) {
    if let Some(controller) = solving.and_then(|(_, controller)| controller) {
        controller.abort();
    }
}
