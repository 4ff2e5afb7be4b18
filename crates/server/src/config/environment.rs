//! What is laid over the file: environment variables, and the files that secrets stand in.

use super::{Problems, file::File};

/// What a number that cannot be read is told.
pub(super) const NUMBER: &str = "must be a whole number from 0 to 4294967295, without quotes";

/// Which keys the environment speaks for, and by which variables.
#[derive(Default)]
pub(super) struct Overrides(Vec<(&'static str, String)>);

impl Overrides {
    /// The variable that is in the place of a key, or of the list that `key[0]` is in.
    pub(super) fn variable_of(&self, key: &str) -> Option<&str> {
        let key = key.split_once('[').filter(|(_, rest)| rest.ends_with(']')).map_or(key, |(list, _)| list);
        self.0.iter().find(|(overridden, _)| *overridden == key).map(|(_, variable)| variable.as_str())
    }
}

/// The environment, as it is taken over.
struct Variables<'a> {
    env: &'a dyn Fn(&str) -> Option<String>,
    overrides: Overrides,
    problems: &'a mut Problems,
}

impl Variables<'_> {
    /// What a variable says in the place of a key, or the file that `…_FILE` names. A variable that is set
    /// but empty counts as unset.
    fn take(&mut self, name: &str, key: &'static str) -> Option<String> {
        let own = |name: &str| (self.env)(name).filter(|value| !value.is_empty());
        if let Some(value) = own(name) {
            self.overrides.0.push((key, name.to_owned()));
            return Some(value);
        }
        let name = format!("{name}_FILE");
        let path = own(&name)?;
        self.overrides.0.push((key, name.clone()));
        match std::fs::read_to_string(path) {
            Ok(text) => Some(text.trim().to_owned()),
            Err(error) => {
                self.problems.add(name, format!("cannot be read: {error}"));
                None
            }
        }
    }
}

impl File {
    /// Lays the environment over the file.
    pub(super) fn override_with(
        &mut self,
        env: &dyn Fn(&str) -> Option<String>,
        problems: &mut Problems,
    ) -> Overrides {
        let mut variables = Variables { env, overrides: Overrides::default(), problems };
        let texts = [
            ("LATCH_LISTEN", "listen", &mut self.listen),
            ("LATCH_ISSUER", "issuer", &mut self.issuer),
            ("LATCH_DATABASE", "database", &mut self.database),
            ("LATCH_PEPPER", "pepper", &mut self.pepper),
            ("LATCH_ASSETS", "assets", &mut self.assets),
            ("LATCH_SMTP_URL", "mail.smtp_url", &mut self.mail.smtp_url),
            ("LATCH_MAIL_FROM", "mail.from", &mut self.mail.from),
            ("LATCH_CA_FILE", "ca_file", &mut self.ca_file),
            ("LATCH_SMS_ACCOUNT_SID", "sms.account_sid", &mut self.sms.account_sid),
            ("LATCH_SMS_AUTH_TOKEN", "sms.auth_token", &mut self.sms.auth_token),
            ("LATCH_SMS_SECRET", "sms.secret", &mut self.sms.secret),
            ("LATCH_CAPTCHA_WHEN", "captcha.when", &mut self.captcha.when),
            ("LATCH_CAPTCHA_SECRET", "captcha.secret", &mut self.captcha.secret),
        ];
        for (name, key, slot) in texts {
            if let Some(value) = variables.take(name, key) {
                *slot = Some(value);
            }
        }
        let numbers = [
            ("LATCH_CODE_LENGTH", "code.length", &mut self.code.length),
            ("LATCH_CODE_SECONDS", "code.seconds", &mut self.code.seconds),
            ("LATCH_CODE_TRIES", "code.tries", &mut self.code.tries),
            ("LATCH_RESEND_SECONDS", "code.resend_seconds", &mut self.code.resend_seconds),
            ("LATCH_SPRAYING_NORMAL_PERCENT", "spraying.normal_percent", &mut self.spraying.normal_percent),
            ("LATCH_SPRAYING_GUARD_SECONDS", "spraying.guard_seconds", &mut self.spraying.guard_seconds),
            ("LATCH_SPRAYING_CODE_LENGTH", "spraying.code_length", &mut self.spraying.code_length),
            (
                "LATCH_SPRAYING_ADDRESS_PERCENT",
                "spraying.address_percent",
                &mut self.spraying.address_percent,
            ),
            ("LATCH_SMS_TIMEOUT_SECONDS", "sms.timeout_seconds", &mut self.sms.timeout_seconds),
            ("LATCH_SESSION_IDLE_SECONDS", "session.idle_seconds", &mut self.session.idle_seconds),
            (
                "LATCH_SESSION_ABSOLUTE_SECONDS",
                "session.absolute_seconds",
                &mut self.session.absolute_seconds,
            ),
            ("LATCH_KEYS_ROTATE_DAYS", "keys.rotate_days", &mut self.keys.rotate_days),
        ];
        for (name, key, slot) in numbers.into_iter().chain(self.limits.overridable()) {
            match variables.take(name, key).map(|value| value.parse()) {
                None => {}
                Some(Ok(number)) => *slot = Some(number),
                Some(Err(_)) => variables.problems.add(name, NUMBER),
            }
        }
        if let Some(hosts) = variables.take("LATCH_HOSTS", "hosts") {
            self.hosts = hosts.split(',').map(|host| host.trim().to_owned()).collect();
        }
        let switches = [
            ("LATCH_SMTP_ALLOW_PLAINTEXT", "mail.allow_plaintext", &mut self.mail.allow_plaintext),
            ("LATCH_COMPAT_ENUMERATION", "compat.enumeration", &mut self.compat.enumeration),
        ];
        for (name, key, slot) in switches {
            match variables.take(name, key).as_deref() {
                None => {}
                Some("true" | "1") => *slot = true,
                Some("false" | "0") => *slot = false,
                Some(_) => variables.problems.add(name, "must be true or false"),
            }
        }
        let overrides = variables.overrides;
        self.forget_files(&overrides);
        overrides
    }

    /// What the environment says needs no file.
    fn forget_files(&mut self, overrides: &Overrides) {
        for (key, file) in [
            ("pepper", &mut self.pepper_file),
            ("mail.smtp_url", &mut self.mail.smtp_url_file),
            ("sms.auth_token", &mut self.sms.auth_token_file),
            ("sms.secret", &mut self.sms.secret_file),
            ("captcha.secret", &mut self.captcha.secret_file),
        ] {
            if overrides.variable_of(key).is_some() {
                *file = None;
            }
        }
    }

    /// Reads the secrets that stand in files of their own.
    pub fn read_secret_files(&mut self, problems: &mut Problems) {
        let mut read = |key: &str, slot: &mut Option<String>, path: &Option<String>| match (&slot, path) {
            (_, None) => {}
            (Some(_), Some(_)) => {
                problems.add(format!("{key}_file"), format!("is there besides {key}: one of them"));
            }
            (None, Some(path)) => match std::fs::read_to_string(path) {
                Ok(text) => *slot = Some(text.trim().to_owned()),
                Err(error) => problems.add(format!("{key}_file"), format!("cannot be read: {error}")),
            },
        };
        read("pepper", &mut self.pepper, &self.pepper_file);
        read("mail.smtp_url", &mut self.mail.smtp_url, &self.mail.smtp_url_file);
        for (number, client) in self.client.iter_mut().enumerate() {
            read(&format!("client[{number}].secret"), &mut client.secret, &client.secret_file);
        }
    }
}
