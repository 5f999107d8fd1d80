//! What a store's block says, with what it refers to: the server, whom to believe, and who asks.

use selkie_api::store::kubernetes::{Kubernetes as Spec, KubernetesAuth};
use selkie_api::{Cause, SecretKeySelector};
use selkie_crypto::Secret;

use super::kubeconfig;
use crate::http::Tls;
use crate::{Credentials, Failure, Reference};

/// How long a token is asked for; what the peer asks for.
const SECONDS: u32 = 3600;

/// How a server is reached, and who asks.
pub(super) struct Settings {
    pub(super) server: String,
    pub(super) tls: Tls,
    pub(super) token: Option<Secret>,
}

/// What has to be resolved.
pub(super) fn references(spec: &Spec) -> Vec<Reference> {
    if let Some(selector) = &spec.auth_ref {
        return kubeconfig(selector).into_iter().collect();
    }
    let server = spec.server.as_ref();
    let provider = server
        .filter(|server| server.ca_bundle.is_none())
        .and_then(|server| server.ca_provider.as_ref());
    let mut references: Vec<Reference> = provider.map(Reference::authorities).into_iter().collect();
    references.extend(spec.auth.iter().flat_map(of_auth));
    references
}

fn of_auth(auth: &KubernetesAuth) -> Vec<Reference> {
    match auth {
        KubernetesAuth::ServiceAccount(account) => vec![Reference::Token {
            namespace: account.namespace.clone(),
            name: account.name.clone(),
            audiences: account.audiences.clone(),
            seconds: SECONDS,
        }],
        KubernetesAuth::Token(token) => {
            let selector = token.bearer_token.as_ref();
            selector
                .and_then(|it| Reference::secret(it, "token"))
                .into_iter()
                .collect()
        }
        KubernetesAuth::Cert(cert) => {
            let both = [
                (&cert.client_cert, "tls.crt"),
                (&cert.client_key, "tls.key"),
            ];
            let both = both
                .into_iter()
                .map(|(selector, key)| selector.as_ref().and_then(|it| Reference::secret(it, key)));
            both.collect::<Option<_>>().unwrap_or_default()
        }
    }
}

fn kubeconfig(selector: &SecretKeySelector) -> Option<Reference> {
    Reference::secret(selector, "kubeconfig")
}

impl Settings {
    pub(super) fn new(spec: &Spec, credentials: &Credentials) -> Result<Self, Failure> {
        if let Some(selector) = &spec.auth_ref {
            if spec.auth.is_some() {
                return Err(invalid("auth and authRef exclude each other"));
            }
            let reference =
                kubeconfig(selector).ok_or_else(|| invalid("authRef names no Secret"))?;
            return kubeconfig::read(credentials.get(&reference)?);
        }
        let server = spec.server.as_ref();
        let authorities = match server {
            Some(server) => match (&server.ca_bundle, &server.ca_provider) {
                (Some(bundle), _) => Some(bundle.0.clone()),
                (None, Some(provider)) => {
                    let found = credentials.get(&Reference::authorities(provider))?;
                    Some(found.expose().to_vec())
                }
                (None, None) => None,
            },
            None => None,
        };
        let mut settings = Self {
            server: with_scheme(spec.url()),
            tls: Tls {
                authorities,
                identity: None,
            },
            token: None,
        };
        let Some(auth) = &spec.auth else {
            return Err(invalid("the store names nobody to ask as"));
        };
        let found = of_auth(auth);
        let found: Vec<&Secret> = found
            .iter()
            .map(|reference| credentials.get(reference))
            .collect::<Result<_, _>>()?;
        match (auth, &found[..]) {
            (KubernetesAuth::Cert(_), [certificate, key]) => {
                settings.tls.identity = Some(Tls::identity(certificate, key));
            }
            (KubernetesAuth::ServiceAccount(_) | KubernetesAuth::Token(_), [token]) => {
                settings.token = Some(Secret::from(token.expose().to_vec()));
            }
            _ => return Err(invalid("auth names no Secret")),
        }
        Ok(settings)
    }
}

/// A host alone is asked with TLS.
fn with_scheme(url: &str) -> String {
    if url.contains("://") {
        url.to_owned()
    } else {
        format!("https://{url}")
    }
}

fn invalid(what: &str) -> Failure {
    Failure::new(Cause::InvalidSpec, what)
}
