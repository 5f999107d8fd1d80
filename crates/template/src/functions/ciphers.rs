//! `encryptAES`, `decryptAES` and `rsaDecrypt`.

mod oaep;

use aes::Aes256;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use rand_core::Rng;
use zeroize::Zeroizing;

use super::arguments::text;
use super::{Context, Function, pem};
use crate::error::Failure;
use crate::value::{Text, Type, Value};

const BLOCK: usize = 16;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "encryptAES",
        takes: &[Type::Text, Type::Text],
        rest: None,
        says: "Base64 of a text encrypted with AES-256-CBC: from a password, whose first 32 bytes are the key, and the text.",
        example: (
            r#"{{ encryptAES "secret" "text" | decryptAES "secret" }}"#,
            "text",
        ),
        run: encrypt_aes,
    },
    Function {
        name: "decryptAES",
        takes: &[Type::Text, Type::Text],
        rest: None,
        says: "What `encryptAES` was given: from the password and the base64.",
        example: (
            r#"{{ decryptAES "secret" "AAAAAAAAAAAAAAAAAAAAAMERMJTu6wpTIClcZ5IbXzY=" }}"#,
            "text",
        ),
        run: decrypt_aes,
    },
    Function {
        name: "rsaDecrypt",
        takes: &[Type::Text, Type::Text, Type::Text, Type::Text],
        rest: None,
        says: "What was encrypted with RSA: from the scheme (`RSA-OAEP`, or `None` for what is not encrypted), the hash (`SHA1`, `SHA256`, `SHA512`, `None`), the raw ciphertext and the private key as PEM.",
        example: (
            r#"{{ rsaDecrypt "None" "None" "as it is" "" }}"#,
            "as it is",
        ),
        run: oaep::rsa_decrypt,
    },
];

/// The first 32 bytes of the password, or the password and zeros.
fn key(password: &Text) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    let length = password.len().min(key.len());
    key[..length].copy_from_slice(&password.bytes()[..length]);
    key
}

fn encrypt_aes(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (password, plaintext) = (text(arguments, 0)?, text(arguments, 1)?);
    if plaintext.is_empty() {
        return Ok("".into());
    }
    context.budget.text(plaintext.len().div_ceil(3) * 4 + 64)?;
    let mut iv = [0; BLOCK];
    context.random.fill_bytes(&mut iv);
    let padding = BLOCK - plaintext.len() % BLOCK;
    let mut sealed = Vec::with_capacity(BLOCK + plaintext.len() + padding);
    sealed.extend_from_slice(&iv);
    sealed.extend_from_slice(plaintext.bytes());
    sealed.resize(BLOCK + plaintext.len() + padding, padding as u8);
    let mut cipher = cbc::Encryptor::<Aes256>::new(&(*key(password)).into(), &iv.into());
    for block in sealed[BLOCK..].as_chunks_mut::<BLOCK>().0 {
        cipher.encrypt_block(block.into());
    }
    Ok(pem::to_base64(&sealed).into())
}

fn decrypt_aes(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (password, sealed) = (text(arguments, 0)?, text(arguments, 1)?);
    if sealed.is_empty() {
        return Ok("".into());
    }
    context.budget.text(sealed.len())?;
    let mut opened = pem::from_base64(sealed.bytes())
        .ok_or_else(|| Failure::new("the ciphertext is no base64"))?;
    let (Some(iv), true) = (
        opened.first_chunk::<BLOCK>().copied(),
        opened.len() % BLOCK == 0,
    ) else {
        return Err(Failure::new("the ciphertext is not made of whole blocks"));
    };
    let mut cipher = cbc::Decryptor::<Aes256>::new(&(*key(password)).into(), &iv.into());
    for block in opened[BLOCK..].as_chunks_mut::<BLOCK>().0 {
        cipher.decrypt_block(block.into());
    }
    // The last byte says how much is padding; what the padding consists of, Sprig does not look at.
    let plaintext = &opened[BLOCK..];
    let length = plaintext
        .last()
        .and_then(|padding| plaintext.len().checked_sub(usize::from(*padding)))
        .ok_or_else(|| Failure::new("the ciphertext has no valid padding"))?;
    Ok(Text::from(&plaintext[..length]).into())
}
