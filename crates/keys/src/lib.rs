//! Key services: wrapping a data key for its recipients, and getting it back with the identities at hand.
//!
//! One joint, two calls: [`KeyService::wrap`] and [`KeyService::unwrap`], one file or folder per kind of key behind them.
//! [`wrap_all`] and [`recover`] carry a whole keyring over that joint. [`publish`] puts files where some of the same vendors store
//! them, with the same credentials.
//!
//! Never here: the environment, the home directory, files, the terminal (identities, passphrases and their sources are
//! handed in as [`Credentials`]), file formats, exit statuses.

#[cfg(feature = "age")]
pub mod age;
#[cfg(feature = "aws")]
pub mod aws_kms;
#[cfg(feature = "azure")]
pub mod azure_key_vault;
mod credentials;
mod error;
#[cfg(feature = "gcp")]
pub mod gcp_kms;
#[cfg(any(
    feature = "aws",
    feature = "azure",
    feature = "http",
    feature = "remote"
))]
mod http;
#[cfg(feature = "huawei")]
pub mod huawei_kms;
mod keyring;
#[cfg(feature = "network")]
mod network;
mod order;
#[cfg(feature = "pgp")]
pub mod pgp;
pub mod publish;
#[cfg(feature = "remote")]
pub mod remote;
mod report;
#[cfg(feature = "remote")]
pub mod serve;
mod service;
mod together;
#[cfg(feature = "vault")]
pub mod vault_transit;
mod vendor;
#[cfg(feature = "remote")]
mod wire;

pub use credentials::{Access, AskPassphrase, Credentials, Network};
pub use error::Error;
pub use keyring::{recover, resolve_all, wrap_all};
pub use order::{DecryptionOrder, RepeatedKind};
pub use report::{Attempt, Report};
pub use service::KeyService;
pub use vendor::{Cause, Fault};
