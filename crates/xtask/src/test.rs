//! `cargo xtask test`: every check, the quick ones first.

use std::{fs, path::Path, time::Instant};

use anyhow::{Context, Result, bail};

use crate::{
    assemble, build,
    process::{self, cargo, command, root},
    schema, serve,
    setup::{self, Tools},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Fmt,
    Lint,
    Native,
    Schema,
    Wasm,
    E2e,
}

impl Step {
    const ALL: [Self; 6] = [Self::Fmt, Self::Lint, Self::Native, Self::Schema, Self::Wasm, Self::E2e];

    fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Lint => "lint",
            Self::Native => "native",
            Self::Schema => "schema",
            Self::Wasm => "wasm",
            Self::E2e => "e2e",
        }
    }

    /// Whether it needs what the wasm build needs.
    fn builds_wasm(self) -> bool {
        matches!(self, Self::Wasm | Self::E2e)
    }

    fn run(self, tools: Option<&Tools>) -> Result<()> {
        match self {
            Self::Fmt => process::run(cargo("fmt").args(["--all", "--check"])),
            Self::Lint => {
                let strictly = ["--locked", "--", "-D", "warnings"];
                process::run(cargo("clippy").args(["--workspace", "--all-targets"]).args(strictly))?;
                // The basic edition, in which much is left out.
                let basic = ["--package=latch", "--no-default-features", "--lib", "--bin=widget"];
                process::run(cargo("clippy").args(basic).args(strictly))
            }
            Self::Native => {
                process::run(cargo("test").args(["--workspace", "--locked", "--", "--quiet"]))?;
                // What the basic edition says of what a server refuses.
                let basic = ["--package=latch-flow", "--no-default-features", "--test=refusals"];
                process::run(cargo("test").args(basic).args(["--locked", "--", "--quiet"]))
            }
            Self::Schema => schema(),
            Self::Wasm => wasm(tools.context("the wasm step has no tools")?),
            Self::E2e => e2e(tools.context("the e2e step has no tools")?),
        }
    }
}

pub(crate) fn run(names: &[String]) -> Result<()> {
    let steps = chosen(names)?;
    let started = Instant::now();
    let mut seconds = Vec::new();

    let tools = steps.iter().any(|step| step.builds_wasm()).then(setup::for_build).transpose()?;
    seconds.push(("set-up", started.elapsed().as_secs_f64()));
    for step in steps {
        println!("\n== {} ==", step.name());
        let started = Instant::now();
        step.run(tools.as_ref()).with_context(|| format!("step {} failed", step.name()))?;
        let spent = started.elapsed().as_secs_f64();
        println!("{} passed in {spent:.1} s", step.name());
        seconds.push((step.name(), spent));
    }

    println!("\nall passed in {:.1} s", started.elapsed().as_secs_f64());
    for (name, spent) in seconds {
        println!("  {name:<8}{spent:>8.1} s");
    }
    Ok(())
}

/// The named steps, or all, in their own order.
fn chosen(names: &[String]) -> Result<Vec<Step>> {
    if let Some(unknown) = names.iter().find(|name| !Step::ALL.iter().any(|step| step.name() == **name)) {
        let known = Step::ALL.map(Step::name).join(", ");
        bail!("there is no step {unknown:?}; the steps are {known}");
    }
    let wanted = |step: &Step| names.is_empty() || names.iter().any(|name| name == step.name());
    Ok(Step::ALL.into_iter().filter(wanted).collect())
}

/// The router listens on the whole window: in the widget it would catch the clicks on a customer's
/// links. So it must not be linked there. Before wasm-bindgen and wasm-opt the names of all functions
/// are still in the file; the hosted page, which does use it, shows that they are.
fn wasm(tools: &Tools) -> Result<()> {
    build::run(tools)?;
    let folder = root().join("target/wasm/wasm32-unknown-unknown/wasm-release");
    if !mentions(&folder.join("hosted.wasm"), "leptos_router")? {
        bail!("hosted.wasm does not name leptos_router: names are stripped, or it is not used");
    }
    for edition in ["widget.wasm", "widget-full.wasm"] {
        if mentions(&folder.join(edition), "leptos_router")? {
            bail!("leptos_router is linked into {edition}; only src/bin/hosted.rs may reach it");
        }
    }
    assemble::check_classes(&root().join("dist"))?;
    assemble::check_budgets(&root().join("dist"))
}

const NO_PYTHON: &str =
    "LEFT OUT: there is no python3 of 3.10 or newer with venv here, or no way to its packages";

/// The one step that can be left out: it needs Python, which not every machine has.
fn schema() -> Result<()> {
    if let Some(schemathesis) = setup::python::schemathesis()? {
        return schema::run(&schemathesis);
    }
    println!("{NO_PYTHON}");
    Ok(())
}

fn mentions(file: &Path, name: &str) -> Result<bool> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(bytes.windows(name.len()).any(|window| window == name.as_bytes()))
}

fn e2e(tools: &Tools) -> Result<()> {
    let folder = root().join("e2e");
    let browser = setup::browser::ensure()?;
    build::run(tools)?;
    let server = serve::build_server()?;
    process::run(command("npx").args(["--no-install", "tsc", "--noEmit"]).current_dir(&folder))?;
    let mut tests = command("npx");
    tests
        .args(["--no-install", "playwright", "test"])
        .current_dir(&folder)
        .env("LATCH_SERVER_BIN", server)
        .env("LATCH_DIST", root().join("dist"))
        .env("LATCH_CHROMIUM", browser);
    // Without it the clients that are written in Python are listed as skipped.
    if let Some(python) = setup::python::clients()? {
        tests.env("LATCH_PYTHON", python);
    } else {
        println!("{NO_PYTHON}: the clients from PyPI");
        tests.env_remove("LATCH_PYTHON");
    }
    process::run(&mut tests)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Result<Vec<Step>> {
        chosen(&names.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn steps_run_in_their_own_order() {
        assert_eq!(names(&[]).unwrap(), Step::ALL);
        assert_eq!(names(&["wasm", "fmt"]).unwrap(), [Step::Fmt, Step::Wasm]);
    }

    #[test]
    fn an_unknown_step_is_refused_with_the_list() {
        let error = names(&["fmt", "unit"]).unwrap_err().to_string();
        assert!(error.contains("\"unit\"") && error.contains("native"), "{error}");
    }
}
