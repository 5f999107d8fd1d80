//! A whole keyring over the joint: wrap for everybody, recover with anybody.
//!
//! Any one member opens a group; with several groups each member holds its group's share, and as many groups as the
//! threshold says are needed.

use std::borrow::Cow;
use std::num::NonZeroU8;
use std::time::Instant;

use rand_core::CryptoRng;
use selkie_crypto::{DataKey, KeyGroup, Keyring, Recipient, Secret, WrappedKey};

use crate::{Attempt, Cause, DecryptionOrder, Error, Fault, KeyService, Report, together};

/// The data key wrapped for every recipient of every group.
///
/// Each recipient is offered to the services in turn, and the first that can wrap for it does. The error names every recipient for whom
/// none could, what each service said and how long that took; nothing is half done, because nothing was written anywhere.
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
    let members: Vec<(&Recipient, &Secret)> = groups
        .iter()
        .zip(&shares)
        .flat_map(|(members, share)| members.iter().map(move |recipient| (recipient, share)))
        .collect();
    let at_once = members.iter().all(|(recipient, _)| asks_nobody(recipient));
    let wrapped = together::map(&members, at_once, |(recipient, share)| {
        let start = Instant::now();
        wrap_one(services, recipient, share).map_err(|error| error.after(start.elapsed()))
    });
    let mut errors = Vec::new();
    let wrapped = wrapped.into_iter();
    let wrapped: Vec<WrappedKey> = wrapped
        .filter_map(|one| one.map_err(|error| errors.push(error)).ok())
        .collect();
    if let Some(error) = Error::of_all(errors) {
        return Err(error);
    }
    let mut wrapped = wrapped.into_iter();
    let groups: Vec<KeyGroup> = groups
        .iter()
        .map(|members| KeyGroup(wrapped.by_ref().take(members.len()).collect()))
        .collect();
    Ok(Keyring {
        threshold: threshold.or_else(|| all_of_several(&groups)),
        groups,
    })
}

/// Fills in what the texts of recipients leave open, so that they can be compared with those of a file.
pub fn resolve_all(services: &[KeyService], groups: &mut [Vec<Recipient>]) -> Result<(), Error> {
    for recipient in groups.iter_mut().flatten() {
        if let Cow::Owned(whole) = resolved(services, recipient)? {
            *recipient = whole;
        }
    }
    Ok(())
}

/// What SOPS writes where no threshold was asked for: all groups if there are several.
fn all_of_several(groups: &[KeyGroup]) -> Option<NonZeroU8> {
    let count = u8::try_from(groups.len()).ok().filter(|count| *count > 1)?;
    NonZeroU8::new(count)
}

/// The data key, from the first members that can be unwrapped.
///
/// Groups are tried in the order of the file until enough shares are there, as many at once as are still needed if all of
/// them ask machines and nobody at a terminal; the members of a group in `order`, one after the other. A source or member
/// that fails is silent as long as another one helps; the [`Report`] of a failure names them all.
pub fn recover(
    services: &[KeyService],
    keyring: &Keyring,
    order: &DecryptionOrder,
) -> Result<DataKey, Report> {
    let needed = needed(keyring);
    let mut shares: Vec<Secret> = Vec::with_capacity(needed);
    let mut attempts = Vec::new();
    let mut rest: Vec<(usize, &KeyGroup)> = keyring.groups.iter().enumerate().collect();
    while shares.len() < needed && !rest.is_empty() {
        let later = rest.split_off(rest.len().min(needed - shares.len()));
        let mut members = rest.iter().flat_map(|(_, group)| &group.0);
        let at_once = members.all(|member| asks_nobody(&member.recipient));
        for (share, tried) in together::map(&rest, at_once, |(index, group)| {
            open_group(services, *index, group, order)
        }) {
            shares.extend(share);
            attempts.extend(tried);
        }
        rest = later;
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

/// The share of a group, and what was tried in vain before it.
fn open_group(
    services: &[KeyService],
    index: usize,
    group: &KeyGroup,
    order: &DecryptionOrder,
) -> (Option<Secret>, Vec<Attempt>) {
    let mut attempts = Vec::new();
    for member in order.sorted(&group.0) {
        let start = Instant::now();
        match unwrap_one(services, member) {
            Ok(share) => return (Some(share), attempts),
            Err(outcomes) => attempts.push(Attempt {
                group: index,
                kind: member.recipient.kind_name(),
                recipient: member.recipient.identifier(),
                outcomes,
                took: start.elapsed(),
            }),
        }
    }
    (None, attempts)
}

/// Whether using the key never asks a person: two questions at once on one terminal cannot be answered.
fn asks_nobody(recipient: &Recipient) -> bool {
    !matches!(recipient, Recipient::Age(_) | Recipient::Pgp(_))
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
    // What has a version that only the vault knows gets it before it is written down.
    let recipient = resolved(services, recipient)?;
    first(services, |service| service.wrap(&recipient, share.expose()))
}

/// The recipient with what its text left open. Whoever knows that need not be the service that wraps.
fn resolved<'r>(
    services: &[KeyService],
    recipient: &'r Recipient,
) -> Result<Cow<'r, Recipient>, Error> {
    if !is_open(recipient) {
        return Ok(Cow::Borrowed(recipient));
    }
    let mut last = None;
    for service in services {
        match service.resolve(recipient) {
            Ok(Some(whole)) => return Ok(Cow::Owned(whole)),
            Ok(None) => {}
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| {
        let reason = "its version is not given, and a key service elsewhere is not asked for it";
        Error::Vendor {
            kind: recipient.kind_name(),
            recipient: recipient.identifier(),
            fault: Fault::new(Cause::Setting(reason.to_owned())).hint("write the version"),
        }
    }))
}

/// Whether the text leaves open what a file must name.
fn is_open(recipient: &Recipient) -> bool {
    matches!(recipient, Recipient::AzureKeyVault(key) if key.version.is_empty())
}

/// The first service's answer, or what all of them said.
fn first<T>(
    services: &[KeyService],
    ask: impl Fn(&KeyService) -> Result<T, Error>,
) -> Result<T, Error> {
    let mut errors = Vec::new();
    for service in services {
        match ask(service) {
            Ok(answer) => return Ok(answer),
            Err(error) => errors.push(error),
        }
    }
    Err(Error::of_all(errors).unwrap_or(Error::NoService))
}

/// The share, or a sentence per service and source that had none.
fn unwrap_one(services: &[KeyService], member: &WrappedKey) -> Result<Secret, Vec<String>> {
    let mut outcomes = Vec::new();
    for service in services {
        match service.unwrap(member) {
            Ok(Some(share)) => return Ok(share),
            Ok(None) => outcomes.extend(service.tried(&member.recipient)),
            Err(error) => outcomes.push(error.outcome()),
        }
    }
    Err(outcomes)
}

#[cfg(feature = "age")]
#[cfg(test)]
mod tests;
