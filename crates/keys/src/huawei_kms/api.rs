//! The methods of Huawei Cloud that are used, as REST.

use reqwest::redirect::Policy;
use reqwest::{Client, Method, Url};
use selkie_crypto::Timestamp;
use serde::Deserialize;
use serde_json::json;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::access::{KeyPair, Settings};
use super::fault;
use super::sign::{self, Request};
use crate::{Cause, Fault, http};

/// The identity service of all regions.
const IDENTITY: &str = "https://iam.myhuaweicloud.com";

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Encrypt,
    Decrypt,
}

/// Where Huawei Cloud is, and who asks there.
pub(super) struct Service {
    pub(super) project: Option<String>,
    http: Client,
    pair: KeyPair,
    identity: Url,
    endpoint: Option<fn(&str) -> Option<String>>,
}

/// An answer to either request.
#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
struct Answer {
    #[serde(default)]
    plain_text: String,
    #[serde(default)]
    cipher_text: String,
}

#[derive(Deserialize)]
struct Projects {
    projects: Vec<Project>,
}

#[derive(Deserialize)]
struct Project {
    id: String,
}

impl Service {
    pub(super) fn new(settings: Settings) -> Result<Self, Fault> {
        let pair = settings
            .pair
            .ok_or_else(|| Fault::new(Cause::NoCredentials))?;
        if settings
            .project
            .as_deref()
            .is_some_and(|project| !is_plain(project))
        {
            return Err(setting("HUAWEICLOUD_SDK_PROJECT_ID is no project's id"));
        }
        let identity = settings.identity_endpoint.as_deref().unwrap_or(IDENTITY);
        // A redirect would take the signed request to whatever the answer names.
        let http = Client::builder()
            .tls_backend_rustls()
            .redirect(Policy::none())
            .build()
            .map_err(|_| setting("TLS cannot be set up"))?;
        Ok(Self {
            project: settings.project,
            http,
            pair,
            identity: address(identity, "HUAWEICLOUD_SDK_IAM_ENDPOINT")?,
            endpoint: settings.endpoint,
        })
    }

    /// Ciphertext of a text or the reverse.
    pub(super) async fn ask(
        &self,
        direction: Direction,
        region: &str,
        project: &str,
        key: &str,
        text: &str,
        now: Timestamp,
    ) -> Result<Zeroizing<String>, Fault> {
        let (method, field) = match direction {
            Direction::Encrypt => ("encrypt-data", "plain_text"),
            Direction::Decrypt => ("decrypt-data", "cipher_text"),
        };
        // What is wrapped is base64; a ciphertext of a damaged file may be anything.
        let text = Zeroizing::new(json!(text).to_string());
        let body = Zeroizing::new(format!(
            r#"{{"key_id":"{key}","encryption_algorithm":"SYMMETRIC_DEFAULT","{field}":{}}}"#,
            text.as_str()
        ));
        let request = Request {
            method: "POST",
            host: "",
            path: &format!("/v1.0/{project}/kms/{method}"),
            query: &[],
            project: Some(project),
            body: body.as_bytes(),
        };
        let (status, body) = self.send(self.kms(region)?, request, now).await?;
        if !(200..300).contains(&status) {
            return Err(fault::of(status, &body, direction));
        }
        let mut answer: Answer =
            serde_json::from_slice(&body).map_err(|_| Fault::new(Cause::BadReply))?;
        let text = match direction {
            Direction::Encrypt => &mut answer.cipher_text,
            Direction::Decrypt => &mut answer.plain_text,
        };
        if text.is_empty() {
            return Err(Fault::new(Cause::BadReply));
        }
        Ok(Zeroizing::new(std::mem::take(text)))
    }

