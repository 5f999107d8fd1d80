//! Keys of Azure Key Vault, on the stand-in that the vendor's own client accepts.
//!
//! The real sops reaches it by the real names of vaults and directory: both programs, and the vendor's client, go through its proxy.

mod failures;
mod logins;
mod unopened;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use selkie_tests::repository::{selkie, top};
use selkie_tests::servers::key_vault::{KeyVault, python_script};
use selkie_tests::{Output, Run, scratch};
use selkie_xtask::peers;

use crate::calls::{FILES, promised};
use crate::matrix::{self, Kind};

const VAULT: &str = "https://selkie.vault.azure.net";

type Variables = Vec<(String, String)>;

fn variable(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

fn run(program: impl AsRef<Path>, env: &Variables) -> Run {
    let run = Run::new(program);
    env.iter()
        .fold(run, |run, (name, value)| run.env(name, value))
}

/// The vendor's own client.
fn python(env: &Variables) -> Run {
    run("python3", env).env("PYTHONPATH", peers::azure_sdk().unwrap())
}

#[cfg(unix)]
fn executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Nobody did what no client may do, or left the machine.
fn is_clean(vault: &KeyVault) {
    assert_eq!(vault.complaints(), Vec::<String>::new());
    assert_eq!(vault.strangers(), Vec::<String>::new());
}

#[test]
fn the_vendors_own_client_accepts_the_stand_in() {
    let vault = KeyVault::start();
    let directory = vault.directory();
    let folder = scratch();
    let token = folder.path().join("token");
    fs::write(&token, directory.cluster_token()).unwrap();
    let logins = [
        directory.with_secret(&directory.application),
        directory.with_cluster_token(token.to_str().unwrap()),
    ];
    for login in logins {
        let env = [vault.env(folder.path()), login].concat();
        python(&env)
            .env("STRANGER_ID", &directory.stranger.client)
            .env("STRANGER_SECRET", &directory.stranger.secret)
            .arg(python_script())
            .args(["check", VAULT])
            .folder(folder.path())
            .succeed();
    }
    is_clean(&vault);
}

/// What providers read there; the same client brings it.
#[test]
fn the_vendors_own_client_accepts_its_secrets_and_certificates() {
    let vault = KeyVault::start();
    let directory = vault.directory();
    let folder = scratch();
    let login = directory.with_secret(&directory.application);
    python(&[vault.env(folder.path()), login].concat())
        .env("STRANGER_ID", &directory.stranger.client)
        .env("STRANGER_SECRET", &directory.stranger.secret)
        .arg(python_script())
        .args(["secrets", VAULT])
        .folder(folder.path())
        .input(directory.certificate())
        .succeed();
    is_clean(&vault);
}

/// The vendor's client never does what is refused here, so a wrong stand-in would not show by it.
#[test]
fn the_stand_in_refuses_tokens_for_others_and_requests_without_a_version() {
    let vault = KeyVault::start();
    let directory = vault.directory();
    let folder = scratch();
    let login = directory.with_secret(&directory.application);
    let token = |audience: &str, seconds| {
        let printed = directory.printed_by_cli(audience, seconds);
        let printed: serde_json::Value = serde_json::from_str(&printed).unwrap();
        printed["accessToken"].as_str().unwrap().to_owned()
    };
    let tokens = [
        ("AKV10022", token("https://management.azure.com", 60)),
        ("AKV10022", token("https://vault.azure.cn", 60)),
        ("AKV10000", token("https://vault.azure.net", -10)),
    ];
    python(&[vault.env(folder.path()), login].concat())
        .arg(python_script())
        .args(["refusals", VAULT])
        .folder(folder.path())
        .input(serde_json::json!(tokens).to_string())
        .succeed();
    let complaints = vault.complaints();
    let expected = ["", "?api-version=", "?version=7.5"];
    let expected = expected.map(|query| format!("no api-version: /keys/made{query}"));
    assert_eq!(complaints, expected);
}

#[test]
fn both_programs_open_what_the_other_sealed() {
    let vault = KeyVault::start();
    let folder = scratch();
    let directory = vault.directory();
    let (one, two) = vault.with_keys(VAULT, |keys| (keys.make("one"), keys.make("two")));
    matrix::check(&Kind {
        flag: "azure-kv",
        rule: "azure_keyvault",
        // Without a version in a rule, the newest is meant.
        group: format!("azure_keyvault: [{{vaultUrl: {VAULT}, key: one, version: {one}}}]"),
        keys: [
            format!("{VAULT}/keys/one"),
            format!("{VAULT}/keys/two/{two}"),
        ],
        env: [
            vault.env(folder.path()),
            directory.with_secret(&directory.application),
        ]
        .concat(),
        apart: vec![variable("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential")],
        before: Vec::new(),
    });
    is_clean(&vault);
}

#[test]
fn the_example_works() {
    let vault = KeyVault::start();
    let directory = vault.directory();
    let folder = scratch();
    vault.with_keys("https://shop.vault.azure.net", |keys| keys.make("secrets"));
    let login = directory.with_secret(&directory.application);
    let env = [vault.env(folder.path()), login].concat();
    let example = top().join("examples/keys/azure-key-vault");
    for file in [".sops.yaml", "secret.yaml"] {
        fs::copy(example.join(file), folder.path().join(file)).unwrap();
    }
    let ours = |words: &[&str]| {
        run(selkie(), &env)
            .folder(folder.path())
            .args(words)
            .succeed()
    };
    ours(&["encrypt", "-i", "secret.yaml"]);
    let opened = ours(&["decrypt", "secret.yaml"]).text();
    assert_eq!(
        opened,
        fs::read_to_string(example.join("secret.yaml")).unwrap()
    );
}

#[test]
fn the_vendors_client_opens_what_we_wrapped_and_the_reverse() {
    let vault = KeyVault::start();
    let directory = vault.directory();
    let folder = scratch();
    let version = vault.with_keys(VAULT, |keys| keys.make("k"));
    let login = directory.with_secret(&directory.application);
    let env = [vault.env(folder.path()), login].concat();
    let client = |action: &str, input: Vec<u8>| {
        python(&env)
            .arg(python_script())
            .args([action, VAULT, "k", &version])
            .folder(folder.path())
            .input(input)
            .succeed()
            .stdout
    };
    let ours = |words: &[&str]| {
        run(selkie(), &env)
            .folder(folder.path())
            .args(words)
            .succeed()
    };
    let path = folder.path().join("a.json");
    fs::write(&path, "{\"a\": \"b\"}\n").unwrap();
    ours(&[
        "encrypt",
        "-i",
        "--azure-kv",
        &format!("{VAULT}/keys/k"),
        "a.json",
    ]);
    let sealed = fs::read_to_string(&path).unwrap();
    let parsed: serde_json::Value = serde_json::from_str(&sealed).unwrap();
    let entry = &parsed["sops"]["azure_kv"][0];
    assert_eq!(entry["version"], version.as_str());
    let wrapped = entry["enc"].as_str().unwrap();
    let key = client("unwrap", wrapped.as_bytes().to_vec());
    assert_eq!(key.len(), 32);
    let again = String::from_utf8(client("wrap", key)).unwrap();
    assert_ne!(again, wrapped);
    fs::write(&path, sealed.replace(wrapped, &again)).unwrap();
    let opened: serde_json::Value =
        serde_json::from_str(&ours(&["decrypt", "a.json"]).text()).unwrap();
    assert_eq!(opened["a"], "b");
    is_clean(&vault);
}

#[test]
fn a_newer_version_is_taken_by_updatekeys_and_left_alone_by_rotate() {
    let vault = KeyVault::start();
    let directory = vault.directory();
    let folder = scratch();
    let login = directory.with_secret(&directory.application);
    let env = [vault.env(folder.path()), login].concat();
    let key = format!("{VAULT}/keys/k");
    let old = vault.with_keys(VAULT, |keys| keys.make("k"));
    let config = format!("creation_rules:\n  - azure_keyvault: {key}\n");
    fs::write(folder.path().join(".sops.yaml"), config).unwrap();
    let path = folder.path().join("a.yaml");
    fs::write(&path, "a: b\n").unwrap();
    let ours = |words: &[&str]| {
        run(selkie(), &env)
            .folder(folder.path())
            .args(words)
            .output()
    };
    let version = || {
        let text = fs::read_to_string(&path).unwrap();
        let line = text
            .lines()
            .find_map(|line| line.trim().strip_prefix("version: "));
        line.unwrap().to_owned()
    };
    let done = |output: Output| assert_eq!(output.status, Some(0), "{}", output.stderr);
    done(ours(&["encrypt", "-i", "a.yaml"]));
    assert_eq!(version(), old);
    let new = vault.with_keys(VAULT, |keys| keys.make("k"));
    done(ours(&["rotate", "-i", "a.yaml"]));
    assert_eq!(version(), old);
    assert_eq!(ours(&["updatekeys", "--check", "a.yaml"]).status, Some(1));
    done(ours(&["updatekeys", "-y", "a.yaml"]));
    assert_eq!(version(), new);
    done(ours(&["updatekeys", "--check", "a.yaml"]));
    // The newest is meant here, too.
    let age = selkie_tests::AgeKey::make(folder.path(), "age.txt");
    done(ours(&[
        "rotate",
        "-i",
        "--add-age",
        &age.recipient,
        "--rm-azure-kv",
        &key,
        "a.yaml",
    ]));
    assert!(!fs::read_to_string(&path).unwrap().contains("azure_kv:\n"));
}

#[test]
fn many_files_are_rotated_with_two_calls_each() {
    let vault = KeyVault::start();
    let directory = vault.directory();
    let folder = scratch();
    let login = directory.with_secret(&directory.application);
    let env = [vault.env(folder.path()), login].concat();
    let [one, two] = ["one", "two"].map(|name| {
        vault.with_keys(VAULT, |keys| keys.make(name));
        format!("{VAULT}/keys/{name}")
    });
    let ours = |words: &[&str]| {
        run(selkie(), &env)
            .folder(folder.path())
            .args(words)
            .succeed()
    };
    let rule = |key: &str| {
        let config = format!("creation_rules:\n  - azure_keyvault: {key}\n");
        fs::write(folder.path().join(".sops.yaml"), config).unwrap();
    };
    rule(&one);
    fs::create_dir(folder.path().join("files")).unwrap();
    fs::write(folder.path().join("files/0.yaml"), "a: b\n").unwrap();
    ours(&["encrypt", "-i", "files/0.yaml"]);
    for file in 1..FILES {
        let copy = folder.path().join(format!("files/{file}.yaml"));
        fs::copy(folder.path().join("files/0.yaml"), copy).unwrap();
    }
    vault.take_calls();
    for file in 0..FILES {
        ours(&["rotate", "-i", &format!("files/{file}.yaml")]);
    }
    let alone = ["challenge", "token", "decrypt", "encrypt"];
    let alone = BTreeMap::from(alone.map(|call| (call, FILES)));
    assert_eq!(vault.take_calls(), alone);
    rule(&two);
    ours(&["updatekeys", "-y", "--rotate-data-key", "files"]);
    let mut calls = vault.take_calls();
    // Threads that begin together each learn where to log in, and there is one for each processor.
    let challenges = calls.remove("challenge").unwrap();
    let most = std::thread::available_parallelism().unwrap().get();
    assert!(challenges <= most, "{challenges} of {most}");
    let expected = BTreeMap::from([
        ("decrypt", FILES),
        ("encrypt", FILES),
        ("get", 1),
        ("token", 1),
    ]);
    assert_eq!(calls, expected);
    for sentence in [
        format!("makes four calls for one file, and 2,000 in {FILES} runs"),
        format!(
            "{FILES} files in one run, `selkie updatekeys --rotate-data-key`, makes 1,000 calls"
        ),
        "as many questions where to log in as the machine has processors, at most".to_owned(),
    ] {
        promised("keys-with-azure-key-vault.md", &sentence);
    }
}
