//! The numbering plan: a file beside the widget's own, fetched for those who sign in by phone.

use latch_flow::phone::Plan;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Url;

use super::{http::fetch_text, spawn};

#[wasm_bindgen]
extern "C" {
    /// Where this module came from, and everything else of the embed with it.
    #[wasm_bindgen(thread_local_v2, js_namespace = ["import", "meta"], js_name = url)]
    static HERE: String;
}

/// Loads it. Without it international numbers are read, and `done` is not called.
pub(super) fn load(done: Box<dyn FnOnce(Plan)>) {
    spawn(Box::pin(async move {
        let here = HERE.with(String::clone);
        let Ok(address) = Url::new_with_base("numbering.txt", &here) else { return };
        if let Some(text) = fetch_text(&address.href()).await {
            done(Plan::new(text));
        }
    }));
}
