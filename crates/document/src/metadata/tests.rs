//! The block as it is read: what one of both releases of SOPS accepts, and what is refused.

mod written;

use super::*;

const TIME: &str = "2026-11-23T12:00:00Z";

fn list(items: Vec<Field>) -> Field {
    Field::List(items)
}

fn map(entries: &[(&str, Field)]) -> Field {
    Field::Map(
        entries
            .iter()
            .map(|(name, field)| ((*name).to_owned(), field.clone()))
            .collect(),
    )
}

fn age(recipient: &str) -> Field {
    map(&[("enc", "AGE".into()), ("recipient", recipient.into())])
}

/// A valid block with some fields replaced or added.
fn block(changed: &[(&str, Field)]) -> Vec<(String, Field)> {
    let mut fields = vec![
        ("age", list(vec![age("age1one")])),
        ("lastmodified", TIME.into()),
        ("mac", "ENC[mac]".into()),
        ("version", "3.11.0".into()),
    ];
    for (name, field) in changed {
        fields.retain(|(old, _)| old != name);
        fields.push((name, field.clone()));
    }
    fields
        .into_iter()
        .map(|(name, field)| (name.to_owned(), field))
        .collect()
}

fn read(changed: &[(&str, Field)]) -> Metadata {
    Metadata::from_fields(&block(changed)).unwrap()
}

/// The kinds of each group's keys, in order.
fn kinds(metadata: &Metadata) -> Vec<Vec<&'static str>> {
    let kinds = |group: &selkie_crypto::KeyGroup| {
        group
            .0
            .iter()
            .map(|key| key.recipient.kind_name())
            .collect()
    };
    metadata.keyring.groups.iter().map(kinds).collect()
}

#[test]
fn a_minimal_block() {
    let metadata = read(&[]);
    assert_eq!(metadata.selection, Selection::default());
    assert_eq!(metadata.last_modified, Timestamp::parse(TIME).unwrap());
    assert_eq!(metadata.mac.as_deref(), Some("ENC[mac]"));
    assert_eq!(
        (metadata.layout.as_deref(), metadata.mac_only_encrypted),
        (None, false)
    );
    assert_eq!(
        (metadata.version.as_str(), metadata.keyring.threshold),
        ("3.11.0", None)
    );
    assert_eq!(kinds(&metadata), [["age"]]);
    let key = &metadata.keyring.groups[0].0[0];
    assert_eq!((key.ciphertext.as_str(), key.created_at), ("AGE", None));
}

#[test]
fn lenient_shapes() {
    #[track_caller]
    fn check(changed: &[(&str, Field)], expected: &[(&str, Field)]) {
        assert_eq!(read(changed), read(expected), "{changed:?}");
    }
    // Old writers print every list, and null for an empty one.
    check(
        &[
            ("kms", list(vec![])),
            ("pgp", Field::Null),
            ("hc_vault", map(&[])),
        ],
        &[],
    );
    check(
        &[
            ("shamir_threshold", "0".into()),
            ("key_groups", list(vec![])),
        ],
        &[],
    );
    check(
        &[("shamir_threshold", Field::Null)],
        &[("shamir_threshold", "".into())],
    );
    check(
        &[("shamir_threshold", "2.000000".into())],
        &[("shamir_threshold", "2".into())],
    );
    check(&[("mac", Field::Null)], &[("mac", "".into())]);
    check(&[("layout", Field::Null)], &[("layout", "".into())]);
    check(&[("encrypted_regex", "".into())], &[]);
    check(&[("unencrypted_suffix", "_unencrypted".into())], &[]);
    check(
        &[("mac_only_encrypted", "1".into())],
        &[("mac_only_encrypted", "true".into())],
    );
    check(
        &[("mac_only_encrypted", "false".into())],
        &[("mac_only_encrypted", Field::Null)],
    );
    // A mapping where a list of one is due; a gap in a flattened list.
    check(&[("age", age("age1one"))], &[]);
    check(&[("age", list(vec![Field::Null, age("age1one")]))], &[]);
    check(&[("unknown", list(vec!["x".into()]))], &[]);
    // Groups do not count while there is a list at the top.
    check(
        &[("key_groups", list(vec![map(&[("age", "rubbish".into())])]))],
        &[],
    );
    check(&[("shamir_threshold", "-1".into())], &[]);
}

