use super::*;
use crate::mail::payloads::payloads;

const LINK: &str =
    "https://login.example/passwordless/verify_redirect?client_id=shop&verification_code=012345";

fn identity(connection: &str, username: &str) -> Identity {
    Identity::parse(connection, username).unwrap()
}

fn facts<'a>(app_name: &'a str, identity: &'a Identity, send: Send) -> Facts<'a> {
    Facts {
        app_name,
        client_id: "shop",
        identity,
        send,
        code: "012345",
        link: (send != Send::Code).then_some(LINK),
        seconds: 180,
        host: "shop.example",
        language: None,
    }
}

fn sample(app_name: &str, send: Send) -> Message {
    Templates::default().write(facts(app_name, &identity("email", "ada@a.co"), send))
}

#[test]
fn the_subject_begins_with_the_code() {
    assert_eq!(sample("Acme", Send::Code).subject, "012345 is your code for Acme");
    assert_eq!(sample("Acme", Send::LinkOrCode).subject, "012345 is your code for Acme");
    assert_eq!(sample("Acme", Send::Link).subject, "Sign in to Acme");
}

#[test]
fn the_last_line_of_the_text_binds_the_code_to_the_host() {
    for send in [Send::Code, Send::LinkOrCode] {
        assert_eq!(sample("Acme", send).text.lines().last(), Some("@shop.example #012345"));
    }
}

#[test]
fn both_parts_say_how_long_it_is_valid() {
    for send in [Send::Code, Send::Link, Send::LinkOrCode] {
        let message = sample("Acme", send);
        assert!(message.text.contains("\nValid for 3 minutes.\n"));
        assert!(message.html.contains(">Valid for 3 minutes.<br>"));
    }
    let ada = identity("email", "ada@a.co");
    let brief = Templates::default().write(Facts { seconds: 59, ..facts("Acme", &ada, Send::Code) });
    assert!(!brief.text.contains("Valid") && !brief.html.contains("Valid"), "not even a minute");
    assert_eq!(validity(60), "1 minute");
    assert_eq!(validity(90), "90 seconds");
}

#[test]
fn a_message_holds_what_was_asked_for_and_nothing_else() {
    let escaped = LINK.replace('&', "&amp;");
    for (send, has_code, has_link) in
        [(Send::Code, true, false), (Send::Link, false, true), (Send::LinkOrCode, true, true)]
    {
        let message = sample("Acme", send);
        // The code is also in the link; what counts is whether it can be read.
        let without_links = message.text.replace(LINK, "");
        assert_eq!(without_links.contains("012345"), has_code, "{send:?}");
        assert_eq!(message.text.contains(LINK), has_link);
        let without_links = message.html.replace(&escaped, "");
        assert_eq!(without_links.contains("012345"), has_code, "{send:?}");
        assert_eq!(message.html.contains(&format!("<a href=\"{escaped}\"")), has_link);
        assert_eq!(message.html.contains(">Sign in</a>"), has_link);
    }
}

#[test]
fn nothing_in_the_message_is_fetched_from_anywhere() {
    for send in [Send::Code, Send::Link, Send::LinkOrCode] {
        let html = sample("Acme", send).html.replace(&LINK.replace('&', "&amp;"), "");
        for remote in ["http", "src=", "url(", "<img", "<script", "<link"] {
            assert!(!html.contains(remote), "{remote}");
        }
    }
}

#[test]
fn whatever_a_name_or_a_host_is_the_message_has_its_own_lines_and_elements() {
    let elements = |html: &str| html.matches('<').count();
    let plain = sample("Acme", Send::LinkOrCode);
    let ada = identity("email", "ada@a.co");
    for nasty in payloads() {
        let named = sample(&nasty, Send::LinkOrCode);
        let hosted =
            Templates::default().write(Facts { host: &nasty, ..facts("Acme", &ada, Send::LinkOrCode) });
        for message in [named, hosted] {
            assert_eq!(elements(&message.html), elements(&plain.html), "{nasty:?}");
            assert_eq!(message.text.lines().count(), plain.text.lines().count(), "{nasty:?}");
            assert!(message.subject.starts_with("012345 is your code for "), "{nasty:?}");
            let shown = [&message.subject, &message.text, &message.html].map(String::as_str).concat();
            assert!(!shown.chars().any(|c| is_format(c) || (c.is_control() && c != '\n')), "{nasty:?}");
        }
    }
    assert_eq!(one_line(&"x".repeat(1000)).len(), 80, "and it is short");
}

