//! How the fields that name a recipient are called in a key's entry, for each of the seven kinds.

use selkie_crypto::{
    AgeRecipient, AwsKmsRecipient, AzureKeyVaultRecipient, GcpKmsRecipient, HuaweiKmsRecipient,
    PgpRecipient, Recipient, VaultTransitRecipient,
};

use super::field::Block;
use super::{Field, MetadataError};

/// The recipient of an entry of this kind. A missing field is empty, as SOPS has it: another key of the file may
/// still open it.
pub(super) fn read(kind: &str, block: &Block<'_>) -> Result<Recipient, MetadataError> {
    let text =
        |name: &str| Ok::<_, MetadataError>(block.text(name)?.unwrap_or_default().to_owned());
    let given = |name: &str| Ok::<_, MetadataError>(block.text(name)?.map(str::to_owned));
    Ok(match kind {
        "age" => Recipient::Age(AgeRecipient {
            recipient: text("recipient")?,
        }),
        "pgp" => Recipient::Pgp(PgpRecipient {
            fingerprint: text("fp")?,
        }),
        "kms" => Recipient::AwsKms(AwsKmsRecipient {
            arn: text("arn")?,
            role: given("role")?,
            context: block.texts("context")?.into_iter().collect(),
            aws_profile: text("aws_profile")?,
        }),
        "gcp_kms" => Recipient::GcpKms(GcpKmsRecipient {
            resource_id: text("resource_id")?,
        }),
        "azure_kv" => Recipient::AzureKeyVault(AzureKeyVaultRecipient {
            vault_url: text("vault_url")?,
            name: text("name")?,
            version: text("version")?,
        }),
        "hc_vault" => Recipient::VaultTransit(VaultTransitRecipient {
            vault_address: text("vault_address")?,
            engine_path: text("engine_path")?,
            key_name: text("key_name")?,
        }),
        _ => Recipient::HuaweiKms(HuaweiKmsRecipient {
            key_id: text("key_id")?,
        }),
    })
}

/// The fields that [`read`] reads, in any order.
pub(super) fn write(recipient: &Recipient) -> Vec<(String, Field)> {
    let field = |name: &str, text: &str| (name.to_owned(), Field::from(text));
    match recipient {
        Recipient::Age(age) => vec![field("recipient", &age.recipient)],
        Recipient::Pgp(pgp) => vec![field("fp", &pgp.fingerprint)],
        Recipient::AwsKms(kms) => {
            // The profile is always written, role and context only if there is one.
            let mut fields = vec![
                field("arn", &kms.arn),
                field("aws_profile", &kms.aws_profile),
            ];
            if let Some(role) = &kms.role {
                fields.push(field("role", role));
            }
            if !kms.context.is_empty() {
                let pairs = kms.context.iter().map(|(name, value)| field(name, value));
                fields.push(("context".to_owned(), Field::Map(pairs.collect())));
            }
            fields
        }
        Recipient::GcpKms(kms) => vec![field("resource_id", &kms.resource_id)],
        Recipient::AzureKeyVault(kv) => {
            vec![
                field("vault_url", &kv.vault_url),
                field("name", &kv.name),
                field("version", &kv.version),
            ]
        }
        Recipient::VaultTransit(vault) => vec![
            field("vault_address", &vault.vault_address),
            field("engine_path", &vault.engine_path),
            field("key_name", &vault.key_name),
        ],
        Recipient::HuaweiKms(kms) => vec![field("key_id", &kms.key_id)],
    }
}
