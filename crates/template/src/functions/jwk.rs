//! `jwkPublicKeyPem` and `jwkPrivateKeyPem`.

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use ed25519_dalek::SigningKey;
use zeroize::Zeroizing;

use super::arguments::text;
use super::keys::asn1::{self, Der};
use super::keys::curve::{Curve, CurveKey};
use super::keys::private::ed25519_public;
use super::keys::rsa::{self, RsaKey};
use super::keys::{PrivateKey, oid};
use super::{Context, Function, pem};
use crate::error::Failure;
use crate::json;
use crate::value::{Map, Text, Type, Value};

const CONFIG: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_allow_trailing_bits(true)
    .with_decode_padding_mode(DecodePaddingMode::RequireNone);
const URL: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, CONFIG);

/// Fields that hold a text, if they are there.
const TEXTS: [&str; 7] = ["alg", "kid", "use", "x5t", "x5t#S256", "x5u", "crv"];
/// Fields that hold a list of texts, if they are there.
const LISTS: [&str; 2] = ["key_ops", "x5c"];

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "jwkPublicKeyPem",
        takes: &[Type::Text],
        rest: None,
        says: "The public key in a JSON Web Key (RSA, EC or Ed25519) as PEM.",
        example: (
            r#"{{ jwkPublicKeyPem "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}" }}"#,
            "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n",
        ),
        run: jwk_public_key_pem,
    },
    Function {
        name: "jwkPrivateKeyPem",
        takes: &[Type::Text],
        rest: None,
        says: "The private key in a JSON Web Key (RSA with its primes, EC or Ed25519) as PEM of PKCS#8.",
        example: (
            r#"{{ jwkPrivateKeyPem "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}" | trunc 27 }}"#,
            "-----BEGIN PRIVATE KEY-----",
        ),
        run: jwk_private_key_pem,
    },
];

/// The fields of a key.
struct Jwk(Map);

impl Jwk {
    fn read(context: &mut Context<'_>, text: &Text) -> Result<Self, Failure> {
        let document = json::read(context.budget, first_object(text.bytes()))?
            .filter(|document| !document.overflow)
            .ok_or_else(|| Failure::new("the key is no JSON"))?;
        let Value::Map(map) = document.value else {
            return Err(Failure::new("the key is no JSON object"));
        };
        let key = Self(map);
        for name in TEXTS {
            if !matches!(key.field(name), None | Some(Value::Text(_) | Value::Nil)) {
                return Err(Failure::new(format!(
                    "the key's field {name} is not a string"
                )));
            }
        }
        for name in LISTS {
            let valid = match key.field(name) {
                None | Some(Value::Nil) => true,
                Some(Value::List(list)) => list
                    .items()
                    .iter()
                    .all(|item| matches!(item, Value::Text(_) | Value::Nil)),
                Some(_) => false,
            };
            if !valid {
                return Err(Failure::new(format!(
                    "the key's field {name} is not a list of strings"
                )));
            }
        }
        Ok(key)
    }

    fn field(&self, name: &str) -> Option<Value> {
        self.0.at(&Text::from(name))
    }

    /// The field of that name, in whatever case it is written: these two tell what is expected of the others.
    fn hint(&self, name: &str) -> Option<Value> {
        let same = |key: &Text| key.bytes().eq_ignore_ascii_case(name.as_bytes());
        self.field(name)
            .or_else(|| self.0.at(&self.0.keys().into_iter().find(same)?))
    }

    fn kind(&self) -> Result<Text, Failure> {
        match self.hint("kty") {
            Some(Value::Text(kind)) => Ok(kind),
            _ => Err(Failure::new("the key has no field kty")),
        }
    }

    /// Whether it is private.
    fn is_private(&self) -> bool {
        self.hint("d").is_some()
    }

    /// The bytes in a field, if it is there.
    fn bytes(&self, name: &'static str) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
        match self.field(name) {
            None => Ok(None),
            Some(Value::Nil) => Ok(Some(Zeroizing::default())),
            Some(Value::Text(text)) => from_base64(text.bytes())
                .map(Some)
                .ok_or_else(|| Failure::new(format!("the key's field {name} is no base64"))),
            Some(_) => Err(Failure::new(format!(
                "the key's field {name} is not a string"
            ))),
        }
    }

    /// The bytes in a field that has to be there.
    fn required(&self, name: &'static str) -> Result<Zeroizing<Vec<u8>>, Failure> {
        self.bytes(name)?
            .ok_or_else(|| Failure::new(format!("the key has no field {name}")))
    }

    fn curve_name(&self) -> Result<Text, Failure> {
        match self.field("crv") {
            Some(Value::Text(name)) => Ok(name),
            _ => Err(Failure::new("the key has no field crv")),
        }
    }

    fn curve(&self) -> Result<Curve, Failure> {
        Curve::named(match self.curve_name()?.bytes() {
            b"P-256" => oid::P256,
            b"P-384" => oid::P384,
            b"P-521" => oid::P521,
            _ => &[],
        })
    }

    /// The public point, uncompressed.
    fn point(&self, curve: Curve) -> Result<Vec<u8>, Failure> {
        let mut point = vec![4];
        for name in ["x", "y"] {
            point.extend_from_slice(&padded(&self.required(name)?, curve.size())?);
        }
        if !curve.has(&point) {
            return Err(Failure::new("the key's point is not on its curve"));
        }
        Ok(point)
    }
}

