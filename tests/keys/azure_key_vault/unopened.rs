//! Files that do not open although the vault is asked: what is said, and with which status.

use std::fs;

use selkie_tests::repository::selkie;
use selkie_tests::scratch;
use selkie_tests::servers::key_vault::{KeyVault, failing};

use super::{VAULT, Variables, is_clean, run, variable};
use crate::failure::{self, Unopened};

#[test]
fn what_does_not_open_says_so_with_the_status_of_sops() {
    let vault = KeyVault::start();
    let directory = vault.directory();
    let folder = scratch();
    let with = |login: Variables| [vault.env(folder.path()), login].concat();
    let row = |wrong, text: &str, env: &Variables, says| Unopened {
        wrong,
        text: text.to_owned(),
        env: env.clone(),
        says,
        beside_sops: false,
    };
    let check = |rows: &[Unopened<'_>]| {
        failure::unopened("/keys/k/", rows, &[&directory.application.secret]);
    };

    let version = vault.with_keys(VAULT, |keys| keys.make("k"));
    let good = with(directory.with_secret(&directory.application));
    let path = folder.path().join("a.yaml");
    fs::write(&path, "a: b\n").unwrap();
    run(selkie(), &good)
        .folder(folder.path())
        .args(["encrypt", "-i", "--azure-kv", &format!("{VAULT}/keys/k")])
        .arg("a.yaml")
        .succeed();
    let sealed = fs::read_to_string(&path).unwrap();
    let at = |host: &str| sealed.replace(VAULT, host);

    let newer = vault.with_keys(VAULT, |keys| keys.make("k"));
    let choice = variable("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential");
    let nobody = with(vec![choice]);
    let stranger = with(directory.with_secret(&directory.stranger));
    let other = sealed.replace(&version, &newer);
    let elsewhere = at("https://other.vault.azure.net");
    let [silent, endless, broken] = [failing::SILENT, failing::DRIPPING, failing::BROKEN].map(at);
    check(&[
        row("no login", &sealed, &nobody, "there are no credentials"),
        row("not allowed", &sealed, &stranger, "(ForbiddenByRbac)"),
        row("wrong vault", &elsewhere, &good, "there is no such key"),
        row("other version", &other, &good, "not wrapped with this key"),
        row("hang", &silent, &good, "no answer within 3 s"),
        row(failure::ENDLESS, &endless, &good, "no answer within 3 s"),
        row("5xx", &broken, &good, "the service fails"),
    ]);

    vault.with_keys(VAULT, |keys| {
        keys.find("k", &version).unwrap().enabled = false;
    });
    check(&[row("disabled", &sealed, &good, "the key is disabled")]);
    vault.with_keys(VAULT, |keys| assert!(keys.delete("k")));
    check(&[row("deleted", &sealed, &good, "there is no such key")]);
    is_clean(&vault);
}
