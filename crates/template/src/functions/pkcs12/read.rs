//! Reading PKCS#12 files: nothing in one is looked at before its MAC has proved right.

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::derive::{self, Hash, Password, Purpose};
use super::oid;
use super::protect::{self, Derivation};
use crate::error::Failure;
use crate::functions::Context;
use crate::functions::certificates::Parsed;
use crate::functions::keys::PrivateKey;
use crate::functions::keys::asn1::{self, Reader};

/// What a file holds.
pub(super) struct Content {
    pub(super) key: PrivateKey,
    /// The certificate of the key, and others.
    pub(super) certificates: Vec<Parsed>,
}

/// What `file` holds.
pub(super) fn read(
    context: &mut Context<'_>,
    file: &[u8],
    password: Password,
) -> Result<Content, Failure> {
    context.budget.text(file.len())?;
    let mut outer = Reader::new(file);
    let mut fields = outer
        .sequence()
        .map_err(|_| Failure::new("this is no PKCS#12 file"))?;
    outer.end()?;
    if fields.small()? != 3 {
        return Err(Failure::new("unknown version of a PKCS#12 file"));
    }
    let mut safe = fields.sequence()?;
    if safe.take(asn1::OID)? != oid::DATA {
        return Err(Failure::new(
            "the PKCS#12 file is not protected by a password",
        ));
    }
    let safe = data(safe.take(asn1::explicit(0))?)?;
    let password = match fields.optional(asn1::SEQUENCE)? {
        Some(mac) => verified(context, mac, safe, password)?,
        None if password.is_empty() => password,
        None => return Err(Failure::new("the PKCS#12 file has a password, but no MAC")),
    };
    let mut parts = Reader::new(safe);
    let mut contents = parts.sequence()?;
    parts.end()?;
    let mut found = Found::default();
    let mut count = 0;
    while !contents.is_empty() {
        count += 1;
        if count > 2 {
            return Err(Failure::new("the PKCS#12 file has more than two parts"));
        }
        let part = part(context, contents.sequence()?, &password)?;
        found.bags(context, &part, &password)?;
    }
    found.content()
}

/// The bytes of an octet string that fills `content`.
fn data(content: &[u8]) -> Result<&[u8], Failure> {
    let mut content = Reader::new(content);
    let data = content.take(asn1::OCTET_STRING)?;
    content.end()?;
    Ok(data)
}

/// The password, once the MAC over `message` has proved it right.
fn verified(
    context: &mut Context<'_>,
    mac: &[u8],
    message: &[u8],
    password: Password,
) -> Result<Password, Failure> {
    if is_right(context, mac, message, &password)? {
        return Ok(password);
    }
    let nothing = Password::nothing();
    if password.is_empty() && is_right(context, mac, message, &nothing)? {
        return Ok(nothing);
    }
    Err(Failure::new("the password of the PKCS#12 file is wrong"))
}

fn is_right(
    context: &mut Context<'_>,
    mac: &[u8],
    message: &[u8],
    password: &Password,
) -> Result<bool, Failure> {
    let mut fields = Reader::new(mac);
    let mut digest = fields.sequence()?;
    let mut algorithm = digest.sequence()?;
    let expected = digest.take(asn1::OCTET_STRING)?;
    let salt = fields.take(asn1::OCTET_STRING)?;
    let rounds = if fields.is_next(asn1::INTEGER) {
        fields.small()?
    } else {
        1
    };
    let identifier = algorithm.take(asn1::OID)?;
    let actual = if identifier == oid::PBMAC1 {
        let mut parameters = algorithm.sequence()?;
        let derivation = Derivation::read(parameters.sequence()?)?;
        let hash = Hash::keyed(parameters.sequence()?.take(asn1::OID)?)?;
        let size = usize::try_from(derivation.size)
            .ok()
            .filter(|size| *size > 0)
            .ok_or_else(|| {
                Failure::new("the PKCS#12 file does not say how long the MAC's key is")
            })?;
        let key = derivation.key(context, password, size)?;
        hash.mac(&key, message)
    } else {
        let hash = Hash::plain(identifier)?;
        let secrets = (password.wide.as_slice(), salt);
        let key = derive::own(context, hash, Purpose::Mac, secrets, rounds, hash.size())?;
        hash.mac(&key, message)
    };
    Ok(actual.ct_eq(expected).into())
}

