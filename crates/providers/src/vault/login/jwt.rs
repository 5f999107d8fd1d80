//! A signed token: one that stands in a Secret, or one that the cluster signs for a ServiceAccount.

use selkie_api::Cause;
use selkie_api::store::vault::Jwt;

use super::{Login, Resolve, required, token};
use crate::Failure;

pub(super) fn login(method: &Jwt, resolve: &mut Resolve<'_, '_>) -> Result<Login, Failure> {
    let in_secret = method.secret_ref.as_ref().filter(|it| it.is_set());
    let jwt = match (in_secret, &method.kubernetes_service_account_token) {
        (None, Some(signed)) => {
            let usual = ["vault".to_owned()];
            let audiences = signed.audiences.as_deref().unwrap_or(&usual);
            let seconds = u32::try_from(signed.expiration_seconds());
            let what = "expirationSeconds is no time that a token can have";
            let seconds = seconds.map_err(|_| Failure::new(Cause::InvalidSpec, what))?;
            resolve(token(&signed.service_account_ref, audiences, seconds))?
        }
        (selector, _) => {
            let fields = "secretRef and no kubernetesServiceAccountToken";
            required(selector, fields, resolve)?
        }
    };
    let mut fields = vec![("jwt", jwt.expose())];
    // Without one Vault takes the mount's usual role.
    if let Some(role) = &method.role {
        fields.push(("role", role.trim().as_bytes()));
    }
    Login::request(method.path(), "", &fields)
}
