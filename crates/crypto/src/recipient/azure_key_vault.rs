//! Azure Key Vault recipients: `https://vault/keys/name[/version]`.

use crate::error::Error;

pub(super) const NAME: &str = "azure_kv";

/// A key of an Azure Key Vault.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AzureKeyVaultRecipient {
    /// The vault's address, without a path.
    pub vault_url: String,
    /// The key's name.
    pub name: String,
    /// The key's version. Empty if it was not given: it has to be asked for before the key is used, since what is
    /// wrapped by "the newest" could not be unwrapped once there is a newer one.
    pub version: String,
}

impl AzureKeyVaultRecipient {
    /// Reads one key address; white space around it is dropped.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let problem = "it is not https://vault/keys/name or https://vault/keys/name/version";
        let parsed = || {
            let text = text.trim();
            let host_len = text
                .strip_prefix("https://")?
                .find('/')
                .filter(|len| *len > 0)?;
            let (vault_url, path) = text.split_at("https://".len() + host_len);
            let mut parts = path.strip_prefix("/keys/")?.split('/');
            let name = parts.next().filter(|name| !name.is_empty())?;
            let version = parts.next().unwrap_or_default();
            let whole = parts.next().is_none();
            whole.then(|| Self {
                vault_url: vault_url.to_owned(),
                name: name.to_owned(),
                version: version.to_owned(),
            })
        };
        parsed().ok_or(Error::Recipient {
            kind: NAME,
            problem,
        })
    }

    pub(super) fn identifier(&self) -> String {
        format!("{}/keys/{}/{}", self.vault_url, self.name, self.version)
    }
}
