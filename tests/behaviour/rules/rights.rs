//! A value that was fetched for one is not served to another, and not later than it was true.

use selkie_tests::servers::controller::{Controller, until};
use selkie_tests::servers::kube_apiserver::KubeApiserver;
use selkie_tests::servers::vault::Vault;
use serde_json::{Value, json};

use super::gate::{property, vault};
use crate::site::Site;

const ROUNDS: usize = 6;

fn put(vault: &Vault, key: &str, value: &str) {
    let body = json!({ "data": { "k": value } });
    vault.write(&format!("secret/data/{key}"), &body);
}

/// One store that reads as whoever asks, and two namespaces of which one may read: the other gets nothing, even while the value lies in memory.
pub(super) fn a_value_stays_with_who_may_read_it(
    cluster: &KubeApiserver,
    controller: &Controller,
    server: &Vault,
) {
    put(server, "shared", "for one alone");
    let may = "path \"secret/data/shared\" { capabilities = [\"read\"] }";
    let may_not = "path \"secret/data/other\" { capabilities = [\"read\"] }";
    let sites = [("may", may), ("may-not", may_not)].map(|(name, policy)| {
        let site = Site::new(cluster, controller, name);
        site.with_secret("token", &json!({ "token": server.token(name, policy) }));
        site
    });
    let [with, without] = &sites;
    let provider = vault(&server.url, &json!({ "name": "token", "key": "token" }));
    with.cluster_store("whoever-asks", &json!({ "provider": provider }));
    let ask = |site: &Site<'_>, at: usize| {
        let store = json!({ "kind": "ClusterSecretStore", "name": "whoever-asks" });
        let spec = json!({ "secretStoreRef": store, "data": [property("k", "shared", "k")] });
        site.ask(&format!("es-{at}"), &spec);
    };
    for at in 0..ROUNDS {
        // Now the one is first, now the other.
        if at % 2 == 0 {
            ask(with, at);
            ask(without, at);
        } else {
            ask(without, at);
            ask(with, at);
        }
    }
    for at in 0..ROUNDS {
        let name = format!("es-{at}");
        with.holds(&name, &json!({ "k": "for one alone" }));
        without.failed(&name, "Forbidden");
        assert_eq!(without.data(&name), None);
    }
    // The token of the one is taken back and the other's in its place: what it read is not its any more.
    with.with_secret(
        "token",
        &json!({ "token": server.token("may-not-any-more", may_not) }),
    );
    let touch = json!({ "metadata": { "annotations": { "force-sync": "1" } } });
    with.patch("es-0", &touch);
    with.failed("es-0", "Forbidden");
}

/// A value that changes between two refreshes: each gets what was there when it was due, or later.
pub(super) fn no_value_is_served_old(
    cluster: &KubeApiserver,
    controller: &Controller,
    server: &Vault,
) {
    let site = Site::new(cluster, controller, "young");
    let policy = "path \"secret/data/young\" { capabilities = [\"read\"] }";
    site.with_secret("token", &json!({ "token": server.token("young", policy) }));
    put(server, "young", "0");
    site.provider(
        "store",
        &vault(&server.url, &json!({ "name": "token", "key": "token" })),
    );
    let names: Vec<String> = (0..8).map(|at| format!("es-{at}")).collect();
    for name in &names {
        site.ask(name, &json!({ "data": [property("k", "young", "k")] }));
    }
    for name in &names {
        site.synced(name);
    }
    for round in 1..=ROUNDS {
        // Others are refreshed while the value changes: what they fetched must not go further.
        for name in &names[4..] {
            site.patch(name, &touch(&format!("before-{round}")));
        }
        put(server, "young", &round.to_string());
        let asked: Vec<_> = names[..4]
            .iter()
            .map(|name| site.patch(name, &touch(&round.to_string())))
            .collect();
        for (name, object) in names.iter().zip(&asked) {
            let before = object["status"]["syncedResourceVersion"].clone();
            until(&format!("{name} to be refreshed"), || {
                (site.status(name)["syncedResourceVersion"] != before).then_some(())
            });
            assert_eq!(
                site.data(name),
                Some(json!({ "k": round.to_string() })),
                "{name}"
            );
        }
    }
}

fn touch(word: &str) -> Value {
    json!({ "metadata": { "annotations": { "force-sync": word } } })
}
