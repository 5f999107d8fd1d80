//! A name and a password that Vault itself keeps.

use selkie_api::store::vault::UserPass;

use super::{Login, Resolve, required};
use crate::Failure;

pub(super) fn login(method: &UserPass, resolve: &mut Resolve<'_, '_>) -> Result<Login, Failure> {
    let password = required(method.secret_ref.as_ref(), "secretRef", resolve)?;
    let fields = [("password", password.expose())];
    Login::request(method.path(), method.username.trim(), &fields)
}
