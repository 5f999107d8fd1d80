//! What the pages take for granted: that there is a server with this name, and an administrator who is logged in to it.

use std::any::Any;
use std::fs;

use selkie_tests::servers::http::Response;
use selkie_tests::servers::key_vault::KeyVault;
use selkie_tests::servers::stub::Stub;
use selkie_tests::servers::vault::{ROOT, Vault};
use serde_json::json;

use super::NAMESPACE;
use crate::scene::Scene;

/// A server for a page.
#[derive(Default)]
pub(super) struct Vendor {
    /// Names in the manifests, and the addresses that they stand for.
    pub(super) replaced: Vec<(String, String)>,
    /// The environment of the administrator.
    pub(super) variables: Vec<(String, String)>,
    /// Files that the page says one has.
    pub(super) files: Vec<(&'static str, Vec<u8>)>,
    /// Ends with the page.
    _server: Option<Box<dyn Any>>,
}

pub(super) fn nobody(_: &Scene) -> Vendor {
    Vendor::default()
}

/// In every real cluster a controller keeps the certificate of the API server in each namespace; none runs here.
pub(super) fn this_cluster(scene: &Scene) -> Vendor {
    let certificate = fs::read_to_string(&scene.cluster.ca).unwrap();
    scene.cluster.write(&json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": { "name": "kube-root-ca.crt", "namespace": NAMESPACE },
        "data": { "ca.crt": certificate },
    }));
    Vendor {
        replaced: pairs([("https://kubernetes.default.svc", &scene.cluster.address)]),
        ..Vendor::default()
    }
}

/// What the page's commands make there is made by requests: their program is none of ours.
pub(super) fn aws(scene: &Scene) -> Vendor {
    let value = json!({ "user": "shop", "password": "s3cret-rds" }).to_string();
    let made = json!({ "Name": "shop/database", "SecretString": value });
    scene.moto.secrets("eu-central-1", "CreateSecret", &made);
    Vendor {
        variables: vec![
            ("AWS_ACCESS_KEY_ID".to_owned(), "AKIDGUIDE".to_owned()),
            ("AWS_SECRET_ACCESS_KEY".to_owned(), "key".to_owned()),
        ],
        ..Vendor::default()
    }
}

pub(super) fn azure(_: &Scene) -> Vendor {
    let vault = KeyVault::start();
    let url = vault.direct().url;
    vault.with_secrets(&url, |secrets| {
        secrets.put("database-password", "s3cret-azure", &[]);
    });
    let directory = vault.directory();
    let store = format!(
        "vaultUrl: {url}\n      useAzureSDK: true\n      customCloudConfig: {{activeDirectoryEndpoint: \"{url}\", keyVaultEndpoint: \"{url}\"}}"
    );
    let application = &directory.application;
    Vendor {
        replaced: pairs([
            ("vaultUrl: https://shop.vault.azure.net", &store),
            ("00000000-0000-0000-0000-000000007e4a", &directory.tenant),
        ]),
        variables: pairs([
            ("AZURE_CLIENT_ID", &application.client),
            ("AZURE_CLIENT_SECRET", &application.secret),
        ]),
        _server: Some(Box::new(vault)),
        ..Vendor::default()
    }
}

/// A server with one application, for whoever has its token.
pub(super) fn webhook(_: &Scene) -> Vendor {
    const TOKEN: &str = "vendor-token-1";
    let server = Stub::plain(|request| {
        if request.method == "HEAD" {
            return Response::json(204, "");
        }
        if request.header("authorization") != Some(&format!("Bearer {TOKEN}")) {
            return Response::json(401, "{}");
        }
        match &*request.target {
            "/v1/mail?version=" => Response::json(200, r#"{"data": {"password": "s3cret-hook"}}"#),
            _ => Response::json(404, "{}"),
        }
    });
    let url = format!("http://{}", server.address());
    Vendor {
        replaced: pairs([("https://secrets.example", &url)]),
        variables: pairs([("VENDOR_TOKEN", &TOKEN.to_owned())]),
        ..Vendor::default()
    }
}

pub(super) fn vault(scene: &Scene) -> Vendor {
    server(scene, "vault-ca.pem", "https://vault.example.com:8200")
}

pub(super) fn bao(scene: &Scene) -> Vendor {
    server(scene, "bao-ca.pem", "https://bao.example.com:8200")
}

fn server(scene: &Scene, authority: &'static str, name: &'static str) -> Vendor {
    let folder = scene.folder().join(authority).with_extension("server");
    fs::create_dir(&folder).unwrap();
    let vault = Vault::start(&folder);
    Vendor {
        replaced: pairs([(name, &vault.tls_url)]),
        variables: pairs([
            ("VAULT_ADDR", &vault.url),
            ("VAULT_TOKEN", &ROOT.to_owned()),
        ]),
        files: vec![(authority, fs::read(&vault.authority).unwrap())],
        _server: Some(Box::new(vault)),
    }
}

fn pairs<const N: usize>(pairs: [(&str, &String); N]) -> Vec<(String, String)> {
    let owned = pairs.map(|(name, value)| (name.to_owned(), value.clone()));
    owned.to_vec()
}
