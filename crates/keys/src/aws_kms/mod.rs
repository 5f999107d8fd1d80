//! Keys of AWS KMS: the data key goes to the service and comes back wrapped, with the encryption context as it stands in the file. Who
//! asks for a key also puts published files into S3, so that lies here, too.
//!
//! What SOPS calls is what is called here (`Encrypt` and `Decrypt`, with the ARN as the key's name), so that the same rights
//! suffice. The SDK is initialised by the first such key, never before. Never here: the environment and the home folder, which
//! are the SDK's own business where [`Access::Ambient`](crate::Access::Ambient) allows it.

mod arn;
mod client;
mod fault;
pub(crate) mod s3;

use std::collections::HashMap;

use aws_sdk_kms::primitives::Blob;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use selkie_crypto::{AwsKmsRecipient, Secret};

pub use self::client::{AwsAccess, AwsKeys};
use crate::{Cause, Credentials, Fault, network};

/// The wrapped secret, as the metadata has it.
pub(crate) fn wrap(
    credentials: &Credentials,
    key: &AwsKmsRecipient,
    secret: &[u8],
) -> Result<String, Fault> {
    let client = credentials.aws.client(credentials.network, key)?;
    let request = client
        .encrypt()
        .key_id(&key.arn)
        .plaintext(Blob::new(secret))
        .set_encryption_context(context(key));
    let sent = async { request.send().await.map_err(|error| fault::of(&error)) };
    let reply = network::run(credentials.network, sent)?;
    let blob = reply.ciphertext_blob.ok_or(Fault::new(Cause::BadReply))?;
    Ok(BASE64_STANDARD.encode(blob))
}

/// The secret that was wrapped.
pub(crate) fn unwrap(
    credentials: &Credentials,
    key: &AwsKmsRecipient,
    ciphertext: &str,
) -> Result<Secret, Fault> {
    // Go skips line breaks wherever they stand.
    let text = ciphertext.replace(['\r', '\n'], "");
    let blob = BASE64_STANDARD
        .decode(text)
        .map_err(|_| Fault::new(Cause::Setting("the field `enc` is not base64".to_owned())))?;
    let client = credentials.aws.client(credentials.network, key)?;
    let request = client
        .decrypt()
        .key_id(&key.arn)
        .ciphertext_blob(Blob::new(blob))
        .set_encryption_context(context(key));
    let sent = async { request.send().await.map_err(|error| fault::of(&error)) };
    let reply = network::run(credentials.network, sent)?;
    let blob = reply.plaintext.ok_or(Fault::new(Cause::BadReply))?;
    Ok(Secret::from(blob.into_inner()))
}

fn context(key: &AwsKmsRecipient) -> Option<HashMap<String, String>> {
    let pairs = key.context.iter();
    let pairs = pairs.map(|(name, value)| (name.clone(), value.clone()));
    (!key.context.is_empty()).then(|| pairs.collect())
}
