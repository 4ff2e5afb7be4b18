//! Child processes: where they run, what they inherit, and what is said when one fails.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

/// The workspace. xtask is only ever run from the checkout it was built in.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here)
}

/// A command in the workspace, without what the cargo that started us put into our environment:
/// a build script that watches one of these would otherwise run again each time the same build is
/// started by hand, and another toolchain would load this one's libraries.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        let ours = matches!(
            text.as_ref(),
            "CARGO"
                | "CARGO_BIN_NAME"
                | "CARGO_CRATE_NAME"
                | "CARGO_PRIMARY_PACKAGE"
                | "CARGO_TARGET_DIR"
                | "OUT_DIR"
                | "RUSTC_BOOTSTRAP"
                | "RUST_RECURSION_COUNT"
        ) || text.starts_with("CARGO_PKG_")
            || text.starts_with("CARGO_MANIFEST_");
        if ours {
            command.env_remove(&name);
        }
    }
    for name in ["LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"] {
        let Some(value) = env::var_os(name) else { continue };
        let kept = env::split_paths(&value).filter(|entry| !is_cargos(entry));
        match env::join_paths(kept) {
            Ok(kept) if !kept.is_empty() => command.env(name, kept),
            _ => command.env_remove(name),
        };
    }
    command
}

fn is_cargos(entry: &Path) -> bool {
    entry.as_os_str().is_empty()
        || entry.starts_with(root().join("target"))
        || entry.components().any(|part| part.as_os_str() == "toolchains")
}

/// Native cargo. Its target folder is named, because wasm builds use another one.
pub(crate) fn cargo(subcommand: &str) -> Command {
    let mut command = command("cargo");
    command.arg(subcommand).env("CARGO_TARGET_DIR", root().join("target"));
    command
}

/// Runs it with our own output, for what a developer wants to watch.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start `{}`", line(command)))?;
    if !status.success() {
        bail!("`{}` failed ({status})", line(command));
    }
    Ok(())
}

/// Runs it without a word unless it fails. Returns what it wrote to standard output.
pub(crate) fn quiet(command: &mut Command) -> Result<String> {
    let output =
        command.stdin(Stdio::null()).output().with_context(|| format!("cannot start `{}`", line(command)))?;
    finished(&line(command), &output)
}

/// Like [`quiet`], for a download that may hang where the network swallows packets.
pub(crate) fn quiet_within(command: &mut Command, limit: Duration) -> Result<String> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot start `{}`", line(command)))?;
    let started = Instant::now();
    while started.elapsed() < limit {
        if let Some(status) = child.try_wait()? {
            let output = Output { status, stdout: Vec::new(), stderr: Vec::new() };
            return finished(&line(command), &output);
        }
        sleep(Duration::from_millis(50));
    }
    child.kill()?;
    child.wait()?;
    bail!("`{}` was not done after {} s", line(command), limit.as_secs())
}

fn finished(line: &str, output: &Output) -> Result<String> {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        bail!("`{line}` failed ({})\n{}{}", output.status, text.trim_end(), errors.trim_end());
    }
    Ok(text)
}

fn line(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(command.get_program());
    std::iter::once(name)
        .chain(command.get_args())
        .map(|part| part.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The program of that name on PATH.
pub(crate) fn which(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(&file)).find(|path| path.is_file())
}
