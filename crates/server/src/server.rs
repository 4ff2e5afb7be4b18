//! The running server: its sockets and its workers.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Duration, sleep},
};

use crate::{
    accept::{self, Current, Listeners},
    app,
    clock::Clock,
    config::{Config, Listen},
    failure::Failure,
    outbox,
    random::Random,
    secret::Purpose,
    state::App,
};

/// How often what nobody can use any more is deleted, and the signing keys are looked after.
const SWEEP: Duration = Duration::from_mins(1);

/// A server that accepts connections until it is told to stop.
pub struct Server {
    app: App,
    current: Arc<ArcSwap<App>>,
    routes: Current,
    port: u16,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Server {
    /// Listens, opens the database, and starts to accept.
    pub async fn start(
        config: Config,
        clock: Box<dyn Clock>,
        random: Box<dyn Random>,
    ) -> Result<Self, Box<dyn std::error::Error>> {
        let Listen { host, port } = &config.listen;
        let listeners = Listeners::bind(&config.listen)
            .await
            .map_err(|error| format!("cannot listen on {host}:{port}: {error}"))?;
        let port = listeners.port();
        let app = App::open(config, port, clock, random).await?;
        for client in app.config.clients.0.iter().filter(|client| client.implicit && !app.config.dev) {
            // RFC 9700 section 2.1.2.
            tracing::warn!(client = client.id, "tokens may stand in addresses: implicit = true");
        }
        tracing::info!(hosts = %app.hosts, "requests may name these hosts");
        let (stop, stopped) = watch::channel(false);
        let current = Arc::new(ArcSwap::from_pointee(app.clone()));
        let routes = Arc::new(ArcSwap::from_pointee(app::router(app.clone())));
        let mut tasks = JoinSet::new();
        for _ in 0..outbox::WORKERS {
            tasks.spawn(outbox::work(current.clone(), stopped.clone()));
        }
        tasks.spawn(sweep(app.clone(), stopped.clone()));
        tasks.spawn(accept::serve(listeners, routes.clone(), app.config.http, stopped));
        Ok(Self { app, current, routes, port, stop, tasks })
    }

    /// Goes on with another configuration. Requests that are being answered keep the one that they came
    /// under; no connection is closed. Says what cannot change while the server runs.
    pub fn reload(&mut self, config: Config) -> Result<(), Box<dyn std::error::Error>> {
        let now = &self.app.config;
        let same_pepper = |purpose| config.pepper.mac(purpose, &[]).matches(&now.pepper.mac(purpose, &[]));
        for (key, same) in [
            ("listen", config.listen == now.listen),
            ("issuer", config.issuer == now.issuer),
            ("database", config.database == now.database),
            ("pepper", same_pepper(Purpose::Code)),
            ("keys", config.keys == now.keys),
            ("--dev", config.dev == now.dev),
        ] {
            if !same {
                return Err(format!("{key} cannot change while the server runs: start it anew").into());
            }
        }
        let app = self.app.reconfigured(config)?;
        self.current.store(Arc::new(app.clone()));
        self.routes.store(Arc::new(app::router(app.clone())));
        self.app = app;
        Ok(())
    }

    /// Sees at once which keys there are now; it looks by itself once a minute.
    pub async fn turn_keys(&self) -> Result<(), Failure> {
        self.app.keys.turn(&self.app.store, self.app.clock.now()).await
    }

    /// The port that is listened on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What the requests see.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Accepts nothing more, finishes what is being answered, and closes the database.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        while self.tasks.join_next().await.is_some() {}
        self.app.store.close().await;
    }
}

async fn sweep(app: App, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = app.store.sweep(app.clock.now()).await {
            tracing::error!(%error, "the database was not swept");
        }
        if let Err(error) = app.keys.turn(&app.store, app.clock.now()).await {
            tracing::error!(%error, "the signing keys were not looked after");
        }
        tokio::select! {
            () = sleep(SWEEP) => {}
            _ = stop.changed() => {}
        }
    }
}
