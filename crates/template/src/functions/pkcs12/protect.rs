//! How parts of PKCS#12 files are encrypted: in the old ways, which are read, and in the new one, which is written.

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::{
    BlockCipherDecrypt, BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, KeyInit, KeyIvInit,
};
use cbc::{Decryptor, Encryptor};
use des::TdesEde3;
use rand_core::Rng;
use rc2::Rc2;
use zeroize::Zeroizing;

use super::derive::{self, Hash, Password, Purpose};
use super::oid;
use crate::error::Failure;
use crate::functions::Context;
use crate::functions::keys::asn1::{self, Der, Reader};

/// Bytes of a salt that is written.
pub(super) const SALT: usize = 16;
/// Rounds of a derivation for what is written.
pub(super) const ROUNDS: u16 = 2048;

fn undecryptable() -> Failure {
    Failure::new("a part of the PKCS#12 file does not decrypt")
}

/// What `sealed` was before it was encrypted with this algorithm.
pub(super) fn decrypt(
    context: &mut Context<'_>,
    mut algorithm: Reader<'_>,
    sealed: &[u8],
    password: &Password,
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let identifier = algorithm.take(asn1::OID)?;
    let parameters = algorithm.sequence()?;
    if sealed.is_empty() {
        return Err(undecryptable());
    }
    context.budget.text(sealed.len())?;
    match identifier {
        oid::PBES2 => decrypt_new(context, parameters, sealed, password),
        oid::TRIPLE_DES_192 => {
            let (key, iv) = old_keys(context, parameters, password, 24)?;
            let cipher = TdesEde3::new_from_slice(&key).map_err(|_| undecryptable())?;
            open(cipher, &iv, sealed)
        }
        oid::RC2_128 => {
            let (key, iv) = old_keys(context, parameters, password, 16)?;
            open(Rc2::new_with_eff_key_len(&key, 128), &iv, sealed)
        }
        oid::RC2_40 => {
            let (key, iv) = old_keys(context, parameters, password, 5)?;
            open(Rc2::new_with_eff_key_len(&key, 40), &iv, sealed)
        }
        _ => Err(Failure::new(
            "the PKCS#12 file is encrypted in an unsupported way",
        )),
    }
}

type Key = Zeroizing<Vec<u8>>;

/// Key and initialisation vector of the old ways.
fn old_keys(
    context: &mut Context<'_>,
    mut parameters: Reader<'_>,
    password: &Password,
    size: usize,
) -> Result<(Key, Key), Failure> {
    let salt = parameters.take(asn1::OCTET_STRING)?;
    let rounds = parameters.small()?;
    let secrets = (password.wide.as_slice(), salt);
    let mut derive =
        |purpose, size| derive::own(context, Hash::Sha1, purpose, secrets, rounds, size);
    Ok((
        derive(Purpose::Encryption, size)?,
        derive(Purpose::Vector, 8)?,
    ))
}

/// What PBKDF2 is told in a file.
pub(super) struct Derivation<'a> {
    salt: &'a [u8],
    rounds: i64,
    /// How long the key is, if that is said.
    pub(super) size: i64,
    hash: Hash,
}

impl<'a> Derivation<'a> {
    /// Reads the algorithm of a derivation.
    pub(super) fn read(mut algorithm: Reader<'a>) -> Result<Self, Failure> {
        if algorithm.take(asn1::OID)? != oid::PBKDF2 {
            return Err(Failure::new(
                "the PKCS#12 file derives its keys in an unsupported way",
            ));
        }
        let mut parameters = algorithm.sequence()?;
        let salt = parameters.take(asn1::OCTET_STRING)?;
        let rounds = parameters.small()?;
        let size = if parameters.is_next(asn1::INTEGER) {
            parameters.small()?
        } else {
            0
        };
        let hash = if parameters.is_next(asn1::SEQUENCE) {
            Hash::keyed(parameters.sequence()?.take(asn1::OID)?)?
        } else {
            Hash::Sha1
        };
        Ok(Self {
            salt,
            rounds,
            size,
            hash,
        })
    }

