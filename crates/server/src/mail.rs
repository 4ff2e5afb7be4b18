//! Messages by email: what they say, and how they leave.

pub mod message;
#[cfg(test)]
mod payloads;
pub mod smtp;
pub mod template;
