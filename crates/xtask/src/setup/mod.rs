//! Set-up: what a build or a test needs beyond Rust and Node.js. Each part looks before it acts and
//! says in one line what it does, so a second run is silent and quick.

pub(crate) mod browser;
pub(crate) mod node;
pub(crate) mod python;
pub(crate) mod tool;
pub(crate) mod wasm_std;

use std::{env, path::PathBuf, process::Command};

use anyhow::{Context, Result};

use crate::process::{command, root};
use wasm_std::WasmStd;

pub(crate) struct Tools {
    pub(crate) wasm_std: WasmStd,
    trunk: PathBuf,
    /// Where trunk finds wasm-bindgen and wasm-opt; it would download them otherwise.
    folders: Vec<PathBuf>,
}

/// What the wasm build needs; a browser is not among it.
pub(crate) fn for_build() -> Result<Tools> {
    node::ensure()?;
    let wasm_std = wasm_std::ensure()?;
    let trunk = tool::ensure(&tool::trunk())?;
    let bindgen = tool::ensure(&tool::wasm_bindgen()?)?;
    let folders = bindgen.parent().map(PathBuf::from).into_iter().chain([node::bin()]).collect();
    Ok(Tools { wasm_std, trunk, folders })
}

impl Tools {
    pub(crate) fn trunk(&self) -> Result<Command> {
        let mut command = command(&self.trunk);
        let path = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths(self.folders.iter().cloned().chain(env::split_paths(&path)))
            .context("a folder of the tools cannot stand in PATH")?;
        // Two toolchains in one target folder would rebuild each other's work.
        command.env("PATH", path).env("CARGO_TARGET_DIR", root().join("target/wasm"));
        // trunk adds a backtrace of its own to each compiler error.
        command.env("RUST_BACKTRACE", "0");
        self.wasm_std.configure(&mut command);
        Ok(command)
    }
}
