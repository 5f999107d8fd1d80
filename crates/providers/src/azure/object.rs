//! Things in a vault: how a remote key names one, and what of it is the value.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use jiff::Timestamp;
use selkie_api::Cause;
use selkie_crypto::Secret;

use crate::json::{Escape, Node, Numbers, parse, write, write_string};
use crate::{Dialect, Failure, Remote};

/// Members of a key in the order in which the old library writes them. The newer one goes by name.
const MEMBERS: [&str; 16] = [
    "kid", "kty", "key_ops", "n", "e", "d", "dp", "dq", "qi", "p", "q", "k", "key_hsm", "crv", "x",
    "y",
];

/// Times that count as metadata, and what they are called there.
const TIMES: [(&str, &str); 4] = [
    ("exp", "attribute.expires"),
    ("created", "attribute.created"),
    ("updated", "attribute.updated"),
    ("nbf", "attribute.notBefore"),
];

/// What a remote key names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Object<'k> {
    kind: Kind,
    name: &'k str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Secret,
    Key,
    Certificate,
}

impl<'k> Object<'k> {
    /// Reads `secret/NAME`, `key/NAME`, `cert/NAME`, or a name alone, which is a secret's. What follows a second slash does not count.
    pub(super) fn parse(key: &'k str) -> Result<Self, Failure> {
        let mut parts = key.split('/');
        let first = parts.next().unwrap_or_default();
        let (kind, name) = match (first, parts.next()) {
            (name, None) | ("secret", Some(name)) => (Kind::Secret, name),
            ("key", Some(name)) => (Kind::Key, name),
            ("cert", Some(name)) => (Kind::Certificate, name),
            _ => {
                let what = format!("{key:?} begins with none of secret/, key/ and cert/");
                return Err(Failure::new(Cause::InvalidSpec, what));
            }
        };
        check_word(name, key)?;
        Ok(Self { kind, name })
    }

    #[cfg(test)]
    pub(super) const fn parts(self) -> (Kind, &'k str) {
        (self.kind, self.name)
    }

    /// Where it is in a vault.
    pub(super) fn path<'p>(&self, version: Option<&'p str>) -> Result<Vec<&'p str>, Failure>
    where
        'k: 'p,
    {
        let folder = match self.kind {
            Kind::Secret => "secrets",
            Kind::Key => "keys",
            Kind::Certificate => "certificates",
        };
        if let Some(version) = version {
            check_word(version, version)?;
        }
        Ok([Some(folder), Some(self.name), version]
            .into_iter()
            .flatten()
            .collect())
    }

    /// The value; none if the answer is not the service's.
    pub(super) fn value(&self, body: &Secret, key: &str, newer: bool) -> Option<Remote> {
        let bundle = parse(body.expose()).ok()?;
        let (dialect, value) = match self.kind {
            Kind::Secret => (Dialect::Azure, text(bundle.member(b"value")?)?),
            Kind::Key => (Dialect::AzureKey, jwk(bundle.member(b"key")?, newer)?),
            Kind::Certificate => {
                let encoded = text(bundle.member(b"cer")?)?;
                (Dialect::AzureCertificate, der(&encoded)?)
            }
        };
        Some(Remote::whole(dialect, key, value))
    }

    /// The tags, and the times that the old library counts among them, as a JSON object.
    pub(super) fn tags(&self, body: &Secret, key: &str, newer: bool) -> Option<Remote> {
        let bundle = parse(body.expose()).ok()?;
        // A certificate that was read has an id; so have the others.
        bundle.member(b"attributes")?;
        let mut all = tags(&bundle);
        if !newer && let Some(attributes) = bundle.member(b"attributes") {
            for (member, name) in TIMES {
                let time = attributes.member(member.as_bytes());
                if let Some(time) = time.and_then(timestamp) {
                    all.insert(name.to_owned(), Secret::from(time));
                }
            }
        }
        let mut out = Secret::from(b"{".to_vec());
        for (place, (name, value)) in all.iter().enumerate() {
            if place > 0 {
                out.extend_from_slice(b",");
            }
            write_string(name.as_bytes(), true, &mut out);
            out.extend_from_slice(b":");
            write_string(value.expose(), true, &mut out);
        }
        out.extend_from_slice(b"}");
        let dialect = match self.kind {
            Kind::Secret => Dialect::AzureTags,
            Kind::Key | Kind::Certificate => Dialect::AzureOtherTags,
        };
        Some(Remote::whole(dialect, key, out).as_metadata())
    }
}

/// Tags of something as a vault shows it.
pub(super) fn tags(bundle: &Node<'_>) -> BTreeMap<String, Secret> {
    let members = bundle.member(b"tags").and_then(Node::members);
    let members = members.unwrap_or_default().into_iter();
    let tags = members.filter_map(|(name, value)| {
        let name = str::from_utf8(name.expose()).ok()?.to_owned();
        Some((name, text(value)?))
    });
    tags.collect()
}

pub(super) fn text(node: &Node<'_>) -> Option<Secret> {
    node.text().map(crate::json::Text::decoded)
}

/// A key with its public half.
fn jwk(key: &Node<'_>, newer: bool) -> Option<Secret> {
    key.members()?;
    let mut names = MEMBERS;
    if newer {
        names.sort_unstable();
    }
    let mut out = Secret::from(b"{".to_vec());
    for name in names {
        let Some(value) = key.member(name.as_bytes()) else {
            continue;
        };
        if value.raw == b"null" {
            continue;
        }
        if out.len() > 1 {
            out.extend_from_slice(b",");
        }
        write_string(name.as_bytes(), true, &mut out);
        out.extend_from_slice(b":");
        write(value, Numbers::Kept, Escape::Html, &mut out).ok()?;
    }
    out.extend_from_slice(b"}");
    Some(out)
}

/// Bytes of a certificate. The service pads them in the standard alphabet; its documentation has the other one.
fn der(encoded: &Secret) -> Option<Secret> {
    let bytes = STANDARD.decode(encoded.expose());
    let bytes = bytes.or_else(|_| URL_SAFE.decode(encoded.expose()));
    bytes.ok().map(Secret::from)
}

fn timestamp(node: &Node<'_>) -> Option<String> {
    let seconds = str::from_utf8(node.raw).ok()?.parse().ok()?;
    let time = Timestamp::from_second(seconds).ok()?;
    Some(time.to_string())
}

/// A name or a version, as the service has them. Anything else could lead elsewhere in a path.
fn check_word(word: &str, key: &str) -> Result<(), Failure> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    if (1..=127).contains(&word.len()) && word.bytes().all(plain) {
        return Ok(());
    }
    let what = format!("{key:?}: names and versions are letters, digits and hyphens");
    Err(Failure::new(Cause::InvalidSpec, what))
}
