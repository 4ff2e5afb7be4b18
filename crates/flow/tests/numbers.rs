//! Phone numbers of every region, held against what libphonenumber-js makes of them: see
//! `e2e/data/numbers.mjs`.

#[cfg(test)]
mod tests {
    use latch_flow::phone::{Number, Plan, Region};
    use proptest::prelude::*;

    fn plan() -> Plan {
        Plan::new(include_str!("../../../public/numbering.txt").into())
    }

    /// Where we mean to differ.
    fn is_explained(typed: &str, expected: &[String; 3], ours: &[String; 3]) -> bool {
        // `00` is understood everywhere, also where another prefix leads abroad: people take it along.
        let is_00 = typed.starts_with("00") && expected[0].is_empty();
        // A number that is nobody's yet is shown with the main region of its code.
        let is_nobodys = expected[1].is_empty() && expected[0] == ours[0] && expected[2] == ours[2];
        // A zero too many is not taken for a part of the number, where none begins with one.
        let is_zero = ours[0].is_empty() && expected[2].contains(" 0");
        is_00 || is_nobodys && !ours[1].is_empty() || is_zero
    }

    #[test]
    fn a_number_is_read_like_googles_library_reads_it() {
        let plan = plan();
        let mut differing = Vec::new();
        let mut count = 0;
        for line in include_str!("numbers.txt").lines() {
            let mut fields = line.split('\t');
            let mut field = || fields.next().unwrap_or_default();
            let (region, typed) = (field(), field());
            let expected = [field(), field(), field()].map(ToOwned::to_owned);
            let read = Number::read(typed, &plan, Region::named(region));
            let ours = read.map_or_else(
                |_| [""; 3].map(ToOwned::to_owned),
                |it| [it.e164, it.region.map(|it| it.as_str().to_owned()).unwrap_or_default(), it.spaced],
            );
            count += 1;
            if is_explained(typed, &expected, &ours) {
                continue;
            }
            if ours != expected {
                differing.push(format!("{region} {typed:?}: {expected:?}, ours {ours:?}"));
            }
        }
        assert!(differing.is_empty(), "{} of {count}:\n{}", differing.len(), differing.join("\n"));
    }

    #[test]
    fn every_region_is_there_once_with_its_code() {
        let plan = plan();
        let mut names: Vec<_> = plan.regions().map(|(region, _)| region).collect();
        assert!(names.len() > 250, "{}", names.len());
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), plan.regions().count());
        // What Lock's list of countries lacks, and what nobody's library lists.
        for (name, code) in [("XK", "383"), ("AC", "247"), ("TA", "290"), ("UM", "1"), ("AQ", "672")] {
            assert_eq!(plan.code(Region::named(name).unwrap()), Some(code), "{name}");
        }
    }

    proptest! {
        /// What was read is read again, from anywhere, and its groups have its digits.
        #[test]
        fn a_number_that_was_read_is_the_same_everywhere(
            typed in "[+0-9 ()-]{1,22}",
            home in "[A-Z]{2}",
            elsewhere in "[A-Z]{2}",
        ) {
            let plan = plan();
            if let Ok(number) = Number::read(&typed, &plan, Region::named(&home)) {
                let digits: String = number.spaced.chars().filter(|c| *c != ' ').collect();
                prop_assert_eq!(&digits, &number.e164);
                let again = Number::read(&number.e164, &plan, Region::named(&elsewhere));
                if let Ok(again) = again {
                    prop_assert_eq!(again.e164, number.e164);
                }
            }
        }

        #[test]
        fn no_text_and_no_plan_makes_the_reader_panic(
            typed in any::<String>(),
            text in prop_oneof![any::<String>(), "([0-9]{0,2};[A-Z]{2};[0-9a-z]{0,3}(;[0-9.()<>\\[\\]{},?|$:/ -]{0,12}){6}\n){1,3}"],
            digits in "[+0]?[0-9]{0,20}",
        ) {
            let plan = Plan::new(text);
            let regions: Vec<_> = plan.regions().map(|(region, _)| Some(region)).chain([None]).collect();
            for region in regions {
                for typed in [&typed, &digits] {
                    // Only that it returns is asked.
                    let _ = Number::read(typed, &plan, region);
                }
            }
        }
    }
}
