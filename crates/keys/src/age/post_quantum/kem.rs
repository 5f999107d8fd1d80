//! The hybrid of ML-KEM-768 and X25519 that is number 0x647a of HPKE's key encapsulations (X-Wing): a secret is had by whoever breaks
//! both halves.
//!
//! The halves come from crates; here is how they are put together, and what is refused: X25519 shares of low order, which would take the
//! classic half away (Go's implementation refuses them too), and ML-KEM keys whose numbers are not reduced.

use hpke::generic_array::typenum::{Sum, U32, U64, U128, U1024};
use hpke::kem::SharedSecret;
use hpke::rand_core::{CryptoRng, RngCore};
use hpke::{Deserializable, HpkeError, Kem, Serializable};
use ml_kem::kem::{Decapsulate as _, Encapsulate as _};
use ml_kem::{Ciphertext, EncodedSizeUser as _, KemCore, MlKem768, SharedKey};
use sha3::digest::{ExtendableOutput as _, Update as _, XofReader as _};
use sha3::{Digest, Sha3_256, Shake256};
use x25519_dalek::{PublicKey as Point, StaticSecret};
use zeroize::{Zeroize as _, Zeroizing};

type Decapsulation = <MlKem768 as KemCore>::DecapsulationKey;
type Encapsulation = <MlKem768 as KemCore>::EncapsulationKey;

/// Length of an ML-KEM-768 public key, and of a ciphertext.
const LATTICE_KEY: usize = 1184;
const LATTICE_SHARE: usize = 1088;

/// The six bytes that end what is hashed to the shared secret.
const LABEL: &[u8] = br"\.//^\";

/// The key encapsulation.
pub(super) struct MlKem768X25519;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct PublicKey {
    lattice: Encapsulation,
    point: Point,
}

impl Eq for PublicKey {}

#[derive(Clone)]
pub(super) struct PrivateKey {
    seed: Zeroizing<[u8; 32]>,
    lattice: Box<Decapsulation>,
    scalar: StaticSecret,
}

impl PartialEq for PrivateKey {
    fn eq(&self, other: &Self) -> bool {
        subtle::ConstantTimeEq::ct_eq(&self.seed[..], &other.seed[..]).into()
    }
}

impl Eq for PrivateKey {}

impl PrivateKey {
    /// The key that a seed stands for.
    pub(super) fn from_seed(seed: &[u8; 32]) -> Self {
        let mut stream = Shake256::default().chain(seed).finalize_xof();
        let mut d = Zeroizing::new([0; 32]);
        let mut z = Zeroizing::new([0; 32]);
        let mut scalar = Zeroizing::new([0; 32]);
        stream.read(&mut d[..]);
        stream.read(&mut z[..]);
        stream.read(&mut scalar[..]);
        let (lattice, _) = MlKem768::generate_deterministic(&(*d).into(), &(*z).into());
        Self {
            seed: Zeroizing::new(*seed),
            lattice: Box::new(lattice),
            scalar: StaticSecret::from(*scalar),
        }
    }

    /// What the key is written down as.
    pub(super) fn seed(&self) -> &[u8] {
        &self.seed[..]
    }
}

/// What is sent along so that the recipient gets the same secret.
#[derive(Clone)]
pub(super) struct EncappedKey {
    lattice: Ciphertext<MlKem768>,
    point: Point,
}

impl Kem for MlKem768X25519 {
    type PublicKey = PublicKey;
    type PrivateKey = PrivateKey;
    type EncappedKey = EncappedKey;
    type NSecret = U32;
    const KEM_ID: u16 = 0x647a;

    fn sk_to_pk(key: &PrivateKey) -> PublicKey {
        PublicKey {
            lattice: key.lattice.encapsulation_key().clone(),
            point: Point::from(&key.scalar),
        }
    }

    /// Not called: age's keys are seeds, and new ones come from [`PrivateKey::from_seed`].
    fn derive_keypair(material: &[u8]) -> (PrivateKey, PublicKey) {
        let mut seed = Zeroizing::new([0; 32]);
        Shake256::default()
            .chain(material)
            .finalize_xof_into(&mut seed[..]);
        let key = PrivateKey::from_seed(&seed);
        let public = Self::sk_to_pk(&key);
        (key, public)
    }

    fn decap(
        key: &PrivateKey,
        sender: Option<&PublicKey>,
        share: &EncappedKey,
    ) -> Result<SharedSecret<Self>, HpkeError> {
        let classic = key.scalar.diffie_hellman(&share.point);
        // Nobody is known as a sender here: the hybrid has no authenticated mode.
        if sender.is_some() || !classic.was_contributory() {
            return Err(HpkeError::DecapError);
        }
        let lattice = key.lattice.decapsulate(&share.lattice);
        let lattice = kept(lattice.map_err(|()| HpkeError::DecapError)?);
        let public = Point::from(&key.scalar);
        Ok(combined(
            &lattice[..],
            classic.as_bytes(),
            &share.point,
            &public,
        ))
    }

