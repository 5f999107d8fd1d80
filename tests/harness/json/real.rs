//! JSON files as people keep them: what they are about, and the habits of the tools that wrote them.

use std::fmt::Write as _;

use rand::RngExt as _;
use rand::rngs::StdRng;

/// A value before it is printed. Numbers are kept as they are written.
enum Value {
    Word(&'static str),
    Number(String),
    Text(String),
    List(Vec<Value>),
    Object(Vec<(String, Value)>),
}

use Value::{List, Number, Object, Text, Word};

/// How a tool prints.
#[derive(Clone, Copy)]
struct Habit {
    /// One level of indentation; none for everything on one line.
    indent: Option<&'static str>,
    line_break: &'static str,
    colon: &'static str,
    comma: &'static str,
    /// Characters beyond ASCII are written as escapes.
    ascii: bool,
    /// `/` is written as an escape.
    slash: bool,
    /// `<`, `>` and `&` are written as escapes.
    html: bool,
    /// Lists of numbers and words stand on one line.
    short_lists: bool,
    /// Empty objects and lists have a blank inside.
    loose: bool,
    end: &'static str,
}

const BASE: Habit = Habit {
    indent: Some("  "),
    line_break: "\n",
    colon: ": ",
    comma: ", ",
    ascii: false,
    slash: false,
    html: false,
    short_lists: false,
    loose: false,
    end: "\n",
};

/// npm, Python plain and pretty, Go plain and pretty, PHP, jq in two moods, .NET, a formatter, Terraform, a hand.
const HABITS: [Habit; 12] = [
    BASE,
    Habit {
        indent: None,
        ascii: true,
        end: "",
        ..BASE
    },
    Habit {
        indent: Some("    "),
        ascii: true,
        end: "",
        ..BASE
    },
    Habit {
        indent: None,
        colon: ":",
        comma: ",",
        html: true,
        end: "",
        ..BASE
    },
    Habit {
        indent: Some("\t"),
        html: true,
        ..BASE
    },
    Habit {
        indent: Some("    "),
        ascii: true,
        slash: true,
        end: "",
        ..BASE
    },
    Habit {
        indent: None,
        colon: ":",
        comma: ",",
        ..BASE
    },
    Habit {
        indent: Some("\t"),
        ..BASE
    },
    Habit {
        line_break: "\r\n",
        end: "\r\n",
        ..BASE
    },
    Habit {
        short_lists: true,
        ..BASE
    },
    Habit { end: "", ..BASE },
    Habit {
        indent: Some("   "),
        colon: " : ",
        loose: true,
        end: "\n\n",
        ..BASE
    },
];

/// The name and the text of a file; each number gives another one.
pub fn real(number: usize, rng: &mut StdRng) -> (String, String) {
    let (topic, make) = TOPICS[number % TOPICS.len()];
    let habit_number = (number / TOPICS.len()) % HABITS.len();
    let habit = HABITS[habit_number];
    let mut printer = Printer {
        out: String::new(),
        habit,
    };
    printer.value(&make(rng), 0);
    printer.out.push_str(habit.end);
    (format!("{topic}-{habit_number}-{number}"), printer.out)
}

type Make = fn(&mut StdRng) -> Value;

const TOPICS: [(&str, Make); 10] = [
    ("package", package),
    ("lock", lock),
    ("service-account", service_account),
    ("tfvars", tfvars),
    ("policy", policy),
    ("manifest", manifest),
    ("settings", settings),
    ("locale", locale),
    ("places", places),
    ("report", report),
];

fn text(text: impl Into<String>) -> Value {
    Text(text.into())
}

fn object(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    Object(
        entries
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
    )
}

fn many<T>(rng: &mut StdRng, most: usize, mut make: impl FnMut(&mut StdRng, usize) -> T) -> Vec<T> {
    let count = rng.random_range(0..=most);
    (0..count).map(|index| make(rng, index)).collect()
}

fn hex(rng: &mut StdRng, digits: usize) -> String {
    (0..digits)
        .map(|_| char::from_digit(rng.random_range(0..16), 16).unwrap_or('0'))
        .collect()
}

fn integer(rng: &mut StdRng) -> Value {
    Number(rng.random_range(-9..100_000).to_string())
}

fn flag(rng: &mut StdRng) -> Value {
    Word(if rng.random_range(0..2) == 0 {
        "true"
    } else {
        "false"
    })
}

fn version(rng: &mut StdRng) -> String {
    let mut part = || rng.random_range(0..30);
    format!("{}.{}.{}", part(), part(), part())
}

fn package(rng: &mut StdRng) -> Value {
    let depends = many(rng, 8, |rng, index| {
        let range = ["^", "~", ">=", "", ">=1.0.0 <"][rng.random_range(0..5)];
        (
            format!("@scope/part-{index}"),
            text(range.to_owned() + &version(rng)),
        )
    });
    object([
        ("name", text("shop")),
        ("version", text(version(rng))),
        ("private", flag(rng)),
        ("description", text("The shop’s front door & back office")),
        (
            "repository",
            object([
                ("type", text("git")),
                ("url", text("git+https://example.org/shop.git")),
            ]),
        ),
        (
            "scripts",
            object([
                (
                    "test",
                    text("node --test 2>&1 | tee \"out.log\" && exit $?"),
                ),
                ("build", text("tsc -p .")),
            ]),
        ),
        ("dependencies", Object(depends)),
        ("files", List(vec![text("dist/**"), text("!dist/*.map")])),
        (
            "author",
            text("Zoë <zoe@example.org> (https://example.org/)"),
        ),
    ])
}

fn lock(rng: &mut StdRng) -> Value {
    let packages = many(rng, 25, |rng, index| {
        let entry = object([
            ("version", text(version(rng))),
            (
                "resolved",
                text(format!(
                    "https://registry.example.org/part-{index}/-/part-{index}.tgz"
                )),
            ),
            ("integrity", text(format!("sha512-{}+/==", hex(rng, 80)))),
            ("dev", flag(rng)),
            ("engines", object([("node", text(">=18"))])),
        ]);
        (format!("node_modules/part-{index}"), entry)
    });
    object([
        ("lockfileVersion", Number("3".into())),
        ("requires", Word("true")),
        ("packages", Object(packages)),
    ])
}

fn service_account(rng: &mut StdRng) -> Value {
    let lines: Vec<String> = (0..26).map(|_| hex(rng, 64)).collect();
    let key = format!(
        "-----BEGIN THING-----\n{}\n-----END THING-----\n",
        lines.join("\n")
    );
    object([
        ("type", text("service_account")),
        ("project_id", text("shop-1234")),
        ("private_key_id", text(hex(rng, 40))),
        ("private_key", text(key)),
        ("client_email", text("robot@shop-1234.example.org")),
        ("client_id", text("104563982301948573920")),
        (
            "auth_uri",
            text("https://accounts.example.org/o/oauth2/auth?a=1&b=2"),
        ),
    ])
}

fn tfvars(rng: &mut StdRng) -> Value {
    let zones = many(rng, 4, |_, index| {
        text(format!("eu-west-1{}", char::from(b'a' + index as u8)))
    });
    let tags = many(rng, 5, |rng, index| {
        (format!("tag:{index}"), text(hex(rng, 6)))
    });
    object([
        ("region", text("eu-west-1")),
        ("instance_count", integer(rng)),
        (
            "db_password",
            text(format!("p@ss\\w0rd\"{}'${{x}}", hex(rng, 4))),
        ),
        ("zones", List(zones)),
        (
            "ratio",
            Number(["0.5", "0.50", "1.0", "1e-3"][rng.random_range(0..4)].into()),
        ),
        ("tags", Object(tags)),
        ("override", Word("null")),
    ])
}

fn policy(rng: &mut StdRng) -> Value {
    let statements = many(rng, 5, |rng, index| {
        object([
            ("Sid", text(format!("Statement{index}"))),
            (
                "Effect",
                text(if rng.random_range(0..2) == 0 {
                    "Allow"
                } else {
                    "Deny"
                }),
            ),
            ("Action", List(vec![text("s3:Get*"), text("s3:List*")])),
            ("Resource", text("arn:aws:s3:::bucket/${aws:username}/*")),
            (
                "Condition",
                object([("NumericLessThan", object([("s3:max-keys", integer(rng))]))]),
            ),
        ])
    });
    object([
        ("Version", text("2012-10-17")),
        ("Statement", List(statements)),
    ])
}

fn manifest(rng: &mut StdRng) -> Value {
    let data = many(rng, 6, |rng, index| {
        (
            format!("key-{index}.conf"),
            text(format!("{}==", hex(rng, 30))),
        )
    });
    object([
        ("apiVersion", text("v1")),
        ("kind", text("Secret")),
        (
            "metadata",
            object([
                ("name", text("shop")),
                ("labels", Object(vec![])),
                ("creationTimestamp", Word("null")),
            ]),
        ),
        ("type", text("Opaque")),
        ("data", Object(data)),
    ])
}

fn settings(rng: &mut StdRng) -> Value {
    object([
        (
            "ConnectionStrings",
            object([(
                "Default",
                text("Server=db;Database=shop;User Id=sa;Password=<secret>;"),
            )]),
        ),
        (
            "Logging",
            object([(
                "LogLevel",
                object([
                    ("Default", text("Information")),
                    ("Microsoft.*", text("Warning")),
                ]),
            )]),
        ),
        ("AllowedHosts", text("*")),
        (
            "Feature",
            object([
                ("Beta", flag(rng)),
                ("Share", Number("0.25".into())),
                ("Limit", integer(rng)),
            ]),
        ),
        ("Empty", List(vec![])),
        ("Path", text("C:\\Program Files\\Shop\\")),
    ])
}

fn locale(rng: &mut StdRng) -> Value {
    const WORDS: [&str; 9] = [
        "Größe",
        "日本語のテキスト",
        "«Привет»",
        "emoji 🎉👩‍🚀",
        "{{count}} items",
        "<b>bold</b> & more",
        "line\nbreak\ttab",
        "it’s “quoted”",
        "",
    ];
    let entries = many(rng, 14, |rng, index| {
        (
            format!("message.{index}"),
            text(WORDS[rng.random_range(0..WORDS.len())]),
        )
    });
    Object(entries)
}

fn places(rng: &mut StdRng) -> Value {
    let features = many(rng, 6, |rng, index| {
        let coordinate = |rng: &mut StdRng| {
            Number(format!(
                "{}.{:06}0",
                rng.random_range(-179..180),
                rng.random_range(0..1_000_000)
            ))
        };
        let point = List(vec![coordinate(rng), coordinate(rng)]);
        object([
            ("type", text("Feature")),
            (
                "id",
                Number((9_007_199_254_740_000_u64 + index as u64).to_string()),
            ),
            (
                "geometry",
                object([("type", text("Point")), ("coordinates", point)]),
            ),
            ("properties", Object(vec![])),
        ])
    });
    object([
        ("type", text("FeatureCollection")),
        ("features", List(features)),
    ])
}

fn report(rng: &mut StdRng) -> Value {
    let rows = many(rng, 20, |rng, _| {
        let float = format!(
            "{}e-{:02}",
            rng.random_range(1..10),
            rng.random_range(5..20)
        );
        List(vec![
            integer(rng),
            Number(float),
            flag(rng),
            Word("null"),
            text(hex(rng, 8)),
        ])
    });
    object([
        ("generated", text("2024-05-01T12:00:00Z")),
        ("total", Number("12345678901234567890".into())),
        ("rows", List(rows)),
    ])
}

struct Printer {
    out: String,
    habit: Habit,
}

impl Printer {
    fn value(&mut self, value: &Value, level: usize) {
        match value {
            Word(word) => self.out.push_str(word),
            Number(number) => self.out.push_str(number),
            Text(text) => self.text(text),
            List(items) => {
                let short = self.habit.short_lists
                    && items.iter().all(|it| matches!(it, Word(_) | Number(_)));
                self.container(['[', ']'], items, level, short, |it, item, level| {
                    it.value(item, level)
                });
            }
            Object(entries) => self.container(
                ['{', '}'],
                entries,
                level,
                false,
                |it, (key, value), level| {
                    it.text(key);
                    it.out.push_str(it.habit.colon);
                    it.value(value, level);
                },
            ),
        }
    }

