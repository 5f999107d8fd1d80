//! Tags of things in Azure Key Vault, which may be JSON themselves.

use selkie_crypto::Secret;

use super::lookup::{path_or_name, text_of};
use super::{Pairs, Unfit};
use crate::json::{Node, Shape, parse};

/// A tag by its name, or what a path behind the first dot leads to in the tag before it.
pub(super) fn tag(tags: &[u8], property: &str) -> Result<Secret, Unfit> {
    let whole = parse(tags).map_err(|_| Unfit::NoObject)?;
    let named = |name: &str| whole.member(name.as_bytes()).map(text_of);
    if let Some(found) = named(property) {
        return Ok(found);
    }
    match property.split_once('.') {
        Some((name, path)) if !name.is_empty() => {
            let value = named(name).ok_or(Unfit::Missing)?;
            path_or_name(value.expose(), path)?.ok_or(Unfit::Missing)
        }
        _ => Err(Unfit::Missing),
    }
}

/// Every tag under the secret's name and its own; of one that is a JSON object of texts, every member under both and its own. With a property,
/// that one.
pub(super) fn pairs(key: &str, tags: &Secret, property: Option<&str>) -> Result<Pairs, Unfit> {
    let whole = parse(tags.expose()).map_err(|_| Unfit::NoObject)?;
    let name = key.split('/').nth(1).unwrap_or(key);
    let mut all = Pairs::new();
    for (tag, value) in whole.members().ok_or(Unfit::NoObject)? {
        let tag = format!("{name}_{}", String::from_utf8_lossy(tag.expose()));
        let value = text_of(value);
        let members = parse(value.expose()).ok().and_then(|it| texts(&it));
        match members {
            Some(members) => {
                let members = members.into_iter();
                all.extend(members.map(|(member, value)| (format!("{tag}_{member}"), value)));
            }
            None => all.push((tag, value)),
        }
    }
    let Some(property) = property else {
        return Ok(all);
    };
    // The peer gives an empty value for a tag that is not there.
    let wanted = format!("{name}_{property}");
    let found = all.into_iter().find(|(tag, _)| *tag == wanted);
    let value = match found {
        Some((_, value)) => value,
        None => tag(tags.expose(), property)?,
    };
    Ok(vec![(format!("{key}_{property}"), value)])
}

/// The members of an object that has texts alone.
fn texts(node: &Node<'_>) -> Option<Pairs> {
    if let Shape::Null = node.shape {
        return Some(Pairs::new());
    }
    let members = node.members()?.into_iter().map(|(name, value)| {
        let text = matches!(value.shape, Shape::String | Shape::Null).then(|| text_of(value))?;
        Some((String::from_utf8_lossy(name.expose()).into_owned(), text))
    });
    members.collect()
}
