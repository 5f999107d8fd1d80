//! This process as a key service: one arm per kind of key in each function.

use selkie_crypto::{Recipient, Secret};

use crate::{Credentials, Error, Fault};

/// The exact text of the metadata's `enc` field.
pub(super) fn wrap(
    credentials: &Credentials,
    recipient: &Recipient,
    secret: &[u8],
) -> Result<String, Error> {
    match recipient {
        #[cfg(feature = "age")]
        Recipient::Age(age) => Ok(crate::age::wrap(credentials, &age.recipient, secret)?),
        #[cfg(feature = "aws")]
        Recipient::AwsKms(key) => {
            at_vendor(recipient, crate::aws_kms::wrap(credentials, key, secret))
        }
        #[cfg(feature = "gcp")]
        Recipient::GcpKms(key) => {
            at_vendor(recipient, crate::gcp_kms::wrap(credentials, key, secret))
        }
        #[cfg(feature = "huawei")]
        Recipient::HuaweiKms(key) => {
            at_vendor(recipient, crate::huawei_kms::wrap(credentials, key, secret))
        }
        #[cfg(feature = "vault")]
        Recipient::VaultTransit(key) => {
            let wrapped = crate::vault_transit::wrap(credentials, key, secret);
            at_vendor(recipient, wrapped)
        }
        #[cfg(feature = "pgp")]
        Recipient::Pgp(pgp) => at_vendor(recipient, crate::pgp::wrap(credentials, pgp, secret)),
        #[cfg(feature = "azure")]
        Recipient::AzureKeyVault(key) => {
            let wrapped = crate::azure_key_vault::wrap(credentials, key, secret);
            at_vendor(recipient, wrapped)
        }
        #[allow(unreachable_patterns, reason = "a build may have all kinds")]
        other => Err(unsupported(other)),
    }
}

/// `None` if no identity at hand is the recipient's.
pub(super) fn unwrap(
    credentials: &Credentials,
    recipient: &Recipient,
    ciphertext: &str,
) -> Result<Option<Secret>, Error> {
    match recipient {
        #[cfg(feature = "age")]
        Recipient::Age(age) => Ok(crate::age::unwrap(credentials, &age.recipient, ciphertext)?),
        #[cfg(feature = "aws")]
        Recipient::AwsKms(key) => {
            let unwrapped = crate::aws_kms::unwrap(credentials, key, ciphertext);
            at_vendor(recipient, unwrapped.map(Some))
        }
        #[cfg(feature = "gcp")]
        Recipient::GcpKms(key) => {
            let unwrapped = crate::gcp_kms::unwrap(credentials, key, ciphertext);
            at_vendor(recipient, unwrapped.map(Some))
        }
        #[cfg(feature = "huawei")]
        Recipient::HuaweiKms(key) => {
            let unwrapped = crate::huawei_kms::unwrap(credentials, key, ciphertext);
            at_vendor(recipient, unwrapped.map(Some))
        }
        #[cfg(feature = "vault")]
        Recipient::VaultTransit(key) => {
            let unwrapped = crate::vault_transit::unwrap(credentials, key, ciphertext);
            at_vendor(recipient, unwrapped.map(Some))
        }
        #[cfg(feature = "pgp")]
        Recipient::Pgp(_) => at_vendor(recipient, crate::pgp::unwrap(credentials, ciphertext)),
        #[cfg(feature = "azure")]
        Recipient::AzureKeyVault(key) => {
            let unwrapped = crate::azure_key_vault::unwrap(credentials, key, ciphertext);
            at_vendor(recipient, unwrapped.map(Some))
        }
        #[allow(unreachable_patterns, reason = "a build may have all kinds")]
        other => Err(unsupported(other)),
    }
}

/// What a key of the kind can have from knowing that it will be unwrapped.
#[cfg_attr(
    not(feature = "age"),
    expect(unused_variables, reason = "no other kind has anything")
)]
pub(super) fn expect(credentials: &Credentials, recipient: &Recipient, ciphertext: &str) {
    match recipient {
        #[cfg(feature = "age")]
        Recipient::Age(age) => credentials.age_expected.add(&age.recipient, ciphertext),
        _ => {}
    }
}

/// The recipient with what its text left open.
#[cfg_attr(
    not(feature = "azure"),
    expect(unused_variables, reason = "no other kind leaves anything open")
)]
pub(super) fn resolve(
    credentials: &Credentials,
    recipient: &Recipient,
) -> Result<Option<Recipient>, Error> {
    match recipient {
        #[cfg(feature = "azure")]
        Recipient::AzureKeyVault(key) => {
            let resolved = crate::azure_key_vault::resolve(credentials, key);
            Ok(at_vendor(recipient, resolved)?.map(Recipient::AzureKeyVault))
        }
        #[cfg(not(feature = "azure"))]
        Recipient::AzureKeyVault(_) => Err(unsupported(recipient)),
        _ => Ok(None),
    }
}

/// A sentence per source that was looked at.
#[cfg_attr(
    not(any(feature = "age", feature = "pgp")),
    expect(unused_variables, reason = "no other kind looks at several")
)]
pub(super) fn tried(credentials: &Credentials, recipient: &Recipient) -> Vec<String> {
    match recipient {
        #[cfg(feature = "age")]
        Recipient::Age(age) => crate::age::tried(credentials, &age.recipient),
        #[cfg(feature = "pgp")]
        Recipient::Pgp(_) => crate::pgp::tried(credentials),
        _ => Vec::new(),
    }
}

/// Names the key that a vendor could not use.
#[allow(dead_code, reason = "a build may have no vendor's kind")]
fn at_vendor<T>(recipient: &Recipient, done: Result<T, Fault>) -> Result<T, Error> {
    done.map_err(|fault| Error::Vendor {
        kind: recipient.kind_name(),
        recipient: recipient.identifier(),
        fault,
    })
}

fn unsupported(recipient: &Recipient) -> Error {
    Error::Unsupported {
        kind: recipient.kind_name(),
        recipient: recipient.identifier(),
    }
}
