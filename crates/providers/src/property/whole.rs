//! Values that are one text: of Vault and OpenBao an object, of the others anything; what more a provider does has a file of its own.

use selkie_crypto::Secret;

use super::lookup::{at_path, name_or_path, path_or_name, text_of};
use super::{Pairs, Unfit, azure, members, webhook};
use crate::Dialect;
use crate::json::{Escape, Node, Numbers, parse, write};

pub(super) fn value(
    dialect: Dialect,
    whole: &Secret,
    property: Option<&str>,
) -> Result<Secret, Unfit> {
    let whole = match dialect {
        Dialect::Vault | Dialect::OpenBao => &encoded(whole)?,
        // Whatever is named: bytes have no properties, and a webhook has seen the name already.
        Dialect::AzureCertificate | Dialect::Webhook => {
            return Ok(Secret::from(whole.expose().to_vec()));
        }
        Dialect::WebhookResult => return webhook::value(whole),
        _ => whole,
    };
    let json = whole.expose();
    let Some(property) = property else {
        return Ok(Secret::from(json.to_vec()));
    };
    match dialect {
        Dialect::Vault => match named(json, property)? {
            Some(found) => Ok(found),
            None => at_path(json, property)?.ok_or(Unfit::Missing),
        },
        // Where a property is no string the peer finds none; here it is what Vault's rules make of it.
        Dialect::OpenBao => named(json, property)?.ok_or(Unfit::Missing),
        Dialect::Aws => name_or_path(json, property)?.ok_or(Unfit::Missing),
        Dialect::AzureTags | Dialect::AzureOtherTags => azure::tag(json, property),
        Dialect::Azure | Dialect::AzureKey => path_or_name(json, property)?.ok_or(Unfit::Missing),
        Dialect::Fake => at_path(json, property)?.ok_or(Unfit::NotThere),
        Dialect::AzureCertificate | Dialect::Webhook | Dialect::WebhookResult => {
            Err(Unfit::Missing)
        }
    }
}

pub(super) fn pairs(
    dialect: Dialect,
    whole: &Secret,
    property: Option<&str>,
) -> Result<Pairs, Unfit> {
    match dialect {
        Dialect::Vault | Dialect::OpenBao => {
            members::as_decoded(value(dialect, whole, property)?.expose())
        }
        Dialect::Aws | Dialect::Azure | Dialect::Fake => {
            members::as_spelled(value(dialect, whole, property)?.expose())
        }
        Dialect::Webhook | Dialect::WebhookResult => webhook::pairs(whole),
        Dialect::AzureKey
        | Dialect::AzureCertificate
        | Dialect::AzureTags
        | Dialect::AzureOtherTags => Err(Unfit::NoPairs),
    }
}

/// The object as the peer holds it: decoded, with the text of its numbers, and encoded again.
fn encoded(whole: &Secret) -> Result<Secret, Unfit> {
    let mut out = Secret::with_capacity(whole.len());
    write(
        &read(whole.expose())?,
        Numbers::Kept,
        Escape::Html,
        &mut out,
    )
    .map_err(|_| Unfit::NoObject)?;
    Ok(out)
}

/// The member of exactly this name.
fn named(json: &[u8], property: &str) -> Result<Option<Secret>, Unfit> {
    Ok(read(json)?.member(property.as_bytes()).map(text_of))
}

fn read(json: &[u8]) -> Result<Node<'_>, Unfit> {
    parse(json).map_err(|_| Unfit::NoObject)
}
