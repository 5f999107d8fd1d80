//! `genCA`, `genSelfSignedCert`, `genSignedCert`, each also for a key that is there already, and `buildCustomCert`.

mod extensions;
mod issue;
mod names;
mod object;
mod parsed;
mod time;

use std::net::IpAddr;

use super::arguments::{int, text};
use super::keys::PrivateKey;
use super::{Context, Function, pem};
use crate::error::Failure;
use crate::value::{Text, Type, Value};

use issue::{Issuer, Request};
use object::Certificate;

pub(super) use parsed::Parsed;

/// Bits of the RSA keys of certificates.
const RSA_BITS: usize = 2048;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "buildCustomCert",
        takes: &[Type::Text, Type::Text],
        rest: None,
        says: "A certificate and its private key, with the fields `Cert` and `Key`, from base64 of the PEM of each.",
        example: (
            r#"{{ $own := genCAWithKey "test" 1 (genPrivateKey "ecdsa") }}{{ (buildCustomCert (b64enc $own.Cert) (b64enc $own.Key)).Cert | eq $own.Cert }}"#,
            "true",
        ),
        run: build_custom_cert,
    },
    Function {
        name: "genCA",
        takes: &[Type::Text, Type::INT],
        rest: None,
        says: "A certificate authority with a new RSA key of 2048 bits: from its name and the days that it is valid. Its fields are `Cert` and `Key`, in PEM.",
        example: (
            r#"{{ (genCA "test" 365).Cert | trunc 27 }}"#,
            "-----BEGIN CERTIFICATE-----",
        ),
        run: gen_ca,
    },
    Function {
        name: "genCAWithKey",
        takes: &[Type::Text, Type::INT, Type::Text],
        rest: None,
        says: "A certificate authority, as `genCA` makes it, for this private key in PEM.",
        example: (
            r#"{{ (genCAWithKey "test" 365 (genPrivateKey "ed25519")).Key | trunc 27 }}"#,
            "-----BEGIN PRIVATE KEY-----",
        ),
        run: gen_ca_with_key,
    },
    Function {
        name: "genSelfSignedCert",
        takes: &[Type::Text, Type::LIST, Type::LIST, Type::INT],
        rest: None,
        says: "A certificate signed by itself, with a new RSA key of 2048 bits: from its name, a list of addresses, a list of DNS names and the days that it is valid.",
        example: (
            r#"{{ (genSelfSignedCert "a.test" nil (list "a.test") 365).Cert | certSANs }}"#,
            "[a.test]",
        ),
        run: gen_self_signed_cert,
    },
    Function {
        name: "genSelfSignedCertWithKey",
        takes: &[Type::Text, Type::LIST, Type::LIST, Type::INT, Type::Text],
        rest: None,
        says: "A certificate signed by itself, as `genSelfSignedCert` makes it, for this private key in PEM.",
        example: (
            r#"{{ (genSelfSignedCertWithKey "a.test" (list "::1") nil 365 (genPrivateKey "ecdsa")).Cert | certSANs }}"#,
            "[::1]",
        ),
        run: gen_self_signed_cert_with_key,
    },
    Function {
        name: "genSignedCert",
        takes: &[
            Type::Text,
            Type::LIST,
            Type::LIST,
            Type::INT,
            Type::Named(object::NAME),
        ],
        rest: None,
        says: "A certificate signed by an authority, with a new RSA key of 2048 bits: from what `genSelfSignedCert` takes, and the authority.",
        example: (
            r#"{{ $ca := genCAWithKey "ca" 365 (genPrivateKey "ecdsa") }}{{ (genSignedCert "a.test" nil (list "a.test") 365 $ca).Cert | certSANs }}"#,
            "[a.test]",
        ),
        run: gen_signed_cert,
    },
    Function {
        name: "genSignedCertWithKey",
        takes: &[
            Type::Text,
            Type::LIST,
            Type::LIST,
            Type::INT,
            Type::Named(object::NAME),
            Type::Text,
        ],
        rest: None,
        says: "A certificate signed by an authority, as `genSignedCert` makes it, for this private key in PEM.",
        example: (
            r#"{{ $key := genPrivateKey "ecdsa" }}{{ (genSignedCertWithKey "a.test" nil nil 365 (genCAWithKey "ca" 365 $key) $key).Key | eq $key }}"#,
            "true",
        ),
        run: gen_signed_cert_with_key,
    },
];

