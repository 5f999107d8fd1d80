//! Family `regex`: Go's regular expressions. Those whose name does not begin with `must` fail on a wrong expression as well, save `regexMatch`, for
//! which it matches nothing.

mod expand;
mod find;
mod patterns;
mod replace;
mod search;

pub use expand::{Part, parts};

use super::Function;
use crate::value::Type;
pub(crate) use patterns::Patterns;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "regexMatch",
        takes: &[Type::Text, Type::Text],
        rest: None,
        says: "Whether the expression is found in the text; a wrong expression is found nowhere.",
        example: (r#"{{ regexMatch "^[a-z]+$" "hello" }}"#, "true"),
        run: find::matches,
    },
    Function {
        name: "mustRegexMatch",
        takes: &[Type::Text, Type::Text],
        rest: None,
        says: "Whether the expression is found in the text.",
        example: (r#"{{ mustRegexMatch "l{2}" "hello" }}"#, "true"),
        run: find::must_match,
    },
    Function {
        name: "regexFind",
        takes: &[Type::Text, Type::Text],
        rest: None,
        says: "The first match, or an empty text.",
        example: (r#"{{ regexFind "[a-c][1-3]" "z9 b2 c3" }}"#, "b2"),
        run: find::first,
    },
    Function {
        name: "mustRegexFind",
        takes: &[Type::Text, Type::Text],
        rest: None,
        says: "As `regexFind`.",
        example: (r#"{{ mustRegexFind "[a-c][1-3]" "z9 b2 c3" }}"#, "b2"),
        run: find::first,
    },
    Function {
        name: "regexFindAll",
        takes: &[Type::Text, Type::Text, Type::INT],
        rest: None,
        says: "A list of the matches, of at most so many unless the number is negative.",
        example: (r#"{{ regexFindAll "[2468]" "12345678" -1 }}"#, "[2 4 6 8]"),
        run: find::all,
    },
    Function {
        name: "mustRegexFindAll",
        takes: &[Type::Text, Type::Text, Type::INT],
        rest: None,
        says: "As `regexFindAll`.",
        example: (r#"{{ mustRegexFindAll "[2468]" "12345678" 2 }}"#, "[2 4]"),
        run: find::all,
    },
    Function {
        name: "regexReplaceAll",
        takes: &[Type::Text, Type::Text, Type::Text],
        rest: None,
        says: "The second text with the third one for each match; `$1` and `${name}` in it stand for groups, `$$` for a dollar sign.",
        example: (
            r#"{{ regexReplaceAll "a(x*)b" "-ab-axxb-" "${1}W" }}"#,
            "-W-xxW-",
        ),
        run: replace::all,
    },
    Function {
        name: "mustRegexReplaceAll",
        takes: &[Type::Text, Type::Text, Type::Text],
        rest: None,
        says: "As `regexReplaceAll`.",
        example: (
            r#"{{ mustRegexReplaceAll "a(x*)b" "-ab-axxb-" "${1}W" }}"#,
            "-W-xxW-",
        ),
        run: replace::all,
    },
    Function {
        name: "regexReplaceAllLiteral",
        takes: &[Type::Text, Type::Text, Type::Text],
        rest: None,
        says: "The second text with the third one as it stands for each match.",
        example: (
            r#"{{ regexReplaceAllLiteral "a(x*)b" "-ab-axxb-" "${1}" }}"#,
            "-${1}-${1}-",
        ),
        run: replace::all_literal,
    },
    Function {
        name: "mustRegexReplaceAllLiteral",
        takes: &[Type::Text, Type::Text, Type::Text],
        rest: None,
        says: "As `regexReplaceAllLiteral`.",
        example: (
            r#"{{ mustRegexReplaceAllLiteral "a(x*)b" "-ab-axxb-" "$" }}"#,
            "-$-$-",
        ),
        run: replace::all_literal,
    },
    Function {
        name: "regexSplit",
        takes: &[Type::Text, Type::Text, Type::INT],
        rest: None,
        says: "A list of what stands between the matches, of at most so many unless the number is negative.",
        example: (r#"{{ regexSplit "z+" "pizza" -1 }}"#, "[pi a]"),
        run: find::split,
    },
    Function {
        name: "mustRegexSplit",
        takes: &[Type::Text, Type::Text, Type::INT],
        rest: None,
        says: "As `regexSplit`.",
        example: (r#"{{ mustRegexSplit "z+" "pizza" 1 }}"#, "[pizza]"),
        run: find::split,
    },
    Function {
        name: "regexQuoteMeta",
        takes: &[Type::Text],
        rest: None,
        says: "The text as an expression that matches it alone.",
        example: (r#"{{ regexQuoteMeta "1.2.3" }}"#, r"1\.2\.3"),
        run: replace::quote_meta,
    },
];
