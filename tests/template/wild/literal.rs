//! Literals of every form: what each kind of value or wish is written like.

use rand::RngExt as _;

use super::kind::Kind;
use super::maker::{Maker, Mode, Scope};
use super::tree::{Part, Sort, Tree};
use super::{data, text, wish};

const KEYS: [&str; 8] = ["a", "b", "c", "k1", "key", "x", "Y", "n"];

/// A key of maps: of few, so that they are met again.
pub(super) fn key(maker: &mut Maker<'_>) -> &'static str {
    maker.pick(&KEYS)
}

/// An operand that says a value of this kind.
pub(super) fn of(maker: &mut Maker<'_>, kind: Kind, scope: &Scope) -> Tree {
    let builtin = maker.mode == Mode::Builtin;
    let code = match kind {
        Kind::Bool => maker.pick(&["true", "false"]).to_owned(),
        Kind::Int | Kind::Index => integer(maker),
        Kind::Small => small(maker),
        Kind::Float => float(maker),
        Kind::Int64 if builtin => integer(maker),
        Kind::Int64 => {
            let number = integer(maker);
            maker
                .pick(&["(int64 N)", "(add N 0)", "(mul 1 N)"])
                .replace('N', &number)
        }
        Kind::Number | Kind::Span => match maker.below(5) {
            0 => integer(maker),
            1 => float(maker),
            2 if !builtin => return of(maker, Kind::Int64, scope),
            _ => {
                let bytes = text::number(maker);
                return quoted(maker, bytes);
            }
        },
        Kind::Nil if maker.one_in(3) => "nil".to_owned(),
        // Not `nil`, which is no value of a pipeline.
        Kind::Nil if builtin => "(index .map \"missing\")".to_owned(),
        Kind::Nil => "(fromJson \"null\")".to_owned(),
        // There is no way to write these without functions.
        Kind::List
        | Kind::Texts
        | Kind::Dict
        | Kind::TextMap
        | Kind::Time
        | Kind::Date
        | Kind::Version
            if builtin =>
        {
            let bytes = text::plain(maker);
            return quoted(maker, bytes);
        }
        Kind::List => return list(maker, scope),
        Kind::Texts => {
            let separated = text::separated(maker);
            return wrap(maker, "(splitList \",\" ", separated, ")");
        }
        Kind::Dict => return dict(maker, scope),
        Kind::TextMap => {
            let separated = text::separated(maker);
            return wrap(maker, "(split \",\" ", separated, ")");
        }
        Kind::Date if maker.one_in(3) => maker
            .pick(&[
                "0",
                "1700000000",
                "(int64 -1)",
                "(int \"951782400\")",
                "86399",
            ])
            .to_owned(),
        Kind::Time | Kind::Date => {
            let (layout, date) = wish::date(maker);
            return wrap(maker, &format!("(toDate {layout:?} "), date, ")");
        }
        Kind::Version => {
            let version = wish::version(maker);
            return wrap(maker, "(semver ", version, ")");
        }
        Kind::Any | Kind::Same | Kind::UrlParts if builtin => return of(maker, Kind::Int, scope),
        Kind::Any | Kind::Same => return of(maker, Kind::Text, scope),
        Kind::UrlParts => {
            let (host, path) = (wish::key_like(maker), wish::path(maker));
            return Tree::new(
                Sort::Operand,
                vec![
                    "(dict \"scheme\" \"https\" \"host\" ".into(),
                    Part::Quoted(host),
                    " \"path\" ".into(),
                    Part::Quoted(path),
                    ")".into(),
                ],
            );
        }
        text => {
            let bytes = wish::of(maker, text);
            return quoted(maker, bytes);
        }
    };
    Tree::code(Sort::Operand, code)
}

/// A string in one of its forms.
pub(super) fn quoted(maker: &mut Maker<'_>, bytes: Vec<u8>) -> Tree {
    if maker.one_in(100) {
        let code = maker.pick(&[
            r#""\a\b\f\r\v""#,
            r#""\x41\101\u00e9\U0001F642""#,
            r#""\xff\xC3""#,
        ]);
        return Tree::code(Sort::Operand, code);
    }
    if maker.one_in(400) {
        // Errors, each of another sort.
        let code = maker.pick(&[r#""\ud800""#, r#""\8""#, r#""\'""#, r#""\400""#, r#""a\"#]);
        return Tree::code(Sort::Operand, code);
    }
    match String::from_utf8(bytes) {
        Ok(text) if maker.one_in(8) && !text.contains(['`', '\r', '\0']) => {
            Tree::code(Sort::Operand, format!("`{text}`"))
        }
        Ok(text) => Tree::new(Sort::Operand, vec![Part::Quoted(text.into_bytes())]),
        Err(bytes) => Tree::new(Sort::Operand, vec![Part::Quoted(bytes.into_bytes())]),
    }
}

fn wrap(maker: &mut Maker<'_>, before: &str, bytes: Vec<u8>, after: &str) -> Tree {
    let inner = quoted(maker, bytes);
    Tree::new(
        Sort::Operand,
        vec![before.into(), inner.into(), after.into()],
    )
}

fn list(maker: &mut Maker<'_>, scope: &Scope) -> Tree {
    if maker.one_in(4) {
        let json = data::json_list(maker).into_bytes();
        return wrap(maker, "(fromJson ", json, ")");
    }
    let mut parts: Vec<Part> = vec!["(list".into()];
    let kind = maker.pick(&[Kind::Text, Kind::Int, Kind::Any, Kind::Any]);
    for _ in 0..maker.below(5) {
        parts.push(" ".into());
        parts.push(maker.operand_of(kind, scope, 0).into());
    }
    parts.push(")".into());
    Tree::new(Sort::Operand, parts)
}

fn dict(maker: &mut Maker<'_>, scope: &Scope) -> Tree {
    match maker.below(8) {
        0 => {
            let json = data::json_object(maker).into_bytes();
            return wrap(maker, "(fromJson ", json, ")");
        }
        1 if scope.depth > 0 => return Tree::code(Sort::Operand, "($ | toJson | fromJson)"),
        2 => {
            let yaml = data::yaml(maker).into_bytes();
            return wrap(maker, "(fromYaml ", yaml, ")");
        }
        _ => {}
    }
    let mut parts: Vec<Part> = vec!["(dict".into()];
    for _ in 0..maker.below(4) {
        parts.push(format!(" {:?} ", key(maker)).into());
        parts.push(maker.operand_of(Kind::Any, scope, 0).into());
    }
    parts.push(")".into());
    Tree::new(Sort::Operand, parts)
}

fn small(maker: &mut Maker<'_>) -> String {
    let number = maker.pick(&["0", "1", "1", "2", "2", "3", "3", "4", "5", "8", "1", "-3"]);
    match maker.below(12) {
        0 if maker.mode != Mode::Builtin => format!("(int {number:?})"),
        1 => maker
            .pick(&["'\\x03'", "0x2", "2.0", "3e0", "0b11", "0o4", "02", "+2"])
            .to_owned(),
        _ => number.to_owned(),
    }
}

/// Numbers that are none, or too large.
const WRONG: [&str; 12] = [
    "08",
    "1__0",
    "- 5",
    "0x",
    "1e-3",
    "'ab'",
    "''",
    "'\\0'",
    "9223372036854775808",
    "1e19",
    "0x_",
    "1e400",
];

fn integer(maker: &mut Maker<'_>) -> String {
    if maker.one_in(150) {
        return maker.pick(&WRONG).to_owned();
    }
    match maker.below(8) {
        0..4 => maker
            .pick(&["0", "1", "2", "3", "5", "10", "-1", "-2", "7"])
            .to_owned(),
        4 => maker.rng.random_range(-2000..2000).to_string(),
        5 => maker
            .pick(&[
                "0x1F",
                "0XfF",
                "0o17",
                "0O7",
                "017",
                "0b101",
                "1_000",
                "0x_ff",
                "+5",
                "1e3",
                "2.0",
                "00",
                "-0",
                "'a'",
                "'é'",
                "'\\n'",
                "'\\''",
                "'\\x41'",
                "'\\u00e9'",
                "'🙂'",
                "0x1p4",
            ])
            .to_owned(),
        6 => maker
            .pick(&[
                "9223372036854775807",
                "-9223372036854775808",
                "4294967296",
                "2147483647",
                "1e18",
                "65",
                "1700000000",
            ])
            .to_owned(),
        _ => maker.below(300).to_string(),
    }
}

fn float(maker: &mut Maker<'_>) -> String {
    match maker.below(6) {
        0 => format!("{}.{}", maker.below(100), maker.below(1000)),
        1 => {
            let exponent = maker.rng.random_range(-20..20);
            format!("-{}.{}e{exponent}", maker.below(10), maker.below(100))
        }
        2 => maker
            .pick(&[
                "1.",
                ".5",
                "0x1p-2",
                "0x1.8p3",
                "1E5",
                "1_0.5",
                "1i",
                "1+2i",
                "2.0i",
                "5e-324",
                "1.7976931348623157e308",
            ])
            .to_owned(),
        _ => maker
            .pick(&[
                "1.5",
                "0.1",
                "2.5",
                "3.5",
                "-0.5",
                "1e21",
                "1e20",
                "1e-7",
                "123456789.0",
                "-0.0",
                "3.14159",
                "1e6",
                "1234567.891",
            ])
            .to_owned(),
    }
}
