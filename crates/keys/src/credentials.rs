//! What a local key service may use: identities with the names of their sources, and a way to ask for a passphrase.
//!
//! Plain data. Whoever stands at the edge decides what is in it; nothing here looks anything up.

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use selkie_crypto::Secret;

/// Asks the person at the terminal for the passphrase of what the argument names.
///
/// Several threads may share it. An error says in a few words why there is no answer (no terminal, end of input).
pub type AskPassphrase = Box<dyn Fn(&str) -> Result<Secret, String> + Send + Sync>;

/// What may be used at one vendor's.
#[derive(Debug, Default)]
pub enum Access<T> {
    /// Nothing: a key of this vendor's cannot be used.
    #[default]
    Nothing,
    /// These credentials and no others.
    Given(T),
    /// Whatever the vendor's own chain finds in the environment, the home folder and the machine.
    Ambient,
}

/// How long a key is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// For one key, all attempts together.
    pub timeout: Duration,
    /// How often a request is made that fails for a passing reason.
    pub attempts: NonZeroU32,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            attempts: NonZeroU32::MIN.saturating_add(2),
        }
    }
}

/// The identities of a local key service, by kind.
#[derive(Default)]
pub struct Credentials {
    /// How long a vendor is waited for.
    pub network: Network,
    /// Where age identities come from, in the order in which they are tried.
    #[cfg(feature = "age")]
    pub age: Vec<crate::age::AgeSource>,
    /// For age recipients and identities of plugins; without it they fail.
    #[cfg(feature = "age")]
    pub age_plugins: Option<crate::age::Plugins>,
    /// What else is going to be unwrapped, for plugins that ask for a PIN.
    #[cfg(feature = "age")]
    pub age_expected: crate::age::Expected,
    /// What AWS KMS is asked with.
    #[cfg(feature = "aws")]
    pub aws: crate::aws_kms::AwsAccess,
    /// How Google Cloud KMS is reached.
    #[cfg(feature = "gcp")]
    pub gcp: Option<crate::gcp_kms::GcpAccess>,
    /// How Huawei Cloud is reached; there is no SDK with a chain of its own that could be left to it.
    #[cfg(feature = "huawei")]
    pub huawei: Option<crate::huawei_kms::HuaweiAccess>,
    /// How Vault is reached; its client has no chain of its own that could be left to it.
    #[cfg(feature = "vault")]
    pub vault: Option<crate::vault_transit::VaultAccess>,
    /// The program gpg.
    #[cfg(feature = "pgp")]
    pub pgp: Access<crate::pgp::Gpg>,
    /// How Azure's vaults are reached.
    #[cfg(feature = "azure")]
    pub azure: crate::azure_key_vault::AzureVaults,
    /// For identity files and ssh keys that are themselves encrypted; without it they fail.
    pub ask_passphrase: Option<AskPassphrase>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}
