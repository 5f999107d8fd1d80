//! Keys in the transit engine of the real Vault.

mod calls;
mod failures;
mod together;
mod unopened;

use std::fs;
use std::path::Path;

use selkie_tests::repository::{selkie, top};
use selkie_tests::servers::recorder::Recorder;
use selkie_tests::servers::vault::{ROOT, Vault};
use selkie_tests::{Output, Run, scratch};
use selkie_xtask::peers::{self, Sops};
use serde_json::json;

use crate::matrix::{self, Kind};

const TEXT: &str = "password: s3cret\n";

/// Variables and their values.
type Variables<'v> = &'v [(&'v str, &'v str)];

/// `NAME=VALUE` for a run.
fn env(pairs: Variables<'_>) -> Vec<(String, String)> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(owned).collect()
}

fn run(program: &Path, folder: &Path, env: &[(String, String)], words: &[&str]) -> Output {
    let run = Run::new(program).folder(folder);
    let envs = env.iter();
    let run = envs.fold(run, |run, (name, value)| run.env(name, value));
    run.args(words).output()
}

/// Both programs seal `a.yaml` with `key` and open what both have sealed.
fn both_ways(folder: &Path, key: &str, env: &[(String, String)]) {
    let sops = peers::sops(Sops::V3_13_3).unwrap();
    let programs = [selkie(), &sops];
    for one in programs {
        fs::write(folder.join("a.yaml"), TEXT).unwrap();
        let sealed = run(
            one,
            folder,
            env,
            &["encrypt", "-i", "--hc-vault-transit", key, "a.yaml"],
        );
        assert_eq!(sealed.status, Some(0), "{key}: {}", sealed.stderr);
        for other in programs {
            let opened = run(other, folder, env, &["decrypt", "a.yaml"]);
            assert_eq!(opened.status, Some(0), "{key}: {}", opened.stderr);
            assert_eq!(opened.text(), TEXT, "{key}");
        }
    }
}

#[test]
fn keys_work_in_both_programs() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    vault.transit("transit", &["one", "two"]);
    let keys = ["one", "two"].map(|name| format!("{}/v1/transit/keys/{name}", vault.url));
    matrix::check(&Kind {
        flag: "hc-vault-transit",
        rule: "hc_vault_transit_uri",
        group: format!("hc_vault: [\"{}\"]", keys[0]),
        keys,
        env: env(&[("VAULT_TOKEN", ROOT), ("VAULT_ADDR", &vault.url)]),
        apart: Vec::new(),
        before: Vec::new(),
    });
}

#[test]
fn every_way_to_vault_is_one_for_both_programs() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    vault.transit("transit", &["key"]);
    vault.transit("team/one/transit", &["key"]);
    let path = |file: &Path| file.to_str().unwrap().to_owned();
    let [authority, certificate, key] =
        [&vault.authority, &vault.client[0], &vault.client[1]].map(|file| path(file));
    let text = fs::read_to_string(&vault.authority).unwrap();
    let authorities = folder.path().join("authorities");
    fs::create_dir(&authorities).unwrap();
    fs::copy(&vault.authority, authorities.join("one.pem")).unwrap();
    let authorities = path(&authorities);
    let proxy = Recorder::start(vault.url.trim_start_matches("http://"));
    let token = ("VAULT_TOKEN", ROOT);
    let by_name = vault.tls_url.replace("127.0.0.1", "localhost");
    let rows: [(&str, &str, Variables<'_>); 12] = [
        (&vault.url, "transit", &[token]),
        (&vault.url, "team/one/transit", &[token]),
        (
            &vault.tls_url,
            "transit",
            &[token, ("VAULT_CACERT", &authority)],
        ),
        (&by_name, "transit", &[token, ("VAULT_CACERT", &authority)]),
        (
            &vault.tls_url,
            "transit",
            &[token, ("VAULT_CACERT_BYTES", &text)],
        ),
        (
            &vault.tls_url,
            "transit",
            &[token, ("VAULT_CAPATH", &authorities)],
        ),
        (
            &vault.tls_url,
            "transit",
            &[token, ("SSL_CERT_FILE", &authority)],
        ),
        (
            &vault.tls_url,
            "transit",
            &[token, ("VAULT_SKIP_VERIFY", "true")],
        ),
        (
            &vault.tls_url,
            "transit",
            &[
                token,
                ("VAULT_CACERT", &authority),
                ("VAULT_TLS_SERVER_NAME", "vault.test"),
            ],
        ),
        (
            &vault.mutual_url,
            "transit",
            &[
                token,
                ("VAULT_CACERT", &authority),
                ("VAULT_CLIENT_CERT", &certificate),
                ("VAULT_CLIENT_KEY", &key),
            ],
        ),
        // Whatever address the key has, the agent is asked.
        (
            "https://vault.invalid",
            "transit",
            &[token, ("VAULT_AGENT_ADDR", &vault.url)],
        ),
        (
            "http://vault.invalid",
            "transit",
            &[token, ("VAULT_PROXY_ADDR", &proxy.url())],
        ),
    ];
    for (address, mount, set) in rows {
        both_ways(
            folder.path(),
            &format!("{address}/v1/{mount}/keys/key"),
            &env(set),
        );
    }

    // What `vault login` leaves behind.
    fs::write(folder.path().join(".vault-token"), format!("{ROOT}\n")).unwrap();
    both_ways(
        folder.path(),
        &format!("{}/v1/transit/keys/key", vault.url),
        &[],
    );
}

