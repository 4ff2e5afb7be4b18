//! The signs of other connections' brands, from the `simple-icons` package (CC0), beside those of `public/icons`.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use crate::process::root;

/// Their names in the package. `src/view/around.rs` says which connections have one.
const BRANDS: [&str; 12] = [
    "apple",
    "bitbucket",
    "discord",
    "dropbox",
    "facebook",
    "github",
    "google",
    "line",
    "paypal",
    "shopify",
    "spotify",
    "x",
];

/// Puts them into `dist/icons`.
pub(crate) fn write(dist: &Path) -> Result<()> {
    let (from, to) = (root().join("e2e/node_modules/simple-icons/icons"), dist.join("icons"));
    fs::create_dir_all(&to).with_context(|| format!("cannot make {}", to.display()))?;
    for brand in BRANDS {
        let file = from.join(brand).with_extension("svg");
        fs::copy(&file, to.join(brand).with_extension("svg"))
            .with_context(|| format!("cannot copy {}", file.display()))?;
    }
    Ok(())
}
