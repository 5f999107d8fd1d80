//! Sealed files that were tampered with, and what is found in them.

use super::*;
use crate::Format;
use crate::selection::SelectorFields;
use crate::testing::sealed;

const TEXT: &str = "\
# note
db:
  user: ann
  password: hunter2
list: [one, two]
empty: ''
none:
n_unencrypted: 5
";

/// The line of the value, its path, and the name of the problem.
type Row<'a> = (usize, &'a str, &'a str);

fn read(text: &str) -> Sealed {
    Sealed::read(Format::Yaml, text.as_bytes().to_vec()).unwrap()
}

#[track_caller]
fn check_rows(text: &str, rule: Option<(&str, &str)>, rows: &[Row<'_>]) {
    let rule = rule.map(|(name, value)| {
        let mut fields = SelectorFields::default();
        let named = crate::selection::Selector::ALL.into_iter();
        let selector = named.into_iter().find(|it| it.name() == name).unwrap();
        fields.set(selector, value.to_owned());
        Selection::from_fields(&fields).unwrap()
    });
    let findings = check(&read(text), rule.as_ref());
    let found: Vec<Row<'_>> = findings
        .iter()
        .map(|it| (it.line, it.path.as_str(), it.problem.name()))
        .collect();
    assert_eq!(found, rows, "{text}");
}

/// The sealed text, and its lines to take apart.
fn text() -> String {
    String::from_utf8(sealed(TEXT)).unwrap()
}

/// The text with one line changed by `change`.
fn with(line: usize, change: impl Fn(&str) -> String) -> String {
    let text = text();
    let lines = text.lines().enumerate().map(|(index, text)| {
        if index + 1 == line {
            change(text)
        } else {
            text.to_owned()
        }
    });
    lines.map(|line| line + "\n").collect()
}

#[test]
fn a_sound_file_has_no_findings() {
    check_rows(&text(), None, &[]);
    check_rows(&text(), Some(Selection::DEFAULT), &[]);
    check_rows(&with(1, |_| "# plain".to_owned()), None, &[]);
}

#[test]
fn values() {
    let password = r#"["db"]["password"]"#;
    check_rows(
        &with(4, |_| "  password: hunter2".to_owned()),
        None,
        &[(4, password, "plain")],
    );
    check_rows(
        &with(4, |_| "  password: 5".to_owned()),
        None,
        &[(4, password, "plain")],
    );
    check_rows(&with(4, |_| "  password: ''".to_owned()), None, &[]);
    check_rows(
        &with(4, |line| line[..line.len() - 9].to_owned()),
        None,
        &[(4, password, "broken-token")],
    );
    check_rows(
        &with(4, |line| {
            format!("{line}{}", line.trim_start_matches("  password: "))
        }),
        None,
        &[(4, password, "doubled-token")],
    );
    check_rows(
        &with(4, |line| format!("{line} x")),
        None,
        &[(4, password, "text-behind-token")],
    );
    check_rows(
        &with(4, |line| line.replace("password", "password_unencrypted")),
        None,
        &[(4, r#"["db"]["password_unencrypted"]"#, "token-in-plain")],
    );
    check_rows(
        &with(4, |line| {
            format!("{line}\n{}", line.replace("password", "again"))
        }),
        None,
        &[(5, r#"["db"]["again"]"#, "copied-token")],
    );
    check_rows(
        &with(5, |_| "list: [1]".to_owned()),
        None,
        &[(5, r#"["list"][0]"#, "plain")],
    );
    check_rows(
        &with(1, |line| line[..60].to_owned()),
        None,
        &[(1, "", "broken-token")],
    );
}

#[test]
fn items_of_a_list_may_share_a_token() {
    let repeated = with(5, |line| {
        let first = line
            .trim_start_matches("list: [")
            .split(", ")
            .next()
            .unwrap();
        format!("list: [{first}, {first}]")
    });
    check_rows(&repeated, None, &[]);
}

#[test]
fn the_selector_of_the_rule() {
    // What the file leaves plain, the rule would encrypt; what it encrypts besides is no finding.
    check_rows(
        &text(),
        Some(("encrypted_regex", "^(db|n_unencrypted)$")),
        &[(8, r#"["n_unencrypted"]"#, "plain-by-rule")],
    );
    check_rows(&text(), Some(("encrypted_regex", "^db$")), &[]);
}

#[test]
fn metadata() {
    let line = |field: &str| {
        text()
            .lines()
            .position(|line| line.contains(field))
            .unwrap()
            + 1
    };
    let block = line("sops:");
    let (mac, age) = (line("mac: "), line("recipient:"));
    check_rows(
        &with(mac, |_| String::new()),
        None,
        &[(block, "", "no-mac")],
    );
    check_rows(
        &with(mac, |_| "    mac: ''".to_owned()),
        None,
        &[(block, "", "no-mac")],
    );
    check_rows(
        &with(mac, |line| line[..40].to_owned()),
        None,
        &[(block, "", "broken-mac")],
    );
    check_rows(
        &with(age, |line| {
            format!("{line}\n        - recipient: age1other")
        }),
        None,
        &[(block, "", "no-wrapped-key")],
    );
    check_rows(
        &with(mac, |line| format!("{line}\n    layout: ENC[AES256_GCM")),
        None,
        &[(block, "", "broken-layout")],
    );
    let groups = text().replace(
        "    age:\n",
        "    shamir_threshold: 3\n    key_groups:\n        - age: []\n        - age:\n            - {recipient: age1a, enc: x}\n    other:\n",
    );
    check_rows(
        &groups,
        None,
        &[(block, "", "empty-group"), (block, "", "threshold")],
    );
}

#[test]
fn a_large_plain_file_is_not_told_value_by_value() {
    let rows: Vec<String> = (0..MOST + 7)
        .map(|index| format!("k{index}: v\n"))
        .collect();
    let rows = rows.concat();
    let block = text();
    let block = &block[block.find("sops:").unwrap()..];
    let findings = check(&read(&format!("{rows}{block}")), None);
    assert_eq!(findings.len(), MOST + 1);
    assert_eq!(findings[MOST - 1].line, MOST);
    assert_eq!(findings[MOST].problem, Problem::More { count: 7 });
}

#[test]
fn what_lies_open_in_a_plain_file() {
    #[track_caller]
    fn check(text: &str, regex: &str, expected: Option<(usize, &str, usize)>) {
        let fields = SelectorFields {
            encrypted_regex: Some(regex.to_owned()),
            ..SelectorFields::default()
        };
        let selection = Selection::from_fields(&fields).unwrap();
        let found = exposed(
            Format::Yaml,
            Secret::from(text.as_bytes().to_vec()),
            &selection,
        );
        let found = found.unwrap();
        let found = found
            .as_ref()
            .map(|it| (it.line, it.path.as_str(), it.values));
        assert_eq!(found, expected, "{text}");
    }
    let text = "a: 1\nb:\n  - x: 2\n    y: 3\n";
    check(text, "^b$", Some((3, r#"["b"][0]["x"]"#, 2)));
    check(text, "^c$", None);
    check("a: ''\nb: {}\nc:\n", ".", None);
    let text = Secret::from(sealed(TEXT));
    let error = exposed(Format::Yaml, text, &Selection::default()).unwrap_err();
    assert!(matches!(error, Error::AlreadyEncrypted { .. }), "{error}");
}