#[test]
fn old_versions_of_a_key_open_and_new_files_get_the_newest() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    vault.transit("transit", &["key"]);
    let key = format!("{}/v1/transit/keys/key", vault.url);
    let env = env(&[("VAULT_TOKEN", ROOT)]);
    let seal = |name: &str| {
        fs::write(folder.path().join(name), TEXT).unwrap();
        let words = ["encrypt", "-i", "--hc-vault-transit", &key, name];
        let sealed = run(selkie(), folder.path(), &env, &words);
        assert_eq!(sealed.status, Some(0), "{}", sealed.stderr);
        fs::read_to_string(folder.path().join(name)).unwrap()
    };
    assert!(seal("old.yaml").contains("enc: vault:v1:"));
    vault.write("transit/keys/key/rotate", &json!({}));
    assert!(seal("new.yaml").contains("enc: vault:v2:"));
    for name in ["old.yaml", "new.yaml"] {
        let opened = run(selkie(), folder.path(), &env, &["decrypt", name]);
        assert_eq!(opened.text(), TEXT, "{}", opened.stderr);
    }
    // Nothing of the key's is changed by what we ask: version 1 alone is disabled, by its owner.
    vault.write(
        "transit/keys/key/config",
        &json!({"min_decryption_version": 2}),
    );
    let refused = run(selkie(), folder.path(), &env, &["decrypt", "old.yaml"]);
    assert_eq!(refused.status, Some(128));
    assert!(
        refused.stderr.contains("the key is disabled (HTTP 400)"),
        "{}",
        refused.stderr
    );
    assert!(
        refused.stderr.contains("min_decryption_version"),
        "{}",
        refused.stderr
    );
}

#[test]
fn headers_say_what_the_variables_say() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    vault.transit("transit", &["key"]);
    let recorder = Recorder::start(vault.url.trim_start_matches("http://"));
    let env = env(&[
        ("VAULT_TOKEN", ROOT),
        // Vault without a licence has the one namespace alone, and OpenBao has others.
        ("VAULT_NAMESPACE", "root"),
        ("VAULT_HEADERS", r#"{"X-Team": "one"}"#),
    ]);
    let key = format!("{}/v1/transit/keys/key", recorder.url());
    let sops = peers::sops(Sops::V3_13_3).unwrap();
    for program in [selkie(), &sops] {
        fs::write(folder.path().join("a.yaml"), TEXT).unwrap();
        let words = ["encrypt", "-i", "--hc-vault-transit", &key, "a.yaml"];
        let sealed = run(program, folder.path(), &env, &words);
        assert_eq!(sealed.status, Some(0), "{}", sealed.stderr);
        let exchanges = recorder.take();
        let [(request, _)] = &exchanges[..] else {
            panic!("one request: {exchanges:?}");
        };
        assert_eq!(
            request.target.trim_end_matches('?'),
            "/v1/transit/encrypt/key"
        );
        let rows = [
            ("x-vault-token", ROOT),
            ("x-vault-request", "true"),
            ("x-vault-namespace", "root"),
            ("x-team", "one"),
        ];
        for (name, value) in rows {
            assert_eq!(request.header(name), Some(value), "{name}");
        }
        let sent: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(sent.as_object().unwrap().len(), 1, "no context: {sent}");
    }
}

