//! A browser for the end-to-end tests: Chrome or Chromium.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use super::wasm_std::apt_get_install;
use crate::process::{command, quiet, root, which};

const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const MACOS: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// Its path. Node.js has to be set up before: the last resort is Playwright's own download.
pub(crate) fn ensure() -> Result<PathBuf> {
    if let Some(named) = env::var_os("LATCH_CHROMIUM") {
        return Ok(named.into());
    }
    if let Some(found) = find() {
        return Ok(found);
    }
    if Path::new("/etc/debian_version").exists() && which("apt-get").is_some() {
        println!("Installing Chromium from Debian");
        if apt_get_install(&["chromium"]).is_ok()
            && let Some(found) = find()
        {
            return Ok(found);
        }
    }
    println!("Installing Playwright's Chromium");
    playwright().context("no Chrome or Chromium is on PATH and none can be installed; install one")
}

fn find() -> Option<PathBuf> {
    let macos = PathBuf::from(MACOS);
    NAMES.into_iter().find_map(which).or_else(|| macos.is_file().then_some(macos))
}

fn playwright() -> Result<PathBuf> {
    let e2e = root().join("e2e");
    quiet(command("npx").args(["--no-install", "playwright", "install", "chromium"]).current_dir(&e2e))?;
    let script = "import('@playwright/test').then(p => console.log(p.chromium.executablePath()))";
    let path = quiet(command("node").args(["-e", script]).current_dir(&e2e))?;
    let path = PathBuf::from(path.trim());
    if !path.is_file() {
        bail!("{} is not there", path.display());
    }
    Ok(path)
}
