//! Keys of Huawei Cloud KMS, over its REST interface: there is no SDK for Rust.
//!
//! Never here: a server's text in a message, a request to another method than the two that wrap and unwrap, and the one that tells
//! the project of a region.

mod access;
mod api;
mod fault;
mod sign;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use selkie_crypto::{HuaweiKmsRecipient, Secret};
use zeroize::Zeroizing;

pub use access::{HuaweiAccess, KeyPair, Settings};

use self::api::Direction;
use crate::network;
use crate::{Cause, Credentials, Fault};

/// The ciphertext as the service spells it.
pub(crate) fn wrap(
    credentials: &Credentials,
    key: &HuaweiKmsRecipient,
    secret: &[u8],
) -> Result<String, Fault> {
    // The service wraps text, and SOPS hands it the key as base64.
    let text = Zeroizing::new(STANDARD.encode(secret));
    let ciphertext = ask(credentials, key, Direction::Encrypt, &text)?;
    Ok(ciphertext.to_string())
}

/// The secret inside such a text.
pub(crate) fn unwrap(
    credentials: &Credentials,
    key: &HuaweiKmsRecipient,
    ciphertext: &str,
) -> Result<Secret, Fault> {
    let text = ask(credentials, key, Direction::Decrypt, ciphertext)?;
    let secret = STANDARD.decode(text.as_str());
    // Another program's text, wrapped with the same key.
    secret
        .map(Secret::from)
        .map_err(|_| Fault::new(Cause::Foreign))
}

fn ask(
    credentials: &Credentials,
    key: &HuaweiKmsRecipient,
    direction: Direction,
    text: &str,
) -> Result<Zeroizing<String>, Fault> {
    let (region, id) = parts(key)?;
    let access = credentials.huawei.as_ref();
    let access = access.ok_or_else(|| Fault::new(Cause::NoCredentials))?;
    let service = access.service()?;
    let network = credentials.network;
    let answer = network::repeated(network, async || {
        let project = access.project(service, region).await?;
        service
            .ask(direction, region, &project, id, text, access.now())
            .await
    });
    network::run(network, answer)
}

/// The region and the key's own name. Whoever wrote the file chose both: the region becomes a part of a host name, and must not
/// lead the reader's signature to another.
fn parts(key: &HuaweiKmsRecipient) -> Result<(&str, &str), Fault> {
    let is_name = |text: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
        !text.is_empty() && text.chars().all(fits)
    };
    let parts = key.key_id.split_once(':');
    parts
        .filter(|(region, id)| is_name(region) && is_name(id))
        .ok_or_else(|| Fault::new(Cause::Setting("the key id is not REGION:UUID".to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_id_leads_nowhere_else() {
        let rows = [
            ("eu-west-101:0d0466b0-e727-4d9c-b35d-f84bb474a37f", true),
            ("tr-west-1:1", true),
            ("tr-west-1", false),
            ("evil.example/:1", false),
            ("evil.example#:1", false),
            ("a@b:1", false),
            ("tr-west-1:", false),
            (":1", false),
            ("tr-west-1:a\"b", false),
            ("tr-west-1:a:b", false),
        ];
        for (id, fits) in rows {
            let key = HuaweiKmsRecipient {
                key_id: id.to_owned(),
            };
            assert_eq!(parts(&key).is_ok(), fits, "{id}");
        }
    }
}
