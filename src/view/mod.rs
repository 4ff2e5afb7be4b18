//! What people see: one file per screen, named like the state it shows, and the parts they share.
//!
//! Screens read the [`View`] and send [`Event`]s; they know neither the network nor the storage.
//!
//! Components are composed in `view!`; see [`part::element`] for what they are made of.

#![expect(clippy::needless_pass_by_value, reason = "components own their props")]

use std::{cell::Cell, rc::Rc};

use latch_flow::{
    Connection, Event, FULL, Problem, Takes, View,
    mailbox::Mailbox,
    view::{CaptchaView, CodeMode, CodeView, IdentifierView, RememberedView, Screen, ScreenName, Status},
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};

use crate::{
    decimal::decimal,
    dictionary::{self, Text, Words},
};
use part::element::{Element, Live};

#[cfg(feature = "full")]
pub mod around;
pub mod header;
pub mod part;
mod phone;
pub mod screen;

/// What every screen is given: the picture, and the way back in.
#[derive(Clone)]
pub struct Login {
    // Not in Leptos' arena, whose machinery for values of one thread would cost 2 kB.
    view: ArcReadSignal<View>,
    send: Rc<dyn Fn(Event)>,
    /// What is said.
    pub words: Rc<Words>,
    /// Told apart from the ids of other elements on the page.
    number: u32,
    /// What the page says of its own.
    #[cfg(feature = "full")]
    pub page: Rc<crate::options::page::Page>,
}

/// What decides which nodes there are; everything else changes inside of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Which screen is up.
    pub screen: ScreenName,
    /// What the code screen asks for.
    pub mode: Option<CodeMode>,
    /// What the identifier screen's field takes.
    pub takes: Takes,
    /// Which captcha it is.
    pub round: u32,
    /// Whether who was here last is offered in the field's place.
    pub is_remembered: bool,
}

impl Login {
    /// A picture that changes, and where events go.
    pub fn new(view: ArcReadSignal<View>, send: Rc<dyn Fn(Event)>, words: Rc<Words>, number: u32) -> Self {
        Self {
            view,
            send,
            words,
            number,
            #[cfg(feature = "full")]
            page: Rc::default(),
        }
    }

    /// For a press: sends this event to the flow, which knows whether it makes sense now.
    pub fn pressed(&self, event: fn() -> Event) -> Box<dyn Fn()> {
        let send = Rc::clone(&self.send);
        Box::new(move || send(event()))
    }

    /// The same on a page that says something of its own.
    #[cfg(feature = "full")]
    #[must_use]
    pub fn on(self, page: crate::options::page::Page) -> Self {
        Self { page: Rc::new(page), ..self }
    }

    /// Sends an event.
    #[cfg(feature = "full")]
    pub fn send(&self, event: Event) {
        (self.send)(event);
    }

    /// Something that is read off what stands around the field, whenever it changes.
    #[cfg(feature = "full")]
    pub fn live_around(&self, read: impl Fn(&latch_flow::view::Around) -> String + 'static) -> Live {
        let view = self.view.clone();
        Rc::new(move || {
            view.with(|view| match &view.screen {
                Screen::Identifier(it) => read(&it.around),
                _ => String::new(),
            })
        })
    }

    /// What stands around the field at this moment.
    #[cfg(feature = "full")]
    pub fn around(&self) -> latch_flow::view::Around {
        self.view.with_untracked(|view| match &view.screen {
            Screen::Identifier(it) => it.around.clone(),
            _ => latch_flow::view::Around::default(),
        })
    }

    /// For a form: sends the event of what was entered.
    pub fn submitted(&self, event: fn(String) -> Event) -> Box<dyn Fn(String)> {
        let send = Rc::clone(&self.send);
        Box::new(move |typed| send(event(typed)))
    }

    /// An id that no other element on the page has.
    pub fn id(&self, name: &str) -> String {
        ["latch-", &decimal(self.number), "-", name].concat()
    }

