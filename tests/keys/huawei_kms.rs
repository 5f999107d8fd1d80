//! Keys of Huawei Cloud KMS, against a service of ours that Huawei's own client has tried first.

mod calls;
mod failures;
mod unopened;

use std::fs;
use std::path::Path;

use selkie_tests::repository::{selkie, top};
use selkie_tests::servers::huawei_kms::{
    ACCESS_KEY, HuaweiKms, PROJECT, REGION, SECRET_KEY, TEMPORARY,
};
use selkie_tests::{Output, Run, scratch};
use selkie_xtask::peers::{self, Sops};
use serde_json::json;

use crate::matrix::{self, Kind};

const TEXT: &str = "password: s3cret\n";

/// The key of the example.
const EXAMPLE_KEY: &str = "0d0466b0-e727-4d9c-b35d-f84bb474a37f";

/// The variable with the address of the region's KMS.
const ENDPOINT: &str = "HUAWEICLOUD_SDK_REGION_KMS_EU_TEST_1";

/// Variables and their values.
type Variables<'v> = &'v [(&'v str, &'v str)];

fn env(variables: Variables<'_>) -> Vec<(String, String)> {
    let pairs = variables.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// What whoever may ask sets, for a service at that address.
fn allowed(url: &str) -> Vec<(String, String)> {
    env(&[
        (ENDPOINT, url),
        ("HUAWEICLOUD_SDK_AK", ACCESS_KEY),
        ("HUAWEICLOUD_SDK_SK", SECRET_KEY),
        ("HUAWEICLOUD_SDK_PROJECT_ID", PROJECT),
    ])
}

fn run(program: &Path, folder: &Path, env: &[(String, String)], words: &[&str]) -> Output {
    let run = Run::new(program).folder(folder);
    let envs = env.iter();
    let run = envs.fold(run, |run, (name, value)| run.env(name, value));
    run.args(words).output()
}

/// The same, for what must succeed.
fn done(program: &Path, folder: &Path, env: &[(String, String)], words: &[&str]) -> Output {
    let output = run(program, folder, env, words);
    assert_eq!(output.status, Some(0), "{words:?}: {}", output.stderr);
    output
}

/// The part of a key's name that the service knows.
fn id(key: &str) -> &str {
    key.split(':').next_back().unwrap()
}

#[test]
fn huaweis_own_client_finds_the_service_as_documented() {
    let service = HuaweiKms::start();
    let keys: [String; 4] = std::array::from_fn(|_| service.create_key());
    let [key, other, disabled, ending] = &keys;
    service.disable(disabled);
    service.schedule_deletion(ending);
    let case = json!({
        "access": [ACCESS_KEY, SECRET_KEY],
        "temporary": TEMPORARY,
        "project": PROJECT,
        "region": REGION,
        "key": id(key),
        "other": id(other),
        "missing": "00000000-0000-0000-0000-000000000000",
        "disabled": id(disabled),
        "ending": id(ending),
    });
    let output = Run::new("python3")
        .arg(top().join("tests/keys/huawei_kms/client.py"))
        .arg(service.url())
        .env("PYTHONPATH", peers::huawei_kms().unwrap())
        .input(case.to_string())
        .output();
    assert_eq!(output.status, Some(0), "{}", output.stderr);
}

#[test]
fn keys_work_in_both_programs() {
    let service = HuaweiKms::start();
    let keys = [service.create_key(), service.create_key()];
    matrix::check(&Kind {
        flag: "hckms",
        rule: "hckms",
        group: format!("hckms: [{{key_id: \"{}\"}}]", keys[0]),
        keys,
        env: allowed(&service.url()),
        apart: Vec::new(),
        before: Vec::new(),
    });
}

#[test]
fn credentials_are_found_where_sops_finds_them() {
    let service = HuaweiKms::start();
    let key = service.create_key();
    let folder = scratch();
    let folder = folder.path();
    let sops = peers::sops(Sops::V3_13_3).unwrap();
    let url = service.url();
    let endpoint = (ENDPOINT, &*url);
    // Each of the programs seals, and opens what each has sealed.
    let both_ways = |set: Variables<'_>, what: &str| {
        let env = env(&[&[endpoint], set].concat());
        for one in [selkie(), &sops] {
            fs::write(folder.join("a.yaml"), TEXT).unwrap();
            done(
                one,
                folder,
                &env,
                &["encrypt", "-i", "--hckms", &key, "a.yaml"],
            );
            for other in [selkie(), &sops] {
                let opened = done(other, folder, &env, &["decrypt", "a.yaml"]);
                assert_eq!(opened.text(), TEXT, "{what}");
            }
        }
    };
    let [access, secret, token] = TEMPORARY;
    let temporary = [
        ("HUAWEICLOUD_SDK_AK", access),
        ("HUAWEICLOUD_SDK_SK", secret),
        ("HUAWEICLOUD_SDK_SECURITY_TOKEN", token),
        ("HUAWEICLOUD_SDK_PROJECT_ID", PROJECT),
    ];
    both_ways(&temporary, "a temporary key");

    let own = format!("[basic]\nak = {ACCESS_KEY}\nsk = {SECRET_KEY}\n");
    let with_project = format!("{own}project_id = {PROJECT}\n");
    fs::write(folder.join("named"), &with_project).unwrap();
    both_ways(&[("HUAWEICLOUD_SDK_CREDENTIALS_FILE", "named")], "a file");

    let wrong = "[basic]\nak = wrong\nsk = wrong\nproject_id = wrong\n";
    fs::write(folder.join("wrong"), wrong).unwrap();
    let first = [
        &temporary[..],
        &[("HUAWEICLOUD_SDK_CREDENTIALS_FILE", "wrong")],
    ]
    .concat();
    both_ways(&first, "variables before a file");

    let home = folder.join(".huaweicloud");
    // Huawei's library may have made it.
    fs::create_dir_all(&home).unwrap();
    fs::write(home.join("credentials"), with_project).unwrap();
    both_ways(&[], "the file at home");
    // One half of an access key is none.
    both_ways(&[("HUAWEICLOUD_SDK_AK", "wrong")], "half a key");
    let asked = service.calls();
    assert!(!asked.contains(&"projects".to_owned()), "{asked:?}");

    // Without a project the account is asked for the one of the region. SOPS takes an address without TLS for that from the file alone.
    let without = format!("{own}iam_endpoint = {url}\n");
    fs::write(home.join("credentials"), without).unwrap();
    both_ways(&[], "no project");
    let asked = service.calls();
    let asked = asked.iter().filter(|call| *call == "projects").count();
    assert_eq!(asked, 6, "once for each run");
}

