//! Where in the file a key stands.

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// The line, from 1 on, of a key like `client[0].origins[1]`. Of a key that is not there: the line of
/// the section that it is missing in.
pub(super) fn line_of(text: &str, key: &str) -> Option<usize> {
    let table = DeTable::parse(text).ok()?;
    let mut place = None;
    let mut value: Option<&Spanned<DeValue<'_>>> = None;
    for step in key.split(['.', '[']) {
        let next = match (value, step.strip_suffix(']')) {
            (None, _) => table.get_ref().get(step),
            (Some(value), None) => value.get_ref().get(step),
            (Some(value), Some(number)) => value.get_ref().get(number.parse::<usize>().ok()?),
        };
        let Some(next) = next else { break };
        place = Some(next.span().start);
        value = Some(next);
    }
    Some(text.get(..place?)?.matches('\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_a_line() {
        let text = "listen = \"x\"\n\n[code]\nlength = 5\n\n[[client]]\nid = \"a\"\n[[client]]\nid = \"b\"\norigins = [\n \"x\",\n \"y\",\n]\n";
        for (key, line) in [
            ("listen", Some(1)),
            ("code.length", Some(4)),
            ("code.tries", Some(3)),
            ("client[1].id", Some(9)),
            ("client[1].origins[1]", Some(12)),
            ("client[0].secret", Some(6)),
            ("pepper", None),
        ] {
            assert_eq!(line_of(text, key), line, "{key}");
        }
    }
}
