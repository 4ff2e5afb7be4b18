//! The numbering plan: a file beside the widget's own, fetched for those who sign in by phone.

use latch_flow::phone::Plan;

use super::{http::fetch_text, spawn};
use crate::beside;

/// Loads it. Without it international numbers are read, and `done` is not called.
pub(super) fn load(done: Box<dyn FnOnce(Plan)>) {
    spawn(Box::pin(async move {
        let Some(address) = beside::address("numbering.txt") else { return };
        if let Some(text) = fetch_text(&address).await {
            done(Plan::new(text));
        }
    }));
}
