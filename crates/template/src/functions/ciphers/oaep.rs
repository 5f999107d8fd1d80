//! `rsaDecrypt`, with the library that decrypts in constant time.

use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA512_MGF1SHA512, OaepPrivateDecryptingKey,
    PrivateDecryptingKey,
};
use zeroize::Zeroizing;

use crate::error::Failure;
use crate::functions::arguments::text;
use crate::functions::keys::PrivateKey;
use crate::functions::{Context, pem};
use crate::value::{Text, Value};

/// What a decryption costs.
const COST: u32 = 2;

pub(super) fn rsa_decrypt(
    context: &mut Context<'_>,
    arguments: &[Value],
) -> Result<Value, Failure> {
    let [scheme, hash, ciphertext, key] = [0, 1, 2, 3].map(|index| text(arguments, index));
    let ciphertext = ciphertext?;
    match scheme?.bytes() {
        b"None" => return Ok(ciphertext.clone().into()),
        b"RSA-OAEP" => {}
        _ => {
            return Err(Failure::new(
                "unknown decryption scheme: expected None or RSA-OAEP",
            ));
        }
    }
    let (block, _) = pem::decode(key?.bytes())
        .ok_or_else(|| Failure::new("there is no PEM in the private key"))?;
    let key = PrivateKey::from_der(context, &block.content)?;
    if !matches!(key, PrivateKey::Rsa(_)) {
        return Err(Failure::new("the private key is not an RSA key"));
    }
    context.budget.cost(COST)?;
    let algorithm = match hash?.bytes() {
        b"SHA1" => &OAEP_SHA1_MGF1SHA1,
        b"SHA512" => &OAEP_SHA512_MGF1SHA512,
        // Whatever else it is called.
        _ => &OAEP_SHA256_MGF1SHA256,
    };
    let key = PrivateDecryptingKey::from_pkcs8(&key.to_pkcs8()?)
        .map_err(drop)
        .and_then(|key| OaepPrivateDecryptingKey::new(key).map_err(drop))
        .map_err(|()| {
            Failure::new("RSA keys of less than 2048 or more than 8192 bits do not decrypt")
        })?;
    let mut room = Zeroizing::new(vec![0; key.min_output_size()]);
    let plaintext = key
        .decrypt(algorithm, ciphertext.bytes(), &mut room, None)
        .map_err(|_| Failure::new("the ciphertext does not decrypt with this key and hash"))?;
    Ok(Text::from(&*plaintext).into())
}
