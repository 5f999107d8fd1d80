use std::collections::BTreeMap;

use super::*;
use crate::error::Error;

/// Reads `text` as the kind named; its identifier, or `None` if it is refused.
fn identify(kind: &str, text: &str) -> Option<String> {
    let recipient = match kind {
        "age" => AgeRecipient::parse(text).map(Recipient::Age),
        "pgp" => PgpRecipient::parse(text).map(Recipient::Pgp),
        "kms" => AwsKmsRecipient::parse(text, BTreeMap::new(), "").map(Recipient::AwsKms),
        "gcp_kms" => GcpKmsRecipient::parse(text).map(Recipient::GcpKms),
        "azure_kv" => AzureKeyVaultRecipient::parse(text).map(Recipient::AzureKeyVault),
        "hc_vault" => VaultTransitRecipient::parse(text).map(Recipient::VaultTransit),
        "hckms" => HuaweiKmsRecipient::parse(text).map(Recipient::HuaweiKms),
        other => panic!("no kind {other}"),
    };
    recipient.ok().map(|recipient| {
        assert_eq!(recipient.kind_name(), kind);
        recipient.identifier()
    })
}

fn check(kind: &str, text: &str, identifier: Option<&str>) {
    assert_eq!(
        identify(kind, text).as_deref(),
        identifier,
        "{kind} {text:?}"
    );
}

#[test]
fn string_forms() {
    for (kind, text, identifier) in [
        ("age", " age1abc ", Some("age1abc")),
        ("age", "age1pq1abc", Some("age1pq1abc")),
        ("age", "age1yubikey1abc", Some("age1yubikey1abc")),
        (
            "age",
            "ssh-ed25519 AAAA me@host",
            Some("ssh-ed25519 AAAA me@host"),
        ),
        ("age", "", None),
        ("age", "AGE-SECRET-KEY-1ABC", None),
        ("pgp", "85D7 7543\tb3d6", Some("85D77543b3d6")),
        ("pgp", "85D77543!", Some("85D77543!")),
        ("pgp", " ", None),
        (
            "kms",
            "arn:aws:kms:r:1:key/a",
            Some("arn:aws:kms:r:1:key/a"),
        ),
        (
            "kms",
            "arn:aws:kms:r:1:key/a + arn:aws:iam::1:role/b",
            Some("arn:aws:kms:r:1:key/a+arn:aws:iam::1:role/b"),
        ),
        ("kms", "+arn:aws:iam::1:role/b", None),
        ("kms", "", None),
        (
            "gcp_kms",
            "projects/p/locations/l/keyRings/r/cryptoKeys/k",
            Some("projects/p/locations/l/keyRings/r/cryptoKeys/k"),
        ),
        (
            "gcp_kms",
            "projects/p/locations/l/keyRings/r/cryptoKeys/",
            None,
        ),
        ("gcp_kms", "projects/p/locations/l/keyRings/r", None),
        (
            "gcp_kms",
            "projects/p/locations/l/keyRings/r/cryptoKeys/k/more",
            None,
        ),
        (
            "azure_kv",
            "https://v.vault.azure.net/keys/k/1",
            Some("https://v.vault.azure.net/keys/k/1"),
        ),
        (
            "azure_kv",
            "https://v.vault.azure.net/keys/k",
            Some("https://v.vault.azure.net/keys/k/"),
        ),
        (
            "azure_kv",
            "https://v.vault.azure.net/keys/k/",
            Some("https://v.vault.azure.net/keys/k/"),
        ),
        ("azure_kv", "http://v.vault.azure.net/keys/k/1", None),
        ("azure_kv", "https:///keys/k/1", None),
        ("azure_kv", "https://v.vault.azure.net/secrets/k/1", None),
        ("azure_kv", "https://v.vault.azure.net/keys/k/1/2", None),
        (
            "hc_vault",
            "https://v:8200/v1/transit/keys/k",
            Some("https://v:8200/v1/transit/keys/k"),
        ),
        (
            "hc_vault",
            "http://v/v1/team/a/transit/keys/k/",
            Some("http://v/v1/team/a/transit/keys/k"),
        ),
        ("hc_vault", "https://v/prefix/v1/transit/keys/k", None),
        ("hc_vault", "v:8200/v1/transit/keys/k", None),
        ("hc_vault", "https://v/v1/keys/k", None),
        ("hc_vault", "https://v/v1/transit/k", None),
        ("hc_vault", "https://v/vx/transit/keys/k", None),
        ("hckms", "tr-west-1:1234-abc", Some("tr-west-1:1234-abc")),
        ("hckms", "1234-abc", None),
        ("hckms", ":1234", None),
        ("hckms", "a:b:c", None),
    ] {
        check(kind, text, identifier);
    }
}

#[test]
fn vault_address_is_taken_apart() {
    let recipient = VaultTransitRecipient::parse("https://v:8200/v1/team/transit/keys/k").unwrap();
    assert_eq!(recipient.vault_address, "https://v:8200");
    assert_eq!(recipient.engine_path, "team/transit");
    assert_eq!(recipient.key_name, "k");
}

#[test]
fn region_of_a_huawei_key() {
    assert_eq!(
        HuaweiKmsRecipient::parse("tr-west-1:12").unwrap().region(),
        Some("tr-west-1")
    );
}

#[test]
fn aws_identifier_holds_context_and_profile() {
    for (context, profile, identifier) in [
        ("", "", "a+arn:r"),
        ("y:2,x:1", "", "a+arn:r|x:1,y:2"),
        ("", "dev", "a+arn:r||dev"),
        ("x:1", "dev", "a+arn:r|x:1|dev"),
    ] {
        let context = parse_encryption_context(context).unwrap();
        let recipient = AwsKmsRecipient::parse("a+arn:r", context, profile).unwrap();
        assert_eq!(Recipient::AwsKms(recipient).identifier(), identifier);
    }
}

#[test]
fn malformed_contexts_are_refused() {
    for text in ["x", "x:1,", ",", "x:1:2", "x:1,y"] {
        assert_eq!(
            parse_encryption_context(text),
            Err(Error::EncryptionContext),
            "{text:?}"
        );
    }
}
