//! What is done for an ExternalSecret. [`plan`] decides all of it at once; nobody decides anything on the way.
//!
//! A Secret is written with the version that was read, so that whoever was faster is met as a conflict and not overwritten. Nothing is written that is
//! there already, and a Secret is deleted or emptied only if it is this ExternalSecret's.
//!
//! Never here: how anything is written.

mod decide;
pub(super) mod deletion;
#[cfg(test)]
mod rows;
#[cfg(test)]
mod testing;
pub(super) mod timing;

use jiff::SignedDuration;
use selkie_api::ExternalSecretStatus;

use super::look::{Step, look};
use super::observed::{Fetched, Observed};
use crate::event::Event;
use crate::failure::Failure;
use crate::status::{self, Bad, Good};
use crate::target::contribution::Digest;
use crate::target::{Desired, Existing};

/// All that is done, in this order.
#[derive(Debug)]
pub struct Plan {
    /// What becomes of the cleanup finalizer. It is removed last of all.
    pub finalizer: Finalizer,
    /// What becomes of the target.
    pub target: Action,
    /// Former targets to delete, once the target is written.
    pub orphans: Vec<Doomed>,
    /// The status to write.
    pub status: Option<ExternalSecretStatus>,
    /// What to say.
    pub events: Vec<Event>,
    /// When to look again.
    pub next: Requeue,
    /// What all this means, for metrics and logs.
    pub outcome: Outcome,
    /// What the target was found, or is made, to agree with. Until somebody else writes it, [`Target::AsLeft`](super::Target::AsLeft) with this does
    /// instead of reading it.
    pub left: Option<Digest>,
}

/// What becomes of a target. Creates and updates are made under the field manager [`field_manager`](crate::hash::field_manager).
#[derive(Debug)]
pub enum Action {
    /// Nothing.
    Nothing,
    /// It has to be read whole, and planned for again with the same answers.
    Read,
    /// It is created.
    Create(Box<Desired>),
    /// It is replaced, if it still has this version.
    Update(Box<Desired>, String),
    /// It is deleted, if it still is this one.
    Delete(Doomed),
}

/// A Secret to delete, if it still is this one in this version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doomed {
    /// Its name.
    pub name: String,
    /// Which of all objects that ever had its name.
    pub uid: String,
    /// The version that was seen.
    pub resource_version: String,
}

/// What becomes of the cleanup finalizer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finalizer {
    /// It stays as it is.
    Keep,
    /// It is added, before anything is written that it is for.
    Add,
    /// It is removed, when everything else is done.
    Remove,
}

/// When to look again, if nothing happens before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requeue {
    /// At once.
    Now,
    /// After this time.
    After(SignedDuration),
    /// After a time that grows with each failure.
    Backoff,
    /// Never: something has to happen first.
    OnWatch,
}

/// What a plan means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is another controller's business.
    Foreign,
    /// It goes.
    Going,
    /// Nothing is due.
    NotDue,
    /// The target has to be read first.
    Unfinished,
    /// It is refreshed.
    Done(Good),
    /// It failed.
    Failed(Bad, Failure),
}

/// What of a plan the API server refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {
    /// To create or update the target, or to add the finalizer.
    Target,
    /// To delete the target.
    Deletion,
    /// To delete a former target.
    Orphan,
}

/// What is done, after whatever was observed.
///
/// It renders templates, which can take a while: where other work waits for the same thread, it is run elsewhere.
pub fn plan(seen: &Observed) -> Plan {
    match (look(seen), &seen.fetched, &seen.object.spec) {
        (Step::Done(plan), _, _) => *plan,
        (Step::Fetch(_), Fetched::Asked(answers), Ok(spec)) => *decide::plan(seen, spec, answers),
        // What was decided without the answers did not hold until now: the next look begins anew.
        (Step::Fetch(_), _, _) => *Plan::nothing(Outcome::Unfinished, Requeue::Now),
    }
}

/// What is done instead of the rest of a plan of which the API server refused a part. A conflict is not for this: it is planned for again.
pub fn refused(seen: &Observed, write: Write, failure: Failure) -> Plan {
    let bad = match write {
        Write::Target => Bad::Update,
        Write::Deletion => Bad::Delete,
        Write::Orphan => Bad::Orphans,
    };
    *Plan::failed(seen, bad, failure, Requeue::Backoff)
}

impl Plan {
    pub(super) fn nothing(outcome: Outcome, next: Requeue) -> Box<Self> {
        Box::new(Self {
            finalizer: Finalizer::Keep,
            target: Action::Nothing,
            orphans: Vec::new(),
            status: None,
            events: Vec::new(),
            next,
            outcome,
            left: None,
        })
    }

    /// Says that something could not be done, unless that has been said.
    pub(super) fn failed(seen: &Observed, bad: Bad, failure: Failure, next: Requeue) -> Box<Self> {
        let before = &seen.object.status;
        let after = status::failed(before, bad, &failure, seen.now);
        let is_said = status::says_the_same(&before.conditions, &after.conditions);
        let event = (!is_said).then(|| Event::failed(bad, &failure));
        let mut plan = Self::nothing(Outcome::Failed(bad, failure), next);
        plan.events.extend(event);
        plan.status(seen, after);
        plan
    }

    /// Writes the status if it says something new.
    pub(super) fn status(&mut self, seen: &Observed, after: ExternalSecretStatus) {
        if !status::is_same(&seen.object.status, &after) {
            self.status = Some(after);
        }
    }

    /// Puts the marks of a target back. The hash follows the data only where the data is known to be right.
    pub(super) fn repair(&mut self, there: &Existing, with_hash: bool) {
        let version = there.resource_version.clone();
        self.target = Action::Update(Box::new(there.marked(with_hash)), version);
        self.events.push(Event::updated());
    }
}
