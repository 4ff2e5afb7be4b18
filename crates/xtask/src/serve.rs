//! `cargo xtask serve`: the server with its hosted page, and the demo page on another origin.

use std::{
    io::{BufRead as _, BufReader, Read, Write},
    net::{Ipv4Addr, Ipv6Addr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    build, demo,
    process::{self, command, root},
    setup,
};

const READY_WITHIN: Duration = Duration::from_secs(30);
const STOPPED_WITHIN: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(50);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ports {
    server: u16,
    demo: u16,
}

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let ports = Ports::parse(arguments)?;
    // Asked before the minutes that a first build takes, not after them.
    require_free(ports.server, "--port")?;
    require_free(ports.demo, "--demo-port")?;

    let tools = setup::for_build()?;
    build::run(&tools)?;
    let server = build_server()?;

    let stopping = Arc::new(AtomicBool::new(false));
    let signalled = Arc::clone(&stopping);
    ctrlc::set_handler(move || signalled.store(true, Ordering::Relaxed))
        .context("cannot listen for Ctrl-C")?;

    let origin = format!("http://localhost:{}", ports.server);
    demo::start(ports.demo, origin.clone())?;
    let mut server = Running::start(&server, ports.server)?;
    let ready = await_ready(&mut server, ports, &stopping)?;
    if ready {
        println!("\nLatch is ready");
        println!("  demo page    http://localhost:{}", ports.demo);
        println!("  gallery      http://localhost:{}/gallery", ports.demo);
        println!("  inbox        {origin}/dev/inbox");
        println!("  hosted page  {origin}/login");
        println!("Ctrl-C stops it.");
    }
    while !stopping.load(Ordering::Relaxed) {
        server.check(&stopping)?;
        sleep(PAUSE);
    }
    Ok(())
}

/// The server in its development profile.
pub(crate) fn build_server() -> Result<PathBuf> {
    println!("Building the server");
    process::run(process::cargo("build").args(["--package", "latch-server"]))?;
    let file = format!("latch-server{}", std::env::consts::EXE_SUFFIX);
    Ok(root().join("target/debug").join(file))
}

impl Ports {
    fn parse(arguments: &[String]) -> Result<Self> {
        let mut ports = Self { server: 4000, demo: 4001 };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let (flag, value) = match argument.split_once('=') {
                Some((flag, value)) => (flag, Some(value)),
                None => (argument.as_str(), None),
            };
            let port = match flag {
                "--port" => &mut ports.server,
                "--demo-port" => &mut ports.demo,
                other => bail!("serve has no argument {other:?}; it takes --port and --demo-port"),
            };
            let value = value.or_else(|| arguments.next().map(String::as_str)).unwrap_or_default();
            match value.parse() {
                Ok(number) if number > 0 => *port = number,
                _ => bail!("{flag} takes a port from 1 to 65535, not {value:?}"),
            }
        }
        if ports.server == ports.demo {
            bail!("--port and --demo-port are both {}: the demo page needs its own origin", ports.demo);
        }
        Ok(ports)
    }
}

fn require_free(port: u16, flag: &str) -> Result<()> {
    // Both families, because a browser may try either for localhost. A machine without IPv6 has
    // nothing that listens there.
    let taken =
        [TcpListener::bind((Ipv4Addr::LOCALHOST, port)), TcpListener::bind((Ipv6Addr::LOCALHOST, port))]
            .into_iter()
            .filter_map(Result::err)
            .any(|error| error.kind() == std::io::ErrorKind::AddrInUse);
    if taken {
        bail!("port {port} is in use: stop what listens there, or choose another with {flag}");
    }
    Ok(())
}

/// Waits until both answer. False when it was stopped before.
fn await_ready(server: &mut Running, ports: Ports, stopping: &AtomicBool) -> Result<bool> {
    let started = Instant::now();
    while !(answers(ports.server) && answers(ports.demo)) {
        if stopping.load(Ordering::Relaxed) {
            return Ok(false);
        }
        server.check(stopping)?;
        if started.elapsed() > READY_WITHIN {
            bail!("latch-server did not answer on port {} within {} s", ports.server, READY_WITHIN.as_secs());
        }
        sleep(PAUSE);
    }
    Ok(true)
}

/// Whether something there speaks HTTP; which status it answers with does not matter.
fn answers(port: u16) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(("localhost", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        write!(stream, "GET / HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n")?;
        let mut start = [0; 5];
        stream.read_exact(&mut start)?;
        Ok(&start == b"HTTP/")
    };
    ask().unwrap_or(false)
}

/// The server's process, which never outlives us.
pub(crate) struct Running(Child);

impl Running {
    fn start(server: &PathBuf, port: u16) -> Result<Self> {
        Self::spawn(
            command(server)
                .arg("--dev")
                .env("LATCH_LISTEN", format!("localhost:{port}"))
                .env("LATCH_ASSETS", root().join("dist")),
        )
    }

    pub(crate) fn spawn(server: &mut Command) -> Result<Self> {
        let child = server
            .spawn()
            .with_context(|| format!("cannot start {}", server.get_program().to_string_lossy()))?;
        Ok(Self(child))
    }

    /// What a server whose standard output is ours says first: where it listens.
    pub(crate) fn first_line(&mut self) -> Result<String> {
        let output = self.0.stdout.take().context("the server's output is not ours")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).context("latch-server says nothing")?;
        Ok(line)
    }

    fn check(&mut self, stopping: &AtomicBool) -> Result<()> {
        let Some(status) = self.0.try_wait()? else { return Ok(()) };
        // Ctrl-C reaches the server as well, and it may be the quicker one.
        sleep(PAUSE);
        if !stopping.load(Ordering::Relaxed) {
            bail!("latch-server has stopped ({status})");
        }
        Ok(())
    }

    /// Asks first: the server finishes its requests and closes its database.
    fn stop(&mut self) -> std::io::Result<()> {
        if self.0.try_wait()?.is_some() {
            return Ok(());
        }
        if cfg!(unix) {
            command("kill").arg("-TERM").arg(self.0.id().to_string()).status()?;
            let asked = Instant::now();
            while asked.elapsed() < STOPPED_WITHIN {
                if self.0.try_wait()?.is_some() {
                    return Ok(());
                }
                sleep(PAUSE);
            }
        }
        self.0.kill()?;
        self.0.wait().map(drop)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            eprintln!("latch-server could not be stopped: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Ports> {
        Ports::parse(&arguments.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn ports_have_defaults_and_two_spellings() {
        assert_eq!(parse(&[]).unwrap(), Ports { server: 4000, demo: 4001 });
        assert_eq!(
            parse(&["--port", "5000", "--demo-port=5001"]).unwrap(),
            Ports { server: 5000, demo: 5001 }
        );
    }

    #[test]
    fn a_port_that_cannot_be_used_is_named() {
        assert!(parse(&["--port", "web"]).unwrap_err().to_string().contains("\"web\""));
        assert!(parse(&["--port"]).unwrap_err().to_string().contains("--port"));
        assert!(parse(&["--host", "x"]).unwrap_err().to_string().contains("--host"));
        assert!(parse(&["--port", "4001"]).unwrap_err().to_string().contains("4001"));
    }

    #[test]
    fn a_busy_port_is_named_with_its_flag() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let error = require_free(port, "--demo-port").unwrap_err().to_string();
        assert!(error.contains(&port.to_string()) && error.contains("--demo-port"), "{error}");
    }
}
