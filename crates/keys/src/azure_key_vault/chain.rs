//! Several logins as one: tried in order until one gives a token, then always that one.
//!
//! When the next one is tried is decided as in Azure's library for Go, which SOPS uses: a login that is not set up is passed over,
//! one that is set up and refused ends the search.

use std::io;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_core::error::ErrorKind;
use azure_core::http::{ClientOptions, Transport};
use azure_core::{Error, Result};
use azure_identity::{
    AzureCliCredential, AzureDeveloperCliCredential, ClientAssertionCredential,
    ClientAssertionCredentialOptions, ClientSecretCredential, ClientSecretCredentialOptions,
    ManagedIdentityCredential, ManagedIdentityCredentialOptions, UserAssignedId,
    WorkloadIdentityCredential, WorkloadIdentityCredentialOptions,
};
use selkie_crypto::Secret;

use super::certificate::Certificate;
use super::fault::{body, chain as causes, responses, status};
use super::login::AzureLogin;
use super::probe::{Probe, is_no_machine};
use crate::{Cause, Fault};

/// Where the public cloud's directory gives tokens.
const PUBLIC: &str = "https://login.microsoftonline.com";

/// Logins in the order in which they are tried.
#[derive(Debug)]
pub(super) struct Chain {
    logins: Arc<[AzureLogin]>,
    options: ClientOptions,
    http: reqwest::Client,
    works: OnceLock<Arc<dyn TokenCredential>>,
}

/// Why there is nobody to ask for a token.
enum Without {
    /// The login is not set up; the reason is told if somebody meant it to be.
    Passed(Option<String>),
    /// It is, and cannot work.
    Broken(Fault),
}

type Made = std::result::Result<Arc<dyn TokenCredential>, Without>;

impl Chain {
    pub(super) fn new(
        logins: Arc<[AzureLogin]>,
        options: ClientOptions,
        http: reqwest::Client,
    ) -> Self {
        Self {
            logins,
            options,
            http,
            works: OnceLock::new(),
        }
    }

    fn credential(&self, login: &AzureLogin) -> Made {
        match login {
            AzureLogin::Secret {
                tenant,
                client,
                secret,
            } => {
                let options = ClientSecretCredentialOptions {
                    client_options: self.options.clone(),
                };
                let secret = text(secret)?.into();
                made(ClientSecretCredential::new(
                    tenant,
                    client.clone(),
                    secret,
                    Some(options),
                ))
            }
            AzureLogin::Certificate {
                tenant,
                client,
                authority,
                text,
                sends_chain,
            } => {
                let authority = authority.as_deref().unwrap_or(PUBLIC);
                let address = format!(
                    "{}/{tenant}/oauth2/v2.0/token",
                    authority.trim_end_matches('/')
                );
                let certificate = text().and_then(|text| {
                    let read = Certificate::read(&text, client, &address, *sends_chain);
                    read.map_err(str::to_owned)
                });
                let certificate = certificate.map_err(|reason| {
                    let reason = format!("the file of AZURE_CLIENT_CERTIFICATE_PATH: {reason}");
                    Without::Passed(Some(reason))
                })?;
                let options = ClientAssertionCredentialOptions {
                    client_options: self.options.clone(),
                };
                made(ClientAssertionCredential::new(
                    tenant.clone(),
                    client.clone(),
                    certificate,
                    Some(options),
                ))
            }
            AzureLogin::WorkloadIdentity => {
                let options = WorkloadIdentityCredentialOptions {
                    credential_options: ClientAssertionCredentialOptions {
                        client_options: self.options.clone(),
                    },
                    ..WorkloadIdentityCredentialOptions::default()
                };
                match WorkloadIdentityCredential::new(Some(options)) {
                    // The variables are there, then.
                    Err(error) if error.downcast_ref::<io::Error>().is_some() => {
                        let reason = "the file of AZURE_FEDERATED_TOKEN_FILE cannot be read";
                        Err(Without::Broken(Fault::new(Cause::Setting(
                            reason.to_owned(),
                        ))))
                    }
                    other => made(other),
                }
            }
            AzureLogin::ManagedIdentity { client } => {
                let mut client_options = self.options.clone();
                if self.logins.len() > 1 {
                    let probe = Probe::new(self.http.clone());
                    client_options.transport = Some(Transport::new(Arc::new(probe)));
                }
                made(ManagedIdentityCredential::new(Some(
                    ManagedIdentityCredentialOptions {
                        user_assigned_id: client.clone().map(UserAssignedId::ClientId),
                        client_options,
                    },
                )))
            }
            AzureLogin::Cli => made(AzureCliCredential::new(None)),
            AzureLogin::DeveloperCli => made(AzureDeveloperCliCredential::new(None)),
            AzureLogin::Unusable(reason) => Err(Without::Passed(Some(reason.clone()))),
        }
    }
}

