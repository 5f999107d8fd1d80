//! Objects in S3: one signed request each, over the HTTP client that the build has anyway. The SDK for S3 would be larger than all the
//! rest of AWS's.
//!
//! Credentials and region come from the SDK's own chain, which has no key here that could name a region or a profile.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::{Duration, SystemTime};

use aws_config::SdkConfig;
use aws_credential_types::provider::ProvideCredentials as _;
use aws_sdk_kms::config::Credentials as Identity;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use aws_types::service_config::ServiceConfigKey;
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};

use super::fault;
use crate::{Cause, Credentials, Fault, http, network};

/// Credentials are not used in their last minute: requests take time, and clocks differ.
const MARGIN: Duration = Duration::from_mins(1);

/// The ends of the names of S3's hosts, by how a region begins.
const CLOUDS: [(&str, &str); 5] = [
    ("cn-", "amazonaws.com.cn"),
    ("us-iso-", "c2s.ic.gov"),
    ("us-isob-", "sc2s.sgov.gov"),
    ("eusc-", "amazonaws.eu"),
    ("", "amazonaws.com"),
];

const REGION: &str =
    "set AWS_REGION to the bucket's region, or `region` in the profile of the AWS configuration";

/// S3 as the environment describes it.
pub(super) struct Store {
    config: SdkConfig,
    region: String,
    http: Client,
    held: Mutex<Option<Identity>>,
}

/// Stores an object in the place of one of the same name.
pub(crate) fn put(
    credentials: &Credentials,
    bucket: &str,
    key: &str,
    content: &[u8],
) -> Result<(), Fault> {
    let network = credentials.network;
    let store = credentials.aws.store(network)?;
    let url = store.url(bucket, key)?;
    let answer = network::repeated(network, async || store.put(&url, content).await);
    network::run(network, answer)
}

impl Store {
    pub(super) fn new(config: SdkConfig) -> Result<Self, Fault> {
        let word = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        let region = config.region().map_or("", AsRef::as_ref).to_owned();
        if region.is_empty() {
            return Err(setting("there is no region").hint(REGION));
        }
        if !region.chars().all(word) {
            return Err(setting("the region is none").hint(REGION));
        }
        // A signature is for one host alone.
        let http = Client::builder()
            .tls_backend_rustls()
            .redirect(Policy::none());
        let plain = endpoint(&config).is_some_and(|url| url.starts_with("http:"));
        let http = if plain {
            // Otherwise all authorities of the system would be loaded in vain.
            http.tls_certs_only([])
        } else {
            http
        };
        Ok(Self {
            http: http.build().map_err(|_| setting("TLS cannot be set up"))?,
            config,
            region,
            held: Mutex::default(),
        })
    }

    fn url(&self, bucket: &str, key: &str) -> Result<Url, Fault> {
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if bucket.is_empty() || !bucket.chars().all(fits) || bucket.chars().all(|c| c == '.') {
            // The ARN of an access point, for instance.
            return Err(setting("the bucket is not given by its name"));
        }
        let endpoint = endpoint(&self.config).unwrap_or_else(|| self.host());
        url(&endpoint, bucket, key).ok_or_else(|| setting("the address of S3 is none"))
    }

    /// AWS's own address in the region.
    fn host(&self) -> String {
        let region = &self.region;
        let fips = if self.config.use_fips() == Some(true) {
            "-fips"
        } else {
            ""
        };
        let stack = if self.config.use_dual_stack() == Some(true) {
            ".dualstack"
        } else {
            ""
        };
        let cloud = CLOUDS.iter().find(|(start, _)| region.starts_with(start));
        let cloud = cloud.map_or("amazonaws.com", |(_, cloud)| cloud);
        format!("https://s3{fips}{stack}.{region}.{cloud}")
    }