#[test]
fn a_subject_of_several_lines_is_one() {
    let subject = Template::parse("{{ code }}\r\nBcc: eve@evil.example", Markup::Text).unwrap();
    let templates = Templates { subject, ..Templates::default() };
    let message = templates.write(facts("Acme", &identity("email", "ada@a.co"), Send::Code));
    assert_eq!(message.subject, "012345 Bcc: eve@evil.example");
}

#[test]
fn a_name_adds_neither_elements_nor_lines_nor_hidden_characters() {
    let message = sample("<img src=x onerror=alert(1)>\"'&\r\nBcc: x\u{202e}\u{0}y\u{200b}", Send::Code);
    assert!(!message.html.contains("<img"));
    assert!(message.html.contains("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp; Bcc: xy"));
    assert!(!message.subject.chars().any(char::is_control));
    assert_eq!(message.text.lines().count(), sample("Acme", Send::Code).text.lines().count());
    assert_eq!(sample("\u{202e}\r\n", Send::Code).subject, "012345 is your code for shop.example");
    let name = "{{ code }}{% raw %}";
    assert_eq!(sample(name, Send::Link).subject, format!("Sign in to {name}"), "a name is no template");
}

#[test]
fn an_sms_is_short_and_ends_with_the_line_that_binds_the_code() {
    let message = Templates::default().write(facts("Acme", &identity("sms", "+14155550100"), Send::Code));
    let expected = "012345 is your code for Acme\nValid for 3 minutes.\nNever give the code to anybody.\n\n";
    assert!(message.text.starts_with(expected), "{}", message.text);
    assert_eq!(message.text.lines().last(), Some("@shop.example #012345"));
    assert!(message.text.len() <= 160, "it fits into one message");
    assert!(message.subject.is_empty() && message.html.is_empty());
}

#[test]
fn templates_see_auth0s_variables() {
    let source = "{{ code }} {{ password }} {{ send }} {{ link }} {{ email }} {{ user.email }} \
                  {{ application.name }} {{ application.client_id }} {{ request_language }} \
                  {{ phone_number }}{{ operation }}{{ organization.name }}|";
    let templates = Templates {
        text: Template::parse(source, Markup::Text).unwrap(),
        sms: Template::parse("@@password@@ {{ phone_number }} {{ user.phone_number }}", Markup::Text)
            .unwrap(),
        ..Templates::default()
    };
    let ada = identity("email", "ada@a.co");
    let expected = format!("012345 012345 link {LINK} ada@a.co ada@a.co Acme shop fr |");
    let french = Facts { language: Some("fr"), ..facts("Acme", &ada, Send::Link) };
    assert_eq!(templates.write(french).text, expected);
    let phone = identity("sms", "+14155550100");
    let sms = templates.write(facts("Acme", &phone, Send::Code)).text;
    assert_eq!(sms, "012345 +14155550100 +14155550100");
}

#[test]
fn a_template_that_fails_leaves_its_place_to_the_default() {
    let endless = "{% for i in (1..1000) %}{% for i in (1..1000) %}x{% endfor %}{% endfor %}";
    let templates =
        Templates { text: Template::parse(endless, Markup::Text).unwrap(), ..Templates::default() };
    let message = templates.write(facts("Acme", &identity("email", "ada@a.co"), Send::Code));
    assert_eq!(message.text, sample("Acme", Send::Code).text);
}

#[test]
fn an_sms_that_no_provider_takes_leaves_its_place_to_the_default() {
    let ada = identity("sms", "+14155550100");
    let default = Templates::default().write(facts("Acme", &ada, Send::Code)).text;
    let write = |template: &str| {
        let sms = Template::parse(template, Markup::Text).unwrap();
        Templates { sms, ..Templates::default() }.write(facts("Acme", &ada, Send::Code)).text
    };
    for (template, is_taken) in [
        ("x".repeat(1600), true),
        ("x".repeat(1601), false),
        ("\u{1f511}".repeat(800), true),
        ("\u{1f511}".repeat(801), false),
        (" {% if request_language contains 'dutch' %}{{ code }}{% endif %}\n".to_owned(), false),
    ] {
        let text = write(&template);
        assert_eq!(text == default, !is_taken, "{} characters", template.chars().count());
    }
}

fn in_language(language: &'static str, connection: &str, app_name: &str, send: Send) -> Message {
    let username = if connection == "sms" { "+14155550100" } else { "ada@a.co" };
    let identity = identity(connection, username);
    Templates::default().write(Facts { language: Some(language), ..facts(app_name, &identity, send) })
}

/// The tags of all languages.
fn languages() -> Vec<&'static str> {
    crate::words::tests::all().map(|language| language.tag).collect()
}

