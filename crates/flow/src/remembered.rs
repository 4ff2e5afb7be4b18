//! Who was here last: what is believed of what a browser has kept, and what is shown of it. Full edition only.

use latch_protocol::stored::Remembered;

use crate::{Connection, Full, Millis, Takes, config::Config, home::Home, view::RememberedView};

const DAY: Millis = 24 * 60 * 60 * 1000;
/// Whoever has not been here for so long is not offered any more.
const LONGEST: Millis = 90 * DAY;

/// Who was here last, and whether that is of use now.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    who: Option<(Connection, Remembered)>,
    /// The user, or the page, names somebody else.
    pub(crate) is_declined: bool,
}

impl Memory {
    /// Takes in what was kept; nobody where that cannot be used on this page, or not any more. Gives whether
    /// it could be.
    pub(crate) fn recall(&mut self, kept: Option<Remembered>, config: &Config, now: Millis) -> bool {
        let is_kept = kept.is_some();
        self.who = kept.and_then(|kept| Some((connection(&kept, config, now)?, kept)));
        self.who.is_some() == is_kept
    }

    /// Their address or number, as it was sent.
    pub(crate) fn identifier(&self) -> Option<&str> {
        self.who.as_ref().map(|(_, kept)| kept.identifier.as_str())
    }

    /// What is offered on the first screen.
    pub(crate) fn offered(&self) -> Option<RememberedView> {
        let (connection, kept) = self.who.as_ref().filter(|_| !self.is_declined)?;
        let (connection, short) = (*connection, short(*connection, &kept.identifier));
        Some(RememberedView { full: Full::edition()?, short, connection })
    }
}

/// Which way a code goes to them; nothing where none would go on this page.
fn connection(kept: &Remembered, config: &Config, now: Millis) -> Option<Connection> {
    // A clock that was put back may be wrong by a little; what comes from a far future never ends.
    let is_recent = now < kept.signed_in_at.saturating_add(LONGEST)
        && kept.signed_in_at < now.saturating_add(DAY)
        && config.takes != Takes::Nothing;
    let connection = config.connection(&kept.connection).filter(|_| is_recent)?;
    // As it would be read if it were typed.
    let read = config.takes.identifier(&kept.identifier, &Home::default()).ok()?;
    (read == (connection, kept.identifier.clone())).then_some(connection)
}

/// `a…@example.com`, or `…67`: enough to know oneself by.
fn short(connection: Connection, identifier: &str) -> String {
    if let (Connection::Email, Some((name, host))) = (connection, identifier.rsplit_once('@')) {
        let first: String = name.chars().take(1).collect();
        return [&first, "…@", host].concat();
    }
    let length = identifier.chars().count();
    ["…".to_owned(), identifier.chars().skip(length.saturating_sub(2)).collect()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_enough_to_know_oneself_by_and_no_more() {
        assert_eq!(short(Connection::Email, "ada.lovelace@example.com"), "a…@example.com");
        assert_eq!(short(Connection::Email, "a@example.com"), "a…@example.com", "nor how long it is");
        assert_eq!(short(Connection::Email, "чебурашка@почта.рф"), "ч…@почта.рф");
        assert_eq!(short(Connection::Sms, "+4741234567"), "…67");
    }
}