    /// The key.
    pub(super) fn key(
        &self,
        context: &mut Context<'_>,
        password: &Password,
        size: usize,
    ) -> Result<Key, Failure> {
        let secrets = (password.utf8.as_bytes(), self.salt);
        derive::pbkdf2(context, self.hash, secrets, self.rounds, size)
    }
}

fn decrypt_new(
    context: &mut Context<'_>,
    mut parameters: Reader<'_>,
    sealed: &[u8],
    password: &Password,
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let derivation = Derivation::read(parameters.sequence()?)?;
    let mut cipher = parameters.sequence()?;
    let identifier = cipher.take(asn1::OID)?;
    let iv = cipher.element()?.content;
    let size = match identifier {
        oid::AES_128 => 16,
        oid::AES_192 => 24,
        oid::AES_256 => 32,
        _ => {
            return Err(Failure::new(
                "the PKCS#12 file is encrypted in an unsupported way",
            ));
        }
    };
    let key = derivation.key(context, password, size)?;
    let refused = |_| undecryptable();
    match size {
        16 => open(Aes128::new_from_slice(&key).map_err(refused)?, iv, sealed),
        24 => open(Aes192::new_from_slice(&key).map_err(refused)?, iv, sealed),
        _ => open(Aes256::new_from_slice(&key).map_err(refused)?, iv, sealed),
    }
}

/// Decrypts whole blocks and takes the padding off, which has to be right.
fn open<C: BlockCipherDecrypt>(
    cipher: C,
    iv: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let block = C::block_size();
    let mut cipher = Decryptor::inner_iv_slice_init(cipher, iv).map_err(|_| undecryptable())?;
    if !sealed.len().is_multiple_of(block) {
        return Err(undecryptable());
    }
    let mut opened = Zeroizing::new(sealed.to_vec());
    for part in opened.chunks_exact_mut(block) {
        cipher.decrypt_block(part.try_into().map_err(|_| undecryptable())?);
    }
    let padding = opened.last().copied().map_or(0, usize::from);
    let length = opened
        .len()
        .checked_sub(padding)
        .ok_or_else(undecryptable)?;
    if padding == 0
        || padding > block
        || opened[length..]
            .iter()
            .any(|byte| usize::from(*byte) != padding)
    {
        return Err(undecryptable());
    }
    opened.truncate(length);
    Ok(opened)
}

/// `plaintext` encrypted with AES-256, and the algorithm that says how.
pub(super) fn encrypt(
    context: &mut Context<'_>,
    plaintext: &[u8],
    password: &Password,
) -> Result<(Der, Vec<u8>), Failure> {
    const BLOCK: usize = 16;
    let (mut salt, mut iv) = ([0; SALT], [0; BLOCK]);
    context.random.fill_bytes(&mut salt);
    context.random.fill_bytes(&mut iv);
    let secrets = (password.utf8.as_bytes(), salt.as_slice());
    let key = derive::pbkdf2(context, Hash::Sha256, secrets, i64::from(ROUNDS), 32)?;
    let named = |identifier| asn1::element(asn1::OID, identifier);
    let derivation = asn1::sequence(&[
        &named(oid::PBKDF2),
        &asn1::sequence(&[
            &asn1::element(asn1::OCTET_STRING, &salt),
            &asn1::unsigned(&ROUNDS.to_be_bytes()),
            &asn1::sequence(&[&named(oid::HMAC_SHA256)]),
        ]),
    ]);
    let cipher = asn1::sequence(&[
        &named(oid::AES_256),
        &asn1::element(asn1::OCTET_STRING, &iv),
    ]);
    let algorithm = asn1::sequence(&[&named(oid::PBES2), &asn1::sequence(&[&derivation, &cipher])]);
    let padding = BLOCK - plaintext.len() % BLOCK;
    let mut sealed = Vec::with_capacity(plaintext.len() + padding);
    sealed.extend_from_slice(plaintext);
    sealed.resize(plaintext.len() + padding, padding as u8);
    let mut cipher =
        Encryptor::<Aes256>::new_from_slices(&key, &iv).map_err(|_| undecryptable())?;
    for block in sealed.as_chunks_mut::<BLOCK>().0 {
        cipher.encrypt_block(block.into());
    }
    Ok((algorithm, sealed))
}
