//! Putting a login on a page, and taking it off without a trace.

use std::{any::Any, cell::Cell, rc::Rc};

use latch_flow::{Event, View, view::Screen};
use leptos::{mount::mount_to, prelude::*};
use web_sys::HtmlElement;

use crate::{
    app::App,
    options::Options,
    shell::{Host, Shell},
    view::{
        Login,
        header::{Brand, Header},
    },
};

thread_local! {
    static MOUNTED: Cell<u32> = const { Cell::new(0) };
}

/// A login on a page. Dropping it takes it off.
pub struct Mounted {
    shell: Shell,
    brand: Brand,
    // Dropped in this order: views first, so that nothing draws a state that is gone.
    _views: [Box<dyn Any>; 2],
    _owner: Owner,
}

/// Mounts the two halves of a login: the chrome into `chrome`, inside the shadow root, and the form
/// into `element` itself, from where the shadow root's slot shows it.
pub fn mount(element: &HtmlElement, chrome: HtmlElement, options: &Options) -> Mounted {
    // Both halves share these signals; they live as long as the mount does.
    let owner = Owner::new_root(None);
    let number = MOUNTED.replace(MOUNTED.get() + 1);
    let (shell, login, brand) = owner.with(|| {
        let (view, set_view) = signal(View { screen: Screen::Starting, status: None });
        let host = Host::new(element.clone(), options.on_states.clone());
        let paint = move |view: View| {
            // The signal is gone when a listener took the element off the page.
            let _ = set_view.try_update(|old| {
                if *old != view {
                    *old = view;
                }
            });
        };
        let shell = Shell::new(options, host, Box::new(paint));
        let sender = shell.clone();
        let send: Rc<dyn Fn(Event)> = Rc::new(move |event| sender.send(event));
        let brand = Brand {
            heading: RwSignal::new(options.heading.clone()),
            logo: RwSignal::new(options.logo.clone()),
        };
        (shell, Login::new(view, send, number), brand)
    });
    shell.start();
    let header = mount_to(chrome, move || view! { <Header login=login brand=brand /> }.into_any());
    let draft = options.draft.clone();
    let form = mount_to(element.clone(), move || view! { <App login=login draft=draft /> }.into_any());
    Mounted { shell, brand, _views: [Box::new(header), Box::new(form)], _owner: owner }
}

impl Mounted {
    /// The running login.
    pub fn shell(&self) -> &Shell {
        &self.shell
    }

    /// Changes what the page chose, without starting over.
    pub fn set_brand(&self, heading: String, logo: String) {
        self.brand.heading.set(heading);
        self.brand.logo.set(logo);
    }
}