fn jwk_public_key_pem(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let key = Jwk::read(context, text(arguments, 0)?)?;
    if key.is_private() {
        return Err(Failure::new("expected a public key, not a private one"));
    }
    let der = public(&key)?;
    context.budget.text(der.len() * 3 / 2 + 64)?;
    Ok(pem::block_text("PUBLIC KEY", &der).into())
}

fn public(key: &Jwk) -> Result<Der, Failure> {
    match key.kind()?.bytes() {
        b"RSA" => {
            let (n, e) = (key.required("n")?, key.required("e")?);
            Ok(rsa::public(&n, &asn1::signed(low(&e))))
        }
        b"EC" => {
            let curve = key.curve()?;
            Ok(curve.public(&key.point(curve)?))
        }
        b"OKP" => match key.curve_name()?.bytes() {
            b"Ed25519" => Ok(ed25519_public(&key.required("x")?)),
            _ => Err(Failure::new("public keys of that curve have no PEM")),
        },
        _ => Err(Failure::new("the key is of no kind that has a public PEM")),
    }
}

fn jwk_private_key_pem(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let key = Jwk::read(context, text(arguments, 0)?)?;
    if !key.is_private() {
        return Err(Failure::new("expected a private key, not a public one"));
    }
    let der = private(context, &key)?.to_pkcs8()?;
    context.budget.text(der.len() * 3 / 2 + 64)?;
    Ok(pem::block_text("PRIVATE KEY", &der).into())
}

fn private(context: &mut Context<'_>, key: &Jwk) -> Result<PrivateKey, Failure> {
    let secret = key.required("d")?;
    match key.kind()?.bytes() {
        b"RSA" => {
            let (Some(p), Some(q)) = (key.bytes("p")?, key.bytes("q")?) else {
                return Err(Failure::new("the key has no primes"));
            };
            let (n, e) = (key.required("n")?, key.required("e")?);
            let mut given = [
                Zeroizing::default(),
                Zeroizing::default(),
                Zeroizing::default(),
            ];
            for (number, name) in std::iter::zip(&mut given, ["dp", "dq", "qi"]) {
                *number = key.bytes(name)?.unwrap_or_default();
            }
            let key = RsaKey::from_numbers(context, &n, &low(&e).to_be_bytes(), &secret, [&p, &q])?;
            if given.iter().all(|number| !number.is_empty()) {
                key.check_remainders(&given.each_ref().map(|number| number.as_slice()))?;
            }
            Ok(PrivateKey::Rsa(Box::new(key)))
        }
        b"EC" => {
            let curve = key.curve()?;
            let point = key.point(curve)?;
            let secret = padded(&secret, curve.size())?;
            let key = CurveKey::from_secret(context, curve, &secret)?;
            Ok(PrivateKey::Curve(key.with_point(point)))
        }
        b"OKP" if key.curve_name()?.bytes() == b"Ed25519" => {
            let seed = Zeroizing::new(
                <[u8; 32]>::try_from(secret.as_slice())
                    .map_err(|_| Failure::new("the key is not 32 bytes long"))?,
            );
            let public = SigningKey::from_bytes(&seed).verifying_key();
            if **key.required("x")? != *public.as_bytes() {
                return Err(Failure::new(
                    "the two halves of the key do not belong together",
                ));
            }
            Ok(PrivateKey::Ed25519(seed))
        }
        _ => Err(Failure::new("the key is of no kind that has a private PEM")),
    }
}

/// `text` up to the end of the object that it begins with: what follows is not looked at. All of it if there is no such end.
fn first_object(text: &[u8]) -> &[u8] {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (index, byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' if !quoted => depth += 1,
            b'}' if !quoted && depth <= 1 => return &text[..=index],
            b'}' if !quoted => depth -= 1,
            _ => {}
        }
    }
    text
}

/// The last 64 bits of a number, signed: so an exponent is read.
fn low(number: &[u8]) -> i64 {
    let bytes = number.iter().rev().take(8).rev();
    bytes.fold(0, |number, byte| (number << 8) | i64::from(*byte))
}

/// A number in so many bytes.
fn padded(number: &[u8], size: usize) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let number = &number[zeros..];
    let Some(missing) = size.checked_sub(number.len()) else {
        return Err(Failure::new(
            "a number of the key is too long for its curve",
        ));
    };
    let mut padded = Zeroizing::new(vec![0; size]);
    padded[missing..].copy_from_slice(number);
    Ok(padded)
}

/// What base64 of any of the four kinds stands for: with or without padding, for URLs or not. One with padding is as strict about it as Go.
fn from_base64(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let url = !text.iter().any(|byte| matches!(byte, b'+' | b'/'));
    // A line end behind the padding makes Go take it for the kind without.
    let last = text.last();
    let text: Zeroizing<Vec<u8>> = Zeroizing::new(
        text.iter()
            .copied()
            .filter(|byte| !matches!(byte, b'\r' | b'\n'))
            .collect(),
    );
    let digits = text
        .iter()
        .rposition(|byte| *byte != b'=')
        .map_or(0, |last| last + 1);
    let padding = text.len() - digits;
    if padding > 0 && last != Some(&b'=') {
        return None;
    }
    if padding > 0 && (padding > 2 || !text.len().is_multiple_of(4)) {
        return None;
    }
    if url {
        return URL.decode(&text[..digits]).ok().map(Zeroizing::new);
    }
    let mut full = Zeroizing::new(text[..digits].to_vec());
    full.resize(digits.next_multiple_of(4), b'=');
    pem::from_base64(&full)
}
