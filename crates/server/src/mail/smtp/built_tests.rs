//! Mails of whatever names, subjects and texts there may be, read back by programs that did not write them.
//! `LATCH_MAILS=10000000` reads more of them.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use lettre::message::Mailbox;
use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, TestRunner},
};
use serde_json::Value;

use super::envelope;
use crate::{clock::Instant, mail::message::Message, mail::payloads::payloads};

const TO: &str = "ada@shop.example";

#[expect(clippy::disallowed_methods, reason = "a longer run is asked for by hand")]
fn mails(by_default: u32) -> u32 {
    std::env::var("LATCH_MAILS").map_or(by_default, |mails| mails.parse().unwrap())
}

/// Anything at all, what is meant to do harm, and both in a row.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => any::<String>(),
        4 => prop::sample::select(payloads()),
        1 => "[ -~]{0,40}",
        1 => "[\\x00-\\x1f\\x7f-\\x9f]{1,4}",
        1 => prop::sample::select(vec!["\r\n", "\n", "\r", "\r\n.\r\n", "\r\n\r\n", "=?", "?=", "\u{2028}", "\""])
            .prop_map(str::to_owned),
        1 => "x{70,1200}",
    ];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

/// What a mail is made of.
#[derive(Clone, Debug)]
struct Written {
    app_name: String,
    /// The sender that a template names.
    own: Option<String>,
    /// The name of the sender of all mails.
    sender: Option<String>,
    subject: String,
    text: String,
    html: String,
}

fn written() -> impl Strategy<Value = Written> {
    let own = prop_oneof![text(), text().prop_map(|name| format!("{name} <own@mail.example>"))];
    let html = prop_oneof![1 => Just(String::new()), 4 => text()];
    (text(), prop::option::of(own), prop::option::of(text()), text(), text(), html).prop_map(
        |(app_name, own, sender, subject, text, html)| Written { app_name, own, sender, subject, text, html },
    )
}

/// The mail as it goes out. It has one recipient, whatever its headers say.
fn build(written: &Written) -> Vec<u8> {
    let Written { app_name, own, sender, subject, text, html } = written.clone();
    let code = "012345".to_owned();
    let message = Message { app_name, from: own, subject, text, html, code, link: None, asked: None };
    let from = Mailbox { name: sender, email: "login@mail.example".parse().unwrap() };
    let mail = envelope(&from, TO, "row1", Instant(1_769_860_800_000), &message).unwrap();
    let recipients: Vec<&str> = mail.envelope().to().iter().map(AsRef::as_ref).collect();
    assert_eq!(recipients, [TO]);
    let sender: &str = mail.envelope().from().unwrap().as_ref();
    assert!(sender == "login@mail.example" || written.own.as_ref().is_some_and(|own| own.contains(sender)));
    mail.formatted()
}

const PARTS: [&str; 2] = ["Content-Transfer-Encoding", "Content-Type"];

/// The headers that we set, in the order of the alphabet.
fn ours(written: &Written) -> Vec<&'static str> {
    let all =
        ["Auto-Submitted", PARTS[0], PARTS[1], "Date", "From", "MIME-Version", "Message-ID", "Subject", "To"];
    // Of two parts each says for itself how it is written.
    let both = |name: &&str| written.html.is_empty() || *name != PARTS[0];
    // A mail of one part has no need to say that it is MIME: lettre says it where there are several.
    all.into_iter().filter(both).collect()
}

proptest! {
    #![proptest_config(Config { cases: mails(1000), ..Config::default() })]

    #[test]
    fn every_mail_has_the_headers_that_we_set_and_one_recipient(written in written()) {
        let bytes = build(&written);
        let mail = mailparse::parse_mail(&bytes).unwrap();
        let mut names: Vec<String> = mail.headers.iter().map(mailparse::MailHeader::get_key).collect();
        names.sort();
        prop_assert_eq!(names, ours(&written));
        for name in ["From", "To"] {
            let header = mail.headers.iter().find(|header| header.get_key() == name).unwrap();
            prop_assert_eq!(mailparse::addrparse_header(header).unwrap().count_addrs(), 1, "{}", name);
        }
        prop_assert_eq!(mail.subparts.len(), if written.html.is_empty() { 0 } else { 2 });
        // No line is longer than mail servers take, and none ends in any other way than lines of mail do.
        for line in String::from_utf8_lossy(&bytes).split("\r\n") {
            prop_assert!(line.len() <= 998 && !line.contains(['\r', '\n', '\0']), "{:?}", line);
        }
    }
}

/// Python's `email`, which reads headers in its own way.
const READER: &str = r#"
import email, email.policy, json, struct, sys
read = sys.stdin.buffer.read
while size := read(4):
    mail = email.message_from_bytes(read(*struct.unpack(">I", size)), policy=email.policy.default)
    parts = [part.get_content_type() for part in mail.walk() if not part.is_multipart()]
    told = {name: [address.addr_spec for address in mail[name].addresses] for name in ("From", "To")}
    print(json.dumps({"names": sorted(mail.keys()), "addresses": told, "parts": parts,
        "defects": [type(defect).__name__ for part in mail.walk() for defect in part.defects],
        "message_id": mail["Message-ID"], "subject": str(mail["Subject"])}))
"#;

#[test]
fn pythons_email_reads_the_same_of_every_mail() {
    let python =
        Command::new("python3").args(["-c", READER]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    // Where there is no Python, there is one reader less.
    let Ok(mut python) = python else { return };
    let mut runner = TestRunner::deterministic();
    let mut mails_written = Vec::new();
    let mut input = Vec::new();
    for _ in 0..mails(400).min(100_000) {
        let written = written().new_tree(&mut runner).unwrap().current();
        let bytes = build(&written);
        input.extend(u32::try_from(bytes.len()).unwrap().to_be_bytes());
        input.extend(bytes);
        mails_written.push(written);
    }
    let mut stdin = python.stdin.take().unwrap();
    let writing = std::thread::spawn(move || stdin.write_all(&input));
    let output = python.wait_with_output().unwrap();
    writing.join().unwrap().unwrap();
    assert!(output.status.success());
    let output = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.lines().count(), mails_written.len());
    for (line, written) in output.lines().zip(&mails_written) {
        let read: Value = serde_json::from_str(line).unwrap();
        assert_eq!(read["names"], serde_json::json!(ours(written)), "{read}");
        assert_eq!(read["addresses"]["To"], serde_json::json!([TO]), "{read}");
        assert_eq!(read["addresses"]["From"].as_array().unwrap().len(), 1, "{read}");
        assert_eq!(read["defects"], serde_json::json!([]), "{read}");
        let parts: &[&str] =
            if written.html.is_empty() { &["text/plain"] } else { &["text/plain", "text/html"] };
        assert_eq!(read["parts"], serde_json::json!(parts), "{read}");
        assert!(!read["subject"].as_str().unwrap().chars().any(char::is_control), "{read}");
    }
}
