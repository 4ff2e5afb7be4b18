//! What screens are made of. A part takes props and gives callbacks; it knows no login and no sentence.

pub mod button;
#[cfg(feature = "full")]
pub mod choice;
mod choices;
pub mod element;
pub mod field;
pub mod form;
pub mod link;
pub mod message;
#[cfg(feature = "full")]
pub mod one_time_code;
#[cfg(feature = "full")]
pub mod paste;
pub mod picker;
pub mod picture;
#[cfg(feature = "full")]
pub mod qr;
