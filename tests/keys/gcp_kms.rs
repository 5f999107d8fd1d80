//! Keys of Cloud KMS, against a service of ours that Google's own client has tried first.

mod calls;
mod failures;
mod unopened;

use std::fs;
use std::path::Path;

use selkie_tests::repository::{selkie, top};
use selkie_tests::servers::gcp_kms::{Account, GcpKms, State};
use selkie_tests::{Output, Run, scratch};
use selkie_xtask::peers::{self, Sops};
use serde_json::json;

use crate::matrix::{self, Kind};

const TEXT: &str = "password: s3cret\n";

/// Variables and their values.
type Variables<'v> = &'v [(&'v str, &'v str)];

/// A service with keys in each state, and an account that may use some of them.
struct Bench {
    service: GcpKms,
    account: Account,
    token_uri: String,
}

fn key(name: &str) -> String {
    format!("projects/shop/locations/global/keyRings/test/cryptoKeys/{name}")
}

impl Bench {
    fn new() -> Self {
        let service = GcpKms::start();
        let account = Account::new("deploy");
        service.accounts.add(&account);
        for name in ["one", "two"] {
            service.set(&key(name), State::Enabled);
        }
        service.set(&key("disabled"), State::Disabled);
        service.set(&key("foreign"), State::Of("somebody else".to_owned()));
        let token_uri = format!("{}/token", service.url());
        Self {
            service,
            account,
            token_uri,
        }
    }

    fn json(&self) -> String {
        self.account.json(&self.token_uri)
    }

    /// The variables that lead both programs here, and others.
    fn env(&self, more: Variables<'_>) -> Vec<(String, String)> {
        let url = self.service.url();
        let own = [
            ("SOPS_GCP_KMS_CLIENT_TYPE", "rest"),
            ("SOPS_GCP_KMS_ENDPOINT", &*url),
        ];
        let pairs = own.iter().chain(more);
        pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }
}

fn run(program: &Path, folder: &Path, env: &[(String, String)], words: &[&str]) -> Output {
    let run = Run::new(program).folder(folder);
    let envs = env.iter();
    let run = envs.fold(run, |run, (name, value)| run.env(name, value));
    run.args(words).output()
}

/// Each of the programs seals `a.yaml` and opens what each has sealed.
fn both_ways(programs: &[&Path], folder: &Path, env: &[(String, String)], what: &str) {
    let name = key("one");
    for one in programs {
        fs::write(folder.join("a.yaml"), TEXT).unwrap();
        let sealed = run(
            one,
            folder,
            env,
            &["encrypt", "-i", "--gcp-kms", &name, "a.yaml"],
        );
        assert_eq!(sealed.status, Some(0), "{what}: {}", sealed.stderr);
        for other in programs {
            let opened = run(other, folder, env, &["decrypt", "a.yaml"]);
            assert_eq!(opened.status, Some(0), "{what}: {}", opened.stderr);
            assert_eq!(opened.text(), TEXT, "{what}");
        }
    }
}

#[test]
fn googles_own_client_finds_the_service_as_documented() {
    let bench = Bench::new();
    let accounts = &bench.service.accounts;
    let stranger = Account::new("stranger");
    accounts.set_machine("machine");
    let case = json!({
        "service": bench.json(),
        "user": accounts.user("user", &bench.token_uri),
        "token": accounts.give("user", u64::MAX),
        "ended": accounts.give("user", 1),
        "stranger": stranger.json(&bench.token_uri),
        "key": key("one"),
        "other": key("two"),
        "missing": key("missing"),
        "disabled": key("disabled"),
        "foreign": key("foreign"),
    });
    let folder = scratch();
    let url = bench.service.url();
    let run = Run::new("python3")
        .folder(folder.path())
        .arg(top().join("tests/keys/gcp_kms/client.py"))
        .arg(&url)
        .env("PYTHONPATH", peers::google_cloud_kms().unwrap())
        .env("GCE_METADATA_HOST", url.trim_start_matches("http://"))
        .env("NO_GCE_CHECK", "true")
        .input(case.to_string());
    let output = run.output();
    assert_eq!(output.status, Some(0), "{}", output.stderr);
}

#[test]
fn keys_work_in_both_programs() {
    let bench = Bench::new();
    matrix::check(&Kind {
        flag: "gcp-kms",
        rule: "gcp_kms",
        group: format!("gcp_kms: [{{resource_id: {}}}]", key("one")),
        keys: ["one", "two"].map(key),
        env: bench.env(&[("GOOGLE_CREDENTIALS", &bench.json())]),
        apart: Vec::new(),
        before: Vec::new(),
    });
}

/// The service takes requests without a sum; then a damaged one would go through.
#[test]
fn sums_are_sent_both_ways() {
    let bench = Bench::new();
    let folder = scratch();
    let own = bench.json();
    let env = bench.env(&[("GOOGLE_CREDENTIALS", &own)]);
    fs::write(folder.path().join("a.yaml"), TEXT).unwrap();
    let name = key("one");
    for words in [
        &["encrypt", "-i", "--gcp-kms", &name, "a.yaml"][..],
        &["decrypt", "a.yaml"],
    ] {
        let done = run(selkie(), folder.path(), &env, words);
        assert_eq!(done.status, Some(0), "{}", done.stderr);
    }
    let requests = bench.service.requests();
    let sent = requests.iter().map(|request| {
        let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
        let fields = body.as_object().unwrap().keys().cloned();
        fields.collect::<Vec<_>>().join(" ")
    });
    assert_eq!(
        sent.collect::<Vec<_>>(),
        ["plaintext plaintextCrc32c", "ciphertext ciphertextCrc32c"]
    );
}

