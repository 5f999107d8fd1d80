//! The HTTP client of the providers that are asked without a vendor's own: whom it believes, where it goes, how long it waits, and what it
//! means when no answer comes.
//!
//! Never here: statuses, which mean something else with each provider, and the environment but for the proxy that is named there.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder, Identity, Response, Url};
use selkie_api::Cause;
use selkie_crypto::Secret;

use crate::reach::Denied;
use crate::{Failure, Reach};

/// For a connection with TLS: two lost packets are sent again within it, and who is not there by then is not there.
const CONNECT: Duration = Duration::from_secs(5);

/// For a request with its whole answer. Half of what Vault's own client waits: a value is read in milliseconds, and a worker that waits for a
/// dead server serves nobody.
const WHOLE: Duration = Duration::from_secs(30);

/// Room that an answer gets because it says that it needs it.
const TRUSTED: u64 = 1 << 20;

/// Whom to believe, and who we are.
#[derive(Debug, Default)]
pub(crate) struct Tls {
    /// PEM certificates of the authorities that are believed, in the place of the system's.
    pub(crate) authorities: Option<Vec<u8>>,
    /// A client certificate with its key, both PEM.
    pub(crate) identity: Option<Secret>,
}

#[cfg(any(feature = "kubernetes", feature = "vault"))]
impl Tls {
    /// A client certificate with its key.
    pub(crate) fn identity(certificate: &Secret, key: &Secret) -> Secret {
        let mut both = Secret::with_capacity(certificate.len() + key.len() + 1);
        both.extend_from_slice(certificate.expose());
        both.extend_from_slice(b"\n");
        both.extend_from_slice(key.expose());
        both
    }
}

/// The address of a server as a spec has it.
pub(crate) fn address(text: &str, reach: &Reach) -> Result<Url, Failure> {
    let url = Url::parse(text).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https"));
    let Some((url, host)) = url.as_ref().and_then(|url| Some((url, url.host_str()?))) else {
        let what = "the address of the server is not http://… or https://…";
        return Err(Failure::new(Cause::InvalidSpec, what));
    };
    if !reach.allows_host(host) {
        return Err(Failure::new(Cause::Forbidden, Denied.to_string()));
    }
    Ok(url.clone())
}

/// A client for one server, with headers for each request that does not set its own.
pub(crate) fn client(
    url: &Url,
    tls: &Tls,
    headers: HeaderMap,
    reach: &Reach,
) -> Result<Client, Failure> {
    let mut http = ClientBuilder::new()
        .tls_backend_rustls()
        // Whoever answers could name any other server, which would get our credentials.
        .redirect(Policy::none())
        .default_headers(headers)
        .connect_timeout(CONNECT)
        .timeout(WHOLE)
        .dns_resolver(Arc::new(Guarded(reach.clone())));
    if is_loopback(url) {
        // As Go does: an agent on this machine is never behind a proxy.
        http = http.no_proxy();
    }
    http = if url.scheme() == "https" {
        with_tls(http, tls)?
    } else {
        // Otherwise all authorities of the system would be loaded in vain.
        http.tls_certs_only([])
    };
    http.build()
        .map_err(|_| Failure::new(Cause::Tls, "the settings of TLS do not fit together"))
}

/// A client for the address at which a machine tells about itself: without TLS, never by way of a proxy, and past the rule that keeps stores away
/// from there. Only a vendor's own login may have it.
#[cfg(feature = "azure")]
pub(crate) fn machine_client() -> Result<Client, Failure> {
    let http = ClientBuilder::new()
        .tls_backend_rustls()
        .tls_certs_only([])
        .redirect(Policy::none())
        .no_proxy()
        .connect_timeout(CONNECT)
        .timeout(WHOLE);
    http.build()
        .map_err(|_| Failure::new(Cause::Tls, "the settings of TLS do not fit together"))
}

fn with_tls(mut http: ClientBuilder, tls: &Tls) -> Result<ClientBuilder, Failure> {
    if let Some(pem) = &tls.authorities {
        let bundle = Certificate::from_pem_bundle(pem).ok();
        let bundle = bundle.filter(|bundle| !bundle.is_empty());
        let what = "the authorities to believe are no PEM certificates";
        http = http.tls_certs_only(bundle.ok_or_else(|| Failure::new(Cause::Tls, what))?);
    }
    if let Some(pem) = &tls.identity {
        let what = "the client certificate is no PEM certificate with its key";
        let identity = Identity::from_pem(pem.expose());
        http = http.identity(identity.map_err(|_| Failure::new(Cause::Tls, what))?);
    }
    Ok(http)
}

/// Whether a server is on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    // An address has been brought into its shortest form, so that no name begins so and is none.
    matches!(host, "localhost" | "[::1]") || url.domain().is_none() && host.starts_with("127.")
}

