//! The plan once every entry has answered.

use std::collections::BTreeMap;

use selkie_api::{Cause, CreationPolicy, DeletionPolicy, ExternalSecretSpec};

use super::deletion::{doomed, unread};
use super::timing;
use super::{Action, Doomed, Finalizer, Outcome, Plan, Requeue};
use crate::data::SecretData;
use crate::event::Event;
use crate::external_secret::entries::Place;
use crate::external_secret::look::is_frozen;
use crate::external_secret::observed::{Answer, Observed, Target};
use crate::external_secret::values;
use crate::failure::Failure;
use crate::ownership::CLEANUP;
use crate::pipeline::Render;
use crate::status::{self, Bad, Good};
use crate::target::contribution::{Circumstances, Contribution, Digest};
use crate::target::{Desired, Existing, is_key, refuse_privileged};

/// What is done with the answers.
pub(super) fn plan(
    seen: &Observed,
    spec: &ExternalSecretSpec,
    answers: &BTreeMap<Place, Answer>,
) -> Box<Plan> {
    let render = Render {
        now: seen.now,
        seed: seen.seed,
    };
    match values::gathered(spec, answers, &render) {
        Ok(values) => {
            let mut plan = Case { seen, spec }.with(values.data);
            // Said whenever something comes of it, and not at each refresh.
            if !plan.events.is_empty() || says_something_new(seen, &plan) {
                let missing = values.missing.iter();
                let missing = missing.map(|(place, key)| Event::missing(place, key.as_deref()));
                plan.events.splice(0..0, missing);
            }
            plan
        }
        Err(failure) => Plan::failed(seen, Bad::Fetch, failure, Requeue::Backoff),
    }
}

fn says_something_new(seen: &Observed, plan: &Plan) -> bool {
    plan.status.as_ref().is_some_and(|after| {
        !status::says_the_same(&seen.object.status.conditions, &after.conditions)
    })
}

struct Case<'a> {
    seen: &'a Observed,
    spec: &'a ExternalSecretSpec,
}

