//! Tools from crates.io: trunk and wasm-bindgen, each at one exact version.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::process::{command, quiet, root, which};

pub(crate) struct Tool {
    package: &'static str,
    program: &'static str,
    version: String,
    /// `--no-default-features` where the defaults are not needed here.
    bare: bool,
}

/// 0.21.14 is the newest that a stable 1.95 compiles. Its defaults are a TLS stack and a check for
/// updates, for downloads that it never makes here: every tool is on its PATH already.
pub(crate) fn trunk() -> Tool {
    Tool { package: "trunk", program: "trunk", version: "0.21.14".into(), bare: true }
}

/// The glue that it writes fits only the very version of the library in the wasm.
pub(crate) fn wasm_bindgen() -> Result<Tool> {
    let lock = fs::read_to_string(root().join("Cargo.lock")).context("cannot read Cargo.lock")?;
    let version = locked_version(&lock, "wasm-bindgen").context("Cargo.lock names no wasm-bindgen")?;
    Ok(Tool { package: "wasm-bindgen-cli", program: "wasm-bindgen", version: version.into(), bare: false })
}

fn locked_version<'lock>(lock: &'lock str, package: &str) -> Option<&'lock str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.next()?;
    lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')
}

/// The program: on PATH, or in our tools folder, or installed there now.
pub(crate) fn ensure(tool: &Tool) -> Result<PathBuf> {
    if let Some(path) = which(tool.program)
        && has_version(&path, &tool.version)
    {
        return Ok(path);
    }
    let folder = cache()?.join(format!("{}-{}", tool.package, tool.version));
    let path = folder.join("bin").join(format!("{}{}", tool.program, env::consts::EXE_SUFFIX));
    if has_version(&path, &tool.version) {
        return Ok(path);
    }
    println!("Installing {} {} (some minutes, once)", tool.package, tool.version);
    install(tool, &folder, true)
        // The versions that the author locked may be gone from a registry's mirror.
        .or_else(|_| install(tool, &folder, false))?;
    if !has_version(&path, &tool.version) {
        bail!("{} is not {} {}", path.display(), tool.program, tool.version);
    }
    Ok(path)
}

fn install(tool: &Tool, folder: &Path, locked: bool) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let mut cargo = command("cargo");
    cargo
        .args(["install", "--quiet", "--root"])
        .arg(folder)
        .args(["--bin", tool.program])
        .arg(format!("{}@{}", tool.package, tool.version))
        // Outside the workspace: its .cargo/config.toml is not meant for these.
        .current_dir(folder)
        // Their own profiles ask for fat LTO. They run for a second; compiling is what is waited for,
        // and that takes half the time so.
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0");
    if tool.bare {
        cargo.arg("--no-default-features");
    }
    if locked {
        cargo.arg("--locked");
    }
    quiet(&mut cargo).map(drop)
}

fn has_version(path: &Path, version: &str) -> bool {
    path.is_file()
        && quiet(command(path).arg("--version"))
            .is_ok_and(|text| text.split_whitespace().nth(1) == Some(version))
}

/// In the user's cache: a second checkout, or a `cargo clean`, does not cost the minutes again.
pub(crate) fn cache() -> Result<PathBuf> {
    let base = env::var_os("XDG_CACHE_HOME")
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cache")))
        .context("neither XDG_CACHE_HOME nor a home folder is known")?;
    Ok(base.join("latch/tools"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_one_package_of_the_lock_and_no_longer_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.50\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "wasm"), None);
    }
}
