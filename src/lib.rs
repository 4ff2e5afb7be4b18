//! Latch
