//! The logins of the chain, in both programs with the same variables.

use std::fs;
use std::path::{Path, PathBuf};

use selkie_tests::repository::selkie;
use selkie_tests::scratch;
use selkie_tests::servers::key_vault::KeyVault;
use selkie_xtask::peers::{self, Sops};

use super::{VAULT, Variables, executable, is_clean, run, variable};

/// A file of ours and one of sops, each sealed with the key given and opened by both, with the same variables.
fn each_opens(env: &Variables, key: &str) {
    let folder = scratch();
    let programs = [selkie().to_owned(), peers::sops(Sops::V3_13_3).unwrap()];
    let run = |program: &PathBuf, words: &[&str]| {
        run(program, env)
            .folder(folder.path())
            .args(words)
            .succeed()
    };
    for sealing in &programs {
        fs::write(folder.path().join("a.yaml"), "a: b\n").unwrap();
        run(sealing, &["encrypt", "-i", "--azure-kv", key, "a.yaml"]);
        for opening in &programs {
            assert_eq!(run(opening, &["decrypt", "a.yaml"]).text(), "a: b\n");
        }
    }
}

#[test]
fn every_login_of_the_chain_works_as_in_sops() {
    let vault = KeyVault::start();
    let directory = vault.directory();
    let folder = scratch();
    let file = |name: &str, text: String| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let certificate = file("application.pem", directory.certificate());
    let token = file("token", directory.cluster_token());
    let printed = directory.printed_by_cli("https://vault.azure.net", 3600);
    let printed = file("printed.json", printed);
    let az = file("az", format!("#!/bin/sh\ncat {printed}\n"));
    let printed = directory.printed_by_developer_cli("https://vault.azure.net");
    let printed = file("printed-by-azd.json", printed);
    let azd = file("azd", format!("#!/bin/sh\ncat {printed}\n"));
    for program in [az, azd] {
        executable(Path::new(&program));
    }
    let choice = |name: &str| variable("AZURE_TOKEN_CREDENTIALS", name);
    let search = format!(
        "{}:{}",
        folder.path().display(),
        std::env::var("PATH").unwrap()
    );
    let key = format!("{VAULT}/keys/k");
    vault.with_keys(VAULT, |keys| keys.make("k"));
    let rows = [
        directory.with_secret(&directory.application),
        directory.with_certificate(&certificate),
        directory.with_cluster_token(&token),
        [
            vault.managed_identity(),
            vec![choice("ManagedIdentityCredential")],
        ]
        .concat(),
        [
            vault.managed_identity(),
            vec![variable("AZURE_CLIENT_ID", &*directory.application.client)],
        ]
        .concat(),
        vec![variable("PATH", &*search), choice("dev")],
        vec![variable("PATH", &*search), choice("azureclicredential")],
        vec![
            variable("PATH", &*search),
            choice("AzureDeveloperCLICredential"),
        ],
    ];
    for login in rows {
        each_opens(&[vault.env(folder.path()), login].concat(), &key);
    }
    is_clean(&vault);

    // Nothing is set: the machine is asked whether it is one of Azure's, and is none.
    let login = vec![variable("PATH", &*search)];
    each_opens(&[vault.env(folder.path()), login].concat(), &key);
    assert!(
        vault
            .strangers()
            .iter()
            .all(|host| host == "169.254.169.254")
    );
    assert!(!vault.strangers().is_empty());

    // It is one from now on. The logins for people are not reached.
    vault.be_machine();
    vault.take_calls();
    let rows = [
        vec![],
        vec![choice("prod")],
        vec![choice("ManagedIdentityCredential")],
        vec![variable("AZURE_CLIENT_ID", &*directory.application.client)],
    ];
    let runs = 6 * rows.len();
    for login in rows {
        each_opens(&[vault.env(folder.path()), login].concat(), &key);
    }
    assert_eq!(vault.take_calls().get("machine"), Some(&runs));
}

#[test]
fn other_clouds_are_asked_where_their_vaults_say() {
    let vault = KeyVault::start();
    let directory = vault.directory();
    let folder = scratch();
    let certificate = folder.path().join("application.pem");
    fs::write(&certificate, directory.certificate()).unwrap();
    let clouds = [
        ("vault.usgovcloudapi.net", "login.microsoftonline.us"),
        ("vault.azure.cn", "login.chinacloudapi.cn"),
    ];
    for (vaults, authority) in clouds {
        let url = format!("https://selkie.{vaults}");
        vault.with_keys(&url, |keys| keys.make("k"));
        for login in [
            directory.with_secret(&directory.application),
            directory.with_certificate(certificate.to_str().unwrap()),
        ] {
            let authority = format!("https://{authority}");
            let authority = vec![variable("AZURE_AUTHORITY_HOST", authority)];
            each_opens(
                &[vault.env(folder.path()), login, authority].concat(),
                &format!("{url}/keys/k"),
            );
        }
    }
    is_clean(&vault);
}
