//! Google Cloud KMS recipients: `projects/…/locations/…/keyRings/…/cryptoKeys/…`.

use crate::error::Error;

pub(super) const NAME: &str = "gcp_kms";

/// A key of Google Cloud KMS.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GcpKmsRecipient {
    /// The key's resource name.
    pub resource_id: String,
}

impl GcpKmsRecipient {
    /// Reads one resource name; blanks anywhere are dropped.
    pub fn parse(text: &str) -> Result<Self, Error> {
        const SHAPE: [&str; 4] = ["projects", "locations", "keyRings", "cryptoKeys"];
        let resource_id: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let parts: Vec<_> = resource_id.split('/').collect();
        let fits = parts.len() == 2 * SHAPE.len()
            && parts
                .chunks_exact(2)
                .zip(SHAPE)
                .all(|(pair, name)| pair[0] == name && !pair[1].is_empty());
        if !fits {
            let problem = "it is not projects/…/locations/…/keyRings/…/cryptoKeys/…";
            return Err(Error::Recipient {
                kind: NAME,
                problem,
            });
        }
        Ok(Self { resource_id })
    }
}
