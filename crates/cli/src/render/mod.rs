//! ExternalSecrets without a cluster: manifests take its place, and what a controller would write is given back.
//!
//! Who is asked and what becomes of the answers is decided by `selkie_reconcile`, values come from `selkie_providers`; here they are brought together, as
//! the controller does it in a cluster. Secrets that one ExternalSecret writes are what the next one finds: those that only add to a Secret come last.
//!
//! Never here: the environment, printing, a decision about a Secret.

mod document;
mod files;
mod gather;
mod manifests;
mod node;
mod reference;
mod secret;
mod stores;

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::join_all;
use selkie_api::CreationPolicy;
use selkie_reconcile::external_secret::{Action, Observed, Outcome, Target, plan};
use selkie_reconcile::status::Good;
use selkie_reconcile::target::{Desired, Existing};

pub(crate) use document::Trouble;
use gather::gather;
pub(crate) use manifests::Manifests;
use manifests::{Name, Subject};
pub(crate) use reference::OwnKeys;
pub(crate) use secret::{Form, Rendered, print};
use stores::Stores;

/// What a run goes by besides the manifests.
pub(crate) struct Circumstances {
    /// The class of the controller whose place is taken.
    pub(crate) class: String,
    /// Seconds since 1970, and nanoseconds.
    pub(crate) now: (i64, u32),
    /// Makes a seed for each ExternalSecret.
    pub(crate) seed: Box<dyn FnMut() -> [u8; 32]>,
    /// The seconds since 1970, asked again.
    pub(crate) clock: Arc<dyn Fn() -> u64 + Send + Sync>,
    /// The age keys of whoever runs this, if they may be used.
    pub(crate) own_keys: Option<Box<OwnKeys>>,
}

/// What came of a run.
#[derive(Default)]
pub(crate) struct Done {
    /// The Secrets, by namespace and name.
    pub(crate) secrets: Vec<Rendered>,
    /// What could not be rendered, and why: an ExternalSecret each.
    pub(crate) failures: Vec<Trouble>,
    /// What has no Secret although nothing is wrong.
    pub(crate) notes: Vec<Trouble>,
    /// What could not be read at all.
    pub(crate) unreadable: Vec<Trouble>,
    /// How many ExternalSecrets there were.
    pub(crate) count: usize,
}

/// Renders all ExternalSecrets among the manifests.
///
/// # Errors
/// If the system gives no runtime to wait with.
pub(crate) fn render(
    mut manifests: Manifests,
    mut around: Circumstances,
) -> Result<Done, std::io::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let observed = runtime.block_on(observe(&manifests, &mut around));
    let mut done = Done {
        unreadable: std::mem::take(&mut manifests.troubles),
        count: manifests.subjects.len(),
        ..Done::default()
    };
    let subjects = std::mem::take(&mut manifests.subjects);
    let mut all: Vec<(Subject, Observed)> = subjects.into_iter().zip(observed).collect();
    all.sort_by_cached_key(|(subject, _)| (only_adds(subject), subject.name()));
    let mut there = Secrets {
        all: std::mem::take(&mut manifests.secrets),
        written: BTreeMap::new(),
    };
    for (subject, seen) in all {
        finish(&subject, seen, &mut there, &mut done);
    }
    done.secrets = there.rendered();
    Ok(done)
}

async fn observe(manifests: &Manifests, around: &mut Circumstances) -> Vec<Observed> {
    let seeds: Vec<_> = manifests.subjects.iter().map(|_| (around.seed)()).collect();
    let around = &*around;
    let stores = Stores::new(
        manifests,
        around.own_keys.as_deref(),
        Arc::clone(&around.clock),
    );
    let subjects = manifests.subjects.iter().zip(seeds);
    let observed =
        subjects.map(|(subject, seed)| gather(manifests, &stores, subject, around, seed));
    let observed = join_all(observed).await;
    stores.close().await;
    observed
}

/// Whether it writes nothing but to a Secret that is there.
fn only_adds(subject: &Subject) -> bool {
    let spec = subject.object.spec.as_ref();
    spec.is_ok_and(|spec| spec.target().creation_policy() == CreationPolicy::Merge)
}

/// The Secrets that there are by now.
struct Secrets {
    all: BTreeMap<Name, Existing>,
    /// Those that an ExternalSecret is for, and whether their namespace is told.
    written: BTreeMap<Name, bool>,
}

impl Secrets {
    fn rendered(mut self) -> Vec<Rendered> {
        let written = self.written.into_iter();
        let rendered = written.filter_map(|(name, tells_namespace)| {
            let secret = self.all.remove(&name)?;
            Some(Rendered::new(name, tells_namespace, secret))
        });
        rendered.collect()
    }
}

/// Plans with the target that there is by now, and keeps what comes of it.
fn finish(subject: &Subject, mut seen: Observed, there: &mut Secrets, done: &mut Done) {
    let mut tell = |list: fn(&mut Done) -> &mut Vec<Trouble>, what: String| {
        let what = format!("ExternalSecret {}: {what}", subject.name());
        list(done).push(subject.origin.trouble(what));
    };
    let target = seen.object.spec.as_ref().map_or_else(
        |_| seen.object.name.clone(),
        |spec| spec.target().name(&seen.object.name).to_owned(),
    );
    let name = Name::new(&seen.object.namespace, &target);
    if let Some(secret) = there.all.remove(&name) {
        seen.target = Target::Present(Box::new(secret));
    }
    let plan = plan(&seen);
    let written = match plan.target {
        Action::Create(desired) | Action::Update(desired, _) => Some(existing(*desired)),
        Action::Delete(_) => None,
        Action::Nothing | Action::Read => match seen.target {
            Target::Present(secret) => Some(*secret),
            Target::Missing | Target::AsLeft(_) => None,
        },
    };
    let is_written = written.is_some();
    there
        .all
        .extend(written.map(|secret| (name.clone(), secret)));
    match plan.outcome {
        Outcome::Failed(_, failure) => tell(|done| &mut done.failures, failure.to_string()),
        Outcome::Done(Good::Synced) if writes(&seen.object.spec) && is_written => {
            there.written.insert(name, subject.names_namespace);
        }
        Outcome::Done(Good::Synced) => tell(
            |done| &mut done.notes,
            "writes no Secret, as its creationPolicy says".to_owned(),
        ),
        Outcome::Done(good) => tell(|done| &mut done.notes, good.message().to_owned()),
        Outcome::Foreign => tell(
            |done| &mut done.notes,
            "passed over: its store is of another class (--controller-class)".to_owned(),
        ),
        Outcome::Going => tell(
            |done| &mut done.notes,
            "passed over: it is being deleted".to_owned(),
        ),
        // Nothing was done before, so all is due.
        Outcome::NotDue | Outcome::Unfinished => tell(
            |done| &mut done.failures,
            "nothing could be decided".to_owned(),
        ),
    }
}

fn writes(spec: &Result<selkie_api::ExternalSecretSpec, selkie_reconcile::Failure>) -> bool {
    spec.as_ref()
        .is_ok_and(|spec| spec.target().creation_policy() != CreationPolicy::None)
}

/// A Secret as a cluster has it once it is written.
fn existing(desired: Desired) -> Existing {
    Existing {
        labels: desired.labels,
        annotations: desired.annotations,
        owners: desired.owners,
        finalizers: desired.finalizers,
        kind: desired.kind,
        immutable: desired.immutable,
        data: desired.data,
        ..Existing::default()
    }
}
