//! The block, read and written: what both releases of SOPS accept, what is refused, what 3.13.3 prints.

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
    // Groups do not count, whatever they hold, while there is a list at the top.
    check(&[("key_groups", "rubbish".into())], &[]);
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
        &[("shamir_threshold", "-1".into())],
        "`shamir_threshold` is not a whole number",
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

/// One entry of each kind, its fields in the order in which they are written.
fn every_kind() -> Vec<(&'static str, Field)> {
    let created = || ("created_at", Field::from(TIME));
    let enc = || ("enc", Field::from("WRAPPED"));
    let context = map(&[("App", "web".into()), ("stage", "prod".into())]);
    vec![
        ("age", map(&[enc(), ("recipient", "age1one".into())])),
        (
            "azure_kv",
            map(&[
                created(),
                enc(),
                ("name", "key".into()),
                ("vault_url", "https://v.vault.azure.net".into()),
                ("version", "0af1".into()),
            ]),
        ),
        (
            "gcp_kms",
            map(&[
                created(),
                enc(),
                (
                    "resource_id",
                    "projects/p/locations/l/keyRings/r/cryptoKeys/k".into(),
                ),
            ]),
        ),
        (
            "hc_vault",
            map(&[
                created(),
                enc(),
                ("engine_path", "transit".into()),
                ("key_name", "k".into()),
                ("vault_address", "https://vault:8200".into()),
            ]),
        ),
        (
            "hckms",
            map(&[created(), enc(), ("key_id", "eu-west-101:0f".into())]),
        ),
        (
            "kms",
            map(&[
                ("arn", "arn:aws:kms:eu-central-1:111122223333:key/k".into()),
                ("aws_profile", "".into()),
                ("context", context),
                created(),
                enc(),
                ("role", "arn:aws:iam::111122223333:role/r".into()),
            ]),
        ),
        (
            "pgp",
            map(&[
                created(),
                enc(),
                ("fp", "85D77543B3D624B63CEA9E6DBC17301B491B3F21".into()),
            ]),
        ),
    ]
}

#[test]
fn every_kind_is_kept() {
    let one_group: Vec<_> = every_kind()
        .into_iter()
        .map(|(kind, entry)| (kind, list(vec![entry])))
        .collect();
    let metadata = read(&one_group);
    assert_eq!(
        kinds(&metadata),
        [[
            "kms", "gcp_kms", "hckms", "azure_kv", "hc_vault", "pgp", "age"
        ]]
    );
    let written = metadata.to_fields();
    for (kind, entry) in &one_group {
        let found = written
            .iter()
            .find(|(name, _)| name == kind)
            .map(|(_, field)| field);
        assert_eq!(found, Some(entry), "{kind}");
    }
    let short = [(
        "kms",
        list(vec![map(&[
            ("arn", "a".into()),
            ("created_at", TIME.into()),
        ])]),
    )];
    let entry = map(&[
        ("arn", "a".into()),
        ("aws_profile", "".into()),
        ("created_at", TIME.into()),
        ("enc", "".into()),
    ]);
    assert_eq!(
        read(&short).to_fields()[1],
        ("kms".to_owned(), list(vec![entry]))
    );
}

#[test]
fn written_in_alphabetical_order() {
    #[track_caller]
    fn check(changed: &[(&str, Field)], expected: &[(&str, Field)]) {
        let expected: Vec<_> = expected
            .iter()
            .map(|(name, field)| ((*name).to_owned(), field.clone()))
            .collect();
        let written = read(changed).to_fields();
        assert_eq!(written, expected);
        assert_eq!(Metadata::from_fields(&written).unwrap(), read(changed));
    }
    check(
        &[],
        &[
            ("age", list(vec![age("age1one")])),
            ("lastmodified", TIME.into()),
            ("mac", "ENC[mac]".into()),
            ("unencrypted_suffix", "_unencrypted".into()),
            ("version", "3.11.0".into()),
        ],
    );
    check(
        &[
            ("version", "3.13.3".into()),
            ("mac_only_encrypted", "True".into()),
            ("layout", "ENC[layout]".into()),
            ("shamir_threshold", "1".into()),
            ("encrypted_comment_regex", "x".into()),
        ],
        &[
            ("age", list(vec![age("age1one")])),
            ("encrypted_comment_regex", "x".into()),
            ("lastmodified", TIME.into()),
            ("layout", "ENC[layout]".into()),
            ("mac", "ENC[mac]".into()),
            ("mac_only_encrypted", "true".into()),
            ("shamir_threshold", "1".into()),
            ("version", "3.13.3".into()),
        ],
    );
    let groups = list(vec![
        map(&[
            ("age", list(vec![age("age1one"), age("age1two")])),
            ("hc_vault", list(vec![]))
        ]);
        2
    ]);
    check(
        &[
            ("age", Field::Null),
            ("key_groups", groups.clone()),
            ("shamir_threshold", "2".into()),
            ("mac", Field::Null),
        ],
        &[
            ("key_groups", groups),
            ("lastmodified", TIME.into()),
            ("shamir_threshold", "2".into()),
            ("unencrypted_suffix", "_unencrypted".into()),
            ("version", "3.11.0".into()),
        ],
    );
}

#[test]
fn one_group_is_written_flat() {
    let grouped = [
        ("age", Field::Null),
        (
            "key_groups",
            list(vec![map(&[("age", list(vec![age("age1one")]))])]),
        ),
    ];
    assert_eq!(read(&grouped).to_fields(), read(&[]).to_fields());
}

#[test]
fn times_lose_their_fraction() {
    let written = read(&[("lastmodified", "2026-11-23T12:00:00.5Z".into())]).to_fields();
    assert_eq!(written[1], ("lastmodified".to_owned(), TIME.into()));
}
