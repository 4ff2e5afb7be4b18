//! What is laid over the file: environment variables, and the files that secrets stand in.

use super::{Problems, file::File};

impl File {
    /// Lays the environment over the file. A variable that is set but empty counts as unset.
    pub fn override_with(&mut self, env: &dyn Fn(&str) -> Option<String>, problems: &mut Problems) {
        let own = |name: &str| env(name).filter(|value| !value.is_empty());
        let files = std::cell::RefCell::new(Vec::new());
        let env = |name: &str| {
            own(name).or_else(|| {
                let name = format!("{name}_FILE");
                let read = std::fs::read_to_string(own(&name)?);
                read.map_err(|error| files.borrow_mut().push((name, error)))
                    .ok()
                    .map(|text| text.trim().to_owned())
            })
        };
        let texts = [
            ("LATCH_LISTEN", &mut self.listen),
            ("LATCH_ISSUER", &mut self.issuer),
            ("LATCH_DATABASE", &mut self.database),
            ("LATCH_PEPPER", &mut self.pepper),
            ("LATCH_ASSETS", &mut self.assets),
            ("LATCH_SMTP_URL", &mut self.mail.smtp_url),
            ("LATCH_MAIL_FROM", &mut self.mail.from),
            ("LATCH_CA_FILE", &mut self.ca_file),
            ("LATCH_SMS_ACCOUNT_SID", &mut self.sms.account_sid),
            ("LATCH_SMS_AUTH_TOKEN", &mut self.sms.auth_token),
            ("LATCH_SMS_SECRET", &mut self.sms.secret),
            ("LATCH_CAPTCHA_WHEN", &mut self.captcha.when),
            ("LATCH_CAPTCHA_SECRET", &mut self.captcha.secret),
        ];
        for (name, slot) in texts {
            if let Some(value) = env(name) {
                *slot = Some(value);
            }
        }
        let numbers = [
            ("LATCH_CODE_LENGTH", &mut self.code.length),
            ("LATCH_CODE_SECONDS", &mut self.code.seconds),
            ("LATCH_CODE_TRIES", &mut self.code.tries),
            ("LATCH_RESEND_SECONDS", &mut self.code.resend_seconds),
            ("LATCH_LIMIT_SENDS_PER_IDENTITY", &mut self.limits.sends_per_identity),
            ("LATCH_LIMIT_SENDS_PER_IDENTITY_DAY", &mut self.limits.sends_per_identity_day),
            ("LATCH_LIMIT_STARTS_PER_IP", &mut self.limits.starts_per_ip),
            ("LATCH_LIMIT_TOKENS_PER_IP", &mut self.limits.tokens_per_ip),
            ("LATCH_LIMIT_LOGINS_PER_IP", &mut self.limits.logins_per_ip),
            ("LATCH_LIMIT_VISITS_PER_IP", &mut self.limits.visits_per_ip),
            ("LATCH_LIMIT_FAILURES_PER_IDENTITY", &mut self.limits.failures_per_identity),
            ("LATCH_LIMIT_FAILURES_PER_IP", &mut self.limits.failures_per_ip),
            ("LATCH_LIMIT_USERINFO_PER_USER", &mut self.limits.userinfo_per_user),
            ("LATCH_SPRAYING_NORMAL_PERCENT", &mut self.spraying.normal_percent),
            ("LATCH_SPRAYING_GUARD_SECONDS", &mut self.spraying.guard_seconds),
            ("LATCH_SPRAYING_CODE_LENGTH", &mut self.spraying.code_length),
            ("LATCH_SPRAYING_ADDRESS_PERCENT", &mut self.spraying.address_percent),
            ("LATCH_SESSION_IDLE_SECONDS", &mut self.session.idle_seconds),
            ("LATCH_SESSION_ABSOLUTE_SECONDS", &mut self.session.absolute_seconds),
            ("LATCH_KEYS_ROTATE_DAYS", &mut self.keys.rotate_days),
        ];
        for (name, slot) in numbers {
            match env(name).map(|value| value.parse()) {
                None => {}
                Some(Ok(number)) => *slot = Some(number),
                Some(Err(_)) => problems.add(name, "must be a whole number, 0 or more"),
            }
        }
        match env("LATCH_SMTP_ALLOW_PLAINTEXT").as_deref() {
            None => {}
            Some("true" | "1") => self.mail.allow_plaintext = true,
            Some("false" | "0") => self.mail.allow_plaintext = false,
            Some(_) => problems.add("LATCH_SMTP_ALLOW_PLAINTEXT", "must be true or false"),
        }
        for (name, error) in files.into_inner() {
            problems.add(name, format!("cannot be read: {error}"));
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
