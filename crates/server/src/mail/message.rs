//! What a message says.
//!
//! The words stand in templates: the operator's, or those in `default/`, which take their sentences from
//! [`crate::words`] and so speak the reader's language. The default HTML is made for mail programs: a table, inline styles, nothing remote, no picture, and no link but the one that
//! was asked for. Whatever is not ours is escaped in HTML and stripped of controls everywhere, so that
//! no name can add a header, a line or an element.

use std::sync::Arc;

use lettre::message::Mailbox;
use serde::{Deserialize, Serialize};
use tokio::{sync::Semaphore, task::spawn_blocking};

use super::template::{Markup, Template, Variables};
use crate::{
    proof::Identity,
    sms::Asked,
    words::{Language, fill},
};

/// What is sent: a code, a link that carries it, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Send {
    /// The code.
    Code,
    /// The link.
    Link,
    /// The link, for an application on iOS.
    LinkIos,
    /// The link, for an application on Android.
    LinkAndroid,
    /// Both. Latch's own: Auth0 has no word for it.
    LinkOrCode,
}

impl Send {
    /// Reads Auth0's word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Code, Self::Link, Self::LinkIos, Self::LinkAndroid, Self::LinkOrCode]
            .into_iter()
            .find(|send| send.word() == word)
    }

    /// Auth0's word, which templates see as `send`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Link => "link",
            Self::LinkIos => "link_ios",
            Self::LinkAndroid => "link_android",
            Self::LinkOrCode => "link_or_code",
        }
    }
}

/// What a message has to say.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The application that the user signs in to.
    pub app_name: &'a str,
    /// Its client id.
    pub client_id: &'a str,
    /// Who signs in.
    pub identity: &'a Identity,
    /// What was asked for.
    pub send: Send,
    /// The code.
    pub code: &'a str,
    /// The link that carries the code, when there is one.
    pub link: Option<&'a str>,
    /// How long it is good for.
    pub seconds: u32,
    /// The host of the page that the code is to be typed into.
    pub host: &'a str,
    /// What the reader speaks, as the request says: a tag, or a list of them with weights.
    pub language: Option<&'a str>,
}

/// A message, ready to be sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The application's name; it stands as the sender's when the sender has none.
    pub app_name: String,
    /// The sender, when a template says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Subject. Empty in an SMS.
    pub subject: String,
    /// The text part, or the whole SMS.
    pub text: String,
    /// The HTML part. Empty when there is none.
    pub html: String,
    /// The code in it.
    pub code: String,
    /// The link in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Who asked for it, when an SMS gateway is to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Asked>,
}

/// The words of all messages.
#[derive(Debug)]
pub struct Templates {
    /// The sender, when it is not the one of `[mail]`.
    pub from: Option<Template>,
    /// Subject.
    pub subject: Template,
    /// The text part.
    pub text: Template,
    /// The HTML part. An operator who wrote a text and no HTML wants none.
    pub html: Option<Template>,
    /// The whole SMS.
    pub sms: Template,
    /// How many messages may be written at once.
    pub writers: Writers,
}

/// Who may write at once: as many as work at the same time anyway. Everybody else waits for a turn.
#[derive(Clone, Debug)]
pub struct Writers(Arc<Semaphore>);

impl Default for Writers {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self(Arc::new(Semaphore::new(processors)))
    }
}

/// The length that Twilio takes, in units of UTF-16 (its error 21617). It takes no empty text either.
const SMS_MAX: usize = 1600;

/// A sentence and a name, with room to spare.
const SUBJECT_MAX: usize = 160;

/// Stands for a digit of the code.
const DOT: &str = "\u{2022}";

/// What `default/` holds.
pub const DEFAULT_SUBJECT: &str = include_str!("default/subject.liquid");
/// The text part.
pub const DEFAULT_TEXT: &str = include_str!("default/text.liquid");
/// The HTML part.
pub const DEFAULT_HTML: &str = include_str!("default/html.liquid");
/// The SMS.
pub const DEFAULT_SMS: &str = include_str!("default/sms.liquid");

