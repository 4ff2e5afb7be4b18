//! The shell: gives the flow what happens, and carries out what it asks for.
//!
//! One file per kind of effect. To add an effect: its variant in `latch_flow::Effect`, its executor
//! here, its arm in [`Shell::run`].

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    pin::Pin,
    rc::{Rc, Weak},
};

#[cfg(feature = "full")]
use latch_flow::Stored;
use latch_flow::{Effect, Event, FULL, Flow, Millis, View};

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

use crate::options::Options;

#[cfg(feature = "full")]
mod auth_params;
mod captcha;
mod crypto;
#[cfg(feature = "full")]
mod departure;
#[cfg(feature = "full")]
mod frame;
mod host;
mod http;
mod json;
#[cfg(feature = "full")]
mod plan;
#[cfg(feature = "full")]
mod region;
mod storage;
mod timer;

pub use host::Host;

/// A running login. Clones are the same login; the last one to go takes its timers, listeners and
/// requests along.
#[derive(Clone)]
pub struct Shell(Rc<Inner>);

struct Inner {
    flow: RefCell<Flow>,
    /// Events wait here while another one is taken in: a page's listener may call back at once.
    queue: RefCell<VecDeque<Event>>,
    is_running: Cell<bool>,
    host: Host,
    http: http::Http,
    captcha: captcha::Captcha,
    storage: storage::Storage,
    alarm: timer::Timer,
    paint: Box<dyn Fn(View)>,
    listener: RefCell<Option<storage::Listener>>,
    #[cfg(feature = "full")]
    remembered_listener: RefCell<Option<storage::Listener>>,
    #[cfg(feature = "full")]
    frame: RefCell<Option<frame::Frame>>,
    #[cfg(feature = "full")]
    client_id: String,
}

impl Shell {
    /// A login that has not begun. `paint` is called with everything that may be seen, whenever it changed.
    pub fn new(options: &Options, host: Host, paint: Box<dyn Fn(View)>) -> Self {
        let flow = Flow::new(options.flow.clone());
        let origin = flow.config().map(|config| config.origin.clone()).unwrap_or_default();
        let inner = Inner {
            flow: RefCell::new(flow),
            queue: RefCell::default(),
            is_running: Cell::new(false),
            host,
            http: http::Http::new(origin, options.lang.clone(), options.send.clone()),
            captcha: captcha::Captcha::new(options.on_captcha.clone()),
            storage: storage::Storage::new(options),
            alarm: timer::Timer::default(),
            paint,
            listener: RefCell::default(),
            #[cfg(feature = "full")]
            remembered_listener: RefCell::default(),
            #[cfg(feature = "full")]
            frame: RefCell::default(),
            #[cfg(feature = "full")]
            client_id: options.flow.client_id.clone(),
        };
        Self(Rc::new(inner))
    }

    /// Reads what an earlier page load left, and begins.
    pub fn start(&self) {
        let sender = self.sender();
        *self.0.listener.borrow_mut() =
            self.0.storage.listen(move |stored| sender.send(Event::StorageChanged(stored)));
        #[cfg(feature = "full")]
        {
            let sender = self.sender();
            let changed = move |kept| sender.send(Event::RememberedChanged(kept));
            *self.0.remembered_listener.borrow_mut() = self.0.storage.listen_for_remembered(changed);
        }
        let stored = self.0.storage.load();
        #[cfg(feature = "full")]
        let stored = Stored { returned: departure::returned(&self.0.client_id, &self.0.storage), ..stored };
        self.send(Event::Started(stored));
    }

    /// Takes in an event, and everything that follows from it at once.
    pub fn send(&self, event: Event) {
        self.0.queue.borrow_mut().push_back(event);
        if self.0.is_running.replace(true) {
            return;
        }
        loop {
            let Some(event) = self.0.queue.borrow_mut().pop_front() else { break };
            let effects = self.0.flow.borrow_mut().handle(event, now());
            // The picture first, so that a listener that looks at the element sees what it is told of.
            let view = self.0.flow.borrow().view(now());
            self.0.host.show_states(&view);
            (self.0.paint)(view);
            for effect in effects {
                self.run(effect);
            }
        }
        self.0.is_running.set(false);
    }

    /// The session as Lock's authResult, or `null`.
    pub fn session_to_js(&self) -> JsValue {
        self.0.flow.borrow().session().map_or(JsValue::NULL, |session| host::result(session).into())
    }

