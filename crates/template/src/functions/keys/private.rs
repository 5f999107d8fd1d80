//! Private keys of every kind that Go reads, from PEM and DER and back.

use ed25519_dalek::{Signer, SigningKey};
use rand_core::Rng;
use zeroize::Zeroizing;

use super::asn1::{self, Der, Reader};
use super::curve::{Curve, CurveKey};
use super::dsa::DsaKey;
use super::oid;
use super::rsa::RsaKey;
use crate::error::Failure;
use crate::functions::{Context, pem};

/// A private key.
pub(in crate::functions) enum PrivateKey {
    Rsa(Box<RsaKey>),
    Curve(CurveKey),
    Ed25519(Zeroizing<[u8; 32]>),
    /// For key agreement: it signs nothing.
    X25519(Zeroizing<[u8; 32]>),
    /// One that was made here.
    Dsa(DsaKey),
    /// One that was read: of no use for anything that follows.
    OldDsa,
}

/// A signature and the algorithm that made it.
pub(in crate::functions) struct Signature {
    pub(in crate::functions) algorithm: Der,
    pub(in crate::functions) bytes: Vec<u8>,
}

impl PrivateKey {
    /// A new RSA key.
    pub(in crate::functions) fn rsa(
        context: &mut Context<'_>,
        bits: usize,
    ) -> Result<Self, Failure> {
        Ok(Self::Rsa(Box::new(RsaKey::generate(context, bits)?)))
    }

    /// A new key on P-256.
    pub(super) fn p256(context: &mut Context<'_>) -> Result<Self, Failure> {
        CurveKey::generate(context, Curve::P256).map(Self::Curve)
    }

    /// A new DSA key.
    pub(super) fn dsa(context: &mut Context<'_>) -> Result<Self, Failure> {
        DsaKey::generate(context).map(Self::Dsa)
    }

    /// A new Ed25519 key.
    pub(super) fn ed25519(context: &mut Context<'_>) -> Result<Self, Failure> {
        context.budget.cost(super::KEY_PAIR)?;
        let mut seed = Zeroizing::new([0; 32]);
        context.random.fill_bytes(&mut *seed);
        Ok(Self::Ed25519(seed))
    }

    /// The key in the first block of `text`, by the kind of that block: so Sprig reads keys.
    pub(in crate::functions) fn from_pem(
        context: &mut Context<'_>,
        text: &[u8],
    ) -> Result<Self, Failure> {
        let (block, _) =
            pem::decode(text).ok_or_else(|| Failure::new("there is no PEM in the private key"))?;
        match block.kind.as_slice() {
            b"PRIVATE KEY" => Self::from_pkcs8(context, &block.content),
            b"RSA PRIVATE KEY" => {
                RsaKey::from_pkcs1(context, &block.content).map(|key| Self::Rsa(Box::new(key)))
            }
            b"EC PRIVATE KEY" => {
                CurveKey::from_sec1(context, None, &block.content).map(Self::Curve)
            }
            b"DSA PRIVATE KEY" => DsaKey::check(&block.content).map(|()| Self::OldDsa),
            _ => Err(Failure::new(
                "the PEM block is of no known kind of private key",
            )),
        }
    }

    /// The key in `der`, whichever structure it is: so the peer's own functions read keys.
    pub(in crate::functions) fn from_der(
        context: &mut Context<'_>,
        der: &[u8],
    ) -> Result<Self, Failure> {
        RsaKey::from_pkcs1(context, der)
            .map(|key| Self::Rsa(Box::new(key)))
            .or_else(|failure| or(failure, || Self::from_pkcs8(context, der)))
            .or_else(|failure| {
                or(failure, || {
                    CurveKey::from_sec1(context, None, der).map(Self::Curve)
                })
            })
    }

    /// The key in this PKCS#8 structure.
    pub(in crate::functions) fn from_pkcs8(
        context: &mut Context<'_>,
        der: &[u8],
    ) -> Result<Self, Failure> {
        let mut fields = Reader::new(der).sequence()?;
        fields.small()?;
        let mut algorithm = fields.sequence()?;
        let identifier = algorithm.oid()?;
        let parameters = if algorithm.is_empty() {
            None
        } else {
            Some(algorithm.element()?)
        };
        let key = fields.take(asn1::OCTET_STRING)?;
        match identifier {
            oid::RSA => RsaKey::from_pkcs1(context, key).map(|key| Self::Rsa(Box::new(key))),
            oid::ELLIPTIC_CURVE => {
                let named = parameters
                    .filter(|parameters| parameters.tag == asn1::OID)
                    .map(|parameters| parameters.content);
                CurveKey::from_sec1(context, named, key).map(Self::Curve)
            }
            oid::ED25519 | oid::X25519 => {
                if parameters.is_some() {
                    return Err(Failure::new("such a key has no parameters"));
                }
                let seed: [u8; 32] = Reader::new(key)
                    .take(asn1::OCTET_STRING)?
                    .try_into()
                    .map_err(|_| Failure::new("the key is not 32 bytes long"))?;
                let seed = Zeroizing::new(seed);
                Ok(if identifier == oid::ED25519 {
                    Self::Ed25519(seed)
                } else {
                    Self::X25519(seed)
                })
            }
            _ => Err(Failure::new("PKCS#8 holds a key of an unknown algorithm")),
        }
    }

