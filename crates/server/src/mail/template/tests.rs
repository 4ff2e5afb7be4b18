use super::*;
use crate::mail::payloads::payloads;

fn text(source: &str, variables: &Variables) -> String {
    Template::parse(source, Markup::Text).unwrap().render(variables).unwrap()
}

fn html(source: &str, variables: &Variables) -> String {
    Template::parse(source, Markup::Html).unwrap().render(variables).unwrap()
}

fn code() -> Variables {
    Variables::default().with("code", "012345").with("application.name", "Acme")
}

/// The example of Auth0's page on email.
const LANGUAGES: &str = "{% if request_language contains 'dutch' %}
   Hier is uw verificatie code: {{ code }}
{% endif %}
{% if request_language contains 'fr-FR' %}
   Ceci est votre code: {{ code }}
{% endif %}";

#[test]
fn auth0s_example_speaks_the_readers_language() {
    let in_language = |language: &str| text(LANGUAGES, &code().with("request_language", language));
    assert_eq!(in_language("dutch").trim(), "Hier is uw verificatie code: 012345");
    assert_eq!(in_language("fr-FR,fr;q=0.9").trim(), "Ceci est votre code: 012345");
    assert_eq!(in_language("en").trim(), "");
    assert_eq!(text(LANGUAGES, &code()).trim(), "", "also when the reader's language is not known");
}

#[test]
fn auth0s_old_macros_are_variables() {
    let macros = code().with("password", "012345");
    assert_eq!(text("Your code is: @@password@@", &macros), "Your code is: 012345");
    assert_eq!(text("@@ code @@ for @@application.name@@", &macros), "012345 for Acme");
    assert_eq!(text("a@@b c@@d e@@", &macros), "a@@b c@@d e@@");
}

#[test]
fn a_variable_that_is_not_there_is_empty_and_false() {
    for source in [
        "{{ nope }}",
        "{{ nope.deeper.still }}",
        "{{ application.nope }}",
        "{{ nope | upcase }}",
        "{% if nope %}x{% endif %}",
        "{% if nope.deeper contains 'x' %}x{% endif %}",
        "{% unless operation == nil %}x{% endunless %}",
        "{% for item in nope %}x{% endfor %}",
    ] {
        assert_eq!(text(source, &code()), "", "{source}");
    }
    assert_eq!(text("{{ nope | default: 'friend' }}", &code()), "friend");
    assert_eq!(
        text("{% if nope == blank %}blank{% endif %}{% if nope == empty %}empty{% endif %}", &code()),
        "blank"
    );
}

#[test]
fn in_html_a_value_is_text_and_nothing_else() {
    let nasty = Variables::default().with("user.name", "<script>alert(1)</script>{{ 7 | times: 7 }}&\"'");
    let escaped = "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 | times: 7 }}&amp;&quot;&#39;";
    for source in
        ["{{ user.name }}", "{{ user.name | escape }}", "{% assign x = user.name %}{{ x }}", "@@user.name@@"]
    {
        assert_eq!(html(source, &nasty), escaped, "{source}");
    }
    assert_eq!(text("{{ user.name }}", &Variables::default().with("user.name", "<b>")), "<b>");
    assert_eq!(html("<b>{{ code }}</b>", &code()), "<b>012345</b>", "the template's own markup stays");
}

#[test]
fn no_value_is_read_as_a_template_or_as_markup() {
    for nasty in payloads() {
        let variables = Variables::default().with("user.name", nasty.clone());
        assert_eq!(text("{{ user.name }}", &variables), nasty);
        assert_eq!(html("{{ user.name }}", &variables), escape(&nasty));
    }
}

#[test]
fn a_mistake_is_told_in_one_line() {
    for (source, said) in [
        ("{% if code %}", "expected"),
        ("{{ code | nope }}", "filter=nope"),
        ("{% nope %}", "tag"),
        ("{% include 'x' %}", "tag"),
        ("{{ code", "expected"),
    ] {
        let complaint = Template::parse(source, Markup::Text).unwrap_err();
        assert!(!complaint.contains('\n') && complaint.len() <= 120, "{complaint}");
        assert!(complaint.to_lowercase().contains(said), "{source}: {complaint}");
    }
}

#[test]
fn filters_do_what_auth0s_do() {
    assert_eq!(text("{{ 'a b&c~' | url_encode }}", &code()), "a+b%26c~");
    assert_eq!(text("{{ code | split: '' | last }}{{ 'a,b,,' | split: ',' | size }}", &code()), "52");
}

#[test]
fn arithmetic_without_an_answer_is_an_error_and_no_panic() {
    for source in [
        "{{ 1 | divided_by: 0 }}",
        "{{ 1 | modulo: 0 }}",
        "{{ 9223372036854775807 | plus: 1 }}",
        "{{ 9223372036854775807 | times: 9223372036854775807 }}",
        "{{ code | slice: -9223372036854775808, 9223372036854775807 }}",
    ] {
        if let Ok(template) = Template::parse(source, Markup::Text) {
            let _ = template.render(&code());
        }
    }
}
