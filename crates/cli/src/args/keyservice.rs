//! `selkie keyservice`: the flags of SOPS, and ours for TLS, lists and keeping.

use std::path::PathBuf;

use clap::Args;

/// Wrap and unwrap data keys for other processes and machines
#[derive(Debug, Args)]
#[command(args_override_self = true)]
pub(crate) struct KeyServiceArgs {
    /// Kind of network to listen on: tcp or unix
    #[arg(
        long,
        visible_alias = "net",
        value_name = "KIND",
        default_value = "tcp"
    )]
    pub(crate) network: String,
    /// Address to listen on, or path of the socket [default: 127.0.0.1:5000, or selkie/keyservice.sock in $XDG_RUNTIME_DIR]
    #[arg(long, visible_alias = "addr", value_name = "ADDRESS")]
    pub(crate) address: Option<String>,
    /// Ask on the terminal before each request is answered
    #[arg(long)]
    pub(crate) prompt: bool,
    /// Serve this recipient only, named as in a file's metadata; may be given several times
    #[arg(long, value_name = "RECIPIENT")]
    pub(crate) allow: Vec<String>,
    /// Keep unwrapped data keys in memory for a while, such as 30s, 10m or 8h, and answer for them without asking again
    #[arg(long, value_name = "DURATION")]
    pub(crate) unlock: Option<String>,
    /// Certificate to show to clients, as PEM
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// Key of that certificate, as PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Authority that must have signed the certificate of each client, as PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_client_ca: Option<PathBuf>,
    /// Listen on an address that other machines reach although clients show no certificate
    #[arg(long)]
    pub(crate) insecure: bool,
    /// Accepted as in SOPS: each call is told in any case
    #[arg(long)]
    pub(crate) verbose: bool,
}
