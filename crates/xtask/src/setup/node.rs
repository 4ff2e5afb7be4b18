//! Node.js is a given; the npm packages of e2e/ (tests, wasm-opt, esbuild) are installed here.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::{
    process::{command, quiet, root},
    stamp::Inputs,
};

const OLDEST: u32 = 20;

pub(crate) fn ensure() -> Result<()> {
    let version = quiet(command("node").arg("--version"))
        .with_context(|| format!("Node.js {OLDEST} or newer has to be installed"))?;
    let version = version.trim();
    match major(version) {
        Some(major) if major >= OLDEST => {}
        _ => bail!("Node.js {OLDEST} or newer has to be installed; `node --version` says {version}"),
    }

    let e2e = root().join("e2e");
    let inputs = Inputs::new().text(version).path(&e2e.join("package-lock.json"))?;
    // Inside node_modules, so that whoever removes that folder removes the stamp.
    let stamp = e2e.join("node_modules/.latch-stamp");
    if !inputs.match_stamp(&stamp) {
        println!("Installing the npm packages of e2e/");
        quiet(
            command("npm")
                .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
                .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
                .current_dir(&e2e),
        )?;
        inputs.write_stamp(&stamp)?;
    }
    Ok(())
}

/// The folder with esbuild, wasm-opt and playwright.
pub(crate) fn bin() -> PathBuf {
    root().join("e2e/node_modules/.bin")
}

fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_major_version() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("v9.1.0"), Some(9));
        assert_eq!(major("20"), None);
    }
}
