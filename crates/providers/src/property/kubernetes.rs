//! Entries of a Kubernetes Secret, and its labels and annotations.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use selkie_crypto::Secret;

use super::lookup::{at_path, name_or_path, text_of};
use super::{Pairs, Unfit, members};
use crate::What;
use crate::json::{parse, write_string};

type Entries = BTreeMap<String, Secret>;

pub(super) fn value(
    what: What,
    entries: &Entries,
    property: Option<&str>,
) -> Result<Secret, Unfit> {
    match (what, property) {
        (What::Value, None) => Ok(object(entries, |value, out| {
            write_string(value.expose(), false, out);
        })),
        (What::Metadata, None) => Ok(object(entries, |value, out| {
            out.extend_from_slice(value.expose());
        })),
        (What::Value, Some(property)) => entry(entries, property),
        (What::Metadata, Some(property)) => metadata(entries, property),
    }
}

pub(super) fn pairs(entries: &Entries, property: Option<&str>) -> Result<Pairs, Unfit> {
    let Some(property) = property else {
        let copy = |value: &Secret| Secret::from(value.expose().to_vec());
        return Ok(entries
            .iter()
            .map(|(name, value)| (name.clone(), copy(value)))
            .collect());
    };
    // The peer looks for the property in the entries as they are encoded, so that wild names and the like mean what they mean there.
    let encoded = object(entries, |value, out| {
        out.extend_from_slice(b"\"");
        out.extend_from_slice(base64(value).expose());
        out.extend_from_slice(b"\"");
    });
    let found = name_or_path(encoded.expose(), property)?.ok_or(Unfit::Missing)?;
    let decoded = STANDARD
        .decode(found.expose())
        .map(Secret::from)
        .map_err(|_| Unfit::NoObject)?;
    members::as_json(decoded.expose())
}

/// An entry of this name, or what a path behind the first dot leads to in the entry before it.
fn entry(entries: &Entries, property: &str) -> Result<Secret, Unfit> {
    if let Some(value) = entries.get(property) {
        return Ok(Secret::from(value.expose().to_vec()));
    }
    match property.split_once('.') {
        Some((name, path)) if !name.is_empty() && !path.is_empty() => {
            let value = entries.get(name).ok_or(Unfit::Missing)?;
            at_path(value.expose(), path)?.ok_or(Unfit::Missing)
        }
        _ => Err(Unfit::Missing),
    }
}

/// `labels`, `labels.name`, or `labels.name.path` into a label that is JSON. The path's own dots are lost.
fn metadata(entries: &Entries, property: &str) -> Result<Secret, Unfit> {
    let mut parts = property.split('.');
    let group = parts.next().unwrap_or_default();
    let group = entries.get(group).ok_or(Unfit::Missing)?;
    let Some(name) = parts.next() else {
        return Ok(Secret::from(group.expose().to_vec()));
    };
    let all = parse(group.expose()).map_err(|_| Unfit::Missing)?;
    let found = all.member(name.as_bytes()).map(text_of);
    let found = found.ok_or(Unfit::Missing)?;
    let path: Vec<&str> = parts.collect();
    if path.is_empty() {
        return Ok(found);
    }
    at_path(found.expose(), &path.concat())?.ok_or(Unfit::Missing)
}

/// A JSON object of all entries.
fn object(entries: &Entries, value: impl Fn(&Secret, &mut Secret)) -> Secret {
    let mut out = Secret::new();
    out.extend_from_slice(b"{");
    for (name, entry) in entries {
        if out.len() > 1 {
            out.extend_from_slice(b",");
        }
        write_string(name.as_bytes(), false, &mut out);
        out.extend_from_slice(b":");
        value(entry, &mut out);
    }
    out.extend_from_slice(b"}");
    out
}

fn base64(value: &Secret) -> Secret {
    let mut encoded = vec![0; value.len().div_ceil(3) * 4];
    let written = STANDARD.encode_slice(value.expose(), &mut encoded);
    encoded.truncate(written.unwrap_or(0));
    Secret::from(encoded)
}
