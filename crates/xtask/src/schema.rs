//! `cargo xtask test schema`: the real server, asked thousands of generated questions, has to answer each
//! as its document at `/openapi.json` says. Schemathesis asks; `e2e/schema` says with which values.

use std::{env, fs, path::Path, process::Stdio};

use anyhow::{Context, Result};

use crate::{
    process::{self, command, root},
    serve::{self, Running},
};

/// Generated requests for each endpoint, besides those that try every limit of the document once. Most of the
/// time goes into generating them.
const CASES: &str = "100";
/// Names another number: 900 makes about 23,000 requests, and takes eleven minutes.
const CASES_VARIABLE: &str = "LATCH_SCHEMA_CASES";

pub(crate) fn run(schemathesis: &Path) -> Result<()> {
    let program = serve::build_server()?;
    let folder = root().join("target/schema");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;

    // With --dev nothing is limited, and the inbox tells the codes.
    let mut server = Running::spawn(
        command(program)
            .arg("--dev")
            .env("LATCH_LISTEN", "localhost:0")
            .env("LATCH_DATABASE", folder.join("latch.db"))
            .env("LATCH_ASSETS", root().join("dist"))
            .env("LATCH_LOG", "error")
            .stdout(Stdio::piped()),
    )?;
    let line = server.first_line()?;
    let address = line.split_whitespace().last().context("latch-server does not say where it listens")?;

    let settings = root().join("e2e/schema");
    let cases = env::var(CASES_VARIABLE).unwrap_or_else(|_| CASES.to_owned());
    process::run(
        command(schemathesis)
            .arg("--config-file")
            .arg(settings.join("schemathesis.toml"))
            .args(["run", &format!("{address}/openapi.json"), "--max-examples", &cases])
            .args(["--phases", "examples,coverage,fuzzing", "--continue-on-failure"])
            .env("SCHEMATHESIS_HOOKS", settings.join("hooks.py"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            // What it writes on its way stays with the server's.
            .current_dir(&folder),
    )
}
