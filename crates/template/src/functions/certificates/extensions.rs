//! Extensions of which nothing is asked for, but which Go refuses a certificate for if they are malformed.

use std::collections::BTreeSet;

use crate::error::Failure;
use crate::functions::keys::asn1::{self, Reader};
use crate::functions::keys::oid;
use crate::functions::urls;

const URI: u8 = asn1::implicit(6);

fn malformed() -> Failure {
    Failure::new("malformed extension of a certificate")
}

/// Checks the extension of that name, if it is one of those.
pub(super) fn check(identifier: &[u8], critical: bool, value: &[u8]) -> Result<(), Failure> {
    let mut value = Reader::new(value);
    match identifier {
        oid::KEY_USAGE => value.bits().map(drop),
        oid::BASIC_CONSTRAINTS => basic_constraints(value.sequence()?),
        oid::EXTENDED_KEY_USAGE => {
            let mut purposes = value.sequence()?;
            while !purposes.is_empty() {
                purposes.oid()?;
            }
            Ok(())
        }
        oid::NAME_CONSTRAINTS => name_constraints(value),
        oid::REVOCATION_LISTS => revocation_lists(value.sequence()?),
        oid::POLICIES => policies(value.sequence()?),
        oid::POLICY_MAPPINGS => {
            let mut mappings = value.sequence()?;
            while !mappings.is_empty() {
                let mut mapping = mappings.sequence()?;
                mapping.take(asn1::OID)?;
                mapping.take(asn1::OID)?;
            }
            Ok(())
        }
        oid::POLICY_CONSTRAINTS => {
            let mut constraints = value.sequence()?;
            for number in 0..2 {
                if let Some(number) = constraints.optional(asn1::implicit(number))? {
                    Reader::new(&asn1::element(asn1::INTEGER, number)).small()?;
                }
            }
            Ok(())
        }
        oid::ANY_POLICY_INHIBITION => value.small().map(drop),
        oid::AUTHORITY_INFORMATION if critical => Err(malformed()),
        oid::AUTHORITY_INFORMATION => {
            let mut accesses = value.sequence()?;
            while !accesses.is_empty() {
                let mut access = accesses.sequence()?;
                access.oid()?;
                access.optional(URI)?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn basic_constraints(mut fields: Reader<'_>) -> Result<(), Failure> {
    if fields.is_next(asn1::BOOLEAN) {
        fields.boolean()?;
    }
    if fields.is_next(asn1::INTEGER) && fields.small()? < 0 {
        return Err(malformed());
    }
    Ok(())
}

fn revocation_lists(mut lists: Reader<'_>) -> Result<(), Failure> {
    while !lists.is_empty() {
        let Some(name) = lists.sequence()?.optional(asn1::explicit(0))? else {
            continue;
        };
        let mut names = Reader::new(Reader::new(name).take(asn1::explicit(0))?);
        while names.is_next(URI) {
            names.take(URI)?;
        }
    }
    Ok(())
}

fn policies(mut policies: Reader<'_>) -> Result<(), Failure> {
    let mut seen = BTreeSet::new();
    while !policies.is_empty() {
        let policy = policies.sequence()?.take(asn1::OID)?;
        // Numbers in them may be of any size.
        let ends = policy.last().is_some_and(|last| last & 0x80 == 0);
        let before = std::iter::once(&0).chain(policy);
        let padded = std::iter::zip(before, policy)
            .any(|(before, byte)| *byte == 0x80 && before & 0x80 == 0);
        if !ends || padded || !seen.insert(policy) {
            return Err(malformed());
        }
    }
    Ok(())
}

fn name_constraints(mut value: Reader<'_>) -> Result<(), Failure> {
    let mut fields = value.sequence()?;
    value.end()?;
    let permitted = fields.optional(asn1::explicit(0))?.unwrap_or_default();
    let excluded = fields.optional(asn1::explicit(1))?.unwrap_or_default();
    fields.end()?;
    if permitted.is_empty() && excluded.is_empty() {
        return Err(malformed());
    }
    for trees in [permitted, excluded] {
        let mut trees = Reader::new(trees);
        while !trees.is_empty() {
            let name = trees.sequence()?.element()?;
            let valid = match name.tag ^ 0x80 {
                1 => is_mail(name.content),
                2 => is_constraint(name.content),
                6 => {
                    let address = std::str::from_utf8(name.content)
                        .is_ok_and(|name| name.parse::<std::net::IpAddr>().is_ok());
                    !address && is_constraint(name.content)
                }
                7 => match name.content.len() {
                    8 => is_mask(&name.content[4..]),
                    32 => is_mask(&name.content[16..]),
                    _ => false,
                },
                _ => true,
            };
            if !valid {
                return Err(malformed());
            }
        }
    }
    Ok(())
}

/// Whether it is a domain, or one with all below it.
fn is_constraint(name: &[u8]) -> bool {
    name.is_ascii() && (name.is_empty() || urls::is_domain(name.strip_prefix(b".").unwrap_or(name)))
}

/// Whether it is such a domain, or a mailbox. Of its first part only the plain form is known here.
fn is_mail(name: &[u8]) -> bool {
    let Some(at) = name.iter().rposition(|byte| *byte == b'@') else {
        return is_constraint(name);
    };
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(byte);
    let local = &name[..at];
    let dots = local.first() == Some(&b'.')
        || local.last() == Some(&b'.')
        || local.windows(2).any(|pair| pair == b"..");
    !local.is_empty() && !dots && local.iter().all(plain) && urls::is_domain(&name[at + 1..])
}

/// Whether all bits that are set come first.
fn is_mask(mask: &[u8]) -> bool {
    let zeros = mask.iter().skip_while(|byte| **byte == 0xff);
    zeros.enumerate().all(|(index, byte)| {
        if index == 0 {
            byte.leading_ones() + byte.trailing_zeros() >= 8
        } else {
            *byte == 0
        }
    })
}

#[cfg(test)]
mod tests {
    use super::is_mask;

    #[test]
    fn masks_are_ones_and_then_zeros() {
        for mask in [
            [0; 4],
            [255; 4],
            [255, 255, 0, 0],
            [255, 240, 0, 0],
            [128, 0, 0, 0],
        ] {
            assert!(is_mask(&mask), "{mask:?}");
        }
        for mask in [
            [0, 255, 0, 0],
            [255, 0, 0, 1],
            [255, 1, 0, 0],
            [240, 240, 0, 0],
        ] {
            assert!(!is_mask(&mask), "{mask:?}");
        }
    }
}
