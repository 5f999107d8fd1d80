//! A client certificate: the connection itself is the proof, and the request only names a role.

use selkie_api::store::vault::Cert;

use super::{Identity, Login, Resolve, required};
use crate::Failure;

pub(super) fn login(method: &Cert) -> Result<Login, Failure> {
    let role = method.vault_role.as_deref().filter(|role| !role.is_empty());
    let fields: &[(&str, &[u8])] = match role {
        Some(role) => &[("name", role.as_bytes())],
        None => &[],
    };
    Login::request(method.path(), "", fields)
}

/// The certificate and its key, for the connection.
pub(super) fn identity<'c>(
    method: &Cert,
    resolve: &mut Resolve<'_, 'c>,
) -> Result<Identity<'c>, Failure> {
    Ok([
        required(method.client_cert.as_ref(), "clientCert", resolve)?,
        required(method.secret_ref.as_ref(), "secretRef", resolve)?,
    ])
}
