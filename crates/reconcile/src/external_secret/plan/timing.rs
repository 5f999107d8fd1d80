//! When to look again.

use jiff::{SignedDuration, Timestamp};
use selkie_api::ExternalSecretSpec;

use super::Requeue;
use crate::duration;
use crate::external_secret::observed::Observed;
use crate::schedule::{self, Due, Refresh};
use crate::status::seconds;

/// Whether a refresh is due, if the target is or is not `intact`.
pub(in crate::external_secret) fn due(
    seen: &Observed,
    spec: &ExternalSecretSpec,
    intact: bool,
) -> Due {
    let status = &seen.object.status;
    let synced = status.synced_resource_version.as_deref();
    let refreshed = status.refresh_time.as_ref().map(|time| time.0);
    at(seen, spec, synced.unwrap_or_default(), refreshed, intact)
}

/// When the next refresh is due, if one ends now: for a plan that is done with, well or not, until something changes.
pub(in crate::external_secret) fn interval(seen: &Observed, spec: &ExternalSecretSpec) -> Requeue {
    let now = seconds(seen.now).0;
    until(
        at(seen, spec, &seen.object.version(), Some(now), true),
        seen.now,
    )
}

/// How long that is from now.
pub(in crate::external_secret) fn until(due: Due, now: Timestamp) -> Requeue {
    match due {
        Due::Now(_) => Requeue::Now,
        Due::At(time) => Requeue::After(time.duration_since(now).max(SignedDuration::ZERO)),
        Due::OnChange => Requeue::OnWatch,
    }
}

fn at(
    seen: &Observed,
    spec: &ExternalSecretSpec,
    synced: &str,
    refreshed: Option<Timestamp>,
    intact: bool,
) -> Due {
    let refresh = Refresh {
        policy: spec.refresh_policy(),
        // That it can be read was checked before.
        interval: duration::parse(spec.refresh_interval()).unwrap_or_default(),
        windows: spec.sync_windows.as_ref(),
        refreshed,
        synced,
        version: &seen.object.version(),
        intact,
        phase: seen.phase,
    };
    schedule::due(&refresh, seen.now)
}
