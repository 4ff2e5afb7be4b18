//! From what trunk leaves in dist/ to what is served: the sheet, its class names in the element,
//! minified scripts, and a brotli copy of everything.

use std::{
    ffi::OsStr,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::{
    icons, names,
    process::{command, quiet, root},
    pseudo,
    setup::node,
    sheet::{Edition, Sheet, Sheets},
    stamp::files,
};

/// All that a page with the element downloads until a login by email and code is done.
const EMBED: [&str; 4] = ["latch.js", "latch.css", "widget.js", "widget_bg.wasm"];
/// A classic script, for pages written for Lock; every other script is a module.
const CLASSIC: &str = "lock.js";
const COMPRESSED: [&str; 7] = ["css", "html", "js", "json", "svg", "txt", "wasm"];

pub(crate) fn run(dist: &Path) -> Result<()> {
    let sheets = Sheets::read(&root().join("style"))?;
    fs::write(dist.join("latch.css"), sheets.css(Edition::Basic))?;
    fs::write(dist.join("latch-full.css"), sheets.css(Edition::Full))?;
    bundle(dist)?;
    name_classes(&dist.join("latch.js"), &sheets.scoped)?;
    name_languages(dist)?;
    pseudo::write(dist)?;
    icons::write(dist)?;
    for edition in ["widget", "widget-full"] {
        names::shorten(dist, edition)?;
    }
    minify(dist)?;
    compress(dist)?;
    print_sizes(dist)
}

/// One file each of what has parts: each import would cost a page a round trip. The element is last of those that take
/// some of its parts.
fn bundle(dist: &Path) -> Result<()> {
    for (name, format) in [
        ("adapter.js", "esm"),
        ("flash.js", "esm"),
        ("latch-avatar.js", "esm"),
        ("latch-form.js", "esm"),
        ("latch-session.js", "esm"),
        ("latch.js", "esm"),
        ("diagnose.js", "esm"),
        (CLASSIC, "iife"),
    ] {
        let script = dist.join(name);
        let mut esbuild = command(node::bin().join("esbuild"));
        esbuild
            .arg(&script)
            .args(["--bundle", "--allow-overwrite", "--log-level=warning"])
            // lock.js looks for one, as it may be a part of somebody's bundle.
            .arg("--log-override:commonjs-variable-in-esm=silent")
            .args([format!("--format={format}"), format!("--outfile={}", script.display())]);
        quiet(&mut esbuild)?;
        let parts = script.with_extension("");
        if !parts.is_dir() {
            continue;
        }
        fs::remove_dir_all(&parts).with_context(|| format!("cannot remove {}", parts.display()))?;
    }
    Ok(())
}

/// The element is hand-written and draws its first screen before any wasm is there, so it cannot ask
/// stylers: `__STYLE_IDENTIFIER__` stands for the class of style/identifier.css.
fn name_classes(script: &Path, sheets: &[Sheet]) -> Result<()> {
    if !script.is_file() {
        return Ok(());
    }
    let text = with_classes(&fs::read_to_string(script)?, sheets);
    if let Some((_, rest)) = text.split_once("__STYLE_") {
        let name = rest.split("__").next().unwrap_or_default().to_lowercase();
        bail!("latch.js names the sheet style/{name}.css, which is not there");
    }
    fs::write(script, text).with_context(|| format!("cannot write {}", script.display()))
}

/// `__LANGUAGES__` in the element stands for the files in i18n, besides English, which it has itself.
fn name_languages(dist: &Path) -> Result<()> {
    let mut languages = Vec::new();
    for file in files(&dist.join("i18n"))? {
        let name = file.file_stem().and_then(OsStr::to_str).unwrap_or_default();
        if has_extension(&file, &["json"]) && name != "en" {
            languages.push(name.to_owned());
        }
    }
    languages.sort();
    let script = dist.join("latch.js");
    let text = fs::read_to_string(&script)?.replace("__LANGUAGES__", &languages.join(" "));
    fs::write(&script, text).with_context(|| format!("cannot write {}", script.display()))
}

fn with_classes(script: &str, sheets: &[Sheet]) -> String {
    sheets.iter().fold(script.to_owned(), |script, sheet| {
        let name = sheet.name.replace('-', "_").to_uppercase();
        script.replace(&format!("__STYLE_{name}__"), &sheet.class)
    })
}

fn minify(dist: &Path) -> Result<()> {
    let (mut modules, mut others) = (Vec::new(), Vec::new());
    for file in files(dist)? {
        if file.ends_with(CLASSIC) || has_extension(&file, &["css"]) {
            others.push(file);
        } else if has_extension(&file, &["js"]) {
            modules.push(file);
        }
    }
    esbuild(dist, &modules, &["--format=esm"])?;
    esbuild(dist, &others, &[])
}

fn esbuild(dist: &Path, files: &[PathBuf], arguments: &[&str]) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    let mut esbuild = command(node::bin().join("esbuild"));
    esbuild
        .args(files)
        .args(["--minify", "--legal-comments=none", "--allow-overwrite", "--log-level=warning"])
        .args(arguments)
        .arg(format!("--outdir={}", dist.display()))
        .arg(format!("--outbase={}", dist.display()));
    quiet(&mut esbuild).map(drop)
}

