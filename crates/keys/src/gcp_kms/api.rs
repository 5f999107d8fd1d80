//! The two methods of Cloud KMS that are used, as REST.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use serde::Deserialize;
use serde_json::Value;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::access::Settings;
use super::token::Login;
use super::{crc32c, fault};
use crate::{Cause, Fault, http};

/// Google's own cloud.
pub(super) const GOOGLE: &str = "googleapis.com";

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Encrypt,
    Decrypt,
}

/// Where Cloud KMS is, and who asks there.
pub(super) struct Service {
    pub(super) http: Client,
    pub(super) login: Login,
    /// Ends with a slash.
    base: Url,
    quota_project: Option<HeaderValue>,
}

/// An answer to either request. Sums are texts of numbers, as JSON cannot have 64 bits.
#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(default)]
    plaintext: String,
    #[serde(default)]
    ciphertext: String,
    #[zeroize(skip)]
    plaintext_crc32c: Option<Value>,
    #[zeroize(skip)]
    ciphertext_crc32c: Option<Value>,
    #[serde(default)]
    verified_plaintext_crc32c: bool,
}

impl Service {
    pub(super) fn new(settings: &Settings, login: Login) -> Result<Self, Fault> {
        let base = base(settings, login.universe_domain.as_deref())?;
        let project = settings.quota_project.as_ref();
        let project = project.or(login.quota_project.as_ref());
        let quota_project = quota(project)?;
        Ok(Self {
            http: client(&base)?,
            login,
            base,
            quota_project,
        })
    }

    /// Ciphertext of plaintext or the reverse, with the sums of both checked on both sides.
    pub(super) async fn ask(
        &self,
        token: &str,
        direction: Direction,
        name: &str,
        content: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let (method, field) = match direction {
            Direction::Encrypt => ("encrypt", "plaintext"),
            Direction::Decrypt => ("decrypt", "ciphertext"),
        };
        let url = self.base.join(&format!("v1/{name}:{method}"));
        let url = url.map_err(|_| setting("the key's name is none for an address"))?;
        let text = Zeroizing::new(STANDARD.encode(content));
        let body = format!(
            r#"{{"{field}":"{}","{field}Crc32c":"{}"}}"#,
            text.as_str(),
            crc32c::sum(content)
        );
        let mut request = self
            .http
            .post(url)
            .header(AUTHORIZATION, bearer(token)?)
            .header("content-type", "application/json")
            .body(body);
        if let Some(project) = &self.quota_project {
            request = request.header("x-goog-user-project", project);
        }
        let answer = request.send().await.map_err(|error| http::fault(&error))?;
        let status = answer.status().as_u16();
        let body = answer.bytes().await.map_err(|error| http::fault(&error))?;
        if status != 200 {
            return Err(fault::of(status, &body, direction));
        }
        let answer: Answer =
            serde_json::from_slice(&body).map_err(|_| Fault::new(Cause::BadReply))?;
        answer.content(direction)
    }
}

/// The client for a service of Google's at this address.
pub(super) fn client(base: &Url) -> Result<Client, Fault> {
    // A redirect would carry the token to whatever the answer names.
    let http = Client::builder()
        .tls_backend_rustls()
        .redirect(Policy::none());
    let http = if base.scheme() == "http" {
        // Otherwise all authorities of the system would be loaded in vain.
        http.tls_certs_only([])
    } else {
        http
    };
    http.build().map_err(|_| setting("TLS cannot be set up"))
}

/// The header that says who pays.
pub(super) fn quota(project: Option<&String>) -> Result<Option<HeaderValue>, Fault> {
    let header = project.map(|project| HeaderValue::try_from(project.as_str()));
    header
        .transpose()
        .map_err(|_| setting("the quota project holds characters that no header can have"))
}

/// The header that says who asks.
pub(super) fn bearer(token: &str) -> Result<HeaderValue, Fault> {
    let bearer = Zeroizing::new(format!("Bearer {token}"));
    let bearer = HeaderValue::try_from(bearer.as_str());
    let mut bearer = bearer.map_err(|_| Fault::new(Cause::BadReply))?;
    bearer.set_sensitive(true);
    Ok(bearer)
}

