//! Keys of Google Cloud KMS, over its REST interface: there is no client crate that fits beside the others. Who asks for a key also
//! puts published files into Cloud Storage, so that lies here, too.
//!
//! What is sent and what comes back carries CRC32C sums, which are checked here and there. Never here: a server's text in a message,
//! a request to another method of Cloud KMS than `encrypt` and `decrypt`.

mod access;
mod account;
mod api;
mod crc32c;
mod fault;
pub(crate) mod storage;
mod token;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use selkie_crypto::{GcpKmsRecipient, Secret};
use zeroize::Zeroizing;

pub use access::{Credential, GcpAccess, Settings};

use self::api::{Direction, Service};
use crate::network;
use crate::{Cause, Credentials, Fault};

/// The ciphertext in standard base64.
pub(crate) fn wrap(
    credentials: &Credentials,
    key: &GcpKmsRecipient,
    secret: &[u8],
) -> Result<String, Fault> {
    let ciphertext = ask(credentials, key, Direction::Encrypt, secret)?;
    Ok(STANDARD.encode(ciphertext.as_slice()))
}

/// The secret inside such a text, whatever version of the key it was made with.
pub(crate) fn unwrap(
    credentials: &Credentials,
    key: &GcpKmsRecipient,
    ciphertext: &str,
) -> Result<Secret, Fault> {
    let ciphertext = STANDARD.decode(ciphertext.trim());
    let ciphertext = ciphertext.map_err(|_| Fault::new(Cause::Foreign))?;
    let mut secret = ask(credentials, key, Direction::Decrypt, &ciphertext)?;
    Ok(Secret::from(std::mem::take(&mut *secret)))
}

fn ask(
    credentials: &Credentials,
    key: &GcpKmsRecipient,
    direction: Direction,
    content: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let name = resource(key)?;
    let access = credentials.gcp.as_ref();
    let access = access.ok_or_else(|| Fault::new(Cause::NoCredentials))?;
    let service: &Service = access.service()?;
    let network = credentials.network;
    let answer = network::repeated(network, async || {
        let token = access.token(&service.login, &service.http).await?;
        service.ask(&token, direction, name, content).await
    });
    network::run(network, answer)
}

/// The key's name as a part of a path. Whoever wrote the file chose it and must not reach other paths with the reader's rights.
fn resource(key: &GcpKmsRecipient) -> Result<&str, Fault> {
    const SHAPE: [&str; 4] = ["projects", "locations", "keyRings", "cryptoKeys"];
    let parts: Vec<&str> = key.resource_id.split('/').collect();
    let is_name = |text: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
        !text.is_empty() && text.chars().all(fits) && !text.chars().all(|c| c == '.')
    };
    let fits = parts.len() == 2 * SHAPE.len()
        && parts
            .chunks_exact(2)
            .zip(SHAPE)
            .all(|(pair, kind)| pair[0] == kind && is_name(pair[1]));
    if fits {
        Ok(&key.resource_id)
    } else {
        let what = "the resource ID is not projects/…/locations/…/keyRings/…/cryptoKeys/…";
        Err(Fault::new(Cause::Setting(what.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_leads_nowhere_else() {
        let rows = [
            ("projects/p/locations/global/keyRings/r/cryptoKeys/k", true),
            (
                "projects/example.com:p/locations/europe-west3/keyRings/r_1/cryptoKeys/k-1",
                true,
            ),
            (
                "projects/p/locations/global/keyRings/r/cryptoKeys/..",
                false,
            ),
            (
                "projects/../locations/global/keyRings/r/cryptoKeys/k",
                false,
            ),
            (
                "projects/p/locations/global/keyRings/r/cryptoKeys/k?x=y",
                false,
            ),
            (
                "projects/p/locations/global/keyRings/r/cryptoKeys/k%2F",
                false,
            ),
            (
                "projects/p/locations/global/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1",
                false,
            ),
            ("projects/p/locations/global/keyRings/r/cryptoKeys/", false),
        ];
        for (id, fits) in rows {
            let key = GcpKmsRecipient {
                resource_id: id.to_owned(),
            };
            assert_eq!(resource(&key).is_ok(), fits, "{id}");
        }
    }
}
