//! One request to a vault and its answer, as status and body. Never here: what a status means ([`super::fault`]), and which token is sent.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use reqwest::{Client as Http, Response, Url};
use selkie_api::Cause;
use selkie_crypto::Secret;

use super::{cloud, fault};
use crate::http::{self, Tls};
use crate::{Failure, Reach};

/// The version of the service's interface. It is in all clouds, and knows all that is read here.
const VERSION: &str = "7.4";

/// A way to one vault.
pub(super) struct Client {
    http: Http,
    url: Url,
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Secret,
    /// How long the service wants to be left alone.
    pub(super) after: Option<Duration>,
    /// With which token it wants to be asked.
    pub(super) challenge: Option<String>,
}

impl Client {
    pub(super) fn new(vault: &str, reach: &Reach) -> Result<Self, Failure> {
        let url = cloud::secured(vault, reach)?;
        let http = http::client(&url, &Tls::default(), HeaderMap::new(), reach)?;
        Ok(Self { http, url })
    }

    pub(super) const fn url(&self) -> &Url {
        &self.url
    }

    /// The address of something in the vault.
    pub(super) fn address(&self, path: &[&str]) -> Result<Url, Failure> {
        let mut url = self.url.clone();
        let what = "vaultUrl has no room for a path";
        let invalid = |()| Failure::new(Cause::InvalidSpec, what);
        let mut names = url.path_segments_mut().map_err(invalid)?;
        names.pop_if_empty().extend(path);
        drop(names);
        url.query_pairs_mut().append_pair("api-version", VERSION);
        Ok(url)
    }

    /// Where a list goes on: an address of the same vault, or nobody's. The token goes along.
    pub(super) fn next(&self, link: &str) -> Result<Url, Failure> {
        let url = Url::parse(link).ok();
        let url = url.filter(|url| url.origin() == self.url.origin());
        url.ok_or_else(|| {
            let what = "the list goes on at another server, which is not followed";
            Failure::new(Cause::ProviderError, what)
        })
    }

    pub(super) async fn get(&self, url: &Url, token: Option<&Secret>) -> Result<Answer, Failure> {
        let mut request = self.http.get(url.clone());
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, bearer(token)?);
        }
        let sent = request.send().await;
        Answer::read(sent.map_err(|error| http::failure(&error))?).await
    }

    /// What the vault wants tokens for. It says so to whoever comes without one.
    pub(super) async fn challenge(&self) -> Result<String, Failure> {
        let url = self.address(&["secrets"])?;
        let answer = self.get(&url, None).await?;
        match (answer.status, &answer.challenge) {
            (401, Some(challenge)) => {
                resource(challenge).ok_or_else(|| fault::strange("what answers at vaultUrl"))
            }
            (200..300 | 401, _) => Err(fault::strange("what answers at vaultUrl")),
            _ => Err(fault::of(&answer, "vaultUrl")),
        }
    }
}

impl Answer {
    pub(super) async fn read(answer: Response) -> Result<Self, Failure> {
        let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
        let headers = answer.headers();
        let after = headers.get(RETRY_AFTER).and_then(text);
        let challenge = headers.get(WWW_AUTHENTICATE).and_then(text);
        Ok(Self {
            status: answer.status().as_u16(),
            after: after
                .and_then(|seconds| seconds.parse().ok())
                .map(Duration::from_secs),
            challenge,
            body: http::body(answer).await?,
        })
    }

    pub(super) const fn is_success(&self) -> bool {
        matches!(self.status, 200..300)
    }
}

/// What a challenge names as the purpose of tokens.
pub(super) fn resource(challenge: &str) -> Option<String> {
    let fields = challenge.trim_start().strip_prefix("Bearer ")?;
    fields.split(',').find_map(|field| {
        let (name, value) = field.trim().split_once('=')?;
        let value = value.trim_matches('"');
        match name {
            "resource" => Some(value.to_owned()),
            "scope" => Some(value.strip_suffix("/.default").unwrap_or(value).to_owned()),
            _ => None,
        }
    })
}

fn bearer(token: &Secret) -> Result<HeaderValue, Failure> {
    let mut text = Secret::with_capacity(token.len() + 7);
    text.extend_from_slice(b"Bearer ");
    text.extend_from_slice(token.expose());
    let value = HeaderValue::from_bytes(text.expose());
    let mut value = value.map_err(|_| fault::strange("the directory"))?;
    value.set_sensitive(true);
    Ok(value)
}
