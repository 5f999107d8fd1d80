//! An ExternalSecret that goes: its target is deleted where the policy says so, and nothing keeps it any longer.

use selkie_api::{DeletionPolicy, ExternalSecretSpec};

use super::{Action, Doomed, Finalizer, Outcome, Plan, Requeue};
use crate::external_secret::observed::{Observed, Target};
use crate::ownership::{CLEANUP, Control};
use crate::target::Existing;

/// What is done for an ExternalSecret that goes. The finalizer is removed whoever put it there, or its namespace could not go either.
pub(in crate::external_secret) fn plan(seen: &Observed) -> Box<Plan> {
    let object = &seen.object;
    let mut plan = Plan::nothing(Outcome::Going, Requeue::OnWatch);
    if !object.finalizers.iter().any(|it| it == CLEANUP) {
        return plan;
    }
    plan.finalizer = Finalizer::Remove;
    let target = object.spec.as_ref().map(ExternalSecretSpec::target);
    let Ok(target) = target else { return plan };
    if target.deletion_policy() != DeletionPolicy::Delete {
        return plan;
    }
    match &seen.target {
        Target::Missing => plan,
        Target::AsLeft(_) => unread(),
        Target::Present(there) => {
            if object.owner().control(&there.owners) == Control::Ours {
                plan.target = Action::Delete(doomed(there, target.name(&object.name)));
            }
            plan
        }
    }
}

/// The target has to be read first.
pub(super) fn unread() -> Box<Plan> {
    let mut plan = Plan::nothing(Outcome::Unfinished, Requeue::Now);
    plan.target = Action::Read;
    plan
}

pub(super) fn doomed(there: &Existing, name: &str) -> Doomed {
    Doomed {
        name: name.to_owned(),
        uid: there.uid.clone(),
        resource_version: there.resource_version.clone(),
    }
}
