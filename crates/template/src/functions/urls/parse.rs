//! An address taken apart.

use memchr::{memchr, memrchr};

use super::escape::{Part, unescape};
use super::host;
use super::user::User;
use crate::error::Failure;
use crate::value::Text;

pub(super) struct Url {
    pub(super) scheme: Text,
    /// What follows a scheme without a slash.
    pub(super) opaque: Text,
    pub(super) user: Option<User>,
    pub(super) host: Text,
    pub(super) path: Text,
    pub(super) query: Text,
    pub(super) fragment: Text,
}

impl Url {
    pub(super) fn parse(text: &[u8]) -> Result<Self, Failure> {
        let (text, fragment) = cut(text, b'#');
        if text.iter().any(u8::is_ascii_control) {
            return Err(Failure::new("the address has a control character"));
        }
        let (scheme, rest) = scheme(text)?;
        let (rest, query) = cut(rest, b'?');
        let mut url = Self {
            scheme: Text::from(scheme.to_ascii_lowercase()),
            opaque: Text::from(""),
            user: None,
            host: Text::from(""),
            path: Text::from(""),
            query: Text::from(query),
            fragment: Text::from(unescape(fragment, Part::Fragment)?),
        };
        if !rest.starts_with(b"/") && text != b"*" {
            if !scheme.is_empty() {
                url.opaque = Text::from(rest);
                return Ok(url);
            }
            let first = rest.split(|byte| *byte == b'/').next();
            if first.is_some_and(|first| first.contains(&b':')) {
                return Err(Failure::new(
                    "the path begins with what looks like a scheme",
                ));
            }
        }
        let path = match rest.strip_prefix(b"//") {
            Some(rest) if !scheme.is_empty() || !rest.starts_with(b"/") => {
                let (authority, path) = rest.split_at(memchr(b'/', rest).unwrap_or(rest.len()));
                url.authority(authority)?;
                path
            }
            _ => rest,
        };
        url.path = Text::from(unescape(path, Part::Path)?);
        Ok(url)
    }

    fn authority(&mut self, text: &[u8]) -> Result<(), Failure> {
        let at = memrchr(b'@', text);
        let place = at.map_or(text, |at| &text[at + 1..]);
        self.host = Text::from(host::parse(self.scheme.bytes(), place)?);
        self.user = at.map(|at| User::parse(&text[..at])).transpose()?;
        Ok(())
    }
}

/// What stands before the first colon, if it can be a scheme, and what stands behind.
fn scheme(text: &[u8]) -> Result<(&[u8], &[u8]), Failure> {
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    let end = text.iter().position(|byte| !fits(byte));
    match (end, text.first()) {
        (Some(0), Some(b':')) => Err(Failure::new("the address has no scheme before its colon")),
        (Some(end), Some(first)) if text[end] == b':' && first.is_ascii_alphabetic() => {
            Ok((&text[..end], &text[end + 1..]))
        }
        _ => Ok((b"", text)),
    }
}

/// What stands before the first such byte and what stands behind it.
fn cut(text: &[u8], byte: u8) -> (&[u8], &[u8]) {
    match memchr(byte, text) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, b""),
    }
}
