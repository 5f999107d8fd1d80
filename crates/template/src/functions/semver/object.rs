//! A version as a template meets it: `*semver.Version` as `semver` gives it, and the plain `semver.Version` that its methods give.

use std::rc::Rc;

use super::methods::{POINTER, STRUCT, method};
use super::version::Version;
use crate::value::{Form, Member, Methods, Object, Type, Unsigned, Value};

/// A version, behind a pointer or not.
pub(super) struct Held {
    pub(super) version: Version,
    pub(super) is_pointer: bool,
}

impl Held {
    /// As a pointer.
    pub(super) fn pointer(version: Version) -> Value {
        Value::Object(Rc::new(Self {
            version,
            is_pointer: true,
        }))
    }

    /// As a plain struct.
    pub(super) fn plain(version: Version) -> Value {
        Value::Object(Rc::new(Self {
            version,
            is_pointer: false,
        }))
    }
}

impl Object for Held {
    fn of(&self) -> Type {
        if self.is_pointer { POINTER } else { STRUCT }
    }

    fn member(&self, name: &str) -> Option<Member> {
        method(name, self.is_pointer).map(Member::Method)
    }

    fn form(&self) -> Form {
        Form::Methods(Methods {
            text,
            source: None,
            json: Some(|object| Some(Value::from(text(object)))),
            pointer: self
                .is_pointer
                .then(|| std::ptr::from_ref(self).addr() as u64),
            fields,
        })
    }
}

fn fields(object: &dyn Object) -> Vec<(&'static str, Value)> {
    let Some(Held { version, .. }) = object.downcast() else {
        return Vec::new();
    };
    let number = |number| Value::Unsigned(Unsigned::Uint64, number);
    vec![
        ("major", number(version.major)),
        ("minor", number(version.minor)),
        ("patch", number(version.patch)),
        ("pre", Value::from(version.prerelease.as_str())),
        ("metadata", Value::from(version.metadata.as_str())),
        ("original", Value::from(version.original.as_str())),
    ]
}

fn text(object: &dyn Object) -> String {
    object
        .downcast::<Held>()
        .map(|held| held.version.text())
        .unwrap_or_default()
}