impl Case<'_> {
    fn with(&self, data: SecretData) -> Box<Plan> {
        if data.is_empty() {
            match self.spec.target().deletion_policy() {
                DeletionPolicy::Delete => return self.without_values(),
                DeletionPolicy::Retain => return self.done(Good::Retained, None),
                // Goes on with no values: ours go, the Secret stays.
                DeletionPolicy::Merge => (),
            }
        }
        match (self.policy(), &self.seen.target) {
            (CreationPolicy::None, _) => return self.done(Good::Synced, None),
            (CreationPolicy::Merge, Target::Missing) => return self.done(Good::Missing, None),
            _ => (),
        }
        let object = &self.seen.object;
        let brought = Contribution::new(
            self.spec.target(),
            &object.labels,
            &object.annotations,
            data,
            &self.seen.sources,
            Circumstances {
                left: &self.seen.delimiters.0,
                right: &self.seen.delimiters.1,
                now: self.seen.now,
                seed: self.seen.seed,
            },
        );
        match brought {
            Ok(brought) => self.written(brought.of_revisions(&self.seen.revisions)),
            Err(failure) if failure.cause == Cause::InvalidSpec => {
                self.failed(Bad::Update, failure, Requeue::OnWatch)
            }
            Err(failure) => self.failed(Bad::Update, failure, Requeue::Backoff),
        }
    }

    /// The store has nothing, and then the target is to go. It goes only if it is this ExternalSecret's.
    fn without_values(&self) -> Box<Plan> {
        let name = self.name();
        if self.policy() != CreationPolicy::Owner {
            let policy = self.policy().as_str();
            let failure = Failure::new(
                Cause::InvalidSpec,
                format!("deletionPolicy Delete needs creationPolicy Owner, which is {policy}"),
            );
            return self.failed(Bad::Delete, failure, timing::interval(self.seen, self.spec));
        }
        match &self.seen.target {
            Target::Missing => self.done(Good::Deleted, None),
            Target::AsLeft(_) => unread(),
            Target::Present(there) if there.is_owned_by(&self.seen.object.owner()) => {
                let mut plan = self.done(Good::Deleted, None);
                plan.target = Action::Delete(doomed(there, name));
                plan.events.push(Event::deleted());
                plan
            }
            Target::Present(_) => {
                let failure = Failure::new(
                    Cause::OwnedByOther,
                    format!("Secret {name:?} was not made by this ExternalSecret"),
                );
                self.failed(Bad::Delete, failure, timing::interval(self.seen, self.spec))
            }
        }
    }

    /// The target gets what the ExternalSecret brings.
    fn written(&self, brought: Contribution) -> Box<Plan> {
        let owner = self.seen.object.owner();
        let digest = brought.digest(&owner, self.policy());
        let there = match &self.seen.target {
            Target::AsLeft(left) if *left == digest => {
                return self.synced(Action::Nothing, digest);
            }
            Target::AsLeft(_) => return unread(),
            Target::Missing => None,
            Target::Present(there) => Some(&**there),
        };
        let revision = brought.revision.clone();
        let desired = Desired::new(brought, there, &owner, self.policy());
        if !desired.data.keys().all(|key| is_key(key)) {
            // Not which: a key may have been made of values.
            let what = "a key would have other characters than a Secret allows: letters and digits of ASCII, `-`, `.` and `_`";
            let failure = Failure::new(Cause::InvalidData, what);
            return self.failed(Bad::Update, failure, Requeue::Backoff);
        }
        if let Err(failure) = refuse_privileged(&desired, there) {
            return self.failed(Bad::Update, failure, Requeue::OnWatch);
        }
        let Some(there) = there else {
            return self.synced(Action::Create(Box::new(desired)), digest);
        };
        if there.immutable {
            return self.immutable(desired, there, digest, revision);
        }
        if let Err((bad, failure)) = self.allowed(&desired, there) {
            return self.failed(bad, failure, timing::interval(self.seen, self.spec));
        }
        self.synced(update(desired, there, revision), digest)
    }

    /// What the API server would refuse, or what would be lost.
    fn allowed(&self, desired: &Desired, there: &Existing) -> Result<(), (Bad, Failure)> {
        let name = self.name();
        if desired.kind != there.kind {
            let failure = Failure::new(
                Cause::Immutable,
                format!(
                    "Secret {name:?} is of type {:?} and cannot become {:?}",
                    there.kind, desired.kind
                ),
            );
            return Err((Bad::Update, failure));
        }
        // Where keys of others are kept, nothing is emptied that was not ours.
        let emptied = desired.data.is_empty() && !there.data.is_empty();
        if emptied && !there.holds_nothing_foreign(&self.seen.object.owner()) {
            let failure = Failure::new(
                Cause::OwnedByOther,
                format!("Secret {name:?} holds data of others and would be emptied"),
            );
            return Err((Bad::Update, failure));
        }
        Ok(())
    }

    /// The target can change in its metadata alone, and where the ExternalSecret wants it so, not even there but for the marks.
    fn immutable(
        &self,
        desired: Desired,
        there: &Existing,
        digest: Digest,
        revision: Option<String>,
    ) -> Box<Plan> {
        let follows = desired.data == there.data && desired.kind == there.kind;
        if is_frozen(there, self.spec) {
            let ours = there.hash_fits() || there.holds_nothing_foreign(&self.seen.object.owner());
            if !ours && !follows {
                return self.failed(
                    Bad::Frozen,
                    self.unchangeable(),
                    timing::interval(self.seen, self.spec),
                );
            }
            let marks = if there.is_marked() {
                Action::Nothing
            } else {
                update(there.marked(true), there, None)
            };
            return self.synced(marks, digest);
        }
        if follows {
            return self.synced(update(desired, there, revision), digest);
        }
        let action = update(desired.with_data_of(there), there, None);
        let mut plan = self.failed(
            Bad::Frozen,
            self.unchangeable(),
            timing::interval(self.seen, self.spec),
        );
        plan.target = action;
        plan
    }

    fn unchangeable(&self) -> Failure {
        let name = self.name();
        Failure::new(
            Cause::Immutable,
            format!("Secret {name:?} can never change and has other data"),
        )
    }

    fn synced(&self, action: Action, digest: Digest) -> Box<Plan> {
        let mut plan = self.done(Good::Synced, Some(self.name()));
        match &action {
            Action::Create(_) => plan.events.push(Event::created()),
            Action::Update(..) => plan.events.push(Event::updated()),
            Action::Nothing | Action::Read | Action::Delete(_) => (),
        }
        plan.target = action;
        plan.left = Some(digest);
        if self.policy() == CreationPolicy::Owner {
            plan.orphans = self.orphans();
            let orphans = plan.orphans.iter().map(|_| Event::orphan_deleted());
            plan.events.extend(orphans);
        }
        plan
    }

    /// Targets under former names. Their label alone is not enough: a copy by hand has it too.
    fn orphans(&self) -> Vec<Doomed> {
        let namesakes = self.seen.namesakes.iter();
        namesakes
            .filter(|it| it.ours && it.name != self.name())
            .map(|it| Doomed {
                name: it.name.clone(),
                uid: it.uid.clone(),
                resource_version: it.resource_version.clone(),
            })
            .collect()
    }

    fn done(&self, good: Good, binding: Option<&str>) -> Box<Plan> {
        let object = &self.seen.object;
        let mut plan = Plan::nothing(Outcome::Done(good), timing::interval(self.seen, self.spec));
        let after = status::done(
            &object.status,
            good,
            self.seen.now,
            &object.version(),
            binding,
        );
        plan.status(self.seen, after);
        // Nothing else needs it: the cluster deletes what has an owner, and all else stays.
        let needs_finalizer = self.spec.target().deletion_policy() == DeletionPolicy::Delete
            && self.policy() == CreationPolicy::Owner;
        if needs_finalizer && !object.finalizers.iter().any(|it| it == CLEANUP) {
            plan.finalizer = Finalizer::Add;
        }
        plan
    }

    fn failed(&self, bad: Bad, failure: Failure, next: Requeue) -> Box<Plan> {
        Plan::failed(self.seen, bad, failure, next)
    }

    fn policy(&self) -> CreationPolicy {
        self.spec.target().creation_policy()
    }

    fn name(&self) -> &str {
        self.spec.target().name(&self.seen.object.name)
    }
}

/// The update, if there is anything to it. Then it also says of which state of their origins the values are.
fn update(desired: Desired, there: &Existing, revision: Option<String>) -> Action {
    if desired.difference(there).any() {
        let desired = desired.of_revision(revision);
        Action::Update(Box::new(desired), there.resource_version.clone())
    } else {
        Action::Nothing
    }
}
