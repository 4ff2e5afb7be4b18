//! What `[limits]` says: each limit stands here once, with its default and the environment variable that
//! overrides it.

use serde::Deserialize;

use super::file::Rest;

macro_rules! limits {
    ($($(#[$doc:meta])+ $name:ident = $default:literal, $variable:literal;)+) => {
        /// `[limits]`
        #[derive(Debug, Default, Deserialize)]
        #[serde(default)]
        pub struct LimitsSection {
            $($(#[$doc])+ pub $name: Option<u32>,)+
            /// What is no key of ours.
            #[serde(flatten)]
            pub rest: Rest,
        }

        impl LimitsSection {
            /// Every key, and the variable that overrides it.
            pub const KEYS: &[(&str, &str)] = &[$((stringify!($name), $variable),)+];

            /// Where what a variable says goes to, by its key.
            pub(super) fn overridable(&mut self) -> Vec<(&'static str, &'static str, &mut Option<u32>)> {
                vec![$(($variable, concat!("limits.", stringify!($name)), &mut self.$name),)+]
            }
        }

        /// How often may be asked. `None` is without limit.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct Limits {
            $($(#[$doc])+ pub $name: Option<u32>,)+
        }

        impl Limits {
            /// Auth0's, and where it has none those of NIST and of experience.
            pub const DEFAULT: Self = Self { $($name: Some($default),)+ };

            /// Those that are written, in place of others. 0 is without limit.
            pub fn read(written: &LimitsSection, otherwise: Self) -> Self {
                let limit = |written: Option<u32>, otherwise| {
                    written.or(otherwise).filter(|limit| *limit > 0)
                };
                Self { $($name: limit(written.$name, otherwise.$name),)+ }
            }
        }
    };
}

limits! {
    /// Messages to one identity in ten minutes.
    sends_per_identity = 3, "LATCH_LIMIT_SENDS_PER_IDENTITY";
    /// Messages to one identity in an hour.
    sends_per_identity_hour = 5, "LATCH_LIMIT_SENDS_PER_IDENTITY_HOUR";
    /// Messages to one identity in a day.
    sends_per_identity_day = 10, "LATCH_LIMIT_SENDS_PER_IDENTITY_DAY";
    /// Starts from one network address in an hour.
    starts_per_ip = 50, "LATCH_LIMIT_STARTS_PER_IP";
    /// Starts of the hosted page, and of others of the server's own origin, from one network address in a minute.
    prompts_per_ip = 5, "LATCH_LIMIT_PROMPTS_PER_IP";
    /// Codes for an `auth_session` that one network address asks for in an hour.
    otp_challenges_per_ip = 50, "LATCH_LIMIT_OTP_CHALLENGES_PER_IP";
    /// Requests to the token endpoint from one network address in a second.
    tokens_per_ip = 30, "LATCH_LIMIT_TOKENS_PER_IP";
    /// Requests to `/co/authenticate` from one network address in a second.
    logins_per_ip = 5, "LATCH_LIMIT_LOGINS_PER_IP";
    /// Requests to `/authorize`, and to `/passwordless/verify_redirect`, from one network address in a
    /// minute.
    visits_per_ip = 300, "LATCH_LIMIT_VISITS_PER_IP";
    /// Refused codes of one identity from one network address in a day.
    failures_per_identity = 10, "LATCH_LIMIT_FAILURES_PER_IDENTITY";
    /// Refused codes from one network address in a day.
    failures_per_ip = 100, "LATCH_LIMIT_FAILURES_PER_IP";
    /// Guesses at one identity's codes in an hour, whoever guesses from wherever, after which a start for it
    /// takes a captcha.
    guesses_per_identity_hour = 10, "LATCH_LIMIT_GUESSES_PER_IDENTITY_HOUR";
    /// Guesses at one identity's codes in a day, after which only devices that are known may guess.
    guesses_per_identity_day = 30, "LATCH_LIMIT_GUESSES_PER_IDENTITY_DAY";
    /// Wrong guesses at one identity's codes, with no right one between, after which it is disabled.
    guesses_per_identity_in_a_row = 100, "LATCH_LIMIT_GUESSES_PER_IDENTITY_IN_A_ROW";
    /// Days for which a device is known from which somebody has signed in. Without them none is.
    known_device_days = 30, "LATCH_LIMIT_KNOWN_DEVICE_DAYS";
    /// Requests to `/userinfo` about one user at once.
    userinfo_per_user = 10, "LATCH_LIMIT_USERINFO_PER_USER";
    /// Of these so many are there again in a minute.
    userinfo_per_user_minute = 5, "LATCH_LIMIT_USERINFO_PER_USER_MINUTE";
    /// Requests to all of the API, less keys and metadata, from one network address in a minute.
    requests_per_ip = 300, "LATCH_LIMIT_REQUESTS_PER_IP";
    /// Requests for keys and metadata from one network address in a second.
    metadata_per_ip = 20, "LATCH_LIMIT_METADATA_PER_IP";
}