fn build_custom_cert(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (certificate, key) = (text(arguments, 0)?, text(arguments, 1)?);
    context.budget.text(certificate.len() + key.len())?;
    let decoded = |text: &Text, words: &'static str| {
        pem::from_base64(text.bytes())
            .map(|mut bytes| Text::from(std::mem::take(&mut *bytes)))
            .ok_or_else(|| Failure::new(words))
    };
    let certificate = decoded(certificate, "the certificate is no base64")?;
    let key = decoded(key, "the private key is no base64")?;
    let (block, _) = pem::decode(certificate.bytes())
        .ok_or_else(|| Failure::new("there is no PEM in the certificate"))?;
    Parsed::new(&block.content)?;
    PrivateKey::from_pem(context, key.bytes())?;
    Ok(Certificate { certificate, key }.into())
}

fn gen_ca(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let key = PrivateKey::rsa(context, RSA_BITS)?;
    authority(context, arguments, &key)
}

fn gen_ca_with_key(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let key = PrivateKey::from_pem(context, text(arguments, 2)?.bytes())?;
    authority(context, arguments, &key)
}

fn authority(
    context: &mut Context<'_>,
    arguments: &[Value],
    key: &PrivateKey,
) -> Result<Value, Failure> {
    let request = Request {
        common_name: text(arguments, 0)?,
        addresses: Vec::new(),
        dns_names: Vec::new(),
        days: int(arguments, 1)?,
        authority: true,
    };
    issue::issue(context, &request, key, &Issuer::Itself).map(Value::from)
}

fn gen_self_signed_cert(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let key = PrivateKey::rsa(context, RSA_BITS)?;
    let request = leaf(arguments)?;
    issue::issue(context, &request, &key, &Issuer::Itself).map(Value::from)
}

fn gen_self_signed_cert_with_key(
    context: &mut Context<'_>,
    arguments: &[Value],
) -> Result<Value, Failure> {
    let key = PrivateKey::from_pem(context, text(arguments, 4)?.bytes())?;
    let request = leaf(arguments)?;
    issue::issue(context, &request, &key, &Issuer::Itself).map(Value::from)
}

fn gen_signed_cert(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let key = PrivateKey::rsa(context, RSA_BITS)?;
    signed(context, arguments, &key)
}

fn gen_signed_cert_with_key(
    context: &mut Context<'_>,
    arguments: &[Value],
) -> Result<Value, Failure> {
    let key = PrivateKey::from_pem(context, text(arguments, 5)?.bytes())?;
    signed(context, arguments, &key)
}

fn signed(
    context: &mut Context<'_>,
    arguments: &[Value],
    key: &PrivateKey,
) -> Result<Value, Failure> {
    let authority = match arguments.get(4) {
        Some(Value::Object(object)) => object.downcast::<Certificate>(),
        _ => None,
    }
    .ok_or_else(|| Failure::new("expected a certificate authority"))?;
    let (block, _) = pem::decode(authority.certificate.bytes())
        .ok_or_else(|| Failure::new("there is no PEM in the authority's certificate"))?;
    let issuer = Issuer::Authority {
        certificate: Box::new(Parsed::new(&block.content)?),
        key: Box::new(PrivateKey::from_pem(context, authority.key.bytes())?),
    };
    let request = leaf(arguments)?;
    issue::issue(context, &request, key, &issuer).map(Value::from)
}

/// What all certificates but authorities are asked for.
fn leaf(arguments: &[Value]) -> Result<Request<'_>, Failure> {
    Ok(Request {
        common_name: text(arguments, 0)?,
        addresses: texts(arguments, 1)?
            .iter()
            .map(address)
            .collect::<Result<_, _>>()?,
        dns_names: texts(arguments, 2)?,
        days: int(arguments, 3)?,
        authority: false,
    })
}

/// The list of texts at `index`, which may hold anything by its type.
fn texts(arguments: &[Value], index: usize) -> Result<Vec<Text>, Failure> {
    let Some(Value::List(list)) = arguments.get(index) else {
        return Ok(Vec::new());
    };
    list.items()
        .into_iter()
        .map(|item| match item {
            Value::Text(text) => Ok(text),
            _ => Err(Failure::new("an alternative name is not a string")),
        })
        .collect()
}

/// An address, as Go writes it in certificates: IPv4 within IPv6 is IPv4.
fn address(text: &Text) -> Result<IpAddr, Failure> {
    text.utf8()
        .and_then(|text| text.parse::<IpAddr>().ok())
        .map(|address| address.to_canonical())
        .ok_or_else(|| Failure::new("an alternative address is no IP address"))
}
