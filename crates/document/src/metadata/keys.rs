//! The key lists of the block: seven kinds, in one group or in several.
//!
//! Every kind is read and kept, whether it can be unwrapped here or not. How the fields that name a recipient are
//! called stands in `recipient`.

use selkie_crypto::{KeyGroup, Keyring, Timestamp, WrappedKey};

use super::field::Block;
use super::{Field, MetadataError, recipient, scalar, time};

/// The lists in the order in which SOPS lines up the keys of a group when it reads one.
const KINDS: [&str; 7] = [
    "kms", "gcp_kms", "hckms", "azure_kv", "hc_vault", "pgp", "age",
];

/// Kinds whose list stands in a group even when it is empty.
const ALWAYS_IN_GROUP: [&str; 2] = ["age", "hc_vault"];

/// The keyring: lists at the top are one group and win over `key_groups`.
pub(super) fn read(block: &Block<'_>) -> Result<Keyring, MetadataError> {
    let threshold = match block.text("shamir_threshold")? {
        Some(text) => scalar::threshold("shamir_threshold", text)?,
        None => None,
    };
    let entries = block.blocks("key_groups")?;
    let flat = group(block)?;
    if !flat.0.is_empty() {
        return Ok(Keyring {
            groups: vec![flat],
            threshold,
        });
    }
    // A null group is kept as an empty one, so that the number of groups is that of the file.
    let empty = || Ok(KeyGroup(Vec::new()));
    let groups = entries
        .iter()
        .map(|entry| entry.as_ref().map_or_else(empty, group));
    let groups: Vec<_> = groups.collect::<Result<_, _>>()?;
    if groups.is_empty() {
        Err(MetadataError::NoKeys)
    } else {
        Ok(Keyring { groups, threshold })
    }
}

/// The lists of one group, or `key_groups`, and the threshold. A key that must have a time of creation and
/// has none gets `now`.
pub(super) fn write(keyring: &Keyring, now: Timestamp) -> Vec<(String, Field)> {
    let mut fields = match keyring.groups.as_slice() {
        [one] => lists(one, &[], now),
        groups => {
            let groups = groups
                .iter()
                .map(|group| Field::Map(lists(group, &ALWAYS_IN_GROUP, now)));
            vec![("key_groups".to_owned(), Field::List(groups.collect()))]
        }
    };
    if let Some(threshold) = keyring.threshold {
        fields.push(("shamir_threshold".to_owned(), threshold.to_string().into()));
    }
    fields
}

fn group(block: &Block<'_>) -> Result<KeyGroup, MetadataError> {
    let mut keys = Vec::new();
    for kind in KINDS {
        for entry in block.blocks(kind)?.into_iter().flatten() {
            keys.push(key(kind, &entry)?);
        }
    }
    Ok(KeyGroup(keys))
}

fn key(kind: &str, block: &Block<'_>) -> Result<WrappedKey, MetadataError> {
    // age keys alone have no time of creation.
    let created_at = if kind == "age" {
        None
    } else {
        Some(time(block, "created_at")?)
    };
    Ok(WrappedKey {
        recipient: recipient::read(kind, block)?,
        ciphertext: block.text("enc")?.unwrap_or_default().to_owned(),
        created_at,
    })
}

fn lists(group: &KeyGroup, always: &[&str], now: Timestamp) -> Vec<(String, Field)> {
    let mut kinds = KINDS;
    kinds.sort_unstable();
    let mut fields = Vec::new();
    for kind in kinds {
        let keys = group
            .0
            .iter()
            .filter(|key| key.recipient.kind_name() == kind);
        let entries: Vec<_> = keys.map(|key| Field::Map(entry(key, now))).collect();
        if !entries.is_empty() || always.contains(&kind) {
            fields.push((kind.to_owned(), Field::List(entries)));
        }
    }
    fields
}

fn entry(key: &WrappedKey, now: Timestamp) -> Vec<(String, Field)> {
    let mut fields = recipient::write(&key.recipient);
    fields.push(("enc".to_owned(), key.ciphertext.clone().into()));
    if key.recipient.kind_name() != "age" {
        let created_at = key.created_at.unwrap_or(now);
        fields.push(("created_at".to_owned(), created_at.to_second().into()));
    }
    fields.sort_by(|(one, _), (other, _)| one.cmp(other));
    fields
}