impl Default for Templates {
    fn default() -> Self {
        #[expect(clippy::expect_used, reason = "these texts are part of the program, and tests render them")]
        let built_in = |source, markup| Template::parse(source, markup).expect("a default template");
        Self {
            from: None,
            subject: built_in(DEFAULT_SUBJECT, Markup::Text),
            text: built_in(DEFAULT_TEXT, Markup::Text),
            html: Some(built_in(DEFAULT_HTML, Markup::Html)),
            sms: built_in(DEFAULT_SMS, Markup::Text),
            writers: Writers::default(),
        }
    }
}

/// Facts in the words that templates have for them.
struct Draft {
    variables: Variables,
    /// The same with dots for a code.
    masked: Variables,
    message: Message,
    is_sms: bool,
}

impl Draft {
    fn of(facts: Facts<'_>) -> Self {
        let app_name = app_name(facts);
        let dots = DOT.repeat(facts.code.len());
        // The link carries the code, too.
        let masked = Facts { code: &dots, link: facts.link.map(|_| DOT), ..facts };
        Self {
            variables: variables(facts, &app_name),
            masked: variables(masked, &app_name),
            message: Message {
                from: None,
                subject: String::new(),
                text: String::new(),
                html: String::new(),
                code: facts.code.to_owned(),
                link: facts.link.map(str::to_owned),
                asked: None,
                app_name,
            },
            is_sms: facts.identity.connection == "sms",
        }
    }
}

impl Templates {
    /// Writes a message. A template that fails at these facts leaves its place to the default one: a
    /// login does not wait for its operator.
    pub fn write(&self, facts: Facts<'_>) -> Message {
        self.fill(Draft::of(facts))
    }

    /// The same, and what the message is found by, on a thread that serves nobody else. Nothing, if there is
    /// none because the server ends.
    pub async fn write_aside(self: &Arc<Self>, facts: Facts<'_>) -> Option<(Message, Signs)> {
        let (templates, draft) = (Arc::clone(self), Draft::of(facts));
        let turn = Arc::clone(&self.writers.0).acquire_owned().await.ok()?;
        let written = spawn_blocking(move || {
            let signs = templates.signs(&draft);
            let message = templates.fill(draft);
            drop(turn);
            (message, signs)
        });
        written.await.ok()
    }

    fn fill(&self, draft: Draft) -> Message {
        let Draft { variables, mut message, is_sms, .. } = draft;
        let default = |source, markup| {
            let default = Template::parse(source, markup).ok();
            default.and_then(|default| default.render(&variables).ok()).unwrap_or_default()
        };
        let render = |name, template: &Template, source, markup| {
            template.render(&variables).unwrap_or_else(|error| {
                tracing::error!(template = name, %error, "a template failed; the default one is sent");
                default(source, markup)
            })
        };
        if is_sms {
            message.text = render("sms.text", &self.sms, DEFAULT_SMS, Markup::Text);
            if message.text.trim().is_empty() || message.text.encode_utf16().count() > SMS_MAX {
                tracing::error!("sms.text makes nothing or too much; the default template is sent");
                message.text = default(DEFAULT_SMS, Markup::Text);
            }
        } else {
            let from = self.from.as_ref().map(|from| render("email.from", from, "", Markup::Text));
            message.from = from.filter(|from| !from.is_empty());
            let subject = render("email.subject", &self.subject, DEFAULT_SUBJECT, Markup::Text);
            message.subject = subject_line(&subject);
            message.text = render("email.text", &self.text, DEFAULT_TEXT, Markup::Text);
            if let Some(html) = &self.html {
                message.html = render("email.html", html, DEFAULT_HTML, Markup::Html);
            }
        }
        message
    }

    /// What an email is found by, as whoever waits for it may be told: its subject has a dot for each digit of
    /// the code.
    ///
    /// The templates are rendered with dots for a code, and not searched for digits afterwards: whatever a
    /// template makes of a code (spaces between the digits, a part of it, a number), none of it is known here.
    /// One that makes nothing of dots has nothing to tell.
    fn signs(&self, draft: &Draft) -> Signs {
        if draft.is_sms {
            return Signs::default();
        }
        let render = |template: &Template| template.render(&draft.masked).unwrap_or_default();
        let told = |text: String| Some(text).filter(|text| !text.is_empty());
        Signs {
            from: self.from.as_ref().map(render).and_then(told),
            subject: told(subject_line(&render(&self.subject))),
        }
    }
}

