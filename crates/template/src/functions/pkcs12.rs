//! PKCS#12 files: `pkcs12key`, `pkcs12cert` and those that make one from PEM, each also with a password.

mod derive;
mod oid;
mod protect;
mod read;
mod write;

use super::arguments::text;
use super::certificates::Parsed;
use super::keys::PrivateKey;
use super::{Context, Function, pem};
use crate::error::Failure;
use crate::value::{Text, Type, Value};

use derive::Password;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "pkcs12key",
        takes: &[Type::Text],
        rest: None,
        says: "The private key of a PKCS#12 file without a password, as PEM of PKCS#8. The file is given as raw bytes.",
        example: (
            r#"{{ $own := genCAWithKey "test" 1 (genPrivateKey "ecdsa") }}{{ pemToPkcs12 $own.Cert $own.Key | b64dec | pkcs12key | trunc 27 }}"#,
            "-----BEGIN PRIVATE KEY-----",
        ),
        run: |context, arguments| key(context, None, text(arguments, 0)?),
    },
    Function {
        name: "pkcs12keyPass",
        takes: &[Type::Text, Type::Text],
        rest: None,
        says: "The private key of a PKCS#12 file: from the password and the file.",
        example: (
            r#"{{ $own := genCAWithKey "test" 1 (genPrivateKey "ed25519") }}{{ pemToPkcs12Pass $own.Cert $own.Key "secret" | b64dec | pkcs12keyPass "secret" | eq $own.Key }}"#,
            "true",
        ),
        run: |context, arguments| key(context, Some(text(arguments, 0)?), text(arguments, 1)?),
    },
    Function {
        name: "pkcs12cert",
        takes: &[Type::Text],
        rest: None,
        says: "The certificates of a PKCS#12 file without a password as PEM, from the leaf to the root if they form a chain.",
        example: (
            r#"{{ $own := genCAWithKey "test" 1 (genPrivateKey "ecdsa") }}{{ pemToPkcs12 $own.Cert $own.Key | b64dec | pkcs12cert | eq $own.Cert }}"#,
            "true",
        ),
        run: |context, arguments| certificates(context, None, text(arguments, 0)?),
    },
    Function {
        name: "pkcs12certPass",
        takes: &[Type::Text, Type::Text],
        rest: None,
        says: "The certificates of a PKCS#12 file: from the password and the file.",
        example: (
            r#"{{ $own := genCAWithKey "test" 1 (genPrivateKey "ecdsa") }}{{ pemToPkcs12Pass $own.Cert $own.Key "secret" | b64dec | pkcs12certPass "secret" | eq $own.Cert }}"#,
            "true",
        ),
        run: |context, arguments| {
            certificates(context, Some(text(arguments, 0)?), text(arguments, 1)?)
        },
    },
    Function {
        name: "pemToPkcs12",
        takes: &[Type::Text, Type::Text],
        rest: None,
        says: "Base64 of a PKCS#12 file without a password: from a certificate and its private key in PEM. Certificates after the first are left out.",
        example: (
            r#"{{ $own := genCAWithKey "test" 1 (genPrivateKey "ecdsa") }}{{ pemToPkcs12 $own.Cert $own.Key | trunc 2 }}"#,
            "MI",
        ),
        run: |context, arguments| one(context, arguments, None),
    },
    Function {
        name: "pemToPkcs12Pass",
        takes: &[Type::Text, Type::Text, Type::Text],
        rest: None,
        says: "The same with a password, which comes last.",
        example: (
            r#"{{ $own := genCAWithKey "test" 1 (genPrivateKey "ecdsa") }}{{ pemToPkcs12Pass $own.Cert $own.Key "secret" | trunc 2 }}"#,
            "MI",
        ),
        run: |context, arguments| one(context, arguments, Some(text(arguments, 2)?)),
    },
    Function {
        name: "fullPemToPkcs12",
        takes: &[Type::Text, Type::Text],
        rest: None,
        says: "Base64 of a PKCS#12 file without a password: from a certificate with its chain and its private key in PEM. Nothing may follow the last certificate.",
        example: (
            r#"{{ $key := genPrivateKey "ecdsa" }}{{ $ca := genCAWithKey "ca" 1 $key }}{{ $leaf := genSignedCertWithKey "leaf" nil nil 1 $ca $key }}{{ fullPemToPkcs12 (print $leaf.Cert $ca.Cert) $key | b64dec | pkcs12cert | eq (print $leaf.Cert $ca.Cert) }}"#,
            "true",
        ),
        run: |context, arguments| all(context, arguments, None),
    },
    Function {
        name: "fullPemToPkcs12Pass",
        takes: &[Type::Text, Type::Text, Type::Text],
        rest: None,
        says: "The same with a password, which comes last.",
        example: (
            r#"{{ $own := genCAWithKey "test" 1 (genPrivateKey "ecdsa") }}{{ fullPemToPkcs12Pass $own.Cert $own.Key "secret" | trunc 2 }}"#,
            "MI",
        ),
        run: |context, arguments| all(context, arguments, Some(text(arguments, 2)?)),
    },
    Function {
        name: "pemTruststoreToPKCS12",
        takes: &[Type::Text],
        rest: None,
        says: "Base64 of a PKCS#12 file without a password that Java takes for a trust store: from certificates in PEM. Nothing may follow the last one.",
        example: (
            r#"{{ (genCAWithKey "test" 1 (genPrivateKey "ecdsa")).Cert | pemTruststoreToPKCS12 | trunc 2 }}"#,
            "MI",
        ),
        run: |context, arguments| truststore(context, arguments, None),
    },
    Function {
        name: "pemTruststoreToPKCS12Pass",
        takes: &[Type::Text, Type::Text],
        rest: None,
        says: "The same with a password, which comes last.",
        example: (
            r#"{{ pemTruststoreToPKCS12Pass (genCAWithKey "test" 1 (genPrivateKey "ecdsa")).Cert "secret" | trunc 2 }}"#,
            "MI",
        ),
        run: |context, arguments| truststore(context, arguments, Some(text(arguments, 1)?)),
    },
];

