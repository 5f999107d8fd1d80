//! `.sops.yaml`: which rule counts, what it says, what is refused.

use super::*;
use crate::selection::Selector;

fn rule(text: &str, path: &str) -> Rule {
    Config::parse(text).unwrap().rule_for(path).unwrap()
}

/// The identifiers of the keys, group by group.
fn identifiers(rule: &Rule) -> Vec<Vec<String>> {
    rule.groups
        .iter()
        .map(|group| group.iter().map(Recipient::identifier).collect())
        .collect()
}

#[test]
fn the_first_match_counts() {
    #[track_caller]
    fn check(config: &str, path: &str, index: usize, line: u64, key: &str) {
        let rule = rule(config, path);
        assert_eq!(
            (rule.index, rule.line, identifiers(&rule)),
            (index, line, vec![vec![key.to_owned()]])
        );
    }
    let config = "\
creation_rules:
  - path_regex: ^prod/.*\\.yaml$
    age: age1prod
  - path_regex: secret
    age: age1secret
  - path_regex: ''
    age: age1rest
  - age: age1never
";
    check(config, "prod/db.yaml", 0, 2, "age1prod");
    check(config, "stage/prod/db.yaml", 2, 6, "age1rest");
    check(config, "a/my-secrets.json", 1, 4, "age1secret");
    check(config, "prod/secret.yaml", 0, 2, "age1prod");
    check(config, "/elsewhere/x", 2, 6, "age1rest");
}

#[test]
fn no_rules_or_no_match() {
    #[track_caller]
    fn check(text: &str, error: &RulesError) {
        assert_eq!(
            Config::parse(text).unwrap().rule_for("a.yaml").as_ref(),
            Err(error),
            "{text}"
        );
    }
    let no_match = RulesError::NoMatch {
        path: "a.yaml".to_owned(),
    };
    for text in [
        "",
        "# only this\n",
        "---\n",
        "{}",
        "creation_rules:\n",
        "creation_rules: ~\n",
        "stores: {yaml: {indent: 2}}\n",
    ] {
        check(text, &RulesError::NoRules);
    }
    check("creation_rules: []\n", &no_match);
    check("creation_rules:\n  - path_regex: json$\n", &no_match);
}

#[test]
fn flat_keys() {
    #[track_caller]
    fn check(fields: &str, keys: &[&str]) {
        let text = format!("creation_rules:\n  - shamir_threshold: 0\n{fields}");
        let expected = if keys.is_empty() {
            vec![]
        } else {
            vec![keys.to_vec()]
        };
        assert_eq!(identifiers(&rule(&text, "x")), expected, "{fields}");
    }
    check("", &[]);
    check("    age:\n", &[]);
    check("    age: ''\n", &[]);
    check("    age: age1a\n", &["age1a"]);
    check("    age: age1a,age1b\n", &["age1a", "age1b"]);
    check("    age: ' age1a , age1b, '\n", &["age1a", "age1b"]);
    check(
        "    age: >-\n      age1a,\n      age1b\n",
        &["age1a", "age1b"],
    );
    check(
        "    age: [age1a, 'age1b,age1c', ~]\n",
        &["age1a", "age1b", "age1c"],
    );
    check(
        "    age:\n      - ssh-ed25519 AAAA a@b\n",
        &["ssh-ed25519 AAAA a@b"],
    );
    // Repeated keys stay in flat fields.
    check("    age: age1a,age1a\n", &["age1a", "age1a"]);
    check("    key_groups: []\n    age: age1a\n", &["age1a"]);
    // Every kind, in the order of SOPS and not of the file.
    check(
        "    hc_vault_transit_uri: https://v:8200/v1/transit/keys/k
    azure_keyvault: https://v.vault.azure.net/keys/k/1
    hckms: [eu-west-101:0f]
    gcp_kms: projects/p/locations/l/keyRings/r/cryptoKeys/k
    kms: arn:aws:kms:r:1:key/a+arn:aws:iam::1:role/b
    aws_profile: dev
    pgp: 85D77543, 99
    age: age1a
    unknown: {a: [b]}
",
        &[
            "age1a",
            "85D77543",
            "99",
            "arn:aws:kms:r:1:key/a+arn:aws:iam::1:role/b||dev",
            "projects/p/locations/l/keyRings/r/cryptoKeys/k",
            "eu-west-101:0f",
            "https://v.vault.azure.net/keys/k/1",
            "https://v:8200/v1/transit/keys/k",
        ],
    );
}

