//! What `selkie-controller preflight` may do: read, and nothing else. The controller itself needs none of it, so it has no part in it.

use super::{Right, Row};
use crate::object::GROUP;

const GENERATORS: &str = "generators.external-secrets.io";

/// The peer's kinds that are counted, ours among them.
const KINDS: [&str; 6] = [
    "externalsecrets",
    "secretstores",
    "clustersecretstores",
    "clusterexternalsecrets",
    "pushsecrets",
    "clusterpushsecrets",
];

/// The peer's generators. A role cannot say "all that there will be" without saying "everything".
const OF_GENERATORS: [&str; 18] = [
    "acraccesstokens",
    "beyondtrustworkloadcredentialsdynamicsecrets",
    "cloudsmithaccesstokens",
    "clustergenerators",
    "ecrauthorizationtokens",
    "fakes",
    "gcraccesstokens",
    "githubaccesstokens",
    "gitlabdeploytokens",
    "grafanas",
    "mfas",
    "passwords",
    "quayaccesstokens",
    "sshkeys",
    "stssessiontokens",
    "uuids",
    "vaultdynamicsecrets",
    "webhooks",
];

const ROWS: [Row; 7] = [
    Row {
        group: "apiextensions.k8s.io",
        resources: &["customresourcedefinitions"],
        verbs: &["list"],
        why: "Which of the peer's kinds there are, and to which Helm release they belong.",
        rare: None,
    },
    Row {
        group: "",
        resources: &["secrets"],
        verbs: &["get", "list"],
        why: "What Helm stored of that release: its list by metadata, its newest in full, no other.",
        rare: None,
    },
    Row {
        group: "",
        resources: &["configmaps"],
        verbs: &["get", "list"],
        why: "The same where Helm was told to keep its releases in ConfigMaps.",
        rare: Some((&["get"], "a Helm with HELM_DRIVER=configmap")),
    },
    Row {
        group: "admissionregistration.k8s.io",
        resources: &["validatingwebhookconfigurations"],
        verbs: &["get"],
        why: "The peer's two webhooks.",
        rare: None,
    },
    Row {
        group: "discovery.k8s.io",
        resources: &["endpointslices"],
        verbs: &["list"],
        why: "Whether somebody answers behind them.",
        rare: None,
    },
    Row {
        group: "apps",
        resources: &["deployments"],
        verbs: &["list"],
        why: "Whether the peer runs, and for which class.",
        rare: None,
    },
    Row {
        group: "coordination.k8s.io",
        resources: &["leases"],
        verbs: &["list"],
        why: "Whether it holds its Lease.",
        rare: None,
    },
];

/// The rights of the one role.
pub(super) fn rights() -> Vec<Right> {
    let kinds = |group, resources: &[&str], why| Right {
        group,
        resources: resources.iter().map(|it| (*it).to_owned()).collect(),
        verbs: &["list"],
        why,
        rare: None,
    };
    let mut all: Vec<Right> = ROWS.iter().map(|row| (*row).into()).collect();
    all.push(kinds(GROUP, &KINDS, "What would be left unserved."));
    all.push(kinds(GENERATORS, &OF_GENERATORS, "The same of generators."));
    all
}
