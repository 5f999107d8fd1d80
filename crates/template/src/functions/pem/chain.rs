//! The order of a chain of certificates, by their key identifiers alone: nothing here says that a chain is to be trusted.

use super::{block, decode};
use crate::error::Failure;
use crate::functions::Context;
use crate::functions::arguments::text;
use crate::functions::certificates::Parsed;
use crate::value::{Text, Value};

/// Certificates of one input. Each is compared with each.
const MOST: usize = 1_000;

pub(super) fn filter_cert_chain(
    context: &mut Context<'_>,
    arguments: &[Value],
) -> Result<Value, Failure> {
    let (kind, input) = (text(arguments, 0)?, text(arguments, 1)?);
    context.budget.text(input.len())?;
    let found = certificates(context, input.bytes())?;
    let chain = ordered(context, found)?;
    let chosen = match (kind.bytes(), chain.as_slice()) {
        (b"leaf", [leaf, ..]) if !is_root(leaf) => std::slice::from_ref(leaf),
        (b"intermediate", [_, others @ ..]) => {
            let end = others.iter().position(is_root).unwrap_or(others.len());
            &others[..end]
        }
        (b"root", [.., root]) if is_root(root) => std::slice::from_ref(root),
        _ => &[],
    };
    Ok(joined(chosen).into())
}

/// All certificates in `text`.
///
/// # Errors
/// If a block is anything else.
fn certificates(context: &mut Context<'_>, text: &[u8]) -> Result<Vec<Parsed>, Failure> {
    context.budget.steps(text.len() / 64)?;
    let mut rest = text;
    let mut certificates = Vec::new();
    while let Some((block, next)) = decode(rest) {
        rest = next;
        certificates.push(Parsed::new(&block.content)?);
        if certificates.len() > MOST {
            return Err(Failure::new("more than 1000 certificates"));
        }
    }
    Ok(certificates)
}

/// The chain that these certificates form, leaf first.
///
/// # Errors
/// If they form none, or not one alone.
pub(in crate::functions) fn ordered(
    context: &mut Context<'_>,
    certificates: Vec<Parsed>,
) -> Result<Vec<Parsed>, Failure> {
    context
        .budget
        .steps(certificates.len() * certificates.len() / 64)?;
    // Two that are missing count as equal, as they do for the peer.
    let issuers: Vec<Option<usize>> = certificates
        .iter()
        .enumerate()
        .map(|(index, issued)| {
            certificates.iter().enumerate().position(|(other, issuer)| {
                other != index
                    && issued.authority_key_id.as_deref().unwrap_or_default()
                        == issuer.subject_key_id.as_deref().unwrap_or_default()
            })
        })
        .collect();
    let mut leaves = (0..certificates.len()).filter(|index| !issuers.contains(&Some(*index)));
    let (Some(leaf), None) = (leaves.next(), leaves.next()) else {
        return Err(Failure::new(
            "the certificates have no leaf, or more than one",
        ));
    };
    let mut order = Vec::with_capacity(certificates.len());
    let mut next = Some(leaf);
    while let Some(index) = next {
        if order.len() == certificates.len() {
            return Err(Failure::new(
                "the certificates issue each other in a circle",
            ));
        }
        order.push(index);
        next = issuers[index];
    }
    let mut certificates: Vec<Option<Parsed>> = certificates.into_iter().map(Some).collect();
    Ok(order
        .into_iter()
        .filter_map(|index| certificates[index].take())
        .collect())
}

fn is_root(certificate: &Parsed) -> bool {
    match &certificate.authority_key_id {
        None => true,
        Some(issuer) => *issuer == certificate.subject_key_id.as_deref().unwrap_or_default(),
    }
}

/// All of them as PEM, one after the other.
pub(in crate::functions) fn joined(certificates: &[Parsed]) -> Text {
    let mut text = Vec::new();
    for certificate in certificates {
        text.extend_from_slice(&block::encode("CERTIFICATE", &certificate.der));
    }
    Text::from(text)
}
