//! What somebody might write into a name, a host or an address to get more out of a message than its
//! words: made by class, so that no combination is left out.

/// What could end a line, in one reader or another.
const ENDS: [&str; 12] = [
    "\r\n", "\n", "\r", "\r\n\t", "\n ", "\u{b}", "\u{c}", "\u{85}", "\u{2028}", "\u{2029}", "\0", "\u{560a}",
];
/// What a line of its own could be.
const LINES: [&str; 7] = [
    "X: y",
    "Bcc: eve@evil.example",
    "To: eve@evil.example",
    "Subject: You have won",
    "Content-Type: text/html",
    "\r\n<b>body</b>",
    ".\r\nMAIL FROM:<eve@evil.example>",
];
/// What could be an address, or end one.
const ADDRESSES: [&str; 10] = [
    "\"Acme\" <eve@evil.example>, ",
    "<eve@evil.example>",
    "eve@evil.example,",
    "eve@evil.example; ",
    "Friends: eve@evil.example;",
    "(comment) eve@evil.example",
    "\\\"\r\n ",
    "=?utf-8?q?=0d=0aBcc:_eve@evil.example?=",
    "=?utf-8?b?DQpCY2M6IGV2ZUBldmlsLmV4YW1wbGU=?=",
    "%0d%0aBcc:%20eve@evil.example",
];
/// What could be markup.
const MARKUP: [&str; 12] = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "' onmouseover='alert(1)",
    "</title><script>alert(1)</script>",
    "<!--",
    "-->",
    "<a href=\"javascript:alert(1)\">",
    "&lt;b&gt;",
    "&#60;b&#62;",
    "<style>*{display:none}</style>",
    "<base href=//evil.example>",
];
/// What could be read as a template.
const TEMPLATES: [&str; 12] = [
    "{{ 7 | times: 7 }}",
    "{{ code }}",
    "{% for i in (1..1000) %}x{% endfor %}",
    "{% assign code = 'x' %}",
    "{% raw %}",
    "{% endraw %}",
    "{%",
    "}}",
    "@@password@@",
    "@@ code @@",
    "{{ '{{' }}",
    "{%- comment -%}",
];
/// What is not seen, and changes how the rest is.
const HIDDEN: [&str; 12] = [
    "\u{202e}emcA",
    "\u{202d}Acme",
    "\u{2066}Acme\u{2069}",
    "\u{200b}Acme",
    "\u{200d}Acme",
    "\u{feff}Acme",
    "\u{ad}Acme",
    "\u{61c}Acme",
    "\u{180e}Acme",
    "\u{e0041}Acme",
    "\u{1b}[31mAcme",
    "\u{7f}Acme",
];

/// All of them.
pub(crate) fn payloads() -> Vec<String> {
    let ends = ENDS.iter().flat_map(|end| LINES.iter().map(move |line| format!("Acme{end}{line}")));
    let others = [&ADDRESSES[..], &MARKUP, &TEMPLATES, &HIDDEN].concat();
    let all: Vec<String> = ends.chain(others.into_iter().map(str::to_owned)).collect();
    assert!(all.len() >= 120, "{}", all.len());
    all
}
