//! The wire between a login and an Auth0-compatible server: what is sent, what comes back, and how
//! refusals are worded. Widget and server both use these types, so neither can drift alone.
//! What one page load leaves for the next is a wire too: [`stored`].
//!
//! Only shapes live here: no I/O, no clock, no judgement on what a value means.
//!
//! To add an endpoint: its path in [`endpoint`], its bodies in a module named like it, its refusals
//! in [`error`].
#![warn(missing_docs)]

pub mod captcha;
pub mod claims;
pub mod cross_origin;
pub mod endpoint;
pub mod error;
pub mod jwk;
pub mod passwordless;
pub mod stored;
pub mod token;
