//! `selkie-controller preflight`: looks at a cluster before it is taken over from External Secrets, says what speaks against it and what to run, and
//! writes nothing.
//!
//! 1. Gather what is there: requests that read, and no others.
//! 2. `reconcile` says what that means.
//! 3. Report it, for people or as JSON; the exit status is the outcome.
//!
//! Never here: following anything. It is asked once, by a person or by a hook of a chart.

mod flags;
mod gather;
mod release;
mod report;

use std::io::Write as _;
use std::process::ExitCode;

use jiff::Timestamp;
use selkie_reconcile::preflight::findings;

use crate::cluster::{Cluster, Refusal};
pub(crate) use flags::Flags;

/// Why nobody knows.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unread {
    /// No threads.
    #[error("the runtime does not start")]
    Runtime(#[source] std::io::Error),
    /// No way to the cluster.
    #[error("there is no way to the cluster: {0}")]
    Client(#[source] Box<kube::Error>),
    /// A request was refused.
    #[error("{0} cannot be read: {1}")]
    Refused(String, #[source] Refusal),
    /// The outcome cannot be said.
    #[error("the report cannot be written")]
    Report(#[source] std::io::Error),
}

/// Exit statuses; 2 is that of flags that cannot be read.
const READY: u8 = 0;
const REFUSED: u8 = 1;
const UNREAD: u8 = 3;

/// Looks, reports, and returns the exit status.
pub(crate) async fn run(flags: &Flags) -> ExitCode {
    match look(flags).await {
        Ok(status) => ExitCode::from(status),
        Err(unread) => failed(&unread),
    }
}

/// Says why nobody knows, and returns the exit status.
pub(crate) fn failed(unread: &Unread) -> ExitCode {
    let hint = match unread {
        Unread::Refused(_, Refusal::Forbidden(_)) => {
            "; deploy/rbac/preflight.yaml has the rights that are needed"
        }
        _ => "",
    };
    // Where nobody listens there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "preflight: {unread}{hint}");
    ExitCode::from(UNREAD)
}

async fn look(flags: &Flags) -> Result<u8, Unread> {
    let client = kube::Client::try_default().await;
    let client = client.map_err(|error| Unread::Client(Box::new(error)))?;
    let observed = gather::gather(&Cluster::new(client)).await?;
    let accepted = flags.accepted();
    let found = findings(
        &observed,
        &flags.controller_class,
        &accepted,
        Timestamp::now(),
    );
    let text = if flags.json {
        report::json(&found)
    } else {
        report::text(&found)
    };
    let mut stdout = std::io::stdout().lock();
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    written.map_err(Unread::Report)?;
    let is_refused = found.iter().any(|it| it.refuses);
    Ok(if is_refused { REFUSED } else { READY })
}
