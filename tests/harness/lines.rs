//! Random dotenv and INI as nobody should write it: keys that stand twice, quotes that do not match, comments in values, values
//! over several lines, foreign blanks and line ends, no final newline.
//!
//! Most of it is read by sops; what is not must be refused by us as well.

use rand::RngExt as _;
use rand::rngs::StdRng;

/// Pieces of which values and comments are made.
const PIECES: &[&str] = &[
    "x",
    "secret",
    " ",
    "  ",
    "\t",
    "=",
    ":",
    "\\n",
    "\\",
    "\\\\n",
    "\"",
    "'",
    "`",
    "#",
    ";",
    "[",
    "]",
    "%(a)s",
    "$a",
    "\r",
    "é",
    "\u{a0}",
    "\u{85}",
    "\u{2028}",
    "\u{1f511}",
    "\0",
    "ENC[",
    "\"\"\"",
    ",",
    "a b",
];

/// Keys; few, so that many stand twice.
const KEYS: &[&str] = &[
    "a",
    "b",
    "c",
    "D",
    "key.x",
    "a b",
    "k_unencrypted",
    "sops",
    "-",
    "é",
];

/// Random dotenv text.
pub fn dotenv(rng: &mut StdRng) -> String {
    let mut text = String::new();
    for _ in 0..rng.random_range(0..12) {
        let line = match rng.random_range(0..12) {
            0 | 1 => format!("#{}", pieces(rng)),
            2 => String::new(),
            3 => {
                let key = pieces(rng).replace(['#', '='], "_");
                format!("{key}={}", pieces(rng))
            }
            _ => format!("{}={}", pick(rng, KEYS), pieces(rng)),
        };
        text += &line;
        text.push('\n');
    }
    ended(text, rng)
}

/// Random INI text.
pub fn ini(rng: &mut StdRng) -> String {
    let mut text = String::new();
    for _ in 0..rng.random_range(0..16) {
        text += pick(rng, &["", "", "", "", "  ", "\t", "\u{a0}"]);
        let line = match rng.random_range(0..20) {
            0..4 => comment(rng),
            4 => String::new(),
            5..7 => format!("[{}]{}", pick(rng, SECTIONS), behind(rng)),
            7 => format!("{}{}{}", pick(rng, QUOTED), delimiter(rng), pieces(rng)),
            _ => {
                let (key, delimiter) = (pick(rng, KEYS), delimiter(rng));
                format!("{key}{delimiter}{}{}", written(rng), behind(rng))
            }
        };
        text += &line;
        text.push('\n');
    }
    if rng.random_range(0..10) == 0 {
        text = text.replace('\n', "\r\n");
    }
    if rng.random_range(0..25) == 0 {
        text.insert(0, '\u{feff}');
    }
    ended(text, rng)
}

const SECTIONS: &[&str] = &["s", "t", "DEFAULT", "a.b", "x]y", "#", " s "];

const QUOTED: &[&str] = &["`a=b`", "\"c:d\"", "\"\"\"e`\"\"\"", "`#1`", "` a `", "'x'"];

/// What decides in INI how the text around it is read. Little else is in a text of scraps, so that everything meets everything.
const SCRAPS: &[&str] = &[
    "\"\"\"", "\"", "'", "`", "`", "#", ";", "\\", "\\\n", "\n", "\n", "\r\n", "\r", " ", "\t",
    "=", ":", "[", "]", "-", "x", "\u{feff}", "\u{a0}", "\u{85}", "\0",
];

/// Where scraps may begin.
const HEADS: &[&str] = &[
    "a=",
    "b=",
    "a=`",
    "b=\"\"\"",
    "k_unencrypted=",
    "k_unencrypted=`",
    "`b`:",
    "-=",
    "; c\na=",
    "#\nk_unencrypted=",
    "[s]",
    "[s]\n",
    "; ",
    "  # ",
    "",
];

/// Random INI text in which the marks of the format stand anywhere.
pub fn scraps(rng: &mut StdRng) -> String {
    let mut text = String::new();
    for _ in 0..rng.random_range(0..6) {
        text += pick(rng, HEADS);
        for _ in 0..rng.random_range(0..4) {
            text += pick(rng, SCRAPS);
        }
        text.push('\n');
    }
    ended(text, rng)
}

/// A value to set, as odd as the others.
pub fn value(rng: &mut StdRng) -> String {
    if rng.random_range(0..4) == 0 {
        format!("{}\n{}", pieces(rng), pieces(rng))
    } else {
        pieces(rng)
    }
}

/// A value as it may be written, on one line or several.
fn written(rng: &mut StdRng) -> String {
    let (one, other) = (pieces(rng), pieces(rng));
    let bare = |text: &str| text.replace('`', "");
    match rng.random_range(0..12) {
        0..4 => "plain value".to_owned(),
        4..7 => one,
        7 => format!("\"{one}\""),
        8 => format!("`{}`", bare(&one)),
        9 => format!("\"\"\"{one}\n{other}\n\"\"\""),
        10 => format!("`{}\n\n  {}`", bare(&one), bare(&other)),
        _ => format!("{one} \\\n  {other}"),
    }
}

fn behind(rng: &mut StdRng) -> String {
    if rng.random_range(0..5) == 0 {
        format!("{}{}", pick(rng, &[" ", "", "  "]), comment(rng))
    } else {
        String::new()
    }
}

fn comment(rng: &mut StdRng) -> String {
    let marker = pick(rng, &["; ", "# ", ";", "#", ";; ", "; # "]);
    format!("{marker}{}", pieces(rng))
}

fn delimiter(rng: &mut StdRng) -> &'static str {
    pick(rng, &["=", " = ", ":", ": ", " =\t"])
}

fn pieces(rng: &mut StdRng) -> String {
    (0..rng.random_range(0..6))
        .map(|_| pick(rng, PIECES))
        .collect()
}

fn pick(rng: &mut StdRng, from: &[&'static str]) -> &'static str {
    from[rng.random_range(0..from.len())]
}

fn ended(mut text: String, rng: &mut StdRng) -> String {
    match rng.random_range(0..6) {
        0 => text.truncate(text.trim_end_matches('\n').len()),
        1 => text.push_str("\n\n"),
        _ => {}
    }
    text
}