impl Answer {
    /// What was asked for, if it came as it was sent.
    fn content(&self, direction: Direction) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let (text, sum, arrived) = match direction {
            Direction::Encrypt => (
                &self.ciphertext,
                &self.ciphertext_crc32c,
                self.verified_plaintext_crc32c,
            ),
            // What arrived otherwise than it was sent does not decrypt.
            Direction::Decrypt => (&self.plaintext, &self.plaintext_crc32c, true),
        };
        let content = STANDARD.decode(text).map(Zeroizing::new);
        let content = content.map_err(|_| Fault::new(Cause::BadReply))?;
        let sum = match sum {
            Some(Value::String(text)) => text.parse().ok(),
            Some(Value::Number(number)) => number.as_u64(),
            _ => None,
        };
        if arrived && !content.is_empty() && sum == Some(u64::from(crc32c::sum(&content))) {
            Ok(content)
        } else {
            Err(Fault::new(Cause::BadReply).hint("its checksum is missing or wrong"))
        }
    }
}

/// Where Cloud KMS is: the endpoint that was named, else the one of the cloud that was named, which must be the credentials' own.
fn base(settings: &Settings, of_credentials: Option<&str>) -> Result<Url, Fault> {
    let text = match &settings.endpoint {
        Some(endpoint) if endpoint.contains("://") => endpoint.clone(),
        Some(endpoint) => format!("https://{endpoint}"),
        None => {
            let universe = settings.universe_domain.as_deref().unwrap_or(GOOGLE);
            if of_credentials.is_some_and(|own| own != universe) {
                return Err(setting(
                    "the credentials belong to another universe domain than SOPS_GCP_KMS_UNIVERSE_DOMAIN",
                ));
            }
            format!("https://cloudkms.{universe}")
        }
    };
    let url = Url::parse(&text).ok();
    let mut url = url
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or_else(|| setting("SOPS_GCP_KMS_ENDPOINT is no address"))?;
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

pub(super) fn setting(what: &str) -> Fault {
    Fault::new(Cause::Setting(what.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_is_where_the_settings_say() {
        let rows = [
            (None, None, None, Some("https://cloudkms.googleapis.com/")),
            (
                None,
                Some("s3nsapis.fr"),
                None,
                Some("https://cloudkms.s3nsapis.fr/"),
            ),
            (None, Some("s3nsapis.fr"), Some(GOOGLE), None),
            (None, None, Some("s3nsapis.fr"), None),
            (
                Some("http://127.0.0.1:1"),
                None,
                Some("s3nsapis.fr"),
                Some("http://127.0.0.1:1/"),
            ),
            (
                Some("kms.example:443"),
                None,
                None,
                Some("https://kms.example/"),
            ),
            (
                Some("https://kms.example/x"),
                None,
                None,
                Some("https://kms.example/x/"),
            ),
            (Some("file:///etc"), None, None, None),
        ];
        for (endpoint, universe, own, expected) in rows {
            let settings = Settings {
                endpoint: endpoint.map(str::to_owned),
                universe_domain: universe.map(str::to_owned),
                ..Settings::default()
            };
            let found = base(&settings, own).ok().map(String::from);
            assert_eq!(
                found.as_deref(),
                expected,
                "{endpoint:?} {universe:?} {own:?}"
            );
        }
    }

    #[test]
    fn an_answer_counts_only_with_its_sums() {
        let rows = [
            (
                r#"{"ciphertext":"MTIzNDU2Nzg5","ciphertextCrc32c":"3808858755","verifiedPlaintextCrc32c":true}"#,
                true,
            ),
            (
                r#"{"ciphertext":"MTIzNDU2Nzg5","ciphertextCrc32c":3808858755,"verifiedPlaintextCrc32c":true}"#,
                true,
            ),
            (
                r#"{"ciphertext":"MTIzNDU2Nzg5","ciphertextCrc32c":"3808858755"}"#,
                false,
            ),
            (
                r#"{"ciphertext":"MTIzNDU2Nzg5","ciphertextCrc32c":"1","verifiedPlaintextCrc32c":true}"#,
                false,
            ),
            (
                r#"{"ciphertext":"MTIzNDU2Nzg5","verifiedPlaintextCrc32c":true}"#,
                false,
            ),
            (
                r#"{"ciphertext":"MTIz","ciphertextCrc32c":"3808858755","verifiedPlaintextCrc32c":true}"#,
                false,
            ),
            (
                r#"{"ciphertext":"","ciphertextCrc32c":"0","verifiedPlaintextCrc32c":true}"#,
                false,
            ),
        ];
        for (text, counts) in rows {
            let answer: Answer = serde_json::from_str(text).unwrap();
            assert_eq!(answer.content(Direction::Encrypt).is_ok(), counts, "{text}");
        }
    }
}