#[test]
fn a_message_speaks_the_language_of_its_reader() {
    let message = in_language("ja-JP", "email", "Acme", Send::LinkOrCode);
    assert_eq!(message.subject, "012345 は Acme のコードです");
    assert!(message.text.starts_with("Acme にログイン\n\n"), "{}", message.text);
    assert!(message.text.contains("\n3分間有効です。\n") && message.html.contains("3分間有効です。"));
    assert!(
        message.html.contains("<html lang=\"ja\" dir=\"ltr\">") && message.html.contains(">ログイン</a>")
    );
    let sms = in_language("uk", "sms", "Acme", Send::Code);
    assert!(sms.text.starts_with("012345 — ваш код для Acme\nДіє 3 хвилини.\n"), "{}", sms.text);
    assert!(in_language("tlh", "email", "Acme", Send::Code) == sample("Acme", Send::Code), "or English");
}

#[test]
fn text_from_right_to_left_keeps_names_codes_and_links_as_they_are() {
    let message = in_language("fa", "email", "Acme (UK)", Send::LinkOrCode);
    assert_eq!(message.subject, "012345 کد ورود شما به \u{2068}Acme (UK)\u{2069} است");
    assert!(message.html.contains("<html lang=\"fa\" dir=\"rtl\">"));
    assert!(message.html.contains("<table role=\"presentation\" lang=\"fa\" dir=\"rtl\""));
    assert!(message.html.contains("<div class=\"code\" dir=\"ltr\""));
    assert!(message.html.contains("<a class=\"soft\" dir=\"ltr\""));
    let lines: Vec<&str> = message.text.lines().collect();
    assert!(lines.contains(&LINK) && lines.contains(&"012345"), "each has a line of its own");
    let link = in_language("fa", "email", "Acme", Send::Link);
    assert!(link.text.contains('\u{200c}'), "what Persian is spelled with is not taken away");
    let subject = Template::parse("{{ application.name }}: می\u{200c}توانید\u{202e}", Markup::Text).unwrap();
    let templates = Templates { subject, ..Templates::default() };
    let named = templates.write(facts("\u{2068}Ac\u{200c}me", &identity("email", "ada@a.co"), Send::Code));
    assert_eq!(
        named.subject, "Acme: می\u{200c}توانید",
        "only names lose it, and nothing may be turned round"
    );
}

#[test]
fn in_every_language_the_code_comes_first_and_what_binds_it_last() {
    let name = "A{code} {app} <b>&";
    for language in languages() {
        for (connection, send) in [("email", Send::Code), ("email", Send::LinkOrCode), ("sms", Send::Code)] {
            let message = in_language(language, connection, name, send);
            let first = if connection == "sms" { &message.text } else { &message.subject };
            assert!(first.starts_with("012345") && first.contains(name), "{language}: {first}");
            assert_eq!(message.text.lines().last(), Some("@shop.example #012345"), "{language}");
            let plain = in_language("en", connection, "Acme", send);
            assert_eq!(message.text.lines().count(), plain.text.lines().count(), "{language}");
            assert_eq!(message.html.matches('<').count(), plain.html.matches('<').count(), "{language}");
        }
        let message = in_language(language, "email", "Acme", Send::Link);
        assert!(!message.subject.contains("012345") && message.subject.contains("Acme"), "{language}");
        let shown = [&message.subject, &message.text].map(String::as_str).concat();
        assert!(!shown.contains(['{', '}']), "{language}");
    }
}

/// What an SMS may hold to be sent in seven bits a character (3GPP TS 23.038, the default alphabet
/// without its extension).
const GSM: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿\
                   abcdefghijklmnopqrstuvwxyzäöñüà";

fn segments(sms: &str) -> usize {
    let is_gsm = sms.chars().all(|c| GSM.contains(c));
    let (alone, each) = if is_gsm { (160, 153) } else { (70, 67) };
    let length = if is_gsm { sms.chars().count() } else { sms.encode_utf16().count() };
    if length <= alone { 1 } else { length.div_ceil(each) }
}

#[test]
fn no_language_needs_more_than_two_segments_of_an_sms() {
    let phone = identity("sms", "+14155550100");
    for language in languages() {
        let facts = Facts {
            language: Some(language),
            host: "login.acme-shop.example",
            seconds: 600,
            ..facts("Acme Shop", &phone, Send::Code)
        };
        let sms = Templates::default().write(facts).text;
        assert!(segments(&sms) <= 2, "{language}: {sms} in {} units", sms.encode_utf16().count());
    }
}

fn signs_of(templates: &Templates, facts: Facts<'_>) -> Signs {
    templates.signs(&Draft::of(facts))
}