    /// As PEM, in the form that Sprig chooses for each kind.
    pub(in crate::functions) fn to_pem(&self) -> Result<Zeroizing<Vec<u8>>, Failure> {
        Ok(match self {
            Self::Rsa(key) => pem::encode("RSA PRIVATE KEY", &key.to_pkcs1()),
            Self::Curve(key) => pem::encode("EC PRIVATE KEY", &key.to_sec1()),
            Self::Dsa(key) => pem::encode("DSA PRIVATE KEY", &key.to_der()),
            Self::Ed25519(_) | Self::X25519(_) | Self::OldDsa => {
                pem::encode("PRIVATE KEY", &self.to_pkcs8()?)
            }
        })
    }

    /// As PKCS#8.
    pub(in crate::functions) fn to_pkcs8(&self) -> Result<Der, Failure> {
        Ok(match self {
            Self::Rsa(key) => {
                let algorithm =
                    asn1::sequence(&[&asn1::element(asn1::OID, oid::RSA), &asn1::null()]);
                pkcs8(&algorithm, &key.to_pkcs1())
            }
            Self::Curve(key) => key.to_pkcs8(),
            Self::Ed25519(seed) => short(oid::ED25519, &**seed),
            Self::X25519(seed) => short(oid::X25519, &**seed),
            Self::Dsa(_) | Self::OldDsa => {
                return Err(Failure::new("PKCS#8 does not hold DSA keys here"));
            }
        })
    }

    /// The public key as certificates hold it.
    pub(in crate::functions) fn public(&self) -> Result<Der, Failure> {
        Ok(match self {
            Self::Rsa(key) => key.public(),
            Self::Curve(key) => key.public(),
            Self::Ed25519(seed) => {
                ed25519_public(SigningKey::from_bytes(seed).verifying_key().as_bytes())
            }
            Self::X25519(_) => {
                return Err(Failure::new(
                    "certificates of X25519 keys are not supported",
                ));
            }
            Self::Dsa(_) | Self::OldDsa => {
                return Err(Failure::new("there are no certificates of DSA keys"));
            }
        })
    }

    /// A signature over `message`.
    pub(in crate::functions) fn sign(
        &self,
        context: &mut Context<'_>,
        message: &[u8],
    ) -> Result<Signature, Failure> {
        match self {
            Self::Rsa(key) => Ok(Signature {
                algorithm: self.signature_algorithm()?,
                bytes: key.sign(context, message)?,
            }),
            Self::Curve(key) => Ok(Signature {
                algorithm: self.signature_algorithm()?,
                bytes: key.sign(context, message)?,
            }),
            Self::Ed25519(seed) => {
                context.budget.cost(super::SIGNATURE)?;
                Ok(Signature {
                    algorithm: self.signature_algorithm()?,
                    bytes: SigningKey::from_bytes(seed)
                        .sign(message)
                        .to_bytes()
                        .to_vec(),
                })
            }
            _ => Err(Failure::new("keys of this kind sign no certificates")),
        }
    }

    /// The algorithm that [`Self::sign`] uses, which stands in what is signed.
    pub(in crate::functions) fn signature_algorithm(&self) -> Result<Der, Failure> {
        let named = |identifier| asn1::sequence(&[&asn1::element(asn1::OID, identifier)]);
        Ok(match self {
            Self::Rsa(_) => asn1::sequence(&[
                &asn1::element(asn1::OID, oid::SHA256_WITH_RSA),
                &asn1::null(),
            ]),
            Self::Curve(key) => named(key.signature_algorithm()),
            Self::Ed25519(_) => named(oid::ED25519),
            _ => return Err(Failure::new("keys of this kind sign no certificates")),
        })
    }
}

/// Tries something else, unless a limit was what stopped the last try.
fn or<T>(failure: Failure, other: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    match failure {
        Failure::Spent(_) => Err(failure),
        Failure::Because(_) => other(),
    }
}

/// A PKCS#8 structure around the key of that algorithm.
pub(super) fn pkcs8(algorithm: &[u8], key: &[u8]) -> Der {
    asn1::sequence(&[
        &asn1::unsigned(&[]),
        algorithm,
        &asn1::element(asn1::OCTET_STRING, key),
    ])
}

fn short(identifier: &[u8], seed: &[u8]) -> Der {
    pkcs8(
        &asn1::sequence(&[&asn1::element(asn1::OID, identifier)]),
        &asn1::element(asn1::OCTET_STRING, seed),
    )
}

/// An Ed25519 public key as certificates hold it.
pub(in crate::functions) fn ed25519_public(key: &[u8]) -> Der {
    asn1::sequence(&[
        &asn1::sequence(&[&asn1::element(asn1::OID, oid::ED25519)]),
        &asn1::bits(key),
    ])
}
