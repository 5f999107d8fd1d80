//! Files that do not open although the vault is asked: what is said, and with which status.

use std::fs;

use selkie_tests::repository::selkie;
use selkie_tests::scratch;
use selkie_tests::servers::key_vault::{KeyVault, failing};

use super::{VAULT, Variables, is_clean, run, variable};
use crate::failure::TIMEOUT;

/// What is wrong, the file, the variables, and what must be said.
type Case<'c> = (&'c str, String, &'c Variables, &'c str);

#[test]
fn what_does_not_open_says_so_with_the_status_of_sops() {
    let vault = KeyVault::start();
    let directory = vault.directory();
    let folder = scratch();
    let path = folder.path().join("a.yaml");
    let with = |login: Variables| [vault.env(folder.path()), login].concat();
    let ours = |env: &Variables, words: &[&str]| {
        run(selkie(), env)
            .folder(folder.path())
            .env("SELKIE_KEY_TIMEOUT", TIMEOUT.to_string())
            .args(words)
            .output()
    };
    let check = |(wrong, text, env, says): Case<'_>| {
        fs::write(&path, text).unwrap();
        let output = ours(env, &["decrypt", "a.yaml"]);
        assert_eq!(output.status, Some(128), "{wrong}: {}", output.stderr);
        for part in ["/keys/k/", says] {
            assert!(output.stderr.contains(part), "{wrong}: {}", output.stderr);
        }
        assert_eq!(output.stdout, b"", "{wrong}");
    };

    let version = vault.with_keys(VAULT, |keys| keys.make("k"));
    let good = with(directory.with_secret(&directory.application));
    let key = format!("{VAULT}/keys/k");
    fs::write(&path, "a: b\n").unwrap();
    let done = ours(&good, &["encrypt", "-i", "--azure-kv", &key, "a.yaml"]);
    assert_eq!(done.status, Some(0), "{}", done.stderr);
    let sealed = fs::read_to_string(&path).unwrap();
    let at = |host: &str| sealed.replace(VAULT, host);

    let newer = vault.with_keys(VAULT, |keys| keys.make("k"));
    let choice = variable("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential");
    let nobody = with(vec![choice]);
    let stranger = with(directory.with_secret(&directory.stranger));
    let other = sealed.replace(&version, &newer);
    let elsewhere = at("https://other.vault.azure.net");
    let (silent, broken) = (at(failing::SILENT), at(failing::BROKEN));
    let rows: [Case<'_>; 6] = [
        ("no login", at(VAULT), &nobody, "there are no credentials"),
        ("not allowed", at(VAULT), &stranger, "(ForbiddenByRbac)"),
        ("wrong vault", elsewhere, &good, "there is no such key"),
        ("other version", other, &good, "not wrapped with this key"),
        ("hang", silent, &good, "no answer within 3 s"),
        ("5xx", broken, &good, "the service fails"),
    ];
    rows.into_iter().for_each(check);

    vault.with_keys(VAULT, |keys| {
        keys.find("k", &version).unwrap().enabled = false;
    });
    check(("disabled", at(VAULT), &good, "the key is disabled"));
    vault.with_keys(VAULT, |keys| assert!(keys.delete("k")));
    check(("deleted", at(VAULT), &good, "there is no such key"));
    is_clean(&vault);
}