    /// The one project that the account has in a region.
    pub(super) async fn project_of(&self, region: &str, now: Timestamp) -> Result<String, Fault> {
        let request = Request {
            method: "GET",
            host: "",
            path: "/v3/projects",
            query: &[("name", region)],
            project: None,
            body: b"",
        };
        let (status, body) = self.send(self.identity.clone(), request, now).await?;
        if status != 200 {
            return Err(fault::of_identity(status, &body));
        }
        let found: Projects =
            serde_json::from_slice(&body).map_err(|_| Fault::new(Cause::BadReply))?;
        let mut projects = found.projects.into_iter();
        match (projects.next(), projects.next()) {
            (Some(project), None) if is_plain(&project.id) => Ok(project.id),
            (None, _) => {
                Err(Fault::new(Cause::Elsewhere)
                    .hint("the account has no project in the key's region"))
            }
            _ => Err(setting(
                "the account has several projects in the key's region: HUAWEICLOUD_SDK_PROJECT_ID says which",
            )),
        }
    }

    /// Signs a request and sends it.
    async fn send(
        &self,
        base: Url,
        request: Request<'_>,
        now: Timestamp,
    ) -> Result<(u16, Zeroizing<Vec<u8>>), Fault> {
        let mut url = base;
        url.set_path(request.path);
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(request.query);
        }
        let host = match (url.host_str(), url.port()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (host, _) => host.unwrap_or_default().to_owned(),
        };
        let request = Request {
            host: &host,
            ..request
        };
        let method = Method::from_bytes(request.method.as_bytes());
        let method = method.map_err(|_| Fault::new(Cause::Refused))?;
        let headers = sign::headers(&request, &self.pair, now);
        let mut asked = self
            .http
            .request(method, url)
            .header("content-type", "application/json;charset=UTF-8")
            .body(request.body.to_vec());
        for (name, value) in headers {
            asked = asked.header(name, value);
        }
        let answer = asked.send().await.map_err(|error| unsent(&error))?;
        let status = answer.status().as_u16();
        let body = answer.bytes().await.map_err(|error| http::fault(&error))?;
        Ok((status, Zeroizing::new(body.to_vec())))
    }

    /// Where a region's keys are.
    fn kms(&self, region: &str) -> Result<Url, Fault> {
        let named = self.endpoint.and_then(|of| of(region));
        match named {
            // Several may be named, for the library to go on to when one is not found.
            Some(named) => {
                let first = named.split(',').next().unwrap_or_default();
                address(first, "HUAWEICLOUD_SDK_REGION_KMS_… of the key's region")
            }
            None => address(&public(region), "the key's region"),
        }
    }
}

/// The public address of a region's KMS. European regions have a top-level domain of their own.
fn public(region: &str) -> String {
    let domain = if region == "eu-west-101" { "eu" } else { "com" };
    format!("https://kms.{region}.myhuaweicloud.{domain}")
}

fn address(text: &str, what: &str) -> Result<Url, Fault> {
    let text = text.trim();
    let text = if text.contains("://") {
        text.to_owned()
    } else {
        format!("https://{text}")
    };
    Url::parse(&text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or_else(|| setting(&format!("{what} is no address")))
}

/// Whether a project's name can stand in a path.
fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
}

/// A header that cannot be made is a setting with characters that none can have.
fn unsent(error: &reqwest::Error) -> Fault {
    if error.is_builder() {
        return setting(
            "the access key, its token or the project holds characters that no header can have",
        );
    }
    http::fault(error)
}

fn setting(what: &str) -> Fault {
    Fault::new(Cause::Setting(what.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_made_of_what_is_named() {
        let rows = [
            ("kms.example", Some("https://kms.example/")),
            (" http://127.0.0.1:1 ", Some("http://127.0.0.1:1/")),
            ("file:///etc", None),
            ("", None),
        ];
        for (text, expected) in rows {
            let found = address(text, "x").ok().map(String::from);
            assert_eq!(found.as_deref(), expected, "{text}");
        }
        assert_eq!(
            public("tr-west-1"),
            "https://kms.tr-west-1.myhuaweicloud.com"
        );
        assert_eq!(
            public("eu-west-101"),
            "https://kms.eu-west-101.myhuaweicloud.eu"
        );
    }
}
