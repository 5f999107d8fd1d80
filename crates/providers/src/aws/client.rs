//! One signed request to a service that speaks JSON, and its answer.
//!
//! Never here: what an answer means for a key.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Client as Http, Url};
use selkie_crypto::Secret;
use serde_json::Value;

use super::identity::Identity;
use super::settings::Signer;
use super::sign::{self, Scope};
use super::{Service, fault, region};
use crate::connect::Means;
use crate::http::{self, Tls};
use crate::json::{self, Node};
use crate::{Failure, Reach};

/// A way to one service in one region.
pub(super) struct Client {
    http: Http,
    url: Url,
    region: String,
    service: Service,
    identity: Identity,
    clock: Arc<dyn Fn() -> u64 + Send + Sync>,
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Secret,
    /// The service's word for what is wrong, if it is a word that we know.
    pub(super) code: Option<&'static str>,
    /// How long it wants to be left alone.
    pub(super) after: Option<Duration>,
}

impl Service {
    /// The first part of its host's name, which is also its name in signatures.
    const fn host(self) -> &'static str {
        match self {
            Self::SecretsManager => "secretsmanager",
            Self::ParameterStore => "ssm",
        }
    }

    /// What stands before the names of its operations.
    const fn target(self) -> &'static str {
        match self {
            Self::SecretsManager => "secretsmanager",
            Self::ParameterStore => "AmazonSSM",
        }
    }
}

impl Client {
    pub(super) fn new(service: Service, signer: Signer, means: &Means) -> Result<Self, Failure> {
        let other = match service {
            Service::SecretsManager => means.aws.secrets_manager.as_deref(),
            Service::ParameterStore => means.aws.parameter_store.as_deref(),
        };
        let (http, url) = way(service.host(), &signer.region, other, &means.reach)?;
        Ok(Self {
            http,
            url,
            service,
            region: signer.region,
            identity: signer.identity,
            clock: Arc::clone(&means.clock),
        })
    }

    pub(super) const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Asks with the keys of the store; once more with others if these have just ended.
    pub(super) async fn ask(&self, operation: &str, said: &Value) -> Result<Answer, Failure> {
        let said = said.to_string();
        let keys = self.identity.keys().await?;
        let answer = self.send(operation, said.as_bytes(), &keys).await?;
        if answer.code.is_some_and(fault::is_expired) && self.identity.forget(&keys).await {
            let keys = self.identity.keys().await?;
            return self.send(operation, said.as_bytes(), &keys).await;
        }
        Ok(answer)
    }

    async fn send(
        &self,
        operation: &str,
        body: &[u8],
        keys: &aws_credential_types::Credentials,
    ) -> Result<Answer, Failure> {
        let target = format!("{}.{operation}", self.service.target());
        let said = [
            ("content-type", "application/x-amz-json-1.1"),
            ("x-amz-target", &*target),
        ];
        let scope = Scope {
            region: &self.region,
            service: self.service.host(),
            time: (self.clock)(),
        };
        let headers = sign::headers(self.url.as_str(), &said, body, keys, scope)?;
        post(&self.http, &self.url, headers, body.to_vec()).await
    }
}

/// The way to a service of a region, by the first part of its host's name.
pub(super) fn way(
    host: &str,
    region: &str,
    other: Option<&str>,
    reach: &Reach,
) -> Result<(Http, Url), Failure> {
    let url = http::address(&region::url(host, region, other)?, reach)?;
    let http = http::client(&url, &Tls::default(), HeaderMap::new(), reach)?;
    Ok((http, url))
}

/// Sends a request that is signed, or needs not be.
pub(super) async fn post(
    http: &Http,
    url: &Url,
    headers: HeaderMap,
    body: Vec<u8>,
) -> Result<Answer, Failure> {
    let sent = http.post(url.clone()).headers(headers).body(body).send();
    let answer = sent.await.map_err(|error| http::failure(&error))?;
    let after = answer.headers().get("retry-after");
    let after = after.and_then(|value| value.to_str().ok()?.parse().ok());
    let status = answer.status().as_u16();
    let body = http::body(answer).await?;
    Ok(Answer {
        status,
        code: (status != 200).then(|| fault::code(&body)).flatten(),
        after: after.map(Duration::from_secs),
        body,
    })
}

impl Answer {
    pub(super) const fn is_success(&self) -> bool {
        self.status == 200
    }

    /// Whether this is what the service has to say.
    pub(super) fn says(&self, codes: &[&str]) -> bool {
        self.code.is_some_and(|code| codes.contains(&code))
    }

    /// The JSON of an answer about `what`, if it is one with success.
    pub(super) fn document(&self, what: &str) -> Result<Node<'_>, Failure> {
        if !self.is_success() {
            return Err(fault::of(self, what));
        }
        json::parse(self.body.expose()).map_err(|_| fault::strange(what))
    }
}
