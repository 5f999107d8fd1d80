//! What the chart makes of its values: rights that are least in each form, flags of the program, and what is made only if it is asked for.

use std::collections::BTreeSet;

use selkie_api::rights::{Reach, rights};
use selkie_tests::servers::controller::program;
use selkie_tests::{Run, scratch};
use serde_json::Value;

use crate::helm::{ACCOUNT, CHARTS, HOME, chart, flags, helm, objects, only};

#[test]
fn helm_has_nothing_to_say_of_the_charts() {
    let folder = scratch();
    for name in CHARTS {
        let lint = helm(folder.path()).args(["lint", "--strict"]);
        lint.arg(chart(name)).succeed();
    }
}

/// Values, the roles that they make, and the flags.
type Form = (
    &'static [&'static str],
    &'static [(&'static str, &'static str, Reach)],
    &'static [&'static str],
);

const LEASE: (&str, &str, Reach) = ("Role", HOME, Reach::Home);
const ELECTION: &str = "--enable-leader-election";
const NO_CLUSTER_STORES: &str = "--enable-cluster-store-reconciler=false";

const FORMS: [Form; 7] = [
    (
        &[],
        &[("ClusterRole", "", Reach::Cluster), LEASE],
        &[ELECTION],
    ),
    (
        &["scopedNamespace=shop", "scopedRBAC=true"],
        &[("Role", "shop", Reach::Namespace), LEASE],
        &[ELECTION, "--namespace=shop", NO_CLUSTER_STORES],
    ),
    (
        &["scopedNamespaces={shop,bank}", "scopedRBAC=true"],
        &[
            ("Role", "bank", Reach::Namespace),
            LEASE,
            ("Role", "shop", Reach::Namespace),
        ],
        &[ELECTION, "--namespace=bank,shop", NO_CLUSTER_STORES],
    ),
    // Home is served like any other, and the Lease has its own role.
    (
        &["scopedNamespace=selkie", "scopedRBAC=true"],
        &[LEASE, ("Role", HOME, Reach::Namespace)],
        &[ELECTION, "--namespace=selkie", NO_CLUSTER_STORES],
    ),
    (
        &["scopedNamespace=shop"],
        &[("ClusterRole", "", Reach::Cluster), LEASE],
        &[ELECTION, "--namespace=shop"],
    ),
    (
        &["leaderElect=false", "replicaCount=1"],
        &[("ClusterRole", "", Reach::Cluster)],
        &[],
    ),
    (&["rbac.create=false"], &[], &[ELECTION]),
];

#[test]
fn each_form_has_the_least_rights() {
    for (values, roles, expected) in FORMS {
        let objects = objects(values);
        let mut wanted: Vec<_> = roles
            .iter()
            .map(|(kind, namespace, reach)| {
                (
                    (*kind).to_owned(),
                    (*namespace).to_owned(),
                    of_table(*reach),
                )
            })
            .collect();
        wanted.sort();
        let mut found: Vec<_> = objects
            .iter()
            .filter(|it| matches!(it["kind"].as_str(), Some("Role" | "ClusterRole")))
            .map(|it| {
                (
                    text(&it["kind"]),
                    text(&it["metadata"]["namespace"]),
                    of_role(it),
                )
            })
            .collect();
        found.sort();
        assert_eq!(found, wanted, "{values:?}");
        each_role_is_bound_once(&objects);
        assert_eq!(flags(only(&objects, "Deployment")), expected, "{values:?}");
    }
}

type Rights = BTreeSet<(String, String, String)>;

fn of_table(reach: Reach) -> Rights {
    let mut all = Rights::new();
    for right in rights(reach) {
        for resource in &right.resources {
            let one = |verb: &&str| (right.group.to_owned(), resource.clone(), (*verb).to_owned());
            all.extend(right.verbs.iter().map(one));
        }
    }
    all
}

fn of_role(role: &Value) -> Rights {
    let mut all = Rights::new();
    let words =
        |value: &Value| -> Vec<String> { value.as_array().unwrap().iter().map(text).collect() };
    for rule in role["rules"].as_array().unwrap() {
        assert_eq!(rule.as_object().unwrap().len(), 3, "{rule}");
        for group in words(&rule["apiGroups"]) {
            for resource in words(&rule["resources"]) {
                let verbs = words(&rule["verbs"]).into_iter();
                all.extend(verbs.map(|verb| (group.clone(), resource.clone(), verb)));
            }
        }
    }
    all
}

/// To the account, and to nobody else.
fn each_role_is_bound_once(objects: &[Value]) {
    let place = |it: &Value, kind: &str, name: &Value| {
        (
            kind.to_owned(),
            text(&it["metadata"]["namespace"]),
            text(name),
        )
    };
    let (mut roles, mut bound) = (Vec::new(), Vec::new());
    for object in objects {
        match object["kind"].as_str().unwrap() {
            kind @ ("Role" | "ClusterRole") => {
                roles.push(place(object, kind, &object["metadata"]["name"]));
            }
            "RoleBinding" | "ClusterRoleBinding" => {
                let subjects = object["subjects"].as_array().unwrap();
                assert_eq!(subjects.len(), 1, "{object}");
                assert_eq!(subjects[0]["name"], ACCOUNT);
                assert_eq!(subjects[0]["namespace"], HOME);
                let role = &object["roleRef"];
                bound.push(place(object, role["kind"].as_str().unwrap(), &role["name"]));
            }
            _ => {}
        }
    }
    roles.sort();
    bound.sort();
    assert_eq!(roles, bound);
}

