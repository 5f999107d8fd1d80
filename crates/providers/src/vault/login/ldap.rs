//! A name and a password of a directory.

use selkie_api::store::vault::Ldap;

use super::{Login, Resolve, required};
use crate::Failure;

pub(super) fn login(method: &Ldap, resolve: &mut Resolve<'_, '_>) -> Result<Login, Failure> {
    let password = required(method.secret_ref.as_ref(), "secretRef", resolve)?;
    let fields = [("password", password.expose())];
    Login::request(method.path(), method.username.trim(), &fields)
}
