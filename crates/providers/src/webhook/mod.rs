//! Provider `webhook`: any server that answers with a secret. URL, headers, body and the path into the answer are templates of whoever writes the
//! store; keys, versions and properties come from whoever may write an ExternalSecret, and must not lead the request elsewhere.
//!
//! Secrets for templates come only from Secrets whose owner has labelled them for this use: whoever may write a store could otherwise have any Secret
//! of the namespace sent to himself. Never here: a property of the answer; the path into it may name one.

mod path;
mod request;
mod select;
mod templates;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures::future::{BoxFuture, ready};
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, Url};
use selkie_api::Cause;
use selkie_api::store::webhook::Webhook as Spec;
use selkie_crypto::Secret;
use selkie_template::go::parse_duration;

use crate::http::{self, Tls};
use crate::json::parse;
use crate::{
    Address, Dialect, Failure, Find, Found, Means, Provider, Reach, Reference, Remote, Validity,
};
use path::JsonPath;
use templates::{Data, Rendered, Templates};

/// The value of the label `external-secrets.io/type`, with which a Secret's owner allows its use here.
const LABEL: &str = "webhook";

/// A store behind a webhook.
pub struct Webhook {
    http: Client,
    method: Method,
    timeout: Option<Duration>,
    templates: Arc<Templates>,
    secrets: Arc<templates::Secrets>,
    /// Scheme and host, if no template decides about them.
    origin: Option<Url>,
    reach: Reach,
    clock: Arc<dyn Fn() -> u64 + Send + Sync>,
}

impl Webhook {
    /// What the caller has to resolve before it can connect.
    pub fn references(spec: &Spec) -> Vec<Reference> {
        let authorities = spec.ca_provider.as_ref();
        let authorities = authorities.filter(|_| spec.ca_bundle.is_none());
        let secrets = spec.secrets.iter().map(|secret| &secret.secret_ref);
        let secrets = secrets.filter(|it| it.is_set());
        let secrets = secrets.map(|it| Reference::Labelled {
            namespace: it.namespace.clone(),
            name: it.name.clone(),
            value: LABEL,
        });
        let authorities = authorities.map(Reference::authorities);
        authorities.into_iter().chain(secrets).collect()
    }

    /// Makes ready to ask; nothing is sent yet.
    pub fn connect(spec: &Spec, means: &Means) -> Result<Self, Failure> {
        if spec.auth.is_some() {
            let what = "auth.ntlm is not supported: put what the server wants into a header";
            return Err(Failure::new(Cause::Unsupported, what));
        }
        let method = Method::from_bytes(spec.method().as_bytes());
        let method = method.map_err(|_| invalid("method is none of HTTP's"))?;
        let origin = origin(&spec.url, &means.reach)?;
        let tls = Tls {
            authorities: authorities(spec, means)?,
            identity: None,
        };
        let http = match &origin {
            Some(url) => http::client(url, &tls, HeaderMap::new(), &means.reach)?,
            None => {
                // Never asked by this name: it stands for one that is not known yet, behind TLS or not.
                let some = http::address("https://webhook.invalid", &means.reach)?;
                http::client(&some, &tls, HeaderMap::new(), &means.reach)?
            }
        };
        Ok(Self {
            http,
            method,
            timeout: timeout(spec)?,
            templates: Arc::new(Templates::parse(spec)?),
            secrets: Arc::new(templates::secrets(spec, &means.credentials)),
            origin,
            reach: means.reach.clone(),
            clock: Arc::clone(&means.clock),
        })
    }

    async fn at(&self, at: &Address) -> Result<Option<Remote>, Failure> {
        let rendered = self.render(at).await?;
        let path = rendered.path.as_deref().map(JsonPath::parse).transpose()?;
        let Some(answer) = self.send(&rendered, &at.key).await? else {
            return Ok(None);
        };
        let Some(path) = path else {
            return Ok(Some(Remote::whole(Dialect::Webhook, &at.key, answer)));
        };
        let found = found(&answer, &path, &at.key)?;
        Ok(Some(Remote::whole(Dialect::WebhookResult, &at.key, found)))
    }

