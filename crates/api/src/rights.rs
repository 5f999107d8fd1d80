//! What the controller may do in a cluster, and nothing else: the table from which its roles are printed.
//!
//! A row is there because a request is made that needs it; the suite `guide`, and `behaviour` for `preflight`, compares the table with what the API
//! server saw. What is not in it cannot happen, whatever a manifest asks for.
//!
//! Never here: who has these rights.

mod preflight;
pub mod roles;

use crate::kinds::KINDS;
use crate::object::GROUP;

/// Requests of some verbs to some resources of one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Right {
    /// The API group; empty for the first one.
    pub group: &'static str,
    /// What is asked for, as roles write it: with a slash before a part of an object.
    pub resources: Vec<String>,
    /// What is asked.
    pub verbs: &'static [&'static str],
    /// Why, for whoever reads the role.
    pub why: &'static str,
    /// Verbs that only a rare moment needs, so that no test need have seen them, and that moment.
    pub rare: Option<(&'static [&'static str], &'static str)>,
}

/// How far the rights of a role go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Everywhere.
    Cluster,
    /// In the namespace that the role lies in.
    Namespace,
    /// In the namespace in which the controller runs.
    Home,
    /// Everywhere, and read alone: of `selkie-controller preflight`, which has an account of its own.
    Preflight,
}

/// The rights of one role.
pub fn rights(reach: Reach) -> Vec<Right> {
    match reach {
        Reach::Home => vec![LEASE.into()],
        Reach::Preflight => preflight::rights(),
        Reach::Cluster | Reach::Namespace => kinds(reach)
            .into_iter()
            .chain(core(reach).iter().map(|row| (*row).into()))
            .collect(),
    }
}

/// On our own kinds.
fn kinds(reach: Reach) -> Vec<Right> {
    let in_reach = KINDS
        .iter()
        .filter(|kind| kind.namespaced || reach == Reach::Cluster);
    let names: Vec<String> = in_reach.map(|kind| kind.plural.to_owned()).collect();
    let statuses = names.iter().map(|name| format!("{name}/status")).collect();
    let written = KINDS[0].plural;
    let right = |resources, verbs, why, rare| Right {
        group: GROUP,
        resources,
        verbs,
        why,
        rare,
    };
    vec![
        right(
            names,
            &["get", "list", "watch"],
            "What is served.",
            Some((&["get"], "a status that somebody else wrote meanwhile")),
        ),
        right(
            vec![written.to_owned()],
            &["patch"],
            "Finalizers alone.",
            None,
        ),
        right(statuses, &["update"], "What is said about it.", None),
        right(
            vec![format!("{written}/finalizers")],
            &["update"],
            "An owner reference that holds up the owner's deletion needs it, where the API server checks.",
            Some((
                &["update"],
                "no request of its own; the admission plugin OwnerReferencesPermissionEnforcement asks for it",
            )),
        ),
    ]
}

#[derive(Clone, Copy)]
struct Row {
    group: &'static str,
    resources: &'static [&'static str],
    verbs: &'static [&'static str],
    why: &'static str,
    rare: Option<(&'static [&'static str], &'static str)>,
}

const SECRETS: Row = Row {
    group: "",
    resources: &["secrets"],
    verbs: &["get", "list", "watch", "create", "update", "delete"],
    why: "What is written, and what stores log in with.",
    rare: None,
};
const CONFIG_MAPS: Row = Row {
    group: "",
    resources: &["configmaps"],
    verbs: &["get", "list", "watch"],
    why: "What stores and templates refer to.",
    rare: None,
};
const ACCOUNTS: Row = Row {
    group: "",
    resources: &["serviceaccounts"],
    verbs: &["get", "list", "watch"],
    why: "Whose tokens stores log in with; annotations say as whom.",
    rare: Some((
        &["get"],
        "a store whose account names a role of AWS or an application of Azure",
    )),
};
const TOKENS: Row = Row {
    group: "",
    resources: &["serviceaccounts/token"],
    verbs: &["create"],
    why: "Such tokens. Where no store logs in so, this can go.",
    rare: None,
};
const NAMESPACES: Row = Row {
    group: "",
    resources: &["namespaces"],
    verbs: &["list", "watch"],
    why: "The labels that conditions of a ClusterSecretStore select by.",
    rare: None,
};
const EVENTS: Row = Row {
    group: "events.k8s.io",
    resources: &["events"],
    verbs: &["create", "patch"],
    why: "What happened to an object, and how often.",
    rare: None,
};
const FLUX_SOURCES: Row = Row {
    group: "source.toolkit.fluxcd.io",
    resources: &["gitrepositories", "ocirepositories", "buckets"],
    verbs: &["get"],
    why: "Where what Flux has fetched lies. Where no store reads it, this can go.",
    rare: None,
};
const LEASE: Row = Row {
    group: "coordination.k8s.io",
    resources: &["leases"],
    verbs: &["get", "create", "update"],
    why: "The Lease that one of several replicas holds.",
    rare: None,
};

const fn core(reach: Reach) -> &'static [Row] {
    match reach {
        Reach::Cluster => &[
            SECRETS,
            CONFIG_MAPS,
            ACCOUNTS,
            TOKENS,
            NAMESPACES,
            EVENTS,
            FLUX_SOURCES,
        ],
        Reach::Namespace | Reach::Home | Reach::Preflight => {
            &[SECRETS, CONFIG_MAPS, ACCOUNTS, TOKENS, EVENTS, FLUX_SOURCES]
        }
    }
}

impl From<Row> for Right {
    fn from(row: Row) -> Self {
        Self {
            group: row.group,
            resources: row.resources.iter().map(|it| (*it).to_owned()).collect(),
            verbs: row.verbs,
            why: row.why,
            rare: row.rare,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Reach; 4] = [
        Reach::Cluster,
        Reach::Namespace,
        Reach::Home,
        Reach::Preflight,
    ];

    fn all(reach: Reach) -> Vec<(&'static str, String, &'static str)> {
        let mut all = Vec::new();
        for right in rights(reach) {
            for resource in right.resources {
                let of_verb = |verb: &&'static str| (right.group, resource.clone(), *verb);
                all.extend(right.verbs.iter().map(of_verb));
            }
        }
        all
    }

    #[test]
    fn no_right_stands_twice_or_for_everything() {
        for reach in ALL {
            let mut rights = all(reach);
            let count = rights.len();
            rights.sort();
            rights.dedup();
            assert_eq!(rights.len(), count, "{reach:?}");
            for (group, resource, verb) in rights {
                for word in [group, &resource, verb] {
                    assert!(!word.contains('*'), "{reach:?}: {group} {resource} {verb}");
                }
            }
        }
    }

    #[test]
    fn a_namespace_gives_nothing_of_the_cluster() {
        let everywhere = all(Reach::Cluster);
        for right in all(Reach::Namespace) {
            assert!(everywhere.contains(&right), "{right:?}");
            assert!(!right.1.starts_with("clustersecretstores") && right.1 != "namespaces");
        }
    }

    #[test]
    fn verbs_with_a_reason_are_verbs_of_the_row() {
        for reach in ALL {
            for right in rights(reach) {
                let (rare, why) = right.rare.unwrap_or((&[], "nothing is rare"));
                assert!(rare.iter().all(|verb| right.verbs.contains(verb)));
                assert!(!why.is_empty() && !right.why.is_empty());
            }
        }
    }

    #[test]
    fn a_look_before_the_takeover_writes_nothing() {
        for (group, resource, verb) in all(Reach::Preflight) {
            assert!(["get", "list"].contains(&verb), "{verb} {group} {resource}");
        }
    }
}
