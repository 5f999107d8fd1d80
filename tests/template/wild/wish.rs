//! Texts that parameters wish for: patterns, versions, dates, paths, and what is encoded. Some of them are wrong.

use super::data::{json, yaml};
use super::kind::Kind;
use super::maker::Maker;
use super::text::plain;

/// Bytes that a wish, or a plain text, may be.
pub(super) fn of(maker: &mut Maker<'_>, kind: Kind) -> Vec<u8> {
    match kind {
        Kind::Key => super::literal::key(maker).into(),
        Kind::Json => json(maker).into_bytes(),
        Kind::Yaml => yaml(maker).into_bytes(),
        Kind::Pattern => pattern(maker),
        Kind::VersionText => version(maker),
        Kind::Path => path(maker),
        Kind::DateText => date(maker).1,
        Kind::Layout if !maker.one_in(8) => date(maker).0.into(),
        Kind::Base64 | Kind::Base32 | Kind::Hex => encoded(maker, kind),
        _ => match fixed(kind) {
            Some(texts) => maker.pick(texts).into(),
            None => plain(maker),
        },
    }
}

pub(super) fn key_like(maker: &mut Maker<'_>) -> Vec<u8> {
    maker
        .pick(&["host", "example.com:80", "", "a b", "[::1]"])
        .into()
}

pub(super) fn path(maker: &mut Maker<'_>) -> Vec<u8> {
    let count = maker.below(6);
    let pieces: Vec<&str> = (0..count)
        .map(|_| {
            maker.pick(&[
                "/", "a", "b.txt", "..", ".", "//", "c.tar.gz", "", ".hid", "é",
            ])
        })
        .collect();
    let joint = if maker.one_in(2) { "/" } else { "" };
    pieces.join(joint).into_bytes()
}

/// A layout and a text that fits it, mostly.
pub(super) fn date(maker: &mut Maker<'_>) -> (&'static str, Vec<u8>) {
    let (layout, date) = maker.pick(&[
        ("2006-01-02", "2024-02-29"),
        ("2006-01-02", "1969-12-31"),
        ("2006-01-02", "2023-02-29"),
        ("2006-01-02 15:04:05", "2021-07-04 23:59:59"),
        ("2006-01-02T15:04:05Z07:00", "2020-03-08T02:30:00-05:00"),
        (
            "2006-01-02T15:04:05Z07:00",
            "2020-03-08T02:30:00.123456789Z",
        ),
        (
            "Mon, 02 Jan 2006 15:04:05 MST",
            "Tue, 10 Nov 2009 23:00:00 UTC",
        ),
        (
            "Mon, 02 Jan 2006 15:04:05 -0700",
            "Tue, 10 Nov 2009 23:00:00 +0130",
        ),
        ("Jan _2 06 3:04PM", "Feb  3 99 1:02AM"),
        ("2006-002", "2024-060"),
        ("2006-01-02", "nonsense"),
        ("15:04", "25:00"),
        ("02/01/2006", "31/12/0001"),
    ]);
    (layout, date.into())
}

pub(super) fn version(maker: &mut Maker<'_>) -> Vec<u8> {
    let versions: &[&str] = if maker.one_in(10) {
        &[
            "01.2.3", "1.2.3-01", "1.2.3.4", "nope", "", " 1.2.3", "1.2.x",
        ]
    } else {
        &[
            "1.2.3",
            "v1.2.3",
            "1.2",
            "1",
            "1.2.3-beta.1",
            "1.2.3+build.5",
            "1.2.3-rc.1+x",
            "0.0.3",
            "0.2.5",
            "2.0.0",
            "1.4.5",
            "1.0.0-alpha",
            "10.20.30",
        ]
    };
    maker.pick(versions).into()
}

fn pattern(maker: &mut Maker<'_>) -> Vec<u8> {
    if maker.one_in(3) {
        let count = 1 + maker.below(4);
        let piece = |maker: &mut Maker<'_>| {
            let atom = maker.pick(&[
                "a", "b", ".", "[a-c]", "[^a]", "\\d", "\\w", "\\s", "(a)", "(b|o)", "(?:ab)", "é",
                "o",
            ]);
            let times = maker.pick(&[
                "", "", "", "*", "+", "?", "*?", "+?", "{2}", "{1,2}", "{0,}",
            ]);
            [atom, times].concat()
        };
        let mut pattern: String = (0..count).map(|_| piece(maker)).collect();
        if maker.one_in(6) {
            pattern.insert(0, '^');
        }
        if maker.one_in(6) {
            pattern.push('$');
        }
        return pattern.into_bytes();
    }
    maker
        .pick(&[
            "a",
            "",
            "o+",
            "[a-z]+",
            "(\\w+) (\\w+)",
            "(?P<n>l+)",
            "(?<n>b)",
            "(?i)hello",
            "^$",
            "\\bfoo\\b",
            "(?m)^b",
            "(?s).",
            "\\p{Greek}|\\pL",
            "[[:alpha:]]+",
            "\\x41|\\x{e9}",
            "x{2,1}",
            "(",
            "a**",
            "[z-a]",
            "(?=a)",
            "\\1",
            "\\",
            "\\Q.\\E",
            "\\z",
            "\\A",
            "\\C",
            "a{1001}",
            "\\d+$",
            "|a",
            "(|b)",
            "[^\\n]+",
            "$",
            "\\pN",
            "(?U)a+",
            "\\Z",
            "[\\d-x]",
            "\\8",
            "\\_",
            "(?a)",
        ])
        .into()
}

