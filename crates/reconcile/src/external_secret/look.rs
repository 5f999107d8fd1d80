//! The first step: what can be decided before anybody is asked.

use std::collections::BTreeSet;

use selkie_api::{Cause, CreationPolicy, ExternalSecretSpec};

use super::entries::{Wants, entries, stores};
use super::observed::{Observed, Target};
use super::plan::{Outcome, Plan, Requeue, deletion, timing};
use crate::failure::Failure;
use crate::ownership::Control;
use crate::permission::Standing;
use crate::schedule::{Due, Reason};
use crate::status::{self, Bad, Good};
use crate::target::{Existing, SourceKey, needed};
use crate::validate;

/// What comes next.
#[derive(Debug)]
pub enum Step {
    /// The plan, for which nobody has to be asked.
    Done(Box<Plan>),
    /// The entries have to be asked before there is a plan.
    Fetch(Order),
}

/// What has to be brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Why: that decides who is served first.
    pub reason: Reason,
    /// The templates that lie elsewhere. The rest is every entry that wants something.
    pub sources: BTreeSet<SourceKey>,
}

/// What can be decided before anybody is asked.
pub fn look(seen: &Observed) -> Step {
    match before_asking(seen) {
        Ok(order) => Step::Fetch(order),
        Err(plan) => Step::Done(plan),
    }
}

/// What has to be brought, or else the plan.
fn before_asking(seen: &Observed) -> Result<Order, Box<Plan>> {
    if seen.object.deleting {
        return Err(deletion::plan(seen));
    }
    let spec = seen
        .object
        .spec
        .as_ref()
        .map_err(|failure| Plan::failed(seen, Bad::Fetch, failure.clone(), Requeue::OnWatch))?;
    if is_foreign(seen, spec) {
        return Err(Plan::nothing(Outcome::Foreign, Requeue::OnWatch));
    }
    validate::external_secret(spec)
        .map_err(|refusal| Plan::failed(seen, refusal.bad, refusal.failure, Requeue::OnWatch))?;
    unsupported(seen, spec)?;
    let due = timing::due(seen, spec, !has_drifted(seen, spec));
    let Due::Now(reason) = due else {
        return Err(not_due(seen, spec, timing::until(due, seen.now)));
    };
    conflicts(seen, spec)?;
    usable_stores(seen, spec)?;
    let writes = spec.target().creation_policy() != CreationPolicy::None;
    let template = spec.target().template.as_ref().filter(|_| writes);
    Ok(Order {
        reason,
        sources: template.map_or_else(BTreeSet::new, needed),
    })
}

/// Whether a store is another controller's to serve. Then that one says what there is to say.
fn is_foreign(seen: &Observed, spec: &ExternalSecretSpec) -> bool {
    stores(spec)
        .iter()
        .any(|store| seen.stores.get(store) == Some(&Standing::Foreign))
}

/// What no refresh could ever serve is said at once, even if none is due.
fn unsupported(seen: &Observed, spec: &ExternalSecretSpec) -> Result<(), Box<Plan>> {
    for entry in entries(spec) {
        let standing = entry.store.and_then(|store| seen.stores.get(&store));
        if let Some(Standing::Refused(failure)) = standing
            && failure.cause == Cause::Unsupported
        {
            return Err(Plan::failed(
                seen,
                Bad::Fetch,
                failure.clone(),
                Requeue::OnWatch,
            ));
        }
    }
    Ok(())
}

/// Whether the target is not what the last refresh left.
fn has_drifted(seen: &Observed, spec: &ExternalSecretSpec) -> bool {
    match spec.target().creation_policy() {
        // The first writes no target; the second's is nobody's any more once it is written.
        CreationPolicy::None | CreationPolicy::Orphan => return false,
        CreationPolicy::Owner | CreationPolicy::Merge | CreationPolicy::CreateOrMerge => (),
    }
    let last = Good::of(&seen.object.status);
    match &seen.target {
        // A target that the last refresh did not leave is not missed.
        Target::Missing => !matches!(last, Some(Good::Retained | Good::Deleted | Good::Missing)),
        Target::AsLeft(_) => false,
        Target::Present(there) => {
            last != Some(Good::Retained) && !is_frozen(there, spec) && !there.hash_fits()
        }
    }
}