    fn encap<R: CryptoRng + RngCore>(
        public: &PublicKey,
        sender: Option<(&PrivateKey, &PublicKey)>,
        rng: &mut R,
    ) -> Result<(SharedSecret<Self>, EncappedKey), HpkeError> {
        if sender.is_some() {
            return Err(HpkeError::EncapError);
        }
        let sealed = public.lattice.encapsulate(rng);
        let (share, lattice) = sealed.map_err(|()| HpkeError::EncapError)?;
        let lattice = kept(lattice);
        let scalar = StaticSecret::random_from_rng(rng);
        let classic = scalar.diffie_hellman(&public.point);
        if !classic.was_contributory() {
            return Err(HpkeError::EncapError);
        }
        let point = Point::from(&scalar);
        let secret = combined(&lattice[..], classic.as_bytes(), &point, &public.point);
        let share = EncappedKey {
            lattice: share,
            point,
        };
        Ok((secret, share))
    }
}

/// The secret of the lattice half, to be wiped.
fn kept(mut secret: SharedKey<MlKem768>) -> Zeroizing<[u8; 32]> {
    let mut kept = Zeroizing::new([0; 32]);
    kept.copy_from_slice(&secret);
    secret.as_mut_slice().zeroize();
    kept
}

fn combined(
    lattice: &[u8],
    classic: &[u8],
    share: &Point,
    public: &Point,
) -> SharedSecret<MlKem768X25519> {
    let mut hash = Sha3_256::new();
    for part in [lattice, classic, share.as_bytes(), public.as_bytes(), LABEL] {
        Digest::update(&mut hash, part);
    }
    SharedSecret(hash.finalize())
}

impl Deserializable for PublicKey {
    fn from_bytes(bytes: &[u8]) -> Result<Self, HpkeError> {
        let (lattice, point) = split(bytes, LATTICE_KEY)?;
        let encoded = lattice.try_into().map_err(|_| HpkeError::ValidationError)?;
        let key = Encapsulation::from_bytes(&encoded);
        // Numbers that are not reduced come back in another spelling (FIPS 203, section 7.2).
        let is_reduced = key.as_bytes() == encoded;
        // Any scalar shows whether a point is of low order; encapsulating must not fail later.
        let probe = StaticSecret::from([1; 32]).diffie_hellman(&point);
        if !is_reduced || !probe.was_contributory() {
            return Err(HpkeError::ValidationError);
        }
        Ok(Self {
            lattice: key,
            point,
        })
    }
}

impl Serializable for PublicKey {
    // 1216
    type OutputSize = Sum<Sum<U1024, U128>, U64>;

    fn write_exact(&self, bytes: &mut [u8]) {
        let (lattice, point) = bytes.split_at_mut(LATTICE_KEY);
        lattice.copy_from_slice(&self.lattice.as_bytes());
        point.copy_from_slice(self.point.as_bytes());
    }
}

impl Deserializable for EncappedKey {
    fn from_bytes(bytes: &[u8]) -> Result<Self, HpkeError> {
        let (lattice, point) = split(bytes, LATTICE_SHARE)?;
        let lattice = lattice.try_into().map_err(|_| HpkeError::ValidationError)?;
        Ok(Self { lattice, point })
    }
}

impl Serializable for EncappedKey {
    // 1120
    type OutputSize = Sum<Sum<U1024, U64>, U32>;

    fn write_exact(&self, bytes: &mut [u8]) {
        let (lattice, point) = bytes.split_at_mut(LATTICE_SHARE);
        lattice.copy_from_slice(&self.lattice);
        point.copy_from_slice(self.point.as_bytes());
    }
}

impl Deserializable for PrivateKey {
    fn from_bytes(bytes: &[u8]) -> Result<Self, HpkeError> {
        let seed = bytes.try_into();
        let seed = seed.map_err(|_| HpkeError::IncorrectInputLength(32, bytes.len()))?;
        Ok(Self::from_seed(seed))
    }
}

impl Serializable for PrivateKey {
    type OutputSize = U32;

    fn write_exact(&self, bytes: &mut [u8]) {
        bytes.copy_from_slice(self.seed());
    }
}

/// What is before a length, and the point that is all of the rest.
fn split(bytes: &[u8], at: usize) -> Result<(&[u8], Point), HpkeError> {
    let wrong = || HpkeError::IncorrectInputLength(at + 32, bytes.len());
    let (first, rest) = bytes.split_at_checked(at).ok_or_else(wrong)?;
    let point: [u8; 32] = rest.try_into().map_err(|_| wrong())?;
    Ok((first, Point::from(point)))
}
