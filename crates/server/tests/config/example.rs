//! What `latch-server init` writes, held against what is read.

use latch_server::{
    config::{
        self, Problems,
        limits::{Limits, LimitsSection},
    },
    limits::spraying::Rules,
};

use crate::{PEPPER, SAFE, load};

/// The example with every key that is commented out.
fn everything() -> String {
    let example = config::example(PEPPER.1);
    let uncomment = |line: &str| {
        let inner = line.strip_prefix("# ").unwrap_or(line);
        let is_key = inner
            .split_once(" = ")
            .is_some_and(|(key, _)| key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
        if is_key || inner.starts_with("[[") { inner.to_owned() } else { line.to_owned() }
    };
    example.lines().map(uncomment).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_init_writes_is_taken_as_it_stands_and_shows_the_defaults() {
    let written = load(&config::example(PEPPER.1), false, &[]).unwrap();
    let plain = load(SAFE, false, &[PEPPER]).unwrap();
    assert_eq!((written.code, written.limits), (plain.code, plain.limits));
    let file: config::file::File = toml::from_str(&everything()).unwrap();
    assert_eq!(Limits::read(&file.limits, Limits::default()), Limits::DEFAULT);
    let spraying = &file.spraying;
    let shown = Rules {
        normal_percent: spraying.normal_percent.unwrap(),
        guard_seconds: spraying.guard_seconds.unwrap(),
        code_length: spraying.code_length.unwrap(),
        address_percent: spraying.address_percent.unwrap(),
    };
    assert_eq!((shown, plain.spraying), (Rules::default(), Rules::default()));
    let code = config::CodeRules::default();
    assert_eq!((file.code.length, file.code.seconds), (Some(code.length), Some(code.seconds)));
    assert_eq!((file.code.tries, file.code.resend_seconds), (Some(code.tries), Some(code.resend_seconds)));
}

#[test]
fn the_example_has_every_key_of_the_parser_and_no_other() {
    let example = everything();
    let file: config::file::File = toml::from_str(&example).unwrap();
    let mut problems = Problems::default();
    file.report_unknown_keys(&mut problems);
    assert_eq!(problems, Problems::default());
    let parser = include_str!("../../src/config/file.rs");
    let fields = parser.lines().filter_map(|line| line.trim().strip_prefix("pub ")?.split_once(": "));
    let mut count = 0;
    for (field, _) in fields.filter(|(field, _)| !field.contains(['(', ' ']) && *field != "rest") {
        let is_there = example.lines().any(|line| {
            line.starts_with(&format!("{field} = "))
                || line == format!("[{field}]")
                || line == format!("[[{field}]]")
        });
        let is_inside = field == "keys";
        assert!(is_there || is_inside, "{field} is not in the example");
        count += 1;
    }
    assert!(count > 50, "{count}");
    for (field, variable) in LimitsSection::KEYS {
        assert!(example.contains(&format!("\n{field} = ")), "{field} is not in the example");
        assert!(
            example.split([' ', ',', '\n']).any(|word| word == *variable),
            "{variable} is not in the example"
        );
    }
    let environment = include_str!("../../src/config/environment.rs");
    for name in environment.split('"').filter(|text| text.starts_with("LATCH_")) {
        assert!(example.contains(name), "{name} is not in the example");
    }
}
