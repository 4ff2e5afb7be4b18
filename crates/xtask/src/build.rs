//! dist/: the hosted page and the embed, built by trunk and finished by us.

use std::fs::{self, File};

use anyhow::Result;

use crate::{
    assemble,
    process::{self, root},
    setup::Tools,
    stamp::Inputs,
};

/// What ends up in dist/, or decides how.
const INPUTS: [&str; 18] = [
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "index.html",
    "crates/flow",
    "crates/protocol",
    "crates/wasm-streams",
    "crates/xtask/src/assemble.rs",
    "crates/xtask/src/isolation.rs",
    "crates/xtask/src/names.rs",
    "crates/xtask/src/pseudo.rs",
    "crates/xtask/src/setup/wasm_std.rs",
    "crates/xtask/src/sheet.rs",
    "e2e/package-lock.json",
    "public",
    "src",
    "style",
];

pub(crate) fn run(tools: &Tools) -> Result<()> {
    // trunk has one place for what is not finished; the second build waits for the first.
    let folder = root().join("target/latch");
    fs::create_dir_all(&folder)?;
    let turn = File::create(folder.join("build.lock"))?;
    turn.lock()?;
    let mut inputs = Inputs::new().text(&tools.wasm_std.describe()?);
    for path in INPUTS {
        inputs = inputs.path(&root().join(path))?;
    }
    let dist = root().join("dist");
    let stamp = root().join("target/latch/dist.stamp");
    if dist.join("index.html").is_file() && inputs.match_stamp(&stamp) {
        return Ok(());
    }
    // Gone before anything changes: an interrupted build must not pass for a finished one.
    if stamp.exists() {
        fs::remove_file(&stamp)?;
    }
    println!("Building the hosted page and the embed");
    process::run(tools.trunk()?.args(["--quiet", "build"]))?;
    assemble::run(&dist)?;
    inputs.write_stamp(&stamp)
}