    /// What decides which nodes there are.
    pub fn stage(&self) -> Stage {
        self.view.with(stage)
    }

    /// Something that is read off the picture, whenever it changes.
    pub fn live(&self, read: fn(&View, &Words) -> String) -> Live {
        let (view, words) = (self.view.clone(), Rc::clone(&self.words));
        Rc::new(move || view.with(|view| read(view, &words)))
    }

    /// Reads from the code screen's view; zero while another screen is up.
    pub fn code(&self, read: fn(&CodeView) -> u32) -> u32 {
        self.view.with(|view| code(view).map_or(0, read))
    }

    /// The captcha screen's view, while it is up.
    pub fn captcha(&self) -> Option<CaptchaView> {
        self.view.with(|view| captcha(view).cloned())
    }

    /// What the field of the identifier screen takes.
    pub fn takes(&self) -> Takes {
        self.view.with(takes)
    }

    /// Where the mail is read, where that is known.
    pub fn mailbox(&self) -> Option<Mailbox> {
        self.view.with(|view| code(view)?.mailbox.clone())
    }

    /// The address or number that the screen is about.
    pub fn who(&self) -> String {
        self.view.with(who)
    }

    /// Keeps the focus where the user goes on: in the field when they come to a screen, and when what
    /// they entered was refused; on the heading where there is no field. Done by `app`, after what is in it.
    pub fn attend(&self, app: Element, form: HtmlElement, chrome: HtmlElement) -> Element {
        let find = |root: &HtmlElement, selector| {
            root.query_selector(selector).ok().flatten().and_then(|it| it.dyn_into::<HtmlElement>().ok())
        };
        let last = Cell::new(None::<(Stage, u32)>);
        let view = self.view.clone();
        let moved = move |_: &str| {
            let (stage, refusals) = untrack(|| view.with(|view| (stage(view), refusals(view))));
            let Some(before) = last.replace(Some((stage, refusals))) else { return };
            let is_same = before.0.screen == stage.screen;
            let is_refused = is_same && before.1 < refusals;
            // A new code was sent in the place of a dead one: its field is new.
            let is_renewed = before.0.mode != stage.mode && stage.mode == Some(CodeMode::Enter);
            // So is the one that takes something else, and that of another captcha.
            let is_other = FULL
                && (before.0.takes != stage.takes
                    || before.0.round != stage.round
                    || before.0.is_remembered != stage.is_remembered);
            if is_same && !is_refused && !is_renewed && !is_other {
                return;
            }
            let is_unaccepted =
                FULL && untrack(|| view.with(|view| view.problem() == Some(Problem::TermsMissing)));
            // Where nothing was typed, the press is what is tried again.
            if FULL && is_refused && stage.is_remembered && !is_unaccepted {
                return;
            }
            let selector = if is_unaccepted { "[type=checkbox]" } else { ":scope>[slot=latch] input" };
            if let Some(field) = find(&form, selector) {
                // Only a detached element refuses focus.
                let _ = field.focus();
                if is_refused && stage.screen == ScreenName::Code {
                    // The next key overtypes what was wrong, and a screen reader can still read it.
                    field.unchecked_into::<HtmlInputElement>().select();
                }
            } else if let Some(heading) = find(&chrome, "h2") {
                let _ = heading.focus();
            }
        };
        let place = self.live(|view, words| [key(view, words), decimal(refusals(view))].concat());
        app.following(&place, Box::new(moved))
    }
}

/// What decides which nodes there are.
fn stage(view: &View) -> Stage {
    let round = captcha(view).map_or(0, |captcha| captcha.round);
    let is_remembered = FULL && remembered(view).is_some();
    let mode = code(view).map(|code| code.mode);
    Stage { screen: view.name(), mode, takes: takes(view), round, is_remembered }
}

/// What the field of the identifier screen takes.
fn takes(view: &View) -> Takes {
    identifier(view).map(|it| it.takes).unwrap_or_default()
}

