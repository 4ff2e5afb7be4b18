//! Patterns over digits: the part of regular expressions that numbering plans are written in.
//!
//! `.` is any digit, `[2-46]` some of them, `(a|b)` one of several, `<a>` the same and remembered, `$` the
//! end; `?`, `{3}` and `{2,4}` repeat what stands before. Like in JavaScript, earlier alternatives are tried
//! first, and repetitions take as much as they can. A pattern that cannot be read fits nothing.

/// How deep brackets may be nested: more than any plan needs, and less than any stack holds.
const DEEPEST: usize = 12;

/// What a pattern found at the beginning of a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Found<'a> {
    /// All that it fits.
    pub(super) all: &'a str,
    /// The remembered parts.
    pub(super) parts: [Option<&'a str>; 2],
}

/// How a pattern fits the beginning of a number, if it does.
pub(super) fn find<'a>(pattern: &str, digits: &'a str) -> Option<Found<'a>> {
    let mut reader = Reader { rest: pattern.as_bytes(), groups: 0 };
    let nodes = [Node::Group(reader.alternatives(0)?, None)];
    if !reader.rest.is_empty() {
        return None;
    }
    let mut run = Run { digits: digits.as_bytes(), spans: [None; 2] };
    let mut end = None;
    run.fits(&nodes, 0, &mut |_, at| {
        end = Some(at);
        true
    });
    let parts = run.spans.map(|span| span.and_then(|(start, end)| digits.get(start..end)));
    Some(Found { all: digits.get(..end?)?, parts })
}

/// Whether a pattern fits the beginning of a number.
pub(super) fn fits(pattern: &str, digits: &str) -> bool {
    find(pattern, digits).is_some()
}

enum Node {
    /// One bit for each digit that it can be.
    Digit(u16),
    /// One of these rows, remembered in this place.
    Group(Vec<Vec<Self>>, Option<usize>),
    Repeated(Box<Self>, u32, u32),
    End,
}

struct Reader<'a> {
    rest: &'a [u8],
    groups: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn next_is(&mut self, sign: u8) -> bool {
        let is = self.rest.first() == Some(&sign);
        if is {
            self.next();
        }
        is
    }

    fn alternatives(&mut self, depth: usize) -> Option<Vec<Vec<Node>>> {
        if depth > DEEPEST {
            return None;
        }
        let mut rows = vec![Vec::new()];
        while let Some(sign) = self.rest.first() {
            if matches!(sign, b')' | b'>') {
                break;
            }
            if self.next_is(b'|') {
                rows.push(Vec::new());
                continue;
            }
            let node = self.node(depth)?;
            rows.last_mut()?.push(node);
        }
        Some(rows)
    }

    fn node(&mut self, depth: usize) -> Option<Node> {
        let node = match self.next()? {
            digit @ b'0'..=b'9' => Node::Digit(1 << (digit - b'0')),
            b'.' => Node::Digit(0x3ff),
            b'$' => return Some(Node::End),
            b'[' => Node::Digit(self.set()?),
            b'(' => {
                let rows = self.alternatives(depth + 1)?;
                self.next_is(b')').then_some(Node::Group(rows, None))?
            }
            b'<' => {
                let place = self.groups;
                self.groups += 1;
                let rows = self.alternatives(depth + 1)?;
                self.next_is(b'>').then_some(Node::Group(rows, Some(place)))?
            }
            _ => return None,
        };
        if self.next_is(b'?') {
            return Some(Node::Repeated(Box::new(node), 0, 1));
        }
        if self.next_is(b'{') {
            let least = self.number()?;
            let most = if self.next_is(b',') { self.number()? } else { least };
            return self.next_is(b'}').then(|| Node::Repeated(Box::new(node), least, most));
        }
        Some(node)
    }

    /// What stands between square brackets.
    fn set(&mut self) -> Option<u16> {
        let mut set = 0;
        loop {
            let first = self.next()?;
            if first == b']' {
                return Some(set);
            }
            let last = if self.next_is(b'-') { self.next()? } else { first };
            if !first.is_ascii_digit() || !last.is_ascii_digit() {
                return None;
            }
            for digit in first..=last {
                set |= 1 << (digit - b'0');
            }
        }
    }

    fn number(&mut self) -> Option<u32> {
        let mut number = None::<u32>;
        while let Some(digit) = self.rest.first().filter(|it| it.is_ascii_digit()) {
            // Longer than any number, and so never met.
            number = Some(number.unwrap_or(0).saturating_mul(10).saturating_add(u32::from(digit - b'0')));
            self.next();
        }
        number
    }
}

