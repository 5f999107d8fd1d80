//! The methods of versions that templates can call. Those that read into a version are missing: they would change it behind the back of everyone who
//! holds it.

use std::cmp::Ordering;

use zeroize::Zeroizing;

use super::object::Held;
use super::version::{Version, check_metadata, check_prerelease};
use crate::error::Failure;
use crate::functions::Context;
use crate::value::{List, Method, Object, Type, Unsigned, Value};

/// `*semver.Version`.
pub(super) const POINTER: Type = Type::Named("*semver.Version");
/// `semver.Version`.
pub(super) const STRUCT: Type = Type::Named("semver.Version");

/// The method of that name. Some work on pointers alone.
pub(super) fn method(name: &str, is_pointer: bool) -> Option<&'static Method> {
    let on_pointers = if is_pointer { POINTERS } else { &[] };
    STRUCTS
        .iter()
        .chain(on_pointers)
        .find(|method| method.name == name)
}

const STRUCTS: &[Method] = &[
    Method {
        name: "String",
        takes: &[],
        run: |_, object, _| Ok(Value::from(this(object)?.text())),
    },
    Method {
        name: "Major",
        takes: &[],
        run: |_, object, _| Ok(number(this(object)?.major)),
    },
    Method {
        name: "Minor",
        takes: &[],
        run: |_, object, _| Ok(number(this(object)?.minor)),
    },
    Method {
        name: "Patch",
        takes: &[],
        run: |_, object, _| Ok(number(this(object)?.patch)),
    },
    Method {
        name: "Prerelease",
        takes: &[],
        run: |_, object, _| Ok(Value::from(this(object)?.prerelease.as_str())),
    },
    Method {
        name: "Metadata",
        takes: &[],
        run: |_, object, _| Ok(Value::from(this(object)?.metadata.as_str())),
    },
    Method {
        name: "IncMajor",
        takes: &[],
        run: |_, object, _| {
            let this = this(object)?;
            Ok(next(this, this.major.wrapping_add(1), 0, 0))
        },
    },
    Method {
        name: "IncMinor",
        takes: &[],
        run: |_, object, _| {
            let this = this(object)?;
            Ok(next(this, this.major, this.minor.wrapping_add(1), 0))
        },
    },
    Method {
        name: "IncPatch",
        takes: &[],
        run: |_, object, _| {
            // The version that a prerelease leads to is the next one.
            let this = this(object)?;
            let patch = if this.prerelease.is_empty() {
                this.patch.wrapping_add(1)
            } else {
                this.patch
            };
            Ok(next(this, this.major, this.minor, patch))
        },
    },
    Method {
        name: "SetPrerelease",
        takes: &[Type::Text],
        run: |context, object, arguments| {
            let prerelease = part(context, arguments)?;
            check_prerelease(&prerelease)?;
            let this = this(object)?;
            Ok(changed(
                this,
                Version {
                    prerelease,
                    ..this.clone()
                },
            ))
        },
    },
    Method {
        name: "SetMetadata",
        takes: &[Type::Text],
        run: |context, object, arguments| {
            let metadata = part(context, arguments)?;
            check_metadata(&metadata)?;
            let this = this(object)?;
            Ok(changed(
                this,
                Version {
                    metadata,
                    ..this.clone()
                },
            ))
        },
    },
    Method {
        name: "MarshalJSON",
        takes: &[],
        run: |_, object, _| {
            let json = format!("\"{}\"", this(object)?.text());
            Ok(bytes(&json))
        },
    },
    Method {
        name: "MarshalText",
        takes: &[],
        run: |_, object, _| Ok(bytes(&this(object)?.text())),
    },
    Method {
        name: "Value",
        takes: &[],
        run: |_, object, _| Ok(Value::from(this(object)?.text())),
    },
];

const POINTERS: &[Method] = &[
    Method {
        name: "Original",
        takes: &[],
        run: |_, object, _| Ok(Value::from(this(object)?.original.as_str())),
    },
    Method {
        name: "Compare",
        takes: &[POINTER],
        run: |_, object, arguments| Ok(Value::int(order(object, arguments)? as i64)),
    },
    Method {
        name: "Equal",
        takes: &[POINTER],
        run: |_, object, arguments| {
            if matches!(arguments, [Value::Nil]) {
                return Ok(Value::Bool(false));
            }
            Ok(Value::Bool(order(object, arguments)?.is_eq()))
        },
    },
    Method {
        name: "LessThan",
        takes: &[POINTER],
        run: |_, object, arguments| Ok(Value::Bool(order(object, arguments)?.is_lt())),
    },
    Method {
        name: "LessThanEqual",
        takes: &[POINTER],
        run: |_, object, arguments| Ok(Value::Bool(order(object, arguments)?.is_le())),
    },
    Method {
        name: "GreaterThan",
        takes: &[POINTER],
        run: |_, object, arguments| Ok(Value::Bool(order(object, arguments)?.is_gt())),
    },
    Method {
        name: "GreaterThanEqual",
        takes: &[POINTER],
        run: |_, object, arguments| Ok(Value::Bool(order(object, arguments)?.is_ge())),
    },
];

fn this(object: &dyn Object) -> Result<&Version, Failure> {
    object
        .downcast::<Held>()
        .map(|held| &held.version)
        .ok_or_else(|| Failure::new("not a version"))
}

fn order(object: &dyn Object, arguments: &[Value]) -> Result<Ordering, Failure> {
    match arguments {
        [Value::Object(other)] => Ok(this(object)?.order(this(&**other)?)),
        _ => Err(Failure::new("a version is missing")),
    }
}

fn number(number: u64) -> Value {
    Value::Unsigned(Unsigned::Uint64, number)
}

/// Go's `[]byte`.
fn bytes(text: &str) -> Value {
    let byte = Type::Unsigned(Unsigned::Uint8);
    let items = text
        .bytes()
        .map(|byte| Value::Unsigned(Unsigned::Uint8, u64::from(byte)));
    Value::List(List::new(byte, items.collect()))
}

/// The part of a version that was handed in. One that is no UTF-8 could not be part of any.
fn part(context: &mut Context<'_>, arguments: &[Value]) -> Result<Zeroizing<String>, Failure> {
    match arguments {
        [Value::Text(text)] => {
            context.budget.text(text.len())?;
            text.utf8()
                .map(|text| text.to_owned().into())
                .ok_or_else(super::version::unreadable)
        }
        _ => Err(Failure::new("a text is missing")),
    }
}

/// A version with these numbers alone.
fn next(this: &Version, major: u64, minor: u64, patch: u64) -> Value {
    changed(
        this,
        Version {
            major,
            minor,
            patch,
            ..Version::default()
        },
    )
}

/// The version as a struct that was written with a leading `v` if `before` was.
fn changed(before: &Version, version: Version) -> Value {
    let mark = if before.original.starts_with('v') {
        "v"
    } else {
        ""
    };
    let original = format!("{mark}{}", version.text()).into();
    Held::plain(Version {
        original,
        ..version
    })
}
