//! Files of SOPS before 3.3.0, which wrapped with another encryption context of AWS KMS than it wrote down.
//!
//! Source: the repair that SOPS makes when it opens such a file.

use std::borrow::Cow;

use selkie_crypto::{KeyGroup, Keyring, Recipient, WrappedKey};

use super::{Metadata, scalar};

/// The first release that wraps with what it writes down.
const REPAIRED: &str = "3.3.0";

impl Metadata {
    /// The keyring to recover the data key with: that of the file, and for an old file the contexts that may be meant, each behind
    /// the one that is written there. Wrapping anew, as `rotate` does, repairs the file.
    pub fn keyring_to_open(&self) -> Cow<'_, Keyring> {
        let is_affected = scalar::is_older(&self.version, REPAIRED)
            && self.keyring.keys().any(|key| meant(key).next().is_some());
        if !is_affected {
            return Cow::Borrowed(&self.keyring);
        }
        let with_meant = |group: &KeyGroup| {
            let keys = group.0.iter();
            let keys = keys.flat_map(|key| std::iter::once(key.clone()).chain(meant(key)));
            KeyGroup(keys.collect())
        };
        Cow::Owned(Keyring {
            groups: self.keyring.groups.iter().map(with_meant).collect(),
            threshold: self.keyring.threshold,
        })
    }
}

fn meant(key: &WrappedKey) -> impl Iterator<Item = WrappedKey> {
    let contexts = match &key.recipient {
        Recipient::AwsKms(kms) => kms.contexts_before_3_3(),
        _ => Vec::new(),
    };
    contexts.into_iter().map(|context| {
        let mut key = key.clone();
        if let Recipient::AwsKms(kms) = &mut key.recipient {
            kms.context = context;
        }
        key
    })
}

#[cfg(test)]
mod tests {
    use selkie_crypto::{AwsKmsRecipient, Timestamp, parse_encryption_context};

    use super::*;
    use crate::selection::Selection;

    fn metadata(version: &str, contexts: &[&str]) -> Metadata {
        let key = |context: &&str| WrappedKey {
            recipient: Recipient::AwsKms(AwsKmsRecipient {
                arn: "arn:aws:kms:eu-central-1:111122223333:key/0".to_owned(),
                role: None,
                context: parse_encryption_context(context).unwrap(),
                aws_profile: String::new(),
            }),
            ciphertext: "AQID".to_owned(),
            created_at: None,
        };
        Metadata {
            keyring: Keyring {
                groups: vec![KeyGroup(contexts.iter().map(key).collect())],
                threshold: None,
            },
            selection: Selection::default(),
            mac_only_encrypted: false,
            last_modified: Timestamp::from_unix(0),
            mac: None,
            layout: None,
            version: version.to_owned(),
        }
    }

    #[test]
    fn only_old_files_with_several_values_are_tried_with_each_value() {
        let rows: [(&str, &[&str], &[&str]); 6] = [
            ("3.2.0", &["a:1,b:2"], &["a:1,b:2", "a:1,b:1", "a:2,b:2"]),
            ("3.2.0", &["a:1,b:1"], &["a:1,b:1"]),
            ("3.2.0", &["a:1"], &["a:1"]),
            (
                "3.2.0",
                &["", "b:2,a:1"],
                &["", "a:1,b:2", "a:1,b:1", "a:2,b:2"],
            ),
            ("3.3.0", &["a:1,b:2"], &["a:1,b:2"]),
            ("3.13.3", &["a:1,b:2"], &["a:1,b:2"]),
        ];
        for (version, contexts, expected) in rows {
            let metadata = metadata(version, contexts);
            let opened = metadata.keyring_to_open();
            let expected = self::metadata(version, expected).keyring;
            assert_eq!(*opened, expected, "{version} {contexts:?}");
        }
    }
}
