//! What is laid over the file: environment variables, and the files that secrets stand in.

use super::{Problems, file::File};

/// What a number that cannot be read is told.
pub(super) const NUMBER: &str = "must be a whole number from 0 to 4294967295, without quotes";

/// Which keys the environment speaks for, and by which variables.
#[derive(Default)]
pub(super) struct Overrides(Vec<(&'static str, String)>);

impl Overrides {
    /// The variable that is in the place of a key.
    pub(super) fn variable_of(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(overridden, _)| *overridden == key).map(|(_, variable)| variable.as_str())
    }
}

impl File {
    /// Lays the environment over the file. A variable that is set but empty counts as unset.
    pub(super) fn override_with(
        &mut self,
        env: &dyn Fn(&str) -> Option<String>,
        problems: &mut Problems,
    ) -> Overrides {
        let own = |name: &str| env(name).filter(|value| !value.is_empty());
        let files = std::cell::RefCell::new(Vec::new());
        let mut overrides = Overrides::default();
        let mut env = |name: &str, key: &'static str| {
            if let Some(value) = own(name) {
                overrides.0.push((key, name.to_owned()));
                return Some(value);
            }
            let name = format!("{name}_FILE");
            let path = own(&name)?;
            overrides.0.push((key, name.clone()));
            let read = std::fs::read_to_string(path);
            read.map_err(|error| files.borrow_mut().push((name, error)))
                .ok()
                .map(|text| text.trim().to_owned())
        };
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
            if let Some(value) = env(name, key) {
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
            match env(name, key).map(|value| value.parse()) {
                None => {}
                Some(Ok(number)) => *slot = Some(number),
                Some(Err(_)) => problems.add(name, NUMBER),
            }
        }
        if let Some(hosts) = env("LATCH_HOSTS", "hosts") {
            self.hosts = hosts.split(',').map(|host| host.trim().to_owned()).collect();
        }
        match env("LATCH_SMTP_ALLOW_PLAINTEXT", "mail.allow_plaintext").as_deref() {
            None => {}
            Some("true" | "1") => self.mail.allow_plaintext = true,
            Some("false" | "0") => self.mail.allow_plaintext = false,
            Some(_) => problems.add("LATCH_SMTP_ALLOW_PLAINTEXT", "must be true or false"),
        }
        for (name, error) in files.into_inner() {
            problems.add(name, format!("cannot be read: {error}"));
        }
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
