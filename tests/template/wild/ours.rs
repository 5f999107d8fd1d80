//! What our crate makes of a case.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::SystemTime;

use selkie_crypto::Secret;
use selkie_template::{
    Error, Failure, Functions, List, Map, MissingKey, Settings, Syntax, Template, Text, Type, Value,
};
use selkie_tests::servers::template::{Request, Root};
use serde_json::Value as Json;

/// What we refuse and Go goes on with, until its stack overflows, or to a text that differs from run to run.
const REFUSED: [&str; 2] = [
    "a map cannot hold itself",
    "cannot print where a value lies in memory",
];

/// Our answer.
#[derive(Debug)]
pub(super) enum Ours {
    Rendered(Vec<u8>),
    Failed(Error),
    /// Stopped by a limit, or refused on purpose.
    Spent(Error),
    Panicked,
}

impl Ours {
    pub(super) fn render(request: &Request) -> Self {
        match catch_unwind(AssertUnwindSafe(|| render(request))) {
            Ok(Ok(text)) => Self::Rendered(text.expose().to_vec()),
            Ok(Err(error)) => match error.failure {
                Failure::Spent(_) => Self::Spent(error),
                Failure::Because(ref words) if REFUSED.iter().any(|it| words.contains(it)) => {
                    Self::Spent(error)
                }
                _ => Self::Failed(error),
            },
            Err(_) => Self::Panicked,
        }
    }
}

impl fmt::Display for Ours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rendered(text) => write!(f, "{:?}", String::from_utf8_lossy(text)),
            Self::Failed(error) | Self::Spent(error) => write!(f, "{error}"),
            Self::Panicked => write!(f, "a panic"),
        }
    }
}

fn render(request: &Request) -> Result<Secret, Error> {
    let [left, right] = request.delimiters.clone().unwrap_or_default();
    let (root, functions, missing) = match &request.root {
        Root::Texts(texts) => {
            let texts = texts.iter().cloned();
            let texts = texts.map(|(name, it)| (name, Secret::from(it)));
            (Value::root(texts), Functions::All, MissingKey::Error)
        }
        Root::Json { value, sprig } => {
            let functions = if *sprig {
                Functions::All
            } else {
                Functions::Builtin
            };
            (decoded(value), functions, MissingKey::Default)
        }
    };
    let syntax = Syntax {
        left,
        right,
        functions,
    };
    let settings = Settings {
        missing,
        now: now(),
        ..Settings::default()
    };
    Template::parse("template", &request.template, &syntax)?.render(&root, &settings)
}

/// Go's clock cannot be set, so ours is the same.
fn now() -> (i64, u32) {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let now = now.expect("the clock is past 1970");
    (now.as_secs().cast_signed(), now.subsec_nanos())
}

/// JSON as Go reads it into an `interface {}`.
fn decoded(json: &Json) -> Value {
    match json {
        Json::Null => Value::Nil,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => Value::Float(number.as_f64().unwrap_or_default()),
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => {
            Value::List(List::grown(Type::Any, items.iter().map(decoded).collect()))
        }
        Json::Object(entries) => {
            let entries = entries.iter();
            let entries = entries.map(|(key, item)| (Text::from(key.as_str()), decoded(item)));
            Value::Map(Map::any(entries.collect::<BTreeMap<_, _>>()))
        }
    }
}