    fn run(&self, effect: Effect) {
        match effect {
            Effect::Send(id, request) => {
                let sender = self.sender();
                let done = Box::new(move |answer| sender.send(Event::Replied(id, answer)));
                self.0.http.send(id, request, done);
            }
            Effect::Cancel(id) => {
                self.0.http.cancel(id);
                if FULL {
                    self.0.captcha.cancel(id);
                }
            }
            Effect::Captcha(_, id, task) => {
                let sender = self.sender();
                let done = Box::new(move |outcome| sender.send(Event::CaptchaAnswered(id, outcome)));
                self.0.captcha.solve(id, &task, done);
            }
            Effect::CheckToken(id, check) => {
                let sender = self.sender();
                let done = Box::new(move |outcome| sender.send(Event::TokenChecked(id, outcome)));
                crypto::check(&check, done);
            }
            Effect::KeepSession(session) => self.0.storage.keep_session(session.as_deref()),
            Effect::KeepChallenge(challenge) => self.0.storage.keep_challenge(challenge.as_ref()),
            Effect::Wake(at) => {
                let sender = self.sender();
                let wait = at.map(|at| at.saturating_sub(now()));
                self.0.alarm.set(wait, Box::new(move || sender.send(Event::Woke)));
            }
            Effect::Tell(event) => self.0.host.tell(&event),
            #[cfg(feature = "full")]
            Effect::LoadPlan => {
                let sender = self.sender();
                plan::load(Box::new(move |plan| sender.send(Event::PlanLoaded(plan))));
            }
            #[cfg(feature = "full")]
            Effect::FindRegion(plan) => {
                let sender = self.sender();
                let found = Rc::new(move |hint, region| sender.send(Event::RegionHinted(hint, region)));
                region::find(plan, self.0.http.origin().to_owned(), found);
            }
            Effect::Outgrow => self.0.host.outgrow(),
            #[cfg(feature = "full")]
            Effect::Leave(address) => self.0.host.leave(&self.address(&address)),
            #[cfg(feature = "full")]
            Effect::Draw(id) => {
                let sender = self.sender();
                let done = Box::new(move |drawn| sender.send(Event::Replied(id, drawn)));
                departure::draw(&self.0.client_id, done);
            }
            #[cfg(feature = "full")]
            Effect::KeepDeparture(departure) => self.0.storage.keep_departure(departure, now()),
            #[cfg(feature = "full")]
            Effect::KeepRemembered(remembered) => self.0.storage.keep_remembered(remembered.as_ref()),
            #[cfg(feature = "full")]
            Effect::Frame(id, address) => {
                let sender = self.sender();
                let done = Box::new(move |answer| {
                    sender.send(Event::Replied(id, answer));
                    // Not at once: this is called by a listener that goes with the frame.
                    spawn(Box::pin(async move { sender.close_frame() }));
                });
                *self.0.frame.borrow_mut() =
                    frame::Frame::ask(&self.address(&address), self.0.http.origin(), done);
            }
        }
    }

    /// An address of the server, with what the page adds to it.
    #[cfg(feature = "full")]
    fn address(&self, address: &latch_flow::effect::Address) -> String {
        self.0.http.address(address, &self.0.host.adds(address))
    }

    fn sender(&self) -> Sender {
        Sender(Rc::downgrade(&self.0))
    }
}

/// Sends events to a login that may be gone by then.
struct Sender(Weak<Inner>);

impl Sender {
    fn send(&self, event: Event) {
        if let Some(inner) = self.0.upgrade() {
            Shell(inner).send(event);
        }
    }

    #[cfg(feature = "full")]
    fn close_frame(&self) {
        if let Some(inner) = self.0.upgrade() {
            drop(inner.frame.take());
        }
    }
}

/// Runs a future to its end. Boxed, so that the machinery for it is there once.
fn spawn(future: Pin<Box<dyn Future<Output = ()>>>) {
    wasm_bindgen_futures::spawn_local(future);
}

fn set(object: &Object, name: &str, value: &JsValue) {
    // Setting a property of a plain object that we just made cannot fail.
    let _ = Reflect::set(object, &JsValue::from_str(name), value);
}

/// The time on the device's clock.
pub fn now() -> Millis {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a date after 1970")]
    let now = js_sys::Date::now() as Millis;
    now
}
