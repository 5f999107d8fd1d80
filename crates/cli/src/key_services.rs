//! Which key services a run asks, and in which order: this process, unless it is switched off, then those that are named.
//!
//! Chosen once per run, from the command line or else the environment. Never here: what a service is asked.

use std::sync::OnceLock;

use selkie_keys::{Credentials, KeyService};
#[cfg(feature = "remote")]
use selkie_keys::{
    Network,
    remote::{Address, Remote, Tls},
};

use crate::args::Cli;
use crate::discover;
use crate::exit::Status;
#[cfg(feature = "remote")]
use crate::io::{plain_error, read_file};
use crate::message::Failure;
#[cfg(feature = "remote")]
use crate::message::warn;

static CHOICE: OnceLock<Choice> = OnceLock::new();

/// What was chosen.
#[derive(Debug)]
struct Choice {
    local: bool,
    #[cfg(feature = "remote")]
    remote: Vec<Address>,
}

/// Reads what the command line and the environment say; a flag replaces its variable.
pub(crate) fn choose(cli: &Cli) -> Result<(), Failure> {
    let local = cli.enable_local_keyservice;
    let local = local.or_else(discover::local_key_service).unwrap_or(true);
    let named = if cli.keyservice.is_empty() {
        discover::key_services()
    } else {
        cli.keyservice.clone()
    };
    if !local && named.is_empty() {
        let fact = "the local key service is switched off, and no other one is named";
        return Err(Failure::new(Status::Failed, fact).hint("name one with --keyservice"));
    }
    let choice = Choice {
        local,
        #[cfg(feature = "remote")]
        remote: addresses(&named)?,
    };
    #[cfg(not(feature = "remote"))]
    if let Some(name) = named.first() {
        let fact = format!("{name}: this build knows no key services elsewhere");
        return Err(Failure::new(Status::Failed, fact));
    }
    // There is one command line.
    let _ = CHOICE.set(choice);
    Ok(())
}

/// The services, this process with these credentials.
pub(crate) fn services(credentials: Credentials) -> Vec<KeyService> {
    let Some(choice) = CHOICE.get() else {
        return vec![KeyService::Local(credentials)];
    };
    #[cfg(feature = "remote")]
    let network = credentials.network;
    let mut services = Vec::new();
    if choice.local {
        services.push(KeyService::Local(credentials));
    }
    #[cfg(feature = "remote")]
    for address in &choice.remote {
        services.push(KeyService::Remote(remote(address, network)));
    }
    services
}

#[cfg(feature = "remote")]
fn addresses(named: &[String]) -> Result<Vec<Address>, Failure> {
    let mut addresses = Vec::new();
    for text in named {
        let address = Address::parse(text)
            .map_err(|problem| Failure::new(Status::Failed, format_args!("{text}: {problem}")))?;
        if address.is_exposed() {
            warn(format_args!(
                "{address}: data keys go over the network as they are; tls:// protects them"
            ));
        }
        if matches!(address, Address::Tls(_)) {
            tls()?;
        }
        addresses.push(address);
    }
    Ok(addresses)
}

#[cfg(feature = "remote")]
fn remote(address: &Address, network: Network) -> Remote {
    let tls = match address {
        // They could be read a moment ago.
        Address::Tls(_) => tls().ok().flatten(),
        Address::Tcp(_) | Address::Unix(_) => None,
    };
    Remote::new(address.clone(), tls, network)
}

/// The certificates that the environment names; none if it names no authority.
#[cfg(feature = "remote")]
fn tls() -> Result<Option<Tls>, Failure> {
    let read = |path: &std::path::Path| {
        read_file(path).map_err(|error| {
            let reason = plain_error(&error);
            Failure::new(Status::Failed, format_args!("{}: {reason}", path.display()))
        })
    };
    let Some(authority) = discover::key_service_authority() else {
        return Ok(None);
    };
    let certificate = match discover::key_service_certificate() {
        Some((certificate, key)) => Some((read(&certificate)?.expose().to_vec(), read(&key)?)),
        None => None,
    };
    Ok(Some(Tls {
        authority: read(&authority)?.expose().to_vec(),
        certificate,
    }))
}