/// What another key wrapped, or nobody did, is said to be foreign.
#[test]
fn what_was_not_wrapped_with_the_key_is_foreign() {
    let service = HuaweiKms::start();
    let [key, other] = [service.create_key(), service.create_key()];
    let folder = scratch();
    let env = allowed(&service.url());
    let file = folder.path().join("a.yaml");
    fs::write(&file, TEXT).unwrap();
    let words = ["encrypt", "-i", "--hckms", &key, "a.yaml"];
    done(selkie(), folder.path(), &env, &words);
    let sealed = fs::read_to_string(&file).unwrap();
    for (from, to) in [(key.as_str(), other.as_str()), ("enc: ", "enc: AAAA")] {
        fs::write(&file, sealed.replace(from, to)).unwrap();
        let refused = run(selkie(), folder.path(), &env, &["decrypt", "a.yaml"]);
        assert_eq!(refused.status, Some(128), "{to}");
        let says = "it was not wrapped with this key";
        assert!(refused.stderr.contains(says), "{to}: {}", refused.stderr);
    }
}

#[test]
fn the_example_works_as_it_stands() {
    let service = HuaweiKms::start();
    service.add(EXAMPLE_KEY);
    let folder = scratch();
    let example = |file: &str| {
        let from = top().join("examples/keys/huawei-kms").join(file);
        fs::read_to_string(from).unwrap()
    };
    for file in [".sops.yaml", "secret.yaml"] {
        fs::write(folder.path().join(file), example(file)).unwrap();
    }
    assert!(example("policy.json").contains(EXAMPLE_KEY));
    let mut env = allowed(&service.url());
    env[0].0 = "HUAWEICLOUD_SDK_REGION_KMS_TR_WEST_1".to_owned();
    let words = ["encrypt", "-i", "secret.yaml"];
    done(selkie(), folder.path(), &env, &words);
    for program in [selkie(), &peers::sops(Sops::V3_13_3).unwrap()] {
        let opened = done(program, folder.path(), &env, &["decrypt", "secret.yaml"]);
        assert!(opened.text().contains("password: correct-horse"));
    }
    let opened = done(selkie(), folder.path(), &env, &["decrypt", "secret.yaml"]);
    assert_eq!(opened.text(), example("secret.yaml"));
}
