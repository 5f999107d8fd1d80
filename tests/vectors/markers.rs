//! Flux tells by exact bytes that a file is encrypted, and hands a file without them on as it is: whatever writes a file writes them.
//! Flux itself is tried in the suite `flux`.

use std::fs;

use selkie_crypto::{DataKey, Secret, Timestamp};
use selkie_document::path::Path;
use selkie_document::selection::{Selection, SelectorFields};
use selkie_document::{
    Format, Header, Nonces, Plain, Reseal, Sealed, Value, Warning, binary, open, rekey, reseal,
    rotate, seal, set, unset,
};
use selkie_tests::party::NOW;
use selkie_tests::repository::{corpus, top};
use selkie_tests::{Party, seeded};

/// What is looked for in each format; the last two are the same because binary files are sealed as JSON.
const MARKERS: [(Format, &str); 5] = [
    (Format::Yaml, "mac: ENC["),
    (Format::Dotenv, "sops_mac=ENC["),
    (Format::Ini, "[sops]"),
    (Format::Json, "\"mac\": \"ENC["),
    (Format::Binary, "\"mac\": \"ENC["),
];

/// Whether the marker stands in the file, in one line with nothing of its own before it.
fn is_marked(format: Format, sealed: &[u8]) -> bool {
    let marker = MARKERS.iter().find(|row| row.0 == format).unwrap().1;
    // The bytes of files in other encodings are looked at as they are.
    String::from_utf8_lossy(sealed)
        .split(['\n', '\r'])
        .any(|line| line.trim_start().starts_with(marker))
}

struct Bench {
    key: DataKey,
    header: Header,
}

impl Bench {
    fn new() -> Self {
        let (key, header) = Party::new().header(&mut seeded(1));
        Self { key, header }
    }

    fn seal(&self, format: Format, text: &[u8]) -> selkie_document::SealedText {
        let plain = Plain::read(format, Secret::from(text.to_vec())).unwrap();
        let header = self.header.clone();
        seal(plain, &self.key, header, &Nonces::none(), &mut seeded(2)).unwrap()
    }
}

#[test]
fn yaml_is_marked_or_its_braces_are_named() {
    let bench = Bench::new();
    let (mut marked, mut named) = (0, 0);
    for path in corpus() {
        let sealed = bench.seal(Format::Yaml, &fs::read(&path).unwrap());
        let braces = |warning: &Warning| matches!(warning, Warning::Braces { .. });
        let is_named = sealed.warnings.iter().any(braces);
        let is_marked = is_marked(Format::Yaml, &sealed.bytes);
        assert!(is_marked != is_named, "{}", path.display());
        marked += u32::from(is_marked);
        named += u32::from(is_named);
    }
    assert!(marked >= 45 && named >= 2, "{marked} marked, {named} named");
}

#[test]
fn files_of_every_other_format_are_marked() {
    let bench = Bench::new();
    for format in [Format::Json, Format::Dotenv, Format::Ini] {
        let folder = top().join("tests/vectors").join(format.name());
        for entry in folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            let sealed = bench.seal(format, &fs::read(&path).unwrap());
            if format == Format::Json {
                let text = String::from_utf8_lossy(&sealed.bytes);
                assert!(text.contains("\"mac\": \"ENC["), "{}", path.display());
            } else {
                assert!(is_marked(format, &sealed.bytes), "{}", path.display());
            }
        }
    }
    for content in [b"".as_slice(), b"\0\xff", b"text\n"] {
        assert!(is_marked(
            Format::Binary,
            &bench.seal(Format::Binary, content).bytes
        ));
        let (key, header) = (&bench.key, bench.header.clone());
        let whole = binary::seal(content.to_vec().into(), key, header, &mut seeded(2)).unwrap();
        let mut bytes = Vec::new();
        whole.write(&mut bytes).unwrap();
        assert!(is_marked(Format::Binary, &bytes));
    }
}

