//! The pages on stores: each is followed from an empty namespace to the Secret, then its value is asked for under a name that is not there, and
//! what the cluster says then is what the page says.

mod vendors;

use std::fs;

use selkie_tests::guide::Page;
use selkie_tests::servers::controller::{data, ready, until};
use serde_json::{Value, json};

use crate::scene::Scene;
use vendors::Vendor;

/// The namespace that the pages use.
pub(crate) const NAMESPACE: &str = "shop";

/// A page, and what becomes of it.
struct Row {
    /// The provider, as manifests name it; in lower letters the name of page and folder.
    provider: &'static str,
    /// What the page takes for granted.
    vendor: fn(&Scene) -> Vendor,
    /// The object that asks for values, and the Secret: both have this name.
    name: &'static str,
    /// What the Secret holds then.
    data: fn() -> Value,
    /// A key that is not there.
    missing: &'static str,
}

const ROWS: &[Row] = &[
    Row {
        provider: "aws",
        vendor: vendors::aws,
        name: "database",
        data: || json!({ "user": "shop", "password": "s3cret-rds" }),
        missing: "shop/other",
    },
    Row {
        provider: "azurekv",
        vendor: vendors::azure,
        name: "database",
        data: || json!({ "password": "s3cret-azure" }),
        missing: "other",
    },
    Row {
        provider: "fake",
        vendor: vendors::nobody,
        name: "greeting",
        data: || json!({ "text": "hello", "newer": "hello again" }),
        missing: "farewell",
    },
    Row {
        provider: "kubernetes",
        vendor: vendors::this_cluster,
        name: "registry",
        data: || json!({ "user": "shop", "password": "s3cret-registry" }),
        missing: "other",
    },
    Row {
        provider: "openBao",
        vendor: vendors::bao,
        name: "payments",
        data: || json!({ "token": "s3cret-payments" }),
        missing: "web/other",
    },
    Row {
        provider: "sops",
        vendor: vendors::nobody,
        name: "mail",
        data: || json!({ "host": "smtp.example.com", "password": "s3cret-mail" }),
        missing: "imap",
    },
    Row {
        provider: "vault",
        vendor: vendors::vault,
        name: "database",
        data: || json!({ "user": "shop", "password": "s3cret-database" }),
        missing: "web/other",
    },
    Row {
        provider: "webhook",
        vendor: vendors::webhook,
        name: "mail",
        data: || json!({ "password": "s3cret-hook" }),
        missing: "other",
    },
];

pub(crate) fn each_page_works(scene: &Scene) {
    let built = selkie_providers::connect::TABLE
        .iter()
        .filter(|row| row.is_built);
    let built: Vec<&str> = built.map(|row| row.name).collect();
    for provider in &built {
        let has_row = ROWS.iter().any(|row| row.provider == *provider);
        assert!(has_row, "provider {provider} has no row here");
    }
    let wrong: Vec<String> = ROWS.iter().filter_map(|row| follow(scene, row)).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What the page says otherwise than the cluster, if it does.
fn follow(scene: &Scene, row: &Row) -> Option<String> {
    let name = row.provider.to_lowercase();
    let page = Page::read(&format!("store-{name}.md"));
    let vendor = (row.vendor)(scene);
    let folder = scene.copy(&format!("examples/stores/{name}"), &vendor.replaced);
    for (file, text) in &vendor.files {
        fs::write(folder.join(file), text).unwrap();
    }
    scene.run(&page.commands(), &folder, &vendor.variables);
    until(&format!("the Secret of {}", page.path), || {
        (data(&scene.cluster, NAMESPACE, row.name)? == (row.data)()).then_some(())
    });
    let external = format!("externalsecret/{}", row.name);
    let [status, reason, _] = ready_when(scene, &external, "True");
    assert_eq!([&*status, &*reason], ["True", "SecretSynced"]);

    let object = scene.cluster.object(NAMESPACE, &external).unwrap();
    let mut entries = object["spec"]["data"].clone();
    entries[0]["remoteRef"]["key"] = json!(row.missing);
    let patch = json!({ "spec": { "data": entries } });
    scene.cluster.patch(NAMESPACE, &external, &patch);
    let [_, _, message] = ready_when(scene, &external, "False");
    let section = page.section("How it fails");
    let shown = section
        .blocks()
        .into_iter()
        .find(|it| it.language == "text");
    let shown = shown.map_or("", |block| block.text.trim_end());
    let wrong =
        (shown != message).then(|| format!("{} shows\n  {shown}\nand not\n  {message}", page.path));
    // Nothing was lost, and what is mended works again.
    assert_eq!(
        data(&scene.cluster, NAMESPACE, row.name),
        Some((row.data)())
    );
    let patch = json!({ "spec": { "data": object["spec"]["data"] } });
    scene.cluster.patch(NAMESPACE, &external, &patch);
    ready_when(scene, &external, "True");
    wrong
}

/// The condition `Ready`, once it says this.
fn ready_when(scene: &Scene, what: &str, status: &str) -> [String; 3] {
    until(&format!("{what} to be {status}"), || {
        ready(&scene.cluster, NAMESPACE, what).filter(|ready| ready[0] == status)
    })
}
