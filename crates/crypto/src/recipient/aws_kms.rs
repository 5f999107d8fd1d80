//! AWS KMS recipients: `arn[+role]`, with an encryption context and a profile that are given apart.

use std::collections::BTreeMap;

use crate::error::Error;

pub(super) const NAME: &str = "kms";

/// A key of AWS KMS.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AwsKmsRecipient {
    /// The key's ARN.
    pub arn: String,
    /// The role to assume before using the key.
    pub role: Option<String>,
    /// The encryption context, which KMS authenticates; empty if there is none.
    pub context: BTreeMap<String, String>,
    /// The profile of the AWS configuration to use; empty for the default one.
    pub aws_profile: String,
}

impl AwsKmsRecipient {
    /// Reads `arn` or `arn+arn:…role`; blanks anywhere are dropped.
    pub fn parse(
        text: &str,
        context: BTreeMap<String, String>,
        aws_profile: &str,
    ) -> Result<Self, Error> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let (arn, role) = match text.find("+arn:") {
            Some(plus) => (&text[..plus], Some(text[plus + 1..].to_owned())),
            None => (text.as_str(), None),
        };
        if arn.is_empty() {
            return Err(Error::Recipient {
                kind: NAME,
                problem: "it has no ARN",
            });
        }
        Ok(Self {
            arn: arn.to_owned(),
            role,
            context,
            aws_profile: aws_profile.to_owned(),
        })
    }

    /// The contexts with which SOPS before 3.3.0 may have wrapped in the place of this one: it gave every name the same value, one
    /// of those that stand here. None if that makes no difference.
    pub fn contexts_before_3_3(&self) -> Vec<BTreeMap<String, String>> {
        let mut values: Vec<&String> = self.context.values().collect();
        values.sort();
        values.dedup();
        if values.len() < 2 {
            return Vec::new();
        }
        let names = || self.context.keys().cloned();
        let with = |value: &String| names().map(|name| (name, value.clone())).collect();
        values.into_iter().map(with).collect()
    }

    pub(super) fn identifier(&self) -> String {
        let mut text = self.arn.clone();
        if let Some(role) = &self.role {
            text.push('+');
            text.push_str(role);
        }
        if !self.context.is_empty() || !self.aws_profile.is_empty() {
            let pairs: Vec<_> = self
                .context
                .iter()
                .map(|(key, value)| format!("{key}:{value}"))
                .collect();
            text.push('|');
            text.push_str(&pairs.join(","));
        }
        if !self.aws_profile.is_empty() {
            text.push('|');
            text.push_str(&self.aws_profile);
        }
        text
    }
}

/// Reads an encryption context, `key:value,key:value`; the empty text is the empty context.
///
/// A colon inside a value is refused, as SOPS does: it could not be told from a missing comma.
pub fn parse_encryption_context(text: &str) -> Result<BTreeMap<String, String>, Error> {
    if text.is_empty() {
        return Ok(BTreeMap::new());
    }
    let pair = |part: &str| {
        let (key, value) = part.split_once(':')?;
        (!value.contains(':')).then(|| (key.to_owned(), value.to_owned()))
    };
    text.split(',')
        .map(pair)
        .collect::<Option<_>>()
        .ok_or(Error::EncryptionContext)
}