    /// Templates are work for a core, not for a thread that waits for others.
    async fn render(&self, at: &Address) -> Result<Rendered, Failure> {
        let (templates, secrets) = (Arc::clone(&self.templates), Arc::clone(&self.secrets));
        let data = Data::of(at);
        let now = (self.clock)();
        let work = move || templates.render(&data, &secrets, now);
        let done = tokio::task::spawn_blocking(work).await;
        let broken = |_| Failure::new(Cause::InvalidTemplate, "the templates cannot be rendered");
        done.map_err(broken)?
    }

    /// Whether somebody is there. What would be asked, and whether it would be answered, nobody knows before an object asks.
    async fn check(&self) -> Result<Validity, Failure> {
        let Some(url) = &self.origin else {
            return Ok(Validity::Unknown);
        };
        let mut request = self.http.head(url.clone());
        if let Some(timeout) = self.timeout {
            request = request.timeout(timeout);
        }
        match request.send().await {
            // Whatever it says: the address, the way there and the certificate are good.
            Ok(_) => Ok(Validity::Valid),
            Err(error) => Err(http::failure(&error)),
        }
    }
}

impl Provider for Webhook {
    fn read<'a>(&'a self, at: &'a Address) -> BoxFuture<'a, Result<Option<Remote>, Failure>> {
        Box::pin(self.at(at))
    }

    fn list<'a>(&'a self, _: &'a Find) -> BoxFuture<'a, Result<Option<Found>, Failure>> {
        let what = "a webhook cannot be searched: find is not for stores of this provider";
        Box::pin(ready(Err(Failure::new(Cause::Unsupported, what))))
    }

    fn validate(&self) -> BoxFuture<'_, Result<Validity, Failure>> {
        Box::pin(self.check())
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook").finish_non_exhaustive()
    }
}

/// What a path finds in an answer, as JSON.
fn found(answer: &Secret, path: &JsonPath, key: &str) -> Result<Secret, Failure> {
    let failed = |cause, what: &str| Err(Failure::new(cause, format!("{key}: {what}")));
    let Ok(whole) = parse(answer.expose()) else {
        return failed(Cause::ProviderError, "the answer is no JSON");
    };
    match select::find(&whole, path) {
        Ok(Some(found)) => Ok(found),
        Ok(None) => failed(
            Cause::PropertyMissing,
            "result.jsonPath finds nothing in the answer",
        ),
        Err(select::Stop) => failed(
            Cause::InvalidSpec,
            "result.jsonPath asks for more work than a path may",
        ),
    }
}

/// Scheme and host of a URL that is a template; none if they are not known before it is rendered.
fn origin(template: &str, reach: &Reach) -> Result<Option<Url>, Failure> {
    let (scheme, rest) = template.split_once("://").unwrap_or((template, ""));
    if scheme.contains("{{") {
        return Ok(None);
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = &rest[..end];
    if host.contains("{{") || rest[end..].starts_with("{{") {
        return Ok(None);
    }
    http::address(&format!("{scheme}://{host}/"), reach).map(Some)
}

fn authorities(spec: &Spec, means: &Means) -> Result<Option<Vec<u8>>, Failure> {
    match (&spec.ca_bundle, &spec.ca_provider) {
        (Some(bundle), _) => Ok(Some(bundle.0.clone())),
        (None, Some(provider)) => {
            let found = means.credentials.get(&Reference::authorities(provider))?;
            Ok(Some(found.expose().to_vec()))
        }
        (None, None) => Ok(None),
    }
}

fn timeout(spec: &Spec) -> Result<Option<Duration>, Failure> {
    let Some(text) = spec.timeout.as_deref().filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let read = parse_duration(text.as_bytes()).ok();
    let nanoseconds = read.and_then(|nanoseconds| u64::try_from(nanoseconds).ok());
    let nanoseconds = nanoseconds.ok_or_else(|| invalid("timeout is no duration"))?;
    // None at all is what a zero means to the peer.
    Ok((nanoseconds > 0).then(|| Duration::from_nanos(nanoseconds)))
}

fn invalid(what: &str) -> Failure {
    Failure::new(Cause::InvalidSpec, what)
}
