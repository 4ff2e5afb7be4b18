//! Every state that a login can be in, for people, axe and tests to look at.
//!
//! A state is named, and comes about as it does on a page: the real flow is given what happened, by a
//! [`Scene`] that is user, server and clock in one. To add a state: an [`Entry`] in [`entries`]. What
//! the flow can say and no entry shows is found by `tests/gallery.rs`.

use latch_flow::Options;

pub mod entries;
mod scene;

pub use scene::Scene;

/// A state, and how it comes about.
pub struct Entry {
    /// Its name in the gallery's address.
    pub name: &'static str,
    /// What the element says besides `domain` and `client-id`; what its page does, as `data-…` (see [`entries`]).
    pub attributes: &'static [(&'static str, &'static str)],
    /// What happens until it is there.
    pub play: fn(&mut Scene),
}

impl Entry {
    /// The entry of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        entries::all().find(|it| it.name == name)
    }

    /// Whether it takes the page for itself, and cannot be shown beside others.
    pub fn is_alone(&self) -> bool {
        self.attribute("modal").is_some() || self.attribute("data-alone").is_some()
    }

    /// What an attribute says.
    pub fn attribute(&self, name: &str) -> Option<&'static str> {
        self.attributes.iter().find(|it| it.0 == name).map(|it| it.1)
    }

    /// The login in this state.
    pub fn scene(&self, options: Options) -> Scene {
        let mut scene = Scene::new(options);
        (self.play)(&mut scene);
        scene.begin();
        scene
    }

    /// The options that the element's shim makes of the attributes, as far as the flow knows them.
    pub fn options(&self) -> Options {
        let text = |name, default: &str| self.attribute(name).unwrap_or(default).to_owned();
        Options {
            domain: text("domain", scene::DOMAIN),
            client_id: text("client-id", scene::CLIENT),
            connections: text("connections", ""),
            login_hint: text("login-hint", ""),
            auto_submit: self.attribute("auto-submit") != Some("off"),
            method: text("method", ""),
            exchange: text("exchange", ""),
            region: text("region", ""),
            terms: text("terms", ""),
            remembers: self.attribute("remember") == Some("on"),
            captcha: self.attribute("captcha") != Some("off"),
            ..Options::default()
        }
    }
}
