//! The wasm32 standard library: compiled from the toolchain's own source, which rustup fetches where
//! it is not there; else prebuilt; else, where rustup's downloads are refused, compiled from the
//! source that Debian packages, with Debian's compiler.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::process::{command, quiet, quiet_within, which};

const TARGET: &str = "wasm32-unknown-unknown";
/// Debian's rustc, cargo and library source of one version, and the linker for wasm.
const PACKAGES: [&str; 5] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "lld-22"];
/// The name under which rustup knows Debian's compiler.
const TOOLCHAIN: &str = "latch-wasm";

/// Nobody reads a panic's place or a value's debug form in a browser, and together they weigh kilobytes.
const TERSE: &str = "-Zlocation-detail=none -Zfmt-debug=none";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WasmStd {
    /// Compiled from the toolchain's own source: a quarter smaller than the prebuilt one.
    Source,
    Prebuilt,
    Debian,
}

impl WasmStd {
    /// Makes a cargo call, or one of trunk's, build for wasm.
    pub(crate) fn configure(self, command: &mut Command) {
        // The gate is open for the whole build: these flags, and building the library, are unstable.
        command.env("RUSTC_BOOTSTRAP", "1");
        if self == Self::Prebuilt {
            command.env("RUSTFLAGS", TERSE);
            return;
        }
        if self == Self::Debian {
            command.env("RUSTUP_TOOLCHAIN", TOOLCHAIN);
        }
        // A library of our own can also leave out what a panic would say: it ends in a trap either way.
        command
            .env("RUSTFLAGS", format!("{TERSE} -Zunstable-options -Cpanic=immediate-abort"))
            .env("CARGO_UNSTABLE_BUILD_STD", "std")
            .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size");
    }

    /// What a build depends on beside its sources.
    pub(crate) fn describe(self) -> Result<String> {
        let mut rustc = command("rustc");
        self.configure(&mut rustc);
        Ok(format!("{self:?} {}", quiet(rustc.arg("-vV"))?))
    }
}

pub(crate) fn ensure() -> Result<WasmStd> {
    if has_source()? {
        return Ok(WasmStd::Source);
    }
    if debian_is_ready() {
        return Ok(WasmStd::Debian);
    }
    if which("rustup").is_none() {
        if has_prebuilt()? {
            return Ok(WasmStd::Prebuilt);
        }
        bail!("rustc has no library for {TARGET}, and there is no rustup to add it");
    }
    println!("Adding the source of the standard library, to build it for {TARGET}");
    let refused = match add_source() {
        Ok(()) => return Ok(WasmStd::Source),
        Err(_) if has_prebuilt()? => return Ok(WasmStd::Prebuilt),
        Err(refused) => refused,
    };
    if !Path::new("/etc/debian_version").exists() || which("apt-get").is_none() {
        return Err(refused.context(format!(
            "the library for {TARGET} cannot be downloaded; add it by hand with `rustup component add rust-src`"
        )));
    }
    println!("That download is refused here: installing Debian's compiler, which can build it");
    install_debian().with_context(|| {
        format!(
            "neither `rustup component add rust-src` nor `apt-get install {}` works here; \
             one of them has to be run by hand",
            PACKAGES.join(" ")
        )
    })?;
    Ok(WasmStd::Debian)
}

fn has_prebuilt() -> Result<bool> {
    Ok(sysroot()?.join("lib/rustlib").join(TARGET).join("lib").is_dir())
}

fn has_source() -> Result<bool> {
    Ok(sysroot()?.join("lib/rustlib/src/rust/library/std").is_dir())
}

fn sysroot() -> Result<PathBuf> {
    Ok(PathBuf::from(quiet(command("rustc").args(["--print", "sysroot"]))?.trim()))
}

fn add_source() -> Result<()> {
    let mut rustup = command("rustup");
    rustup.args(["component", "add", "rust-src"]).env("RUSTUP_MAX_RETRIES", "0");
    quiet_within(&mut rustup, Duration::from_mins(2))?;
    if !has_source()? {
        bail!("rustup added no source of the standard library");
    }
    Ok(())
}

fn debian_is_ready() -> bool {
    let linked = quiet(command("rustup").args(["toolchain", "list"]))
        .is_ok_and(|list| list.lines().any(|line| line.split_whitespace().next() == Some(TOOLCHAIN)));
    linked && debian_is_installed()
}

fn debian_is_installed() -> bool {
    let mut query = command("dpkg-query");
    query.args(["-W", "-f=${db:Status-Status}\n"]).args(PACKAGES);
    quiet(&mut query).is_ok_and(|text| {
        text.lines().count() == PACKAGES.len() && text.lines().all(|line| line == "installed")
    })
}

fn install_debian() -> Result<()> {
    if !debian_is_installed() {
        apt_get_install(&PACKAGES)?;
    }
    quiet(command("rustup").args(["toolchain", "link", TOOLCHAIN, "/usr"])).map(drop)
}

/// As root only: a developer's command asks for no password.
pub(crate) fn apt_get_install(packages: &[&str]) -> Result<()> {
    quiet(command("apt-get").args(["update", "--quiet"]))?;
    let mut install = command("apt-get");
    install
        .args(["install", "--yes", "--quiet", "--no-install-recommends"])
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive");
    quiet(&mut install).map(drop)
}
