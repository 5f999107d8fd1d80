//! Stores in Azure Key Vault, as the examples have them: an application with a password, and an account of this cluster whose tokens the directory
//! verifies with the keys that the API server publishes.

use std::path::Path;

use selkie_tests::servers::controller::{Controller, data, until};
use selkie_tests::servers::key_vault::{Federation, KeyVault};
use selkie_tests::servers::kube_apiserver::KubeApiserver;
use serde_json::json;

use crate::examples::{example, fails, valid};

const NAMESPACE: &str = "shop";
/// Values that occur nowhere by chance, so that a log can be searched for them.
const FIRST: &str = "azure-7d20c4";
const SECOND: &str = "azure-90be1f";

pub(crate) fn secrets_follow_the_vault(folder: &Path, cluster: &KubeApiserver) {
    let vault = KeyVault::start();
    let direct = vault.direct();
    let directory = vault.directory();
    let (_, keys) = cluster.call("GET", "/openid/v1/jwks", None);
    directory.trust(Federation {
        issuer: "https://kubernetes.default.svc".to_owned(),
        subject: "system:serviceaccount:shop:shop-secrets".to_owned(),
        keys,
    });
    let pem = directory.certificate();
    vault.with_vault(&direct.url, |vault| {
        let tags = [("owner", "ann"), ("team", "shop")];
        vault.secrets.put("database-password", FIRST, &tags);
        vault.certificates.put(&mut vault.secrets, "web", &pem);
    });
    let cloud = format!(
        "vaultUrl: {0}\n      useAzureSDK: true\n      customCloudConfig: {{activeDirectoryEndpoint: \"{0}\", keyVaultEndpoint: \"{0}\"}}",
        direct.url
    );
    let replaced = [
        ("vaultUrl: https://shop.vault.azure.net", &*cloud),
        (
            "00000000-0000-0000-0000-00000000c1d0",
            &*directory.application.client,
        ),
        ("00000000-0000-0000-0000-000000007e4a", &*directory.tenant),
    ];
    let login = json!({
        "apiVersion": "v1", "kind": "Secret",
        "metadata": { "name": "azure-login", "namespace": NAMESPACE },
        "stringData": {
            "clientId": directory.application.client,
            "clientSecret": directory.application.secret,
        },
    });

    let controller = Controller::start(folder, cluster, &["--store-requeue-interval=2s"]);
    cluster.write(&json!({
        "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": NAMESPACE },
    }));
    cluster.write(&login);
    cluster.apply(example("azurekv/store.yaml", &[replaced[0], replaced[2]]));
    cluster.apply(example("azurekv/external-secret.yaml", &[]));
    valid(cluster, NAMESPACE, "secretstore/azure");
    let holds = |name: &str, expected: serde_json::Value| {
        until(&format!("Secret {name}"), || {
            (data(cluster, NAMESPACE, name)? == expected).then_some(())
        });
    };
    holds("database", json!({ "password": FIRST }));

    cluster.apply(example("azurekv/account.yaml", &replaced));
    valid(cluster, NAMESPACE, "secretstore/azure-workload");
    let web = until("Secret web", || data(cluster, NAMESPACE, "web"));
    assert_eq!(web["owner"], "ann");
    assert_eq!(web["database-password"], FIRST);
    assert!(!web["web.cer"].as_str().unwrap().is_empty());

    // It follows, and stays where the vault does not give anything any more.
    vault.with_secrets(&direct.url, |secrets| {
        secrets.put("database-password", SECOND, &[]);
    });
    let often = json!({ "spec": { "refreshInterval": "1s" } });
    cluster.patch(NAMESPACE, "externalsecret/database", &often);
    holds("database", json!({ "password": SECOND }));
    let enable = |enabled| {
        vault.with_secrets(&direct.url, |secrets| {
            secrets.find("database-password", "").unwrap().enabled = enabled;
        });
    };
    enable(false);
    let said = fails(cluster, NAMESPACE, "externalsecret/database", "Forbidden");
    assert!(said.contains("it is disabled (HTTP 403)"), "{said}");
    holds("database", json!({ "password": SECOND }));
    enable(true);
    until("the recovery", || {
        let [status, ..] = selkie_tests::servers::controller::ready(
            cluster,
            NAMESPACE,
            "externalsecret/database",
        )?;
        (status == "True").then_some(())
    });

    // A password that is changed is taken at once, and its absence is told.
    let wrong = json!({ "stringData": { "clientSecret": "wrong" } });
    cluster.patch(NAMESPACE, "secret/azure-login", &wrong);
    let said = fails(cluster, NAMESPACE, "secretstore/azure", "Unauthorized");
    assert!(said.contains("AADSTS7000215"), "{said}");
    let right = json!({ "stringData": { "clientSecret": directory.application.secret } });
    cluster.patch(NAMESPACE, "secret/azure-login", &right);
    valid(cluster, NAMESPACE, "secretstore/azure");
    // Another account is none that the directory trusts.
    let other = json!({ "spec": { "provider": { "azurekv": { "serviceAccountRef": { "name": "none" } } } } });
    cluster.patch(NAMESPACE, "secretstore/azure-workload", &other);
    fails(
        cluster,
        NAMESPACE,
        "secretstore/azure-workload",
        "CredentialsMissing",
    );

    assert_eq!(vault.complaints(), Vec::<String>::new());
    let log = controller.end();
    for value in [FIRST, SECOND, &directory.application.secret] {
        assert!(!log.contains(value), "a value is in the log");
    }
}
