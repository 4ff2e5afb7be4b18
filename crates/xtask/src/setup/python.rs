//! Python is no must. Where it is, or Debian can bring it, Schemathesis and the clients from `PyPI` each get an
//! environment of their own.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::{tool, wasm_std::apt_get_install};
use crate::{
    process::{command, quiet, root, which},
    stamp::Inputs,
};

/// Debian keeps `ensurepip`, which an environment needs, apart from the rest of Python.
const PROBE: &str = "import sys, venv, ensurepip; assert sys.version_info >= (3, 10); print(sys.version)";

/// The program, at the versions of `e2e/schema/requirements.txt`; nothing without Python 3.10
/// or its packages.
pub(crate) fn schemathesis() -> Result<Option<PathBuf>> {
    Ok(environment("schemathesis", "e2e/schema")?.map(|programs| programs.join("schemathesis")))
}

/// A Python with the libraries of `e2e/clients/python/requirements.txt`; nothing where there is none.
pub(crate) fn clients() -> Result<Option<PathBuf>> {
    Ok(environment("python-clients", "e2e/clients/python")?.map(|programs| programs.join("python")))
}

/// An environment of its own, with the packages that a folder asks for: where its programs are.
fn environment(name: &str, asks: &str) -> Result<Option<PathBuf>> {
    let Some(version) = python().or_else(install_python) else { return Ok(None) };
    let requirements = root().join(asks).join("requirements.txt");
    let folder = tool::cache()?.join(name);
    let programs = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let inputs = Inputs::new().text(&version).path(&requirements)?;
    let stamp = folder.join(".latch-stamp");
    if !inputs.match_stamp(&stamp) {
        println!("Installing the Python packages of {asks} (a minute, once)");
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
        }
        quiet(command("python3").args(["-m", "venv"]).arg(&folder))?;
        // Who builds behind a mirror may have one for cargo and npm, and none for Python.
        let mut pip = command(programs.join("python"));
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
        if let Err(error) = quiet(pip.arg(&requirements)) {
            println!("{error:#}");
            return Ok(None);
        }
        inputs.write_stamp(&stamp)?;
    }
    Ok(Some(programs))
}

fn python() -> Option<String> {
    quiet(command("python3").args(["-c", PROBE])).ok()
}

fn install_python() -> Option<String> {
    if !Path::new("/etc/debian_version").exists() || which("apt-get").is_none() {
        return None;
    }
    println!("Installing Python from Debian");
    apt_get_install(&["python3-venv"]).ok()?;
    python()
}
