//! What stands around the field of the identifier screen: buttons of the connections that lead to another
//! page, and what is said of the page's terms.

use std::rc::Rc;

use latch_flow::{Event, Problem, Takes, config::Terms};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::{
    Login, busy,
    part::{
        choice::{Choice, ChoiceProps, Mark},
        element::Element,
        message::{Message, MessageProps},
    },
    problem,
};
use crate::{beside, dictionary::Text, options::page::Look, style};

/// Puts what the page asks for around the form.
pub fn around(login: &Login, form: Element) -> Element {
    let sheet = style::AROUND;
    let it = login.around();
    let mut all = vec![if it.has_form { form } else { problems(login) }];
    if !it.others.names.is_empty() {
        let buttons = it.others.names.iter().map(|name| choice(login, name));
        let others = buttons.fold(Element::new("div", "others", sheet), Element::child);
        let at = if it.others.come_first { 0 } else { all.len() };
        all.insert(at, others);
        if it.has_form {
            all.insert(1, Element::new("p", "or", sheet).label(&login.words.say(Text::Or)));
        }
    }
    if untrack(|| login.takes()) == Takes::Nothing
        && let Some(consent) = consent(login)
    {
        all.insert(0, consent);
    }
    if it.terms == Terms::Notice {
        all.push(sentence(login, Text::TermsNotice, Element::new("p", "terms", sheet)));
    }
    all.into_iter().fold(Element::new("div", "around", sheet), Element::child)
}

/// The checkbox of the page's terms, where they have to be accepted.
pub fn consent(login: &Login) -> Option<Element> {
    let it = login.around();
    if it.terms != Terms::Accept {
        return None;
    }
    let sheet = style::AROUND;
    let (id, line) = (login.id("terms"), login.id("terms-message"));
    let sender = login.clone();
    let changed = move |event: web_sys::Event| {
        let target = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
        sender.send(Event::TermsAccepted(target.is_some_and(|input| input.checked())));
    };
    let checkbox = Element::new("input", "box", sheet)
        .attr("id", &id)
        .attr("type", "checkbox")
        .attr("value", "")
        .attr("required", "")
        .attr("aria-describedby", &line)
        .live(
            "aria-invalid",
            &login.live(|view, _| (view.problem() == Some(Problem::TermsMissing)).to_string()),
        )
        .on("change", Box::new(changed));
    let checkbox = if it.consents { checkbox.attr("checked", "") } else { checkbox };
    let text = sentence(login, Text::TermsAccept, Element::new("span", "text", sheet));
    let missing = login.live(|view, words| match view.problem() {
        Some(problem @ Problem::TermsMissing) => words.problem(problem, 0),
        _ => String::new(),
    });
    let message = Message(MessageProps { id: line, error: missing, hint: Rc::new(String::new), press: None });
    let label = Element::new("label", "accept", sheet).attr("for", &id).child(checkbox).child(text);
    Some(Element::new("div", "consent", sheet).child(label).child(message))
}

/// Where there is no field to say it under.
fn problems(login: &Login) -> Element {
    let hint = Rc::new(String::new);
    Message(MessageProps { id: login.id("others-message"), error: login.live(problem), hint, press: None })
}

/// The button of a connection.
fn choice(login: &Login, connection: &str) -> Element {
    let look = login.page.look(connection);
    let name = if look.display_name.is_empty() { brand(connection) } else { &look.display_name };
    let label = login.words.fill(Text::ContinueWith, name);
    let glyph = name.chars().next().map(|it| it.to_uppercase().to_string()).unwrap_or_default();
    let (sender, chosen, mine) = (login.clone(), connection.to_owned(), connection.to_owned());
    let Look { primary_color, foreground_color, icon, .. } = look;
    let mark = match sign(brand(connection)) {
        _ if !icon.is_empty() => Mark::Image(icon),
        Some(address) => Mark::Sign(address),
        None => Mark::Letter(glyph),
    };
    Choice(ChoiceProps {
        label: Rc::new(move || label.clone()),
        mark,
        colors: [primary_color, foreground_color],
        busy: login.live_around(move |it| (it.bound_for.as_ref() == Some(&mine)).to_string()),
        off: login.live(busy),
        press: Box::new(move || sender.send(Event::ConnectionChosen(chosen.clone()))),
    })
}

/// What people know a connection of Auth0's by. Any other is called by its name.
fn brand(connection: &str) -> &str {
    match connection {
        "google-oauth2" | "google-apps" => "Google",
        "apple" => "Apple",
        "windowslive" | "waad" | "office365" => "Microsoft",
        "facebook" => "Facebook",
        "github" => "GitHub",
        "linkedin" => "LinkedIn",
        "twitter" => "X",
        "amazon" => "Amazon",
        "bitbucket" => "Bitbucket",
        "discord" => "Discord",
        "dropbox" => "Dropbox",
        "line" => "LINE",
        "paypal" => "PayPal",
        "salesforce" => "Salesforce",
        "shopify" => "Shopify",
        "slack" | "sign-in-with-slack" => "Slack",
        "spotify" => "Spotify",
        "yahoo" => "Yahoo",
        other => other,
    }
}

/// The address of a brand's own sign: `public/icons`, and what `cargo xtask` puts beside them.
fn sign(brand: &str) -> Option<String> {
    let has_sign = matches!(
        brand,
        "Google"
            | "Apple"
            | "Microsoft"
            | "Facebook"
            | "GitHub"
            | "X"
            | "Bitbucket"
            | "Discord"
            | "Dropbox"
            | "LINE"
            | "PayPal"
            | "Shopify"
            | "Spotify"
    );
    has_sign.then(|| beside::address(&["icons/", &brand.to_ascii_lowercase(), ".svg"].concat()))?
}

/// A sentence about the page's documents, with a link to each that it says the address of. A page's own sentence that
/// names none stands alone.
fn sentence(login: &Login, text: Text, element: Element) -> Element {
    let page = &login.page;
    let (before, after) = login.words.around(text);
    let plain = |element: Element, text: String| element.text(&(Rc::new(move || text.clone()) as _));
    let element = plain(element, before);
    let Some(after) = after else { return element };
    let documents = [(Text::TermsLink, &page.terms_url), (Text::PrivacyLink, &page.privacy_url)];
    // Of which one is linked, the other is not there; where none is, both are somewhere on the page.
    let is_any = documents.iter().any(|(_, url)| !url.is_empty());
    let mut documents = documents
        .iter()
        .filter(|(_, url)| !is_any || !url.is_empty())
        .map(|(text, url)| (login.words.say(*text), *url));
    let names: Vec<_> = documents.clone().map(|(name, _)| name).collect();
    let mut element = element;
    for (part, is_document) in login.words.list(&names) {
        let url = if is_document { documents.next().map(|(_, url)| url.as_str()) } else { None };
        element = match url.filter(|url| !url.is_empty()) {
            Some(url) => element.child(
                Element::new("a", "link", style::AROUND)
                    .attr("href", url)
                    .attr("target", "_blank")
                    .attr("rel", "noopener")
                    .label(&part),
            ),
            None => plain(element, part),
        };
    }
    plain(element, after)
}
