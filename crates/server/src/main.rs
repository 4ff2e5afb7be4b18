//! `latch-server [command] [--dev] [--config latch.toml]`

use std::{io::Write as _, path::Path, process::ExitCode};

use latch_server::{
    blocking,
    clock::{Clock as _, SystemClock},
    config::{self, Config, Problems},
    host::Hosts,
    keys::by_hand::{self, Urgency},
    outbox::report,
    proof::Identity,
    random::{self, SystemRandom},
    server::Server,
    store::{Store, users},
};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

const USAGE: &str = "\
usage: latch-server [--dev] [--config latch.toml]          runs the server
       latch-server init [latch.toml]                      writes a configuration with every key
       latch-server check [--dev] [--config latch.toml]    tells what is wrong with a configuration
       latch-server add-user (email|sms) (address|number) [--dev] [--config latch.toml]
                                                           makes an account, for where people cannot
       latch-server block (email|sms) (address|number) [--dev] [--config latch.toml]
                                                           keeps somebody out: sends them nothing, signs them out
       latch-server unblock (email|sms) (address|number) [--dev] [--config latch.toml]
                                                           lets them in again, also after too many wrong codes
       latch-server outbox [--dev] [--config latch.toml]   shows what waits to be sent
       latch-server rotate-keys [--at-once | --revoke] [--dev] [--config latch.toml]
                                                           has the next key sign tokens; of a key that somebody
                                                           else has, --revoke takes back all that it signed";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut dev = false;
    let mut path = None;
    let mut arguments = std::env::args().skip(1).peekable();
    let command = arguments.next_if(|argument| !argument.starts_with("--"));
    if command.is_none() && arguments.peek().is_some_and(|argument| argument == "--help") {
        return Ok(writeln!(std::io::stdout(), "{USAGE}")?);
    }
    if command.as_deref() == Some("init") {
        let path = arguments.next().unwrap_or_else(|| "latch.toml".to_owned());
        // A slip, and no name for a file.
        if path.starts_with('-') || arguments.next().is_some() {
            return Err(USAGE.into());
        }
        return init(Path::new(&path));
    }
    let mut operands = Vec::new();
    if matches!(command.as_deref(), Some("add-user" | "block" | "unblock")) {
        operands.extend(arguments.by_ref().take(2));
    }
    let mut urgency = None;
    let rotates = command.as_deref() == Some("rotate-keys");
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--at-once" if rotates && urgency.is_none() => urgency = Some(Urgency::AtOnce),
            "--revoke" if rotates && urgency.is_none() => urgency = Some(Urgency::Revoked),
            "--dev" => dev = true,
            "--config" => path = Some(arguments.next().ok_or(USAGE)?),
            _ => return Err(USAGE.into()),
        }
    }
    let path = path.as_deref().map(Path::new);
    #[expect(clippy::disallowed_methods, reason = "here the environment is read, once")]
    let env = |name: &str| std::env::var(name).ok();
    let runtime = || tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match command.as_deref() {
        None => {
            let filter = EnvFilter::try_new(env("LATCH_LOG").unwrap_or_else(|| "info".to_owned()))?;
            tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
            let load = || config::load(path, dev, &env);
            runtime()?.block_on(serve(&load))
        }
        Some("check") => {
            let config = config::load(path, dev, &env)?;
            let issuer = config.issuer.clone().unwrap_or_else(|| "http://localhost/".to_owned());
            let hosts = Hosts::new(&issuer, &config);
            Ok(writeln!(
                std::io::stdout(),
                "The configuration is good.\nRequests may name these hosts: {hosts}.\n\
                 A proxy has to pass the Host on, or what it sends instead has to be in `hosts`."
            )?)
        }
        Some("add-user") => {
            let identity = named(&operands)?;
            let config = config::load(path, dev, &env)?;
            runtime()?.block_on(async {
                let store = Store::open(&config.database).await?;
                let sub = identity.subject(&config.pepper);
                let mut tx = store.write().await?;
                let now = SystemClock::default().now();
                let user =
                    users::find_or_create(&mut tx, identity.connection, &identity.value, &sub, now).await?;
                tx.commit().await?;
                Ok(writeln!(std::io::stdout(), "{} is {}", identity.value, user.sub)?)
            })
        }
        Some(command @ ("block" | "unblock")) => {
            let identity = named(&operands)?;
            let config = config::load(path, dev, &env)?;
            runtime()?.block_on(async {
                let store = Store::open(&config.database).await?;
                let (changed, now) = match command {
                    "block" => {
                        let is_new = blocking::block(&store, &identity, SystemClock::default().now()).await?;
                        (is_new, "is blocked")
                    }
                    _ => (blocking::unblock(&store, &config.pepper, &identity).await?, "is not blocked"),
                };
                let already = if changed { "" } else { ", as before" };
                Ok(writeln!(std::io::stdout(), "{} {now}{already}", identity.value)?)
            })
        }
        Some("outbox") => {
            let config = config::load(path, dev, &env)?;
            runtime()?.block_on(async {
                let store = Store::look(&config.database).await?;
                let report = report::report(&store, SystemClock::default().now()).await?;
                Ok(std::io::stdout().write_all(report.as_bytes())?)
            })
        }
        Some("rotate-keys") => {
            let config = config::load(path, dev, &env)?;
            runtime()?.block_on(rotate_keys(&config, urgency.unwrap_or(Urgency::InOrder)))
        }
        Some(_) => Err(USAGE.into()),
    }
}

