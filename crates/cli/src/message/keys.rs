//! What the key services' errors come to.

use std::fmt::Display;

use selkie_keys::{Attempt, Error, Report};

use super::Failure;
use crate::exit::Status;

/// The failure for a data key that could not be had: one line per recipient, saying what was tried.
pub(crate) fn recover_failure(name: &str, report: &Report) -> Failure {
    let fact: &dyn Display = match &report.defect {
        Some(defect) => &format!("{report}: {defect}"),
        None => report,
    };
    let mut age = report
        .attempts
        .iter()
        .filter(|attempt| attempt.kind == "age");
    let is_ssh = |attempt: &Attempt| attempt.recipient.starts_with("ssh-");
    let failure = Failure::new(Status::NoDataKey, format_args!("{name}: {fact}"))
        .details(report.attempts.iter().map(ToString::to_string));
    // A vendor's failure brings its hint with it.
    if age.clone().any(is_ssh) && age.clone().all(is_ssh) {
        failure.hint("give the private key of one of these in SOPS_AGE_SSH_PRIVATE_KEY_FILE or SOPS_AGE_SSH_PRIVATE_KEY_CMD")
    } else if age.next().is_some() {
        failure.hint("give an identity of one of these recipients in SOPS_AGE_KEY_FILE, SOPS_AGE_KEY or SOPS_AGE_KEY_CMD")
    } else {
        failure
    }
}

/// The failure for a data key that could not be wrapped: where several keys are in the way, one line for each.
pub(crate) fn wrap_failure(name: &str, error: &Error) -> Failure {
    if let Error::Several(errors) = error {
        let fact = format!("{name}: the data key could not be wrapped for everybody");
        let details = errors.iter().map(ToString::to_string);
        return Failure::new(Status::Failed, fact).details(details);
    }
    let failure = Failure::new(Status::Failed, format_args!("{name}: {error}"));
    match error {
        Error::NoRecipient => failure
            .hint("name a recipient with --age age1…, or let `selkie init` write a .sops.yaml"),
        _ => failure,
    }
}
