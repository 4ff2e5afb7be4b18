//! The edition as a type.

/// Something of this type is there in the full edition only. A state or a picture that holds one cannot
/// come about in the basic edition, so the compiler leaves out whatever would be done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full(#[cfg(not(feature = "full"))] core::convert::Infallible);

impl Full {
    /// The way into what only the full edition has.
    #[cfg(feature = "full")]
    pub const fn edition() -> Option<Self> {
        Some(Self())
    }

    /// The way into what only the full edition has.
    #[cfg(not(feature = "full"))]
    pub const fn edition() -> Option<Self> {
        None
    }
}