async fn rotate_keys(config: &Config, urgency: Urgency) -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::open(&config.database).await?;
    let now = SystemClock::default().now();
    let signs_at = by_hand::rotate(&store, &config.pepper, config.keys, urgency, now).await?;
    let mut stdout = std::io::stdout();
    if urgency == Urgency::Revoked {
        writeln!(
            stdout,
            "All keys are revoked; a new one signs. What they signed is believed by nobody who reads"
        )?;
        writeln!(stdout, "the keys anew; sessions and refresh tokens stay.")?;
    } else {
        writeln!(
            stdout,
            "The next key signs from {} on, and the one after it is published.",
            signs_at.iso8601()
        )?;
    }
    Ok(writeln!(stdout, "Servers that run notice within a minute, or at a SIGHUP.")?)
}

/// Whom a command is about.
fn named(operands: &[String]) -> Result<Identity, Box<dyn std::error::Error>> {
    let [connection, name] = operands else { return Err(USAGE.into()) };
    Identity::parse(connection, name)
        .map_err(|_| format!("{name} is no identity of the connection {connection}").into())
}

/// A configuration that is refused changes nothing: the server goes on with the one it has.
fn reload(server: &mut Server, load: &dyn Fn() -> Result<Config, Problems>) {
    let reloaded = load().map_err(Into::into).and_then(|config| server.reload(config));
    match reloaded {
        Ok(()) => tracing::info!("the configuration is reloaded"),
        Err(error) => tracing::error!(%error, "the configuration is not reloaded"),
    }
}

/// Writes a configuration, readable for its owner only, and never over another.
fn init(path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let pepper = random::token(&SystemRandom)?;
    let file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let mut file = file.map_err(|error| format!("{}: {error}", path.display()))?;
    file.write_all(config::example(&pepper).as_bytes())?;
    Ok(writeln!(std::io::stdout(), "{} is written. Fill in what is yours.", path.display())?)
}

async fn serve(load: &dyn Fn() -> Result<Config, Problems>) -> Result<(), Box<dyn std::error::Error>> {
    let config = load()?;
    let mut hangup = signal(SignalKind::hangup())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let host = config.listen.host.to_string();
    let mut server = Server::start(config, Box::new(SystemClock::default()), Box::new(SystemRandom)).await?;
    // Scripts wait for this line, so it goes out at once.
    let mut stdout = std::io::stdout();
    writeln!(stdout, "latch-server listening on http://{host}:{}", server.port())?;
    stdout.flush()?;
    loop {
        tokio::select! {
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
            _ = hangup.recv() => {
                reload(&mut server, load);
                if let Err(error) = server.turn_keys().await {
                    tracing::error!(%error, "the signing keys were not looked after");
                }
            }
        }
    }
    server.stop().await;
    Ok(())
}
