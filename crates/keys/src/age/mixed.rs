//! Post-quantum recipients beside others: who breaks one of the others has the data key as well.
//!
//! age refuses such a mix in one file. SOPS makes a file per recipient, so nothing there refuses it.

use std::num::NonZeroU8;

use selkie_crypto::Recipient;

use super::recipient::Kind;

/// The recipient that makes the post-quantum ones of a file useless, if there are any: with it, enough groups can be opened by
/// breaking a classic key.
///
/// Classic keys are age's other kinds, `OpenPGP`, and Azure Key Vault's, which the format knows as RSA alone. Of a plugin or another
/// vendor's key nobody here knows.
pub fn quantum_gap(groups: &[Vec<Recipient>], threshold: Option<NonZeroU8>) -> Option<&Recipient> {
    let all = groups.iter().flatten();
    if !all
        .clone()
        .any(|recipient| is_post_quantum(recipient) == Some(true))
    {
        return None;
    }
    let is_classic = |recipient: &&Recipient| is_post_quantum(recipient) == Some(false);
    let mut gaps = groups
        .iter()
        .filter_map(|group| group.iter().find(is_classic));
    let needed = threshold.map_or(groups.len(), |threshold| usize::from(threshold.get()));
    gaps.nth(needed.clamp(1, groups.len().max(1)) - 1)
}

fn is_post_quantum(recipient: &Recipient) -> Option<bool> {
    match recipient {
        Recipient::Age(age) => match Kind::of(&age.recipient)? {
            Kind::PostQuantum | Kind::TagPostQuantum => Some(true),
            Kind::X25519 | Kind::Ssh | Kind::Tag => Some(false),
            Kind::Plugin => None,
        },
        // RSA-OAEP-256, whatever the key.
        Recipient::Pgp(_) | Recipient::AzureKeyVault(_) => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use selkie_crypto::{
        AgeRecipient, AzureKeyVaultRecipient, PgpRecipient, VaultTransitRecipient,
    };

    use super::*;

    const AZURE: &str = "https://shop.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef";
    const VAULT: &str = "https://vault:8200/v1/transit/keys/k";
    const PGP: &str = "85D77543B3D624B63CEA9E6DBC17301B491B3F21";

    fn groups(names: &[&[&str]]) -> Vec<Vec<Recipient>> {
        let recipient = |name: &&str| match *name {
            AZURE => Recipient::AzureKeyVault(AzureKeyVaultRecipient::parse(AZURE).unwrap()),
            VAULT => Recipient::VaultTransit(VaultTransitRecipient::parse(VAULT).unwrap()),
            PGP => Recipient::Pgp(PgpRecipient::parse(PGP).unwrap()),
            age => Recipient::Age(AgeRecipient {
                recipient: age.to_owned(),
            }),
        };
        let group = |names: &&[&str]| names.iter().map(recipient).collect();
        names.iter().map(group).collect()
    }

    /// Groups, threshold, and the recipient that is the gap.
    type Row<'r> = (&'r [&'r [&'r str]], u8, Option<&'r str>);

    #[test]
    fn a_classic_key_opens_a_gap_where_it_suffices() {
        const OURS: &str = "age1pq1xyz";
        const TAG: &str = "age1tagpq1xyz";
        const PLUGIN: &str = "age1yubikey1xyz";
        let rows: &[Row<'_>] = &[
            (&[&[OURS]], 0, None),
            (&[&[OURS, TAG, PLUGIN]], 0, None),
            (&[&["age1abc", "ssh-rsa x"]], 0, None),
            (&[&[OURS, "age1abc"]], 0, Some("age1abc")),
            (&[&["ssh-ed25519 x", OURS]], 0, Some("ssh-ed25519 x")),
            (&[&[TAG, "age1tag1xyz"]], 0, Some("age1tag1xyz")),
            (&[&[OURS, AZURE]], 0, Some(AZURE)),
            (&[&[OURS, PGP]], 0, Some(PGP)),
            // Its engine's keys are symmetric as a rule, and a plugin's may be anything.
            (&[&[OURS, VAULT, PLUGIN]], 0, None),
            // Both groups are needed, and one is sound.
            (&[&[OURS], &["age1abc"]], 0, None),
            (&[&[OURS, "age1abc"], &["age1def"]], 0, Some("age1def")),
            (&[&[OURS], &["age1abc"], &["age1def"]], 2, Some("age1def")),
            (&[&[OURS], &["age1abc"], &[PLUGIN]], 2, None),
        ];
        for (names, threshold, expected) in rows {
            let groups = groups(names);
            let gap = quantum_gap(&groups, NonZeroU8::new(*threshold));
            let gap = gap.map(Recipient::identifier);
            assert_eq!(gap.as_deref(), *expected, "{names:?}");
        }
    }
}
