//! Pages of our own: an error, a question, and what a browser has to run on its way back to a client.
//!
//! Whatever is not ours is escaped, and the policy lets only the script and the sheet run that carry
//! the page's nonce. CSP level 3.

use std::fmt::Write as _;

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::{failure::Failure, mail::message::escape, random, state::App, words::Language};

const STYLE: &str = include_str!("page/page.css");

/// A page.
#[derive(Default)]
pub struct Page<'a> {
    /// What it is written in. English without.
    pub language: Option<&'static Language>,
    /// The title, and the heading unless the page is empty.
    pub title: &'a str,
    /// HTML; whoever writes it escapes.
    pub body: String,
    /// A sheet of ours, after the one of all pages.
    pub style: &'a str,
    /// A script of ours.
    pub script: Option<String>,
    /// The origin whose pages may have this page in a frame.
    pub framed_by: Option<&'a str>,
    /// The origin of a page that this page has in a frame.
    pub frames: Option<&'a str>,
    /// `Set-Cookie`.
    pub cookies: Vec<HeaderValue>,
}

impl Page<'_> {
    /// The answer that shows it.
    pub fn answer(self, app: &App, status: StatusCode) -> Result<Response, Failure> {
        let nonce = random::id(&*app.random)?;
        // No form-action: browsers hold it against every redirect that follows a form, and where a
        // client sends its users on is its own affair.
        let policy = format!(
            "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; frame-src {frames}; \
             base-uri 'none'; frame-ancestors {ancestors}",
            frames = self.frames.unwrap_or("'none'"),
            ancestors = self.framed_by.unwrap_or("'none'"),
        );
        let language = self.language.unwrap_or_else(Language::english);
        let script = self.script.map(|script| format!("<script nonce=\"{nonce}\">{script}</script>"));
        let html = format!(
            "<!doctype html>\n<html lang=\"{lang}\" dir=\"{dir}\">\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title}</title>\n<style nonce=\"{nonce}\">{STYLE}{style}</style>\n\
             <main>{body}</main>\n{script}\n</html>\n",
            lang = language.tag,
            dir = language.direction(),
            title = escape(self.title),
            style = self.style,
            body = self.body,
            script = script.unwrap_or_default(),
        );
        let mut headers = HeaderMap::new();
        let mut put = |name: HeaderName, value: &str| {
            HeaderValue::from_str(value).map(|value| headers.insert(name, value)).is_ok()
        };
        put(header::CONTENT_TYPE, "text/html; charset=utf-8");
        put(header::CACHE_CONTROL, "no-store");
        // With no-referrer browsers would hide the origin of this page's own forms.
        put(header::REFERRER_POLICY, "same-origin");
        // Without its policy no page goes out.
        if !put(header::CONTENT_SECURITY_POLICY, &policy) {
            return Err(Failure::Crypto("no policy"));
        }
        if self.framed_by.is_none() {
            put(header::X_FRAME_OPTIONS, "DENY");
        }
        for cookie in self.cookies {
            headers.append(header::SET_COOKIE, cookie);
        }
        Ok((status, headers, html).into_response())
    }
}

/// A page that says to its reader what is wrong, and what to do.
pub fn say(
    app: &App,
    language: &'static Language,
    status: StatusCode,
    sentence: &str,
) -> Result<Response, Failure> {
    refusal(app, language, status, &format!("<p>{}</p>", escape(sentence)))
}

/// A page that says what is wrong, for whoever it may concern: there is nowhere to go back to. What is
/// wrong is for the page's owner, and in English.
pub fn error(
    app: &App,
    language: &'static Language,
    status: StatusCode,
    description: &str,
) -> Result<Response, Failure> {
    refusal(app, language, status, &format!("<p lang=\"en\" dir=\"ltr\">{}</p>", escape(description)))
}

/// The heading of both, and what is said below.
fn refusal(
    app: &App,
    language: &'static Language,
    status: StatusCode,
    said: &str,
) -> Result<Response, Failure> {
    let title = &*language.words.error_heading;
    let body = format!("<h1>{}</h1>{said}", escape(title));
    Page { language: Some(language), title, body, ..Page::default() }.answer(app, status)
}

/// A form with hidden fields and one button.
pub fn form(action: &str, fields: &[(&str, &str)], button: &str) -> String {
    form_with(action, fields, button, None)
}

/// The same, with a button that has a name and a value. They are sent when it is pressed, and are not
/// when a script submits the form.
pub fn form_with(action: &str, fields: &[(&str, &str)], button: &str, press: Option<(&str, &str)>) -> String {
    let mut form = format!("<form method=\"post\" action=\"{}\">", escape(action));
    for (name, value) in fields {
        let (name, value) = (escape(name), escape(value));
        // Writing to a String cannot fail.
        let _ = write!(form, "<input type=\"hidden\" name=\"{name}\" value=\"{value}\">");
    }
    let press = press.map(|(name, value)| format!(" name=\"{}\" value=\"{}\"", escape(name), escape(value)));
    let press = press.unwrap_or_default();
    form + &format!("<button type=\"submit\"{press}>{}</button></form>", escape(button))
}

/// A value as a script's literal. What could end the script or the line is written as an escape.
pub fn literal<T: Serialize>(value: &T) -> Result<String, Failure> {
    let json = serde_json::to_string(value).map_err(|_| Failure::Json)?;
    let mut literal = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(literal, "\\u{:04x}", u32::from(c));
            }
            _ => literal.push(c),
        }
    }
    Ok(literal)
}

/// Sends the browser somewhere, and lets nobody keep the answer.
pub fn redirect(location: &str, cookies: Vec<HeaderValue>) -> Result<Response, Failure> {
    let location = HeaderValue::from_str(location).map_err(|_| Failure::Crypto("no location"))?;
    let mut response = (StatusCode::FOUND, [(header::LOCATION, location)]).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for cookie in cookies {
        headers.append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_cannot_end_its_script() {
        let literal = literal(&"</script><!--\u{2028}\"&").unwrap();
        assert_eq!(literal, r#""\u003c/script\u003e\u003c!--\u2028\"\u0026""#);
        assert_eq!(serde_json::from_str::<String>(&literal).unwrap(), "</script><!--\u{2028}\"&");
    }

    #[test]
    fn a_form_escapes_its_fields() {
        let form = form("/x\"><script>", &[("a\"", "'><b>")], "Go");
        assert!(!form.contains("<script>") && !form.contains("<b>") && !form.contains("a\"\""), "{form}");
    }
}
