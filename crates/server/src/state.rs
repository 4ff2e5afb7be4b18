//! What every request needs.

use std::{ops::Deref, sync::Arc};

use tokio::sync::Notify;

use crate::{
    assets::Assets,
    captcha::{Provider, third_party::Verifier},
    clock::Clock,
    config::Config,
    failure::Failure,
    host::Hosts,
    keys::Keys,
    mail::smtp::Smtp,
    outbox::{self, handover::Handovers},
    random::Random,
    sms::Carrier,
    store::Store,
};

/// The server, without its sockets. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What an [`App`] is made of.
pub struct Parts {
    /// The configuration.
    pub config: Config,
    /// `iss` of tokens, with its trailing slash.
    pub issuer: String,
    /// The hosts that requests may name.
    pub hosts: Hosts,
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// The keys that sign tokens.
    pub keys: Arc<Keys>,
    /// The way out for messages, when there is one.
    pub smtp: Option<Smtp>,
    /// The way out for SMS, when there is one.
    pub sms: Option<Carrier>,
    /// The way to the third party that vouches for captchas, when there is one.
    pub verifier: Option<Verifier>,
    /// The widget's files.
    pub assets: Assets,
    /// Wakes the outbox.
    pub mail_waits: Arc<Notify>,
    /// What is being handed over.
    pub handovers: Arc<Handovers>,
}

/// What outlives a configuration.
struct Shared {
    issuer: String,
    store: Store,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    keys: Arc<Keys>,
    mail_waits: Arc<Notify>,
    handovers: Arc<Handovers>,
}

impl App {
    /// Opens the database and the keys. `port` is what is really listened on: it stands in the
    /// issuer when none is configured.
    pub async fn open(
        config: Config,
        port: u16,
        clock: Box<dyn Clock>,
        random: Box<dyn Random>,
    ) -> Result<Self, Failure> {
        let store = Store::open(&config.database).await?;
        let keys = Keys::open(&store, &config.pepper, config.keys, clock.now()).await?;
        let handovers = Handovers::open(&config.database, &*random)?;
        let issuer = config.issuer.clone().unwrap_or_else(|| format!("http://localhost:{port}/"));
        let shared = Shared {
            issuer,
            store,
            clock: clock.into(),
            random: random.into(),
            keys: Arc::new(keys),
            mail_waits: Arc::new(Notify::new()),
            handovers: Arc::new(handovers),
        };
        let app = Self::assemble(config, shared)?;
        outbox::take_over(&app).await?;
        Ok(app)
    }

    /// The same server with another configuration: the database, the keys and what is under way stay.
    pub fn reconfigured(&self, config: Config) -> Result<Self, Failure> {
        let shared = Shared {
            issuer: self.issuer.clone(),
            store: self.store.clone(),
            clock: self.clock.clone(),
            random: self.random.clone(),
            keys: self.keys.clone(),
            mail_waits: self.mail_waits.clone(),
            handovers: self.handovers.clone(),
        };
        Self::assemble(config, shared)
    }

    fn assemble(config: Config, shared: Shared) -> Result<Self, Failure> {
        let authorities = &config.authorities;
        let smtp = config.mail.smtp.as_ref().map(|url| Smtp::new(url, authorities)).transpose()?;
        let sms = config.sms.as_ref().map(|sms| Carrier::new(sms, authorities)).transpose()?.flatten();
        let asks_others =
            config.captcha.as_ref().is_some_and(|it| matches!(it.provider, Provider::ThirdParty(_)));
        let verifier = asks_others.then(|| Verifier::new(authorities)).transpose()?;
        let assets = Assets::new(config.assets.clone());
        let Shared { issuer, store, clock, random, keys, mail_waits, handovers } = shared;
        let hosts = Hosts::new(&issuer, &config);
        Ok(Self(Arc::new(Parts {
            config,
            issuer,
            hosts,
            store,
            clock,
            random,
            keys,
            smtp,
            sms,
            verifier,
            assets,
            mail_waits,
            handovers,
        })))
    }

    /// The origin of the server's own pages: the issuer without its slash.
    pub fn origin(&self) -> &str {
        self.issuer.trim_end_matches('/')
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