#[test]
fn credentials_are_found_where_sops_finds_them() {
    let bench = Bench::new();
    let accounts = &bench.service.accounts;
    let folder = scratch();
    let file = bench.account.file(folder.path(), &bench.token_uri);
    let file = file.to_str().unwrap();
    let token = accounts.give("user", u64::MAX);
    let unknown = Account::new("unknown").json(&bench.token_uri);
    let sops = peers::sops(Sops::V3_13_3).unwrap();
    let both = [selkie(), &sops];
    let rows: [(&str, Variables<'_>); 5] = [
        ("JSON text", &[("GOOGLE_CREDENTIALS", &bench.json())]),
        ("a file", &[("GOOGLE_CREDENTIALS", file)]),
        ("a token", &[("GOOGLE_OAUTH_ACCESS_TOKEN", &token)]),
        ("the default", &[("GOOGLE_APPLICATION_CREDENTIALS", file)]),
        // The first of them counts.
        (
            "all",
            &[
                ("GOOGLE_CREDENTIALS", file),
                ("GOOGLE_OAUTH_ACCESS_TOKEN", "unknown"),
                ("GOOGLE_APPLICATION_CREDENTIALS", &unknown),
            ],
        ),
    ];
    for (what, set) in rows {
        both_ways(&both, folder.path(), &bench.env(set), what);
    }
    let login = folder
        .path()
        .join(".config/gcloud/application_default_credentials.json");
    fs::create_dir_all(login.parent().unwrap()).unwrap();
    fs::copy(file, &login).unwrap();
    both_ways(&both, folder.path(), &bench.env(&[]), "the file of a login");

    // SOPS exchanges a user's token at Google's own address only.
    fs::write(&login, accounts.user("user", &bench.token_uri)).unwrap();
    bench.service.requests();
    both_ways(&[selkie()], folder.path(), &bench.env(&[]), "a user");
    let requests = bench.service.requests();
    let asked = requests
        .iter()
        .find(|request| request.target.starts_with("/v1/"))
        .unwrap();
    assert_eq!(asked.header("x-goog-user-project"), Some("who-pays"));

    fs::remove_file(&login).unwrap();
    accounts.set_machine("machine");
    let url = bench.service.url();
    let host = url.trim_start_matches("http://");
    both_ways(
        &both,
        folder.path(),
        &bench.env(&[("GCE_METADATA_HOST", host)]),
        "the machine",
    );
}

#[test]
fn old_versions_open_and_one_token_serves_many_files() {
    let bench = Bench::new();
    let folder = scratch();
    let home = folder.path().join(".config/gcloud");
    fs::create_dir_all(&home).unwrap();
    let user = bench.service.accounts.user("user", &bench.token_uri);
    fs::write(home.join("application_default_credentials.json"), user).unwrap();
    let env = bench.env(&[]);
    let name = key("one");
    for file in ["a.yaml", "b.yaml", "c.yaml"] {
        fs::write(folder.path().join(file), TEXT).unwrap();
        let words = ["encrypt", "-i", "--gcp-kms", &name, file];
        assert_eq!(run(selkie(), folder.path(), &env, &words).status, Some(0));
        bench.service.rotate(&name);
    }
    bench.service.requests();
    let config = format!("creation_rules:\n  - gcp_kms: {}\n", key("two"));
    fs::write(folder.path().join(".sops.yaml"), config).unwrap();
    let words = ["updatekeys", "-y", "a.yaml", "b.yaml", "c.yaml"];
    let output = run(selkie(), folder.path(), &env, &words);
    assert_eq!(output.status, Some(0), "{}", output.stderr);
    let requests = bench.service.requests();
    let count = |what: &str| {
        let with = requests
            .iter()
            .filter(|request| request.target.ends_with(what));
        with.count()
    };
    assert_eq!(
        [count("one:decrypt"), count("two:encrypt"), count("/token")],
        [3, 3, 1]
    );
}

#[test]
fn the_example_works_as_it_stands() {
    let service = GcpKms::start();
    let account = Account::new("deploy");
    service.accounts.add(&account);
    service.set(
        "projects/shop/locations/europe-west3/keyRings/deploy/cryptoKeys/secrets",
        State::Of(account.email.clone()),
    );
    let folder = scratch();
    for file in [".sops.yaml", "secret.yaml"] {
        let from = top().join("examples/keys/gcp-kms").join(file);
        fs::copy(from, folder.path().join(file)).unwrap();
    }
    let plain = fs::read_to_string(folder.path().join("secret.yaml")).unwrap();
    let env = [
        ("SOPS_GCP_KMS_ENDPOINT".to_owned(), service.url()),
        (
            "GOOGLE_CREDENTIALS".to_owned(),
            account.json(&service.url()),
        ),
    ];
    let sealed = run(
        selkie(),
        folder.path(),
        &env,
        &["encrypt", "-i", "secret.yaml"],
    );
    assert_eq!(sealed.status, Some(0), "{}", sealed.stderr);
    let opened = run(selkie(), folder.path(), &env, &["decrypt", "secret.yaml"]);
    assert_eq!(opened.text(), plain, "{}", opened.stderr);
}
