//! How a store logs in: one file per method, each of which makes one request out of the spec and what it refers to.
//!
//! Never here: when a login is due, and what comes back ([`super::token`]).

mod app_role;
mod cert;
#[cfg(feature = "aws")]
mod iam;
mod jwt;
mod kubernetes;
mod ldap;
mod user_pass;

use std::sync::Arc;

use selkie_api::store::open_bao::OpenBaoAuth;
use selkie_api::store::vault::{Iam, VaultAuth};
use selkie_api::{Cause, SecretKeySelector, ServiceAccountSelector};
use selkie_crypto::Secret;
use serde_json::ser::{CompactFormatter, Formatter as _};
use zeroize::Zeroizing;

use super::paths::Path;
use crate::connect::Means;
use crate::{Failure, Reference};

/// Gives what a reference stands for.
pub(super) type Resolve<'r, 'c> = dyn FnMut(Reference) -> Result<&'c Secret, Failure> + 'r;

/// The way to a token.
pub(super) enum Login {
    /// None: an agent on the way adds a token of its own.
    Anonymous,
    /// It stands in a Secret, and belongs to whoever wrote it there.
    Given(Arc<Secret>),
    /// It is asked for.
    Request {
        path: Path,
        body: Zeroizing<Vec<u8>>,
    },
    /// It is asked for with a proof that is made each time.
    #[cfg(feature = "aws")]
    Iam(Box<iam::Iam>),
}

/// A client certificate and its key.
pub(super) type Identity<'c> = [&'c Secret; 2];

impl Login {
    /// By the first method that is there, in the order of the peer; with the identity that the connection needs for it.
    pub(super) fn of_vault<'c>(
        auth: &VaultAuth,
        resolve: &mut Resolve<'_, 'c>,
        means: Option<&Means>,
    ) -> Result<(Self, Option<Identity<'c>>), Failure> {
        let login = if let Some(token) = auth.token_secret_ref.as_ref().filter(|it| it.is_set()) {
            given(token, resolve)
        } else if let Some(method) = &auth.app_role {
            app_role::login(method, resolve)
        } else if let Some(method) = &auth.kubernetes {
            kubernetes::login(method, resolve)
        } else if let Some(method) = &auth.ldap {
            ldap::login(method, resolve)
        } else if let Some(method) = &auth.user_pass {
            user_pass::login(method, resolve)
        } else if let Some(method) = &auth.jwt {
            jwt::login(method, resolve)
        } else if let Some(method) = &auth.cert {
            let identity = cert::identity(method, resolve)?;
            return Ok((cert::login(method)?, Some(identity)));
        } else if let Some(method) = &auth.iam {
            of_iam(method, resolve, means)
        } else if auth.gcp.is_some() {
            Err(unsupported("gcp"))
        } else {
            Ok(Self::Anonymous)
        };
        Ok((login?, None))
    }

    /// By the one method that is there.
    pub(super) fn of_open_bao(
        auth: &OpenBaoAuth,
        resolve: &mut Resolve<'_, '_>,
    ) -> Result<Self, Failure> {
        if let Some(token) = auth.token_secret_ref.as_ref().filter(|it| it.is_set()) {
            given(token, resolve)
        } else if let Some(method) = &auth.app_role {
            app_role::login(method, resolve)
        } else if let Some(method) = &auth.user_pass {
            user_pass::login(method, resolve)
        } else {
            Ok(Self::Anonymous)
        }
    }

    /// Whether it is a request, which can be made again.
    pub(super) const fn is_request(&self) -> bool {
        match self {
            Self::Anonymous | Self::Given(_) => false,
            Self::Request { .. } => true,
            #[cfg(feature = "aws")]
            Self::Iam(_) => true,
        }
    }

    /// Whether what it was made of is soon of no use any more.
    pub(super) fn is_over(&self) -> bool {
        match self {
            #[cfg(feature = "aws")]
            Self::Iam(iam) => iam.is_over(),
            _ => false,
        }
    }

    /// A request to a method's mount, with text fields.
    fn request(mount: &str, name: &str, fields: &[(&str, &[u8])]) -> Result<Self, Failure> {
        let path = Path::of("auth")?.and(None, mount)?;
        let path = path.and(Some("login"), name)?;
        let body = body(fields)?;
        Ok(Self::Request { path, body })
    }
}

