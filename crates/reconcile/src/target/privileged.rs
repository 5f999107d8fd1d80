//! Secrets by which the cluster itself lets somebody in. Who may write ExternalSecrets could make such ones through this controller without a right to
//! them, so they are looked at once more as they would be written, whatever way their fields took.

use selkie_api::Cause;

use super::{Desired, Existing};
use crate::failure::Failure;

/// A Secret that joins nodes to the cluster.
pub(crate) const BOOTSTRAP_TOKEN: &str = "bootstrap.kubernetes.io/token";
/// A Secret that the cluster fills with a token of a ServiceAccount.
pub(crate) const ACCOUNT_TOKEN: &str = "kubernetes.io/service-account-token";
/// The annotation that says of which.
pub(crate) const ACCOUNT: &str = "kubernetes.io/service-account.name";
/// The annotation that says of which of all that ever had the name.
const ACCOUNT_UID: &str = "kubernetes.io/service-account.uid";

/// Refuses what would give its author a right, or take one away from others: a token that is there already is nobody's target.
pub(crate) fn refuse(desired: &Desired, there: Option<&Existing>) -> Result<(), Failure> {
    let refused = |what: String| Err(Failure::new(Cause::InvalidSpec, what));
    match desired.kind.as_str() {
        BOOTSTRAP_TOKEN => refused(format!("a Secret of type {BOOTSTRAP_TOKEN} is not written")),
        ACCOUNT_TOKEN if there.is_some() => refused(format!(
            "a Secret of type {ACCOUNT_TOKEN} that is there is not written"
        )),
        ACCOUNT_TOKEN => {
            let mut names = [ACCOUNT, ACCOUNT_UID].into_iter();
            let named = names.find(|name| desired.annotations.contains_key(*name));
            named.map_or(Ok(()), |name| {
                refused(format!(
                    "annotation {name} of a Secret of type {ACCOUNT_TOKEN} is not written"
                ))
            })
        }
        _ => Ok(()),
    }
}
