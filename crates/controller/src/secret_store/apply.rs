//! Carries out a store's plan: its status, its event, and who is woken. It only writes.

use std::sync::Arc;

use selkie_api::condition::{READY, find};
use selkie_reconcile::EventKind;
use selkie_reconcile::secret_store::{Observed, Plan};

use crate::cluster::Refusal;
use crate::context::Context;
use crate::key::Key;
use crate::queue::Lane;
use crate::record::Record;
use crate::work::End;
use crate::{events, status};

/// Carries out a plan, or says how the run ends instead.
pub(super) async fn apply(
    context: &Context,
    key: &Key,
    mut record: Arc<Record>,
    seen: &Observed,
    plan: &Plan,
) -> Result<(), End> {
    if let Some(status) = &plan.status {
        match status::write(context, key, &mut record, status).await {
            Ok(()) => {}
            Err(Refusal::NotFound) => return Err(End::Rest),
            Err(Refusal::Conflict) => return Err(End::Conflict),
            Err(refusal) => {
                tracing::warn!(object = %key, %refusal, "the status cannot be written");
                return Err(End::refused(&refusal));
            }
        }
        let is_first = find(&seen.object.status.conditions, READY).is_none();
        if plan.heals || is_first {
            let readers = context.view().readers(key);
            context.push(readers, Lane::Changed);
        }
    }
    if let Some(event) = &plan.event {
        context.events.tell(events::Event {
            key: key.clone(),
            uid: record.uid.clone(),
            version: record.version.clone(),
            is_warning: event.kind == EventKind::Warning,
            reason: event.reason.clone(),
            note: event.note.clone(),
        });
    }
    Ok(())
}