fn encoded(maker: &mut Maker<'_>, kind: Kind) -> Vec<u8> {
    let right: &[&str] = match kind {
        Kind::Base64 => &[
            "",
            "aGVsbG8=",
            "YQ==",
            "/+8=",
            "gICA",
            "aGVs\nbG8=",
            "aGVsbG8",
            "a",
            "_-8=",
            "YR==",
            "YQ=",
            "=",
            " YQ==",
            "YQ==YQ==",
        ],
        Kind::Base32 => &[
            "",
            "NBSWY3DP",
            "ME======",
            "me======",
            "ME",
            "ME=====",
            "M1======",
            "MF======",
            "MFRA====\n",
        ],
        _ => &["", "68656c6C6f", "ff", "abc", "zz", "6 8", "00"],
    };
    maker.pick(right).into()
}

/// Wishes that are fulfilled out of a list.
fn fixed(kind: Kind) -> Option<&'static [&'static str]> {
    Some(match kind {
        Kind::Replacement => &[
            "", "x", "$1", "${1}x", "$1x", "$$", "$0", "<$0>", "$n", "${n}", "$", "${", "$2$1",
            "\\1", "é",
        ],
        Kind::Constraint => &[
            "1.2.3",
            "=1.2.3",
            "!=1.2.3",
            ">1.0",
            ">=1.2.3",
            "<2",
            "<=1.x",
            "^1.2",
            "~1.2.3",
            "~1",
            "1.2.x",
            "*",
            "",
            ">=1.0 <2.0",
            ">=1.0, <2.0",
            "1 || 2",
            "1.2 - 1.4.5",
            "^0.2.3",
            "^0.0.3",
            "^0",
            ">=1.0.0-0",
            "^1.2.3-beta",
            "nope",
            ">",
            "1.2.3.4",
            "v1.2",
            "=>1.2",
        ],
        Kind::Layout => &[
            "2006-01-02",
            "Mon Jan _2 15:04:05 2006",
            "3:04PM",
            "02/01/06",
            "2006.002 __2",
            "Monday, January 2",
            "15:04:05.000",
            "15:04:05.999999",
            "05,000",
            "MST -0700 Z07:00 -07",
            "Jan 1 '06",
            "",
            "text only",
            "2006-01-02T15:04:05Z07:00",
            "PM pm",
            "Z0700 Z07:00:00",
            "1/2/3/4/5/6",
            "January Jan 01 1",
            ".00.99",
        ],
        Kind::Zone => &[
            "UTC",
            "",
            "Local",
            "America/New_York",
            "Europe/Berlin",
            "Asia/Kolkata",
            "Nope/Zone",
            "utc",
            "Pacific/Apia",
        ],
        Kind::Duration => &[
            "1h", "-1.5h", "90m", "1h30m10s", "0", "", "1d", "5", "1.5s", "300ms", "-24h", "+2h",
            "1us", "1µs", ".5h", "9999999h",
        ],
        Kind::Url => &[
            "https://user:pw@example.com:8080/a/b?q=1&r=%20#frag",
            "http://host",
            "mailto:a@b",
            "/only/path",
            "//host/path",
            "",
            "http://[::1]:80/",
            "http://a b/",
            "%zz",
            "http://h/%41%2F?x#%20",
            "a:b:c",
            "http://host:port/",
            "ftp://u@h/é",
            "http://h?a=b?c",
        ],
        Kind::Separator => &[
            ",", "", " ", "a", "-", "_", "o", "\n", "ab", "é", ", ", "xyz", "/", ".", "l", "He",
        ],
        Kind::NameOfType => &[
            "string",
            "int",
            "int64",
            "float64",
            "bool",
            "[]interface {}",
            "map[string]interface {}",
            "[]string",
            "map[string]string",
            "time.Time",
            "*semver.Version",
            "<nil>",
            "",
        ],
        Kind::ReflectName => &[
            "string", "int", "int64", "float64", "bool", "slice", "map", "struct", "ptr",
            "invalid", "",
        ],
        Kind::Jwk => &[
            r#"{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}"#,
            r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
            r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
            r#"{"kty":"oct","k":"AAEC"}"#,
            "{}",
            "",
        ],
        Kind::Sha => &["sha"],
        _ => return None,
    })
}
