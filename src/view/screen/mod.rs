//! The screens, each named like the state that it shows.

pub mod authenticated;
pub mod captcha;
pub mod code;
pub mod identifier;