/// What an email is found by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signs {
    /// The sender, when a template says so.
    pub from: Option<String>,
    /// The subject.
    pub subject: Option<String>,
}

/// The application's name; that of the page's host, where it has none.
fn app_name(facts: Facts<'_>) -> String {
    match one_line(facts.app_name) {
        name if name.is_empty() => one_line(facts.host),
        name => name,
    }
}

fn subject_line(subject: &str) -> String {
    on_one_line(subject, SUBJECT_MAX, |c| is_format(c) && !is_of_a_script(c))
}

/// Auth0's variables, and `validity`, `host` and `words`, which are Latch's.
fn variables(facts: Facts<'_>, app_name: &str) -> Variables {
    let identity = facts.identity.value.as_str();
    let (email, phone_number) =
        if facts.identity.connection == "sms" { (None, Some(identity)) } else { (Some(identity), None) };
    let known = [
        ("link", facts.link),
        ("email", email),
        ("user.email", email),
        ("phone_number", phone_number),
        ("user.phone_number", phone_number),
        ("request_language", facts.language),
    ];
    let variables = Variables::default()
        .with("code", facts.code)
        .with("password", facts.code)
        .with("send", facts.send.word())
        .with("application.name", app_name)
        .with("application.client_id", facts.client_id)
        .with("connection.name", facts.identity.connection)
        .with("validity", validity(facts.seconds))
        .with("host", one_line(facts.host));
    let variables = known.into_iter().fold(variables, |variables, (name, value)| match value {
        Some(value) => variables.with(name, value),
        None => variables,
    });
    with_words(variables, facts, app_name)
}

/// The sentences of the default templates, in the reader's language.
fn with_words(variables: Variables, facts: Facts<'_>, app_name: &str) -> Variables {
    let language = facts.language.and_then(Language::accepted).unwrap_or_else(Language::english);
    let words = &language.words;
    let named = |sentence| fill(sentence, &[("app", app_name), ("code", facts.code)]);
    let variables = variables
        .with("words.lang", language.tag)
        .with("words.dir", language.direction())
        .with("words.subject", named(&words.subject))
        .with("words.heading", named(&words.heading))
        .with("words.enter_code", &*words.enter_code)
        .with("words.press_button", &*words.press_button)
        .with("words.button", &*words.button)
        .with("words.open_link", &*words.open_link)
        .with("words.or_enter_code", &*words.or_enter_code)
        .with("words.ignore", &*words.ignore)
        .with("words.keep_code", &*words.keep_code)
        .with("words.keep_link", &*words.keep_link)
        .with("words.otherwise", &*words.otherwise);
    match language.valid(facts.seconds) {
        Some(valid) => variables.with("words.valid", valid),
        None => variables,
    }
}

fn validity(seconds: u32) -> String {
    let plural = |count: u32, unit: &str| format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
    if seconds.is_multiple_of(60) { plural(seconds / 60, "minute") } else { plural(seconds, "second") }
}

/// What a template says of the sender; it counts when it is an address.
pub fn own_sender(said: Option<&str>) -> Option<Mailbox> {
    one_line(said?).parse().ok()
}

/// A text as one short line: no controls, no bidirectional or invisible characters.
pub fn one_line(text: &str) -> String {
    on_one_line(text, 80, is_format)
}

fn on_one_line(text: &str, most: usize, is_hidden: impl Fn(char) -> bool) -> String {
    let shown: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control() && !is_hidden(*c))
        .take(most)
        .collect();
    shown.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What Persian is spelled with, and what isolates a name in text from right to left. Values have none
/// of these, so they are the template's own.
fn is_of_a_script(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{2066}'..='\u{2069}')
}

/// Characters that change how others are shown and are not seen themselves (Unicode category Cf and
/// its neighbours, as far as they matter in names).
fn is_format(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A text as the content of an element or of a quoted attribute.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
#[path = "message_tests.rs"]
mod tests;
