//! Messages by email: what they say, and how they leave.

pub mod message;
pub mod smtp;
pub mod template;
