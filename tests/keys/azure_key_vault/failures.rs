//! The failure table of keys of Azure Key Vault.

use std::fs;

use selkie_tests::scratch;
use selkie_tests::servers::key_vault::{KeyVault, failing};
use selkie_tests::servers::tls::Authority;

use super::{VAULT, Variables, executable, variable};
use crate::failure::{self, Row};

/// What is wrong, the key, the variables, and what must be said.
type Case<'c> = (&'c str, String, Variables, &'c str);

#[test]
fn every_failure_says_what_is_wrong() {
    let vault = KeyVault::start();
    let directory = vault.directory();
    let folder = scratch();
    let reach = vault.env(folder.path());
    let with = |more: Variables| [reach.clone(), more].concat();
    let good = || with(directory.with_secret(&directory.application));
    let one_login = |name: &str| variable("AZURE_TOKEN_CREDENTIALS", name);
    let version = vault.with_keys(VAULT, |keys| {
        for name in ["k", "disabled", "expired", "deleted"] {
            keys.make(name);
        }
        keys.find("disabled", "").unwrap().enabled = false;
        keys.find("expired", "").unwrap().expires = Some(1);
        keys.delete("deleted");
        keys.make("k")
    });
    let other = "https://other.vault.azure.net";
    vault.with_keys(other, |keys| keys.make("elsewhere"));
    let key = |name: &str| format!("{VAULT}/keys/{name}");
    let known = format!("{VAULT}/keys/k/{version}");

    let mut wrong_secret = good();
    wrong_secret.push(variable("AZURE_CLIENT_SECRET", "wr0ng-s3cret"));
    let mut wrong_tenant = good();
    wrong_tenant.push(variable(
        "AZURE_TENANT_ID",
        "00000000-0000-0000-0000-000000000000",
    ));
    let elsewhere = scratch();
    let mut unknown_authority = good();
    let authority = Authority::new().file(elsewhere.path());
    unknown_authority.push(variable("SSL_CERT_FILE", authority.to_str().unwrap()));
    let expired = folder.path().join("az");
    let printed = directory.printed_by_cli("https://vault.azure.net", -10);
    fs::write(&expired, format!("#!/bin/sh\necho '{printed}'\n")).unwrap();
    executable(&expired);
    let search = format!(
        "{}:{}",
        folder.path().display(),
        std::env::var("PATH").unwrap()
    );
    let broken = folder.path().join("broken.pem");
    fs::write(&broken, "no certificate\n").unwrap();

    let cases: Vec<Case<'_>> = vec![
        (
            "no credentials",
            key("k"),
            reach.clone(),
            "there are no credentials",
        ),
        (
            "half of the variables",
            key("k"),
            with(vec![
                one_login("EnvironmentCredential"),
                variable("AZURE_TENANT_ID", &*directory.tenant),
                variable("AZURE_CLIENT_ID", "c"),
            ]),
            "AZURE_CLIENT_SECRET",
        ),
        (
            "a login that does not exist",
            key("k"),
            with(vec![one_login("SomeCredential")]),
            "AZURE_TOKEN_CREDENTIALS",
        ),
        (
            "wrong secret",
            key("k"),
            wrong_secret,
            "the credentials are refused (AADSTS7000215)",
        ),
        (
            "wrong tenant",
            key("k"),
            wrong_tenant,
            "the credentials are refused (AADSTS90002)",
        ),
        (
            "no certificate",
            key("k"),
            with(directory.with_certificate(broken.to_str().unwrap())),
            "AZURE_CLIENT_CERTIFICATE_PATH",
        ),
        (
            "no token of the cluster",
            key("k"),
            with(directory.with_cluster_token("/nowhere")),
            "AZURE_FEDERATED_TOKEN_FILE",
        ),
        (
            "expired token",
            known.clone(),
            with(vec![variable("PATH", search), one_login("dev")]),
            "the credentials are refused (Unauthorized)",
        ),
        (
            "not allowed",
            key("k"),
            with(directory.with_secret(&directory.stranger)),
            "the credentials are refused (ForbiddenByRbac)",
        ),
        (
            "key missing",
            key("missing"),
            good(),
            "there is no such key (KeyNotFound)",
        ),
        (
            "key deleted",
            key("deleted"),
            good(),
            "there is no such key (KeyNotFound)",
        ),
        (
            "key disabled",
            key("disabled"),
            good(),
            "the key is disabled (KeyDisabled)",
        ),
        (
            "key expired",
            key("expired"),
            good(),
            "the key is disabled (KeyExpired)",
        ),
        (
            "unknown version",
            format!("{VAULT}/keys/k/{}", "0".repeat(32)),
            good(),
            "there is no such key (KeyNotFound)",
        ),
        (
            failure::ELSEWHERE,
            key("elsewhere"),
            good(),
            "there is no such key (KeyNotFound)",
        ),
        (
            "no such vault",
            format!("{}/keys/k", failing::NOWHERE),
            good(),
            "the service cannot be reached",
        ),
        (
            "no vault at all",
            format!("{}/keys/k", failing::IMPOSTOR),
            good(),
            "what answers there is no key vault",
        ),
        (
            "timeout",
            format!("{}/keys/k", failing::UNANSWERED),
            good(),
            "no answer within 3 s",
        ),
        (
            "hang",
            format!("{}/keys/k/1", failing::SILENT),
            good(),
            "no answer within 3 s",
        ),
        (
            failure::ENDLESS,
            format!("{}/keys/k/1", failing::DRIPPING),
            good(),
            "no answer within 3 s",
        ),
        (
            "429",
            format!("{}/keys/k/1", failing::THROTTLED),
            good(),
            "the service is asked too often (Throttled)",
        ),
        (
            "5xx",
            format!("{}/keys/k", failing::BROKEN),
            good(),
            "the service fails (ServiceUnavailable)",
        ),
        (
            "unknown authority",
            key("k"),
            unknown_authority,
            "signed by nobody known here",
        ),
    ];
    let rows: Vec<Row<'_>> = cases
        .iter()
        .map(|(wrong, key, env, says)| Row {
            wrong,
            key: ["--azure-kv", key],
            env: env.clone(),
            says,
        })
        .collect();
    failure::complete(&rows, &[]);
    failure::check(&rows, &["wr0ng-s3cret", &directory.application.secret]);
    assert_eq!(vault.complaints(), Vec::<String>::new());
}
