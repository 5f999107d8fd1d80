//! Whether a cluster can be taken over from External Secrets: what was found in it goes in, findings come out, each with the commands to run.
//!
//! The harm to be kept off: whoever removes the peer's release while it owns the definitions deletes every ExternalSecret, and by ownership every
//! Secret; a webhook that is left over without its server blocks every write; two controllers of one class fight over every object; and what the peer
//! alone serves is served by nobody.
//!
//! Never here: how it was found, and how it is shown.

mod command;
mod findings;
mod observed;
#[cfg(test)]
mod tests;
mod unserved;

pub use findings::{Check, Finding, findings};
pub use observed::{Lease, Object, Observed, Owner, Release, Store, Webhook, Workload};
pub use unserved::{Unserved, of_external_secret, of_kind, provider};
