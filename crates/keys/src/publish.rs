//! Stores for published files: one call, [`put`], and one arm for each of them. A store lies in the room of its vendor, whose client
//! and credentials it shares.
//!
//! Never here: which file goes where, what is in it, and a question whether it may.

use std::fmt;

use crate::{Cause, Credentials, Fault};

/// Where a file is put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// An object in S3.
    S3 {
        /// The bucket's name.
        bucket: String,
        /// The object's.
        key: String,
    },
    /// An object in Google Cloud Storage.
    Gcs {
        /// The bucket's name.
        bucket: String,
        /// The object's.
        object: String,
    },
    /// A secret in a key-value engine of Vault.
    Vault {
        /// The server's.
        address: String,
        /// The engine's path, then `data/` if it has versions, then the secret's own.
        path: String,
        /// Whether the engine has versions.
        versioned: bool,
    },
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// It was written.
    Written,
    /// It was written without a look at what was there, which is not allowed.
    Unseen,
    /// The same was there already.
    Unchanged,
}

impl fmt::Display for Place {
    /// In the words of SOPS, which people know from its question.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::S3 { bucket, key } => write!(f, "s3://{bucket}/{key}"),
            Self::Gcs { bucket, object } => write!(f, "gcs://{bucket}/{object}"),
            Self::Vault { address, path, .. } => write!(f, "{address}/v1/{path}"),
        }
    }
}

/// Puts a file into its place: an encrypted one, or for Vault a JSON object of plain values.
///
/// # Errors
/// What the vendor has against it. The message does not name the place.
#[cfg_attr(
    not(any(feature = "aws", feature = "gcp", feature = "vault")),
    expect(unused_variables, reason = "there is no store")
)]
pub fn put(credentials: &Credentials, place: &Place, content: &[u8]) -> Result<Stored, Fault> {
    if place
        .path()
        .split('/')
        .any(|part| matches!(part, "." | ".."))
    {
        let what = "the path leads elsewhere: a part of it is `.` or `..`";
        return Err(Fault::new(Cause::Setting(what.to_owned())));
    }
    match place {
        #[cfg(feature = "aws")]
        Place::S3 { bucket, key } => {
            crate::aws_kms::s3::put(credentials, bucket, key, content).map(|()| Stored::Written)
        }
        #[cfg(not(feature = "aws"))]
        Place::S3 { .. } => Err(absent("S3")),
        #[cfg(feature = "gcp")]
        Place::Gcs { bucket, object } => {
            let done = crate::gcp_kms::storage::put(credentials, bucket, object, content);
            done.map(|()| Stored::Written)
        }
        #[cfg(not(feature = "gcp"))]
        Place::Gcs { .. } => Err(absent("Google Cloud Storage")),
        #[cfg(feature = "vault")]
        Place::Vault {
            address,
            path,
            versioned,
        } => {
            let secret = crate::vault_transit::kv::Secret {
                address,
                path,
                versioned: *versioned,
            };
            crate::vault_transit::kv::put(credentials, &secret, content)
        }
        #[cfg(not(feature = "vault"))]
        Place::Vault { .. } => Err(absent("Vault")),
    }
}

impl Place {
    /// What goes into the path of a URL, where dots would climb.
    fn path(&self) -> &str {
        match self {
            Self::S3 { key, .. } => key,
            // It is no part of a path.
            Self::Gcs { .. } => "",
            Self::Vault { path, .. } => path,
        }
    }
}

#[cfg(not(all(feature = "aws", feature = "gcp", feature = "vault")))]
fn absent(what: &str) -> Fault {
    Fault::new(Cause::Setting(format!("this build has no {what}")))
}
