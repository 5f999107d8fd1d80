//! `selkie groups`: a key group more, or one less. The data key stays and is wrapped anew for everybody.

use std::num::NonZeroU8;
use std::path::Path;

use selkie_crypto::{KeyGroup, Recipient};
use selkie_document::rekey;

use super::entropy::randomness;
use crate::args::{GroupAddArgs, GroupDeleteArgs, GroupTargetArgs, GroupsAction, GroupsArgs};
use crate::exit::Status;
use crate::message::Failure;
use crate::request::{existing, keys};
use crate::session::Session;
use crate::wrapping::wrap_all;

pub(super) fn run(args: GroupsArgs, config: Option<&Path>) -> Result<(), Failure> {
    match args.action {
        GroupsAction::Add(args) => add(&args, config),
        GroupsAction::Delete(args) => delete(&args, config),
    }
}

fn add(args: &GroupAddArgs, config: Option<&Path>) -> Result<(), Failure> {
    let group = keys::of_group(args)?;
    if group.is_empty() {
        // SOPS adds an empty group, and nobody can open the file any more.
        return Err(
            Failure::new(Status::Failed, "the new group has no recipient")
                .hint("name one with --age age1…"),
        );
    }
    rewrap(&args.target, config, |groups| {
        groups.push(group);
        Ok(())
    })
}

fn delete(args: &GroupDeleteArgs, config: Option<&Path>) -> Result<(), Failure> {
    rewrap(&args.target, config, |groups| {
        if args.index >= groups.len() {
            return Err(format!(
                "there is no key group {}: the file has {}, counted from 0",
                args.index,
                groups.len()
            ));
        }
        if groups.len() == 1 {
            return Err(
                "the only key group cannot be deleted: nobody could open the file".to_owned(),
            );
        }
        groups.remove(args.index);
        Ok(())
    })
}

fn rewrap(
    args: &GroupTargetArgs,
    config: Option<&Path>,
    change: impl FnOnce(&mut Vec<Vec<Recipient>>) -> Result<(), String>,
) -> Result<(), Failure> {
    let session = Session::begin(existing::of_groups(args, config)?)?;
    let (sealed, key, pending) = session.parts();
    let old = &sealed.metadata().keyring;
    let recipients = |KeyGroup(keys): &KeyGroup| {
        let recipients = keys.iter().map(|key| key.recipient.clone());
        recipients.collect::<Vec<_>>()
    };
    let mut groups: Vec<Vec<Recipient>> = old.groups.iter().map(recipients).collect();
    change(&mut groups).map_err(|reason| {
        Failure::new(Status::Failed, format_args!("{}: {reason}", pending.name))
    })?;
    let asked = args
        .shamir_secret_sharing_threshold
        .and_then(NonZeroU8::new);
    let threshold = asked.or(old.threshold);
    if let Some(threshold) = threshold.filter(|it| usize::from(it.get()) > groups.len()) {
        let fact = format!(
            "{}: {threshold} key groups would be needed to open the file, but it would have {}",
            pending.name,
            groups.len()
        );
        return Err(Failure::new(Status::Failed, fact)
            .hint("say how many are needed with --shamir-secret-sharing-threshold"));
    }
    // A single group has no use for the number, and with it a reader may ask for more groups than there are.
    let threshold = threshold.filter(|_| groups.len() > 1);
    let (name, services) = (&pending.name, &pending.services);
    let keyring = wrap_all(name, services, &groups, threshold, &key, &mut randomness()?)?;
    pending.write(&rekey(sealed, keyring))
}
