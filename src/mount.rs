//! Putting a login on a page, and taking it off without a trace.

use std::{cell::Cell, rc::Rc};

use any_spawner::Executor;
use latch_flow::{Event, View, view::Screen};
use leptos::prelude::*;
use web_sys::{Element, HtmlElement};

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
    halves: [Element; 2],
    owner: Owner,
    shell: Shell,
}

impl Drop for Mounted {
    fn drop(&mut self) {
        // Off the page before their listeners go: removing a node can still fire one.
        for half in &self.halves {
            half.remove();
        }
        self.owner.cleanup();
    }
}

/// Mounts the two halves of a login: the chrome into `chrome`, inside the shadow root, and the form
/// into `element` itself, from where the shadow root's slot shows it.
pub fn mount(element: &HtmlElement, chrome: HtmlElement, options: Options) -> Mounted {
    // Effects run as the browser's microtasks; the second mount finds that settled.
    let _ = Executor::init_wasm_bindgen();
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
    let halves = owner.with(|| {
        let header = Header(HeaderProps { login, heading, logo }).into_inner();
        let form = App(AppProps { login }).into_inner();
        for (parent, half) in [(&chrome, &header), (element, &form)] {
            // Neither is an ancestor of the other.
            let _ = parent.append_with_node_1(half);
        }
        login.attend(element.clone(), chrome);
        [header, form]
    });
    Mounted { halves, owner, shell }
}

impl Mounted {
    /// The running login.
    pub fn shell(&self) -> &Shell {
        &self.shell
    }
}
