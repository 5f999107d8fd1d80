//! Key-value engines of the real Vault.

use selkie_tests::repository::selkie;
use selkie_tests::servers::broken::{Broken, Manner};
use selkie_tests::servers::free_port;
use selkie_tests::servers::vault::{ROOT, Vault};
use serde_json::{Value, json};

use super::{Bench, Env, Row, TEXT, env};

/// Vault with an engine of each version: `secret` has versions, `kv/one` has none.
fn store(bench: &Bench) -> (Vault, Env) {
    let vault = Vault::start(bench.folder.path());
    vault.write(
        "sys/mounts/kv/one",
        &json!({"type": "kv", "options": {"version": "1"}}),
    );
    let env = env(&[("VAULT_TOKEN", ROOT), ("VAULT_ADDR", &vault.url)]);
    (vault, env)
}

const FILES: [(&str, &str); 6] = [
    (
        "a.yaml",
        "# said\nuser: admin\nport: 5432\nratio: 0.5\non: true\nnothing: null\nday: 2024-01-15\nlist: [1, b]\nmap:\n  # said\n  inner: x\n  deeper: {}\n",
    ),
    (
        "b.yaml",
        "one: 1\nboth: first\n---\nboth: second\n---\ntwo: 2\n",
    ),
    ("c.json", "{\"a\": {}, \"b\": {\"c\": \"ü\\u0001\\\"\"}}\n"),
    ("d.env", "A=1\n# said\nB=\"x\"\n"),
    ("e.ini", "[one]\na = b\n"),
    ("f.bin", "some bytes\n"),
];

#[test]
fn both_programs_store_the_same_values() {
    let bench = Bench::new();
    let (vault, env) = store(&bench);
    for (name, text) in FILES {
        bench.seal(&format!("all/{name}"), text);
    }
    let rules = [
        ("vault_path: ours/", "secret/data/ours"),
        (
            "vault_path: ours, vault_kv_mount_name: kv/one, vault_kv_version: 1",
            "kv/one/ours",
        ),
    ];
    for (rule, path) in rules {
        let [ours, theirs] = bench.programs().map(|program| {
            let who = if program == selkie() {
                "ours"
            } else {
                "theirs"
            };
            bench.rules(&format!("  - {{{}}}\n", rule.replace("ours", who)));
            bench.done(program, &env, &["-y", "--recursive", "all"]);
            FILES.map(|(name, _)| {
                let stored = vault.read(&format!("{}/{name}", path.replace("ours", who)));
                if path.contains("data") {
                    stored["data"].clone()
                } else {
                    stored
                }
            })
        });
        for (((name, _), ours), theirs) in FILES.iter().zip(&ours).zip(&theirs) {
            assert!(ours.is_object(), "{name}");
            assert_eq!(ours, theirs, "{name}");
        }
    }
}

/// SOPS writes the mappings of a list as lists of keys and values, and an empty list as nothing.
#[test]
fn mappings_in_lists_and_empty_lists_stay_what_they_are() {
    let bench = Bench::new();
    let (vault, env) = store(&bench);
    bench.seal(
        "a.yaml",
        "list:\n  - name: x\n    # said\n    port: 1\nnone: []\n",
    );
    bench.rules("  - {vault_path: p}\n");
    let [ours, theirs] = bench.programs().map(|program| {
        bench.done(program, &env, &["-y", "a.yaml"]);
        vault.read("secret/data/p/a.yaml")["data"].clone()
    });
    assert_eq!(
        ours,
        json!({"list": [{"name": "x", "port": 1}], "none": []})
    );
    assert_eq!(theirs["list"][0][0], json!({"Key": "name", "Value": "x"}));
    assert_eq!(theirs["none"], json!(null));
}

#[test]
fn what_is_there_already_is_not_written_again() {
    let bench = Bench::new();
    let (vault, env) = store(&bench);
    bench.rules("  - {vault_path: p, omit_extensions: true}\n");
    let version = || vault.read("secret/metadata/p/a")["current_version"].clone();
    // SOPS does not see that numbers are the same.
    for (text, again) in [("user: admin\n", 0), ("port: 5432\n", 1)] {
        vault.write("secret/data/p/a", &json!({"data": {"old": "values"}}));
        let before = version().as_u64().unwrap();
        bench.seal("a.yaml", text);
        let written = bench.done(selkie(), &env, &["-y", "a.yaml"]);
        assert_eq!(written.stderr, "");
        assert_eq!(version(), before + 1);
        let kept = bench.done(selkie(), &env, &["-y", "a.yaml"]);
        let says = format!(
            "note: {}/v1/secret/data/p/a: already up to date\n",
            vault.url
        );
        assert_eq!(kept.stderr, says);
        assert_eq!(version(), before + 1);
        bench.done(&bench.sops, &env, &["-y", "a.yaml"]);
        assert_eq!(version(), before + 1 + again);
    }
}

/// A secret that was deleted is not there, and comes back.
#[test]
fn a_deleted_secret_is_written() {
    let bench = Bench::new();
    let (vault, env) = store(&bench);
    bench.rules("  - {vault_path: p}\n");
    bench.seal("a.yaml", TEXT);
    bench.done(selkie(), &env, &["-y", "a.yaml"]);
    vault.write("secret/delete/p/a.yaml", &json!({"versions": [1]}));
    assert_eq!(vault.read("secret/data/p/a.yaml")["data"], Value::Null);
    bench.done(selkie(), &env, &["-y", "a.yaml"]);
    assert_eq!(vault.read("secret/data/p/a.yaml")["data"]["port"], 5432);
}

