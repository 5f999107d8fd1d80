//! AppRole: an id that anybody may know, and a secret.

use selkie_api::store::vault::AppRole;

use super::{Login, Resolve, required};
use crate::Failure;

pub(super) fn login(method: &AppRole, resolve: &mut Resolve<'_, '_>) -> Result<Login, Failure> {
    // An id in the spec counts more than one in a Secret.
    let role = match method.role_id() {
        Some(id) => id.trim().as_bytes(),
        None => required(method.role_ref.as_ref(), "roleId and no roleRef", resolve)?.expose(),
    };
    let secret = required(Some(&method.secret_ref), "secretRef", resolve)?;
    let fields = [("role_id", role), ("secret_id", secret.expose())];
    Login::request(method.path(), "", &fields)
}
