//! Secret providers behind one joint: [`Provider`] reads, lists and validates.
//!
//! A provider gives whole remote values ([`Remote`]); taking a property or all pairs out of one is pure and costs no call
//! ([`property`]), so that ten properties of one key are one read.
//!
//! Never here: Kubernetes objects and the environment (credentials are resolved by the caller and handed in as plain data), the
//! decision what a target Secret holds, conditions and events.

mod address;
#[cfg(feature = "aws")]
pub mod aws;
#[cfg(feature = "azure")]
pub mod azure;
pub mod connect;
mod credentials;
mod failure;
mod fake;
mod find;
#[cfg(feature = "http")]
mod http;
mod json;
#[cfg(feature = "kubernetes")]
pub mod kubernetes;
pub mod limit;
mod path;
pub mod property;
mod provider;
mod reach;
mod remote;
#[cfg(any(feature = "aws", feature = "azure", feature = "vault"))]
mod session;
#[cfg(feature = "sops")]
pub mod sops;
#[cfg(feature = "vault")]
pub mod vault;
#[cfg(feature = "webhook")]
pub mod webhook;

pub use address::{Address, Asked, What};
pub use connect::{Asker, Means, connect};
pub use credentials::{Credentials, Reference};
pub use failure::Failure;
pub use find::{Find, Names};
pub use provider::{Found, Many, Provider, Validity};
pub use reach::{Denied, Network, Reach};
pub use remote::{Body, Dialect, File, Remote};
