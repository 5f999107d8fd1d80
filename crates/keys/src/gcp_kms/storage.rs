//! Objects in Cloud Storage: written, never read.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Client, Url};
use serde::Deserialize;

use super::access::Settings;
use super::api::{self, GOOGLE, setting};
use super::token::Login;
use super::{crc32c, fault};
use crate::{Cause, Credentials, Fault, http, network};

/// Where Cloud Storage is, and who asks there.
pub(super) struct Storage {
    http: Client,
    /// None at an emulator, which gets no token.
    login: Option<Login>,
    base: Url,
    quota_project: Option<HeaderValue>,
}

/// What an answer says about the object that was stored.
#[derive(Deserialize)]
struct Stored {
    /// Base64 of the sum's bytes, the highest first.
    crc32c: Option<String>,
}

/// Stores an object in the place of one of the same name.
pub(crate) fn put(
    credentials: &Credentials,
    bucket: &str,
    object: &str,
    content: &[u8],
) -> Result<(), Fault> {
    let access = credentials.gcp.as_ref();
    let access = access.ok_or_else(|| Fault::new(Cause::NoCredentials))?;
    let storage = access.storage()?;
    let url = storage.url(bucket, object)?;
    let network = credentials.network;
    let answer = network::repeated(network, async || {
        let token = match &storage.login {
            Some(login) => Some(access.token(login, &storage.http).await?),
            None => None,
        };
        storage
            .put(
                url.clone(),
                token.as_ref().map(|token| token.as_str()),
                content,
            )
            .await
    });
    network::run(network, answer)
}

impl Storage {
    pub(super) fn new(settings: &Settings, login: Login) -> Result<Self, Fault> {
        let base = if let Some(endpoint) = &settings.storage_endpoint {
            address(endpoint, "SELKIE_GCS_ENDPOINT is no address")?
        } else {
            let universe = login.universe_domain.as_deref().unwrap_or(GOOGLE);
            let what = "the universe domain of the credentials is none";
            address(&format!("https://storage.{universe}"), what)?
        };
        let project = settings.quota_project.as_ref();
        let quota_project = api::quota(project.or(login.quota_project.as_ref()))?;
        Ok(Self {
            http: api::client(&base)?,
            login: Some(login),
            base,
            quota_project,
        })
    }

    /// As in Google's own client: `HOST:PORT` is one without TLS.
    pub(super) fn emulator(host: &str) -> Result<Self, Fault> {
        let what = "STORAGE_EMULATOR_HOST is no address";
        let base = if host.contains("://") {
            address(host, what)?
        } else {
            address(&format!("http://{host}"), what)?
        };
        Ok(Self {
            http: api::client(&base)?,
            login: None,
            base,
            quota_project: None,
        })
    }

    fn url(&self, bucket: &str, object: &str) -> Result<Url, Fault> {
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
        let is_name = bucket.chars().all(fits) && !bucket.chars().all(|c| c == '.');
        if !is_name {
            return Err(setting("the bucket has a name that no bucket can have"));
        }
        let mut url = self.base.clone();
        url.path_segments_mut()
            .map_err(|()| setting("the address of Cloud Storage is none"))?
            .pop_if_empty()
            .extend(["upload", "storage", "v1", "b", bucket, "o"]);
        url.query_pairs_mut()
            .append_pair("uploadType", "media")
            .append_pair("name", object);
        Ok(url)
    }

    async fn put(&self, url: Url, token: Option<&str>, content: &[u8]) -> Result<(), Fault> {
        let mut request = self
            .http
            .post(url)
            .header("content-type", "application/octet-stream")
            .body(content.to_vec());
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, api::bearer(token)?);
        }
        if let Some(project) = &self.quota_project {
            request = request.header("x-goog-user-project", project);
        }
        let answer = request.send().await.map_err(|error| http::fault(&error))?;
        let status = answer.status().as_u16();
        let body = answer.bytes().await.map_err(|error| http::fault(&error))?;
        if status != 200 {
            return Err(fault::of_storage(status));
        }
        let stored: Stored =
            serde_json::from_slice(&body).map_err(|_| Fault::new(Cause::BadReply))?;
        let sum = STANDARD.encode(crc32c::sum(content).to_be_bytes());
        match stored.crc32c {
            Some(other) if other != sum => {
                Err(Fault::new(Cause::BadReply).hint("what arrived has another checksum"))
            }
            _ => Ok(()),
        }
    }
}

fn address(text: &str, what: &str) -> Result<Url, Fault> {
    let url = Url::parse(text).ok();
    url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or_else(|| setting(what))
}
