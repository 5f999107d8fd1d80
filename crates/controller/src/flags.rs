//! Flags, by the peer's names where they mean the same, read into [`Settings`].
//!
//! Those of the peer that turn a cache on or off are taken and do nothing, so that its manifests start this program too; it has no such caches.
//! Those that change what is written or who may ask (`--unsafe-allow-generic-targets`, `--metrics-secure`) are refused like any flag that does not
//! exist. Only `main` calls this.

#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::time::Duration;

use clap::{ArgAction, Args, Parser, Subcommand};
use selkie_providers::aws::Endpoints;
use selkie_providers::{Network, Reach};
use selkie_reconcile::duration;

use crate::preflight;
use crate::settings::{LeaseName, Own, Settings};

/// Keeps the values of a secret store in Secrets, as ExternalSecrets say.
#[derive(Debug, Parser)]
#[command(name = "selkie-controller", version)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub(crate) struct Program {
    /// How to serve, if nothing else is to be done.
    #[command(flatten)]
    pub(crate) flags: Flags,
    /// What else is to be done.
    #[command(subcommand)]
    pub(crate) chore: Option<Chore>,
}

/// What the program does beside serving.
#[derive(Debug, Subcommand)]
pub(crate) enum Chore {
    /// Looks at a cluster before it is taken over.
    Preflight(preflight::Flags),
}

/// How to serve.
#[expect(
    clippy::option_option,
    clippy::struct_excessive_bools,
    reason = "the peer's flags: each may be given, alone or with a value"
)]
#[derive(Debug, Args)]
pub(crate) struct Flags {
    /// Serve stores of this class (`spec.controller`), and those of none.
    #[arg(long, default_value = "default", value_name = "NAME")]
    controller_class: String,
    /// Follow these namespaces only; several with commas, or the flag again.
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    namespace: Vec<String>,
    /// Reconcile this many objects at the same time.
    #[arg(long, default_value_t = 24, value_name = "NUMBER")]
    concurrent: u16,
    /// Serve SecretStores.
    #[arg(long, default_value_t = true, action = ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL")]
    enable_secret_store_reconciler: bool,
    /// Serve ClusterSecretStores.
    #[arg(long, default_value_t = true, action = ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL")]
    enable_cluster_store_reconciler: bool,
    /// Read from a store only while it is Ready.
    #[arg(long, default_value_t = true, action = ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL")]
    enable_flood_gate: bool,
    /// Validate a store again after this time, unless it says otherwise itself.
    #[arg(long, default_value = "5m", value_parser = positive, value_name = "DURATION")]
    store_requeue_interval: Duration,
    /// Show metrics at this address, as `:8080`; 0 shows none.
    #[arg(long, default_value = ":8080", value_parser = address, value_name = "ADDRESS")]
    metrics_addr: Address,
    /// Answer /healthz and /readyz at this address; 0 answers nobody.
    #[arg(long, default_value = ":8082", value_parser = address, value_name = "ADDRESS")]
    live_addr: Address,
    /// Put the recommended labels of an object on its metrics as well.
    #[arg(long, default_value_t = false, action = ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL")]
    enable_extended_metric_labels: bool,
    /// Let one of several replicas work and the others stand by.
    #[arg(long, default_value_t = false, action = ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL")]
    enable_leader_election: bool,
    /// The name of the Lease that the working replica holds.
    #[arg(
        long,
        default_value = "external-secrets-controller",
        value_name = "NAME"
    )]
    leader_election_id: String,
    /// Send no request of a provider to these addresses, as `10.0.0.0/8`; several with commas, or the flag again. Metadata services of clouds are never asked.
    #[arg(long, value_delimiter = ',', value_parser = network, value_name = "CIDR")]
    deny_address: Vec<Network>,
    /// What begins an action of a template.
    #[arg(long, default_value = "{{", value_name = "TEXT")]
    template_left_delimiter: String,
    /// What ends one.
    #[arg(long, default_value = "}}", value_name = "TEXT")]
    template_right_delimiter: String,
    /// What is logged: error, warn, info, debug.
    #[arg(long, default_value = "info", value_parser = level, value_name = "LEVEL")]
    loglevel: tracing::Level,

    /// Of the peer, without effect here.
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true)]
    enable_secrets_caching: Option<Option<String>>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true)]
    enable_configmaps_caching: Option<Option<String>>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true)]
    enable_managed_secrets_caching: Option<Option<String>>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true)]
    enable_secret_api_read_on_cache_mismatch: Option<Option<String>>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true)]
    enable_vault_token_cache: Option<Option<String>>,
    #[arg(long, hide = true)]
    vault_token_cache_size: Option<String>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true)]
    enable_http2: Option<Option<String>>,
    #[arg(long, hide = true)]
    zap_time_encoding: Option<String>,
    #[arg(long, hide = true)]
    client_qps: Option<String>,
    #[arg(long, hide = true)]
    client_burst: Option<String>,
}

