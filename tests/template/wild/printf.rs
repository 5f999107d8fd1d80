//! Calls of `printf` with every verb and flag, and arguments that fit, do not fit, or are missing.

use super::kind::{Kind, VALUES};
use super::maker::{Maker, Scope};
use super::tree::{Part, Sort, Tree};

/// Verbs, with what they are for.
const VERBS: [(&str, Kind); 24] = [
    ("v", Kind::Any),
    ("v", Kind::Any),
    ("s", Kind::Text),
    ("s", Kind::Text),
    ("d", Kind::Int),
    ("d", Kind::Int64),
    ("q", Kind::Text),
    ("q", Kind::Int),
    ("x", Kind::Text),
    ("X", Kind::Int),
    ("x", Kind::Float),
    ("t", Kind::Bool),
    ("b", Kind::Int),
    ("o", Kind::Int),
    ("O", Kind::Int),
    ("c", Kind::Int),
    ("U", Kind::Int),
    ("e", Kind::Float),
    ("E", Kind::Float),
    ("f", Kind::Float),
    ("F", Kind::Float),
    ("g", Kind::Float),
    ("G", Kind::Float),
    ("T", Kind::Any),
];

pub(super) fn call(maker: &mut Maker<'_>, scope: &Scope, depth: usize) -> Tree {
    let mut format = String::new();
    let mut wishes = Vec::new();
    for _ in 0..maker.below(4) {
        format += maker.pick(&["", "", " ", "|", "a=", "é", "%%", "\n"]);
        directive(maker, &mut format, &mut wishes);
    }
    format += maker.pick(&[
        "", "", "|", " end", "%", "%!", "%z", "%-", "%.", "%[", "%w", "% ",
    ]);
    match maker.below(16) {
        0 => {
            wishes.pop();
        }
        1 => wishes.push(Kind::Any),
        _ => {}
    }
    let mut parts: Vec<Part> = Vec::new();
    let piped = if maker.one_in(4) { wishes.pop() } else { None };
    if let Some(last) = piped {
        parts.push(maker.operand_of(last, scope, depth - 1).into());
        parts.push(" | ".into());
    }
    parts.push("printf ".into());
    parts.push(Tree::new(Sort::Operand, vec![Part::Quoted(format.into_bytes())]).into());
    for wish in wishes {
        parts.push(" ".into());
        parts.push(maker.operand_of(wish, scope, depth - 1).into());
    }
    Tree::new(Sort::Pipeline, parts)
}

fn directive(maker: &mut Maker<'_>, format: &mut String, wishes: &mut Vec<Kind>) {
    let (verb, mut kind) = maker.pick(&VERBS);
    format.push('%');
    let flags = if maker.one_in(2) {
        0
    } else {
        1 + maker.below(3)
    };
    for _ in 0..flags {
        format.push_str(maker.pick(&["+", "-", "#", " ", "0"]));
    }
    let indexed = maker.one_in(25);
    if indexed {
        format.push_str(maker.pick(&["[1]", "[2]", "[3]", "[0]", "[x]", "[]", "[1"]));
    }
    if maker.one_in(3) {
        if maker.one_in(5) {
            format.push('*');
            wishes.push(Kind::Small);
        } else {
            format.push_str(maker.pick(&["1", "3", "5", "8", "12", "20"]));
        }
    }
    if maker.one_in(4) {
        format.push('.');
        if maker.one_in(8) {
            format.push('*');
            wishes.push(Kind::Small);
        } else {
            format.push_str(maker.pick(&["", "0", "1", "2", "3", "5", "10"]));
        }
    }
    if maker.one_in(60) {
        format.push_str("[2]");
    }
    // Other verbs would show the inside of a time, and with it an address.
    if maker.one_in(6) && matches!(verb, "v" | "s") {
        kind = maker.pick(&VALUES);
    } else if maker.one_in(8) {
        kind = maker.pick(&[
            Kind::Text,
            Kind::Int,
            Kind::Float,
            Kind::Bool,
            Kind::List,
            Kind::Dict,
            Kind::Nil,
        ]);
    }
    format.push_str(verb);
    wishes.push(kind);
}
