//! An address as Go writes it again after it has read it: escapes that were right stay as they were.

use memchr::{memchr, memmem};
use selkie_crypto::Secret;

use super::escape::{Part, append};
use super::parse::Url;
use crate::error::Failure;

/// `text` read and written again, for an alternative name in a certificate, whose host has to be one.
pub(in crate::functions) fn uri(text: &[u8]) -> Result<Secret, Failure> {
    let url = Url::parse(text)?;
    if !is_domain(url.host.bytes()) {
        return Err(Failure::new("a URI in a certificate has an invalid host"));
    }
    let (rest, fragment) = cut(text, b'#');
    let rest = match url.scheme.len() {
        0 => rest,
        scheme => &rest[scheme + 1..],
    };
    let (rest, query) = cut(rest, b'?');
    let mut written = Secret::with_capacity(3 * text.len());
    if !url.scheme.is_empty() {
        written.extend_from_slice(url.scheme.bytes());
        written.extend_from_slice(b":");
    }
    if url.opaque.is_empty() {
        let path = authority(&url, rest, &mut written);
        escaped(&mut written, path, url.path.bytes(), Part::Path);
    } else {
        written.extend_from_slice(url.opaque.bytes());
    }
    if let Some(query) = query {
        written.extend_from_slice(b"?");
        written.extend_from_slice(query);
    }
    if !url.fragment.is_empty() {
        written.extend_from_slice(b"#");
        let raw = fragment.unwrap_or_default();
        escaped(&mut written, raw, url.fragment.bytes(), Part::Fragment);
    }
    Ok(written)
}

/// Writes user and host, and gives the path as it was.
fn authority<'a>(url: &Url, rest: &'a [u8], written: &mut Secret) -> &'a [u8] {
    let present = rest.starts_with(b"//") && (!url.scheme.is_empty() || !rest.starts_with(b"///"));
    let path = match rest.strip_prefix(b"//") {
        Some(rest) if present => &rest[memchr(b'/', rest).unwrap_or(rest.len())..],
        _ => rest,
    };
    let named = !url.host.is_empty() || url.user.is_some();
    if named || present && !path.is_empty() {
        written.extend_from_slice(b"//");
    }
    if let Some(user) = &url.user {
        written.extend_from_slice(user.written().expose());
        written.extend_from_slice(b"@");
    }
    append(written, url.host.bytes(), Part::Host);
    path
}

/// Writes a part as it was, unless a byte should have been escaped there.
fn escaped(written: &mut Secret, raw: &[u8], part: &[u8], kind: Part) {
    let valid =
        |byte: &u8| byte.is_ascii_alphanumeric() || b"!$&'()*+,;=:@[]%-_.~/?".contains(byte);
    if raw.iter().all(valid) && (kind == Part::Fragment || memmem::find(raw, b"?").is_none()) {
        written.extend_from_slice(raw);
    } else {
        append(written, part, kind);
    }
}

/// Whether a host, with its port, consists of labels. None is one too.
pub(in crate::functions) fn is_domain(host: &[u8]) -> bool {
    let label =
        |label: &[u8]| !label.is_empty() && label.iter().all(|byte| matches!(byte, 33..=126));
    host.is_empty() || host.split(|byte| *byte == b'.').all(label)
}

/// What stands before the first such byte and what stands behind it, if it is there.
fn cut(text: &[u8], byte: u8) -> (&[u8], Option<&[u8]>) {
    match memchr(byte, text) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
}
