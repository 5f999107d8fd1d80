//! What is done for a store: its status, and who has waited for it.
//!
//! Never here: how a store is tried.

use jiff::SignedDuration;
use selkie_api::{Capabilities, Cause, NotOne, ProviderKind, StoreSpec, StoreStatus};

use super::observed::{Observed, Tried};
use crate::duration;
use crate::event::Event;
use crate::external_secret::Requeue;
use crate::failure::Failure;
use crate::permission::is_of_class;
use crate::status::{self, StoreVerdict};

/// What comes next.
#[derive(Debug)]
pub enum Step {
    /// The plan, for which the store need not be tried.
    Done(Plan),
    /// It has to be tried.
    Try,
}

/// All that is done.
#[derive(Debug)]
pub struct Plan {
    /// The status to write.
    pub status: Option<StoreStatus>,
    /// What to say.
    pub event: Option<Event>,
    /// When to try it again.
    pub next: Requeue,
    /// Whether it works and did not before: then everything that asks it is looked at again, at once.
    pub heals: bool,
    /// What all this means, for metrics and logs.
    pub outcome: Outcome,
}

/// What a plan means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is another controller's business, or it goes.
    Foreign,
    /// It was decided to try it, but nobody did.
    Untried,
    /// It can be used.
    Usable,
    /// It cannot.
    Failed(Failure),
}

/// Whether it has to be tried.
pub fn look(seen: &Observed) -> Step {
    let spec = match &seen.object.spec {
        _ if seen.object.deleting => return Step::Done(Plan::nothing(Outcome::Foreign)),
        Ok(spec) if !is_of_class(spec, &seen.class) => {
            return Step::Done(Plan::nothing(Outcome::Foreign));
        }
        Ok(spec) => spec,
        Err(failure) => return Step::Done(no_client(seen, failure)),
    };
    match wrong(spec) {
        Some(failure) => Step::Done(no_client(seen, &failure)),
        None => Step::Try,
    }
}

/// What is done, after whatever was observed.
pub fn plan(seen: &Observed) -> Plan {
    let spec = match (look(seen), &seen.object.spec) {
        (Step::Done(plan), _) => return plan,
        (Step::Try, Ok(spec)) => spec,
        (Step::Try, Err(_)) => return Plan::nothing(Outcome::Untried),
    };
    let again = Requeue::After(interval(seen, spec));
    match &seen.tried {
        Tried::Not => Plan {
            next: Requeue::Now,
            ..Plan::nothing(Outcome::Untried)
        },
        Tried::Valid => Plan::new(seen, StoreVerdict::Valid, again),
        Tried::Unknown => Plan::new(seen, StoreVerdict::Unknown, again),
        Tried::NoClient(failure) => {
            Plan::new(seen, StoreVerdict::NoClient(failure), Requeue::Backoff)
        }
        Tried::Invalid(failure) => {
            Plan::new(seen, StoreVerdict::Invalid(failure), Requeue::Backoff)
        }
    }
}

/// What can be done with the secrets of a provider, as the peer's stores say it: it is a column that people read, and a status that changes with the
/// controller would be a write for each store.
pub const fn capabilities(provider: ProviderKind<'_>) -> Option<Capabilities> {
    match provider {
        ProviderKind::Aws(_)
        | ProviderKind::AzureKv(_)
        | ProviderKind::Fake(_)
        | ProviderKind::Kubernetes(_)
        | ProviderKind::Vault(_)
        | ProviderKind::Webhook(_) => Some(Capabilities::ReadWrite),
        ProviderKind::OpenBao(_) | ProviderKind::Sops(_) => Some(Capabilities::ReadOnly),
        ProviderKind::Other(_) => None,
    }
}

/// What no attempt could mend.
fn wrong(spec: &StoreSpec) -> Option<Failure> {
    let invalid = |what: String| Some(Failure::new(Cause::InvalidSpec, what));
    match spec.provider.only() {
        Ok(ProviderKind::Other(name)) => {
            return Some(Failure::new(
                Cause::Unsupported,
                format!("provider {name:?} is not served by this controller"),
            ));
        }
        Err(NotOne::Nothing) => return invalid("spec.provider names none".to_owned()),
        Err(NotOne::Several(names)) => {
            return invalid(format!(
                "spec.provider names {}, where one can be",
                names.join(" and ")
            ));
        }
        Ok(_) => (),
    }
    let wrong = spec
        .refresh_interval
        .as_ref()
        .and_then(|interval| duration::store_interval(interval).err());
    wrong.and_then(|error| invalid(format!("spec.refreshInterval: {error}")))
}

fn no_client(seen: &Observed, failure: &Failure) -> Plan {
    Plan::new(seen, StoreVerdict::NoClient(failure), Requeue::OnWatch)
}

fn interval(seen: &Observed, spec: &StoreSpec) -> SignedDuration {
    let own = spec.refresh_interval.as_ref();
    own.and_then(|interval| duration::store_interval(interval).ok())
        .filter(SignedDuration::is_positive)
        .unwrap_or(seen.interval)
}

impl Plan {
    fn nothing(outcome: Outcome) -> Self {
        Self {
            status: None,
            event: None,
            next: Requeue::OnWatch,
            heals: false,
            outcome,
        }
    }

    fn new(seen: &Observed, verdict: StoreVerdict<'_>, next: Requeue) -> Self {
        let before = &seen.object.status;
        let mut after = status::store(before, verdict, seen.now);
        let spec = seen.object.spec.as_ref().ok().filter(|_| verdict.is_good());
        if let Some(Ok(provider)) = spec.map(|spec| spec.provider.only()) {
            after.capabilities = capabilities(provider);
        }
        let is_new = !status::says_the_same(&before.conditions, &after.conditions);
        Self {
            event: is_new.then(|| Event::store(verdict)),
            next,
            heals: verdict.is_good() && !status::is_ready(&before.conditions),
            outcome: match verdict {
                StoreVerdict::Valid | StoreVerdict::Unknown => Outcome::Usable,
                StoreVerdict::NoClient(failure) | StoreVerdict::Invalid(failure) => {
                    Outcome::Failed(failure.clone())
                }
            },
            status: (after != *before).then_some(after),
        }
    }
}
