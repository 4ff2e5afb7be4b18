//! Whether stylers kept what a sheet says. It splits selectors by single characters and joins lines
//! without a blank, so some ordinary CSS comes out with another meaning and without a word:
//! `.a > .b` selects a grandchild, `.a:hover,.b` leaves `.b` to the whole page, `0` and `auto` on two
//! lines become `0auto`. Such a sheet must not reach anybody, so both texts are compared.

/// At-rules whose blocks hold no selectors.
const OPAQUE: [&str; 6] =
    ["@counter-style", "@font-face", "@font-feature-values", "@keyframes", "@page", "@property"];

/// Says where the scoped sheet differs from its source in more than the class.
pub(crate) fn check(source: &str, scoped: &str, class: &str) -> Result<(), String> {
    let class = format!(".{class}");
    let wanted = without_deep(&plain(source));
    let scoped = plain(scoped);
    let got = without_class(&scoped, &class);
    if wanted != got {
        let same = wanted.bytes().zip(got.bytes()).take_while(|(a, b)| a == b).count();
        return Err(format!("`{}` becomes `{}`", statement(&wanted, same), statement(&got, same)));
    }
    match unscoped(&scoped, &class) {
        Some(selector) if !source.contains(":deep(") => {
            Err(format!("`{selector}` keeps a part without the class"))
        }
        _ => Ok(()),
    }
}

/// Without comments, and with blanks only where they may mean something.
fn plain(css: &str) -> String {
    let mut out = String::new();
    let mut rest = css;
    let mut blank = false;
    while let Some(c) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
            continue;
        }
        let length = if c == '"' || c == '\'' { string(rest, c) } else { c.len_utf8() };
        let text = &rest[..length];
        rest = &rest[length..];
        if c.is_whitespace() {
            blank = true;
            continue;
        }
        let tight = out.is_empty() || out.ends_with(['{', '}', ';', ',', '>', '~', '(', ':']);
        if blank && !tight && !matches!(c, '{' | '}' | ';' | ',' | '>' | '~' | ')') {
            out.push(' ');
        }
        blank = false;
        if c == '}' && out.ends_with(';') {
            out.pop();
        }
        out.push_str(text);
    }
    out
}

/// How long the string is that stands at the start.
fn string(css: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in css.char_indices().skip(1) {
        match c {
            '\\' => escaped = !escaped,
            c if c == quote && !escaped => return at + 1,
            _ => escaped = false,
        }
    }
    css.len()
}

/// stylers' own `:deep(x)` stands for x.
fn without_deep(css: &str) -> String {
    let mut out = String::new();
    let mut rest = css;
    while let Some((before, inside)) = rest.split_once(":deep(") {
        let (inside, after) = inside.split_once(')').unwrap_or((inside, ""));
        out.push_str(before);
        out.push_str(inside);
        rest = after;
    }
    out + rest
}

/// A class that stands alone is what stylers makes of `*`.
fn without_class(css: &str, class: &str) -> String {
    let mut out = String::new();
    let mut rest = css;
    while let Some((before, after)) = rest.split_once(class) {
        out.push_str(before);
        let alone = out.is_empty() || out.ends_with(['{', '}', ';', ',', '>', '~', '+', ' ']);
        if alone && !after.starts_with([':', '.', '[']) {
            out.push('*');
        }
        rest = after;
    }
    out + rest
}

/// The first selector with a part that would match outside its screen.
fn unscoped(css: &str, class: &str) -> Option<String> {
    // For each open block: whether selectors may stand in it.
    let mut open = vec![true];
    let mut start = 0;
    for (at, c) in css.char_indices() {
        match c {
            '{' => {
                let prelude = &css[start..at];
                let selectors = open.last().copied().unwrap_or_default();
                let group = prelude.starts_with('@') && !OPAQUE.iter().any(|name| prelude.starts_with(name));
                if selectors && !prelude.starts_with('@') && !parts(prelude).all(|part| part.contains(class))
                {
                    return Some(prelude.replace(class, ""));
                }
                open.push(selectors && group);
                start = at + 1;
            }
            '}' => {
                open.pop();
                start = at + 1;
            }
            ';' => start = at + 1,
            _ => {}
        }
    }
    None
}

