//! A plan in one line: `target | status | events | next`.

use selkie_api::condition::{READY, find};
use selkie_api::{ExternalSecretStatus, Truth};

use crate::external_secret::{Action, Finalizer, Outcome, Plan, Requeue};
use crate::ownership::{CREATED_BY, DATA_HASH, MANAGED, YES};
use crate::target::{Desired, OPAQUE};

/// The plan in one line.
pub(in crate::external_secret::plan) fn summary(plan: &Plan) -> String {
    let events: Vec<&str> = plan.events.iter().map(|it| it.reason.as_str()).collect();
    let events = if events.is_empty() {
        "no event".to_owned()
    } else {
        events.join(", ")
    };
    format!(
        "{} | {} | {events} | {}",
        target(plan),
        status(plan),
        next(plan.next)
    )
}

/// What the condition of a written status says.
pub(in crate::external_secret::plan) fn words(plan: &Plan) -> String {
    let ready = plan
        .status
        .as_ref()
        .and_then(|it| find(&it.conditions, READY));
    ready.map_or_else(String::new, |ready| {
        let reason = ready.reason.as_deref().unwrap_or_default();
        let message = ready.message.as_deref().unwrap_or_default();
        format!("{} {reason} {message}", ready.status.as_str())
    })
}

fn target(plan: &Plan) -> String {
    let mut text = match &plan.target {
        Action::Nothing => "no write".to_owned(),
        Action::Read => "read".to_owned(),
        Action::Create(desired) => format!("create {}", shown(desired)),
        Action::Update(desired, version) => {
            assert_eq!(version, "42", "the version that was read");
            format!("update {}", shown(desired))
        }
        Action::Delete(doomed) => {
            assert_eq!(
                (doomed.uid.as_str(), doomed.resource_version.as_str()),
                ("s-1", "42")
            );
            format!("delete {}", doomed.name)
        }
    };
    for orphan in &plan.orphans {
        text.push_str(", delete ");
        text.push_str(&orphan.name);
    }
    match plan.finalizer {
        Finalizer::Keep => text,
        Finalizer::Add => text + " +finalizer",
        Finalizer::Remove => text + " -finalizer",
    }
}

/// Data, and what else is not a matter of course.
fn shown(desired: &Desired) -> String {
    assert_eq!(desired.labels[MANAGED], YES);
    let mut parts: Vec<String> = desired
        .data
        .iter()
        .map(|(key, value)| format!("{key}={}", String::from_utf8_lossy(value.expose())))
        .collect();
    if parts.is_empty() {
        parts.push("nothing".to_owned());
    }
    let ours = desired
        .owners
        .iter()
        .any(|it| it.name == "app" && it.uid == "u-1");
    match (ours, desired.labels.contains_key(CREATED_BY)) {
        (true, true) => parts.push("owned".to_owned()),
        (false, false) => (),
        (true, false) => parts.push("referring".to_owned()),
        (false, true) => parts.push("labelled".to_owned()),
    }
    if desired.kind != OPAQUE {
        parts.push(format!("type {}", desired.kind));
    }
    if desired.immutable {
        parts.push("immutable".to_owned());
    }
    let labels = desired
        .labels
        .iter()
        .filter(|(key, _)| ![MANAGED, CREATED_BY].contains(&key.as_str()));
    parts.extend(labels.map(|(key, value)| format!("label {key}={value}")));
    let annotations = desired
        .annotations
        .iter()
        .filter(|(key, _)| *key != DATA_HASH);
    parts.extend(annotations.map(|(key, value)| format!("annotation {key}={value}")));
    parts.extend(
        desired
            .finalizers
            .iter()
            .map(|it| format!("finalizer {it}")),
    );
    parts.join(" ")
}

fn status(plan: &Plan) -> String {
    let Some(status) = &plan.status else {
        return "no status".to_owned();
    };
    let ready = find(&status.conditions, READY).unwrap();
    if let (Truth::False, Outcome::Failed(bad, failure)) = (ready.status, &plan.outcome) {
        assert_eq!(ready.message.as_deref(), Some(bad.says(failure).as_str()));
        return format!("{bad:?} {}", failure.cause);
    }
    let reason = ready.reason.clone().unwrap_or_default();
    let bound = if is_bound(status) { "" } else { " unbound" };
    format!("{reason}{bound}")
}

fn is_bound(status: &ExternalSecretStatus) -> bool {
    status
        .binding
        .as_ref()
        .is_some_and(|it| !it.name.is_empty())
}

fn next(next: Requeue) -> String {
    match next {
        Requeue::Now => "now".to_owned(),
        Requeue::After(wait) => format!("{wait:#}").replace(' ', ""),
        Requeue::Backoff => "backoff".to_owned(),
        Requeue::OnWatch => "on watch".to_owned(),
    }
}