/// The system's resolver, but no name leads where no address may.
struct Guarded(Reach);

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0.clone();
        Box::pin(async move {
            // The client puts the URL's port in.
            let found: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // One such address among others is enough of a reason: the next attempt might take it.
            if found.iter().any(|address| !reach.allows(address.ip())) {
                return Err(Denied.into());
            }
            let found: Addrs = Box::new(found.into_iter());
            Ok(found)
        })
    }
}

/// The body of an answer that is one value, or a page of them.
#[cfg(any(
    feature = "aws",
    feature = "azure",
    feature = "kubernetes",
    feature = "vault",
    feature = "webhook"
))]
pub(crate) async fn body(answer: Response) -> Result<Secret, Failure> {
    /// Vault takes nothing larger by default, and a Secret has room for one megabyte.
    const LARGEST: usize = 32 << 20;
    body_within(answer, LARGEST).await?.ok_or_else(|| {
        let what = "the answer is larger than 32 MiB";
        Failure::new(Cause::ProviderError, what)
    })
}

/// The body of an answer; none if it is larger than this.
pub(crate) async fn body_within(
    mut answer: Response,
    largest: usize,
) -> Result<Option<Secret>, Failure> {
    let expected = answer.content_length().unwrap_or_default();
    let mut body = Secret::with_capacity(expected.min(TRUSTED) as usize);
    while let Some(piece) = answer.chunk().await.map_err(|error| failure(&error))? {
        if body.len() + piece.len() > largest {
            return Ok(None);
        }
        body.extend_from_slice(&piece);
    }
    Ok(Some(body))
}

/// Alerts of TLS with which a server wants to see a client certificate, or another one.
const CLIENT_CERTIFICATE: [&str; 4] = [
    "alert: CertificateRequired",
    "alert: BadCertificate",
    "alert: CertificateUnknown",
    "alert: UnknownCA",
];

/// Nobody known has signed the certificate, or somebody who only has the name of one who is known.
const UNKNOWN_AUTHORITY: [&str; 2] = ["UnknownIssuer", "BadSignature"];

/// What it means that no answer came. TLS says what it has against a certificate in texts alone, at the end of the chain of reasons.
pub(crate) fn failure(error: &reqwest::Error) -> Failure {
    let mut reason: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(cause) = reason {
        if cause.is::<Denied>() {
            return Failure::new(Cause::Forbidden, Denied.to_string());
        }
        let text = cause.to_string();
        if let Some((_, problem)) = text.split_once("invalid peer certificate: ") {
            let what = if UNKNOWN_AUTHORITY
                .iter()
                .any(|word| problem.starts_with(word))
            {
                "the server's certificate is signed by nobody known here"
            } else {
                "the server's certificate is for another name or time"
            };
            return Failure::new(Cause::Tls, what);
        }
        if CLIENT_CERTIFICATE.iter().any(|alert| text.contains(alert)) {
            let what = "the server asks for a client certificate that it knows";
            return Failure::new(Cause::Tls, what);
        }
        reason = cause.source();
    }
    if error.is_timeout() {
        return Failure::new(Cause::Timeout, "the server does not answer in time");
    }
    if error.is_body() || error.is_decode() {
        let what = "the answer ends in the middle";
        return Failure::new(Cause::ProviderError, what);
    }
    Failure::new(Cause::Unreachable, "the server cannot be reached")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_metadata_is_refused() {
        let rows: [(&str, Option<Cause>); 14] = [
            ("https://vault.example:8200", None),
            ("http://127.0.0.1:8200/base", None),
            ("https://[::1]", None),
            ("vault.example:8200", Some(Cause::InvalidSpec)),
            ("unix:///run/agent.sock", Some(Cause::InvalidSpec)),
            ("file:///etc/passwd", Some(Cause::InvalidSpec)),
            ("", Some(Cause::InvalidSpec)),
            ("https://", Some(Cause::InvalidSpec)),
            ("http://169.254.169.254", Some(Cause::Forbidden)),
            ("http://169.254.169.254.", Some(Cause::Forbidden)),
            ("http://2852039166/", Some(Cause::Forbidden)),
            ("http://0xa9.0xfe.0xa9.0xfe/", Some(Cause::Forbidden)),
            ("http://[fd00:ec2::254]/", Some(Cause::Forbidden)),
            ("https://metadata.google.internal", Some(Cause::Forbidden)),
        ];
        for (text, expected) in rows {
            let read = address(text, &Reach::default());
            assert_eq!(read.err().map(|failure| failure.cause), expected, "{text}");
        }
    }

    #[test]
    fn only_this_machine_is_loopback() {
        let rows = [
            ("http://localhost:8200", true),
            ("http://127.0.0.1", true),
            ("http://127.1.2.3", true),
            ("http://[::1]:1", true),
            ("http://127.example", false),
            ("http://10.0.0.1", false),
        ];
        for (text, expected) in rows {
            assert_eq!(is_loopback(&Url::parse(text).unwrap()), expected, "{text}");
        }
    }
}
