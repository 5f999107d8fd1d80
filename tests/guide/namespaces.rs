//! The part on serving some namespaces only: the controller works there, and asks for nothing elsewhere.

use selkie_tests::guide::Page;
use selkie_tests::servers::controller::{Controller, data, until};
use serde_json::json;

use crate::install;
use crate::scene::{CONTROLLER, Scene};

/// The namespaces of the page.
const SERVED: [&str; 2] = ["team-a", "team-b"];
/// The controller's own, for its Lease.
const HOME: &str = "selkie";

/// With Helm, and then again without it.
pub(crate) fn as_the_page_says(scene: &Scene) {
    let page = Page::read("controller-install.md");
    scene.run(
        &page.section("Some namespaces only").commands(),
        &scene.top(),
        &[],
    );
    works(scene, &install::flags(scene), "with");
    scene.run(&page.section("Remove").commands(), &scene.top(), &[]);
    let page = page.section("Without Helm");
    scene.run(&page.commands(), &scene.top(), &[]);
    let blocks = page.blocks();
    let flags = blocks.iter().find(|block| block.language == "text");
    let flags: Vec<String> = flags.unwrap().text.lines().map(str::to_owned).collect();
    works(scene, &flags, "without");
}

/// A value gets to both namespaces, and nothing is asked for elsewhere.
fn works(scene: &Scene, flags: &[String], value: &str) {
    let cluster = &scene.cluster;
    let before = cluster.asked(CONTROLLER).len();
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let controller = Controller::start(scene.folder(), cluster, &flags);
    for namespace in SERVED {
        for kind in ["SecretStore", "ExternalSecret"] {
            let spec = match kind {
                "SecretStore" => json!({ "provider": { "fake": {
                    "data": [{ "key": "text", "value": format!("{namespace}, {value}") }],
                }}}),
                _ => json!({
                    "refreshInterval": "1s",
                    "secretStoreRef": { "name": "here" },
                    "data": [{ "secretKey": "text", "remoteRef": { "key": "text" } }],
                }),
            };
            cluster.write(&json!({
                "apiVersion": "external-secrets.io/v1",
                "kind": kind,
                "metadata": { "name": "here", "namespace": namespace },
                "spec": spec,
            }));
        }
    }
    for namespace in SERVED {
        until(&format!("the Secret of {namespace}"), || {
            let wanted = format!("{namespace}, {value}");
            (data(cluster, namespace, "here")?["text"] == wanted).then_some(())
        });
    }
    controller.end();
    let asked = cluster.asked(CONTROLLER);
    assert!(asked.len() > before + 10, "the record goes on");
    for one in &asked[before..] {
        let is_here = SERVED.contains(&one.namespace.as_str()) || one.namespace == HOME;
        assert!(one.is_allowed && is_here, "{one:?}");
    }
}
