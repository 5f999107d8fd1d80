//! How a text is written: which of the five styles carries it, and what in it needs an escape.

use super::resolve::{Scalar, is_base_60, resolve};

/// The style of a scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

/// The style of the text `value`; `as_key` where it stands before a colon on one line.
pub(super) fn style(value: &str, as_key: bool) -> Style {
    let traits = Traits::of(value);
    let is_text = resolve(value) == Scalar::Text && !is_base_60(value);
    let style = if value.contains('\n') {
        Style::Literal
    } else if is_text {
        Style::Plain
    } else {
        Style::Double
    };
    match style {
        _ if as_key && traits.breaks => Style::Double,
        Style::Plain if !traits.plain && traits.single => Style::Single,
        Style::Plain if !traits.plain => Style::Double,
        Style::Literal if !traits.literal || as_key => Style::Double,
        style => style,
    }
}

/// Whether `value` is longer than one line, or too long, to be a key before a colon on one line.
pub(super) fn is_simple_key(value: &str) -> bool {
    value.len() <= 128 && !value.chars().any(is_break)
}

/// Whether a character ends a line in YAML 1.1.
pub(super) fn is_break(character: char) -> bool {
    matches!(character, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether a character can stand in a scalar without an escape. What is outside the first plane cannot.
pub(super) fn is_printable(character: char) -> bool {
    matches!(character, '\n' | ' '..='~' | '\u{a0}'..='\u{fffd}') && character != '\u{feff}'
}

/// In which styles a text may be written.
#[expect(clippy::struct_excessive_bools, reason = "one answer per style")]
struct Traits {
    breaks: bool,
    plain: bool,
    single: bool,
    literal: bool,
}

impl Traits {
    fn of(value: &str) -> Self {
        let mut special = false;
        let mut breaks = false;
        let mut space_before_break = false;
        let mut break_before_space = false;
        let mut before = None;
        for character in value.chars() {
            special |= !is_printable(character);
            if is_break(character) {
                breaks = true;
                space_before_break |= before == Some(' ');
            } else if character == ' ' {
                break_before_space |= before.is_some_and(is_break);
            }
            before = Some(character);
        }
        let is_blank = |character: char| character == ' ' || is_break(character);
        let framed = value.starts_with(is_blank) || value.ends_with(is_blank);
        let torn = space_before_break || special;
        Self {
            breaks,
            plain: !framed && !break_before_space && !torn && !breaks && !has_indicator(value),
            single: !break_before_space && !torn,
            literal: !value.is_empty() && !value.ends_with(' ') && !torn,
        }
    }
}

/// Whether something in `value` would be taken for syntax.
fn has_indicator(value: &str) -> bool {
    let mut characters = value.chars();
    let first = characters.next().unwrap_or_default();
    let ends = |rest: &str| rest.is_empty() || rest.starts_with([' ', '\t']);
    let starts = match first {
        '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%'
        | '@' | '`' => true,
        '?' | ':' | '-' => ends(characters.as_str()),
        _ => false,
    };
    let is_blank = |character: char| matches!(character, ' ' | '\t' | '\0') || is_break(character);
    let within = value
        .char_indices()
        .skip(1)
        .any(|(at, character)| match character {
            ':' => ends(&value[at + 1..]),
            '#' => value[..at].ends_with(is_blank),
            _ => false,
        });
    starts || within || value.starts_with("---") || value.starts_with("...")
}
