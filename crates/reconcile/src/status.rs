//! What a status says: the peer's reasons and fixed texts, and behind a text that names a failure its cause and detail.
//!
//! A status is written only if it says something new, so nothing in here may differ from one unchanged failure to the next: no time but that of the
//! last refresh and that of a condition's turn.
//!
//! Never here: which of the texts holds.

#[cfg(test)]
mod tests;

use jiff::{Timestamp, TimestampRound, Unit};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use selkie_api::condition::{READY, find};
use selkie_api::{Binding, Condition, ExternalSecretStatus, StoreStatus, Truth};

use crate::failure::Failure;

/// What an ExternalSecret is ready with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Good {
    /// The target is as it should be.
    Synced,
    /// The store has nothing; the target stays.
    Retained,
    /// The store has nothing; the target is deleted.
    Deleted,
    /// There is no target to merge into.
    Missing,
}

/// What an ExternalSecret could not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bad {
    /// Get the values, or even begin to.
    Fetch,
    /// Write the target.
    Update,
    /// Write it because it cannot change any more.
    Frozen,
    /// Delete it.
    Delete,
    /// Delete its predecessors.
    Orphans,
    /// Become its owner beside another controller.
    Ownership,
    /// Write it because it belongs to another ExternalSecret.
    Owned,
}

/// What a store is ready with, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreVerdict<'a> {
    /// It works.
    Valid,
    /// Nobody can say before it is used.
    Unknown,
    /// There is no way to it: spec or credentials.
    NoClient(&'a Failure),
    /// It does not answer as it should.
    Invalid(&'a Failure),
}

impl Good {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Synced, Self::Retained, Self::Deleted, Self::Missing];

    /// The condition's reason.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Synced | Self::Retained => "SecretSynced",
            Self::Deleted => "SecretDeleted",
            Self::Missing => "SecretMissing",
        }
    }

    /// The condition's message.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Synced => "secret synced",
            Self::Retained => "secret retained due to DeletionPolicy=Retain",
            Self::Deleted => "secret deleted due to DeletionPolicy=Delete",
            Self::Missing => "secret will not be created due to CreationPolicy=Merge",
        }
    }

    /// What the status was written with, if it says one of these.
    pub fn of(status: &ExternalSecretStatus) -> Option<Self> {
        let ready = find(&status.conditions, READY).filter(|it| it.status == Truth::True)?;
        Self::ALL.into_iter().find(|good| {
            ready.reason.as_deref() == Some(good.reason())
                && ready.message.as_deref() == Some(good.message())
        })
    }
}

impl Bad {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Fetch,
        Self::Update,
        Self::Frozen,
        Self::Delete,
        Self::Orphans,
        Self::Ownership,
        Self::Owned,
    ];

    /// The reason of all of them.
    pub const REASON: &'static str = "SecretSyncedError";

    /// The beginning of the condition's message.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Fetch => "could not get secret data from provider",
            Self::Update => "could not update secret",
            Self::Frozen => "could not update secret, target is immutable",
            Self::Delete => "could not delete secret",
            Self::Orphans => "could not delete orphaned secrets",
            Self::Ownership => "failed to take ownership of target secret",
            Self::Owned => "target is owned by another ExternalSecret",
        }
    }

    /// The condition's message.
    pub fn says(self, failure: &Failure) -> String {
        format!("{}: {failure}", self.message())
    }
}

impl StoreVerdict<'_> {
    /// Whether the store can be used.
    pub const fn is_good(self) -> bool {
        matches!(self, Self::Valid | Self::Unknown)
    }

    /// The condition's reason.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Valid => "Valid",
            Self::Unknown => "ValidationUnknown",
            Self::NoClient(_) | Self::Invalid(_) => "InvalidProviderConfig",
        }
    }

    /// The condition's message.
    pub fn message(self) -> String {
        match self {
            Self::Valid => "store validated".to_owned(),
            Self::Unknown => "could not determine validation status".to_owned(),
            Self::NoClient(failure) => format!("unable to create client: {failure}"),
            Self::Invalid(failure) => format!("unable to validate store: {failure}"),
        }
    }
}

