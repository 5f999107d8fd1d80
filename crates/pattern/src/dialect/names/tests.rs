//! All names at once, against a sum over the characters that Go finds under each.

use std::collections::BTreeSet;

use regex_syntax::hir::{Class, ClassUnicodeRange, HirKind};

use super::{CATEGORIES, SCRIPTS, class};

#[test]
fn every_name_means_what_it_means_in_go() {
    let lists = [CATEGORIES, SCRIPTS, "any ascii assigned"];
    let names: BTreeSet<&str> = lists
        .iter()
        .flat_map(|list| list.split_ascii_whitespace())
        .collect();
    assert_eq!(names.len(), 200);
    // FNV-1a over the ends of all ranges, and how many there are, in the order of the names.
    let mut sum = 0xcbf2_9ce4_8422_2325_u64;
    let mut mix = |number: u64| sum = (sum ^ number).wrapping_mul(0x0100_0000_01b3);
    for name in names {
        let hir = regex_syntax::parse(&format!("[{}]", class(name).unwrap())).unwrap();
        let ranges = match hir.kind() {
            HirKind::Class(Class::Unicode(class)) => class.ranges().to_vec(),
            HirKind::Class(Class::Bytes(class)) if class.ranges().is_empty() => Vec::new(),
            HirKind::Literal(literal) => {
                let mut chars = std::str::from_utf8(&literal.0).unwrap().chars();
                let char = chars.next().unwrap();
                vec![ClassUnicodeRange::new(char, char)]
            }
            other => panic!("{name}: {other:?}"),
        };
        for range in &ranges {
            mix(u32::from(range.start()).into());
            mix(u32::from(range.end()).into());
        }
        mix(ranges.len() as u64);
    }
    assert_eq!(sum, 0x33f6_4b20_aae7_c1e9);
}

#[test]
fn spelling_is_loose_and_other_names_are_none() {
    for name in ["Lu", "lu", "l U", "Uppercase-Letter", "GREEK", "cntrl"] {
        assert!(class(name).is_some(), "{name}");
    }
    for name in [
        "",
        "é",
        "Grek",
        "Alphabetic",
        "Old_Italic",
        "sc=Greek",
        "L&",
    ] {
        assert!(class(name).is_none(), "{name}");
    }
}
