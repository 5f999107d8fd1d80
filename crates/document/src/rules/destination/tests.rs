//! Destination rules: which place, and what is refused.

use super::*;
use crate::rules::Config;

#[test]
fn destinations() {
    #[track_caller]
    fn check(fields: &str, expected: Result<Destination, &str>) {
        let text = format!(
            "destination_rules:\n  - path_regex: ^no$\n  - omit_extensions: true\n    {fields}\n"
        );
        let found = Config::parse(&text).unwrap().destination_for("x");
        match (found, expected) {
            (Ok(rule), Ok(destination)) => {
                assert_eq!(rule.destination, destination, "{fields}");
                assert_eq!((rule.index, rule.line, rule.omit_extensions), (1, 3, true));
            }
            (Err(error), Err(part)) => {
                let error = error.to_string();
                assert!(
                    error.contains(part) && error.contains("(line 3)"),
                    "{error}"
                );
            }
            (found, _) => panic!("{fields}: {found:?}"),
        }
    }
    let text = str::to_owned;
    let vault = |path: &str, mount: &str, version| Destination::Vault {
        address: Some(text("https://v:8200")),
        mount: text(mount),
        path: text(path),
        version,
    };
    check(
        "s3_bucket: b",
        Ok(Destination::S3 {
            bucket: text("b"),
            prefix: text(""),
        }),
    );
    check(
        "s3_bucket: b\n    s3_prefix: p/\n    gcs_prefix: other",
        Ok(Destination::S3 {
            bucket: text("b"),
            prefix: text("p/"),
        }),
    );
    check(
        "gcs_bucket: b\n    gcs_prefix: p/\n    s3_bucket: ''",
        Ok(Destination::Gcs {
            bucket: text("b"),
            prefix: text("p/"),
        }),
    );
    let address = "vault_address: https://v:8200";
    check(
        &format!("vault_path: a/b\n    {address}"),
        Ok(vault("a/b/", "secret/", KvVersion::V2)),
    );
    check(
        &format!(
            "vault_path: a/\n    {address}\n    vault_kv_mount_name: kv\n    vault_kv_version: 1"
        ),
        Ok(vault("a/", "kv/", KvVersion::V1)),
    );
    check(
        "vault_path: a\n    vault_kv_version: 3",
        Err("`vault_kv_version`"),
    );
    check(
        address,
        Err("`destination_rules[1]` (line 3) names no usable destination: it has neither"),
    );
    check("s3_bucket: a\n    gcs_bucket: b", Err("exclude each other"));
    check(
        "s3_bucket: a\n    recreation_rule: {age: b}",
        Err("`destination_rules[1].recreation_rule.age[0]`"),
    );
}

#[test]
fn a_destination_can_encrypt_anew() {
    let text = "\
destination_rules:
  - s3_bucket: b
    recreation_rule:
      pgp: 85D7
      encrypted_suffix: _x
";
    let config = Config::parse(text).unwrap();
    let recreation = config.destination_for("x").unwrap().recreation.unwrap();
    assert_eq!(recreation.groups[0][0].identifier(), "85D7");
    assert_eq!(recreation.selectors.encrypted_suffix.as_deref(), Some("_x"));
    // Destinations are no creation rules.
    assert_eq!(config.rule_for("x"), Err(RulesError::NoRules));
    for text in [
        "",
        "destination_rules:\n",
        "destination_rules: []\n",
        "destination_rules: [{path_regex: y}]\n",
    ] {
        let error = Config::parse(text)
            .unwrap()
            .destination_for("x")
            .unwrap_err();
        assert_eq!(
            error,
            RulesError::NoDestination {
                path: "x".to_owned()
            },
            "{text}"
        );
    }
}
