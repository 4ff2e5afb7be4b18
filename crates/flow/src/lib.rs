//! A passwordless login as a value: what happened goes in as an [`Event`], what must be done comes
//! out as [`Effect`]s, and what may be seen is a [`View`].
//!
//! Nothing here reads a clock, draws randomness, awaits, or knows what a browser is. The time is an
//! argument, so a whole login runs in a native test in microseconds. No sentence for users is here
//! either: a [`Problem`] is a case, and the widget's dictionary finds the words.
//!
//! To add a screen: a state in the `state` module, its view in [`view`], its arms in the `turn` module
//! and in [`Flow::view`]; then the widget's screen and sheet of the same name.
#![warn(missing_docs)]

pub mod captcha;
pub mod config;
pub mod connection;
pub mod departure;
pub mod digits;
pub mod effect;
pub mod email;
pub mod event;
pub mod home;
pub mod id_token;
pub mod mailbox;
pub mod phone;
pub mod problem;
pub mod view;

mod base64url;
mod code;
mod flow;
pub mod full;
#[cfg(feature = "full")]
mod remembered;
mod state;
mod turn;

pub use crate::{
    config::{Config, ConfigFault, Options},
    connection::{Connection, Takes},
    effect::{Effect, HostEvent, Request},
    event::{Event, HttpFailure, Reply, Stored},
    flow::Flow,
    full::Full,
    problem::Problem,
    view::View,
};

/// Whether this is the full edition: phone numbers, links, the hosted page and whatever else a plain login
/// by email and code does without. Both editions are compiled from the same code; what stands behind
/// `if FULL` is not in the basic one's wasm.
pub const FULL: bool = cfg!(feature = "full");

/// Milliseconds since the Unix epoch.
pub type Millis = u64;

/// Names a request, so that its answer can be told from an older one's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u32);
