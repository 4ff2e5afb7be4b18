//! Putting a login on a page, and taking it off without a trace.

use std::{any::Any, cell::Cell, rc::Rc};

use latch_flow::{Event, View, view::Screen};
use leptos::{mount::mount_to, prelude::*};
use web_sys::HtmlElement;

use crate::{
    app::{App, AppProps},
    options::Options,
    shell::{Host, Shell},
    view::{
        Login,
        header::{Header, HeaderProps},
    },
};

thread_local! {
    static MOUNTED: Cell<u32> = const { Cell::new(0) };
}

/// A login on a page. Dropping it takes it off.
pub struct Mounted {
    // Dropped in this order: views first, so that nothing draws a state that is gone.
    _views: [Box<dyn Any>; 2],
    _owner: Owner,
    shell: Shell,
}

/// Mounts the two halves of a login: the chrome into `chrome`, inside the shadow root, and the form
/// into `element` itself, from where the shadow root's slot shows it.
pub fn mount(element: &HtmlElement, chrome: HtmlElement, options: Options) -> Mounted {
    // Both halves share these signals; they live as long as the mount does.
    let owner = Owner::new_root(None);
    let number = MOUNTED.replace(MOUNTED.get() + 1);
    let (shell, login) = owner.with(|| {
        let (view, set_view) = signal(View { screen: Screen::Starting, status: None });
        let host = Host::new(element.clone(), options.on_states.clone());
        // Gone when a listener took the element off the page.
        let paint = move |view: View| set_view.try_set(view).map_or((), drop);
        let shell = Shell::new(&options, host, Box::new(paint));
        let sender = shell.clone();
        let send: Rc<dyn Fn(Event)> = Rc::new(move |event| sender.send(event));
        (shell, Login::new(view, send, number))
    });
    shell.start();
    let Options { heading, logo, .. } = options;
    let header = mount_to(chrome.clone(), move || Header(HeaderProps { login, heading, logo }));
    let form = mount_to(element.clone(), move || App(AppProps { login }));
    owner.with(|| login.attend(element.clone(), chrome));
    Mounted { _views: [Box::new(header), Box::new(form)], _owner: owner, shell }
}

impl Mounted {
    /// The running login.
    pub fn shell(&self) -> &Shell {
        &self.shell
    }
}
