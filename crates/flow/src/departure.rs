//! Logins that left the page.

use latch_protocol::stored::Departure;

use crate::Millis;

/// How long one may take, in milliseconds: a hosted page may wait for a mail for some time.
const LONGEST: Millis = 60 * 60 * 1000;

/// Whether it may still come back.
pub fn may_return(departure: &Departure, now: Millis) -> bool {
    now < departure.left_at.saturating_add(LONGEST)
}
