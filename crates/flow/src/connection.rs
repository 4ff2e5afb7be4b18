//! Which way a code goes to its user, and what they name themselves by.

use crate::{FULL, email, home::Home, problem::Problem};

/// Which way a code goes. Auth0 calls it a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Connection {
    /// To an email address.
    #[default]
    Email,
    /// To a phone number.
    Sms,
}

impl Connection {
    /// Its name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
        }
    }

    /// An identifier as the wire has it: as `email`, or as `phone_number`.
    pub(crate) fn named_by(self, identifier: String) -> (Option<String>, Option<String>) {
        match self {
            Self::Email => (Some(identifier), None),
            Self::Sms => (None, Some(identifier)),
        }
    }

    /// The connection of this name.
    pub fn named(name: &str) -> Option<Self> {
        let all: &[Self] = if FULL { &[Self::Email, Self::Sms] } else { &[Self::Email] };
        all.iter().copied().find(|it| it.as_str() == name)
    }
}

/// Names of a server's own for its connections: Auth0 lets a tenant have several of a kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// The name in `email:NAME`.
    pub email: Option<String>,
    /// The name in `sms:NAME`.
    pub sms: Option<String>,
}

impl Names {
    /// What the attribute `connections` says behind colons.
    pub fn read(connections: &str) -> Self {
        let name = |kind| {
            let mut named = connections.split_whitespace().map(parts);
            named
                .find(|(strategy, name)| *strategy == kind && !name.is_empty())
                .map(|(_, name)| name.to_owned())
        };
        Self { email: name("email"), sms: name("sms") }
    }
}

/// A name in `connections`: `email`, `sms`, or one of these with the name of a connection of the server's own
/// behind a colon.
fn parts(written: &str) -> (&str, &str) {
    let named = if FULL { written.split_once(':') } else { None };
    named.unwrap_or((written, ""))
}

/// Which way the codes of a name in `connections` go.
fn strategy(written: &str) -> Option<Connection> {
    Connection::named(parts(written).0)
}

/// The connections that lead to another page, in order.
pub(crate) fn others(connections: &str) -> Vec<String> {
    let mut others: Vec<String> = Vec::new();
    for name in connections.split_whitespace().filter(|it| strategy(it).is_none()) {
        if !others.iter().any(|it| it == name) {
            others.push(name.to_owned());
        }
    }
    others
}

/// Whether the first connection leads to another page.
pub(crate) fn starts_with_others(connections: &str) -> bool {
    connections.split_whitespace().next().is_some_and(|first| strategy(first).is_none())
}

/// What the field of the identifier screen takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Takes {
    /// An email address.
    #[default]
    Email,
    /// A phone number.
    Phone,
    /// Either.
    Both,
    /// Either, with a field that is made for a phone number.
    PhoneFirst,
    /// Nothing: another page asks.
    Nothing,
}

impl Takes {
    /// What the attribute `connections` asks for: names with blanks between them. Nothing at all means
    /// email; where there are others only, their buttons are all there is.
    pub fn read(connections: &str) -> Self {
        let place = |name| connections.split_whitespace().position(|it| strategy(it) == Some(name));
        let phone = if FULL { place(Connection::Sms) } else { None };
        match (place(Connection::Email), phone) {
            (None, None) if FULL && !others(connections).is_empty() => Self::Nothing,
            (_, None) => Self::Email,
            (None, Some(_)) => Self::Phone,
            (Some(email), Some(phone)) if phone < email => Self::PhoneFirst,
            (Some(_), Some(_)) => Self::Both,
        }
    }

    /// Whether phone numbers are taken.
    pub const fn takes_phone(self) -> bool {
        FULL && matches!(self, Self::Phone | Self::Both | Self::PhoneFirst)
    }

    /// Whether the field is made for phone numbers.
    pub const fn is_for_numbers(self) -> bool {
        matches!(self, Self::Phone | Self::PhoneFirst)
    }

    /// What the field becomes when the user wants to name themselves the other way.
    pub const fn other(self) -> Option<Self> {
        match self {
            Self::Email | Self::Phone | Self::Nothing => None,
            Self::Both => Some(Self::PhoneFirst),
            Self::PhoneFirst => Some(Self::Both),
        }
    }

    /// What was typed, as the server takes it, and which way the code goes.
    pub(crate) fn identifier(self, typed: &str, home: &Home) -> Result<(Connection, String), Problem> {
        let email = |typed| email::read(typed).map(|address| (Connection::Email, address));
        if !FULL {
            return email(typed);
        }
        let phone = |typed| home.read(typed).map(|number| (Connection::Sms, number));
        match self {
            Self::Email | Self::Nothing => email(typed),
            Self::Both | Self::PhoneFirst if typed.contains('@') => email(typed),
            Self::Phone | Self::PhoneFirst => phone(typed),
            Self::Both => phone(typed).map_err(|problem| match problem {
                Problem::PhoneMissing => Problem::IdentifierMissing,
                Problem::PhoneInvalid => Problem::IdentifierInvalid,
                other => other,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_read_by_name_and_fall_back_to_email() {
        for (written, takes) in [
            ("", Takes::Email),
            ("email", Takes::Email),
            ("sms", Takes::Phone),
            ("email sms", Takes::Both),
            (" sms\n email ", Takes::PhoneFirst),
            ("email carrier-pigeon sms", Takes::Both),
            ("sms:acme-sms email:acme", Takes::PhoneFirst),
            ("email:customers", Takes::Email),
            ("sms:twilio google-oauth2", Takes::Phone),
            ("google-oauth2 github", Takes::Nothing),
        ] {
            assert_eq!(Takes::read(written), takes, "{written:?}");
        }
    }

    #[test]
    fn every_other_name_is_a_button_in_its_place() {
        assert_eq!(others("github email github sms:mine acme-saml"), ["github", "acme-saml"]);
        assert!(starts_with_others("github email") && !starts_with_others("email github"));
        assert!(others("email sms").is_empty() && !starts_with_others(""));
    }

    #[test]
    fn a_connection_may_have_a_name_of_the_servers_own() {
        let written = "email:customers sms:";
        assert_eq!(Names::read(written), Names { email: Some("customers".into()), sms: None });
        assert_eq!(Names::read(""), Names::default());
    }

    #[test]
    fn one_field_takes_either_and_tells_them_apart() {
        let read = |typed| Takes::Both.identifier(typed, &Home::default());
        assert_eq!(read("ada@example.com"), Ok((Connection::Email, "ada@example.com".into())));
        assert_eq!(read("+47 412 34 567"), Ok((Connection::Sms, "+4741234567".into())));
        assert_eq!(read("ada@"), Err(Problem::EmailInvalid));
        assert_eq!(read("ada"), Err(Problem::IdentifierInvalid));
        assert_eq!(read(" "), Err(Problem::IdentifierMissing));
        assert_eq!(read("412 34 567"), Err(Problem::PhoneNeedsCountry));
    }
}
