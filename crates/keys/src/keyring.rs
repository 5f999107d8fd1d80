//! A whole keyring over the joint: wrap for everybody, recover with anybody.
//!
//! Any one member opens a group; with several groups each member holds its group's share, and as many groups as the
//! threshold says are needed.

use std::num::NonZeroU8;

use rand_core::CryptoRng;
use selkie_crypto::{DataKey, KeyGroup, Keyring, Recipient, Secret, WrappedKey};

use crate::{Attempt, DecryptionOrder, Error, KeyService, Report};

/// The data key wrapped for every recipient of every group.
///
/// Each recipient is offered to the services in turn. The first that can wrap for it does; if none can, the last one's
/// error is returned and nothing is half done, because nothing was written anywhere.
pub fn wrap_all(
    services: &[KeyService],
    groups: &[Vec<Recipient>],
    threshold: Option<NonZeroU8>,
    key: &DataKey,
    rng: &mut impl CryptoRng,
) -> Result<Keyring, Error> {
    if groups.is_empty() || groups.iter().any(Vec::is_empty) {
        return Err(Error::NoRecipient);
    }
    let shares = selkie_crypto::shares(key, groups.len(), threshold, rng).map_err(Error::Split)?;
    let groups = groups
        .iter()
        .zip(&shares)
        .map(|(members, share)| {
            let members = members
                .iter()
                .map(|recipient| wrap_one(services, recipient, share));
            Ok(KeyGroup(members.collect::<Result<_, Error>>()?))
        })
        .collect::<Result<Vec<_>, Error>>()?;
    Ok(Keyring {
        threshold: threshold.or_else(|| all_of_several(&groups)),
        groups,
    })
}

/// What SOPS writes where no threshold was asked for: all groups if there are several.
fn all_of_several(groups: &[KeyGroup]) -> Option<NonZeroU8> {
    let count = u8::try_from(groups.len()).ok().filter(|count| *count > 1)?;
    NonZeroU8::new(count)
}

/// The data key, from the first members that can be unwrapped.
///
/// Groups are tried in the order of the file until enough shares are there, the members of a group in `order`. A source
/// or member that fails is silent as long as another one helps; the [`Report`] of a failure names them all.
pub fn recover(
    services: &[KeyService],
    keyring: &Keyring,
    order: &DecryptionOrder,
) -> Result<DataKey, Report> {
    let needed = needed(keyring);
    let mut shares: Vec<Secret> = Vec::with_capacity(needed);
    let mut attempts = Vec::new();
    for (index, group) in keyring.groups.iter().enumerate() {
        if shares.len() == needed {
            break;
        }
        for member in order.sorted(&group.0) {
            match unwrap_one(services, member) {
                Ok(share) => {
                    shares.push(share);
                    break;
                }
                Err(outcomes) => attempts.push(Attempt {
                    group: index,
                    kind: member.recipient.kind_name(),
                    recipient: member.recipient.identifier(),
                    outcomes,
                }),
            }
        }
    }
    let opened = shares.len();
    if opened < needed {
        return Err(Report {
            attempts,
            needed,
            opened,
            defect: None,
        });
    }
    selkie_crypto::recover(&shares, keyring.threshold).map_err(|defect| Report {
        attempts,
        needed,
        opened,
        defect: Some(defect),
    })
}

/// How many groups must be opened: the threshold where there is one, else all.
fn needed(keyring: &Keyring) -> usize {
    match keyring.groups.len() {
        0 | 1 => 1,
        groups => keyring
            .threshold
            .map_or(groups, |threshold| usize::from(threshold.get()).min(groups)),
    }
}

fn wrap_one(
    services: &[KeyService],
    recipient: &Recipient,
    share: &Secret,
) -> Result<WrappedKey, Error> {
    let mut last = Error::NoService;
    for service in services {
        match service.wrap(recipient, share.expose()) {
            Ok(wrapped) => return Ok(wrapped),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// The share, or a sentence per service and source that had none.
fn unwrap_one(services: &[KeyService], member: &WrappedKey) -> Result<Secret, Vec<String>> {
    let mut outcomes = Vec::new();
    for service in services {
        match service.unwrap(member) {
            Ok(Some(share)) => return Ok(share),
            Ok(None) => outcomes.extend(service.tried(&member.recipient)),
            Err(error) => outcomes.push(error.to_string()),
        }
    }
    Err(outcomes)
}

#[cfg(feature = "age")]
#[cfg(test)]
mod tests;
