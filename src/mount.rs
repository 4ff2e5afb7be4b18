//! Putting a login on a page, and taking it off without a trace.

use std::{cell::Cell, rc::Rc};

use any_spawner::Executor;
use latch_flow::{Event, View, view::Screen};
use leptos::prelude::*;
use web_sys::HtmlElement;

#[cfg(feature = "full")]
use crate::dictionary::Transformer;
use crate::{
    app::{App, AppProps},
    options::Options,
    shell::{Host, Shell},
    view::{
        Login,
        header::{Header, HeaderProps},
        part::element::Shown,
    },
};

thread_local! {
    static MOUNTED: Cell<u32> = const { Cell::new(0) };
}

/// A login on a page. Dropping it takes it off.
pub struct Mounted {
    // Dropped in this order: what is seen first, so that nothing draws a state that is gone.
    _halves: [Shown; 2],
    shell: Shell,
}

/// Mounts the two halves of a login: the chrome into `chrome`, inside the shadow root, and the form
/// into `element` itself, from where the shadow root's slot shows it, unless it has a place in there.
pub fn mount(element: &HtmlElement, chrome: HtmlElement, options: Options) -> Mounted {
    let (view, set_view) = arc_signal(View {
        screen: Screen::Starting,
        status: None,
        is_checking: false,
        is_invited: false,
        #[cfg(feature = "full")]
        failure: None,
    });
    let host = Host::new(element.clone(), &options);
    #[cfg(feature = "full")]
    let transformer = Transformer::new(element.clone(), options.log.clone(), Rc::clone(&options.words));
    let paint = move |view: View| {
        #[cfg(feature = "full")]
        transformer.take(&view);
        set_view.set(view);
    };
    let shell = Shell::new(&options, host, Box::new(paint));
    let sender = shell.clone();
    shell.start();
    let halves = show(element, chrome, options, view, Rc::new(move |event| sender.send(event)));
    Mounted { _halves: halves, shell }
}

/// The two halves alone: they show a picture that changes, and send what their user does.
pub fn show(
    element: &HtmlElement,
    chrome: HtmlElement,
    options: Options,
    view: ArcReadSignal<View>,
    send: Rc<dyn Fn(Event)>,
) -> [Shown; 2] {
    // Effects run as the browser's microtasks; the second mount finds that settled.
    let _ = Executor::init_wasm_bindgen();
    let number = MOUNTED.replace(MOUNTED.get() + 1);
    #[cfg(feature = "full")]
    let (page, place) = (options.page, options.place);
    let host = element.clone();
    #[cfg(feature = "full")]
    let element = place.as_ref().unwrap_or(element);
    let Options { heading, logo, words, .. } = options;
    let login = Login::new(view, send, words, number);
    #[cfg(feature = "full")]
    let login = login.on(page);
    let header = Header(HeaderProps { login: login.clone(), heading, logo }).show_in(&chrome);
    let form = App(AppProps { login, host, chrome }).show_in(element);
    [header, form]
}

impl Mounted {
    /// The running login.
    pub fn shell(&self) -> &Shell {
        &self.shell
    }
}
