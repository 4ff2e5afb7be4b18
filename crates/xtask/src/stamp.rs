//! Stamps: a file that remembers from which inputs an output was made.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// Content, not times: a checkout changes every time and often no content.
pub(crate) struct Inputs(DefaultHasher);

impl Inputs {
    pub(crate) fn new() -> Self {
        Self(DefaultHasher::new())
    }

    pub(crate) fn text(mut self, text: &str) -> Self {
        text.hash(&mut self.0);
        self
    }

    /// A file, or every file below a folder; what does not exist counts as nothing.
    pub(crate) fn path(mut self, path: &Path) -> Result<Self> {
        for file in files(path)? {
            file.hash(&mut self.0);
            fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?.hash(&mut self.0);
        }
        Ok(self)
    }

    fn value(&self) -> String {
        format!("{:016x}\n", self.0.finish())
    }

    pub(crate) fn match_stamp(&self, stamp: &Path) -> bool {
        fs::read_to_string(stamp).is_ok_and(|text| text == self.value())
    }

    pub(crate) fn write_stamp(&self, stamp: &Path) -> Result<()> {
        if let Some(folder) = stamp.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(stamp, self.value()).with_context(|| format!("cannot write {}", stamp.display()))
    }
}

/// Every file below a path, in name order.
pub(crate) fn files(path: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![path.to_path_buf()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).with_context(|| format!("cannot read {}", path.display()))?;
            for entry in entries {
                open.push(entry?.path());
            }
        } else if path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_matches_the_same_inputs_only() {
        let folder = std::env::temp_dir().join(format!("latch-stamp-{}", std::process::id()));
        fs::create_dir_all(folder.join("in/deep")).unwrap();
        let stamp = folder.join("stamp");
        let inputs = || Inputs::new().text("1").path(&folder.join("in")).unwrap();

        fs::write(folder.join("in/deep/a"), "one").unwrap();
        inputs().write_stamp(&stamp).unwrap();
        assert!(inputs().match_stamp(&stamp));
        fs::write(folder.join("in/deep/a"), "two").unwrap();
        assert!(!inputs().match_stamp(&stamp));
        fs::write(folder.join("in/deep/a"), "one").unwrap();
        assert!(inputs().match_stamp(&stamp));
        fs::write(folder.join("in/b"), "").unwrap();
        assert!(!inputs().match_stamp(&stamp));

        fs::remove_dir_all(folder).unwrap();
    }
}