/// The time as a status holds it, in whole seconds.
pub fn seconds(time: Timestamp) -> Time {
    let rounding = TimestampRound::new()
        .smallest(Unit::Second)
        .mode(jiff::RoundMode::Floor);
    Time(time.round(rounding).unwrap_or(time))
}

/// The status after a refresh at `now` that served the state `version`. `binding` is the target, where there is one.
pub fn done(
    before: &ExternalSecretStatus,
    good: Good,
    now: Timestamp,
    version: &str,
    binding: Option<&str>,
) -> ExternalSecretStatus {
    ExternalSecretStatus {
        refresh_time: Some(seconds(now)),
        synced_resource_version: Some(version.to_owned()),
        ..good_again(before, good, now, binding)
    }
}

/// The status of what is as it should be without a refresh.
pub fn good_again(
    before: &ExternalSecretStatus,
    good: Good,
    now: Timestamp,
    binding: Option<&str>,
) -> ExternalSecretStatus {
    let condition = (Truth::True, good.reason(), good.message().to_owned());
    ExternalSecretStatus {
        conditions: with_ready(&before.conditions, condition, now),
        binding: binding.map_or_else(
            || before.binding.clone(),
            |name| {
                Some(Binding {
                    name: name.to_owned(),
                })
            },
        ),
        ..before.clone()
    }
}

/// The status after a failure: nothing was refreshed.
pub fn failed(
    before: &ExternalSecretStatus,
    bad: Bad,
    failure: &Failure,
    now: Timestamp,
) -> ExternalSecretStatus {
    let condition = (Truth::False, Bad::REASON, bad.says(failure));
    ExternalSecretStatus {
        conditions: with_ready(&before.conditions, condition, now),
        ..before.clone()
    }
}

/// The status of a store. What can be done with it is known whenever it works.
pub fn store(before: &StoreStatus, verdict: StoreVerdict<'_>, now: Timestamp) -> StoreStatus {
    let truth = if verdict.is_good() {
        Truth::True
    } else {
        Truth::False
    };
    StoreStatus {
        conditions: with_ready(
            &before.conditions,
            (truth, verdict.reason(), verdict.message()),
            now,
        ),
        ..before.clone()
    }
}

/// Whether both say that it is ready, or not, for the same reason in the same words.
pub fn says_the_same(left: &[Condition], right: &[Condition]) -> bool {
    let words = |conditions| {
        find(conditions, READY).map(|it: &Condition| {
            (
                it.status,
                it.reason.as_deref().unwrap_or_default().to_owned(),
                it.message.as_deref().unwrap_or_default().to_owned(),
            )
        })
    };
    words(left) == words(right)
}

/// Whether both would be the same object in the cluster. The peer's schema writes an empty binding where there is none.
pub fn is_same(left: &ExternalSecretStatus, right: &ExternalSecretStatus) -> bool {
    let binding = |status: &ExternalSecretStatus| {
        let bound = status.binding.as_ref();
        bound.map(|it| it.name.clone()).filter(|it| !it.is_empty())
    };
    left.refresh_time == right.refresh_time
        && left.synced_resource_version == right.synced_resource_version
        && left.conditions == right.conditions
        && binding(left) == binding(right)
}

/// Whether the condition `Ready` is true.
pub fn is_ready(conditions: &[Condition]) -> bool {
    find(conditions, READY).is_some_and(|it| it.status == Truth::True)
}

/// The conditions with this one for `Ready`. The time changes only when the truth does.
fn with_ready(
    before: &[Condition],
    (status, reason, message): (Truth, &str, String),
    now: Timestamp,
) -> Vec<Condition> {
    let old = find(before, READY).filter(|old| old.status == status);
    let ready = Condition {
        r#type: READY.to_owned(),
        status,
        reason: Some(reason.to_owned()),
        message: Some(message),
        last_transition_time: old
            .and_then(|old| old.last_transition_time.clone())
            .or_else(|| Some(seconds(now))),
    };
    let others = before.iter().filter(|other| other.r#type != READY);
    others.cloned().chain([ready]).collect()
}
