//! The Master Password algorithm, in its first version: scrypt of the password, keyed with the site, spelt by a pattern.

use aws_lc_rs::hmac;
use scrypt::{Params, scrypt};
use zeroize::Zeroizing;

use crate::error::Failure;
use crate::functions::Context;
use crate::functions::arguments::text;
use crate::value::{Text, Value};

/// What scrypt with these parameters costs.
const COST: u32 = 50;

const SCOPE: &[u8] = b"com.lyndir.masterpassword";

/// The patterns of each kind. A letter stands for one of [`characters`].
const KINDS: &[(&str, &[&str])] = &[
    ("maximum", &["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"]),
    (
        "long",
        &[
            "CvcvnoCvcvCvcv",
            "CvcvCvcvnoCvcv",
            "CvcvCvcvCvcvno",
            "CvccnoCvcvCvcv",
            "CvccCvcvnoCvcv",
            "CvccCvcvCvcvno",
            "CvcvnoCvccCvcv",
            "CvcvCvccnoCvcv",
            "CvcvCvccCvcvno",
            "CvcvnoCvcvCvcc",
            "CvcvCvcvnoCvcc",
            "CvcvCvcvCvccno",
            "CvccnoCvccCvcv",
            "CvccCvccnoCvcv",
            "CvccCvccCvcvno",
            "CvcvnoCvccCvcc",
            "CvcvCvccnoCvcc",
            "CvcvCvccCvccno",
            "CvccnoCvcvCvcc",
            "CvccCvcvnoCvcc",
            "CvccCvcvCvccno",
        ],
    ),
    ("medium", &["CvcnoCvc", "CvcCvcno"]),
    ("short", &["Cvcn"]),
    ("basic", &["aaanaaan", "aannaaan", "aaannaaa"]),
    ("pin", &["nnnn"]),
];

/// What a letter of a pattern can become.
fn characters(letter: u8) -> &'static [u8] {
    match letter {
        b'V' => b"AEIOU",
        b'C' => b"BCDFGHJKLMNPQRSTVWXYZ",
        b'v' => b"aeiou",
        b'c' => b"bcdfghjklmnpqrstvwxyz",
        b'a' => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
        b'n' => b"0123456789",
        b'o' => b"@&%?,=[]_:-+*$#!'^~;()/.",
        _ => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
    }
}

pub(super) fn derive_password(
    context: &mut Context<'_>,
    arguments: &[Value],
) -> Result<Value, Failure> {
    let Some(Value::Unsigned(_, counter)) = arguments.first() else {
        return Err(Failure::new("expected a counter"));
    };
    let [kind, password, user, site] = [1, 2, 3, 4].map(|index| text(arguments, index));
    let kind = kind?;
    let Some((_, patterns)) = KINDS
        .iter()
        .find(|(name, _)| name.as_bytes() == kind.bytes())
    else {
        context.budget.text(kind.len() + 30)?;
        return Ok(Value::from(
            [b"cannot find password template ", kind.bytes()].concat(),
        ));
    };
    context.budget.cost(COST)?;
    let failed = |_| Failure::new("no key could be derived");
    let parameters = Params::new(15, 8, 2).map_err(failed)?;
    let salt = Zeroizing::new(scoped(user?, &[]));
    let mut key = Zeroizing::new([0; 64]);
    scrypt(password?.bytes(), &salt, &parameters, &mut *key)
        .map_err(|_| Failure::new("no key could be derived"))?;
    let text = Zeroizing::new(scoped(site?, &(*counter as u32).to_be_bytes()));
    let seed = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &*key), &text);
    let seed = seed.as_ref();
    let pattern = patterns[usize::from(seed[0]) % patterns.len()];
    let password: Vec<u8> = std::iter::zip(pattern.bytes(), &seed[1..])
        .map(|(letter, number)| {
            let characters = characters(letter);
            characters[usize::from(*number) % characters.len()]
        })
        .collect();
    Ok(password.into())
}

/// What is hashed of a name: the algorithm's own, the length, the name, and what follows it.
fn scoped(name: &Text, after: &[u8]) -> Vec<u8> {
    [
        SCOPE,
        &(name.len() as u32).to_be_bytes(),
        name.bytes(),
        after,
    ]
    .concat()
}
