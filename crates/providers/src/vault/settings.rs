//! What a store's spec says, with what it refers to: the block `vault` and the block `openBao` in one form.
//!
//! Never here: a request.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use selkie_api::store::open_bao::OpenBao;
use selkie_api::store::vault::{ClientTls, Vault};
use selkie_api::{CaProvider, CaProviderType, Cause};

use super::login::{Identity, Login, Resolve, secret};
use super::paths::Layout;
use crate::connect::Means;
use crate::http::Tls;
use crate::{Dialect, Failure, Reference};

/// A store's block.
#[derive(Clone, Copy, Debug)]
pub enum Spec<'s> {
    /// `vault`
    Vault(&'s Vault),
    /// `openBao`
    OpenBao(&'s OpenBao),
}

/// How a server is reached, and who asks.
pub(super) struct Settings {
    pub(super) dialect: Dialect,
    pub(super) server: String,
    pub(super) tls: Tls,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) namespace: Option<String>,
    pub(super) login_namespace: Option<String>,
    pub(super) login: Login,
    pub(super) layout: Layout,
    pub(super) read_your_writes: bool,
    pub(super) forward_inconsistent: bool,
}

impl Settings {
    /// Of a block. Without means, only what it refers to is asked for.
    pub(super) fn new(
        spec: Spec<'_>,
        resolve: &mut Resolve<'_, '_>,
        means: Option<&Means>,
    ) -> Result<Self, Failure> {
        match spec {
            Spec::Vault(spec) => of_vault(spec, resolve, means),
            Spec::OpenBao(spec) => of_open_bao(spec, resolve),
        }
    }
}

fn of_vault(
    spec: &Vault,
    resolve: &mut Resolve<'_, '_>,
    means: Option<&Means>,
) -> Result<Settings, Failure> {
    let ca_bundle = spec.ca_bundle.as_ref().map(|bundle| &*bundle.0);
    let authorities = authorities(ca_bundle, spec.ca_provider.as_ref(), resolve)?;
    let auth = spec.auth.as_ref();
    let (login, identity) = match auth {
        Some(auth) => Login::of_vault(auth, resolve, means)?,
        None => (Login::Anonymous, None),
    };
    let identity = match (identity, &spec.tls) {
        // One connection shows one certificate.
        (Some(identity), _) => Some(identity),
        (None, Some(tls)) => of_tls(tls, resolve)?,
        (None, None) => None,
    };
    let namespace = given(spec.namespace.as_ref());
    let login_namespace = auth.and_then(|auth| given(auth.namespace.as_ref()));
    Ok(Settings {
        dialect: Dialect::Vault,
        server: spec.server.clone(),
        tls: Tls {
            authorities,
            identity: identity.map(|[certificate, key]| Tls::identity(certificate, key)),
        },
        headers: spec.headers.clone(),
        login_namespace: login_namespace.or_else(|| namespace.clone()),
        namespace,
        login,
        layout: Layout {
            mount: spec.path().map(str::to_owned),
            version: spec.version(),
        },
        read_your_writes: spec.read_your_writes.unwrap_or_default(),
        forward_inconsistent: spec.forward_inconsistent.unwrap_or_default(),
    })
}

fn of_open_bao(spec: &OpenBao, resolve: &mut Resolve<'_, '_>) -> Result<Settings, Failure> {
    let ca_bundle = spec.ca_bundle.as_ref().map(|bundle| &*bundle.0);
    let authorities = authorities(ca_bundle, spec.ca_provider.as_ref(), resolve)?;
    let auth = spec.auth.as_ref();
    let namespace = given(spec.namespace.as_ref());
    let login_namespace = auth.and_then(|auth| given(auth.namespace.as_ref()));
    Ok(Settings {
        dialect: Dialect::OpenBao,
        server: spec.server.clone(),
        tls: Tls {
            authorities,
            identity: None,
        },
        headers: BTreeMap::new(),
        login_namespace: login_namespace.or_else(|| namespace.clone()),
        namespace,
        login: match auth {
            Some(auth) => Login::of_open_bao(auth, resolve)?,
            None => Login::Anonymous,
        },
        layout: Layout {
            mount: Some(spec.path().to_owned()),
            version: spec.version(),
        },
        read_your_writes: false,
        forward_inconsistent: false,
    })
}

/// The certificates that stand in the spec, or those that it refers to.
fn authorities(
    bundle: Option<&[u8]>,
    provider: Option<&CaProvider>,
    resolve: &mut Resolve<'_, '_>,
) -> Result<Option<Vec<u8>>, Failure> {
    if let Some(bundle) = bundle.filter(|bundle| !bundle.is_empty()) {
        return Ok(Some(pem(bundle)));
    }
    let Some(provider) = provider else {
        return Ok(None);
    };
    let Some(key) = provider.key.as_ref().filter(|key| !key.is_empty()) else {
        let what = format!("caProvider {:?} names no key", provider.name);
        return Err(Failure::new(Cause::InvalidSpec, what));
    };
    let (namespace, name, key) = (
        provider.namespace.clone(),
        provider.name.clone(),
        key.clone(),
    );
    let reference = match provider.r#type {
        CaProviderType::Secret => Reference::Secret {
            namespace,
            name,
            key,
        },
        CaProviderType::ConfigMap => Reference::ConfigMap {
            namespace,
            name,
            key,
        },
    };
    Ok(Some(pem(resolve(reference)?.expose())))
}

/// PEM as it is; manifests exist that encode it once more.
fn pem(bytes: &[u8]) -> Vec<u8> {
    let text: Vec<u8> = bytes
        .iter()
        .copied()
        .filter(|b| !b.is_ascii_whitespace())
        .collect();
    match STANDARD.decode(text) {
        Ok(decoded) if decoded.starts_with(b"-----BEGIN") => decoded,
        _ => bytes.to_vec(),
    }
}

/// A client certificate and its key: both or none.
fn of_tls<'c>(
    tls: &ClientTls,
    resolve: &mut Resolve<'_, 'c>,
) -> Result<Option<Identity<'c>>, Failure> {
    let certificate = tls.cert_secret_ref.as_ref().filter(|it| it.is_set());
    let key = tls.key_secret_ref.as_ref().filter(|it| it.is_set());
    match (certificate, key) {
        (Some(certificate), Some(key)) => Ok(Some([
            resolve(secret(certificate, Some("tls.crt"))?)?,
            resolve(secret(key, Some("tls.key"))?)?,
        ])),
        (None, None) => Ok(None),
        _ => Err(Failure::new(
            Cause::InvalidSpec,
            "tls.certSecretRef and tls.keySecretRef need each other",
        )),
    }
}

fn given(text: Option<&String>) -> Option<String> {
    text.filter(|text| !text.is_empty()).cloned()
}
