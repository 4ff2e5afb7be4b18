//! What comes with the widget, and is fetched when it is wanted.

use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Url;

#[wasm_bindgen]
extern "C" {
    /// Where this module came from, and everything else of the embed with it.
    #[wasm_bindgen(thread_local_v2, js_namespace = ["import", "meta"], js_name = url)]
    static HERE: String;
}

/// The address of a file beside this module.
pub fn address(file: &str) -> Option<String> {
    Url::new_with_base(file, &HERE.with(String::clone)).ok().map(|it| it.href())
}
