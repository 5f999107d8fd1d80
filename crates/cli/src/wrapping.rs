//! The data key wrapped for everybody who is to read a file, and what the user should know about that.

use std::num::NonZeroU8;

use rand::CryptoRng;
use selkie_crypto::{DataKey, Keyring, Recipient};
use selkie_keys::KeyService;
use selkie_keys::age::quantum_gap;

use crate::message::{Failure, warn, wrap_failure};

/// The data key of the file of that name, wrapped for every recipient.
pub(crate) fn wrap_all(
    name: &str,
    services: &[KeyService],
    groups: &[Vec<Recipient>],
    threshold: Option<NonZeroU8>,
    key: &DataKey,
    rng: &mut impl CryptoRng,
) -> Result<Keyring, Failure> {
    let keyring = selkie_keys::wrap_all(services, groups, threshold, key, rng)
        .map_err(|error| wrap_failure(name, &error))?;
    if let Some(gap) = quantum_gap(groups, threshold) {
        warn(format_args!(
            "{name}: its post-quantum recipients do not protect it: {} is not one, and opens it too",
            gap.identifier()
        ));
    }
    Ok(keyring)
}
