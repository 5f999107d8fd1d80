//! The block as it is written: every kind of key, and the order of 3.13.3.

use super::*;

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
