//! `bcrypt`, `htpasswd` and `derivePassword`.

mod derive;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::Engine;
use rand_core::Rng;
use zeroize::Zeroizing;

use super::arguments::text;
use super::{Context, Function, pem};
use crate::error::Failure;
use crate::value::{Type, Value};

/// What a bcrypt hash costs.
const BCRYPT_COST: u32 = 20;
/// 2 to this power rounds.
const BCRYPT_ROUNDS: u32 = 10;
/// Longer passwords are not hashed.
const BCRYPT_LONGEST: usize = 72;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "bcrypt",
        takes: &[Type::Text],
        rest: None,
        says: "The bcrypt hash of a password, with a random salt. Passwords over 72 bytes give a text that says so.",
        example: (r#"{{ bcrypt "pass" | trunc 7 }}"#, "$2a$10$"),
        run: bcrypt,
    },
    Function {
        name: "htpasswd",
        takes: &[
            Type::Text,
            Type::Text,
            Type::NamedText("sprig.HashAlgorithm"),
        ],
        rest: None,
        says: "A line of a password file of Apache, from a user, a password and the word `bcrypt` or `sha`, which must stand there literally.",
        example: (
            r#"{{ htpasswd "user" "pass" "sha" }}"#,
            "user:{SHA}nU4eI71bcnBGqeO0t9tXvY1u5oQ=",
        ),
        run: htpasswd,
    },
    Function {
        name: "derivePassword",
        takes: &[Type::UINT32, Type::Text, Type::Text, Type::Text, Type::Text],
        rest: None,
        says: "The Master Password of a site: from a counter, a kind (`maximum`, `long`, `medium`, `short`, `basic`, `pin`), a password, a user and the site.",
        example: (
            r#"{{ derivePassword 1 "long" "password" "user" "example.com" }}"#,
            "ZedaFaxcZaso9*",
        ),
        run: derive::derive_password,
    },
];

fn bcrypt(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(hash(context, text(arguments, 0)?.bytes())?.into())
}

/// The bcrypt hash of `password`, or the text that stands in for it.
fn hash(context: &mut Context<'_>, password: &[u8]) -> Result<String, Failure> {
    if password.len() > BCRYPT_LONGEST {
        return Ok(
            "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes".into(),
        );
    }
    context.budget.cost(BCRYPT_COST)?;
    let mut salt = [0; 16];
    context.random.fill_bytes(&mut salt);
    // The zero at the end is a part of the password, as far as there is room for it.
    let mut key = Zeroizing::new([password, &[0]].concat());
    key.truncate(BCRYPT_LONGEST);
    let hash = ::bcrypt::bcrypt(BCRYPT_ROUNDS, salt, &key);
    Ok(format!(
        "$2a${BCRYPT_ROUNDS}${}{}",
        ::bcrypt::BASE_64.encode(salt),
        ::bcrypt::BASE_64.encode(&hash[..23])
    ))
}

fn htpasswd(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (user, password, algorithm) = (
        text(arguments, 0)?,
        text(arguments, 1)?,
        text(arguments, 2)?,
    );
    context.budget.text(user.len() + 100)?;
    if user.bytes().contains(&b':') {
        return Ok(Value::from([b"invalid username: ", user.bytes()].concat()));
    }
    let hash = match algorithm.bytes() {
        b"sha" => {
            let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, password.bytes());
            format!("{{SHA}}{}", pem::to_base64(digest.as_ref()))
        }
        _ => hash(context, password.bytes())?,
    };
    Ok(Value::from([user.bytes(), b":", hash.as_bytes()].concat()))
}
