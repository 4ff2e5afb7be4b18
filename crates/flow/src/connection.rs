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
            let named = connections.split_whitespace().filter_map(|it| it.split_once(':'));
            let mut named = named.filter(|(strategy, name)| *strategy == kind && !name.is_empty());
            named.next().map(|(_, name)| name.to_owned())
        };
        Self { email: name("email"), sms: name("sms") }
    }
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
    /// Nothing: the hosted page asks.
    Nothing,
}

impl Takes {
    /// What the attribute `connections` asks for: names with blanks between them. Names that are not
    /// known count for nothing, and none at all means email.
    pub fn read(connections: &str) -> Self {
        // A name of the server's own stands behind a colon.
        let kind = |it: &str| Connection::named(it.split_once(':').map_or(it, |(kind, _)| kind));
        let place = |name| connections.split_whitespace().position(|it| kind(it) == Some(name));
        let phone = if FULL { place(Connection::Sms) } else { None };
        match (place(Connection::Email), phone) {
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
            ("carrier-pigeon", Takes::Email),
        ] {
            assert_eq!(Takes::read(written), takes, "{written:?}");
        }
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
