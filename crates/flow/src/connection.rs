//! Which way a code goes to its user, and what they name themselves by.

use crate::{FULL, email, phone, problem::Problem};

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
    /// Nothing: the hosted page asks.
    Nothing,
}

impl Takes {
    /// What the attribute `connections` asks for: names with blanks between them. Names that are not
    /// known count for nothing, and none at all means email.
    pub fn read(connections: &str) -> Self {
        let has = |name| connections.split_whitespace().any(|it| Connection::named(it) == Some(name));
        match (has(Connection::Email), FULL && has(Connection::Sms)) {
            (_, false) => Self::Email,
            (false, true) => Self::Phone,
            (true, true) => Self::Both,
        }
    }

    /// What was typed, as the server takes it, and which way the code goes.
    pub fn identifier(self, typed: &str) -> Result<(Connection, String), Problem> {
        let email = |typed| email::read(typed).map(|address| (Connection::Email, address));
        let phone = |typed| phone::read(typed).map(|number| (Connection::Sms, number));
        match self {
            Self::Phone if FULL => phone(typed),
            Self::Both if FULL && !typed.contains('@') => phone(typed).map_err(|problem| match problem {
                Problem::PhoneMissing => Problem::IdentifierMissing,
                Problem::PhoneInvalid => Problem::IdentifierInvalid,
                other => other,
            }),
            _ => email(typed),
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
            (" sms\n email ", Takes::Both),
            ("carrier-pigeon", Takes::Email),
        ] {
            assert_eq!(Takes::read(written), takes, "{written:?}");
        }
    }

    #[test]
    fn one_field_takes_either_and_tells_them_apart() {
        let read = |typed| Takes::Both.identifier(typed);
        assert_eq!(read("ada@example.com"), Ok((Connection::Email, "ada@example.com".into())));
        assert_eq!(read("+47 412 34 567"), Ok((Connection::Sms, "+4741234567".into())));
        assert_eq!(read("ada@"), Err(Problem::EmailInvalid));
        assert_eq!(read("ada"), Err(Problem::IdentifierInvalid));
        assert_eq!(read(" "), Err(Problem::IdentifierMissing));
        assert_eq!(read("412 34 567"), Err(Problem::PhoneNeedsCountry));
    }
}
