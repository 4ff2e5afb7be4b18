//! `WebOTP`: the browser offers the code of a text message that names this page, where it can
//! (<https://wicg.github.io/web-otp/>).

use std::cell::{Cell, RefCell};

use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::AbortController;

use super::{
    element::{Element, Live},
    paste::fill,
};

/// A question to the browser, which ends when it is dropped.
pub struct OneTimeCode(AbortController);

impl OneTimeCode {
    /// Asks once for each message that `asked` names, for as long as it names it and the element is there, and
    /// fills the input of its form with the answer.
    pub fn listen(element: Element, asked: &Live) -> Element {
        let node = element.node().clone();
        let (question, last) = (Cell::new(None::<Self>), RefCell::new(String::new()));
        let ask = move |asked: &str| {
            // A browser takes one question at a time.
            drop(question.take());
            // Asked again for the same message, it would ask its user again.
            if !asked.is_empty() && last.replace(asked.to_owned()) != asked {
                question.set(Self::ask(node.clone()));
            }
        };
        element.following(asked, Box::new(ask))
    }

    fn ask(node: web_sys::Element) -> Option<Self> {
        let (question, answer) = Self::question()?;
        let signal = question.0.signal();
        spawn_local(async move {
            // Refused when it is aborted, and when the user does not want it. Some browsers answer all the same.
            let Ok(credential) = JsFuture::from(answer).await else { return };
            let code = Reflect::get(&credential, &"code".into()).ok().and_then(|it| it.as_string());
            if let Some(code) = code
                && !signal.aborted()
            {
                fill(&node, &code);
            }
        });
        Some(question)
    }

    fn question() -> Option<(Self, Promise)> {
        let window = web_sys::window()?;
        // Only browsers that know it have this; others would take the question for one about passwords.
        Reflect::get(&window, &"OTPCredential".into()).ok().filter(JsValue::is_function)?;
        let controller = AbortController::new().ok()?;
        let (options, otp) = (Object::new(), Object::new());
        // Setting a property of a plain object that we just made cannot fail.
        let _ = Reflect::set(&otp, &"transport".into(), &Array::of1(&"sms".into()));
        let _ = Reflect::set(&options, &"otp".into(), &otp);
        let _ = Reflect::set(&options, &"signal".into(), &controller.signal());
        let credentials = Reflect::get(&window.navigator(), &"credentials".into()).ok()?;
        let get: js_sys::Function = Reflect::get(&credentials, &"get".into()).ok()?.dyn_into().ok()?;
        let answer = get.call1(&credentials, &options).ok()?.dyn_into().ok()?;
        Some((Self(controller), answer))
    }
}

impl Drop for OneTimeCode {
    fn drop(&mut self) {
        self.0.abort();
    }
}
