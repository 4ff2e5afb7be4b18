//! The numbering plan: which regions there are, what their numbers look like, and how these are written.
//!
//! It comes as a text, `public/numbering.txt`, which `e2e/data/numbering.mjs` writes; there are its fields
//! and signs. A line that makes no sense is a region that is not known.

use super::{pattern, region::Region};

/// Everything that is known of phone numbers.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Plan(String);

impl core::fmt::Debug for Plan {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Plan(..)")
    }
}

/// A region's own part of the plan.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Line<'a> {
    /// The calling code, as in `47`.
    pub(super) code: &'a str,
    pub(super) region: Option<Region>,
    /// How many digits its numbers have: one sign for each length.
    lengths: &'a str,
    /// What callers inside of the region dial first.
    trunk: &'a str,
    /// What becomes of a number whose trunk prefix remembers a part.
    transform: &'a str,
    /// What callers dial before the code of another region.
    pub(super) abroad: &'a str,
    /// What all its numbers look like, where a calling code in front could pass for a part of one.
    national: &'a str,
    /// What its numbers begin with, of those that share the calling code. The main region has the others.
    own: &'a str,
    /// How its numbers are written: `pattern:groups`, with slashes in between.
    formats: &'a str,
}

/// How the length of a number is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    Possible,
    Short,
    /// Between two possible ones.
    Odd,
    Long,
}

impl Plan {
    /// A plan out of its text.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// Every region, with its calling code.
    pub fn regions(&self) -> impl Iterator<Item = (Region, &str)> {
        self.lines().filter_map(|line| Some((line.region?, line.code)))
    }

    /// A region's calling code, as in `47`.
    pub fn code(&self, region: Region) -> Option<&str> {
        self.line(region).map(|line| line.code)
    }

    pub(super) fn line(&self, region: Region) -> Option<Line<'_>> {
        self.lines().find(|line| line.region == Some(region))
    }

    /// The main region of the calling code that a number begins with.
    pub(super) fn main(&self, digits: &str) -> Option<Line<'_>> {
        self.lines().find(|line| digits.starts_with(line.code))
    }

    /// Which region a number is of, among those that share a calling code.
    pub(super) fn told(&self, main: Line<'_>, national: &str) -> Option<Line<'_>> {
        self.lines()
            .find(|line| line.code == main.code && !line.own.is_empty() && pattern::fits(line.own, national))
    }

    fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.0
            .lines()
            .scan(Line::default(), |main, text| {
                let line = Line::read(text, *main);
                if line.code != main.code {
                    *main = line;
                }
                Some(line)
            })
            .filter(|line| !line.code.is_empty() && line.region.is_some())
    }
}

impl<'a> Line<'a> {
    fn read(text: &'a str, main: Self) -> Self {
        let mut fields = text.split(';');
        let mut field = || fields.next().unwrap_or_default();
        let code = field();
        let is_main = !code.is_empty();
        let region = Region::named(field());
        let mut shared = |mains| match field() {
            "" if !is_main => mains,
            "-" => "",
            own => own,
        };
        Self {
            code: if is_main { code } else { main.code },
            region,
            lengths: shared(main.lengths),
            trunk: shared(main.trunk),
            transform: shared(main.transform),
            abroad: shared(main.abroad),
            national: shared(main.national),
            own: shared(""),
            formats: shared(main.formats),
        }
    }

    pub(super) fn length(&self, national: &str) -> Length {
        let lengths = self.lengths.chars().filter_map(|sign| sign.to_digit(36));
        let (mut is_short, mut is_long) = (true, true);
        for length in lengths {
            match national.len().cmp(&(length as usize)) {
                core::cmp::Ordering::Equal => return Length::Possible,
                core::cmp::Ordering::Less => is_long = false,
                core::cmp::Ordering::Greater => is_short = false,
            }
        }
        match (is_short, is_long) {
            (true, false) => Length::Short,
            (false, true) => Length::Long,
            _ => Length::Odd,
        }
    }

    pub(super) fn is_possible(&self, national: &str) -> bool {
        self.length(national) == Length::Possible
    }

    /// Whether no digits tell this region, so that only a choice can.
    pub(super) fn is_untold(&self) -> bool {
        self.own.is_empty()
    }

    /// Whether digits are one of its numbers behind its calling code, rather than a number by themselves.
    pub(super) fn is_coded(&self, digits: &str, rest: &str) -> bool {
        let is_likelier = || !self.is_own(digits) && self.is_own(rest);
        self.is_possible(rest) && (!self.is_possible(digits) || is_likelier())
    }