/// The bags of one part, decrypted if it is encrypted.
fn part(
    context: &mut Context<'_>,
    mut part: Reader<'_>,
    password: &Password,
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let kind = part.take(asn1::OID)?;
    let inside = part.take(asn1::explicit(0))?;
    match kind {
        oid::DATA => Ok(Zeroizing::new(data(inside)?.to_vec())),
        oid::ENCRYPTED_DATA => {
            let mut inside = Reader::new(inside);
            let mut fields = inside.sequence()?;
            inside.end()?;
            if fields.small()? != 0 {
                return Err(Failure::new("unknown version of encrypted data"));
            }
            let mut encrypted = fields.sequence()?;
            encrypted.take(asn1::OID)?;
            let algorithm = encrypted.sequence()?;
            let sealed = encrypted.optional(asn1::implicit(0))?.unwrap_or_default();
            protect::decrypt(context, algorithm, sealed, password)
        }
        _ => Err(Failure::new(
            "a part of the PKCS#12 file is of an unsupported kind",
        )),
    }
}

/// Checks the attributes of a bag, which say nothing that is asked for.
fn attributes(bag: &mut Reader<'_>) -> Result<(), Failure> {
    let Some(attributes) = bag.optional(asn1::SET)? else {
        return Ok(());
    };
    let mut attributes = Reader::new(attributes);
    while !attributes.is_empty() {
        let mut attribute = attributes.sequence()?;
        attribute.oid()?;
        attribute.element()?;
    }
    Ok(())
}

#[derive(Default)]
struct Found {
    key: Option<PrivateKey>,
    certificates: Vec<Parsed>,
}

impl Found {
    /// Takes keys and certificates out of bags. Bags of other kinds are passed over.
    fn bags(
        &mut self,
        context: &mut Context<'_>,
        part: &[u8],
        password: &Password,
    ) -> Result<(), Failure> {
        let mut outer = Reader::new(part);
        let mut bags = outer.sequence()?;
        outer.end()?;
        while !bags.is_empty() {
            let mut bag = bags.sequence()?;
            let kind = bag.take(asn1::OID)?;
            let value = bag.take(asn1::explicit(0))?;
            attributes(&mut bag)?;
            match kind {
                oid::CERTIFICATE_BAG => {
                    let mut fields = Reader::new(value).sequence()?;
                    if fields.take(asn1::OID)? != oid::X509_CERTIFICATE {
                        return Err(Failure::new("a certificate of an unsupported kind"));
                    }
                    let mut value = Reader::new(fields.take(asn1::explicit(0))?);
                    self.certificates
                        .push(Parsed::new(value.take(asn1::OCTET_STRING)?)?);
                }
                oid::KEY_BAG => {
                    self.set_key(PrivateKey::from_pkcs8(context, value)?)?;
                }
                oid::SHROUDED_KEY_BAG => {
                    let mut outer = Reader::new(value);
                    let mut fields = outer.sequence()?;
                    outer.end()?;
                    let algorithm = fields.sequence()?;
                    let sealed = fields.take(asn1::OCTET_STRING)?;
                    let key = protect::decrypt(context, algorithm, sealed, password)?;
                    let mut whole = Reader::new(&key);
                    whole.element()?;
                    whole.end()?;
                    self.set_key(PrivateKey::from_pkcs8(context, &key)?)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn set_key(&mut self, key: PrivateKey) -> Result<(), Failure> {
        if self.key.replace(key).is_some() {
            return Err(Failure::new(
                "the PKCS#12 file has more than one private key",
            ));
        }
        Ok(())
    }

    fn content(self) -> Result<Content, Failure> {
        if self.certificates.is_empty() {
            return Err(Failure::new("the PKCS#12 file has no certificate"));
        }
        Ok(Content {
            key: self
                .key
                .ok_or_else(|| Failure::new("the PKCS#12 file has no private key"))?,
            certificates: self.certificates,
        })
    }
}
