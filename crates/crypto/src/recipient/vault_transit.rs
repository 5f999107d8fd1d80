//! Recipients in the transit engine of Vault and `OpenBao`: `https://host[:port]/v1/<engine…>/keys/<name>`.

use crate::error::Error;

pub(super) const NAME: &str = "hc_vault";

/// A key of a transit engine.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VaultTransitRecipient {
    /// The server's address, without a path.
    pub vault_address: String,
    /// Where the engine is mounted, `transit` for instance; may have several parts.
    pub engine_path: String,
    /// The key's name.
    pub key_name: String,
}

impl VaultTransitRecipient {
    /// Reads one key address; white space around it and a slash at its end are dropped.
    ///
    /// A path in front of `/v1` (a proxy's, say) is refused, as the metadata has no field for it.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let problem = "it is not https://host/v1/engine/keys/name";
        let parsed = || {
            let text = text.trim();
            let text = text.strip_suffix('/').unwrap_or(text);
            let scheme_len = text.find("://").filter(|len| *len > 0)? + "://".len();
            let host_len = text[scheme_len..].find('/').filter(|len| *len > 0)?;
            let (vault_address, path) = text.split_at(scheme_len + host_len);
            let (version, rest) = path.strip_prefix("/v")?.split_once('/')?;
            let is_version =
                !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
            let (engine_and_keys, key_name) = rest.rsplit_once('/')?;
            let engine_path = engine_and_keys.strip_suffix("/keys")?;
            let whole = !engine_path.split('/').any(str::is_empty) && !key_name.is_empty();
            (is_version && whole).then(|| Self {
                vault_address: vault_address.to_owned(),
                engine_path: engine_path.to_owned(),
                key_name: key_name.to_owned(),
            })
        };
        parsed().ok_or(Error::Recipient {
            kind: NAME,
            problem,
        })
    }

    pub(super) fn identifier(&self) -> String {
        format!(
            "{}/v1/{}/keys/{}",
            self.vault_address, self.engine_path, self.key_name
        )
    }
}
