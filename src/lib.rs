//! Latch: a drop-in passwordless login widget, the custom element `<latch-login>`.
//!
//! In reading order: [`options`] reads what the page asked for; [`shell`] runs the flow (the login
//! itself, in the crate `latch-flow`) and carries out its effects; [`view`] shows it; [`app`] joins
//! the two; [`mount`] puts the app on a page and takes it off again. [`gallery`] shows every state.

pub mod app;
pub mod beside;
mod decimal;
pub mod dictionary;
#[cfg(feature = "full")]
pub mod gallery;
pub mod mount;
pub mod options;
pub mod shell;
pub mod style;
pub mod view;
