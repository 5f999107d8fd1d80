//! Who can open a document: wrapped data keys in groups, and how many groups it takes.
//!
//! With one group, each of its members wraps the whole data key. With several, the data key is split and each group's
//! members wrap that group's share. Never here: wrapping and unwrapping, which need a vendor.

use std::num::NonZeroU8;

use rand_core::CryptoRng;

use crate::data_key::DataKey;
use crate::error::Error;
use crate::recipient::Recipient;
use crate::secret::Secret;
use crate::shamir;
use crate::timestamp::Timestamp;

/// The data key, or a share of it, as one recipient can open it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedKey {
    /// Who can open it.
    pub recipient: Recipient,
    /// The exact text of the metadata's `enc` field. What it holds depends on the recipient's kind.
    pub ciphertext: String,
    /// When it was wrapped. Age entries have no such field.
    pub created_at: Option<Timestamp>,
}

/// Recipients any one of whom stands for the group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyGroup(pub Vec<WrappedKey>);

/// All groups of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keyring {
    /// The groups, in the order of the file, which is the order of the shares.
    pub groups: Vec<KeyGroup>,
    /// How many groups it takes; all of them if there is no number.
    pub threshold: Option<NonZeroU8>,
}

impl Keyring {
    /// All wrapped keys, group by group.
    pub fn keys(&self) -> impl Iterator<Item = &WrappedKey> {
        self.groups.iter().flat_map(|group| &group.0)
    }
}

/// What each of `groups` groups has to wrap, in their order.
///
/// One group gets the data key itself, whatever the threshold. Several get one share each; without a threshold all of
/// them are needed. Fails if there is no group, or unless `2 ≤ threshold ≤ groups ≤ 255`.
pub fn shares(
    key: &DataKey,
    groups: usize,
    threshold: Option<NonZeroU8>,
    rng: &mut impl CryptoRng,
) -> Result<Vec<Secret>, Error> {
    match groups {
        0 => return Err(Error::NoGroups),
        1 => {
            let mut whole = Secret::with_capacity(DataKey::LEN);
            whole.extend_from_slice(key.expose());
            return Ok(vec![whole]);
        }
        _ => {}
    }
    let threshold = threshold.map_or(groups, |threshold| threshold.get().into());
    let refused = Error::SplitParameters {
        shares: groups,
        threshold,
    };
    let (Ok(groups), Ok(threshold)) = (u8::try_from(groups), u8::try_from(threshold)) else {
        return Err(refused);
    };
    shamir::split(key.expose(), groups, threshold, rng)
}

/// The data key, from what was unwrapped: the key itself if the document has one group, else one share per group.
///
/// All shares given are used, since SOPS does so, and at least `threshold` must be there. Shares that do not belong
/// together give a wrong key, which the first token that is opened will show.
pub fn recover(unwrapped: &[Secret], threshold: Option<NonZeroU8>) -> Result<DataKey, Error> {
    if let [whole] = unwrapped
        && whole.len() == DataKey::LEN
    {
        return DataKey::from_slice(whole.expose());
    }
    let need = threshold.map_or(2, |threshold| usize::from(threshold.get()).max(2));
    if unwrapped.len() < need {
        return Err(Error::TooFewShares {
            have: unwrapped.len(),
            need,
        });
    }
    DataKey::from_slice(shamir::combine(unwrapped)?.expose())
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;

    /// Splits for `groups`, hands back the first `back` shares, and says whether the key came out.
    fn check(groups: usize, threshold: u8, back: usize) -> Result<bool, Error> {
        let mut rng = StdRng::seed_from_u64(7);
        let key = DataKey::generate(&mut rng);
        let threshold = NonZeroU8::new(threshold);
        let shares = shares(&key, groups, threshold, &mut rng)?;
        assert_eq!(shares.len(), groups);
        Ok(recover(&shares[..back], threshold)? == key)
    }

    #[test]
    fn groups_and_thresholds() {
        for (groups, threshold, back) in [
            (1, 0, 1),
            (1, 1, 1),
            (1, 3, 1),
            (2, 0, 2),
            (3, 2, 2),
            (3, 2, 3),
            (255, 0, 255),
        ] {
            assert_eq!(
                check(groups, threshold, back),
                Ok(true),
                "{groups} {threshold} {back}"
            );
        }
    }

    #[test]
    fn impossible_rings_are_refused() {
        let split = |shares, threshold| Err(Error::SplitParameters { shares, threshold });
        let few = |have, need| Err(Error::TooFewShares { have, need });
        for (groups, threshold, back, expected) in [
            (0, 0, 0, Err(Error::NoGroups)),
            (2, 1, 2, split(2, 1)),
            (2, 3, 2, split(2, 3)),
            (256, 2, 2, split(256, 2)),
            (256, 0, 2, split(256, 256)),
            (3, 3, 2, few(2, 3)),
            (3, 2, 1, few(1, 2)),
            (3, 0, 1, few(1, 2)),
            (1, 0, 0, few(0, 2)),
            // Without a threshold nobody knows that one share is missing; the cipher will.
            (3, 0, 2, Ok(false)),
        ] {
            assert_eq!(
                check(groups, threshold, back),
                expected,
                "{groups} {threshold} {back}"
            );
        }
    }
}