#[test]
fn whoever_may_only_write_does_so_with_a_warning() {
    let bench = Bench::new();
    let (vault, _) = store(&bench);
    bench.rules("  - {vault_path: p}\n");
    bench.seal("a.yaml", TEXT);
    let policy = "path \"secret/data/p/*\" { capabilities = [\"create\", \"update\"] }";
    let token = vault.token("writer", policy);
    let env = env(&[("VAULT_TOKEN", &token), ("VAULT_ADDR", &vault.url)]);
    for program in bench.programs() {
        let output = bench.done(program, &env, &["-y", "a.yaml"]);
        assert!(output.stderr.contains("warning"), "{}", output.stderr);
    }
    let metadata = vault.read("secret/metadata/p/a.yaml");
    assert_eq!(metadata["current_version"], 2);
}

/// The address of the rule goes before that of the environment, and TLS is set up as for keys.
#[test]
fn the_rule_says_which_vault() {
    let bench = Bench::new();
    let (vault, _) = store(&bench);
    bench.seal("a.yaml", TEXT);
    bench.rules(&format!(
        "  - {{vault_path: p, vault_address: '{}'}}\n",
        vault.tls_url
    ));
    let authority = vault.authority.to_str().unwrap();
    let env = env(&[
        ("VAULT_TOKEN", ROOT),
        ("VAULT_ADDR", "http://127.0.0.1:1"),
        ("VAULT_CACERT", authority),
    ]);
    for (program, warns) in bench.programs().into_iter().zip([true, false]) {
        vault.write("secret/data/p/a.yaml", &json!({"data": {}}));
        let output = bench.done(program, &env, &["-y", "a.yaml"]);
        let warning = format!("the Vault token goes to {}", vault.tls_url);
        assert_eq!(output.stderr.contains(&warning), warns, "{}", output.stderr);
        assert_eq!(vault.read("secret/data/p/a.yaml")["data"]["port"], 5432);
    }
}

#[test]
fn each_way_to_fail_names_the_place_and_the_cause_and_ends_in_time() {
    let bench = Bench::new();
    let (vault, good) = store(&bench);
    let nothing = vault.token(
        "nothing",
        "path \"secret/data/x\" { capabilities = [\"read\"] }",
    );
    let told = r#"{"errors":["told by the server"]}"#;
    let busy = Broken::start(Manner::Status(429, told));
    let failing = Broken::start(Manner::Status(500, told));
    let sealed = Broken::start(Manner::Status(503, told));
    let standby = Broken::start(Manner::Status(307, ""));
    let garbage = Broken::start(Manner::Status(200, "{}"));
    let silent = Broken::start(Manner::Silent);
    let token = |token: &str| env(&[("VAULT_TOKEN", token)]);
    let at = |broken: &Broken| format!("http://{}", broken.address);
    let dead = format!("http://127.0.0.1:{}", free_port());
    let own = &vault.url;
    let rows: [(&str, &str, Env, String, &str); 14] = [
        (
            "no credentials",
            own,
            Env::new(),
            String::new(),
            "there are no credentials (HTTP 403)",
        ),
        (
            "a wrong token",
            own,
            token("wrong"),
            String::new(),
            "refused (HTTP 403): check that",
        ),
        (
            "no right to write",
            own,
            token(&nothing),
            String::new(),
            "refused (HTTP 403): check that",
        ),
        (
            "no engine",
            own,
            good.clone(),
            ", vault_kv_mount_name: nothing".to_owned(),
            "there is no such place (HTTP 404)",
        ),
        (
            "an engine of another version",
            own,
            good.clone(),
            ", vault_kv_version: 1".to_owned(),
            "there is no such place (HTTP 404): check vault_kv_mount_name and vault_kv_version",
        ),
        (
            "an engine without versions",
            own,
            good.clone(),
            ", vault_kv_mount_name: kv/one".to_owned(),
            "check vault_kv_version",
        ),
        (
            "too many requests",
            &at(&busy),
            good.clone(),
            String::new(),
            "too often (HTTP 429)",
        ),
        (
            "a service that fails",
            &at(&failing),
            good.clone(),
            String::new(),
            "fails (HTTP 500)",
        ),
        (
            "a sealed one",
            &at(&sealed),
            good.clone(),
            String::new(),
            "Vault is sealed",
        ),
        (
            "a standby",
            &at(&standby),
            good.clone(),
            String::new(),
            "(HTTP 307)",
        ),
        (
            "somebody else",
            &at(&garbage),
            good.clone(),
            String::new(),
            "cannot be understood",
        ),
        (
            "silence",
            &at(&silent),
            good.clone(),
            String::new(),
            "no answer within 3 s",
        ),
        (
            "no server",
            &dead,
            good.clone(),
            String::new(),
            "cannot be reached",
        ),
        (
            "an unknown authority",
            &vault.tls_url,
            good.clone(),
            String::new(),
            "signed by nobody known here",
        ),
    ];
    let rows = rows.map(|(wrong, address, env, more, says)| Row {
        wrong,
        rule: format!("vault_path: p, vault_address: '{address}'{more}"),
        env,
        place: "/v1/",
        says,
    });
    bench.fails(&rows, &[ROOT, &nothing, "told by", "s3cret"]);
    let climbing = Row {
        wrong: "a path that climbs",
        rule: format!("vault_path: ../../sys, vault_address: '{own}'"),
        env: good,
        place: "/v1/",
        says: "leads elsewhere",
    };
    bench.fails(&[climbing], &[ROOT]);
}
