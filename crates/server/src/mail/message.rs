//! The message with the code.
//!
//! HTML for mail programs: a table, inline styles, nothing remote, no picture, no link. Whatever is
//! not ours is escaped in HTML and stripped of controls everywhere, so that no name can add a header,
//! a line or an element.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

/// What the message has to say.
#[derive(Clone, Copy, Debug)]
pub struct CodeMail<'a> {
    /// The application that the user signs in to.
    pub app_name: &'a str,
    /// The code.
    pub code: &'a str,
    /// How long it is good for.
    pub seconds: u32,
    /// The host of the page that the code is to be typed into.
    pub host: &'a str,
}

/// A message, ready to be sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The application's name; it stands as the sender's when the sender has none.
    pub app_name: String,
    /// Subject.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// The code in it.
    pub code: String,
}

/// Writes the message. The code stands first in the subject: there it is seen in a notification.
pub fn write(mail: CodeMail<'_>) -> Message {
    let app_name = match one_line(mail.app_name) {
        name if name.is_empty() => "your account".to_owned(),
        name => name,
    };
    let code = mail.code;
    let validity = validity(mail.seconds);
    let subject = format!("{code} is your code for {app_name}");
    // The last line binds the code to the page's host, so that a browser offers it nowhere else:
    // "Origin-bound one-time codes", WICG.
    let text = format!(
        "Your code for {app_name}: {code}\n\n\
         It is valid for {validity}, and once.\n\n\
         If you did not ask for this code, ignore this message. Never give the code to anybody.\n\n\
         @{host} #{code}\n",
        host = one_line(mail.host),
    );
    Message { html: html(&app_name, code, &validity), app_name, subject, text, code: code.to_owned() }
}

fn validity(seconds: u32) -> String {
    let plural = |count: u32, unit: &str| format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
    if seconds.is_multiple_of(60) { plural(seconds / 60, "minute") } else { plural(seconds, "second") }
}

/// A text as one short line: no controls, no bidirectional or invisible characters.
pub fn one_line(text: &str) -> String {
    let shown: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control() && !is_format(*c))
        .take(80)
        .collect();
    shown.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
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

fn html(app_name: &str, code: &str, validity: &str) -> String {
    let mut html = String::new();
    let app_name = escape(app_name);
    let code = escape(code);
    // Mail programs that know dark mode get its colours; the others show the inline ones.
    let _ = write!(
        html,
        r#"<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{code} is your code for {app_name}</title>
<style>
@media (prefers-color-scheme: dark) {{
  .page {{ background-color: #101114 !important; }}
  .card {{ background-color: #1b1d22 !important; border-color: #2f323a !important; }}
  .ink {{ color: #f2f3f5 !important; }}
  .soft {{ color: #a9aeb8 !important; }}
  .code {{ background-color: #262930 !important; color: #ffffff !important; }}
}}
</style>
</head>
<body class="page" style="margin:0;padding:0;background-color:#f4f5f7;">
<div style="display:none;max-height:0;overflow:hidden;">Valid for {validity}.</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="page" style="background-color:#f4f5f7;">
<tr><td align="center" style="padding:40px 16px;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="card" style="max-width:440px;background-color:#ffffff;border:1px solid #e2e4e9;border-radius:12px;">
<tr><td class="ink" style="padding:32px 32px 0;font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:20px;line-height:28px;font-weight:600;color:#14161a;">Sign in to {app_name}</td></tr>
<tr><td class="soft" style="padding:8px 32px 0;font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:15px;line-height:22px;color:#565c68;">Enter this code to continue:</td></tr>
<tr><td style="padding:20px 32px 0;"><div class="code" style="padding:18px 8px;background-color:#f4f5f7;border-radius:8px;font-family:'SF Mono',Menlo,Consolas,monospace;font-size:34px;line-height:40px;font-weight:600;letter-spacing:8px;text-align:center;color:#14161a;">{code}</div></td></tr>
<tr><td class="soft" style="padding:20px 32px 32px;font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:14px;line-height:21px;color:#565c68;">It is valid for {validity}, and once. If you did not ask for this code, ignore this message. Never give the code to anybody.</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
"#
    );
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(app_name: &str) -> Message {
        write(CodeMail { app_name, code: "012345", seconds: 180, host: "shop.example" })
    }

    #[test]
    fn the_subject_begins_with_the_code() {
        assert_eq!(sample("Acme").subject, "012345 is your code for Acme");
    }

    #[test]
    fn the_last_line_of_the_text_binds_the_code_to_the_host() {
        assert_eq!(sample("Acme").text.lines().last(), Some("@shop.example #012345"));
    }

    #[test]
    fn both_parts_say_how_long_the_code_is_valid() {
        let message = sample("Acme");
        assert!(message.text.contains("valid for 3 minutes"));
        assert!(message.html.contains("valid for 3 minutes"));
        assert_eq!(validity(60), "1 minute");
        assert_eq!(validity(90), "90 seconds");
    }

    #[test]
    fn nothing_in_the_message_is_fetched_from_anywhere() {
        let html = sample("Acme").html;
        for remote in ["http", "src=", "href=", "url(", "<img", "<script", "<link"] {
            assert!(!html.contains(remote), "{remote}");
        }
    }

    #[test]
    fn a_name_adds_neither_elements_nor_lines_nor_hidden_characters() {
        let message = sample("<img src=x onerror=alert(1)>\"'&\r\nBcc: x\u{202e}\u{0}y\u{200b}");
        assert!(!message.html.contains("<img"));
        assert!(message.html.contains("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp; Bcc: xy"));
        assert!(!message.subject.chars().any(char::is_control));
        assert_eq!(message.text.lines().count(), sample("Acme").text.lines().count());
        assert_eq!(sample("\u{202e}\r\n").subject, "012345 is your code for your account");
    }
}