/// A plain text, the same edited, and a path that can be set.
const REWRITTEN: [(Format, &str, &str, &str); 5] = [
    (Format::Yaml, "a: 0x1\n", "a: 0x2\n# b\n", "[\"a\"]"),
    (Format::Yaml, "l: [1]\n...\n", "l: [2]\n...\n", "[\"b\"]"),
    (Format::Dotenv, "A=1\n", "A=2\n#b", "[\"A\"]"),
    (
        Format::Ini,
        "[s]\nk=1\n",
        "; b\n[s]\nk=2\n",
        "[\"s\"][\"k\"]",
    ),
    (Format::Json, "{\n\"a\":\n1}", "{\n\"a\":\n2}", "[\"a\"]"),
];

#[test]
fn rewriting_leaves_the_marker() {
    let bench = Bench::new();
    for (format, plain, edited, path) in REWRITTEN {
        let (key, rng) = (&bench.key, &mut seeded(3));
        let bytes = bench.seal(format, plain.as_bytes()).bytes;
        let read = || Sealed::read(format, bytes.clone()).unwrap();
        let now = Timestamp::from_unix(NOW + 1);
        let path = Path::parse(path).unwrap();
        let value = Value::Str(Secret::from("new".to_owned()));
        let was_set = set(read(), key, &path, value, now, rng).unwrap().bytes;
        let again = Sealed::read(format, was_set.clone()).unwrap();
        let was_unset = unset(again, key, &path, now, rng).unwrap().bytes;
        let (new_key, header) = Party::new().header(rng);
        let keyring = header.keyring;
        let rekeyed = rekey(read(), keyring.clone()).bytes;
        let rotated = rotate(read(), key, &new_key, keyring, now, rng)
            .unwrap()
            .bytes;
        let how = Reseal {
            now,
            layout: true,
            comments: header.comments,
            raise_version: true,
            rule: None,
        };
        let text = Plain::read(format, Secret::from(edited.to_owned())).unwrap();
        let edited = reseal(&open(read(), key).unwrap(), text, key, &how, rng)
            .unwrap()
            .bytes;
        for (by, written) in [
            ("seal", &bytes),
            ("set", &was_set),
            ("unset", &was_unset),
            ("rekey", &rekeyed),
            ("rotate", &rotated),
            ("reseal", &edited),
        ] {
            assert!(
                is_marked(format, written),
                "{by} of {plain:?}:\n{}",
                String::from_utf8_lossy(written)
            );
        }
    }
}

#[test]
fn objects_of_kind_sops_secret_never_have_a_layout_record() {
    /// The text of another kind has one, so that its absence means something.
    #[track_caller]
    fn check(format: Format, before: &str, after: &str) {
        let mut bench = Bench::new();
        let fields = SelectorFields {
            encrypted_suffix: Some("Templates".to_owned()),
            ..SelectorFields::default()
        };
        bench.header.selection = Selection::from_fields(&fields).unwrap();
        for (kind, has_record) in [("Secret", true), ("SopsSecret", false)] {
            let plain = format!("{before}{kind}{after}");
            let (key, rng) = (&bench.key, &mut seeded(4));
            let sealed = bench.seal(format, plain.as_bytes());
            let read = || Sealed::read(format, sealed.bytes.clone()).unwrap();
            let now = Timestamp::from_unix(NOW + 1);
            let new = Value::Str(Secret::from("new".to_owned()));
            let path = Path::parse("[\"newTemplates\"]").unwrap();
            let was_set = set(read(), key, &path, new, now, rng).unwrap();
            let (new_key, header) = Party::new().header(rng);
            let keyring = header.keyring;
            let rekeyed = rekey(read(), keyring.clone());
            let rotated = rotate(read(), key, &new_key, keyring, now, rng).unwrap();
            for text in [sealed, was_set, rekeyed, rotated] {
                let text = String::from_utf8(text.bytes).unwrap();
                assert_eq!(text.contains("layout"), has_record, "{text}");
            }
        }
    }
    check(
        Format::Yaml,
        "apiVersion: v1\nkind: ",
        "\nspec:\n  secretTemplates:\n    - {name: a, n: 0x1F}\n    - >\n      folded\n      text\n",
    );
    check(
        Format::Json,
        "{\"kind\": \"",
        "\", \"secretTemplates\": [1.50, \"\\u0041\"]}",
    );
}