#[test]
fn the_token_goes_to_other_addresses_with_a_warning_or_not_at_all() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    vault.transit("transit", &["key"]);
    let recorder = Recorder::start(vault.url.trim_start_matches("http://"));
    let url = recorder.url();
    let key = format!("{url}/v1/transit/keys/key");
    fs::write(folder.path().join("a.yaml"), TEXT).unwrap();
    let root = ("VAULT_TOKEN", ROOT);
    let words = ["encrypt", "-i", "--hc-vault-transit", &key, "a.yaml"];
    let sealed = run(
        selkie(),
        folder.path(),
        &env(&[root, ("VAULT_ADDR", &url)]),
        &words,
    );
    assert_eq!((sealed.status, &*sealed.stderr), (Some(0), ""));
    recorder.take();

    let elsewhere = ("VAULT_ADDR", "https://vault.invalid");
    let allowed = format!("https://vault.invalid,{url}");
    let rows: [(Variables<'_>, i32, &str); 7] = [
        (&[("VAULT_ADDR", &format!("{url}/"))], 0, ""),
        (
            &[elsewhere],
            0,
            "warning: the Vault token goes to http://127.0.0.1:",
        ),
        (&[], 0, "warning: the Vault token goes to http://127.0.0.1:"),
        (&[elsewhere, ("SOPS_HC_VAULT_ALLOWLIST", &allowed)], 0, ""),
        (
            &[elsewhere, ("SOPS_HC_VAULT_ALLOWLIST", "all")],
            0,
            "warning: ",
        ),
        (
            &[("SOPS_HC_VAULT_ALLOWLIST", "none")],
            128,
            "SOPS_HC_VAULT_ALLOWLIST does not allow",
        ),
        (
            &[("SOPS_HC_VAULT_ALLOWLIST", "https://vault.invalid")],
            128,
            "SOPS_HC_VAULT_ALLOWLIST does not allow",
        ),
    ];
    for (set, status, says) in rows {
        let set = [&[root], set].concat();
        let opened = run(selkie(), folder.path(), &env(&set), &["decrypt", "a.yaml"]);
        assert_eq!(opened.status, Some(status), "{set:?}: {}", opened.stderr);
        assert!(opened.stderr.contains(says), "{set:?}: {}", opened.stderr);
        assert_eq!(
            opened.stderr.is_empty(),
            says.is_empty(),
            "{set:?}: {}",
            opened.stderr
        );
        assert!(!opened.stderr.contains(ROOT));
        assert_eq!(recorder.take().len(), usize::from(status == 0), "{set:?}");
    }
}

#[test]
fn a_file_cannot_lead_the_token_to_other_paths() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    vault.transit("transit", &["key"]);
    let recorder = Recorder::start(vault.url.trim_start_matches("http://"));
    let key = format!("{}/v1/transit/keys/key", recorder.url());
    let env = env(&[("VAULT_TOKEN", ROOT), ("VAULT_ADDR", &recorder.url())]);
    fs::write(folder.path().join("a.yaml"), TEXT).unwrap();
    let words = ["encrypt", "-i", "--hc-vault-transit", &key, "a.yaml"];
    assert_eq!(run(selkie(), folder.path(), &env, &words).status, Some(0));
    recorder.take();
    let sealed = fs::read_to_string(folder.path().join("a.yaml")).unwrap();
    for (from, to) in [
        ("key_name: key", "key_name: ../../sys/seal"),
        ("key_name: key", "key_name: .."),
        ("engine_path: transit", "engine_path: ../../transit"),
        ("engine_path: transit", "engine_path: transit/"),
    ] {
        let changed = sealed.replace(from, to);
        assert_ne!(changed, sealed, "{from}");
        fs::write(folder.path().join("b.yaml"), changed).unwrap();
        let refused = run(selkie(), folder.path(), &env, &["decrypt", "b.yaml"]);
        assert_eq!(refused.status, Some(128), "{to}");
        assert!(
            refused.stderr.contains("leads elsewhere"),
            "{to}: {}",
            refused.stderr
        );
        assert!(recorder.take().is_empty(), "{to}");
    }
}

#[test]
fn the_example_works_with_the_rights_that_it_names() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    vault.transit("transit", &["deploy", "other"]);
    let example = |file: &str| {
        let text = fs::read_to_string(top().join("examples/keys/vault").join(file)).unwrap();
        text.replace("https://vault.example.com:8200", &vault.url)
    };
    let token = vault.token("deploy", &example("policy.hcl"));
    for file in [".sops.yaml", "secret.yaml"] {
        fs::write(folder.path().join(file), example(file)).unwrap();
    }
    let env = env(&[("VAULT_TOKEN", &token), ("VAULT_ADDR", &vault.url)]);
    let sealed = run(
        selkie(),
        folder.path(),
        &env,
        &["encrypt", "-i", "secret.yaml"],
    );
    assert_eq!(sealed.status, Some(0), "{}", sealed.stderr);
    let opened = run(selkie(), folder.path(), &env, &["decrypt", "secret.yaml"]);
    assert_eq!(opened.text(), example("secret.yaml"), "{}", opened.stderr);
    for name in ["other", "mistyped"] {
        let key = format!("{}/v1/transit/keys/{name}", vault.url);
        let words = ["encrypt", "--hc-vault-transit", &key, ".sops.yaml"];
        assert_eq!(
            run(selkie(), folder.path(), &env, &words).status,
            Some(1),
            "{name}"
        );
    }
}