#[test]
fn key_groups() {
    let text = "\
keys:
  - &ann age1ann
  - &bob age1bob
creation_rules:
  - age: age1ignored
    shamir_threshold: 2
    key_groups:
      - age: [*ann, *bob, *ann]
      - merge:
          - age: [age1deep]
            merge:
              - pgp: ['85D7']
          - age: [age1mid]
        age: [age1own, age1deep]
        kms:
          - arn: arn:aws:kms:r:1:key/a
            role: arn:aws:iam::1:role/b
            context: {App: web, x: ~}
            aws_profile: dev
        gcp_kms: [{resource_id: projects/p/locations/l/keyRings/r/cryptoKeys/k}]
        hckms: [{key_id: 'eu-west-101:0f'}]
        azure_keyvault: [{vaultUrl: https://v.vault.azure.net, key: k, version: '1'}]
        hc_vault: [https://v:8200/v1/transit/keys/k]
      - age: []
      -
";
    let rule = rule(text, "x");
    assert_eq!(rule.threshold, NonZeroU8::new(2));
    assert_eq!(
        identifiers(&rule),
        [
            vec!["age1ann", "age1bob"],
            vec![
                "85D7",
                "age1deep",
                "age1mid",
                "age1own",
                "arn:aws:kms:r:1:key/a+arn:aws:iam::1:role/b|App:web,x:|dev",
                "projects/p/locations/l/keyRings/r/cryptoKeys/k",
                "eu-west-101:0f",
                "https://v.vault.azure.net/keys/k/1",
                "https://v:8200/v1/transit/keys/k",
            ],
            vec![],
            vec![],
        ]
    );
}

#[test]
fn settings() {
    #[track_caller]
    fn check(fields: &str, expected: impl Fn(&mut Rule)) {
        let mut blank = Rule {
            groups: vec![],
            threshold: None,
            selectors: SelectorFields::default(),
            mac_only_encrypted: false,
            layout: None,
            plain_comments: None,
            path_regex: None,
            index: 0,
            line: 2,
        };
        expected(&mut blank);
        assert_eq!(
            rule(
                &format!("creation_rules:\n  - path_regex: ''\n{fields}"),
                "x"
            ),
            blank,
            "{fields}"
        );
    }
    check("", |_| {});
    check("    shamir_threshold: 3\n", |rule| {
        rule.threshold = NonZeroU8::new(3);
    });
    check("    mac_only_encrypted: true\n", |rule| {
        rule.mac_only_encrypted = true;
    });
    check("    mac_only_encrypted: ~\n", |_| {});
    check("    layout: false\n", |rule| rule.layout = Some(false));
    check("    layout: true\n", |rule| rule.layout = Some(true));
    check("    comments: plain\n", |rule| {
        rule.plain_comments = Some(true);
    });
    check("    comments: encrypted\n", |rule| {
        rule.plain_comments = Some(false);
    });
    for selector in Selector::ALL {
        check(&format!("    {}: ^a$\n", selector.name()), |rule| {
            rule.selectors.set(selector, "^a$".to_owned());
        });
    }
}

#[test]
fn null_rules_match_all() {
    assert_eq!(
        rule("creation_rules:\n  -\n", "x").groups,
        Vec::<Vec<Recipient>>::new()
    );
}

#[test]
fn later_documents_do_not_count() {
    let first = "creation_rules: [{age: age1a}]\n";
    for rest in [
        "---\ncreation_rules: [{age: age1b}]\n",
        "---\n[\n",
        "...\n---\na: b: c\n",
    ] {
        assert_eq!(
            identifiers(&rule(&format!("{first}{rest}"), "x")),
            [["age1a"]],
            "{rest}"
        );
    }
    assert_eq!(
        Config::parse(&format!("---\n---\n{first}"))
            .unwrap()
            .rule_for("x"),
        Err(RulesError::NoRules)
    );
}

#[test]
fn unreadable_text_has_line_and_field() {
    #[track_caller]
    fn check(text: &str, line: u64, field: &str) {
        let error = Config::parse(text).unwrap_err();
        let RulesError::Syntax {
            line: found_line,
            field: found_field,
            reason,
        } = &error
        else {
            panic!("{error}")
        };
        assert_eq!(
            (*found_line, found_field.as_str()),
            (line, field),
            "{error}"
        );
        assert!(!reason.is_empty() && !reason.contains('\n'), "{error}");
    }
    check("[]", 1, "");
    check("creation_rules: 1", 1, "creation_rules");
    check("creation_rules:\n  - x\n", 2, "creation_rules[0]");
    check(
        "creation_rules:\n  - age: [a]\n  - age: {a: b}\n",
        3,
        "creation_rules[1].age",
    );
    check(
        "creation_rules:\n  - age:\n      - [a]\n",
        3,
        "creation_rules[0].age[0]",
    );
    check(
        "creation_rules:\n  - shamir_threshold: two\n",
        2,
        "creation_rules[0].shamir_threshold",
    );
    // YAML 1.1 words are no booleans.
    check(
        "creation_rules:\n  - mac_only_encrypted: yes\n",
        2,
        "creation_rules[0].mac_only_encrypted",
    );
    check(
        "creation_rules:\n  - comments: some\n",
        2,
        "creation_rules[0].comments",
    );
    check(
        "creation_rules:\n  - key_groups: {age: [a]}\n",
        2,
        "creation_rules[0].key_groups",
    );
    check("stores: {yaml: {indent: two}}", 1, "stores.yaml.indent");
    check("stores: {ini: 1}", 1, "stores.ini");
    check(
        "destination_rules:\n  - s3_bucket: a\n  - omit_extensions: x\n",
        3,
        "destination_rules[1].omit_extensions",
    );
    check("creation_rules:\n  - age: [\n", 2, "creation_rules[0].age");
    check("creation_rules:\n\t- age: a\n", 2, "");
    check(
        "creation_rules:\n  - age: a\n    age: b\n",
        3,
        "creation_rules[0]",
    );
}

#[test]
fn a_rule_is_judged_when_it_is_reached() {
    #[track_caller]
    fn check(fields: &str, message: &str) {
        let text = format!("creation_rules:\n  - path_regex: ^first$\n  - age: age1a\n{fields}");
        let config = Config::parse(&text).unwrap();
        assert!(config.rule_for("first").is_ok());
        let error = config.rule_for("second").unwrap_err().to_string();
        assert!(
            error.contains(message) && error.contains("(line 3)"),
            "{error}"
        );
    }
    check(
        "    path_regex: (\n",
        "regular expression `(` of `creation_rules[1].path_regex`",
    );
    check(
        "    encrypted_regex: a\n    encrypted_suffix: b\n",
        "`encrypted_suffix` and `encrypted_regex` exclude",
    );
    check(
        "    encrypted_regex: '['\n",
        "`[` of `encrypted_regex` does not compile",
    );
    check(
        "    shamir_threshold: 256\n",
        "`creation_rules[1].shamir_threshold`",
    );
    check(
        "    shamir_threshold: -1\n",
        "`creation_rules[1].shamir_threshold`",
    );
    check(
        "    gcp_kms: projects/p\n",
        "`creation_rules[1].gcp_kms[0]`",
    );
    check(
        "    key_groups: [{age: [age1a]}, {age: [age1a, b]}]\n",
        "`creation_rules[1].key_groups[1].age[1]`",
    );
}

#[test]
fn the_example_is_a_config() {
    for recipient in [
        "age1qyqszqgpqyqszqgpqyqszqgp",
        "ssh-ed25519 AAAA+/= it's me #1: ü",
        "age1pq1x",
    ] {
        let text = Config::example(recipient);
        assert_eq!(identifiers(&rule(&text, "any/file.json")), [[recipient]]);
        // What stands in comments must work once it is taken out of them.
        let lines = text
            .lines()
            .map(|line| match line.trim_start().strip_prefix('#') {
                Some(rest) if !rest.starts_with(' ') || rest.starts_with("  ") => {
                    line.replacen('#', "", 1)
                }
                _ => line.to_owned(),
            });
        let full: Vec<_> = lines.collect();
        let config = Config::parse(&full.join("\n")).unwrap();
        let secret = config.rule_for("k8s/secrets/db.yaml").unwrap();
        assert_eq!(
            secret.selectors.encrypted_regex.as_deref(),
            Some("^(data|stringData)$")
        );
        assert_eq!(identifiers(&secret), [[recipient]]);
        let rest = config.rule_for("k8s/db.yaml").unwrap();
        assert_eq!(
            (rest.plain_comments, rest.layout),
            (Some(true), Some(false))
        );
    }
}

#[test]
fn a_match_knows_its_expression_and_what_it_passed_over() {
    let text = "\
creation_rules:
  - path_regex: ^prod/
  -
    path_regex: yaml$
  - age: age1a
";
    let config = Config::parse(text).unwrap();
    assert_eq!(config.rule_count(), Some(3));
    let found = config.rule_for("x.yaml").unwrap();
    assert_eq!(
        (found.index, found.path_regex.as_deref()),
        (1, Some("yaml$"))
    );
    assert_eq!(config.before(1).collect::<Vec<_>>(), [(2, "^prod/")]);
    let rest = config.rule_for("x.json").unwrap();
    assert_eq!((rest.index, rest.path_regex), (2, None));
    assert_eq!(config.before(2).count(), 2);
}
