//! The table of functions: one room per family, one row per name. Documentation and tests go over the same rows.

mod arguments;
mod certificates;
mod ciphers;
mod dates;
mod dicts;
mod encoding;
mod equal;
mod hashes;
mod json;
mod jwk;
mod keys;
mod lists;
mod logic;
mod math;
mod passwords;
mod paths;
mod pem;
mod pkcs12;
mod random;
mod semver;
mod strings;
mod texts;
mod types;
mod yaml;

use rand_chacha::ChaCha20Rng;

use crate::budget::Budget;
use crate::error::Failure;
use crate::value::{Type, Value};

/// One function that templates can call.
pub struct Function {
    /// Its name in templates.
    pub name: &'static str,
    /// Types of the parameters that must be given. [`Type::Any`] takes everything, nil too.
    pub takes: &'static [Type],
    /// Type of the arguments that may follow in any number.
    pub rest: Option<Type>,
    /// What it does, in a sentence.
    pub says: &'static str,
    /// A template and what it renders to: shown in the documentation, and a test. For functions that draw on randomness or on the time, a template
    /// that shows what is certain (a length, a prefix).
    pub example: (&'static str, &'static str),
    /// The work. Arguments were checked against `takes` and `rest`.
    pub(crate) run: fn(&mut Context<'_>, &[Value]) -> Result<Value, Failure>,
}

/// Functions that belong together, in one room.
pub struct Family {
    /// Its name, also that of its page in the documentation.
    pub name: &'static str,
    /// Its functions.
    pub functions: &'static [Function],
}

/// What a function may use besides its arguments.
pub(crate) struct Context<'a> {
    /// To be spent before the work is done.
    pub(crate) budget: &'a mut Budget,
    /// The time that `now` gives: seconds since 1970 and nanoseconds.
    pub(crate) now: (i64, u32),
    /// The only source of randomness.
    pub(crate) random: &'a mut ChaCha20Rng,
}

const FAMILIES: &[Family] = &[
    Family {
        name: "certificates",
        functions: certificates::FUNCTIONS,
    },
    Family {
        name: "ciphers",
        functions: ciphers::FUNCTIONS,
    },
    Family {
        name: "dates",
        functions: dates::FUNCTIONS,
    },
    Family {
        name: "dicts",
        functions: dicts::FUNCTIONS,
    },
    Family {
        name: "encoding",
        functions: encoding::FUNCTIONS,
    },
    Family {
        name: "hashes",
        functions: hashes::FUNCTIONS,
    },
    Family {
        name: "json",
        functions: json::FUNCTIONS,
    },
    Family {
        name: "jwk",
        functions: jwk::FUNCTIONS,
    },
    Family {
        name: "keys",
        functions: keys::FUNCTIONS,
    },
    Family {
        name: "lists",
        functions: lists::FUNCTIONS,
    },
    Family {
        name: "logic",
        functions: logic::FUNCTIONS,
    },
    Family {
        name: "math",
        functions: math::FUNCTIONS,
    },
    Family {
        name: "passwords",
        functions: passwords::FUNCTIONS,
    },
    Family {
        name: "paths",
        functions: paths::FUNCTIONS,
    },
    Family {
        name: "pem",
        functions: pem::FUNCTIONS,
    },
    Family {
        name: "pkcs12",
        functions: pkcs12::FUNCTIONS,
    },
    Family {
        name: "random",
        functions: random::FUNCTIONS,
    },
    Family {
        name: "semver",
        functions: semver::FUNCTIONS,
    },
    Family {
        name: "strings",
        functions: strings::FUNCTIONS,
    },
    Family {
        name: "types",
        functions: types::FUNCTIONS,
    },
    Family {
        name: "yaml",
        functions: yaml::FUNCTIONS,
    },
];

/// All families, in the order of the documentation.
pub fn families() -> &'static [Family] {
    FAMILIES
}

/// The function of that name.
pub fn function(name: &str) -> Option<&'static Function> {
    FAMILIES
        .iter()
        .flat_map(|family| family.functions)
        .find(|function| function.name == name)
}