/// What stands between the combinators and commas of a selector list.
fn parts(selectors: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    selectors
        .split(move |c| {
            match c {
                '(' | '[' => depth += 1,
                ')' | ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && matches!(c, ' ' | ',' | '>' | '+' | '~')
        })
        .filter(|part| !part.is_empty())
}

/// The rule or declaration around a place.
fn statement(css: &str, at: usize) -> &str {
    let ends = ['{', '}', ';'];
    let start = css.get(..at).and_then(|before| before.rfind(ends)).map_or(0, |end| end + 1);
    let rest = css.get(start..).unwrap_or_default();
    let length = rest.get(at.saturating_sub(start)..).and_then(|after| after.find(ends));
    length.map_or(rest, |length| &rest[..length + at.saturating_sub(start)])
}

#[cfg(test)]
mod tests {
    use stylers_core::{Class, from_str};

    use super::*;

    fn judge(css: &str) -> Result<(), String> {
        check(css, &from_str(css, &Class::new("l-1".into())), "l-1")
    }

    #[test]
    fn what_stylers_keeps_passes() {
        for css in [
            ".a .b, .c,\n.d { x: 1; y: 2 }",
            ".a>.b{x:1} .a+.b{x:1} .a~.b{x:1}",
            ".a:hover .b, .c:focus-visible:not(:disabled) { x: 1 }",
            ".a::before, .b::after, input::placeholder { x: 1 }",
            ".a[data-x=\"1\"] .b[y] { x: 1 }",
            "* { x: 1 } .a * { x: 1 }",
            ":is(.a, .b) .c { x: 1 }",
            ".a { transition:\n    a 1s,\n    b 2s; width: calc(1px + (2px * 3)) }",
            ".a { x: 1; &:hover { y: 2 } & .b { y: 2 } }",
            "@media (forced-colors: active) {\n  .a, .b:hover { x: 1 }\n}\n",
            "@media (x) { @media (y) { .a { x: 1 } } }",
            "@container (min-width: 1px) { .a { x: 1 } }",
            "@keyframes k {\n  from { x: 1 }\n  50%, 60% { x: 2 }\n}",
            "/* one */ .a { x: 1 /* two */ }",
            ":deep(.x .y) .a { x: 1 }",
        ] {
            assert_eq!(judge(css), Ok(()), "{css}");
        }
    }

    #[test]
    fn what_stylers_breaks_is_found() {
        for css in [
            ".a > .b { x: 1 }",
            ".a + .b { x: 1 }",
            ".a:hover > .b { x: 1 }",
            ".a:hover,.b { x: 1 }",
            ".a:hover>.b { x: 1 }",
            ".a ,.b { x: 1 }",
            ".a  .b { x: 1 }",
            ".a\n.b { x: 1 }",
            ".a:nth-child(2n + 1) { x: 1 }",
            ".é { x: 1 }",
            ".a:root .b { x: 1 }",
            ".a { margin: 0\n auto }",
            ".a { content: \"}\" }",
            ".a { content: \"/* */\" }",
            "@media (x) { @media (y) { .a { x: 1 } } .z { x: 1 } }",
            "@media (x) { @keyframes k { from { x: 1 } } }",
        ] {
            assert!(judge(css).is_err(), "{css}");
        }
    }

    #[test]
    fn the_place_is_named() {
        assert_eq!(judge(".z { y: 1 } .a > .b { x: 1 }"), Err("`.a>.b` becomes `.a *>.b`".into()));
        assert_eq!(
            judge(".a { y: 1; margin: 0\n auto }"),
            Err("`margin:0 auto` becomes `margin:0auto`".into())
        );
        assert_eq!(judge(".a:hover,.b { x: 1 }"), Err("`.a:hover,.b` keeps a part without the class".into()));
    }
}