/// What is told of the subject while the mail is on its way.
fn told(templates: &Templates, code: &str, send: Send) -> Option<String> {
    let link = format!("https://login.example/passwordless/verify_redirect?verification_code={code}");
    let identity = identity("email", "ada@a.co");
    let link = (send != Send::Code).then_some(&*link);
    signs_of(templates, Facts { code, link, ..facts("Acme", &identity, send) }).subject
}

#[test]
fn the_subject_that_a_page_is_told_has_a_dot_for_each_digit_of_the_code() {
    let default = Templates::default();
    assert_eq!(told(&default, "012345", Send::Code).unwrap(), "•••••• is your code for Acme");
    assert_eq!(told(&default, "0123", Send::LinkOrCode).unwrap(), "•••• is your code for Acme");
    assert_eq!(told(&default, "012345", Send::Link).unwrap(), "Sign in to Acme");
    let (address, number) = (identity("email", "ada@a.co"), identity("sms", "+4741234567"));
    let german = Facts { language: Some("de"), ..facts("Acme", &address, Send::Code) };
    let written = default.write(german).subject.replace("012345", "••••••");
    assert_eq!(signs_of(&default, german).subject, Some(written), "in the language that it is sent in");
    assert_eq!(signs_of(&default, facts("Acme", &number, Send::Code)), Signs::default(), "an SMS has none");
}

#[test]
fn whatever_a_template_makes_of_the_code_no_digit_of_it_is_in_what_a_page_is_told() {
    for (source, seen) in [
        ("Acme: {{ code }}", Some("Acme: ••••••")),
        ("{{ password }}", Some("••••••")),
        ("@@password@@", Some("••••••")),
        ("{{ code | slice: 0, 3 }}-{{ code | slice: 3, 3 }}", Some("•••-•••")),
        (
            "{% assign all = code | split: '' %}{% for one in all %}{{ one }} {% endfor %}for you",
            Some("• • • • • • for you"),
        ),
        ("{% for digit in (0..5) %}[{{ code | slice: digit, 1 }}]{% endfor %}", Some("[•][•][•][•][•][•]")),
        ("{{ code | upcase | append: '!' }}", Some("••••••!")),
        ("{% if code contains '4' %}four {% endif %}Acme", Some("Acme")),
        ("{% if link %}Press {{ link | slice: -6, 6 }}{% endif %}", Some("Press")),
        ("{{ link }}", Some("•")),
        ("{{ words.subject }}", Some("•••••• is your code for Acme")),
        ("{{ code | slice: 0, 0 }}", None),
    ] {
        let subject =
            Template::parse(source, Markup::Text).unwrap_or_else(|error| panic!("{source}: {error}"));
        let templates = Templates { subject, ..Templates::default() };
        let told = |code| told(&templates, code, Send::LinkOrCode);
        assert_eq!(told("402986").as_deref(), seen, "{source}");
        assert_eq!(told("402986"), told("771530"), "{source}: it is the same for every code");
    }
    // What can only be done to a number is not done to dots, and may not be told.
    for source in
        ["{{ code | plus: 0 }}", "{{ code | times: 2 | modulo: 7919 }}", "{{ code | divided_by: 1000 }}"]
    {
        let Ok(subject) = Template::parse(source, Markup::Text) else { continue };
        let templates = Templates { subject, ..Templates::default() };
        assert_eq!(
            told(&templates, "402986", Send::Code),
            told(&templates, "771530", Send::Code),
            "{source}"
        );
    }
}

#[test]
fn the_sender_that_a_template_names_is_told_without_the_code() {
    let from =
        Template::parse("{{ application.name }} <login-{{ code }}@acme.example>", Markup::Text).unwrap();
    let templates = Templates { from: Some(from), ..Templates::default() };
    let address = identity("email", "ada@a.co");
    let told = |code| signs_of(&templates, Facts { code, ..facts("Acme", &address, Send::Code) }).from;
    assert_eq!(told("402986").as_deref(), Some("Acme <login-••••••@acme.example>"));
    assert_eq!(signs_of(&Templates::default(), facts("Acme", &address, Send::Code)).from, None);
}

#[tokio::test]
async fn while_a_message_is_written_the_thread_of_the_request_serves_others() {
    let ada = identity("email", "ada@a.co");
    let templates = Arc::new(Templates::default());
    let mut writing = std::pin::pin!(templates.write_aside(facts("Acme", &ada, Send::Code)));
    let mut others = 0;
    let message = loop {
        tokio::select! {
            biased;
            message = &mut writing => break message.unwrap(),
            () = tokio::task::yield_now() => others += 1,
        }
    };
    assert!(others > 0);
    assert!(message.0 == templates.write(facts("Acme", &ada, Send::Code)));
}