#[cfg(feature = "aws")]
fn of_iam(
    method: &Iam,
    resolve: &mut Resolve<'_, '_>,
    means: Option<&Means>,
) -> Result<Login, Failure> {
    iam::login(method, resolve, means)
}

#[cfg(not(feature = "aws"))]
fn of_iam(_: &Iam, _: &mut Resolve<'_, '_>, _: Option<&Means>) -> Result<Login, Failure> {
    Err(unsupported("iam"))
}

fn given(token: &SecretKeySelector, resolve: &mut Resolve<'_, '_>) -> Result<Login, Failure> {
    let token = resolve(secret(token, None)?)?;
    Ok(Login::Given(Arc::new(Secret::from(
        token.expose().to_vec(),
    ))))
}

/// What stands behind a reference that has to be there.
fn required<'c>(
    selector: Option<&SecretKeySelector>,
    field: &str,
    resolve: &mut Resolve<'_, 'c>,
) -> Result<&'c Secret, Failure> {
    match selector.filter(|it| it.is_set()) {
        Some(selector) => resolve(secret(selector, None)?),
        None => Err(Failure::new(
            Cause::InvalidSpec,
            format!("the login has no {field}"),
        )),
    }
}

/// A key of a Secret: the one that is named, or the one that stands for it.
pub(super) fn secret(
    selector: &SecretKeySelector,
    default: Option<&str>,
) -> Result<Reference, Failure> {
    let key = selector.key.as_deref().filter(|key| !key.is_empty());
    let Some(key) = key.or(default) else {
        let what = format!("the reference to Secret {:?} names no key", selector.name);
        return Err(Failure::new(Cause::InvalidSpec, what));
    };
    Ok(Reference::Secret {
        namespace: selector.namespace.clone(),
        name: selector.name.clone(),
        key: key.to_owned(),
    })
}

/// A token of a ServiceAccount, for these audiences and those of the reference.
fn token(account: &ServiceAccountSelector, more: &[String], seconds: u32) -> Reference {
    let audiences = [&account.audiences, more].concat();
    Reference::Token {
        namespace: account.namespace.clone(),
        name: account.name.clone(),
        audiences,
        seconds,
    }
}

fn unsupported(method: &str) -> Failure {
    let what = format!("the login {method} is not supported");
    Failure::new(Cause::Unsupported, what)
}

/// A JSON object, in a buffer that never has to grow and leave a copy behind.
fn body(fields: &[(&str, &[u8])]) -> Result<Zeroizing<Vec<u8>>, Failure> {
    // An escaped character takes six.
    let room = fields
        .iter()
        .map(|(name, value)| name.len() + 6 * value.len() + 8);
    let mut body = Zeroizing::new(Vec::with_capacity(room.sum::<usize>() + 2));
    let mut write = || -> Option<()> {
        let mut format = CompactFormatter;
        format.begin_object(&mut *body).ok()?;
        for (index, (name, value)) in fields.iter().enumerate() {
            format.begin_object_key(&mut *body, index == 0).ok()?;
            serde_json::to_writer(&mut *body, name).ok()?;
            format.begin_object_value(&mut *body).ok()?;
            serde_json::to_writer(&mut *body, str::from_utf8(value).ok()?).ok()?;
        }
        format.end_object(&mut *body).ok()
    };
    if write().is_none() {
        let what = "the credentials of the login are not text";
        return Err(Failure::new(Cause::InvalidData, what));
    }
    Ok(body)
}

#[cfg(test)]
mod tests;
