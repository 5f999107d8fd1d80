//! A client for one address: what `vaultrs` does not let one say of TLS is said to the HTTP client below it.
//!
//! Its own builder reads the environment and panics on some of what it finds there, so every field is set here. Never here: what
//! the settings mean to a key.

use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{HOST, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Certificate, ClientBuilder, Identity, Proxy, Url};
use rustify::clients::reqwest::Client;
use vaultrs::api::EndpointMiddleware;
use vaultrs::client::{VaultClient, VaultClientSettings};

use super::Settings;
use crate::{Cause, Fault};

/// A way to the server at `address`, which may be `unix:///path` for an agent.
pub(super) fn make(settings: &Settings, address: &str) -> Result<VaultClient, Fault> {
    let socket = address.strip_prefix("unix://");
    let mut url = match socket {
        Some(_) => Url::parse("http://localhost"),
        None => Url::parse(address),
    }
    .ok()
    .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
    .ok_or_else(|| setting("the address of the server is not http://… or https://…"))?;

    // Vault redirects from a standby to the active server. Whoever answers could name any other, which would get the token.
    let mut http = ClientBuilder::new()
        .tls_backend_rustls()
        .redirect(Policy::none());
    let mut headers = extra_headers(settings)?;
    if let Some(path) = socket {
        http = over_socket(http, path)?;
    } else if is_loopback(&url) {
        // As Go does: an agent on this machine is never behind a proxy.
        http = http.no_proxy();
    }
    if url.scheme() == "https" {
        if let Some(name) = &settings.server_name {
            let host = to_server_name(&mut url, name)?;
            headers.insert(HOST, text(host.header())?);
            http = http.dns_resolver(Arc::new(host)).no_proxy();
        }
        http = with_tls(http, settings)?;
    } else {
        // Otherwise all authorities of the system would be loaded in vain.
        http = http.tls_certs_only([]);
    }
    if let Some(proxy) = &settings.proxy {
        let proxy = Proxy::all(proxy).map_err(|_| setting("VAULT_PROXY_ADDR is no address"))?;
        http = http.proxy(proxy);
    }
    let http = http.default_headers(headers).build();
    let http = http.map_err(|_| setting("the settings of TLS do not fit together"))?;

    let token = match &settings.token {
        Some(token) => header_text(token.expose(), "the token")?,
        None => String::new(),
    };
    let namespace = settings.namespace.as_ref();
    let namespace = namespace
        .map(|name| header_text(name.as_bytes(), "VAULT_NAMESPACE"))
        .transpose()?;
    Ok(VaultClient {
        middle: EndpointMiddleware {
            token,
            version: "v1".to_owned(),
            wrap: None,
            namespace,
        },
        http: Client::new(url.as_str(), http),
        // Nothing below reads them again.
        settings: VaultClientSettings {
            address: url,
            ca_certs: Vec::new(),
            identity: None,
            timeout: None,
            token: String::new(),
            verify: true,
            version: 1,
            wrapping: false,
            namespace: None,
            proxy: None,
        },
    })
}

fn with_tls(mut http: ClientBuilder, settings: &Settings) -> Result<ClientBuilder, Fault> {
    if let Some(authorities) = &settings.authorities {
        let mut certificates = Vec::new();
        for pem in authorities {
            let bundle = Certificate::from_pem_bundle(pem).ok();
            let bundle = bundle.filter(|bundle| !bundle.is_empty()).ok_or_else(|| {
                setting("VAULT_CACERT, VAULT_CACERT_BYTES or VAULT_CAPATH holds no certificate")
            })?;
            certificates.extend(bundle);
        }
        http = http.tls_certs_only(certificates);
    }
    if let Some(pem) = &settings.identity {
        let identity = Identity::from_pem(pem.expose()).map_err(|_| {
            setting("VAULT_CLIENT_CERT and VAULT_CLIENT_KEY hold no certificate with its key")
        })?;
        http = http.identity(identity);
    }
    Ok(http.tls_danger_accept_invalid_certs(settings.skip_verify))
}

fn extra_headers(settings: &Settings) -> Result<HeaderMap, Fault> {
    let mut headers = HeaderMap::new();
    for (name, value) in &settings.headers {
        let name = HeaderName::try_from(name.as_str());
        let value = HeaderValue::from_bytes(value.expose());
        let (Ok(name), Ok(mut value)) = (name, value) else {
            return Err(setting("VAULT_HEADERS holds what no header can"));
        };
        value.set_sensitive(true);
        headers.append(name, value);
    }
    Ok(headers)
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have none")]
fn over_socket(http: ClientBuilder, path: &str) -> Result<ClientBuilder, Fault> {
    Ok(http.unix_socket(path))
}

#[cfg(not(unix))]
fn over_socket(_http: ClientBuilder, _path: &str) -> Result<ClientBuilder, Fault> {
    Err(setting("this system has no sockets for VAULT_AGENT_ADDR"))
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    // An address has been brought into its shortest form, so that no name begins so and is none.
    matches!(host, "localhost" | "[::1]") || url.domain().is_none() && host.starts_with("127.")
}

/// The HTTP client takes the name for TLS from the URL. So the URL gets that name, and the resolver finds the host by it.
struct RealHost {
    host: String,
    port: Option<u16>,
}

fn to_server_name(url: &mut Url, name: &str) -> Result<RealHost, Fault> {
    let host = RealHost {
        host: url.host_str().unwrap_or_default().to_owned(),
        port: url.port(),
    };
    url.set_host(Some(name))
        .map_err(|_| setting("VAULT_TLS_SERVER_NAME is no name"))?;
    Ok(host)
}

impl RealHost {
    fn header(&self) -> String {
        match self.port {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.clone(),
        }
    }
}

impl Resolve for RealHost {
    fn resolve(&self, _name: Name) -> Resolving {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        let host = bare.to_owned();
        Box::pin(async move {
            // The client puts the URL's port in.
            let found = tokio::net::lookup_host((host, 0)).await?;
            let found: Addrs = Box::new(found.collect::<Vec<_>>().into_iter());
            Ok(found)
        })
    }
}

/// `vaultrs` panics on a header that HTTP does not allow.
fn header_text(bytes: &[u8], what: &str) -> Result<String, Fault> {
    let problem = || setting(&format!("{what} holds characters that no header can have"));
    let value = HeaderValue::from_bytes(bytes).map_err(|_| problem())?;
    value.to_str().map(str::to_owned).map_err(|_| problem())
}

fn text(value: String) -> Result<HeaderValue, Fault> {
    HeaderValue::try_from(value).map_err(|_| setting("the address holds what no header can"))
}

fn setting(what: &str) -> Fault {
    Fault::new(Cause::Setting(what.to_owned()))
}