    /// Whether digits look like one of its numbers, as far as the plan tells.
    fn is_own(&self, digits: &str) -> bool {
        self.national.is_empty() || pattern::fits(&["(", self.national, ")$"].concat(), digits)
    }

    /// A number without what callers inside of the region dial first.
    pub(super) fn without_trunk(&self, digits: &str) -> String {
        let whole = || digits.to_owned();
        if self.trunk.is_empty() {
            return whole();
        }
        let Some(found) = pattern::find(self.trunk, digits) else { return whole() };
        let rest = digits.get(found.all.len()..).unwrap_or_default();
        // Of several brackets, it is the last one that counts.
        let is_remembered = found.parts.iter().rev().find(|part| part.is_some()).is_some();
        let without = match (is_remembered, self.transform) {
            (false, _) | (true, "") => rest.to_owned(),
            (true, transform) => {
                let part = |place: usize| found.parts.get(place).copied().flatten().unwrap_or_default();
                [&transform.replace("$1", part(0)).replace("$2", part(1)), rest].concat()
            }
        };
        let is_better = match self.length(&without) {
            Length::Possible => true,
            // It begins like a trunk prefix, and may be none: but nobody's number begins with a zero who
            // dials one before it.
            Length::Short | Length::Odd => found.all == "0" || !self.is_own(digits),
            Length::Long => !self.is_possible(digits),
        };
        if is_better { without } else { whole() }
    }

    /// A number as it is written for callers from abroad.
    pub(super) fn spaced(&self, national: &str) -> String {
        let groups = self.formats.split('/').find_map(|format| {
            let (lead, groups) = format.rsplit_once(':')?;
            pattern::fits(lead, national).then(|| split(groups, national)).flatten()
        });
        ["+", self.code, " ", groups.as_deref().unwrap_or(national)].concat()
    }
}

/// Digits in groups of these sizes: `2 3,4`. Each takes as many as it can.
fn split(groups: &str, digits: &str) -> Option<String> {
    let mut sizes = Vec::new();
    for group in groups.split(' ') {
        let (least, most) = group.split_once(',').unwrap_or((group, group));
        sizes.push((least.parse::<usize>().ok()?, most.parse::<usize>().ok()?));
    }
    let mut needed = sizes.iter().map(|(least, _)| least).sum::<usize>();
    let mut rest = digits;
    let mut spaced = String::new();
    for (least, most) in sizes {
        needed -= least;
        let size = rest.len().checked_sub(needed)?.min(most);
        if size < least {
            return None;
        }
        if !spaced.is_empty() {
            spaced.push(' ');
        }
        let (group, others) = rest.split_at_checked(size)?;
        spaced.push_str(group);
        rest = others;
    }
    rest.is_empty().then_some(spaced)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_take_as_many_digits_as_they_can() {
        assert_eq!(split("3 2 3", "41234567").as_deref(), Some("412 34 567"));
        assert_eq!(split("2 3,4 2", "12345678").as_deref(), Some("12 3456 78"));
        assert_eq!(split("2,3 2 2,3", "1234567").as_deref(), Some("123 45 67"));
        for (groups, digits) in [("3 2", "1234"), ("3 2", "123456"), ("", "1"), ("a", "1"), ("9,1", "1")] {
            assert_eq!(split(groups, digits), None, "{groups} {digits}");
        }
    }

    #[test]
    fn what_a_region_shares_with_its_main_one_need_not_be_said_again() {
        let plan = Plan::new("47;NO;8;0;;00\n;SJ;;-;;;;79\n;BV\n44;GB;a".into());
        let line = |name| plan.line(Region::named(name).unwrap()).unwrap();
        let shown = |line: Line<'_>| [line.code, line.lengths, line.trunk, line.abroad, line.own].join(" ");
        assert_eq!(shown(line("NO")), "47 8 0 00 ");
        assert_eq!(shown(line("SJ")), "47 8  00 79");
        assert_eq!(shown(line("BV")), "47 8 0 00 ");
        assert_eq!(shown(line("GB")), "44 a   ");
        assert_eq!(plan.regions().count(), 4);
        assert_eq!(plan.told(line("NO"), "79123456").and_then(|line| line.region), Region::named("SJ"));
    }

    #[test]
    fn a_line_that_makes_no_sense_is_no_region() {
        for text in ["", "\n;\n;;;;\n", "47", "<html>", "47;NORWAY;8", ";NO;8"] {
            assert_eq!(Plan::new(text.into()).regions().count(), 0, "{text}");
        }
    }
}