#[async_trait]
impl TokenCredential for Chain {
    async fn get_token(
        &self,
        scopes: &[&str],
        options: Option<TokenRequestOptions<'_>>,
    ) -> Result<AccessToken> {
        if let Some(works) = self.works.get() {
            return works.get_token(scopes, options).await;
        }
        let mut meant = None;
        for login in self.logins.iter() {
            let credential = match self.credential(login) {
                Ok(credential) => credential,
                Err(Without::Passed(reason)) => {
                    meant = meant.or(reason);
                    continue;
                }
                Err(Without::Broken(fault)) => {
                    return Err(Error::new(ErrorKind::Credential, fault));
                }
            };
            match credential.get_token(scopes, options.clone()).await {
                Ok(token) => {
                    // Two that began together found the same.
                    let _ = self.works.set(credential);
                    return Ok(token);
                }
                Err(error) if is_passed_over(login, &error) => {}
                Err(error) => return Err(error),
            }
        }
        let fault = match meant {
            Some(reason) => Fault::new(Cause::Setting(reason)),
            None => Fault::new(Cause::NoCredentials).hint(
                "set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or log in with `az login`",
            ),
        };
        Err(Error::new(ErrorKind::Credential, fault))
    }
}

/// Whether a failure says that this login is not set up here.
fn is_passed_over(login: &AzureLogin, error: &Error) -> bool {
    match login {
        AzureLogin::Cli | AzureLogin::DeveloperCli => true,
        AzureLogin::ManagedIdentity { client } => {
            is_no_machine(error)
                || is_no_token(error)
                || responses(error).any(|answer| match status(answer) {
                    // The machine has no identity of its own.
                    400 => client.is_none(),
                    // Docker on the desktop answers in the place of a machine.
                    403 => body(answer).windows(11).any(|word| word == b"unreachable"),
                    _ => false,
                })
        }
        AzureLogin::Secret { .. }
        | AzureLogin::Certificate { .. }
        | AzureLogin::WorkloadIdentity
        | AzureLogin::Unusable(_) => false,
    }
}

/// Whether something answered that gives no tokens, a proxy that answers for every address for instance.
fn is_no_token(error: &Error) -> bool {
    let mut kinds = causes(error).filter_map(|cause| cause.downcast_ref::<Error>());
    kinds.any(|cause| matches!(cause.kind(), ErrorKind::DataConversion))
}

fn made<C: TokenCredential + 'static>(credential: Result<Arc<C>>) -> Made {
    match credential {
        Ok(credential) => Ok(credential),
        // The SDK's reasons may quote settings.
        Err(_) => Err(Without::Passed(None)),
    }
}

/// The SDK takes passwords as text.
fn text(secret: &Secret) -> std::result::Result<String, Without> {
    let text = std::str::from_utf8(secret.expose());
    text.map(str::to_owned)
        .map_err(|_| Without::Passed(Some("AZURE_CLIENT_SECRET is no text".to_owned())))
}