impl Flags {
    /// What is logged.
    pub(crate) const fn level(&self) -> tracing::Level {
        self.loglevel
    }

    /// Flags that were given and do nothing.
    pub(crate) fn without_effect(&self) -> Vec<&'static str> {
        let given = [
            (
                self.enable_secrets_caching.is_some(),
                "enable-secrets-caching",
            ),
            (
                self.enable_configmaps_caching.is_some(),
                "enable-configmaps-caching",
            ),
            (
                self.enable_managed_secrets_caching.is_some(),
                "enable-managed-secrets-caching",
            ),
            (
                self.enable_secret_api_read_on_cache_mismatch.is_some(),
                "enable-secret-api-read-on-cache-mismatch",
            ),
            (
                self.enable_vault_token_cache.is_some(),
                "enable-vault-token-cache",
            ),
            (
                self.vault_token_cache_size.is_some(),
                "vault-token-cache-size",
            ),
            (self.enable_http2.is_some(), "enable-http2"),
            (self.zap_time_encoding.is_some(), "zap-time-encoding"),
            // The API server itself says when it has too much to do.
            (self.client_qps.is_some(), "client-qps"),
            (self.client_burst.is_some(), "client-burst"),
        ];
        given
            .into_iter()
            .filter_map(|(given, name)| given.then_some(name))
            .collect()
    }

    /// The settings. `holder` is who we are among the replicas, `home` the namespace in which we run.
    pub(crate) fn settings(self, holder: &str, home: &str) -> Settings {
        let mut namespaces = self.namespace;
        namespaces.retain(|name| !name.is_empty());
        namespaces.sort_unstable();
        namespaces.dedup();
        let lease = LeaseName {
            namespace: home.to_owned(),
            name: self.leader_election_id,
            holder: holder.to_owned(),
        };
        Settings {
            instance: holder.to_owned(),
            class: self.controller_class,
            namespaces,
            concurrent: self.concurrent.max(1).into(),
            secret_stores: self.enable_secret_store_reconciler,
            cluster_stores: self.enable_cluster_store_reconciler,
            flood_gate: self.enable_flood_gate,
            store_interval: self.store_requeue_interval,
            metrics: self.metrics_addr.0,
            health: self.live_addr.0,
            delimiters: (self.template_left_delimiter, self.template_right_delimiter),
            extended_labels: self.enable_extended_metric_labels,
            reach: Reach::but(self.deny_address),
            aws: Endpoints::default(),
            lease: self.enable_leader_election.then_some(lease),
            own: Own::new(),
        }
    }
}

/// An address to listen at, or none.
#[derive(Clone, Copy, Debug)]
struct Address(Option<SocketAddr>);

/// Go's form of an address: the host may be missing, which means every one of this machine.
fn address(text: &str) -> Result<Address, &'static str> {
    if text == "0" {
        return Ok(Address(None));
    }
    let whole = if text.starts_with(':') {
        format!("[::]{text}")
    } else {
        text.replace("localhost:", "127.0.0.1:")
    };
    let parsed = whole
        .parse()
        .map_err(|_| "write it as :8080 or 127.0.0.1:8080")?;
    Ok(Address(Some(parsed)))
}

fn positive(text: &str) -> Result<Duration, &'static str> {
    duration::parse(text)
        .ok()
        .and_then(|parsed| Duration::try_from(parsed).ok())
        .filter(|parsed| !parsed.is_zero())
        .ok_or("write it as 5m or 1h30m")
}

fn network(text: &str) -> Result<Network, &'static str> {
    Network::parse(text).ok_or("write it as 10.0.0.0/8 or 10.0.0.1")
}

/// The peer's levels above `error` are `error` here.
fn level(text: &str) -> Result<tracing::Level, &'static str> {
    match text {
        "debug" => Ok(tracing::Level::DEBUG),
        "info" => Ok(tracing::Level::INFO),
        "warn" => Ok(tracing::Level::WARN),
        "error" | "dpanic" | "panic" | "fatal" => Ok(tracing::Level::ERROR),
        _ => Err("one of error, warn, info, debug"),
    }
}