/// Whether nothing of the target but its marks is ever written again.
pub(super) fn is_frozen(there: &Existing, spec: &ExternalSecretSpec) -> bool {
    there.immutable && spec.target().immutable()
}

/// Nothing to refresh. Marks that somebody took off are put back, and a failure that is over is not reported any longer.
fn not_due(seen: &Observed, spec: &ExternalSecretSpec, next: Requeue) -> Box<Plan> {
    let mut plan = Plan::nothing(Outcome::NotDue, next);
    let policy = spec.target().creation_policy();
    if let Target::Present(there) = &seen.target
        && policy != CreationPolicy::None
    {
        if let Control::OtherExternalSecret(_) = seen.object.owner().control(&there.owners) {
            return plan;
        }
        let unmarked = if is_frozen(there, spec) {
            !there.is_marked()
        } else {
            !there.says_managed()
        };
        // What the last refresh left alone is not ours to mark.
        let left_alone = matches!(
            Good::of(&seen.object.status),
            Some(Good::Retained | Good::Deleted | Good::Missing)
        );
        if unmarked && !left_alone {
            plan.repair(there, is_frozen(there, spec));
        }
    }
    if !status::is_ready(&seen.object.status.conditions) {
        plan.status(
            seen,
            status::good_again(&seen.object.status, Good::Synced, seen.now, None),
        );
    }
    plan
}

/// Whose the target is, and whether it may be made unchangeable: what no value could change.
fn conflicts(seen: &Observed, spec: &ExternalSecretSpec) -> Result<(), Box<Plan>> {
    let target = spec.target();
    let policy = target.creation_policy();
    let Target::Present(there) = &seen.target else {
        return Ok(());
    };
    let name = target.name(&seen.object.name);
    let owner = seen.object.owner();
    let by_other = |what: String| Failure::new(Cause::OwnedByOther, what);
    match owner.control(&there.owners) {
        _ if policy == CreationPolicy::None => return Ok(()),
        // Its owner marks it as managed, so the watch sees when it goes.
        Control::OtherExternalSecret(other) => {
            let failure = by_other(format!(
                "Secret {name:?} belongs to ExternalSecret {other:?}"
            ));
            return Err(Plan::failed(seen, Bad::Owned, failure, Requeue::OnWatch));
        }
        Control::Other { kind, name: other } if policy == CreationPolicy::Owner => {
            let failure = by_other(format!("Secret {name:?} belongs to {kind} {other:?}"));
            return Err(Plan::failed(
                seen,
                Bad::Ownership,
                failure,
                timing::interval(seen, spec),
            ));
        }
        Control::Nobody | Control::Ours | Control::Other { .. } => (),
    }
    if target.immutable() && !there.immutable && !there.holds_nothing_foreign(&owner) {
        let failure = Failure::new(
            Cause::Immutable,
            format!("Secret {name:?} holds data of others, which would become unchangeable"),
        );
        return Err(Plan::failed(
            seen,
            Bad::Frozen,
            failure,
            timing::interval(seen, spec),
        ));
    }
    Ok(())
}

fn usable_stores(seen: &Observed, spec: &ExternalSecretSpec) -> Result<(), Box<Plan>> {
    for entry in entries(spec).filter(|entry| entry.wants != Wants::Nothing) {
        let Some(store) = entry.store else { continue };
        match seen.stores.get(&store) {
            Some(Standing::Usable | Standing::Foreign) => (),
            Some(Standing::Refused(failure)) => {
                return Err(Plan::failed(
                    seen,
                    Bad::Fetch,
                    failure.clone(),
                    Requeue::Backoff,
                ));
            }
            None => {
                let failure = Failure::new(Cause::StoreNotReady, format!("{store} does not exist"));
                return Err(Plan::failed(seen, Bad::Fetch, failure, Requeue::Backoff));
            }
        }
    }
    Ok(())
}