#[test]
fn names_in_any_case() {
    let fields = block(&[])
        .into_iter()
        .map(|(name, field)| (name.to_uppercase(), field));
    let shouted = [(
        "AGE",
        list(vec![map(&[
            ("Recipient", "age1one".into()),
            ("ENC", "AGE".into()),
        ])]),
    )];
    let mut fields: Vec<_> = fields.filter(|(name, _)| name != "AGE").collect();
    fields.extend(shouted.map(|(name, field)| (name.to_owned(), field)));
    assert_eq!(Metadata::from_fields(&fields).unwrap(), read(&[]));
    // The exact name wins, and of two equal ones the last.
    assert_eq!(read(&[("VERSION", "nonsense".into())]), read(&[]));
    let mut twice = block(&[]);
    twice.insert(0, ("version".to_owned(), "nonsense".into()));
    assert_eq!(Metadata::from_fields(&twice).unwrap(), read(&[]));
}

#[test]
fn groups() {
    #[track_caller]
    fn check(fields: &[(&str, Field)], expected: &[Vec<&str>]) {
        assert_eq!(kinds(&read(fields)), expected);
    }
    let pgp = map(&[
        ("created_at", TIME.into()),
        ("enc", "PGP".into()),
        ("fp", "85D7".into()),
    ]);
    let grouped = [
        ("age", Field::Null),
        (
            "key_groups",
            list(vec![
                map(&[("pgp", list(vec![pgp.clone()]))]),
                map(&[("age", age("age1two"))]),
            ]),
        ),
    ];
    check(&grouped, &[vec!["pgp"], vec!["age"]]);
    // Inside a group the kinds have SOPS's order, not the file's.
    check(&[("pgp", list(vec![pgp.clone()]))], &[vec!["pgp", "age"]]);
    // Empty groups keep their place.
    let with_empty = list(vec![
        Field::Null,
        map(&[("age", list(vec![]))]),
        map(&[("pgp", pgp.clone())]),
    ]);
    check(
        &[("age", list(vec![])), ("key_groups", with_empty)],
        &[vec![], vec![], vec!["pgp"]],
    );
    check(
        &[("age", Field::Null), ("key_groups", map(&[("pgp", pgp)]))],
        &[vec!["pgp"]],
    );
}

#[test]
fn refusals_name_the_field() {
    #[track_caller]
    fn check(changed: &[(&str, Field)], message: &str) {
        let error = Metadata::from_fields(&block(changed))
            .unwrap_err()
            .to_string();
        assert!(error.contains(message), "{error}");
    }
    check(&[("version", Field::Null)], "`version` is missing");
    check(&[("version", "".into())], "`version` is missing");
    check(&[("version", "3.11".into())], "`version` has `3.11`");
    check(
        &[("lastmodified", Field::Null)],
        "`lastmodified` is missing",
    );
    check(
        &[("lastmodified", "2026-11-23 12:00:00".into())],
        "`lastmodified` is not an RFC 3339 time",
    );
    check(
        &[("lastmodified", "2026-11-23t12:00:00z".into())],
        "`lastmodified` is not an RFC 3339 time",
    );
    check(&[("mac", list(vec![]))], "`mac` is not a single value");
    check(
        &[("mac_only_encrypted", "maybe".into())],
        "`mac_only_encrypted` is neither",
    );
    check(
        &[("key_groups", "rubbish".into())],
        "`key_groups` is not a list",
    );
    check(
        &[("shamir_threshold", "300".into())],
        "`shamir_threshold` is not a whole number",
    );
    check(&[("age", Field::Null)], "no keys found");
    check(
        &[("age", Field::Null), ("key_groups", list(vec![]))],
        "no keys found",
    );
    check(&[("age", "age1one".into())], "`age` is not a list");
    check(
        &[("age", list(vec!["age1one".into()]))],
        "`age[0]` is not a mapping",
    );
    check(
        &[("pgp", list(vec![map(&[("fp", "85D7".into())])]))],
        "`pgp[0].created_at` is missing",
    );
    check(
        &[
            ("age", Field::Null),
            (
                "key_groups",
                list(vec![map(&[("age", list(vec!["x".into()]))])]),
            ),
        ],
        "`key_groups[0].age[0]` is not a mapping",
    );
    check(
        &[
            ("encrypted_regex", "a".into()),
            ("unencrypted_regex", "b".into()),
        ],
        "`unencrypted_regex` and `encrypted_regex` exclude each other",
    );
    check(
        &[("encrypted_regex", "(".into())],
        "regular expression `(` of `encrypted_regex`",
    );
}
