//! What people see: one file per screen, named like the state it shows, and the parts they share.
//!
//! Screens read the [`View`] and send [`Event`]s; they know neither the network nor the storage.
//!
//! Components are composed in `view!`; see [`part::element`] for what they are made of.

#![expect(clippy::needless_pass_by_value, reason = "components own their props")]

use std::rc::Rc;

use latch_flow::{
    Connection, Event, FULL, Problem, Takes, View,
    config::Method,
    mailbox::Mailbox,
    view::{CaptchaView, CodeMode, CodeView, IdentifierView, RememberedView, Screen, ScreenName, Status},
};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, prelude::wasm_bindgen};
use web_sys::{HtmlElement, HtmlInputElement};

use crate::{
    decimal::decimal,
    dictionary::{self, Text, Words},
};
use part::element::Live;

#[cfg(feature = "full")]
pub mod around;
pub mod header;
pub mod part;
mod phone;
pub mod screen;

#[wasm_bindgen]
extern "C" {
    /// An element, for what web-sys reports an error of that this cannot have: every selector is a word of ours.
    type Host;
    #[wasm_bindgen(method)]
    fn closest(this: &Host, selector: &str) -> Option<web_sys::Element>;
}

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
    #[cfg(feature = "full")]
    pub takes: Takes,
    /// Which captcha it is, and of which kind.
    #[cfg(feature = "full")]
    pub captcha: (u32, &'static str),
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

    /// What is up at this moment.
    pub fn moment(&self) -> Moment {
        untrack(|| self.view.with(moment))
    }
}

/// What is up, as far as it matters to where the focus goes.
#[derive(Clone, Copy)]
pub struct Moment {
    /// Which nodes there are.
    pub stage: Stage,
    refusals: u32,
    is_invited: bool,
    is_unaccepted: bool,
}

impl Moment {
    /// Whether the user may be taken to where they go on: they are in the `host`, or did it there and are
    /// nowhere else since. To be asked before anything goes, which takes the focus along.
    pub fn moves(&self, host: &HtmlElement) -> bool {
        let holder: &Host = host.unchecked_ref();
        match holder.closest(":focus-within") {
            None => self.is_invited || is_dialog(holder),
            Some(it) => it == **host || is_dialog(holder),
        }
    }

    /// Takes the focus to where the user goes on: to the field when something else is up, and when what they
    /// entered was refused; where there is no field, to the heading of another screen, to the button of the
    /// same one.
    pub fn attend(&self, before: &Self, form: &web_sys::Element, chrome: &HtmlElement) {
        let find = |root: &web_sys::Element, selector| {
            // All that these find are elements of HTML.
            root.query_selector(selector).ok().flatten().map(JsCast::unchecked_into::<HtmlElement>)
        };
        let is_same = before.stage.screen == self.stage.screen;
        let is_refused = is_same && before.refusals < self.refusals;
        // Where nothing was typed, the press is what is tried again.
        let is_press = FULL && is_refused && self.stage.is_remembered && !self.is_unaccepted;
        if is_press || (before.stage == self.stage && !is_refused) {
            return;
        }
        let is_unaccepted = FULL && self.is_unaccepted;
        if let Some(field) = find(form, if is_unaccepted { "[type=checkbox]" } else { "input" }) {
            // Only a detached element refuses focus.
            let _ = field.focus();
            if is_refused && self.stage.screen == ScreenName::Code {
                // The next key overtypes what was wrong, and a screen reader can still read it.
                field.unchecked_into::<HtmlInputElement>().select();
            }
        } else if let Some(next) = if is_same { find(form, "button") } else { find(chrome, "h2") } {
            let _ = next.focus();
        }
    }
}

/// Whether it is a dialog that is open, which keeps its user in it.
fn is_dialog(host: &Host) -> bool {
    FULL && host.closest(":scope[modal][open]").is_some()
}

fn moment(view: &View) -> Moment {
    Moment {
        stage: stage(view),
        refusals: refusals(view),
        is_invited: view.is_invited,
        is_unaccepted: FULL && view.problem() == Some(Problem::TermsMissing),
    }
}

/// What decides which nodes there are.
fn stage(view: &View) -> Stage {
    Stage {
        screen: view.name(),
        mode: code(view).map(|code| code.mode),
        #[cfg(feature = "full")]
        takes: takes(view),
        #[cfg(feature = "full")]
        captcha: captcha(view).map_or((0, ""), |captcha| (captcha.round, captcha.kind.as_str())),
        is_remembered: FULL && remembered(view).is_some(),
    }
}

/// What the field of the identifier screen takes.
fn takes(view: &View) -> Takes {
    identifier(view).map(|it| it.takes).unwrap_or_default()
}

/// One text for each stage and each refusal on it.
pub fn place(view: &View, _: &Words) -> String {
    [key(view), decimal(refusals(view))].concat()
}

/// One text for each stage.
fn key(view: &View) -> String {
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

/// Whether what is sent from here is a link alone.
fn is_link(view: &View) -> bool {
    identifier(view).is_some_and(|it| it.method == Method::Link) || code(view).is_some_and(CodeView::is_link)
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
    #[cfg(feature = "full")]
    if view.status == Some(Status::LookInSpam) {
        return screen::code::waiting::spam_hint(view, words);
    }
    if FULL && view.status == Some(Status::Sending) && is_link(view) {
        return words.say(Text::SendingLink);
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
