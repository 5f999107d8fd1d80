//! Any text can be given to the parser of templates, and what it takes can be rendered with any values: within the limits, the same again from the same
//! seed, and without an error that shows a value.

use selkie_crypto::Secret;
use selkie_template::{Error, Limits, Settings, Syntax, Template, Value};

/// A value that is looked for in errors.
const MARKER: &str = "xyzzy-4711";

/// The parser takes or refuses the text, and does so again.
pub fn template(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for (left, right) in [("{{", "}}"), ("<", ">"), ("$", "")] {
        let syntax = Syntax {
            left: left.to_owned(),
            right: right.to_owned(),
            ..Syntax::default()
        };
        let parse = || Template::parse("fuzz", &text, &syntax).err();
        assert_eq!(parse(), parse(), "parsed in two ways");
    }
}

/// The text before the first zero byte is rendered over values of which one is what follows that byte.
pub fn render(data: &[u8]) {
    let mut parts = data.splitn(2, |byte| *byte == 0);
    let text = String::from_utf8_lossy(parts.next().unwrap_or_default());
    let value = parts.next().unwrap_or_default();
    let Ok(template) = Template::parse("fuzz", &text, &Syntax::default()) else {
        return;
    };
    let first = once(&template, value);
    assert_eq!(first, once(&template, value), "rendered in two ways");
    let Err(error) = first else { return };
    let is_hidden = !text.contains(MARKER) && !String::from_utf8_lossy(value).contains(MARKER);
    if is_hidden {
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(MARKER), "an error shows a value: {shown}");
    }
}

fn once(template: &Template, value: &[u8]) -> Result<Secret, Error> {
    let root = Value::root([
        ("k".to_owned(), Secret::from(MARKER.to_owned())),
        ("n".to_owned(), Secret::from("42".to_owned())),
        ("v".to_owned(), Secret::from(value.to_vec())),
    ]);
    let settings = Settings {
        // Small, so that an input takes milliseconds. What is slow on purpose is not made at all.
        limits: Limits {
            output: 1 << 16,
            steps: 20_000,
            length: 1 << 16,
            memory: 1 << 20,
            cost: 0,
            ..Limits::default()
        },
        now: (1_800_000_000, 0),
        ..Settings::default()
    };
    template.render(&root, &settings)
}