/// Values, and the flags that they make.
const FLAGS: [(&[&str], &[&str]); 10] = [
    (
        &["leaderElectionID=ours"],
        &[ELECTION, "--leader-election-id=ours"],
    ),
    (
        &["controllerClass=selkie"],
        &[ELECTION, "--controller-class=selkie"],
    ),
    (
        &["processSecretStore=false"],
        &[ELECTION, "--enable-secret-store-reconciler=false"],
    ),
    (
        &["processClusterStore=false"],
        &[ELECTION, NO_CLUSTER_STORES],
    ),
    (
        &["storeRequeueInterval=1m30s"],
        &[ELECTION, "--store-requeue-interval=1m30s"],
    ),
    (&["concurrent=100"], &[ELECTION, "--concurrent=100"]),
    (
        &["denyAddresses={10.0.0.0/8,fd00::/8}"],
        &[ELECTION, "--deny-address=10.0.0.0/8,fd00::/8"],
    ),
    (
        &["extendedMetricLabels=true"],
        &[ELECTION, "--enable-extended-metric-labels"],
    ),
    (&["log.level=debug"], &[ELECTION, "--loglevel=debug"]),
    (
        &[
            "extraArgs.enable-flood-gate=false",
            "extraArgs.enable-http2=",
            "extraArgs.client-qps=50",
        ],
        &[
            ELECTION,
            "--client-qps=50",
            "--enable-flood-gate=false",
            "--enable-http2",
        ],
    ),
];

#[test]
fn flags_are_flags_of_the_program() {
    let forms = FORMS.iter().map(|(values, _, flags)| (*values, *flags));
    for (values, expected) in FLAGS.into_iter().chain(forms) {
        let objects = objects(values);
        let found = flags(only(&objects, "Deployment"));
        assert_eq!(found, expected, "{values:?}");
        // Each is read before the program comes to the last.
        Run::new(program()).args(&found).arg("--version").succeed();
    }
}

#[test]
fn ports_are_those_of_the_program() {
    let help = Run::new(program()).arg("--help").succeed().stdout;
    let help = String::from_utf8(help).unwrap();
    let objects = objects(&[]);
    let container = &only(&objects, "Deployment")["spec"]["template"]["spec"]["containers"][0];
    let ports = container["ports"].as_array().unwrap();
    assert_eq!(ports.len(), 2);
    for port in ports {
        let default = format!("[default: :{}]", port["containerPort"]);
        assert!(help.contains(&default), "{port}");
    }
}

/// Values, and the kinds that are made besides account, rights and Deployment.
const OPTIONAL: [(&[&str], &[&str]); 6] = [
    (&[], &["PodDisruptionBudget", "Service"]),
    (&["podDisruptionBudget.enabled=false"], &["Service"]),
    (&["metrics.service.enabled=false"], &["PodDisruptionBudget"]),
    (
        &[
            "metrics.service.enabled=false",
            "serviceMonitor.enabled=true",
        ],
        &["PodDisruptionBudget", "Service", "ServiceMonitor"],
    ),
    (
        &["networkPolicy.enabled=true"],
        &["NetworkPolicy", "PodDisruptionBudget", "Service"],
    ),
    (
        &[
            "serviceAccount.create=false",
            "serviceAccount.name=selkie-controller",
        ],
        &["PodDisruptionBudget", "Service"],
    ),
];

#[test]
fn what_is_optional_is_made_if_it_is_asked_for() {
    const ALWAYS: [&str; 6] = [
        "ServiceAccount",
        "ClusterRole",
        "ClusterRoleBinding",
        "Role",
        "RoleBinding",
        "Deployment",
    ];
    for (values, expected) in OPTIONAL {
        let objects = objects(values);
        let mut found: Vec<&str> = objects
            .iter()
            .map(|it| it["kind"].as_str().unwrap())
            .collect();
        let made = !values.contains(&"serviceAccount.create=false");
        assert_eq!(found.contains(&"ServiceAccount"), made, "{values:?}");
        found.retain(|kind| !ALWAYS.contains(kind));
        found.sort_unstable();
        assert_eq!(found, expected, "{values:?}");
        let pods = &only(&objects, "Deployment")["spec"]["template"]["metadata"]["labels"];
        for object in &objects {
            let selector = &object["spec"]["selector"];
            let labels = match object["kind"].as_str().unwrap() {
                "Service" => selector,
                "PodDisruptionBudget" | "Deployment" => &selector["matchLabels"],
                "NetworkPolicy" => &object["spec"]["podSelector"]["matchLabels"],
                _ => continue,
            };
            assert_eq!(labels, pods, "{object}");
        }
    }
}

/// As in the peer's chart; some platforms set them themselves.
#[test]
fn security_contexts_can_be_switched_off() {
    let contexts = |values: &[&str]| {
        let objects = objects(values);
        let pod = &only(&objects, "Deployment")["spec"]["template"]["spec"];
        [pod, &pod["containers"][0]].map(|it| it["securityContext"].clone())
    };
    let both = contexts(&[]);
    assert!(both.iter().all(Value::is_object));
    let on = [
        "podSecurityContext.enabled=true",
        "securityContext.enabled=true",
    ];
    assert_eq!(contexts(&on), both);
    let off = on.map(|value| value.replace("true", "false"));
    assert_eq!(contexts(&[&off[0]]), [Value::Null, both[1].clone()]);
    assert_eq!(contexts(&[&off[1]]), [both[0].clone(), Value::Null]);
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
