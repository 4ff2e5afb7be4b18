//! A thread of its own for what a template does. The parser and the templates call themselves, as deep as
//! the limits allow; the stack here is larger than that takes, and a panic here ends nothing else.

use std::thread;

/// What the limits allow takes less than a quarter of it, in a debug build.
const STACK: usize = 16 * 1024 * 1024;

/// Does the work and waits for it. Nothing, if it panicked or there was no thread for it.
pub(super) fn aside<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    thread::scope(|scope| {
        let builder = thread::Builder::new().name("template".to_owned()).stack_size(STACK);
        builder.spawn_scoped(scope, work).ok()?.join().ok()
    })
}
