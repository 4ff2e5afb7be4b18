//! What `[email]` and `[sms]` say: the words of messages, and how an SMS leaves.

use std::sync::Arc;

use super::{
    Problems, Sms,
    file::{File, SmsSection},
};
use crate::mail::{
    message::Templates,
    template::{Markup, Template},
};

/// The words of all messages. A template that cannot be read is refused here, not at a login.
pub(super) fn templates(file: &File, problems: &mut Problems) -> Arc<Templates> {
    let mut read = |key: &str, inline: &Option<String>, path: &Option<String>, markup| {
        let source = text_or_file(key, inline.as_deref(), path.as_deref(), problems)?;
        let template = Template::parse(&source, markup);
        template.map_err(|complaint| problems.add(key, complaint)).ok()
    };
    let (email, defaults) = (&file.email, Templates::default());
    let subject = read("email.subject", &email.subject, &email.subject_file, Markup::Text);
    let text = read("email.text", &email.text, &email.text_file, Markup::Text);
    let html = read("email.html", &email.html, &email.html_file, Markup::Html);
    let from = read("email.from", &email.from, &None, Markup::Text);
    let sms = read("sms.text", &file.sms.text, &file.sms.text_file, Markup::Text);
    Arc::new(Templates {
        from,
        subject: subject.unwrap_or(defaults.subject),
        // Somebody who wrote a text and no HTML does not want ours beside it.
        html: if text.is_some() { html } else { html.or(defaults.html) },
        text: text.unwrap_or(defaults.text),
        sms: sms.unwrap_or(defaults.sms),
    })
}

/// What is written in the file, or in the file that it names.
fn text_or_file(
    key: &str,
    inline: Option<&str>,
    path: Option<&str>,
    problems: &mut Problems,
) -> Option<String> {
    match (inline, path) {
        (None, None) => None,
        (Some(text), None) => Some(text.to_owned()),
        (None, Some(path)) => match std::fs::read_to_string(path) {
            Ok(text) => Some(text),
            Err(error) => {
                problems.add(format!("{key}_file"), format!("cannot be read: {error}"));
                None
            }
        },
        (Some(_), Some(_)) => {
            problems.add(format!("{key}_file"), format!("is there besides {key}: one of them"));
            None
        }
    }
}

/// How an SMS leaves. In `--dev` it goes to the inbox.
pub(super) fn sms(section: &SmsSection, dev: bool, problems: &mut Problems) -> Option<Sms> {
    let countries = countries(section, problems);
    dev.then_some(Sms { countries })
}

fn countries(section: &SmsSection, problems: &mut Problems) -> Option<Vec<String>> {
    let countries = section.countries.as_ref()?;
    if countries.iter().any(|country| country == "*") {
        return None;
    }
    for (number, country) in countries.iter().enumerate() {
        if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
            problems.add(format!("sms.countries[{number}]"), "must be two capital letters, like US, or *");
        }
    }
    Some(countries.clone())
}
