//! Whom a data key is wrapped for: the closed set of key encryption keys, as plain data.
//!
//! A recipient is what the document's metadata says about it, nothing more: no credential, no client, no network. How a
//! key is wrapped for each kind is the key services' business. None of this is secret.
//!
//! Sources: the metadata fields and string forms of SOPS, whose notion of "the same key" is [`Recipient::identifier`].

mod age;
mod aws_kms;
mod azure_key_vault;
mod gcp_kms;
mod huawei_kms;
mod pgp;
mod vault_transit;

pub use age::AgeRecipient;
pub use aws_kms::{AwsKmsRecipient, parse_encryption_context};
pub use azure_key_vault::AzureKeyVaultRecipient;
pub use gcp_kms::GcpKmsRecipient;
pub use huawei_kms::HuaweiKmsRecipient;
pub use pgp::PgpRecipient;
pub use vault_transit::VaultTransitRecipient;

/// A key encryption key of any kind.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Recipient {
    /// age, its plugins, and SSH keys through age.
    Age(AgeRecipient),
    /// `OpenPGP`.
    Pgp(PgpRecipient),
    /// AWS Key Management Service.
    AwsKms(AwsKmsRecipient),
    /// Google Cloud Key Management Service.
    GcpKms(GcpKmsRecipient),
    /// Azure Key Vault.
    AzureKeyVault(AzureKeyVaultRecipient),
    /// The transit engine of Vault and `OpenBao`.
    VaultTransit(VaultTransitRecipient),
    /// Huawei Cloud Key Management Service.
    HuaweiKms(HuaweiKmsRecipient),
}

impl Recipient {
    /// The kind's name in metadata, configuration and `--decryption-order`.
    pub const fn kind_name(&self) -> &'static str {
        match self {
            Self::Age(_) => age::NAME,
            Self::Pgp(_) => pgp::NAME,
            Self::AwsKms(_) => aws_kms::NAME,
            Self::GcpKms(_) => gcp_kms::NAME,
            Self::AzureKeyVault(_) => azure_key_vault::NAME,
            Self::VaultTransit(_) => vault_transit::NAME,
            Self::HuaweiKms(_) => huawei_kms::NAME,
        }
    }

    /// The text that tells recipients of one kind apart: equal text is the same key.
    ///
    /// `updatekeys` compares by it, and removal from a file goes by it. It is text, not meaning: one SSH key with two
    /// comments is two recipients, as it is for SOPS.
    pub fn identifier(&self) -> String {
        match self {
            Self::Age(recipient) => recipient.recipient.clone(),
            Self::Pgp(recipient) => recipient.fingerprint.clone(),
            Self::AwsKms(recipient) => recipient.identifier(),
            Self::GcpKms(recipient) => recipient.resource_id.clone(),
            Self::AzureKeyVault(recipient) => recipient.identifier(),
            Self::VaultTransit(recipient) => recipient.identifier(),
            Self::HuaweiKms(recipient) => recipient.key_id.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
