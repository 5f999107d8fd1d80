//! What becomes of a file's recipients, and how that is shown.

use std::num::NonZeroU8;

use selkie_crypto::{Keyring, Recipient};
use selkie_document::rules::{Rule, key_differences};

/// The change of one file.
pub(in crate::command) struct Changes {
    groups: Vec<Group>,
    /// Who could open the file and will not any more.
    pub(in crate::command) removed: Vec<String>,
    /// How many groups will open the file, if there are several.
    pub(in crate::command) threshold: Option<NonZeroU8>,
    /// The numbers before and after, if they differ.
    thresholds: Option<(usize, usize)>,
}

#[derive(Default)]
struct Group {
    /// In the order of the rule, with whether they are new.
    members: Vec<(String, bool)>,
    removed: Vec<String>,
}

impl Changes {
    /// `None` if the file is as the rule wants. A rule without a threshold leaves the file's, capped to the number of
    /// groups, as in SOPS; one with a threshold sets it, which SOPS forgets.
    pub(in crate::command) fn between(keyring: &Keyring, rule: &Rule) -> Option<Self> {
        let count = rule.groups.len();
        let threshold = threshold(keyring, rule);
        let differences = key_differences(keyring, &rule.groups, threshold);
        if !differences.in_keys() {
            return None;
        }
        let identifiers = |recipients: &[Recipient]| -> Vec<String> {
            recipients.iter().map(Recipient::identifier).collect()
        };
        let groups = (0..count.max(keyring.groups.len())).map(|index| {
            let Some(found) = differences.groups.iter().find(|it| it.index == index) else {
                let members = rule.groups.get(index).into_iter().flatten();
                return Group {
                    members: members.map(|it| (it.identifier(), false)).collect(),
                    removed: Vec::new(),
                };
            };
            let members = rule.groups.get(index).into_iter().flatten();
            Group {
                members: members
                    .map(|it| (it.identifier(), found.missing.contains(it)))
                    .collect(),
                removed: identifiers(&found.not_in_rule),
            }
        });
        let groups: Vec<Group> = groups.collect();
        let stays = |gone: &&String| {
            let mut members = groups.iter().flat_map(|group| &group.members);
            members.any(|(member, _)| member == *gone)
        };
        let removed = groups.iter().flat_map(|group| &group.removed);
        let mut removed: Vec<String> = removed.filter(|gone| !stays(gone)).cloned().collect();
        removed.dedup();
        Some(Self {
            removed,
            threshold,
            thresholds: differences.threshold.map(|it| (it.file, it.rule)),
            groups,
        })
    }
}

fn threshold(keyring: &Keyring, rule: &Rule) -> Option<NonZeroU8> {
    let count = u8::try_from(rule.groups.len())
        .ok()
        .and_then(NonZeroU8::new)?;
    (count.get() > 1).then(|| {
        let wanted = rule.threshold.or(keyring.threshold);
        wanted.map_or(count, |wanted| wanted.min(count))
    })
}

/// The words of SOPS, which scripts read; the name comes first where there are several files.
pub(in crate::command) fn shown(name: &str, changes: &Changes, several: bool) -> String {
    let mut lines: Vec<String> = several.then(|| name.to_owned()).into_iter().collect();
    lines.push("The following changes will be made to the file's groups:".to_owned());
    for (index, group) in changes.groups.iter().enumerate() {
        lines.push(format!("Group {}", index + 1));
        let members = group.members.iter();
        lines.extend(members.map(|(member, is_new)| {
            let mark = if *is_new { "+++" } else { "   " };
            format!("{mark} {member}")
        }));
        lines.extend(group.removed.iter().map(|gone| format!("--- {gone}")));
    }
    if let Some((before, after)) = changes.thresholds {
        lines.push(format!(
            "Groups needed to open the file: {before}, then {after}"
        ));
    }
    lines.push(String::new());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use selkie_crypto::{AgeRecipient, KeyGroup, WrappedKey};
    use selkie_document::rules::Config;

    use super::*;

    const A: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
    const B: &str = "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg";

    fn keyring(groups: &[&[&str]], threshold: u8) -> Keyring {
        let wrapped = |name: &&str| WrappedKey {
            recipient: Recipient::Age(AgeRecipient {
                recipient: (*name).to_owned(),
            }),
            ciphertext: String::new(),
            created_at: None,
        };
        Keyring {
            groups: groups
                .iter()
                .map(|names| KeyGroup(names.iter().map(wrapped).collect()))
                .collect(),
            threshold: NonZeroU8::new(threshold),
        }
    }

    fn rule(groups: &[&[&str]], threshold: u8) -> Rule {
        let groups = groups
            .iter()
            .map(|names| format!("      - age: [{}]\n", names.join(", ")));
        let threshold = format!("    shamir_threshold: {threshold}\n");
        let text = format!(
            "creation_rules:\n  - key_groups:\n{}{threshold}",
            groups.collect::<String>()
        );
        Config::parse(&text).unwrap().rule_for("x").unwrap()
    }

    #[test]
    fn only_what_differs_is_a_change() {
        type Row<'r> = (
            &'r [&'r [&'r str]],
            u8,
            &'r [&'r [&'r str]],
            u8,
            Option<&'r str>,
        );
        let rows: &[Row<'_>] = &[
            (&[&[A]], 0, &[&[A]], 0, None),
            (&[&[A, B]], 0, &[&[B, A]], 0, None),
            (&[&[A]], 0, &[&[A, B]], 0, Some("Group 1\n    A\n+++ B\n")),
            (&[&[A, B]], 0, &[&[B]], 0, Some("Group 1\n    B\n--- A\n")),
            (&[&[A], &[B]], 2, &[&[A], &[B]], 0, None),
            (
                &[&[A], &[B], &[A]],
                3,
                &[&[A], &[B]],
                0,
                Some(
                    "Group 1\n    A\nGroup 2\n    B\nGroup 3\n--- A\nGroups needed to open the file: 3, then 2\n",
                ),
            ),
            (
                &[&[A], &[B], &[A]],
                3,
                &[&[A], &[B], &[A]],
                2,
                Some(
                    "Group 1\n    A\nGroup 2\n    B\nGroup 3\n    A\nGroups needed to open the file: 3, then 2\n",
                ),
            ),
        ];
        for (file, before, wanted, after, expected) in rows {
            let changes = Changes::between(&keyring(file, *before), &rule(wanted, *after));
            let text = changes.map(|changes| {
                let text = shown("x", &changes, false).replace(A, "A").replace(B, "B");
                text.split_once('\n').unwrap().1.to_owned()
            });
            assert_eq!(text.as_deref(), *expected, "{file:?} {wanted:?}");
        }
    }
}
