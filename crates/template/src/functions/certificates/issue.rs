//! Making and signing certificates, with the fields that Sprig asks for as Go's `crypto/x509` writes them.

use std::net::IpAddr;

use aws_lc_rs::digest::{SHA256, digest};
use rand_core::Rng;

use super::object::Certificate;
use super::parsed::Parsed;
use super::{names, time};
use crate::error::Failure;
use crate::functions::keys::asn1::{self, Der};
use crate::functions::keys::{PrivateKey, oid};
use crate::functions::{Context, pem};
use crate::value::Text;

/// What a certificate is to say.
pub(super) struct Request<'a> {
    pub(super) common_name: &'a Text,
    pub(super) addresses: Vec<IpAddr>,
    pub(super) dns_names: Vec<Text>,
    pub(super) days: i64,
    pub(super) authority: bool,
}

/// Who signs it.
pub(super) enum Issuer {
    Itself,
    Authority {
        certificate: Box<Parsed>,
        key: Box<PrivateKey>,
    },
}

/// Digital signature and key encipherment; for authorities also certificate signing. The bits that are not used come first.
const USAGE: [u8; 2] = [5, 0xa0];
const AUTHORITY_USAGE: [u8; 2] = [2, 0xa4];

/// A certificate of `key`, and `key` itself.
pub(super) fn issue(
    context: &mut Context<'_>,
    request: &Request<'_>,
    key: &PrivateKey,
    issuer: &Issuer,
) -> Result<Certificate, Failure> {
    let names: usize = request.dns_names.iter().map(Text::len).sum();
    context
        .budget
        .text(2 * (request.common_name.len() + names) + 8 * 1024)?;
    let subject = subject(request.common_name)?;
    let public = key.public()?;
    let (signer, issuer_name, authority_key_id) = match issuer {
        Issuer::Itself => (key, subject.as_slice(), None),
        Issuer::Authority {
            certificate,
            key: signer,
        } => {
            if *signer.public()? != certificate.public_key {
                return Err(Failure::new(
                    "the authority's key does not fit its certificate",
                ));
            }
            // An issuer of the same name counts as the certificate itself.
            let id = certificate
                .subject_key_id
                .as_deref()
                .filter(|id| certificate.subject != *subject && !id.is_empty());
            (&**signer, certificate.subject.as_slice(), id)
        }
    };
    let algorithm = signer.signature_algorithm()?;
    let mut serial = [0; 16];
    context.random.fill_bytes(&mut serial);
    let (seconds, nanoseconds) = context.now;
    let end = seconds + after(nanoseconds, request.days);
    let body = asn1::sequence(&[
        &asn1::element(asn1::explicit(0), &asn1::unsigned(&[2])),
        &asn1::unsigned(&serial),
        &algorithm,
        issuer_name,
        &asn1::sequence(&[&time::element(seconds)?, &time::element(end)?]),
        &subject,
        &public,
        &asn1::element(
            asn1::explicit(3),
            &extensions(request, &subject, &public, authority_key_id)?,
        ),
    ]);
    let signature = signer.sign(context, &body)?;
    let certificate = asn1::sequence(&[&body, &signature.algorithm, &asn1::bits(&signature.bytes)]);
    Ok(Certificate {
        certificate: pem::block_text("CERTIFICATE", &certificate),
        key: Text::from(std::mem::take(&mut *key.to_pem()?)),
    })
}

/// Whole seconds from now to the end of so many days. Go counts them in nanoseconds, of which 64 bits are kept.
fn after(nanoseconds: u32, days: i64) -> i64 {
    let duration = days.wrapping_mul(24 * 3_600 * 1_000_000_000);
    (i128::from(duration) + i128::from(nanoseconds)).div_euclid(1_000_000_000) as i64
}

/// A name that consists of a common name, or of nothing.
fn subject(common_name: &Text) -> Result<Der, Failure> {
    if common_name.is_empty() {
        return Ok(asn1::sequence(&[]));
    }
    let attribute = asn1::sequence(&[
        &asn1::element(asn1::OID, oid::COMMON_NAME),
        &names::string(common_name.bytes())?,
    ]);
    Ok(asn1::sequence(&[&asn1::set(&[&attribute])]))
}

fn extensions(
    request: &Request<'_>,
    subject: &[u8],
    public: &[u8],
    authority_key_id: Option<&[u8]>,
) -> Result<Der, Failure> {
    let usage = if request.authority {
        AUTHORITY_USAGE
    } else {
        USAGE
    };
    let purposes = [oid::SERVER_AUTHENTICATION, oid::CLIENT_AUTHENTICATION]
        .map(|purpose| asn1::element(asn1::OID, purpose));
    let constraints = if request.authority {
        asn1::sequence(&[&asn1::element(asn1::BOOLEAN, &[0xff])])
    } else {
        asn1::sequence(&[])
    };
    let mut extensions = vec![
        extension(
            oid::KEY_USAGE,
            true,
            &asn1::element(asn1::BIT_STRING, &usage),
        ),
        extension(
            oid::EXTENDED_KEY_USAGE,
            false,
            &asn1::sequence(&[&purposes[0], &purposes[1]]),
        ),
        extension(oid::BASIC_CONSTRAINTS, true, &constraints),
    ];
    if request.authority {
        let id = key_id(public)?;
        extensions.push(extension(
            oid::SUBJECT_KEY_ID,
            false,
            &asn1::element(asn1::OCTET_STRING, &id),
        ));
    }
    if let Some(id) = authority_key_id {
        let id = asn1::sequence(&[&asn1::element(asn1::implicit(0), id)]);
        extensions.push(extension(oid::AUTHORITY_KEY_ID, false, &id));
    }
    if !request.addresses.is_empty() || !request.dns_names.is_empty() {
        let names = alternative_names(request)?;
        let nameless = *subject == **asn1::sequence(&[]);
        extensions.push(extension(oid::SUBJECT_ALTERNATIVE_NAME, nameless, &names));
    }
    let parts: Vec<&[u8]> = extensions.iter().map(|part| part.as_slice()).collect();
    Ok(asn1::sequence(&parts))
}

fn extension(identifier: &[u8], critical: bool, value: &[u8]) -> Der {
    let critical = critical.then(|| asn1::element(asn1::BOOLEAN, &[0xff]));
    asn1::sequence(&[
        &asn1::element(asn1::OID, identifier),
        critical
            .as_ref()
            .map_or(&[], |critical| critical.as_slice()),
        &asn1::element(asn1::OCTET_STRING, value),
    ])
}

fn alternative_names(request: &Request<'_>) -> Result<Der, Failure> {
    let mut names = Vec::new();
    for name in &request.dns_names {
        if !name.bytes().is_ascii() {
            return Err(Failure::new("a DNS name has characters beyond ASCII"));
        }
        names.push(asn1::element(asn1::implicit(2), name.bytes()));
    }
    for address in &request.addresses {
        names.push(match address {
            IpAddr::V4(address) => asn1::element(asn1::implicit(7), &address.octets()),
            IpAddr::V6(address) => asn1::element(asn1::implicit(7), &address.octets()),
        });
    }
    let parts: Vec<&[u8]> = names.iter().map(|part| part.as_slice()).collect();
    Ok(asn1::sequence(&parts))
}

/// The first 160 bits of the SHA-256 of a public key (RFC 7093, section 2, method 1), as Go has it since 1.25.
fn key_id(public: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut fields = asn1::Reader::new(public).sequence()?;
    fields.element()?;
    Ok(digest(&SHA256, &fields.bits()?).as_ref()[..20].to_vec())
}
