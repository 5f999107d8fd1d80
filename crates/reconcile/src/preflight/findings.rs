//! What was found, judged: one function per harm, in the order in which the commands are to be run.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::observed::{Lease, Observed, Owner, Release, Workload};
use super::{Unserved, command};

/// A Lease that was renewed in this time is held.
const RENEWED: SignedDuration = SignedDuration::from_mins(1);
/// The digits behind the name of our own Pod in the name of a holder. The peer has a UUID there.
const DIGITS: usize = 8;

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// Would the definitions go with a Helm release?
    Definitions,
    /// Does a webhook block every write?
    Webhooks,
    /// Does the peer work on the same objects?
    Running,
    /// Would two controllers serve one store?
    Classes,
    /// Would something be served by nobody?
    Unserved,
}

impl Check {
    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Definitions => "definitions",
            Self::Webhooks => "webhooks",
            Self::Running => "running",
            Self::Classes => "classes",
            Self::Unserved => "unserved",
        }
    }
}

/// What has to be known or done before the cluster is taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub check: Check,
    /// Whether the cluster must not be taken over like this.
    pub refuses: bool,
    /// What is so.
    pub fact: String,
    /// Whom it concerns.
    pub objects: Vec<String>,
    /// What to run.
    pub commands: Vec<String>,
}

/// What speaks against taking a cluster over with a controller of this class, or has to be known. Whoever names a kind in `accepted` knows that it is
/// left unserved.
pub fn findings(
    observed: &Observed,
    class: &str,
    accepted: &BTreeSet<Unserved>,
    now: Timestamp,
) -> Vec<Finding> {
    let beside = beside(observed, class);
    let mut all = definitions(observed);
    all.extend(webhooks(observed));
    all.extend(running(observed, class, now));
    if let Some(theirs) = beside {
        all.extend(classes(observed, class, &theirs.class));
    }
    all.extend(unserved(observed, class, beside.is_some(), accepted));
    all
}

/// The text without what would steer a terminal: names of holders and releases may be anything.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .map(|it| if it.is_control() { '?' } else { it })
        .collect()
}

fn definitions(observed: &Observed) -> Vec<Finding> {
    let finding = |refuses, fact, objects, commands| Finding {
        check: Check::Definitions,
        refuses,
        fact,
        objects,
        commands,
    };
    let of = |owner: &Owner| -> Vec<String> {
        let theirs = observed.definitions.iter();
        theirs
            .filter(|(_, it)| it.as_ref() == Some(owner))
            .map(|(name, _)| name.clone())
            .collect()
    };
    let mut found = Vec::new();
    for (owner, release) in &observed.releases {
        let shown = printable(&owner.to_string());
        match release {
            Release::Uninstalled => {}
            Release::Unreadable => found.push(finding(
                true,
                format!("what Helm stored of its release {shown} cannot be read, so nobody knows what its removal would delete"),
                of(owner),
                vec![command::history(owner)],
            )),
            Release::Installed {
                chart,
                version,
                definitions,
            } => {
                // Helm asks nobody whose they are: it deletes what stands in its manifest.
                let lost = definitions
                    .iter()
                    .filter(|(name, kept)| !**kept && observed.definitions.contains_key(*name));
                let lost: Vec<String> = lost.map(|(name, _)| name.clone()).collect();
                if !lost.is_empty() {
                    found.push(finding(
                        true,
                        format!("removing the Helm release {shown} would delete these definitions, with them every object of their kinds, and every Secret that an ExternalSecret owns"),
                        lost,
                        vec![command::keep(owner, chart, version)],
                    ));
                }
            }
        }
    }
    let owners: BTreeSet<&Owner> = observed.definitions.values().flatten().collect();
    for owner in owners {
        if !observed.releases.contains_key(owner) {
            found.push(finding(
                false,
                format!(
                    "these definitions came with the Helm release {}, of which Helm has no record in the cluster any more",
                    printable(&owner.to_string())
                ),
                of(owner),
                vec![command::history(owner)],
            ));
        }
    }
    found
}

fn webhooks(observed: &Observed) -> Vec<Finding> {
    let dead = observed.webhooks.iter().filter(|it| !it.is_served);
    dead.map(|webhook| Finding {
        check: Check::Webhooks,
        refuses: true,
        fact: format!(
            "nobody answers behind the webhook {}, so every write of its kinds is refused",
            webhook.name
        ),
        objects: vec![format!("ValidatingWebhookConfiguration {}", webhook.name)],
        commands: vec![command::remove_webhook(&webhook.name)],
    })
    .collect()
}

