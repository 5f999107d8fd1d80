//! The life of a release at a real API server: installed, upgraded from form to form, with a version that does not start, rolled back, removed and brought back.
//! Its Pods run under the rights of the chart alone, and no Secret, no ExternalSecret and no definition is ever lost.

use selkie_tests::scratch;
use selkie_tests::servers::controller::until;
use selkie_tests::servers::controller_manager::collects;

use crate::helm::{RELEASE, chart};
use crate::scene::{DEFINITIONS, NAMESPACES, Scene};

/// Values, and the namespaces that are served with them.
const FORMS: [(&[&str], &[&str]); 3] = [
    (&["networkPolicy.enabled=true"], &NAMESPACES),
    (&["scopedNamespace=shop", "scopedRBAC=true"], &["shop"]),
    (
        &[
            "scopedNamespaces={shop,bank}",
            "scopedRBAC=true",
            "replicaCount=1",
        ],
        &NAMESPACES,
    ),
];

#[test]
fn a_release_comes_changes_and_goes_without_a_loss() {
    let folder = scratch();
    let scene = Scene::new(folder.path());
    for (at, (values, served)) in FORMS.iter().enumerate() {
        scene.upgrade(values).succeed();
        scene.works(&format!("form {at}"), served);
        let is_wide = served.len() == NAMESPACES.len() && at == 0;
        assert_eq!(scene.has("", "clusterrole"), is_wide, "{values:?}");
        for namespace in NAMESPACES {
            let is_narrow = !is_wide && served.contains(&namespace);
            assert_eq!(scene.has(namespace, "role"), is_narrow, "{values:?}");
        }
        if at == 0 {
            one_of_two_is_taken_away(&scene);
        }
    }
    what_does_not_start_stops_nothing(&scene);
    scene.helm(&["rollback", RELEASE, "1", "--wait"]).succeed();
    assert!(scene.has("", "clusterrole") && !scene.has("shop", "role"));
    scene.works("rolled back", &NAMESPACES);
    it_goes_and_comes_back(&scene);
    scene.cluster.each_process_ended_in_good_order(9);
}

/// A node that is drained may take one of two, and not the other as well; whoever stood by goes on.
fn one_of_two_is_taken_away(scene: &Scene) {
    let holder = scene.holder();
    let mut pods = scene.pods();
    pods.sort_by_key(|pod| *pod != holder);
    let answers: Vec<u16> = pods.iter().map(|pod| scene.evict(pod)).collect();
    assert_eq!(answers, [201, 429], "{pods:?}");
    until("the other to take over", || {
        let now = scene.holder();
        (!now.is_empty() && now != holder).then_some(())
    });
    scene.works("taken over", &NAMESPACES);
}

/// Helm says that it failed, and who worked before goes on working.
fn what_does_not_start_stops_nothing(scene: &Scene) {
    let before = scene.pods();
    let values = ["image.tag=other", "image.repository=nowhere.example/none"];
    let upgrade = scene.upgrade(&values).args(["--timeout", "2s"]);
    let output = upgrade.output();
    assert_ne!(output.status, Some(0), "{output:?}");
    assert!(before.iter().all(|pod| scene.pods().contains(pod)));
}

fn it_goes_and_comes_back(scene: &Scene) {
    let identities = scene.kept("uid");
    scene.helm(&["uninstall", RELEASE]).succeed();
    until("all Pods to go", || scene.pods().is_empty().then_some(()));
    assert!(!scene.has("", "clusterrole") && !scene.has("selkie", "serviceaccount"));
    // From here on nobody writes.
    let versions = scene.kept("resourceVersion");
    scene.helm(&["uninstall", DEFINITIONS]).succeed();
    collects(scene.server(), "after-all-is-gone");
    assert_eq!(scene.kept("resourceVersion"), versions);
    assert!(
        scene
            .kept("deletionTimestamp")
            .iter()
            .all(serde_json::Value::is_null)
    );
    without_rights_it_waits_and_ends(scene);
    // What was kept is taken up again, without a Lease: the one of before was not given back, for the right to do so went first.
    scene.definitions();
    let alone = ["leaderElect=false", "replicaCount=1"];
    scene.upgrade(&alone).succeed();
    scene.works("back again", &NAMESPACES);
    assert_eq!(scene.kept("uid"), identities);
    let writes = scene.server().writes().into_iter();
    let mut deleted = writes.filter(|it| it.verb.starts_with("delete") && it.resource == "secrets");
    let lost = deleted.find(|it| NAMESPACES.contains(&&*it.namespace));
    assert!(lost.is_none(), "{lost:?}");
}

/// A Pod that may read nothing is never ready, and ends when it is told to.
fn without_rights_it_waits_and_ends(scene: &Scene) {
    let values = ["rbac.create=false", "leaderElect=false", "replicaCount=1"];
    let values = values.iter().flat_map(|value| ["--set", value]);
    let install = scene.helm(&["install", RELEASE]).arg(chart("selkie"));
    install.args(values).succeed();
    until("the Pod to be refused", || {
        let pods = scene.pods();
        let log = scene.cluster.node.log(pods.first()?);
        log.contains("HTTP 403").then_some(())
    });
    assert_eq!(scene.ready(), 0);
    scene.helm(&["uninstall", RELEASE]).succeed();
    until("the Pod to end", || scene.pods().is_empty().then_some(()));
}
