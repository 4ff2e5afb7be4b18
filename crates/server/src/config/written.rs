//! What is written in the file, as far as it can be read. What is no TOML, or is of another type than
//! its key's, is told and left out, so that whatever is wrong with the rest is told beside it.

use serde::Deserialize as _;
use toml::{
    Spanned,
    de::{DeArray, DeTable, DeValue, Deserializer},
};

use super::{Problem, Problems, environment::Overrides, file::File};

/// Keys that a check looks at to judge another one: where the first cannot be read, what is said of the
/// second may be wrong. A key is also judged by its `…_file`.
const JUDGED_BY: [(&str, &str); 6] = [
    ("sms.messaging_service_sid", "sms.from"),
    ("mail.allow_plaintext", "mail.smtp_url"),
    ("code.length", "spraying.code_length"),
    ("session.absolute_seconds", "session.idle_seconds"),
    ("captcha.provider", "captcha.fail_open"),
    ("captcha.provider", "captcha.bypass"),
];

/// The file, and where in it everything stands.
pub(super) struct Written<'a> {
    text: &'a str,
    whole: Spanned<DeTable<'a>>,
    /// Without what cannot be read. Numbers in lists are counted in here.
    good: Spanned<DeTable<'a>>,
    /// What is no TOML.
    broken: Vec<Problem>,
    /// What is of another type than its key's.
    mistyped: Vec<Problem>,
}

/// A step of the way to a value.
#[derive(Clone)]
enum Step {
    Key(String),
    Number(usize),
}

impl<'a> Written<'a> {
    /// Reads a text, and what of it can be read. Where it is so far from TOML that nobody can tell what
    /// belongs where, only that is told.
    pub(super) fn read(name: &str, text: &'a str) -> Result<(Self, File), Problems> {
        let (whole, errors) = DeTable::parse_recoverable(text);
        let mut written = Self { text, good: whole.clone(), whole, broken: Vec::new(), mistyped: Vec::new() };
        let mut is_lost = false;
        for error in errors {
            let at = error.span().unwrap_or_default();
            let line = written.line(at.start);
            // One slip makes several errors.
            if written.broken.iter().any(|earlier| earlier.line == Some(line)) {
                continue;
            }
            let value = innermost(&written.whole, at.start, at.end).filter(|(_, is_text)| *is_text);
            is_lost |= value.is_none() && error.message() != "duplicate key";
            if let Some((way, _)) = &value {
                remove(written.good.get_mut(), way);
            }
            let key = value.map_or_else(|| name.to_owned(), |(way, _)| spelled(&way));
            let reason = error.message().to_owned();
            written.broken.push(Problem { key, line: Some(line), reason });
        }
        if is_lost {
            return Err(Problems(written.broken));
        }
        loop {
            // The text of an error would repeat the value, and with it a secret.
            let error = match File::deserialize(Deserializer::from(written.good.clone())) {
                Ok(file) => return Ok((written, file)),
                Err(error) => error,
            };
            let at = error.span().unwrap_or_default();
            let Some((way, _)) = innermost(&written.good, at.start, at.end) else {
                written.broken.push(Problem {
                    key: name.to_owned(),
                    line: None,
                    reason: "cannot be read".into(),
                });
                return Err(Problems(written.broken));
            };
            remove(written.good.get_mut(), &way);
            let way = innermost(&written.whole, at.start, at.end).map_or(way, |(way, _)| way);
            let (key, line) = (spelled(&way), Some(written.line(at.start)));
            let reason = reason(&key, error.message());
            written.mistyped.push(Problem { key, line, reason });
        }
    }

    /// Everything that is wrong, each with its line: what the checks said of the rest of the file, and
    /// what could not be read. What the environment says in place of the file is its variable's.
    pub(super) fn explain(self, checked: Problems, overrides: &Overrides) -> Problems {
        let left_out: Vec<&str> =
            self.broken.iter().chain(&self.mistyped).map(|problem| problem.key.as_str()).collect();
        let mut problems = Vec::new();
        for mut problem in checked.0 {
            if let Some(variable) = overrides.variable_of(&problem.key) {
                variable.clone_into(&mut problem.key);
            } else {
                self.place(&mut problem);
                if left_out.iter().any(|key| is_judged_by(&problem.key, key)) {
                    continue;
                }
            }
            problems.push(problem);
        }
        let is_used = |problem: &Problem| {
            let key = problem.key.strip_suffix("_file").unwrap_or(&problem.key);
            overrides.variable_of(key).is_none()
        };
        problems.extend(self.mistyped.into_iter().filter(is_used));
        problems.extend(self.broken);
        problems.sort_by_key(|problem| problem.line.unwrap_or(usize::MAX));
        Problems(problems)
    }