/// Called where everything so far fits; says whether the rest does.
type Then<'a> = &'a mut dyn FnMut(&mut Run<'_>, usize) -> bool;

struct Run<'a> {
    digits: &'a [u8],
    spans: [Option<(usize, usize)>; 2],
}

impl Run<'_> {
    fn fits(&mut self, nodes: &[Node], at: usize, then: Then<'_>) -> bool {
        let Some((first, rest)) = nodes.split_first() else { return then(self, at) };
        match first {
            Node::Digit(set) => {
                let digit = self.digits.get(at).map(|digit| digit.wrapping_sub(b'0'));
                digit.is_some_and(|digit| digit < 10 && set >> digit & 1 == 1)
                    && self.fits(rest, at + 1, then)
            }
            Node::End => at == self.digits.len() && self.fits(rest, at, then),
            Node::Group(rows, place) => rows.iter().any(|row| {
                self.fits(row, at, &mut |run, end| {
                    let slot = place.and_then(|place| run.spans.get_mut(place));
                    let before = slot.and_then(|slot| slot.replace((at, end)));
                    let holds = run.fits(rest, end, then);
                    if !holds && let Some(slot) = place.and_then(|place| run.spans.get_mut(place)) {
                        *slot = before;
                    }
                    holds
                })
            }),
            Node::Repeated(node, least, most) => self.repeated(node, (*least, *most), rest, at, then),
        }
    }

    fn repeated(
        &mut self,
        node: &Node,
        (least, most): (u32, u32),
        rest: &[Node],
        at: usize,
        then: Then<'_>,
    ) -> bool {
        let again = most > 0
            && self.fits(core::slice::from_ref(node), at, &mut |run, end| {
                // What fits nothing would be repeated for ever.
                end > at && run.repeated(node, (least.saturating_sub(1), most - 1), rest, end, then)
            });
        again || least == 0 && self.fits(rest, at, then)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all<'a>(pattern: &str, digits: &'a str) -> Option<&'a str> {
        find(pattern, digits).map(|found| found.all)
    }

    #[test]
    fn a_pattern_fits_the_beginning_of_a_number() {
        assert_eq!(all("4[178]", "41234567"), Some("41"));
        assert_eq!(all("4[178]", "42234567"), None);
        assert_eq!(all("[2-46].", "391"), Some("39"));
        assert_eq!(all("5(0|2(21|3))6", "522160"), Some("52216"));
        assert_eq!(all("80?", "80291"), Some("80"));
        assert_eq!(all("80?", "82"), Some("8"));
        assert_eq!(all("1.{2,3}4", "1224"), Some("1224"));
        assert_eq!(all(".{3}$", "123"), Some("123"));
        assert_eq!(all(".{3}$", "1234"), None);
        assert_eq!(all("", "1"), Some(""));
    }

    #[test]
    fn the_first_alternative_that_leads_on_is_taken_and_repetitions_are_greedy() {
        assert_eq!(all("(1|12)3", "123"), Some("123"));
        assert_eq!(all("1|12", "12"), Some("1"));
        assert_eq!(all(".{1,3}", "1234"), Some("123"));
    }

    #[test]
    fn remembered_parts_are_those_that_were_taken_in_the_end() {
        let found = find("0?(<11|2>15)?", "01115").unwrap();
        assert_eq!((found.all, found.parts), ("01115", [Some("11"), None]));
        let found = find("0?(<11|2>15)?", "0111").unwrap();
        assert_eq!((found.all, found.parts), ("0", [None, None]));
        let found = find("(0|90)(<1[245]><.{10,11}>)?", "0121234567890").unwrap();
        assert_eq!(found.parts, [Some("12"), Some("1234567890")]);
    }

    #[test]
    fn what_is_no_pattern_fits_nothing() {
        let deep = ["(".repeat(5000), "1".to_owned(), ")".repeat(5000)].concat();
        for pattern in ["(1", "1)", "<1)", "[1", "[1-", "[a]", "1{", "1{2", "1{,2}", "x", "{2}", "?", &deep] {
            assert_eq!(all(pattern, "1111"), None, "{pattern}");
        }
    }
}
