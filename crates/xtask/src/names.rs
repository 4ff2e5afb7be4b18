//! Short names between the embed's wasm and its glue. wasm-bindgen names each of some 150 functions
//! twice, with a hash that does not compress; nobody but these two files ever reads the names.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use crate::{
    process::{command, quiet},
    setup::node,
};

/// A name as it stands in the glue, and what it becomes.
type Rename = (String, String);

/// Renames what `widget_bg.wasm` imports and exports, and in `widget.js` alike; `widget` is the edition's name.
pub(crate) fn shorten(dist: &Path, widget: &str) -> Result<()> {
    let (wasm, glue) = (dist.join(format!("{widget}_bg.wasm")), dist.join(format!("{widget}.js")));
    let script = fs::read_to_string(&glue).with_context(|| format!("cannot read {}", glue.display()))?;
    let mut optimizer = command(node::bin().join("wasm-opt"));
    optimizer
        .arg(&wasm)
        .args(["--enable-bulk-memory", "--enable-nontrapping-float-to-int", "--enable-sign-ext"])
        .args(["--enable-mutable-globals", "--enable-reference-types", "--enable-multivalue"])
        // Once more, and twice from a shape that the first pass does not take: what it has left over is four
        // hundred bytes.
        .args(["-Oz", "--flatten", "--rereloop", "-Oz", "-Oz"])
        .args(["--minify-imports-and-exports-and-modules", "-o"])
        .arg(&wasm);
    let script = renames(widget, &quiet(&mut optimizer)?)
        .iter()
        .fold(script, |script, (long, short)| replace_word(&script, long, short));
    fs::write(&glue, script).with_context(|| format!("cannot write {}", glue.display()))
}

/// Reads wasm-opt's list: `["module", "name", "short"]` for an import, `["name", "short"]` for an export.
fn renames(widget: &str, list: &str) -> Vec<Rename> {
    let mut renames = Vec::new();
    for line in list.lines() {
        let texts: Vec<_> = line.split('"').skip(1).step_by(2).collect();
        match texts.as_slice() {
            [_, name, short] => renames.push(((*name).to_owned(), (*short).to_owned())),
            // The glue calls `wasm.name`; a name such as `mount` alone may be its own.
            [name, short] => renames.push((format!("wasm.{name}"), format!("wasm.{short}"))),
            _ => {}
        }
    }
    // wasm-opt calls the one module that there is `a`.
    renames.push((format!("\"./{widget}_bg.js\""), "\"a\"".to_owned()));
    renames
}

/// Replaces a name where it is not part of a longer one.
fn replace_word(text: &str, name: &str, short: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(name) {
        let (before, after) = (&rest[..at], &rest[at + name.len()..]);
        let whole = !before.ends_with(is_part) && !after.starts_with(is_part);
        out.push_str(before);
        out.push_str(if whole { short } else { name });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_replaced_but_not_inside_a_longer_one() {
        assert_eq!(replace_word("wasm.a(wasm.ab, wasm.a)", "wasm.a", "wasm.b"), "wasm.b(wasm.ab, wasm.b)");
    }

    #[test]
    fn imports_and_exports_are_read_off_the_list() {
        let list = "{\n \"imports\": [\n  [\"./widget_bg.js\", \"__wbg_get_1\", \"b\"]\n ],\n\"exports\": [\n  [\"mount\", \"c\"]\n ]\n}";
        let wanted = [("__wbg_get_1", "b"), ("wasm.mount", "wasm.c"), ("\"./widget_bg.js\"", "\"a\"")];
        let wanted: Vec<_> = wanted.map(|(long, short)| (long.to_owned(), short.to_owned())).into();
        assert_eq!(renames("widget", list), wanted);
    }
}
