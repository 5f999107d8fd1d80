use selkie_crypto::{Cipher, Kind, Nonce, Secret, Timestamp};

use super::{Reseal, reseal};
use crate::metadata::FORMAT_VERSION;
use crate::seal::Comments;
use crate::selection::{Selection, SelectorFields};
use crate::testing::{key, opened, rng, sealed};
use crate::{Error, Format, Plain, Sealed, open};

fn how() -> Reseal<'static> {
    Reseal {
        now: Timestamp::from_unix(1_800_000_000),
        layout: true,
        comments: Comments::Encrypted,
        raise_version: false,
        rule: None,
    }
}

fn plain(text: &str) -> Plain {
    Plain::read(Format::Yaml, Secret::from(text.as_bytes().to_vec())).unwrap()
}

fn again(old: &str, text: &str, how: &Reseal<'_>) -> Result<String, Error> {
    let old = open(
        Sealed::read(Format::Yaml, old.as_bytes().to_vec()).unwrap(),
        &key(),
    )
    .unwrap();
    let result = reseal(&old, plain(text), &key(), how, &mut rng(3))?;
    Ok(String::from_utf8(result.bytes).unwrap())
}

/// The lines that only one of two texts has, marked as a diff marks them; tokens are left out.
fn diff(old: &str, new: &str) -> Vec<String> {
    let (mut old, mut new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    while !old.is_empty() && !new.is_empty() && old[0] == new[0] {
        old.remove(0);
        new.remove(0);
    }
    let mut lines = Vec::new();
    for line in &old {
        match new.iter().position(|it| it == line) {
            Some(at) => _ = new.remove(at),
            None => lines.push(format!("-{line}")),
        }
    }
    lines.extend(new.iter().map(|line| format!("+{line}")));
    lines
        .into_iter()
        .map(|line| match line.find("ENC[") {
            Some(at) => format!("{}…", &line[..at]),
            None => line,
        })
        .filter(|line| !line.contains("    lastmodified: ") && !line.contains("    mac: "))
        .collect()
}

/// Edits an old file by replacing one text, and compares what changed beside the time and the MAC.
#[track_caller]
fn check(old: &str, replaced: &str, by: &str, expected: &[&str]) -> String {
    let before = opened(old.as_bytes());
    assert!(before.contains(replaced), "{before}");
    let text = before.replacen(replaced, by, 1);
    let new = again(old, &text, &how()).unwrap();
    assert_eq!(opened(new.as_bytes()), text, "{new}");
    assert_eq!(diff(old, &new), expected, "{old}\n{new}");
    assert_eq!(again(old, &before, &how()).unwrap(), old);
    new
}

fn of_ours(text: &str) -> String {
    String::from_utf8(sealed(text)).unwrap()
}

/// As sops writes: every token bare, whatever the value needs.
fn of_sops(text: &str) -> String {
    of_ours(text)
        .replace("\"ENC[", "ENC[")
        .replace("'ENC[", "ENC[")
        .replace("]\"", "]")
        .replace("]'", "]")
}

#[test]
fn one_value_is_one_line() {
    let text = "\
# head
a: one # behind
b: '5'
c: \"p: q\"

d:
  - x
  - x
  # in the list
  - &y x
  - *y
e: |
  lines
  of text
f: {g: 1, h: [true, 2.50]}
i_unencrypted: 0x1F
";
    let old = of_ours(text);
    check(
        &old,
        "a: one",
        "a: two",
        &["-a: …", "-    layout: …", "+a: …", "+    layout: …"],
    );
    check(
        &old,
        "'5'",
        "'6'",
        &["-b: '…", "-    layout: …", "+b: '…", "+    layout: …"],
    );
    check(
        &old,
        "  of text",
        "  of words",
        &["-  …", "-    layout: …", "+  …", "+    layout: …"],
    );
    check(
        &old,
        "0x1F",
        "0x2F",
        &[
            "-i_unencrypted: 0x1F",
            "-    layout: …",
            "+i_unencrypted: 0x2F",
            "+    layout: …",
        ],
    );
    check(
        &old,
        "b: '5'\n",
        "",
        &["-b: '…", "-    layout: …", "+    layout: …"],
    );
    check(
        &old,
        "\nd:",
        "\nnew: 1\nd:",
        &["-    layout: …", "+new: …", "+    layout: …"],
    );
    check(
        &old,
        "# head",
        "# top",
        &["-#…", "-    layout: …", "+#…", "+    layout: …"],
    );
}

#[test]
fn bare_tokens_stay_bare() {
    let old = of_sops("a: '5'\nb: \"p: q\"\nc: \"\\t\"\nd: 'true' # x\ne: z\n");
    assert_eq!(diff(&of_ours("a: 1\n"), &of_ours("a: 1\n")), [""; 0]);
    check(&old, "e: z", "e: w", &["-e: …", "+e: …"]);
    check(&old, "e: z", "e: z\nf: 1", &["+f: …"]);
    check(
        &old,
        "e: z",
        "e: 0x10",
        &["-e: …", "+e: …", "+    layout: …"],
    );
    // The value of a line that was touched has the token that its own spelling asks for.
    check(&old, "# x", "# y", &["-d: …", "+d: \"…"]);
}

#[test]
fn a_block_of_sops_keeps_its_order() {
    let ours = of_sops("a: 1\nb: 2\n");
    let (values, block) = ours.split_once("sops:\n").unwrap();
    let of = |name: &str| {
        block
            .lines()
            .find(|line| line.trim_start().starts_with(name))
            .unwrap()
            .to_owned()
    };
    let keys: String = block
        .split_inclusive('\n')
        .take_while(|line| !line.contains("lastmodified"))
        .collect();
    let old = format!(
        "{values}sops:\n    kms: []\n{keys}{}\n{}\n    pgp: []\n    strange: true\n{}\n    version: 3.11.0\n",
        of("lastmodified"),
        of("mac:"),
        of("unencrypted_suffix"),
    );
    check(&old, "a: 1", "a: 3", &["-a: …", "+a: …"]);
    // The record has its place before the MAC.
    let new = check(
        &old,
        "a: 1",
        "a: 0x3",
        &["-a: …", "+a: …", "+    layout: …"],
    );
    check(&new, "0x3", "3", &["-    layout: …"]);
    let raised = Reseal {
        raise_version: true,
        ..how()
    };
    let new = again(&old, "a: 1\nb: 3\n", &raised).unwrap();
    let version = format!("+    version: {FORMAT_VERSION}");
    assert_eq!(
        diff(&old, &new),
        ["-b: …", "-    version: 3.11.0", "+b: …", version.as_str()]
    );
}

#[test]
fn a_block_stands_where_it_stood() {
    let ours = of_ours("a: 1\nb: 2\n");
    let (values, block) = ours.split_once("sops:\n").unwrap();
    let (first, second) = values.split_once('\n').unwrap();
    let old = format!("{first}\nsops:\n{block}{second}");
    let new = check(&old, "a: 1", "a: 3", &["-a: …", "+a: …"]);
    assert!(new.find("sops:") < new.find("b:"), "{new}");
    // In braces, at the end of the text, and without a last line break.
    check(
        &of_ours("{a: 1, b: x}\n"),
        "1",
        "2",
        &["-{a: \"…", "+{a: \"…"],
    );
    check(&of_ours("a: 1\nb: x"), "a: 1", "a: 2", &["-a: …", "+a: …"]);
    check(&of_ours("a: 1\nb: x"), "b: x", "b: w", &["-b: …", "+b: …"]);
    check(
        &of_ours("a: 1\n---\nb: x\n---\n"),
        "b: x",
        "b: w\nc: 1",
        &["-b: …", "+b: …", "+c: …"],
    );
}

#[test]
fn comments_stay_as_they_stood() {
    let ours = of_ours("# one\na: 1 # two\nb: 2\n");
    let open = ours.lines().next().unwrap();
    let old = ours.replacen(open, "# one", 1);
    // Plain ones stay plain, on a line that was touched too.
    check(&old, "# one", "# one\n# new", &["+#…"]);
    let new = check(
        &old,
        "# one\na: 1",
        "x: 1\n# one\na: 2",
        &["-a: …", "+x: …", "+a: …"],
    );
    assert!(new.contains("\n# one\n"), "{new}");
    let plainly = Reseal {
        comments: Comments::Plain,
        ..how()
    };
    let text = "# one\na: 1 # two\n# new\nb: 2 # two\n";
    let new = again(&old, text, &plainly).unwrap();
    assert_eq!(opened(new.as_bytes()), text);
    assert_eq!(diff(&old, &new), ["-b: …", "+# new", "+b: …"]);
    assert_eq!(new.matches("# two").count(), 0, "{new}");
    // One that does not open stays too.
    let old = ours.replacen("#ENC[AES256_GCM,data:", "#ENC[AES256_GCM,data:AAAA", 1);
    check(&old, "b: 2", "b: 3", &["-b: …", "+b: …"]);
}

/// A comment in a block scalar's header stands inside of the value, and is none of its business: it stays sealed though another
/// that says the same is readable.
#[test]
fn comments_in_headers_stay_as_they_stood() {
    for header in ["|", ">-", "|2+", "&x |", "!local >"] {
        let text = format!("a: {header} # x\n  one\nb_unencrypted:\n  k: 1 # x\nc: 1\n");
        let old = of_ours(&text);
        assert_eq!(old.matches("# x").count(), 1, "{old}");
        check(&old, "c: 1", "c: 2", &["-c: …", "+c: …"]);
        check(&old, "a:", "new: 1\na:", &["+new: …"]);
    }
    for tagged in [
        "!!int # x\n  5",
        "&x !!int # x\n  '5'",
        "!!int # x\n  &x 5",
        "!!binary | # x\n  aGk=",
        "!!int &x |- # x\n  5",
    ] {
        let old = of_ours(&format!("a: {tagged}\nb_unencrypted:\n  k: 1 # x\nc: 1\n"));
        let record = ["-    layout: …", "+    layout: …"];
        check(
            &old,
            "c: 1",
            "c: 2",
            &["-c: …", record[0], "+c: …", record[1]],
        );
        check(&old, "a:", "new: 1\na:", &[record[0], "+new: …", record[1]]);
    }
}

/// As sops has them: an encrypted comment in a list is an item, and one comment holds several lines.
#[test]
fn comments_that_are_items_stay_items() {
    let seal = |kind, text: &str, path: &str| {
        Cipher::new(&key()).seal(
            kind,
            text.as_bytes(),
            path.as_bytes(),
            &Nonce::from_bytes([9; 32]),
        )
    };
    let ours = of_ours("l:\n    - x\nb: 2\n");
    let item = seal(Kind::Comment, " one\n two", "l:");
    let old = ours.replacen("l:\n", &format!("l:\n    - {item}\n"), 1);
    assert_eq!(
        opened(old.as_bytes()),
        "l:\n    # one\n    # two\n    - x\nb: 2\n"
    );
    check(&old, "b: 2", "b: 3", &["-b: …", "+b: …"]);
    check(&old, "- x", "- x\n    - w", &["+    - …"]);
    // Its lines are comments of their own once they were touched.
    check(&old, "# two", "# 2", &["-    - …", "+    #…", "+    #…"]);
}

#[test]
fn a_value_at_another_path_is_sealed_anew() {
    let old = of_sops("a:\n  x: '5'\n  y: '6'\nb: 1\n");
    check(
        &old,
        "a:",
        "c:",
        &["-a:", "-  x: …", "-  y: …", "+c:", "+  x: \"…", "+  y: \"…"],
    );
}

/// What another writer spelled otherwise than SOPS does would be another plaintext under the same nonce.
#[test]
fn nonces_of_other_spellings_are_not_used_again() {
    let cipher = Cipher::new(&key());
    let nonce = Nonce::from_bytes([9; 32]);
    for (kind, theirs, value) in [
        (Kind::Bool, "true", "true"),
        (Kind::Int, "007", "7"),
        (Kind::Float, "1.50", "1.5"),
        (Kind::Bytes, "x", "x"),
    ] {
        let ours = of_ours(&format!("a: {value}\nb: 1\n"));
        let token = cipher.seal(kind, theirs.as_bytes(), b"a:", &nonce);
        let token = if kind == Kind::Bytes {
            token.replace("type:str", "type:bytes")
        } else {
            token
        };
        let own = ours.lines().next().unwrap();
        let old = ours.replacen(own, &format!("a: {token}"), 1);
        // Untouched, the token stays; on a line that was touched it gets another nonce.
        let new = check(&old, "b: 1", "b: 2", &["-b: …", "+b: …"]);
        assert!(new.contains(&token), "{new}");
        let iv = token
            .split(",iv:")
            .nth(1)
            .unwrap()
            .split(',')
            .next()
            .unwrap();
        let text = format!("a: {value} # x\nb: 1\n");
        let new = again(&old, &text, &how()).unwrap();
        assert_eq!(opened(new.as_bytes()), text);
        assert!(!new.contains(iv), "{new}");
    }
}

#[test]
fn equal_items_keep_their_own_tokens() {
    let old = of_ours("l:\n  - x\n  - z\n  - x\n");
    check(&old, "  - x\n", "", &["-  - …"]);
    let new = check(&old, "l:\n", "l:\n  - x\n", &["+  - …"]);
    let mut lines: Vec<_> = new.lines().filter(|line| line.contains("- ENC")).collect();
    lines.sort_unstable();
    lines.dedup();
    assert_eq!(lines.len(), 4, "{new}");
}

#[test]
fn what_the_rule_would_encrypt_is_refused() {
    let fields = SelectorFields {
        encrypted_regex: Some("secret".to_owned()),
        ..SelectorFields::default()
    };
    let rule = Selection::from_fields(&fields).unwrap();
    let loosened = "a: 1\nsecret_unencrypted: old\n";
    let old = of_ours(loosened);
    let how = Reseal {
        rule: Some(&rule),
        ..how()
    };
    for (text, refused) in [
        ("a: 2\nsecret_unencrypted: old\n", false),
        ("a: 2\nsecret_unencrypted: new\n", true),
        ("a: 2\nsecret_unencrypted: old\nnew_unencrypted: x\n", false),
        ("a: 2\nb:\n  secret_unencrypted: x\n", true),
    ] {
        let result = again(&old, text, &how);
        assert_eq!(
            matches!(result, Err(Error::Exposed { .. })),
            refused,
            "{text}"
        );
        assert_eq!(result.is_err(), refused, "{text}");
    }
}

#[test]
fn metadata_is_shown_and_taken_out_again() {
    for text in ["a: 1\n", "a: 1", "{a: 1, b: x}\n", "a: 1\n---\nb: 2\n"] {
        let old = of_ours(text);
        let opened = open(
            Sealed::read(Format::Yaml, old.clone().into_bytes()).unwrap(),
            &key(),
        )
        .unwrap();
        let shown = String::from_utf8(opened.with_metadata().expose().to_vec()).unwrap();
        assert!(shown.contains("recipient"), "{shown}");
        let back = opened.without_metadata(shown.as_bytes()).unwrap();
        assert_eq!(back.expose(), text.as_bytes());
        let edited = shown.replacen("a: 1", "a: 7", 1);
        let back = opened.without_metadata(edited.as_bytes()).unwrap();
        assert_eq!(back.expose(), text.replace("a: 1", "a: 7").as_bytes());
        let changed = shown.replacen("age1", "age2", 1);
        assert!(opened.without_metadata(changed.as_bytes()).is_none());
    }
}

#[test]
fn other_formats() {
    let rows = [
        (
            Format::Json,
            "{\n  \"a\": \"one\",\n  \"b\": [1, 2.50],\n  \"c\": \"two\"\n}\n",
            1,
        ),
        (Format::Dotenv, "# head\nA=one\nB=\n# foot\nC=two\n", 1),
        (
            Format::Ini,
            "; head\n[s]\na = one\nb=2\n\n[t]\n# more\nc = two\n",
            1,
        ),
        (Format::Binary, "one and two", 1),
    ];
    for (format, text, most) in rows {
        let read =
            |text: &str| Plain::read(format, Secret::from(text.as_bytes().to_vec())).unwrap();
        let header = crate::testing::header(&SelectorFields::default());
        let old = crate::seal(
            read(text),
            &key(),
            header,
            &crate::Nonces::none(),
            &mut rng(1),
        );
        let old = old.unwrap().bytes;
        let open =
            |bytes: &[u8]| open(Sealed::read(format, bytes.to_vec()).unwrap(), &key()).unwrap();
        let again = |text: &str| reseal(&open(&old), read(text), &key(), &how(), &mut rng(3));
        assert_eq!(again(text).unwrap().bytes, old, "{format:?}");
        for (from, by) in [("one", "three"), ("two", "four")] {
            let edited = text.replace(from, by);
            let new = again(&edited).unwrap().bytes;
            assert_eq!(open(&new).plain.source(), edited.as_bytes(), "{format:?}");
            let [old, new] = [&old, &new].map(|bytes| String::from_utf8(bytes.clone()).unwrap());
            let own = ["lastmodified", "mac", "layout"];
            let changed = diff(&old, &new)
                .into_iter()
                .filter(|line| line.starts_with('+') && !own.iter().any(|it| line.contains(it)))
                .count();
            assert!(
                (1..=most).contains(&changed),
                "{format:?} {:?}",
                diff(&old, &new)
            );
        }
    }
}
