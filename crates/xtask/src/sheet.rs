//! One sheet of all sheets, for each edition of the widget: what the folder `full` holds is for the full
//! one. `base.css` holds tokens and chrome and is plain CSS; every other sheet belongs to a screen and is
//! scoped with the class that `stylers::style_sheet!` gives it there.

use std::{collections::HashMap, ffi::OsStr, fs, panic::catch_unwind, path::Path};

use anyhow::{Context, Result, bail};
use stylers_core::{Class, from_str};

use crate::{isolation, scoping, stamp::files};

const PLAIN: &str = "base";
const FULL: &str = "full";

/// Which edition of the widget needs a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edition {
    Basic,
    Full,
}

pub(crate) struct Sheet {
    /// The file's name without `.css`, which is also its screen's.
    pub(crate) name: String,
    /// Without a dot, as it stands in a class attribute.
    pub(crate) class: String,
    edition: Edition,
    css: String,
}

pub(crate) struct Sheets {
    /// Plain CSS of each edition, in the order of [`Edition`].
    base: [String; 2],
    pub(crate) scoped: Vec<Sheet>,
}

impl Sheets {
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let mut found = Vec::new();
        for path in files(folder)? {
            if path.extension().is_some_and(|extension| extension == "css")
                && let Some(name) = path.file_stem().and_then(OsStr::to_str)
            {
                let css =
                    fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
                let is_full = path.parent().and_then(Path::file_name) == Some(OsStr::new(FULL));
                let edition = if is_full { Edition::Full } else { Edition::Basic };
                found.push((edition, name.to_owned(), css));
            }
        }
        Self::from_files(found)
    }

    pub(crate) fn from_files<Text: AsRef<str>>(
        files: impl IntoIterator<Item = (Edition, Text, Text)>,
    ) -> Result<Self> {
        let mut sheets = Self { base: Default::default(), scoped: Vec::new() };
        for (edition, name, css) in files {
            let (name, css) = (name.as_ref(), css.as_ref());
            if name == PLAIN {
                css.clone_into(&mut sheets.base[edition as usize]);
            } else {
                sheets.scoped.push(scope(edition, name, css)?);
            }
        }
        sheets.check_classes()?;
        Ok(sheets)
    }

    /// The sheet of an edition. The full one comes on top of the basic one.
    pub(crate) fn css(&self, edition: Edition) -> String {
        let scoped = || self.scoped.iter().filter(|sheet| sheet.edition == edition);
        let mut css = self.base[edition as usize].clone();
        css.push('\n');
        if scoped().next().is_some() {
            css.push_str(&isolation::reset(scoped().map(|sheet| sheet.class.as_str())));
        }
        for sheet in scoped() {
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

fn scope(edition: Edition, name: &str, css: &str) -> Result<Sheet> {
    // stylers panics on what it cannot split: an open comment, or a rule without braces.
    let scoped = catch_unwind(|| {
        let class = Class::rand_class_from_seed(css.to_owned());
        (class.as_name().to_owned(), from_str(css, &class))
    });
    let Ok((class, scoped)) = scoped else { bail!("stylers cannot read style/{name}.css") };
    if let Err(difference) = scoping::check(css, &scoped, &class) {
        bail!("stylers cannot scope style/{name}.css: {difference}");
    }
    let css = isolation::weigh(&scoped, &class);
    Ok(Sheet { name: name.to_owned(), class, edition, css })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::root;

    #[test]
    fn our_class_is_the_macros() {
        let sheet = scope(Edition::Basic, "sample", include_str!("../sample.css")).unwrap();
        assert_eq!(sheet.class, stylers_macro::style_sheet!("./crates/xtask/sample.css"));
        assert!(sheet.css.contains(&format!("h1.{}", sheet.class)), "{}", sheet.css);
    }

    #[test]
    fn the_sheets_of_this_project_have_classes_of_their_own() {
        Sheets::read(&root().join("style")).unwrap();
    }

    #[test]
    fn two_sheets_of_one_length_are_refused() {
        let error = Sheets::from_files([
            (Edition::Basic, "one", "p{color:red}"),
            (Edition::Full, "two", "b { color: red }"),
        ]);
        assert!(error.is_err_and(|error| error.to_string().contains("style/two.css")));
    }

    #[test]
    fn base_stays_as_it_is_and_comes_first() {
        let sheets =
            Sheets::from_files([(Edition::Basic, "a", "p{}"), (Edition::Basic, "base", ":host{}")]).unwrap();
        let css = sheets.css(Edition::Basic);
        assert!(css.starts_with(":host{}\n.l-") && css.contains("\np.l-"), "{css}");
    }

    #[test]
    fn each_edition_has_a_sheet_of_its_own() {
        let files = [
            (Edition::Basic, "a", "p{}"),
            (Edition::Full, "b", "b{color:red}"),
            (Edition::Full, "base", "i{}"),
        ];
        let sheets = Sheets::from_files(files).unwrap();
        let [basic, full] = [Edition::Basic, Edition::Full].map(|edition| sheets.css(edition));
        assert!(basic.contains("p.l-") && !basic.contains("b.l-") && !basic.contains("i{}"), "{basic}");
        assert!(full.starts_with("i{}") && full.contains("b.l-") && !full.contains("p.l-"), "{full}");
    }

    #[test]
    fn what_stylers_cannot_read_is_named() {
        let error = Sheets::from_files([(Edition::Basic, "bad", "p{} /* open")]).err().unwrap().to_string();
        assert_eq!(error, "stylers cannot read style/bad.css");
    }
}
