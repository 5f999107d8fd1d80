//! A token of a ServiceAccount, which Vault shows to the cluster's API server.

use selkie_api::store::vault::VaultKubernetes;

use super::{Login, Resolve, secret, token};
use crate::{Failure, Reference};

/// How long a token lives that is made for one login. No cluster makes a shorter one.
const SECONDS: u32 = 600;

pub(super) fn login(
    method: &VaultKubernetes,
    resolve: &mut Resolve<'_, '_>,
) -> Result<Login, Failure> {
    let secret_ref = method.secret_ref.as_ref().filter(|it| it.is_set());
    let reference = match (&method.service_account_ref, secret_ref) {
        (Some(account), _) => token(account, &[], SECONDS),
        (None, Some(selector)) => secret(selector, Some("token"))?,
        (None, None) => Reference::OwnToken,
    };
    let jwt = resolve(reference)?;
    let fields = [("role", method.role.as_bytes()), ("jwt", jwt.expose())];
    Login::request(method.mount_path(), "", &fields)
}
