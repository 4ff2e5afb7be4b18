//! The developer's commands. From a clone on a machine with Rust and Node.js, each of them sets up
//! whatever else it needs, so nothing has to be installed by hand.

mod assemble;
mod build;
mod demo;
mod icons;
mod isolation;
mod names;
mod process;
mod pseudo;
mod schema;
mod scoping;
mod serve;
mod setup;
mod sheet;
mod stamp;
mod test;

use std::{env, process::ExitCode};

use anyhow::{Result, bail};

const HELP: &str = "\
Usage: cargo xtask <command>

  serve [--port 4000] [--demo-port 4001]
          Builds everything, starts the server and a demo page on another origin.
  build   Builds the hosted page and the embed into dist/.
  test [fmt|lint|native|schema|wasm|e2e ...]
          All checks, or the named ones, in that order; stops at the first that fails.

Every command first installs what is missing: the wasm32 standard library, trunk, wasm-bindgen, the
npm packages of e2e/ and, for e2e, a browser. The steps schema and e2e also use Python, where there is one.
";

fn main() -> ExitCode {
    match run(env::args().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Vec<String>) -> Result<()> {
    let mut arguments = arguments.into_iter();
    let command = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    match command.as_str() {
        "serve" => serve::run(&rest),
        "build" if rest.is_empty() => build::run(&setup::for_build()?),
        "build" => bail!("build takes no arguments"),
        "test" => test::run(&rest),
        "" | "help" | "-h" | "--help" => {
            print!("{HELP}");
            Ok(())
        }
        other => bail!("there is no command {other:?}\n\n{HELP}"),
    }
}