    fn container<T>(
        &mut self,
        [open, close]: [char; 2],
        all: &[T],
        level: usize,
        short: bool,
        put: impl Fn(&mut Self, &T, usize),
    ) {
        self.out.push(open);
        let indent = self.habit.indent.filter(|_| !short);
        for (index, one) in all.iter().enumerate() {
            match indent {
                Some(indent) => {
                    self.out.push_str(if index > 0 { "," } else { "" });
                    self.out.push_str(self.habit.line_break);
                    self.out.push_str(&indent.repeat(level + 1));
                }
                None => self
                    .out
                    .push_str(if index > 0 { self.habit.comma } else { "" }),
            }
            put(self, one, level + 1);
        }
        match indent {
            Some(indent) if !all.is_empty() => {
                self.out.push_str(self.habit.line_break);
                self.out.push_str(&indent.repeat(level));
            }
            _ if all.is_empty() && self.habit.loose => self.out.push(' '),
            _ => {}
        }
        self.out.push(close);
    }

    fn text(&mut self, text: &str) {
        let habit = self.habit;
        self.out.push('"');
        for char in text.chars() {
            match char {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\t' => self.out.push_str("\\t"),
                '/' if habit.slash => self.out.push_str("\\/"),
                '<' | '>' | '&' if habit.html => self.escape(char),
                char if habit.ascii && !char.is_ascii() => self.escape(char),
                char => self.out.push(char),
            }
        }
        self.out.push('"');
    }

    fn escape(&mut self, char: char) {
        for unit in char.encode_utf16(&mut [0; 2]) {
            _ = write!(self.out, "\\u{unit:04x}");
        }
    }
}
