//! Reading certificates: what Go accepts, and the few fields that are asked for.

use std::collections::BTreeSet;

use crate::error::Failure;
use crate::functions::keys::asn1::{self, Element, Reader};
use crate::functions::keys::curve::Curve;
use crate::functions::keys::oid;

use super::{extensions, names, time};

/// A certificate.
#[derive(Clone)]
pub(in crate::functions) struct Parsed {
    /// All of it.
    pub(in crate::functions) der: Vec<u8>,
    /// The name of its subject, as DER.
    pub(super) subject: Vec<u8>,
    /// Its public key, as DER.
    pub(super) public_key: Vec<u8>,
    pub(in crate::functions) subject_key_id: Option<Vec<u8>>,
    pub(in crate::functions) authority_key_id: Option<Vec<u8>>,
    /// The extension with its alternative names, as DER.
    alternative_names: Option<Vec<u8>>,
}

fn malformed(words: &'static str) -> Failure {
    Failure::new(words)
}

impl Parsed {
    /// The certificate in `der`.
    pub(in crate::functions) fn new(der: &[u8]) -> Result<Self, Failure> {
        let mut input = Reader::new(der);
        let whole = input.element()?;
        input.end()?;
        if whole.tag != asn1::SEQUENCE {
            return Err(malformed("malformed certificate"));
        }
        let mut outer = Reader::new(whole.content);
        let mut body = outer.sequence()?;
        let version = match body.optional(asn1::explicit(0))? {
            Some(version) => Reader::new(version).small()?,
            None => 0,
        };
        if !(0..=2).contains(&version) {
            return Err(malformed("unknown version of a certificate"));
        }
        if body.integer()?[0] & 0x80 != 0 {
            return Err(malformed("negative serial number of a certificate"));
        }
        let algorithm = body.take(asn1::SEQUENCE)?;
        if outer.take(asn1::SEQUENCE)? != algorithm {
            return Err(malformed("a certificate with two signature algorithms"));
        }
        identified(algorithm)?;
        names::check(body.element()?)?;
        let mut validity = Reader::new(body.take(asn1::SEQUENCE)?);
        time::check(validity.element()?)?;
        time::check(validity.element()?)?;
        let subject = body.element()?;
        names::check(subject)?;
        let public_key = body.element()?;
        check_public_key(public_key)?;
        let mut parsed = Self {
            der: der.to_vec(),
            subject: subject.whole.to_vec(),
            public_key: public_key.whole.to_vec(),
            subject_key_id: None,
            authority_key_id: None,
            alternative_names: None,
        };
        if version >= 1 {
            // Unique identifiers of issuer and subject, which nobody uses.
            body.optional(asn1::implicit(1))?;
            body.optional(asn1::implicit(2))?;
        }
        if version == 2
            && let Some(extensions) = body.optional(asn1::explicit(3))?
        {
            parsed.extensions(Reader::new(extensions).sequence()?)?;
        }
        outer.bits()?;
        Ok(parsed)
    }

    /// Its alternative names: DNS names, addresses, e-mail addresses, URIs.
    pub(in crate::functions) fn names(&self) -> Result<Vec<String>, Failure> {
        match &self.alternative_names {
            Some(extension) => names::alternative(extension),
            None => Ok(Vec::new()),
        }
    }

    /// The name of its subject, as Go prints it.
    pub(in crate::functions) fn subject_text(&self) -> Result<String, Failure> {
        names::text(&self.subject)
    }

    fn extensions(&mut self, mut extensions: Reader<'_>) -> Result<(), Failure> {
        let mut seen = BTreeSet::new();
        while !extensions.is_empty() {
            let mut fields = extensions.sequence()?;
            let identifier = fields.oid()?;
            let critical = fields.is_next(asn1::BOOLEAN) && fields.boolean()?;
            let value = fields.take(asn1::OCTET_STRING)?;
            if !seen.insert(identifier) {
                return Err(malformed("a certificate with an extension twice"));
            }
            match identifier {
                oid::SUBJECT_KEY_ID | oid::AUTHORITY_KEY_ID if critical => {
                    return Err(malformed("a key identifier marked as critical"));
                }
                oid::SUBJECT_KEY_ID => {
                    self.subject_key_id =
                        Some(Reader::new(value).take(asn1::OCTET_STRING)?.to_vec());
                }
                oid::AUTHORITY_KEY_ID => {
                    self.authority_key_id = Reader::new(value)
                        .sequence()?
                        .optional(asn1::implicit(0))?
                        .map(<[u8]>::to_vec);
                }
                oid::SUBJECT_ALTERNATIVE_NAME => {
                    names::alternative(value)?;
                    self.alternative_names = Some(value.to_vec());
                }
                _ => extensions::check(identifier, critical, value)?,
            }
        }
        Ok(())
    }
}

/// The identifier and the parameters of an algorithm.
fn identified(content: &[u8]) -> Result<(&[u8], Option<Element<'_>>), Failure> {
    let mut fields = Reader::new(content);
    let identifier = fields.oid()?;
    if fields.is_empty() {
        return Ok((identifier, None));
    }
    Ok((identifier, Some(fields.element()?)))
}

/// Checks a public key. One of an algorithm that Go does not know may hold anything.
fn check_public_key(key: Element<'_>) -> Result<(), Failure> {
    let mut fields = Reader::new(key.whole).sequence()?;
    let (identifier, parameters) = identified(fields.take(asn1::SEQUENCE)?)?;
    let key = fields.bits()?;
    let valid = match (identifier, parameters) {
        (oid::RSA, Some(parameters)) if parameters.tag == asn1::NULL => {
            let mut numbers = Reader::new(&key).sequence()?;
            numbers.positive()?;
            numbers.small()? > 0
        }
        (oid::ELLIPTIC_CURVE, Some(parameters)) if parameters.tag == asn1::OID => {
            Curve::named(parameters.content)?.has(&key)
        }
        (oid::ED25519 | oid::X25519, None) => key.len() == 32,
        (oid::DSA, Some(parameters)) if parameters.tag == asn1::SEQUENCE => {
            let mut numbers = Reader::new(parameters.content);
            for _ in 0..3 {
                numbers.positive()?;
            }
            Reader::new(&key).positive().is_ok()
        }
        (oid::RSA | oid::ELLIPTIC_CURVE | oid::ED25519 | oid::X25519 | oid::DSA, _) => false,
        _ => true,
    };
    if valid {
        return Ok(());
    }
    Err(malformed("malformed public key of a certificate"))
}
