//! What every request needs.

use std::{ops::Deref, sync::Arc};

use tokio::sync::Notify;

use crate::{
    assets::Assets, clock::Clock, config::Config, failure::Failure, keys::Keys, mail::smtp::Smtp,
    random::Random, sms::Carrier, store::Store,
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
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: Box<dyn Clock>,
    /// Randomness.
    pub random: Box<dyn Random>,
    /// The keys that sign tokens.
    pub keys: Keys,
    /// The way out for messages, when there is one.
    pub smtp: Option<Smtp>,
    /// The way out for SMS, when there is one.
    pub sms: Option<Carrier>,
    /// The widget's files.
    pub assets: Assets,
    /// Wakes the outbox.
    pub mail_waits: Notify,
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
        let issuer = config.issuer.clone().unwrap_or_else(|| format!("http://localhost:{port}/"));
        let authorities = &config.authorities;
        let smtp = config.mail.smtp.as_ref().map(|url| Smtp::new(url, authorities)).transpose()?;
        let provider = config.sms.as_ref().and_then(|sms| sms.provider.as_ref());
        let sms = provider.map(|provider| Carrier::new(provider, authorities)).transpose()?;
        let assets = Assets::new(config.assets.clone());
        Ok(Self(Arc::new(Parts {
            config,
            issuer,
            store,
            clock,
            random,
            keys,
            smtp,
            sms,
            assets,
            mail_waits: Notify::new(),
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