    async fn put(&self, url: &Url, content: &[u8]) -> Result<(), Fault> {
        let now = self.config.time_source().unwrap_or_default().now();
        let identity = self.identity(now).await?.into();
        let mut settings = SigningSettings::default();
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        let unsigned = || setting("the request cannot be signed");
        let params = SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name("s3")
            .time(now)
            .settings(settings)
            .build()
            .map_err(|_| unsigned())?
            .into();
        let kind = [("content-type", "application/octet-stream")];
        let body = SignableBody::Bytes(content);
        let signed = SignableRequest::new("PUT", url.as_str(), kind.into_iter(), body)
            .and_then(|request| sign(request, &params))
            .map_err(|_| unsigned())?;
        let (instructions, _) = signed.into_parts();
        let mut request = self.http.put(url.clone()).body(content.to_vec());
        for (name, value) in kind.into_iter().chain(instructions.headers()) {
            let name = HeaderName::try_from(name).map_err(|_| unsigned())?;
            let mut value = HeaderValue::try_from(value).map_err(|_| unsigned())?;
            value.set_sensitive(true);
            request = request.header(name, value);
        }
        let answer = request.send().await.map_err(|error| http::fault(&error))?;
        let status = answer.status().as_u16();
        if status == 200 {
            return Ok(());
        }
        let body = answer.bytes().await.map_err(|error| http::fault(&error))?;
        Err(fault::of_store(status, &String::from_utf8_lossy(&body)))
    }

    /// The credentials of the chain, asked again when they end.
    async fn identity(&self, now: SystemTime) -> Result<Identity, Fault> {
        let is_good = |held: &Identity| held.expiry().is_none_or(|end| now + MARGIN < end);
        let held = {
            let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            held.clone().filter(is_good)
        };
        if let Some(held) = held {
            return Ok(held);
        }
        let provider = self.config.credentials_provider();
        let provider = provider.ok_or_else(|| Fault::new(Cause::NoCredentials))?;
        let found = provider.provide_credentials().await;
        let found = found.map_err(|error| fault::no_credentials(&error))?;
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        *held = Some(found.clone());
        Ok(found)
    }
}

/// What `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL` or the profile says.
fn endpoint(config: &SdkConfig) -> Option<String> {
    let key = ServiceConfigKey::builder()
        .service_id("S3")
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url")
        .build();
    let of_service = config.service_config().zip(key.ok());
    let of_service = of_service.and_then(|(settings, key)| settings.load_config(key));
    of_service.or_else(|| config.endpoint_url().map(str::to_owned))
}

/// The object's address. As in the SDKs the bucket is a part of the host's name, if it can be one.
fn url(endpoint: &str, bucket: &str, key: &str) -> Option<Url> {
    let mut url = Url::parse(endpoint).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    let lower = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let path = url.path().trim_end_matches('/').to_owned();
    let key = encoded(key);
    if let Some(host) = url.domain().filter(|_| bucket.chars().all(lower)) {
        let host = format!("{bucket}.{host}");
        url.set_host(Some(&host)).ok()?;
        url.set_path(&format!("{path}/{key}"));
    } else {
        url.set_path(&format!("{path}/{bucket}/{key}"));
    }
    Some(url)
}

/// An object's name in a path, as the signature wants it: everything but letters, digits, slashes and four signs is encoded.
fn encoded(key: &str) -> String {
    use std::fmt::Write as _;
    key.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}

fn setting(what: &str) -> Fault {
    Fault::new(Cause::Setting(what.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_has_one_address() {
        let aws = "https://s3.eu-central-1.amazonaws.com";
        let rows = [
            (
                aws,
                "b",
                "a/b.yaml",
                "https://b.s3.eu-central-1.amazonaws.com/a/b.yaml",
            ),
            // A certificate for `*.s3…` is none for a name with another dot.
            (
                aws,
                "a.b",
                "k",
                "https://s3.eu-central-1.amazonaws.com/a.b/k",
            ),
            (
                "http://127.0.0.1:9000/",
                "b",
                "k",
                "http://127.0.0.1:9000/b/k",
            ),
            (
                "http://localhost:9000",
                "b",
                "k",
                "http://b.localhost:9000/k",
            ),
            (
                aws,
                "b",
                "a b/ü+(1)?#%.yaml",
                "https://b.s3.eu-central-1.amazonaws.com/a%20b/%C3%BC%2B%281%29%3F%23%25.yaml",
            ),
            (
                aws,
                "b",
                "/k//l",
                "https://b.s3.eu-central-1.amazonaws.com//k//l",
            ),
        ];
        for (endpoint, bucket, key, expected) in rows {
            let found = url(endpoint, bucket, key).map(String::from);
            assert_eq!(found.as_deref(), Some(expected));
        }
        assert!(url("file:///etc", "b", "k").is_none());
    }
}
