//! Are you a person?

use latch_flow::{
    Event, View,
    view::{CaptchaKind, CaptchaView},
};
use leptos::prelude::*;

use crate::{
    dictionary::{Text, Words},
    style,
    view::{
        self, Login, busy, checking, invalid,
        part::{
            button::{Button, ButtonProps},
            element::{Element, Elements},
            field::{Field, FieldProps, Input},
            form::{Form, FormProps},
            message::{Message, MessageProps},
            picture::{Picture, PictureProps},
        },
        problem,
    },
};

/// The captcha screen.
#[component]
pub fn Captcha(
    /// The login.
    login: Login,
) -> Element {
    let Some(captcha) = untrack(|| login.captcha()) else { return Element::new("div", "", style::CAPTCHA) };
    let parts = match &captcha.kind {
        CaptchaKind::Picture { image, is_math } => picture(&login, &captcha, image, *is_math),
        CaptchaKind::Frame => frame(&login, &captcha),
        CaptchaKind::Stuck => vec![error(&login), primary(&login, Text::TryAgain)],
    };
    let submit = login.submitted(Event::CaptchaSubmitted);
    Form(FormProps { sheet: style::CAPTCHA, submit, children: Elements::from(parts) })
}

/// A picture, and a field for what it asks for.
fn picture(login: &Login, captcha: &CaptchaView, image: &str, is_math: bool) -> Vec<Element> {
    let label = login.words.say(if is_math { Text::CaptchaSum } else { Text::CaptchaPicture });
    let input = Input {
        name: "captcha",
        kind: "text",
        input_mode: if is_math { "numeric" } else { "text" },
        autocomplete: "off",
        enter_key: "next",
        value: String::new(),
        cells: 0,
    };
    let field = FieldProps::builder()
        .sheet(style::FIELD)
        .id(login.id("captcha"))
        .label(label.clone())
        .input(input)
        .hint(login.live(|_, _| String::new()))
        .error(login.live(problem))
        .invalid(login.live(invalid));
    let mut parts = vec![
        Picture(PictureProps { sheet: style::CAPTCHA, address: image.to_owned(), label }),
        Field(field.build()),
        primary(login, Text::Continue),
        link(login, Text::CaptchaRefresh, || Event::CaptchaRefreshRequested),
    ];
    parts.extend(alternative(login, captcha));
    parts
}

/// A place for what a third party shows: its script finds it by its attribute.
fn frame(login: &Login, captcha: &CaptchaView) -> Vec<Element> {
    let place = Element::new("div", "frame", style::CAPTCHA).attr("data-captcha", "");
    let mut parts = vec![place, error(login), primary(login, Text::Continue)];
    parts.extend(alternative(login, captcha));
    parts
}

fn error(login: &Login) -> Element {
    let (error, hint) = (login.live(problem), login.live(|_, _| String::new()));
    Message(MessageProps { id: login.id("captcha-error"), error, hint, press: None })
}

fn primary(login: &Login, text: Text) -> Element {
    let label = login.live(match text {
        Text::TryAgain => |view, words| label(view, words, Text::TryAgain),
        _ => |view, words| label(view, words, Text::Continue),
    });
    let off = login.live(|view, _| (view.is_busy() || is_frame(view)).to_string());
    Button(ButtonProps::builder().kind("button primary").label(label).busy(login.live(busy)).off(off).build())
}

fn label(view: &View, words: &Words, idle: Text) -> String {
    let is_sending = view::captcha(view).is_some_and(|captcha| captcha.is_sending);
    words.say(checking(view).unwrap_or(if is_sending { Text::Sending } else { idle }))
}

/// A third party's captcha goes on by itself.
fn is_frame(view: &View) -> bool {
    view::captcha(view).is_some_and(|captcha| captcha.kind == CaptchaKind::Frame)
}

fn alternative(login: &Login, captcha: &CaptchaView) -> Option<Element> {
    let link = || link(login, Text::CaptchaAlternative, || Event::CaptchaAlternativeRequested);
    captcha.has_alternative.then(link)
}

fn link(login: &Login, text: Text, event: fn() -> Event) -> Element {
    let says = login.words.say(text);
    let label = std::rc::Rc::new(move || says.clone());
    let idle = login.live(|_, _| false.to_string());
    let link = ButtonProps::builder().kind("button link").label(label).busy(idle).off(login.live(busy));
    Button(link.press(login.pressed(event)).build())
}
