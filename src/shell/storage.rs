//! What outlives a page load: the session and the challenge.
//!
//! A browser may refuse storage altogether (blocked cookies, a sandboxed frame, a full disk). Then
//! everything still works, and lives as long as the page.

use gloo_storage::{LocalStorage, SessionStorage, Storage as _};
use latch_flow::Stored;
#[cfg(feature = "full")]
use latch_flow::{Millis, departure::may_return};
use latch_protocol::stored::{Challenge, Session};
#[cfg(feature = "full")]
use latch_protocol::stored::{Departure, Remembered};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::StorageEvent;

use super::json;
use crate::options::{Options, StorageKind};

/// How many departures are kept.
#[cfg(feature = "full")]
const DEPARTURES: usize = 5;

/// The storage of one client.
pub(super) struct Storage {
    session: Place,
    challenge: Place,
    #[cfg(feature = "full")]
    departures: Place,
    /// Nowhere, unless the page wants it.
    #[cfg(feature = "full")]
    remembered: Option<Place>,
}

/// One value: where it is kept, and under which key.
#[derive(Clone)]
struct Place {
    kind: StorageKind,
    key: String,
    /// What could not be stored: an element that is put back on the page finds it again, in either edition.
    memory: web_sys::Storage,
    /// The page's own storage, in the place of the browser's.
    #[cfg(feature = "full")]
    store: Option<web_sys::Storage>,
}

impl Storage {
    pub(super) fn new(options: &Options) -> Self {
        let kind = options.storage;
        // Other tabs tell of the browser's own storage only.
        #[cfg(feature = "full")]
        let kind = if options.store.is_some() { StorageKind::Memory } else { kind };
        let place = |kind, name: &str| Place {
            kind,
            key: [name, &options.flow.client_id].concat(),
            memory: options.memory.clone(),
            #[cfg(feature = "full")]
            store: options.store.clone(),
        };
        // The challenge belongs to its tab: another tab may be signing in with another address.
        let challenge = if kind == StorageKind::Memory { kind } else { StorageKind::Session };
        Self {
            session: place(kind, "latch.session."),
            challenge: place(challenge, "latch.challenge."),
            // A link is opened in another tab: only what all tabs share can tell whether this browser asked.
            #[cfg(feature = "full")]
            departures: place(StorageKind::Local, "latch.departures."),
            // Longer than a session, whatever that is kept in.
            #[cfg(feature = "full")]
            remembered: (options.flow.remembers && options.storage != StorageKind::Memory)
                .then(|| place(StorageKind::Local, "latch.remembered.")),
        }
    }

    pub(super) fn load(&self) -> Stored {
        Stored {
            session: self.session.read::<Session>(),
            challenge: self.challenge.read::<Challenge>(),
            #[cfg(feature = "full")]
            returned: None,
            #[cfg(feature = "full")]
            remembered: self.recall(),
        }
    }

    /// Who was here last. What cannot be read does not stay.
    #[cfg(feature = "full")]
    fn recall(&self) -> Option<Remembered> {
        let remembered = self.remembered.as_ref()?.read();
        if remembered.is_none() {
            self.keep_remembered(None);
        }
        remembered
    }

    #[cfg(feature = "full")]
    pub(super) fn keep_remembered(&self, remembered: Option<&Remembered>) {
        if let Some(place) = &self.remembered {
            place.write(remembered);
        }
    }

    /// Keeps a departure with those that may still come back, the newest first.
    #[cfg(feature = "full")]
    pub(super) fn keep_departure(&self, departure: Departure, now: Millis) {
        let mut all = self.departures.read::<Vec<Departure>>().unwrap_or_default();
        all.retain(|it| may_return(it, now));
        all.insert(0, departure);
        all.truncate(DEPARTURES);
        self.departures.write(Some(&all));
    }

    /// Takes the departure of this state out: what comes back comes back once.
    #[cfg(feature = "full")]
    pub(super) fn take_departure(&self, state: &str) -> Option<Departure> {
        let mut all = self.departures.read::<Vec<Departure>>()?;
        let at = all.iter().position(|it| it.state == state)?;
        let departure = all.remove(at);
        self.departures.write(Some(&all).filter(|all| !all.is_empty()));
        Some(departure)
    }

    pub(super) fn keep_session(&self, session: Option<&Session>) {
        self.session.write(session);
    }

    pub(super) fn keep_challenge(&self, challenge: Option<&Challenge>) {
        self.challenge.write(challenge);
    }

    /// Calls `changed` when another tab writes or removes the session, as long as the listener lives.
    pub(super) fn listen(&self, changed: impl Fn(Stored) + 'static) -> Option<Listener> {
        self.session.listen(move |place| changed(Stored { session: place.read(), ..Stored::default() }))
    }

    /// The same for who was here last.
    #[cfg(feature = "full")]
    pub(super) fn listen_for_remembered(
        &self,
        changed: impl Fn(Option<Remembered>) + 'static,
    ) -> Option<Listener> {
        self.remembered.as_ref()?.listen(move |place| changed(place.read()))
    }
}

/// Listens until it is dropped.
pub(super) struct Listener(Closure<dyn FnMut(StorageEvent)>);

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            // Removing a listener that was added cannot fail.
            let _ = window.remove_event_listener_with_callback("storage", self.0.as_ref().unchecked_ref());
        }
    }
}

impl Place {
    /// Calls `changed` when another tab writes or removes the value.
    fn listen(&self, changed: impl Fn(&Self) + 'static) -> Option<Listener> {
        if self.kind != StorageKind::Local {
            return None;
        }
        let place = self.clone();
        let listener = Closure::<dyn FnMut(StorageEvent)>::new(move |event: StorageEvent| {
            // No key means that everything was cleared.
            if event.key().is_none_or(|key| key == place.key) {
                changed(&place);
            }
        });
        let window = web_sys::window()?;
        window.add_event_listener_with_callback("storage", listener.as_ref().unchecked_ref()).ok()?;
        Some(Listener(listener))
    }

    /// The browser's storage, where it lets us. gloo's `raw` throws where it does not, so that is asked first.
    fn raw(&self) -> Option<web_sys::Storage> {
        #[cfg(feature = "full")]
        if self.store.is_some() {
            return self.store.clone();
        }
        let window = web_sys::window()?;
        match self.kind {
            StorageKind::Local => window.local_storage().ok().flatten().map(|_| LocalStorage::raw()),
            StorageKind::Session => window.session_storage().ok().flatten().map(|_| SessionStorage::raw()),
            StorageKind::Memory => None,
        }
    }

    /// A value that cannot be read is as good as none.
    fn read<T: DeserializeOwned>(&self) -> Option<T> {
        let from = |storage: &web_sys::Storage| storage.get_item(&self.key).ok().flatten();
        let stored = self.raw().as_ref().and_then(from).or_else(|| from(&self.memory));
        json::read(&stored?)
    }

    fn write<T: Serialize>(&self, value: Option<&T>) {
        let raw = self.raw();
        let value = value.and_then(json::write);
        let put = |storage: &web_sys::Storage| match &value {
            Some(value) => storage.set_item(&self.key, value),
            None => storage.remove_item(&self.key),
        };
        // The page's memory refuses nothing.
        if raw.is_some_and(|raw| put(&raw).is_ok()) {
            let _ = self.memory.remove_item(&self.key);
        } else {
            let _ = put(&self.memory);
        }
    }
}
