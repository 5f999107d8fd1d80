//! Huawei Cloud KMS recipients: `region:uuid`.

use crate::error::Error;

pub(super) const NAME: &str = "hckms";

/// A key of Huawei Cloud KMS.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HuaweiKmsRecipient {
    /// `region:uuid`.
    pub key_id: String,
}

impl HuaweiKmsRecipient {
    /// Reads one key id; white space around it is dropped.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        match text.split_once(':') {
            Some((region, uuid))
                if !region.is_empty() && !uuid.is_empty() && !uuid.contains(':') =>
            {
                Ok(Self {
                    key_id: text.to_owned(),
                })
            }
            _ => Err(Error::Recipient {
                kind: NAME,
                problem: "it is not region:uuid",
            }),
        }
    }

    /// The region, which says where to send the request; `None` if the id has none.
    pub fn region(&self) -> Option<&str> {
        self.key_id.split_once(':').map(|(region, _)| region)
    }
}
