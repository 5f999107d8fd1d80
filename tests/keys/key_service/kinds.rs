//! Keys of every vendor through a key service: each program serves and each asks, so that every field of the messages is the one that the
//! other means.

use std::fs;
use std::path::Path;

use selkie_tests::scratch;
use selkie_tests::servers::gcp_kms::{Account, GcpKms, State};
use selkie_tests::servers::huawei_kms::{ACCESS_KEY, HuaweiKms, PROJECT, SECRET_KEY};
use selkie_tests::servers::key_vault::KeyVault;
use selkie_tests::servers::moto::{ACCOUNT, Moto};
use selkie_tests::servers::recorder::{Exchange, Recorder};
use selkie_tests::servers::sigv4::signer;
use selkie_tests::servers::vault::{ROOT, Vault};
use serde_json::{Value, json};

use super::served::{Client, Served, Whose};

/// What the service alone has.
type Variables = Vec<(String, String)>;

fn variables(pairs: &[(&str, &str)]) -> Variables {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(owned).collect()
}

/// Each program as the service and as the client; clients have nothing but its address. `served` is done to a service's folder, and
/// `done` when both clients have asked it.
fn check(flags: &[&str], env: &Variables, served: impl Fn(&Path), done: impl Fn(Whose)) {
    for whose in [Whose::Ours, Whose::Theirs] {
        let env: Vec<(&str, &Path)> = env
            .iter()
            .map(|(name, value)| (name.as_str(), Path::new(value)))
            .collect();
        let service = Served::start(whose, "tcp", &env, &[]);
        served(service.folder());
        for client in [Whose::Ours, Whose::Theirs] {
            let client = Client::new(client, &service.address);
            client.write("a: b\n");
            client.succeed(&[&["encrypt", "-i"], flags].concat());
            assert_eq!(client.succeed(&["decrypt"]), "a: b\n");
        }
        done(whose);
    }
}

#[test]
fn keys_of_aws_with_role_context_and_profile() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    let key = moto.key("eu-central-1");
    let recorder = Recorder::start(&*moto.address);
    let with_role = format!("{key}+arn:aws:iam::{ACCOUNT}:role/sealer");
    let flags = [
        "--kms",
        &with_role,
        "--encryption-context",
        "App:web,stage:prod",
        "--aws-profile",
        "dev",
    ];
    let env = variables(&[
        ("AWS_ENDPOINT_URL", &recorder.url()),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ]);
    let profile = |folder: &Path| {
        fs::create_dir(folder.join(".aws")).unwrap();
        let text = "[dev]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = ofaprofile\n";
        fs::write(folder.join(".aws/credentials"), text).unwrap();
    };
    check(&flags, &env, profile, |whose| {
        let (logins, calls): (Vec<Exchange>, Vec<Exchange>) = recorder
            .take()
            .into_iter()
            .partition(|(request, _)| request.header("x-amz-target").is_none());
        assert!(!logins.is_empty(), "{whose:?}");
        for (request, _) in logins {
            let form = String::from_utf8_lossy(&request.body).into_owned();
            assert!(form.contains("%3Arole%2Fsealer"), "{whose:?}: {form}");
            let profile = signer(&request).unwrap().access_key;
            assert_eq!(profile, "AKIDPROFILE", "{whose:?}");
        }
        assert_eq!(calls.len(), 4, "{whose:?}");
        for (request, _) in calls {
            let body: Value = serde_json::from_slice(&request.body).unwrap();
            assert_eq!(body["KeyId"], key.as_str(), "{whose:?}");
            let context = json!({"App": "web", "stage": "prod"});
            assert_eq!(body["EncryptionContext"], context, "{whose:?}");
            let session = signer(&request).unwrap().access_key;
            assert_ne!(session, "AKIDPROFILE", "{whose:?}");
        }
    });
}

#[test]
fn keys_of_vault() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    vault.transit("team/one", &["deploy"]);
    let key = format!("{}/v1/team/one/keys/deploy", vault.url);
    let env = variables(&[("VAULT_TOKEN", ROOT), ("VAULT_ADDR", &vault.url)]);
    check(&["--hc-vault-transit", &key], &env, |_| (), |_| ());
}

#[test]
fn keys_of_google() {
    let service = GcpKms::start();
    let account = Account::new("deploy");
    service.accounts.add(&account);
    let key = "projects/shop/locations/global/keyRings/test/cryptoKeys/one";
    service.set(key, State::Enabled);
    let env = variables(&[
        ("SOPS_GCP_KMS_CLIENT_TYPE", "rest"),
        ("SOPS_GCP_KMS_ENDPOINT", &service.url()),
        (
            "GOOGLE_CREDENTIALS",
            &account.json(&format!("{}/token", service.url())),
        ),
    ]);
    check(&["--gcp-kms", key], &env, |_| (), |_| ());
}

#[test]
fn keys_of_azure() {
    let url = "https://selkie.vault.azure.net";
    let vault = KeyVault::start();
    let directory = vault.directory();
    let folder = scratch();
    let version = vault.with_keys(url, |keys| keys.make("k"));
    // The newest version is another one.
    vault.with_keys(url, |keys| keys.make("k"));
    let login = directory.with_secret(&directory.application);
    let env = [vault.env(folder.path()), login].concat();
    let key = format!("{url}/keys/k/{version}");
    check(&["--azure-kv", &key], &env, |_| (), |_| ());
    assert_eq!(vault.complaints(), Vec::<String>::new());
    assert_eq!(vault.strangers(), Vec::<String>::new());
}

#[test]
fn keys_of_huawei() {
    let service = HuaweiKms::start();
    let env = variables(&[
        ("HUAWEICLOUD_SDK_REGION_KMS_EU_TEST_1", &service.url()),
        ("HUAWEICLOUD_SDK_AK", ACCESS_KEY),
        ("HUAWEICLOUD_SDK_SK", SECRET_KEY),
        ("HUAWEICLOUD_SDK_PROJECT_ID", PROJECT),
    ]);
    let key = service.create_key();
    check(&["--hckms", &key], &env, |_| (), |_| ());
}