/// By Node.js, whose brotli is compiled for speed: ours would be as slow as the rest of a debug build.
const BROTLI: &str = r#"
import { readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";

for (const file of process.argv.slice(1)) {
  const data = readFileSync(file);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: data.length,
  };
  writeFileSync(`${file}.br`, brotliCompressSync(data, { params }));
}
"#;

fn compress(dist: &Path) -> Result<()> {
    let files = files(dist)?.into_iter().filter(|file| has_extension(file, &COMPRESSED));
    quiet(command("node").args(["--input-type=module", "--eval", BROTLI, "--"]).args(files)).map(drop)
}

fn brotli_path(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".br");
    name.into()
}

fn has_extension(file: &Path, extensions: &[&str]) -> bool {
    file.extension().and_then(OsStr::to_str).is_some_and(|found| extensions.contains(&found))
}

/// A class is computed twice: here, and by the macro while the widget is compiled. cargo does not know
/// that the macro reads a sheet, so the widget may still carry the class of an older one.
pub(crate) fn check_classes(dist: &Path) -> Result<()> {
    let mut code = Vec::new();
    for file in files(dist)? {
        if has_extension(&file, &["js", "wasm"]) {
            code.push(fs::read(file)?);
        }
    }
    for Sheet { name, class, .. } in Sheets::read(&root().join("style"))?.scoped {
        let used = code.iter().any(|code| code.windows(class.len()).any(|part| part == class.as_bytes()));
        if !used {
            bail!(
                "style/{name}.css is scoped to {class}, which stands in no script and no wasm: \
                 the sheet is unused, or the widget was not compiled again after it changed"
            );
        }
    }
    Ok(())
}

/// What the whole embed may weigh. Its twin in e2e/tests/size.spec.ts weighs what a browser is sent.
const WHOLE: u64 = 60_000;

/// The budgets of the whole embed, and of what shows the first field; in bytes of brotli.
pub(crate) fn check_budgets(dist: &Path) -> Result<()> {
    let sizes = sizes(dist, &EMBED);
    for (what, names, most) in [("the embed", &EMBED[..], WHOLE), ("the first field", &EMBED[..2], 12_000)] {
        let size: u64 = sizes.iter().filter(|file| names.contains(&file.0)).map(|file| file.2).sum();
        println!("{what}: {size} of {most} bytes");
        if size > most {
            bail!("{what} is {} bytes over its budget", size - most);
        }
    }
    Ok(())
}

/// What comes in the place of the basic edition's, or on top of it, where a page asks for more.
const FULL: [&str; 3] = ["latch-full.css", "widget-full.js", "widget-full_bg.wasm"];

/// Raw and brotli size of each of these files that is there.
fn sizes(dist: &Path, names: &[&'static str]) -> Vec<(&'static str, u64, u64)> {
    let size = |path: &Path| fs::metadata(path).map(|data| data.len());
    names
        .iter()
        .copied()
        .filter_map(|name| {
            let file = dist.join(name);
            Some((name, size(&file).ok()?, size(&brotli_path(&file)).ok()?))
        })
        .collect()
}

fn print_sizes(dist: &Path) -> Result<()> {
    let mut out = std::io::stdout().lock();
    for (title, names) in
        [("embed", &EMBED[..]), ("full edition", &FULL[..]), ("for Lock's pages", &[CLASSIC])]
    {
        writeln!(out, "{title:<20}{:>10}{:>10}", "raw", "brotli")?;
        let sizes = sizes(dist, names);
        for (name, raw, packed) in &sizes {
            writeln!(out, "{name:<20}{raw:>10}{packed:>10}")?;
        }
        let (raw, packed) = sizes.iter().fold((0, 0), |sum, file| (sum.0 + file.1, sum.1 + file.2));
        writeln!(out, "{:<20}{raw:>10}{packed:>10}", "together")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_becomes_the_class_without_a_dot() {
        let sheets = Sheets::from_files([
            (Edition::Basic, "first-step", "p{}"),
            (Edition::Full, "code", "a{color:red}"),
        ])
        .unwrap();
        let [first, code] = &sheets.scoped[..] else { panic!("two sheets") };
        assert_eq!(
            with_classes("a='__STYLE_CODE__';b='__STYLE_FIRST_STEP__';c='__STYLE_OTHER__'", &sheets.scoped),
            format!("a='{}';b='{}';c='__STYLE_OTHER__'", code.class, first.class)
        );
    }

    #[test]
    fn the_brotli_copy_keeps_the_whole_name() {
        assert_eq!(brotli_path(Path::new("dist/latch.js")), Path::new("dist/latch.js.br"));
    }
}
