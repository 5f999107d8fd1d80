//! The ways to log in at Microsoft's, as plain data.

use std::fmt;

use selkie_crypto::Secret;

/// Gets the text of a file with a certificate and its private key, or says in a few words why not.
pub type CertificateText = Box<dyn Fn() -> Result<Secret, String> + Send + Sync>;

/// One way to get a token.
pub enum AzureLogin {
    /// An application with a password.
    Secret {
        /// The directory that knows it.
        tenant: String,
        /// Its identifier there.
        client: String,
        /// The password.
        secret: Secret,
    },
    /// An application with a certificate that its directory knows.
    Certificate {
        /// The directory that knows it.
        tenant: String,
        /// Its identifier there.
        client: String,
        /// Where that directory gives tokens, if not at the public cloud's: `https://` and a host.
        authority: Option<String>,
        /// Certificate and private key in PEM. Read when it is needed.
        text: CertificateText,
        /// Whether the certificates are sent along, for directories that know only who issued them.
        sends_chain: bool,
    },
    /// A pod's own identity, out of the variables and the file that the cluster gives it. The SDK reads them.
    WorkloadIdentity,
    /// The machine's identity, from the address that variables name or from the one that all machines of Azure have. The SDK
    /// reads the variables.
    ManagedIdentity {
        /// Which of several identities.
        client: Option<String>,
    },
    /// Whoever is logged in with `az`.
    Cli,
    /// Whoever is logged in with `azd`.
    DeveloperCli,
    /// A way that was asked for and cannot be gone; the text says why and has no value of a setting.
    Unusable(String),
}

impl AzureLogin {
    /// What works without being told anything, in the order of the vendor's chain.
    pub fn ambient() -> Vec<Self> {
        vec![
            Self::WorkloadIdentity,
            Self::ManagedIdentity { client: None },
            Self::Cli,
            Self::DeveloperCli,
        ]
    }
}

impl fmt::Debug for AzureLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Secret { .. } => "Secret",
            Self::Certificate { .. } => "Certificate",
            Self::WorkloadIdentity => "WorkloadIdentity",
            Self::ManagedIdentity { .. } => "ManagedIdentity",
            Self::Cli => "Cli",
            Self::DeveloperCli => "DeveloperCli",
            Self::Unusable(_) => "Unusable",
        })
    }
}
