//! JSON files as people keep them: what they are about. The habits of the tools that wrote them are in `print`.

mod print;

use rand::RngExt as _;
use rand::rngs::StdRng;

use print::Value::{self, List, Number, Object, Text, Word};
use print::{HABITS, print};

/// The name and the text of a file; each number gives another one.
pub fn real(number: usize, rng: &mut StdRng) -> (String, String) {
    let (topic, make) = TOPICS[number % TOPICS.len()];
    let habit = (number / TOPICS.len()) % HABITS.len();
    let text = print(&make(rng), HABITS[habit]);
    (format!("{topic}-{habit}-{number}"), text)
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
