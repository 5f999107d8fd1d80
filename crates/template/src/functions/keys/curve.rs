//! Keys on the curves of NIST: in the form of SEC 1, made from the render's randomness and used to sign.

use p256::elliptic_curve::Generate;
use p256::elliptic_curve::sec1::ToSec1Point;
use zeroize::Zeroizing;

use super::asn1::{self, Der, Reader};
use super::oid;
use crate::error::Failure;
use crate::functions::Context;

/// A curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::functions) enum Curve {
    P256,
    P384,
    P521,
}

/// Does the same with the crate of each curve.
macro_rules! on {
    ($curve:expr, $name:ident => $work:expr) => {
        match $curve {
            Curve::P256 => {
                use p256 as $name;
                $work
            }
            Curve::P384 => {
                use p384 as $name;
                $work
            }
            Curve::P521 => {
                use p521 as $name;
                $work
            }
        }
    };
}

impl Curve {
    /// The curve of that identifier; P-224, which Go knows too, has no released crate.
    pub(in crate::functions) fn named(identifier: &[u8]) -> Result<Self, Failure> {
        match identifier {
            oid::P256 => Ok(Self::P256),
            oid::P384 => Ok(Self::P384),
            oid::P521 => Ok(Self::P521),
            oid::P224 => Err(Failure::new("keys on the curve P-224 are not supported")),
            _ => Err(Failure::new("unknown elliptic curve")),
        }
    }

    fn identifier(self) -> &'static [u8] {
        match self {
            Self::P256 => oid::P256,
            Self::P384 => oid::P384,
            Self::P521 => oid::P521,
        }
    }

    /// Bytes of a private key and of a coordinate.
    pub(in crate::functions) fn size(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// Whether `point` is one of the curve, uncompressed.
    pub(in crate::functions) fn has(self, point: &[u8]) -> bool {
        point.first() == Some(&4)
            && on!(self, curve => curve::PublicKey::from_sec1_bytes(point).is_ok())
    }

    /// A public key as certificates hold it.
    pub(in crate::functions) fn public(self, point: &[u8]) -> Der {
        asn1::sequence(&[&self.algorithm(), &asn1::bits(point)])
    }

    fn algorithm(self) -> Der {
        asn1::sequence(&[
            &asn1::element(asn1::OID, oid::ELLIPTIC_CURVE),
            &asn1::element(asn1::OID, self.identifier()),
        ])
    }
}

/// A private key.
pub(in crate::functions) struct CurveKey {
    curve: Curve,
    secret: Zeroizing<Vec<u8>>,
    /// The public point, uncompressed.
    point: Vec<u8>,
}

impl CurveKey {
    /// A new key.
    pub(super) fn generate(context: &mut Context<'_>, curve: Curve) -> Result<Self, Failure> {
        context.budget.cost(super::KEY_PAIR)?;
        let secret = on!(curve, name => {
            let key = name::SecretKey::generate_from_rng(context.random);
            Zeroizing::new(key.to_bytes().to_vec())
        });
        Self::from_secret(context, curve, &secret)
    }

    /// The key with that number, in as many bytes as the curve has.
    pub(in crate::functions) fn from_secret(
        context: &mut Context<'_>,
        curve: Curve,
        secret: &[u8],
    ) -> Result<Self, Failure> {
        context.budget.cost(1)?;
        let refused = || Failure::new("no private key of that elliptic curve");
        if secret.len() != curve.size() {
            return Err(refused());
        }
        let point = on!(curve, name => {
            let key = name::SecretKey::from_slice(secret).map_err(|_| refused())?;
            key.public_key().to_sec1_point(false).as_bytes().to_vec()
        });
        Ok(Self {
            curve,
            secret: Zeroizing::new(secret.to_vec()),
            point,
        })
    }

    /// The same with another public point: nobody checks that of a JSON Web Key against its private number.
    pub(in crate::functions) fn with_point(self, point: Vec<u8>) -> Self {
        Self { point, ..self }
    }

    /// The key in this SEC 1 structure, on the curve that it names or on that which is known from elsewhere.
    pub(in crate::functions) fn from_sec1(
        context: &mut Context<'_>,
        identifier: Option<&[u8]>,
        der: &[u8],
    ) -> Result<Self, Failure> {
        let mut fields = Reader::new(der).sequence()?;
        if fields.small()? != 1 {
            return Err(Failure::new("unknown version of an elliptic curve key"));
        }
        let secret = fields.take(asn1::OCTET_STRING)?;
        let named = fields.loosely_tagged(0, asn1::OID)?;
        if let Some(point) = fields.loosely_tagged(1, asn1::BIT_STRING)? {
            Reader::new(&asn1::element(asn1::BIT_STRING, point)).bits()?;
        }
        let curve = Curve::named(identifier.or(named).unwrap_or_default())?;
        // Some writers pad the number, some cut its zeros.
        let zeros = secret.len().saturating_sub(curve.size());
        if secret[..zeros].iter().any(|byte| *byte != 0) {
            return Err(Failure::new("no private key of that elliptic curve"));
        }
        let secret = &secret[zeros..];
        let mut full = Zeroizing::new(vec![0; curve.size()]);
        full[curve.size() - secret.len()..].copy_from_slice(secret);
        Self::from_secret(context, curve, &full)
    }

    /// The SEC 1 structure, with the curve named in it.
    pub(super) fn to_sec1(&self) -> Der {
        let named = asn1::element(asn1::OID, self.curve.identifier());
        self.structure(&asn1::element(asn1::explicit(0), &named))
    }

    /// The SEC 1 structure as PKCS#8 holds it.
    pub(super) fn to_pkcs8(&self) -> Der {
        super::private::pkcs8(&self.curve.algorithm(), &self.structure(&[]))
    }

    fn structure(&self, named: &[u8]) -> Der {
        asn1::sequence(&[
            &asn1::unsigned(&[1]),
            &asn1::element(asn1::OCTET_STRING, &self.secret),
            named,
            &asn1::element(asn1::explicit(1), &asn1::bits(&self.point)),
        ])
    }

    /// The public key as certificates hold it.
    pub(super) fn public(&self) -> Der {
        self.curve.public(&self.point)
    }

    /// The algorithm that this key signs with.
    pub(super) fn signature_algorithm(&self) -> &'static [u8] {
        match self.curve {
            Curve::P256 => oid::ECDSA_WITH_SHA256,
            Curve::P384 => oid::ECDSA_WITH_SHA384,
            Curve::P521 => oid::ECDSA_WITH_SHA512,
        }
    }

    /// A signature over the hash of `message` that goes with the curve. It takes no randomness (RFC 6979).
    pub(super) fn sign(
        &self,
        context: &mut Context<'_>,
        message: &[u8],
    ) -> Result<Vec<u8>, Failure> {
        use p256::ecdsa::signature::Signer;
        context.budget.cost(super::SIGNATURE)?;
        let refused = |_| Failure::new("the elliptic curve key does not sign");
        on!(self.curve, name => {
            let key = name::ecdsa::SigningKey::from_slice(&self.secret).map_err(refused)?;
            let signature: name::ecdsa::Signature = key.try_sign(message).map_err(refused)?;
            Ok(signature.to_der().as_bytes().to_vec())
        })
    }
}
