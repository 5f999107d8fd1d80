//! One of several replicas works, the others stand by: whoever holds the Lease. It is taken and renewed by compare and swap, with the version that
//! was read, so two can never both believe that they took it.
//!
//! The clock of another machine is not believed: a holder is gone when its Lease has not changed for as long as it said, by our own clock. Whoever
//! loses it ends at once; a write that is still under way fails at the version it carries.
//!
//! Never here: what a replica does that holds it.

#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{MicroTime, ObjectMeta};

use crate::cluster::{Cluster, Refusal, collection, object};
use crate::settings::LeaseName;

/// How long a Lease holds without being renewed; the peer's numbers, these and the next.
const LENGTH: Duration = Duration::from_secs(15);
/// A holder that could not renew for this long has lost it.
const DEADLINE: Duration = Duration::from_secs(10);
/// Between two attempts.
const PAUSE: Duration = Duration::from_secs(2);

const GROUP: &str = "apis/coordination.k8s.io/v1";

/// The Lease went to somebody else, or could not be renewed in time.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the lease is lost")]
pub(crate) struct Lost;

/// The Lease, in our hands.
pub(crate) struct Held<'a> {
    cluster: &'a Cluster,
    name: LeaseName,
    lease: Lease,
}

/// Waits until the Lease is ours.
pub(crate) async fn acquire<'a>(cluster: &'a Cluster, name: &LeaseName) -> Held<'a> {
    let mut patience = Patience::default();
    loop {
        match attempt(cluster, name, &mut patience).await {
            Ok(Some(lease)) => {
                tracing::info!(lease = name.name, "this replica works");
                return Held {
                    cluster,
                    name: name.clone(),
                    lease,
                };
            }
            Ok(None) => {}
            Err(refusal) => tracing::warn!(lease = name.name, %refusal, "cannot take the lease"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn attempt(
    cluster: &Cluster,
    name: &LeaseName,
    patience: &mut Patience,
) -> Result<Option<Lease>, Refusal> {
    let found = cluster.find(&path(name)?).await?;
    let found: Option<Lease> = match found {
        Some(text) => Some(serde_json::from_slice(text.expose()).map_err(|_| Refusal::Malformed)?),
        None => None,
    };
    let now = Timestamp::now();
    let written = match patience.judge(found.as_ref(), &name.holder, Instant::now()) {
        Step::Wait => return Ok(None),
        Step::Create => {
            let path = collection(GROUP, &name.namespace, "leases")?;
            cluster.create(&path, text(&taken(name, None, now))?).await
        }
        Step::Take => {
            let lease = taken(name, found, now);
            cluster.replace(&path(name)?, text(&lease)?).await
        }
    };
    match written {
        Ok(text) => serde_json::from_slice(text.expose())
            .map(Some)
            .map_err(|_| Refusal::Malformed),
        // Another replica was faster.
        Err(Refusal::Conflict | Refusal::Exists) => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

impl Held<'_> {
    /// Renews it again and again, until it is lost.
    pub(crate) async fn keep(&mut self) -> Lost {
        let mut renewed = Instant::now();
        while renewed.elapsed() < DEADLINE {
            tokio::time::sleep(PAUSE).await;
            let left = DEADLINE.saturating_sub(renewed.elapsed());
            match tokio::time::timeout(left, self.renew()).await {
                Ok(Ok(())) => renewed = Instant::now(),
                Ok(Err(Refusal::Conflict | Refusal::NotFound)) => return Lost,
                Ok(Err(refusal)) => {
                    tracing::warn!(lease = self.name.name, %refusal, "cannot renew the lease");
                }
                Err(_) => break,
            }
        }
        Lost
    }

    async fn renew(&mut self) -> Result<(), Refusal> {
        if let Some(spec) = &mut self.lease.spec {
            spec.renew_time = Some(MicroTime(Timestamp::now()));
        }
        self.write().await
    }

    /// Gives it back, so that another replica need not wait.
    pub(crate) async fn release(mut self) {
        if let Some(spec) = &mut self.lease.spec {
            spec.holder_identity = Some(String::new());
            spec.lease_duration_seconds = Some(1);
            spec.renew_time = Some(MicroTime(Timestamp::now()));
        }
        if let Err(refusal) = self.write().await {
            tracing::warn!(lease = self.name.name, %refusal, "cannot give the lease back");
        }
    }

    async fn write(&mut self) -> Result<(), Refusal> {
        let path = path(&self.name)?;
        let written = self.cluster.replace(&path, text(&self.lease)?).await?;
        self.lease = serde_json::from_slice(written.expose()).map_err(|_| Refusal::Malformed)?;
        Ok(())
    }
}

/// What to do about a Lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Create,
    Take,
    Wait,
}

/// The last state that was seen, and since when.
#[derive(Default)]
struct Patience {
    seen: Option<(LeaseSpec, Instant)>,
}

impl Patience {
    fn judge(&mut self, found: Option<&Lease>, holder: &str, now: Instant) -> Step {
        let Some(lease) = found else {
            return Step::Create;
        };
        let spec = lease.spec.clone().unwrap_or_default();
        let other = spec.holder_identity.as_deref().unwrap_or_default();
        if other.is_empty() || other == holder {
            return Step::Take;
        }
        let length = spec.lease_duration_seconds.unwrap_or_default();
        let length = u64::try_from(length).map_or(LENGTH, Duration::from_secs);
        match &self.seen {
            Some((seen, since)) if *seen == spec => {
                if now.saturating_duration_since(*since) > length {
                    Step::Take
                } else {
                    Step::Wait
                }
            }
            _ => {
                self.seen = Some((spec, now));
                Step::Wait
            }
        }
    }
}

/// The Lease as ours. What others wrote on it, its version above all, stays.
fn taken(name: &LeaseName, found: Option<Lease>, now: Timestamp) -> Lease {
    let mut lease = found.unwrap_or_else(|| Lease {
        metadata: ObjectMeta {
            name: Some(name.name.clone()),
            namespace: Some(name.namespace.clone()),
            ..ObjectMeta::default()
        },
        spec: None,
    });
    lease.metadata.managed_fields = None;
    let before = lease.spec.take().unwrap_or_default();
    let is_ours = before.holder_identity.as_deref() == Some(&name.holder);
    let transitions = before.lease_transitions.unwrap_or_default();
    lease.spec = Some(LeaseSpec {
        holder_identity: Some(name.holder.clone()),
        lease_duration_seconds: i32::try_from(LENGTH.as_secs()).ok(),
        acquire_time: Some(MicroTime(now)),
        renew_time: Some(MicroTime(now)),
        lease_transitions: Some(transitions.saturating_add(i32::from(!is_ours))),
        ..before
    });
    lease
}

fn path(name: &LeaseName) -> Result<String, Refusal> {
    object(GROUP, &name.namespace, "leases", &name.name)
}

fn text(lease: &Lease) -> Result<Vec<u8>, Refusal> {
    serde_json::to_vec(lease).map_err(|_| Refusal::Malformed)
}