/// The peer where it serves a class of its own.
fn beside<'a>(observed: &'a Observed, class: &str) -> Option<&'a Workload> {
    let mut others = observed.workloads.iter();
    others.find(|it| it.replicas > 0 && it.class != class)
}

fn running(observed: &Observed, class: &str, now: Timestamp) -> Vec<Finding> {
    let finding = |refuses, fact, object, commands| Finding {
        check: Check::Running,
        refuses,
        fact,
        objects: vec![object],
        commands,
    };
    let mut found = Vec::new();
    let mut explained = BTreeSet::new();
    for workload in observed.workloads.iter().filter(|it| it.replicas > 0) {
        let Workload {
            namespace,
            name,
            class: theirs,
            ..
        } = workload;
        explained.insert(namespace.as_str());
        let object = format!("Deployment {namespace}/{name}");
        let theirs = printable(theirs);
        if workload.class == class {
            let fact =
                format!("External Secrets runs and serves the class {theirs}, as we would too");
            found.push(finding(
                true,
                fact,
                object,
                vec![command::rest(namespace, name)],
            ));
        } else {
            let fact = format!("External Secrets runs beside us and serves the class {theirs}");
            found.push(finding(false, fact, object, Vec::new()));
        }
    }
    for lease in &observed.leases {
        if is_held(lease, now) && !explained.contains(lease.namespace.as_str()) {
            let fact = format!(
                "the Lease of External Secrets was renewed within the last minute by {}",
                printable(&lease.holder)
            );
            let object = format!("Lease {}/{}", lease.namespace, lease.name);
            let look = command::holder(&lease.namespace, &lease.holder);
            found.push(finding(true, fact, object, vec![look]));
        }
    }
    found
}

/// Whether the peer holds it. Ours has the same name, so that the two cannot work at once in one namespace.
fn is_held(lease: &Lease, now: Timestamp) -> bool {
    let digits = lease.holder.rsplit('_').next().unwrap_or_default();
    let is_ours = digits.len() == DIGITS && digits.bytes().all(|it| it.is_ascii_hexdigit());
    let is_recent = lease
        .renewed
        .is_some_and(|it| now.duration_since(it) < RENEWED);
    !lease.holder.is_empty() && !is_ours && is_recent
}

/// A store without a class is everybody's.
fn classes(observed: &Observed, ours: &str, theirs: &str) -> Option<Finding> {
    let shared = observed.stores.iter().filter(|it| it.class.is_empty());
    let (mut objects, mut commands) = (Vec::new(), Vec::new());
    for store in shared {
        let class = if store.foreign.is_some() {
            theirs
        } else {
            ours
        };
        objects.push(store.object.to_string());
        commands.push(command::give(&store.object, class));
    }
    (!objects.is_empty()).then(|| Finding {
        check: Check::Classes,
        refuses: true,
        fact: "these stores name no class, so two controllers would serve them".to_owned(),
        objects,
        commands,
    })
}

fn unserved(
    observed: &Observed,
    class: &str,
    is_beside: bool,
    accepted: &BTreeSet<Unserved>,
) -> Vec<Finding> {
    let mut found = Vec::new();
    for what in Unserved::ALL {
        let mut objects: Vec<String> = match what {
            // Those of another class are another controller's, whatever they ask.
            Unserved::Provider => observed
                .stores
                .iter()
                .filter(|it| it.class.is_empty() || it.class == class)
                .filter_map(|it| {
                    let provider = printable(it.foreign.as_ref()?);
                    Some(format!("{} ({provider})", it.object))
                })
                .collect(),
            _ => {
                let of_kind = observed.unserved.get(&what).into_iter().flatten();
                of_kind.map(ToString::to_string).collect()
            }
        };
        if objects.is_empty() {
            continue;
        }
        objects.sort();
        let is_accepted = accepted.contains(&what);
        let commands = if is_accepted {
            Vec::new()
        } else {
            let mut all = accepted.clone();
            all.insert(what);
            vec![command::accept(&all)]
        };
        let who = if is_beside {
            "we do not serve these, and External Secrets has to go on with them; without it"
        } else {
            "nobody will serve these"
        };
        found.push(Finding {
            check: Check::Unserved,
            refuses: !is_accepted,
            fact: format!("{}: {who}: {}", what.word(), what.fate()),
            objects,
            commands,
        });
    }
    found
}
