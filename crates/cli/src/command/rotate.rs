//! `selkie rotate`: a new data key, every value sealed anew where it stands.

use std::path::Path;

use selkie_crypto::{DataKey, KeyGroup, Keyring, Recipient, WrappedKey};

use super::entropy::{now, randomness};
use crate::args::RotateArgs;
use crate::exit::Status;
use crate::message::{Failure, wrap_failure};
use crate::request::{existing, keys};
use crate::session::Session;
use crate::wrapping::wrap_all;

pub(super) fn run(args: &RotateArgs, config: Option<&Path>) -> Result<(), Failure> {
    let Some(path) = args.file.clone() else {
        return Err(Failure::new(Status::NoFile, "rotate takes a file"));
    };
    let (add, remove) = keys::changes(&args.changes, args.encryption_context.as_deref())?;
    let mut changes = [add, remove];
    let keys_change = changes.iter().any(|keys| !keys.is_empty());
    if keys_change && !path.exists() {
        let fact = format!("{}: no such file", path.display());
        return Err(Failure::new(Status::NoFileForKeys, fact).hint(
            "`selkie encrypt` or `selkie edit` make a file, for the recipients of its rule",
        ));
    }
    let request = existing::rotated(path, args, config)?;
    let session = Session::begin(request)?;
    let (sealed, key, pending) = session.parts();

    selkie_keys::resolve_all(&pending.services, &mut changes)
        .map_err(|error| wrap_failure(&pending.name, &error))?;
    let [add, remove] = changes;
    let old = &sealed.metadata().keyring;
    let groups = changed(old, &add, &remove);
    if let Some(index) = groups.iter().position(Vec::is_empty) {
        let fact = format!(
            "{}: key group {index} would be left without a recipient",
            pending.name
        );
        return Err(Failure::new(Status::Failed, fact)
            .hint("`selkie groups delete` takes a whole group out"));
    }
    let mut rng = randomness()?;
    let fresh = DataKey::generate(&mut rng);
    let (name, services, threshold) = (&pending.name, &pending.services, old.threshold);
    let mut keyring = wrap_all(name, services, &groups, threshold, &fresh, &mut rng)?;
    keep_times(&mut keyring, old);
    let rotated = selkie_document::rotate(sealed, &key, &fresh, keyring, now(), &mut rng);
    match rotated {
        Ok(text) => pending.write(&text),
        Err(error) => Err(pending.failed(&error)),
    }
}

/// The recipients of each group: what is removed leaves all of them, what is added joins the first.
fn changed(keyring: &Keyring, add: &[Recipient], remove: &[Recipient]) -> Vec<Vec<Recipient>> {
    let is_same = |one: &Recipient, other: &Recipient| {
        one.kind_name() == other.kind_name() && one.identifier() == other.identifier()
    };
    let mut groups: Vec<Vec<Recipient>> = keyring
        .groups
        .iter()
        .map(|KeyGroup(keys)| {
            let kept = keys.iter().map(|key| &key.recipient);
            kept.filter(|it| !remove.iter().any(|gone| is_same(it, gone)))
                .cloned()
                .collect()
        })
        .collect();
    if let Some(first) = groups.first_mut() {
        for recipient in add {
            // Twice would be of no use to anybody.
            if !first.iter().any(|known| is_same(known, recipient)) {
                first.push(recipient.clone());
            }
        }
    }
    groups
}

/// A key that stays keeps the time of its creation, as in SOPS.
fn keep_times(new: &mut Keyring, old: &Keyring) {
    for (new, old) in new.groups.iter_mut().zip(&old.groups) {
        for key in &mut new.0 {
            let known: Option<&WrappedKey> =
                old.0.iter().find(|known| known.recipient == key.recipient);
            if let Some(known) = known {
                key.created_at = known.created_at;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use selkie_crypto::AgeRecipient;

    use super::*;

    fn recipient(name: &str) -> Recipient {
        Recipient::Age(AgeRecipient {
            recipient: name.to_owned(),
        })
    }

    #[test]
    fn recipients_come_into_the_first_group_and_leave_all() {
        let wrapped = |name: &&str| WrappedKey {
            recipient: recipient(name),
            ciphertext: String::new(),
            created_at: None,
        };
        let check = |groups: &[&[&str]], add: &[&str], remove: &[&str], expected: &[&[&str]]| {
            let keyring = Keyring {
                groups: groups
                    .iter()
                    .map(|names| KeyGroup(names.iter().map(wrapped).collect()))
                    .collect(),
                threshold: None,
            };
            let list = |names: &[&str]| names.iter().map(|it| recipient(it)).collect::<Vec<_>>();
            let expected: Vec<_> = expected.iter().map(|names| list(names)).collect();
            assert_eq!(changed(&keyring, &list(add), &list(remove)), expected);
        };
        check(&[&["a"]], &["b"], &[], &[&["a", "b"]]);
        check(&[&["a"]], &["a"], &[], &[&["a"]]);
        check(&[&["a", "b"]], &[], &["a"], &[&["b"]]);
        check(&[&["a", "b", "b"]], &[], &["b", "c"], &[&["a"]]);
        check(&[&["a"], &["a", "b"]], &["c"], &["a"], &[&["c"], &["b"]]);
        check(&[&["a"]], &[], &["a"], &[&[]]);
    }
}
