//! Stands in for the crate of this name (see `[patch.crates-io]` in the workspace's manifest).
//!
//! Leptos links wasm-streams for the bodies of server functions. Latch has none, so nothing here is
//! ever called. But the real crate exports classes to JavaScript, and what is exported cannot be
//! dropped by a linker: it would add 6 kB (brotli) to every page that embeds the widget.

use core::{
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;
use wasm_bindgen::JsValue;

/// A stream of the browser's.
pub struct ReadableStream(web_sys::ReadableStream);

impl ReadableStream {
    /// Wraps a stream of the browser's.
    pub fn from_raw(raw: web_sys::ReadableStream) -> Self {
        Self(raw)
    }

    /// The stream of the browser's.
    pub fn into_raw(self) -> web_sys::ReadableStream {
        self.0
    }

    /// A stream of the browser's that gives what `stream` gives: nothing here, for it is not read.
    pub fn from_stream<S>(stream: S) -> Self
    where
        S: Stream<Item = Result<JsValue, JsValue>> + 'static,
    {
        drop(stream);
        Self(web_sys::ReadableStream::new().unwrap_or_else(|error| wasm_bindgen::throw_val(error)))
    }

    /// What the stream gives: nothing here, for it is not read.
    pub fn into_stream(self) -> impl Stream<Item = Result<JsValue, JsValue>> + 'static {
        drop(self);
        Nothing
    }
}

struct Nothing;

impl Stream for Nothing {
    type Item = Result<JsValue, JsValue>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(None)
    }
}
