//! One sheet of all sheets. `base.css` holds tokens and chrome and is plain CSS; every other sheet
//! belongs to a screen and is scoped with the class that `stylers::style_sheet!` gives it there.

use std::collections::HashMap;
use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use stylers_core::{Class, from_str};

const PLAIN: &str = "base.css";

pub(crate) struct Sheet {
    /// The file's name without `.css`, which is also its screen's.
    pub(crate) name: String,
    /// Without a dot, as it stands in a class attribute.
    pub(crate) class: String,
    css: String,
}

pub(crate) struct Sheets {
    base: String,
    pub(crate) scoped: Vec<Sheet>,
}

impl Sheets {
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let mut sheets = Self { base: String::new(), scoped: Vec::new() };
        for path in crate::stamp::files(folder)? {
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
            let Some(stem) = name.strip_suffix(".css") else { continue };
            let css = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            if name == PLAIN {
                sheets.base = css;
            } else {
                sheets.scoped.push(scope(stem, &css)?);
            }
        }
        sheets.check_classes()?;
        Ok(sheets)
    }

    pub(crate) fn css(&self) -> String {
        let mut css = self.base.clone();
        for sheet in &self.scoped {
            css.push('\n');
            css.push_str(&sheet.css);
        }
        css
    }

    /// stylers draws a class from the number of a sheet's characters that are not blank, so two
    /// sheets of one length would share theirs and with it all their rules.
    fn check_classes(&self) -> Result<()> {
        let mut seen = HashMap::new();
        for sheet in &self.scoped {
            if let Some(other) = seen.insert(&sheet.class, &sheet.name) {
                bail!(
                    "style/{other}.css and style/{}.css are of the same length without blanks, and so \
                     stylers gives both the class {}; add a character to a comment in one of them",
                    sheet.name,
                    sheet.class
                );
            }
        }
        Ok(())
    }
}

fn scope(name: &str, css: &str) -> Result<Sheet> {
    // stylers panics on what it cannot split: an open comment, or a rule without braces.
    catch_unwind(|| {
        let class = Class::rand_class_from_seed(css.to_owned());
        let css = from_str(css, &class);
        Sheet { name: name.to_owned(), class: class.as_name().to_owned(), css }
    })
    .map_err(|_| anyhow!("stylers cannot read style/{name}.css"))
}
