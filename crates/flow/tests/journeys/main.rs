//! Logins as stories: what a user does, what the server says, what is seen.
//!
//! The clock, the storage and the server are played by hand, so a story of three minutes takes none.

#[cfg(test)]
mod around;
#[cfg(test)]
mod captcha;
#[cfg(test)]
mod checking;
#[cfg(test)]
mod departing;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod hosted;
#[cfg(test)]
mod inviting;
#[cfg(test)]
mod limited;
#[cfg(test)]
mod phone;
#[cfg(test)]
mod reloading;
#[cfg(test)]
mod remembering;
#[cfg(test)]
mod resending;
#[cfg(test)]
mod sending;
#[cfg(test)]
mod session;
#[cfg(test)]
mod stopping;
#[cfg(test)]
mod suggestion;
#[cfg(test)]
mod telling;
#[cfg(test)]
mod tokens;

#[cfg(test)]
#[path = "../support/mod.rs"]
mod support;