    /// Finds the line of a key like `client[0].origins[1]`, and counts as the file does. A key that is not
    /// there has the line of the section that it is missing in.
    fn place(&self, problem: &mut Problem) {
        let (mut whole, mut good) = (self.whole.get_ref(), self.good.get_ref());
        let mut way = Vec::new();
        let mut start = None;
        let mut rest = problem.key.as_str();
        'keys: loop {
            // A key may have dots in it, as one that nobody knows can have anything.
            let known = good.keys().map(|key| key.get_ref().as_ref()).filter(|key| is_below(rest, key));
            let Some(key) = known.max_by_key(|key| key.len()) else { break };
            let (Some(mut value), Some(mut written)) = (good.get(key), whole.get(key)) else { break };
            way.push(Step::Key(key.to_owned()));
            rest = rest.get(key.len()..).unwrap_or_default();
            start = Some(value.span().start);
            while let Some((number, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
                let number = number.parse::<usize>().ok();
                let Some(next) = number.and_then(|number| value.get_ref().get(number)) else { break 'keys };
                let all = written.get_ref().as_array().map(|all| all.iter().enumerate());
                let same = all.and_then(|mut all| all.find(|(_, one)| one.span() == next.span()));
                let Some((number, original)) = same else { break 'keys };
                way.push(Step::Number(number));
                (value, written, rest) = (next, original, after);
                start = Some(value.span().start);
            }
            let (Some(deeper), Some(beside)) = (value.get_ref().as_table(), written.get_ref().as_table())
            else {
                break;
            };
            (good, whole) = (deeper, beside);
            rest = rest.strip_prefix('.').unwrap_or(rest);
        }
        if let Some(start) = start {
            let missing = if rest.is_empty() || rest.starts_with('[') { "" } else { "." };
            problem.key = format!("{}{missing}{}", spelled(&way), rest.trim_start_matches('.'));
            problem.line = Some(self.line(start));
        }
    }

    fn line(&self, at: usize) -> usize {
        self.text.get(..at).map_or(0, |before| before.matches('\n').count()) + 1
    }
}

/// Whether `key` names `other`, or something in it.
fn is_below(key: &str, other: &str) -> bool {
    key.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// Whether what is said of a key may only be so because `other` could not be read.
fn is_judged_by(key: &str, other: &str) -> bool {
    is_below(key, other)
        // Of a list whose element is left out.
        || other.strip_prefix(key).is_some_and(|rest| rest.starts_with('[') && !rest.contains('.'))
        || other.strip_suffix("_file") == Some(key)
        || JUDGED_BY.iter().any(|(judge, judged)| *judge == other && *judged == key)
}

/// The smallest value that these bytes are in, and whether it is a text in a section.
fn innermost(table: &Spanned<DeTable<'_>>, start: usize, end: usize) -> Option<(Vec<Step>, bool)> {
    let mut found: Option<(usize, Vec<Step>, bool)> = None;
    let mut open: Vec<(Vec<Step>, &Spanned<DeValue<'_>>)> = Vec::new();
    let steps =
        |table| DeTable::iter(table).map(|(key, value)| (Step::Key(key.get_ref().to_string()), value));
    open.extend(steps(table.get_ref()).map(|(step, value)| (vec![step], value)));
    while let Some((way, value)) = open.pop() {
        let span = value.span();
        let is_smaller = found.as_ref().is_none_or(|(size, ..)| span.len() < *size);
        if span.start <= start && end <= span.end && is_smaller {
            let is_text = value.get_ref().is_str() && matches!(way.last(), Some(Step::Key(_)));
            found = Some((span.len(), way.clone(), is_text));
        }
        let deeper = |step: Step| way.iter().cloned().chain([step]).collect::<Vec<_>>();
        match value.get_ref() {
            DeValue::Table(table) => open.extend(steps(table).map(|(step, value)| (deeper(step), value))),
            DeValue::Array(all) => {
                let all = all.iter().enumerate();
                open.extend(all.map(|(number, value)| (deeper(Step::Number(number)), value)));
            }
            _ => {}
        }
    }
    found.map(|(_, way, is_text)| (way, is_text))
}

fn remove(table: &mut DeTable<'_>, way: &[Step]) {
    let Some((Step::Key(key), rest)) = way.split_first() else { return };
    if rest.is_empty() {
        table.remove(key.as_str());
    } else if let Some(value) = table.get_mut(key.as_str()) {
        remove_in(value.get_mut(), rest);
    }
}

fn remove_in(value: &mut DeValue<'_>, way: &[Step]) {
    match (value, way) {
        (DeValue::Table(table), way) => remove(table, way),
        (DeValue::Array(all), [Step::Number(number)]) => {
            let others =
                std::mem::replace(all, DeArray::new()).into_iter().enumerate().filter(|(at, _)| at != number);
            *all = others.map(|(_, value)| value).collect();
        }
        (DeValue::Array(all), [Step::Number(number), rest @ ..]) => {
            if let Some(value) = all.get_mut(*number) {
                remove_in(value.get_mut(), rest);
            }
        }
        _ => {}
    }
}

fn spelled(way: &[Step]) -> String {
    let mut spelled = String::new();
    for step in way {
        match step {
            Step::Key(key) if spelled.is_empty() => spelled.push_str(key),
            Step::Key(key) => spelled.extend([".", key]),
            Step::Number(number) => spelled.extend(["[", &number.to_string(), "]"]),
        }
    }
    spelled
}

/// What would be right, by what serde had expected.
fn reason(key: &str, message: &str) -> String {
    let expected = message.rsplit_once(", expected ").map_or("", |(_, expected)| expected);
    match expected {
        "u32" => super::environment::NUMBER.to_owned(),
        "a boolean" => "must be true or false, without quotes".to_owned(),
        "a string" => "must be text in quotes".to_owned(),
        "a sequence" if ["client", "api"].contains(&key) => {
            format!("must be written [[{key}]]: there may be several")
        }
        "a sequence" => "must be a list in brackets".to_owned(),
        _ if expected == "a map" || expected.starts_with("struct ") => {
            "must be a section with keys of its own".to_owned()
        }
        _ => "cannot be read".to_owned(),
    }
}
