//! A recipient as the key service's messages name it, and back.

use std::collections::BTreeMap;

use prost::{Message, Oneof};
use selkie_crypto::{
    AgeRecipient, AwsKmsRecipient, AzureKeyVaultRecipient, GcpKmsRecipient, HuaweiKmsRecipient,
    PgpRecipient, Recipient, VaultTransitRecipient,
};

/// A key of any kind.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Key {
    /// None if it is of a kind that came into the protocol later.
    #[prost(oneof = "Kind", tags = "1, 2, 3, 4, 5, 6, 7")]
    pub(crate) kind: Option<Kind>,
}

#[derive(Clone, PartialEq, Oneof)]
pub(crate) enum Kind {
    #[prost(message, tag = "1")]
    AwsKms(AwsKms),
    #[prost(message, tag = "2")]
    Pgp(Named),
    #[prost(message, tag = "3")]
    GcpKms(Named),
    #[prost(message, tag = "4")]
    AzureKeyVault(Triple),
    #[prost(message, tag = "5")]
    Vault(Triple),
    #[prost(message, tag = "6")]
    Age(Named),
    #[prost(message, tag = "7")]
    HuaweiKms(Named),
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct AwsKms {
    #[prost(string, tag = "1")]
    arn: String,
    #[prost(string, tag = "2")]
    role: String,
    #[prost(btree_map = "string, string", tag = "3")]
    context: BTreeMap<String, String>,
    #[prost(string, tag = "4")]
    aws_profile: String,
}

/// Four kinds of keys that one text names: messages of the same shape have the same bytes.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Named {
    #[prost(string, tag = "1")]
    name: String,
}

/// Azure's vault, name and version; Vault's address, engine and name.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Triple {
    #[prost(string, tag = "1")]
    place: String,
    #[prost(string, tag = "2")]
    middle: String,
    #[prost(string, tag = "3")]
    last: String,
}

impl From<&Recipient> for Key {
    fn from(recipient: &Recipient) -> Self {
        let named = |name: &str| Named {
            name: name.to_owned(),
        };
        let triple = |place: &str, middle: &str, last: &str| Triple {
            place: place.to_owned(),
            middle: middle.to_owned(),
            last: last.to_owned(),
        };
        Self {
            kind: Some(match recipient {
                Recipient::Age(it) => Kind::Age(named(&it.recipient)),
                Recipient::Pgp(it) => Kind::Pgp(named(&it.fingerprint)),
                Recipient::AwsKms(it) => Kind::AwsKms(AwsKms {
                    arn: it.arn.clone(),
                    role: it.role.clone().unwrap_or_default(),
                    context: it.context.clone(),
                    aws_profile: it.aws_profile.clone(),
                }),
                Recipient::GcpKms(it) => Kind::GcpKms(named(&it.resource_id)),
                Recipient::AzureKeyVault(it) => {
                    Kind::AzureKeyVault(triple(&it.vault_url, &it.name, &it.version))
                }
                Recipient::VaultTransit(it) => {
                    Kind::Vault(triple(&it.vault_address, &it.engine_path, &it.key_name))
                }
                Recipient::HuaweiKms(it) => Kind::HuaweiKms(named(&it.key_id)),
            }),
        }
    }
}

impl Key {
    /// The recipient, read as strictly as where one is written down; `None` if it cannot be one.
    pub(crate) fn recipient(self) -> Option<Recipient> {
        Some(match self.kind? {
            Kind::Age(it) => Recipient::Age(AgeRecipient::parse(&it.name).ok()?),
            Kind::Pgp(it) => Recipient::Pgp(PgpRecipient::parse(&it.name).ok()?),
            Kind::GcpKms(it) => Recipient::GcpKms(GcpKmsRecipient::parse(&it.name).ok()?),
            Kind::HuaweiKms(it) => Recipient::HuaweiKms(HuaweiKmsRecipient::parse(&it.name).ok()?),
            Kind::AwsKms(it) => {
                let read = AwsKmsRecipient::parse(&it.arn, it.context, &it.aws_profile).ok()?;
                let role = Some(it.role).filter(|role| !role.is_empty());
                Recipient::AwsKms(AwsKmsRecipient { role, ..read })
            }
            Kind::AzureKeyVault(it) => {
                let url = format!("{}/keys/{}/{}", it.place, it.middle, it.last);
                Recipient::AzureKeyVault(AzureKeyVaultRecipient::parse(&url).ok()?)
            }
            Kind::Vault(it) => {
                let url = format!("{}/v1/{}/keys/{}", it.place, it.middle, it.last);
                Recipient::VaultTransit(VaultTransitRecipient::parse(&url).ok()?)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use prost::Message as _;

    use super::*;

    fn recipients() -> Vec<Recipient> {
        let context = BTreeMap::from([("app".to_owned(), "shop".to_owned())]);
        let arn = "arn:aws:kms:eu-west-1:1:key/a+arn:aws:iam::1:role/r";
        let vault = "https://vault:8200/v1/a/b/keys/k";
        let gcp = "projects/p/locations/l/keyRings/r/cryptoKeys/k";
        vec![
            Recipient::Age(AgeRecipient::parse("age1abc").unwrap()),
            Recipient::Pgp(PgpRecipient::parse("67EB37A64A17C500!").unwrap()),
            Recipient::AwsKms(AwsKmsRecipient::parse(arn, context, "dev").unwrap()),
            Recipient::AwsKms(AwsKmsRecipient::parse("alias/x", BTreeMap::new(), "").unwrap()),
            Recipient::GcpKms(GcpKmsRecipient::parse(gcp).unwrap()),
            Recipient::AzureKeyVault(
                AzureKeyVaultRecipient::parse("https://v.vault.azure.net/keys/k/1").unwrap(),
            ),
            Recipient::VaultTransit(VaultTransitRecipient::parse(vault).unwrap()),
            Recipient::HuaweiKms(HuaweiKmsRecipient::parse("region:uuid").unwrap()),
        ]
    }

    #[test]
    fn recipients_survive_the_wire() {
        for recipient in recipients() {
            let bytes = Key::from(&recipient).encode_to_vec();
            let read = Key::decode(bytes.as_slice()).unwrap().recipient();
            assert_eq!(read.as_ref(), Some(&recipient));
        }
    }

    #[test]
    fn the_bytes_are_those_of_the_protocol() {
        let age = Recipient::Age(AgeRecipient::parse("age1x").unwrap());
        let bytes = Key::from(&age).encode_to_vec();
        assert_eq!(bytes, b"\x32\x07\x0a\x05age1x");
    }

    #[test]
    fn what_is_no_recipient_is_none() {
        let rows: [&[u8]; 5] = [
            b"",
            b"\x32\x00",
            b"\x0a\x00",
            b"\x22\x00",
            b"\x42\x02\x0a\x00",
        ];
        for bytes in rows {
            assert_eq!(Key::decode(bytes).unwrap().recipient(), None, "{bytes:?}");
        }
    }
}
