//! What a file's metadata says, beside what the rule for its path asks for.
//!
//! Nobody authenticates the metadata, so whoever can write a file can add a recipient or loosen the selector. Here the
//! two are compared, as data; never here: what to do about a difference, and whether the file may be written.

#[cfg(test)]
mod tests;

use std::iter::repeat;
use std::num::NonZeroU8;

use selkie_crypto::{Keyring, Recipient};

use super::Rule;
use crate::metadata::Metadata;
use crate::selection::Selection;

/// Where a file departs from its rule; [`Differences::is_empty`] if nowhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// The key groups whose recipients differ, in order.
    pub groups: Vec<GroupDifference>,
    /// How many key groups there are.
    pub group_count: Option<Sides<usize>>,
    /// How many groups open the file, counting a missing number as all of them; compared where both have several groups.
    pub threshold: Option<Sides<usize>>,
    /// The name and the text of the selector.
    pub selector: Option<Sides<(&'static str, String)>>,
    /// Whether the MAC covers the encrypted values alone.
    pub mac_only_encrypted: Option<Sides<bool>>,
}

/// One key group whose recipients are not those of the rule's group at the same position.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupDifference {
    /// Position of the group, from 0.
    pub index: usize,
    /// Who can open the file, but is not in the rule's group.
    pub not_in_rule: Vec<Recipient>,
    /// Who is in the rule's group, but cannot open the file.
    pub missing: Vec<Recipient>,
}

/// One thing as the file has it and as the rule wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sides<T> {
    /// In the file.
    pub file: T,
    /// In the rule.
    pub rule: T,
}

impl Differences {
    /// Whether the file is as the rule wants it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the data key is wrapped otherwise than the rule asks for: other recipients, groups or threshold.
    pub fn in_keys(&self) -> bool {
        !self.groups.is_empty() || self.group_count.is_some() || self.threshold.is_some()
    }

    /// The recipients that the rule does not list, each with its group's position.
    pub fn recipients_not_in_rule(&self) -> impl Iterator<Item = (usize, &Recipient)> {
        self.groups
            .iter()
            .flat_map(|group| repeat(group.index).zip(&group.not_in_rule))
    }

    /// The recipients of the rule that the file lacks, each with its group's position.
    pub fn recipients_missing(&self) -> impl Iterator<Item = (usize, &Recipient)> {
        self.groups
            .iter()
            .flat_map(|group| repeat(group.index).zip(&group.missing))
    }

    /// The same for a format that stores neither a selector nor `mac_only_encrypted`, as binary does.
    #[must_use]
    pub fn of_keys_only(self) -> Self {
        Self {
            selector: None,
            mac_only_encrypted: None,
            ..self
        }
    }
}

/// Compares by group position and identifier, as SOPS's `updatekeys` does; neither order nor repetition inside a group
/// counts. A rule that names no key says nothing about keys, so they are not compared then.
pub fn differences(metadata: &Metadata, rule: &Rule) -> Differences {
    let keys = if rule.groups.is_empty() {
        Differences::default()
    } else {
        key_differences(&metadata.keyring, &rule.groups, rule.threshold)
    };
    let wanted = rule.selectors.given().next();
    let wanted = wanted.map_or(Selection::DEFAULT, |(selector, text)| {
        (selector.name(), text)
    });
    let owned = |(name, text): (&'static str, &str)| (name, text.to_owned());
    Differences {
        selector: sides(owned(metadata.selection.field()), owned(wanted)),
        mac_only_encrypted: sides(metadata.mac_only_encrypted, rule.mac_only_encrypted),
        ..keys
    }
}

/// The same for the keys alone, against groups that need not come from a rule.
pub fn key_differences(
    keyring: &Keyring,
    groups: &[Vec<Recipient>],
    threshold: Option<NonZeroU8>,
) -> Differences {
    let (have, want) = (keyring.groups.len(), groups.len());
    let at = |index: usize| {
        let wrapped = keyring.groups.get(index).map_or(&[][..], |group| &group.0);
        let file: Vec<_> = wrapped.iter().map(|key| &key.recipient).collect();
        let rule: Vec<_> = groups.get(index).into_iter().flatten().collect();
        GroupDifference {
            index,
            not_in_rule: without(&file, |key| rule.iter().any(|rule| is_same_key(key, rule))),
            missing: without(&rule, |key| file.iter().any(|file| is_same_key(file, key))),
        }
    };
    let all = |threshold: Option<NonZeroU8>, groups: usize| {
        threshold.map_or(groups, |number| usize::from(number.get()))
    };
    Differences {
        groups: (0..have.max(want))
            .map(at)
            .filter(|group| !group.not_in_rule.is_empty() || !group.missing.is_empty())
            .collect(),
        group_count: sides(have, want),
        // With one group the number means nothing: each of its keys opens the file.
        threshold: if have > 1 && want > 1 {
            sides(all(keyring.threshold, have), all(threshold, want))
        } else {
            None
        },
        ..Differences::default()
    }
}

/// The keys for which `has` is not so, each once.
fn without(keys: &[&Recipient], has: impl Fn(&Recipient) -> bool) -> Vec<Recipient> {
    let mut rest: Vec<Recipient> = Vec::new();
    for key in keys {
        if !has(key) && !rest.contains(key) {
            rest.push((*key).clone());
        }
    }
    rest
}

/// Whether the key of a file is the one that a rule names: same kind, same identifier.
///
/// An Azure key without a version stands for whichever was the newest when the file was written.
fn is_same_key(file: &Recipient, rule: &Recipient) -> bool {
    if let (Recipient::AzureKeyVault(file), Recipient::AzureKeyVault(rule)) = (file, rule)
        && rule.version.is_empty()
    {
        return (&file.vault_url, &file.name) == (&rule.vault_url, &rule.name);
    }
    file.kind_name() == rule.kind_name() && file.identifier() == rule.identifier()
}

fn sides<T: PartialEq>(file: T, rule: T) -> Option<Sides<T>> {
    (file != rule).then_some(Sides { file, rule })
}