fn key(context: &mut Context<'_>, password: Option<&Text>, file: &Text) -> Result<Value, Failure> {
    let store = read::read(context, file.bytes(), Password::new(password)?)?;
    Ok(pem::block_text("PRIVATE KEY", &store.key.to_pkcs8()?).into())
}

fn certificates(
    context: &mut Context<'_>,
    password: Option<&Text>,
    file: &Text,
) -> Result<Value, Failure> {
    let store = read::read(context, file.bytes(), Password::new(password)?)?;
    context.budget.text(file.len() * 2)?;
    let ordered = match pem::ordered(context, store.certificates.clone()) {
        Ok(ordered) => ordered,
        Err(spent @ Failure::Spent(_)) => return Err(spent),
        // They are no chain: they stay in the order of the file.
        Err(Failure::Because(_)) => store.certificates,
    };
    Ok(pem::joined(&ordered).into())
}

/// The first certificate in `text`, and what follows it.
fn first<'a>(context: &mut Context<'_>, text: &'a [u8]) -> Result<(Parsed, &'a [u8]), Failure> {
    context.budget.steps(text.len() / 64)?;
    let (block, rest) =
        pem::decode(text).ok_or_else(|| Failure::new("expected a certificate in PEM"))?;
    Ok((Parsed::new(&block.content)?, rest))
}

/// All certificates in `text`, which consists of nothing else.
fn chain(context: &mut Context<'_>, mut text: &[u8]) -> Result<Vec<Parsed>, Failure> {
    let mut certificates = Vec::new();
    while !text.is_empty() {
        let (certificate, rest) = first(context, text)?;
        certificates.push(certificate);
        text = rest;
    }
    Ok(certificates)
}

fn private(context: &mut Context<'_>, text: &Text) -> Result<PrivateKey, Failure> {
    let (block, _) = pem::decode(text.bytes())
        .ok_or_else(|| Failure::new("there is no PEM in the private key"))?;
    PrivateKey::from_der(context, &block.content)
}

fn one(
    context: &mut Context<'_>,
    arguments: &[Value],
    password: Option<&Text>,
) -> Result<Value, Failure> {
    let (certificate, _) = first(context, text(arguments, 0)?.bytes())?;
    let key = private(context, text(arguments, 1)?)?;
    write::key_store(context, &key, &[certificate], &Password::new(password)?)
}

fn all(
    context: &mut Context<'_>,
    arguments: &[Value],
    password: Option<&Text>,
) -> Result<Value, Failure> {
    let (certificate, rest) = first(context, text(arguments, 0)?.bytes())?;
    let mut certificates = vec![certificate];
    certificates.append(&mut chain(context, rest)?);
    let key = private(context, text(arguments, 1)?)?;
    write::key_store(context, &key, &certificates, &Password::new(password)?)
}

fn truststore(
    context: &mut Context<'_>,
    arguments: &[Value],
    password: Option<&Text>,
) -> Result<Value, Failure> {
    let certificates = chain(context, text(arguments, 0)?.bytes())?;
    write::trust_store(context, &certificates, &Password::new(password)?)
}
