//! Writing PKCS#12 files, with the algorithms that today's readers expect: AES-256 from PBKDF2, and a MAC with SHA-256.

use rand_core::Rng;

use super::derive::{self, Hash, Password, Purpose};
use super::oid;
use super::protect::{self, ROUNDS, SALT};
use crate::error::Failure;
use crate::functions::certificates::Parsed;
use crate::functions::keys::asn1::{self, Der};
use crate::functions::keys::{self, PrivateKey};
use crate::functions::{Context, pem};
use crate::value::Value;

/// A file with a key and its certificate, which comes first, and other certificates: as base64.
pub(super) fn key_store(
    context: &mut Context<'_>,
    key: &PrivateKey,
    certificates: &[Parsed],
    password: &Password,
) -> Result<Value, Failure> {
    pay(context, certificates)?;
    let id = certificates.first().map_or_else(Default::default, |leaf| {
        let id = asn1::element(asn1::OCTET_STRING, &Hash::Sha1.digest(&[&leaf.der]));
        attribute(oid::LOCAL_KEY_ID, &id)
    });
    let bags: Vec<Der> = certificates
        .iter()
        .enumerate()
        .map(|(index, certificate)| match index {
            0 => certificate_bag(certificate, &[&id]),
            _ => certificate_bag(certificate, &[]),
        })
        .collect();
    let (algorithm, sealed) = protect::encrypt(context, &key.to_pkcs8()?, password)?;
    let shrouded = asn1::sequence(&[&algorithm, &asn1::element(asn1::OCTET_STRING, &sealed)]);
    let key_bag = bag(oid::SHROUDED_KEY_BAG, &shrouded, &[&id]);
    let parts = [
        encrypted(context, &bags, password)?,
        content(
            oid::DATA,
            &asn1::element(asn1::OCTET_STRING, &asn1::sequence(&[&key_bag])),
        ),
    ];
    file(context, &[&parts[0], &parts[1]], password)
}

/// A file with certificates that Java trusts, each under the name of its subject: as base64.
pub(super) fn trust_store(
    context: &mut Context<'_>,
    certificates: &[Parsed],
    password: &Password,
) -> Result<Value, Failure> {
    pay(context, certificates)?;
    let trusted = asn1::element(asn1::OID, keys::oid::ANY_EXTENDED_KEY_USAGE);
    let trusted = attribute(oid::JAVA_TRUST_STORE, &trusted);
    let bags = certificates
        .iter()
        .map(|certificate| {
            let name = asn1::element(asn1::BMP_STRING, &wide(&certificate.subject_text()?)?);
            let name = attribute(oid::FRIENDLY_NAME, &name);
            Ok(certificate_bag(certificate, &[&trusted, &name]))
        })
        .collect::<Result<Vec<Der>, Failure>>()?;
    let part = encrypted(context, &bags, password)?;
    file(context, &[&part], password)
}

/// Pays for all texts on the way to the file.
fn pay(context: &mut Context<'_>, certificates: &[Parsed]) -> Result<(), Failure> {
    let length: usize = certificates
        .iter()
        .map(|certificate| certificate.der.len() + 512)
        .sum();
    context.budget.text(length.saturating_mul(2) + 8 * 1024)
}

/// A text in two bytes a character.
fn wide(text: &str) -> Result<Vec<u8>, Failure> {
    let mut wide = Vec::with_capacity(2 * text.len());
    for character in text.chars() {
        let unit = u16::try_from(u32::from(character)).map_err(|_| {
            Failure::new("a subject has a character above U+FFFF, which PKCS#12 has not")
        })?;
        wide.extend_from_slice(&unit.to_be_bytes());
    }
    Ok(wide)
}

fn attribute(identifier: &[u8], value: &[u8]) -> Der {
    asn1::sequence(&[&asn1::element(asn1::OID, identifier), &asn1::set(&[value])])
}

fn bag(kind: &[u8], value: &[u8], attributes: &[&[u8]]) -> Der {
    let attributes = match attributes {
        [] => Der::default(),
        attributes => asn1::set(attributes),
    };
    asn1::sequence(&[
        &asn1::element(asn1::OID, kind),
        &asn1::element(asn1::explicit(0), value),
        &attributes,
    ])
}

fn certificate_bag(certificate: &Parsed, attributes: &[&[u8]]) -> Der {
    let value = asn1::element(asn1::OCTET_STRING, &certificate.der);
    let value = asn1::sequence(&[
        &asn1::element(asn1::OID, oid::X509_CERTIFICATE),
        &asn1::element(asn1::explicit(0), &value),
    ]);
    bag(oid::CERTIFICATE_BAG, &value, attributes)
}

fn content(kind: &[u8], content: &[u8]) -> Der {
    asn1::sequence(&[
        &asn1::element(asn1::OID, kind),
        &asn1::element(asn1::explicit(0), content),
    ])
}

/// A part with these bags, encrypted.
fn encrypted(context: &mut Context<'_>, bags: &[Der], password: &Password) -> Result<Der, Failure> {
    let bags: Vec<&[u8]> = bags.iter().map(|bag| bag.as_slice()).collect();
    let (algorithm, sealed) = protect::encrypt(context, &asn1::sequence(&bags), password)?;
    let encrypted = asn1::sequence(&[
        &asn1::element(asn1::OID, oid::DATA),
        &algorithm,
        &asn1::element(asn1::implicit(0), &sealed),
    ]);
    let data = asn1::sequence(&[&asn1::unsigned(&[]), &encrypted]);
    Ok(content(oid::ENCRYPTED_DATA, &data))
}

/// The file with these parts and a MAC over them.
fn file(context: &mut Context<'_>, parts: &[&[u8]], password: &Password) -> Result<Value, Failure> {
    let safe = asn1::sequence(parts);
    let mut salt = [0; SALT];
    context.random.fill_bytes(&mut salt);
    let secrets = (password.wide.as_slice(), salt.as_slice());
    let key = derive::own(
        context,
        Hash::Sha256,
        Purpose::Mac,
        secrets,
        i64::from(ROUNDS),
        32,
    )?;
    let mac = Hash::Sha256.mac(&key, &safe);
    let digest = asn1::sequence(&[
        &asn1::sequence(&[&asn1::element(asn1::OID, oid::SHA256)]),
        &asn1::element(asn1::OCTET_STRING, &mac),
    ]);
    let file = asn1::sequence(&[
        &asn1::unsigned(&[3]),
        &content(oid::DATA, &asn1::element(asn1::OCTET_STRING, &safe)),
        &asn1::sequence(&[
            &digest,
            &asn1::element(asn1::OCTET_STRING, &salt),
            &asn1::unsigned(&ROUNDS.to_be_bytes()),
        ]),
    ]);
    Ok(pem::to_base64(&file).into())
}
