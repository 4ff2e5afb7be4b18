//! Reading Rust just well enough to know what it names.

/// The words and signs of Rust code, without comments and without what literals say.
pub(crate) fn tokens(code: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = raw_string(rest).or_else(|| string(rest)).or_else(|| character(rest)) {
            length
        } else if first.is_alphanumeric() || first == '_' {
            let end = |c: char| !(c.is_alphanumeric() || c == '_');
            let length = rest.find(end).unwrap_or(rest.len());
            tokens.push(rest[..length].to_owned());
            length
        } else if rest.starts_with("::") {
            tokens.push("::".to_owned());
            2
        } else {
            if !first.is_whitespace() {
                tokens.push(first.to_string());
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    tokens
}

fn raw_string(code: &str) -> Option<usize> {
    let hashes = code.strip_prefix('r')?;
    let body = hashes.trim_start_matches('#');
    let count = hashes.len() - body.len();
    let end = format!("\"{}", "#".repeat(count));
    let inside = body.strip_prefix('"')?;
    Some(1 + count + 1 + inside.find(&end)? + end.len())
}

fn string(code: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in code.strip_prefix('"')?.char_indices() {
        match c {
            '"' if !escaped => return Some(at + 2),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    Some(code.len())
}

/// A character, and not a lifetime.
fn character(code: &str) -> Option<usize> {
    let inside = code.strip_prefix('\'')?;
    let length = if inside.starts_with('\\') {
        inside[2..].find('\'')? + 2
    } else {
        inside.chars().next()?.len_utf8()
    };
    inside[length..].starts_with('\'').then_some(length + 2)
}

/// Every path that a file names, `use` trees spread out and written from the crate's root.
pub(crate) fn paths(file: &str, code: &str) -> Vec<String> {
    let tokens = tokens(code);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at] == "use" {
            at = use_tree(&tokens, at + 1, "", &mut found);
        } else if is_word(&tokens[at]) {
            let mut path = tokens[at].clone();
            while at + 2 < tokens.len() && tokens[at + 1] == "::" && is_word(&tokens[at + 2]) {
                path = format!("{path}::{}", tokens[at + 2]);
                at += 2;
            }
            found.push(path);
            at += 1;
        } else {
            at += 1;
        }
    }
    let module = module(file);
    found.iter().map(|path| from_root(&module, path)).collect()
}

/// Reads one branch of a `use` tree; returns where it ends.
fn use_tree(tokens: &[String], mut at: usize, before: &str, found: &mut Vec<String>) -> usize {
    let mut path = before.to_owned();
    while let Some(token) = tokens.get(at) {
        match token.as_str() {
            "::" => at += 1,
            "{" => {
                at += 1;
                while tokens.get(at).is_some_and(|token| token != "}") {
                    at = use_tree(tokens, at, &path, found);
                    if tokens.get(at).is_some_and(|token| token == ",") {
                        at += 1;
                    }
                }
                return at + 1;
            }
            "as" => at += 2,
            word if is_word(word) => {
                // `use a::{self}` names a itself.
                path = match (path.is_empty(), word) {
                    (true, word) => word.to_owned(),
                    (false, "self") => path,
                    (false, word) => format!("{path}::{word}"),
                };
                at += 1;
            }
            "*" => at += 1,
            _ => break,
        }
    }
    if !path.is_empty() {
        found.push(path);
    }
    // A branch always moves on, or broken code would be read for ever.
    if tokens.get(at).is_some_and(|token| [",", "}"].contains(&token.as_str())) { at } else { at + 1 }
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The modules that a file stands for: src/view/part/mod.rs is view, part.
fn module(file: &str) -> Vec<String> {
    let inside = file.split_once("src/").map_or(file, |(_, inside)| inside);
    let inside = inside.trim_end_matches(".rs").trim_end_matches("/mod");
    if matches!(inside, "lib" | "main" | "mod") || inside.starts_with("bin/") {
        return Vec::new();
    }
    inside.split('/').map(ToOwned::to_owned).collect()
}

fn from_root(module: &[String], path: &str) -> String {
    let mut here = module.to_vec();
    let mut words = path.split("::").peekable();
    match words.peek() {
        Some(&"self") => drop(words.next()),
        Some(&"super") => {
            while words.next_if_eq(&"super").is_some() {
                here.pop();
            }
        }
        _ => return path.to_owned(),
    }
    let here = std::iter::once("crate").chain(here.iter().map(String::as_str));
    here.chain(words).collect::<Vec<_>>().join("::")
}
