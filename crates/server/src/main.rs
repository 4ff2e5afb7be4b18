//! `latch-server [--dev] [--config latch.toml]`

use std::{io::Write as _, process::ExitCode};

use latch_server::{
    clock::SystemClock,
    config::{self, Config},
    random::SystemRandom,
    server::Server,
};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

const USAGE: &str = "usage: latch-server [--dev] [--config latch.toml]";

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
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--dev" => dev = true,
            "--config" => path = Some(arguments.next().ok_or(USAGE)?),
            _ => return Err(USAGE.into()),
        }
    }
    #[expect(clippy::disallowed_methods, reason = "here the environment is read, once")]
    let env = |name: &str| std::env::var(name).ok();
    let filter = EnvFilter::try_new(env("LATCH_LOG").unwrap_or_else(|| "info".to_owned()))?;
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let config = config::load(path.as_deref().map(std::path::Path::new), dev, &env)?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(serve(config))
}

async fn serve(config: Config) -> Result<(), Box<dyn std::error::Error>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let host = config.listen.host.to_string();
    let server = Server::start(config, Box::new(SystemClock::default()), Box::new(SystemRandom)).await?;
    // Scripts wait for this line, so it goes out at once.
    let mut stdout = std::io::stdout();
    writeln!(stdout, "latch-server listening on http://{host}:{}", server.port())?;
    stdout.flush()?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    server.stop().await;
    Ok(())
}
