//! Keeping a page's own styles out of the light half, whose nodes stand in the page's document.
//!
//! Every node of it carries its sheet's class. First all of them forget what the page says of their
//! tag; then our rules apply, with the weight of two ids, so that `#app input` does not reach in.

/// Nothing has two ids, so it selects as if it were not there, and weighs two ids.
const WEIGHT: &str = ":not(#_#_)";

/// A scoped sheet, heavier.
pub(crate) fn weigh(scoped: &str, class: &str) -> String {
    scoped.replace(&format!(".{class}"), &format!(".{class}{WEIGHT}"))
}

/// The rule that comes before all scoped sheets.
pub(crate) fn reset<'a>(classes: impl Iterator<Item = &'a str>) -> String {
    let selectors: Vec<_> = classes.map(|class| format!(".{class}{WEIGHT}")).collect();
    if selectors.is_empty() {
        return String::new();
    }
    format!("{}{{all:unset}}", selectors.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_weighs_more_than_a_page_rule_by_ids() {
        assert_eq!(weigh(".a.l-1 .b.l-1:hover{}", "l-1"), ".a.l-1:not(#_#_) .b.l-1:not(#_#_):hover{}");
    }

    #[test]
    fn the_reset_names_every_class_once() {
        assert_eq!(reset(["l-1", "l-2"].into_iter()), ".l-1:not(#_#_),.l-2:not(#_#_){all:unset}");
        assert_eq!(reset([].into_iter()), "");
    }
}