/// One text for each stage.
pub fn key(view: &View, _: &Words) -> String {
    if let Some(captcha) = captcha(view) {
        return ["captcha", captcha.kind.as_str(), &decimal(captcha.round)].concat();
    }
    let field = match takes(view) {
        _ if FULL && remembered(view).is_some() => "remembered",
        takes if FULL && takes.is_for_numbers() => "number",
        _ => "",
    };
    [view.name().as_str(), code(view).map_or("", |code| code.mode.as_str()), field].concat()
}

/// What is said while the browser works for a code, before it is on its way.
pub fn checking(view: &View) -> Option<Text> {
    (FULL && view.is_checking).then_some(Text::CaptchaChecking)
}

/// Whether a request is on its way, as ARIA wants it.
pub fn busy(view: &View, _: &Words) -> String {
    view.is_busy().to_string()
}

/// Whether what stands in the field is wrong, as ARIA wants it.
pub fn invalid(view: &View, _: &Words) -> String {
    view.problem().is_some_and(Problem::is_about_input).to_string()
}

/// What is wrong, in words; empty when nothing is.
pub fn problem(view: &View, words: &Words) -> String {
    // That one stands elsewhere.
    let problem = view.problem().filter(|problem| !FULL || *problem != Problem::TermsMissing);
    problem.map(|problem| words.problem(problem, length(view))).unwrap_or_default()
}

/// The address that was probably meant; empty where there is none.
pub fn suggested(view: &View) -> &str {
    match &view.screen {
        Screen::Identifier(it) => it.suggestion.as_deref().unwrap_or_default(),
        _ => "",
    }
}

/// The same in words.
pub fn suggestion(view: &View, words: &Words) -> String {
    let address = suggested(view);
    if address.is_empty() { String::new() } else { words.fill(Text::DidYouMean, address) }
}

/// What a screen reader is told.
pub fn status(view: &View, words: &Words) -> String {
    // A link that is too old is no code.
    if FULL
        && view.status == Some(Status::Expired)
        && let Some(over) = code(view).and_then(dictionary::over)
    {
        return words.over(over);
    }
    view.status.as_ref().map(|status| words.status(status, length(view))).unwrap_or_default()
}

/// The address or number that the screen is about.
pub fn who(view: &View) -> String {
    match &view.screen {
        Screen::Identifier(it) => it.value.clone(),
        Screen::Captcha(it) => it.destination.clone(),
        Screen::Code(it) => it.destination.clone(),
        Screen::Authenticated(it) => it.identifier.clone(),
        Screen::Starting | Screen::Failure(_) => String::new(),
    }
}

/// The captcha screen's view, while it is up.
pub fn captcha(view: &View) -> Option<&CaptchaView> {
    if let Screen::Captcha(captcha) = &view.screen { Some(captcha) } else { None }
}

/// Which way the code of the screen went, or will go.
pub fn connection(view: &View) -> Connection {
    if let Some(captcha) = captcha(view) {
        return captcha.connection;
    }
    code(view).map(|code| code.connection).unwrap_or_default()
}

/// The code screen's view, while it is up.
pub fn code(view: &View) -> Option<&CodeView> {
    if let Screen::Code(code) = &view.screen { Some(code) } else { None }
}

/// The identifier screen's view, while it is up.
pub fn identifier(view: &View) -> Option<&IdentifierView> {
    if let Screen::Identifier(it) = &view.screen { Some(it) } else { None }
}

/// Who was here last, while that is offered.
pub fn remembered(view: &View) -> Option<&RememberedView> {
    identifier(view)?.remembered.as_ref()
}

fn length(view: &View) -> u32 {
    code(view).map_or(0, |code| code.length)
}

fn refusals(view: &View) -> u32 {
    match &view.screen {
        Screen::Identifier(it) => it.refusals,
        Screen::Captcha(it) => it.refusals,
        Screen::Code(it) => it.refusals,
        _ => 0,
    }
}
