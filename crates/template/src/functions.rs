//! The table of functions: one room per family, one row per name. Documentation and tests go over the same rows.

mod arguments;
mod builtin;
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
mod regex;
mod semver;
mod strings;
mod texts;
mod types;
mod urls;
mod yaml;

pub use dates::parse_duration;
pub(crate) use dates::renumbered;
pub use regex::{Part, parts};

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rand_chacha::ChaCha20Rng;

use crate::budget::Budget;
use crate::error::Failure;
use crate::node::Callee;
use crate::value::{Type, Value};
pub(crate) use regex::Patterns;

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
    /// Regular expressions that were compiled already.
    pub(crate) patterns: Patterns,
}

const FAMILIES: &[Family] = &[
    BUILTIN,
    family("certificates", certificates::FUNCTIONS),
    family("ciphers", ciphers::FUNCTIONS),
    family("dates", dates::FUNCTIONS),
    family("dicts", dicts::FUNCTIONS),
    family("encoding", encoding::FUNCTIONS),
    family("hashes", hashes::FUNCTIONS),
    family("json", json::FUNCTIONS),
    family("jwk", jwk::FUNCTIONS),
    family("keys", keys::FUNCTIONS),
    family("lists", lists::FUNCTIONS),
    family("logic", logic::FUNCTIONS),
    family("math", math::FUNCTIONS),
    family("passwords", passwords::FUNCTIONS),
    family("paths", paths::FUNCTIONS),
    family("pem", pem::FUNCTIONS),
    family("pkcs12", pkcs12::FUNCTIONS),
    family("random", random::FUNCTIONS),
    family("regex", regex::FUNCTIONS),
    family("semver", semver::FUNCTIONS),
    family("strings", strings::FUNCTIONS),
    family("types", types::FUNCTIONS),
    family("urls", urls::FUNCTIONS),
    family("yaml", yaml::FUNCTIONS),
];

/// The functions that Go's templates have by themselves. Of two functions with one name, Sprig's hides this one.
const BUILTIN: Family = family("builtin", builtin::FUNCTIONS);

const fn family(name: &'static str, functions: &'static [Function]) -> Family {
    Family { name, functions }
}

/// Which functions a template can call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Functions {
    /// Those that Go's templates have by themselves.
    Builtin,
    /// Those, Sprig's, and those of External Secrets.
    All,
}

/// All families, in the order of the documentation.
pub fn families() -> &'static [Family] {
    FAMILIES
}

/// The function of that name, among all.
pub fn function(name: &str) -> Option<&'static Function> {
    Functions::All.of(name)
}

impl Functions {
    /// What a name stands for in a template.
    pub(crate) fn callee(self, name: &str) -> Option<Callee> {
        let function = self.of(name)?;
        Some(match name {
            "and" => Callee::And(function),
            "or" => Callee::Or(function),
            _ => Callee::Function(function),
        })
    }

    fn of(self, name: &str) -> Option<&'static Function> {
        static BUILTINS: LazyLock<BTreeMap<&str, &Function>> = LazyLock::new(|| index(&[BUILTIN]));
        static ALL: LazyLock<BTreeMap<&str, &Function>> = LazyLock::new(|| index(FAMILIES));
        let index = match self {
            Self::Builtin => &BUILTINS,
            Self::All => &ALL,
        };
        index.get(name).copied()
    }
}

fn index(families: &[Family]) -> BTreeMap<&'static str, &'static Function> {
    let mut index = BTreeMap::new();
    for family in families {
        for function in family.functions {
            let hidden = index.insert(function.name, function);
            if let Some(first) = hidden.filter(|_| family.name == BUILTIN.name) {
                index.insert(first.name, first);
            }
        }
    }
    index
}

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod rows;
