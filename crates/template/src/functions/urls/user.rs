//! The user before the host of an address.

use selkie_crypto::Secret;

use super::escape::{Part, append, unescape};
use crate::error::Failure;

pub(super) struct User {
    name: Secret,
    password: Option<Secret>,
}

impl User {
    pub(super) fn parse(text: &[u8]) -> Result<Self, Failure> {
        let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(byte);
        if !text.iter().all(fits) {
            return Err(Failure::new(
                "the user has a character that users must not have",
            ));
        }
        let mut parts = text.splitn(2, |byte| *byte == b':');
        let name = unescape(parts.next().unwrap_or_default(), Part::User)?;
        let password = parts.next().map(|password| unescape(password, Part::User));
        Ok(Self {
            name,
            password: password.transpose()?,
        })
    }

    /// As it stands in an address.
    pub(super) fn written(&self) -> Secret {
        let password = self.password.as_ref().map_or(0, Secret::len);
        let mut out = Secret::with_capacity(3 * (self.name.len() + password) + 1);
        append(&mut out, self.name.expose(), Part::User);
        if let Some(password) = &self.password {
            out.extend_from_slice(b":");
            append(&mut out, password.expose(), Part::User);
        }
        out
    }
}
