//! Values of other kinds: structs and types with methods, each in the room of the functions that make it.

use std::any::Any;

use super::{Type, Value};
use crate::error::Failure;
use crate::functions::Context;

/// A struct of Go, or a named type with methods.
pub trait Object: Any {
    /// Its type, by Go's name: `time.Time`, `*semver.Version`.
    fn of(&self) -> Type;

    /// The field or the method of that name; `None` if there is neither, or a method that a template cannot call because it gives several
    /// results.
    fn member(&self, name: &str) -> Option<Member>;

    /// What it is below its name.
    fn form(&self) -> Form;
}

/// What `.name` after an [`Object`] finds.
pub enum Member {
    /// A field, and what it holds.
    Field(Value),
    /// A method.
    Method(&'static Method),
}

/// A method that templates can call.
pub struct Method {
    /// Its name.
    pub name: &'static str,
    /// Types of its parameters. Where one is a [`Type::Number`], a literal number is handed over as that plain number, and anything else as an
    /// [`Object`] of that very type.
    pub takes: &'static [Type],
    /// The work, on the object and on arguments that were checked against `takes`.
    pub(crate) run: fn(&mut Context<'_>, &dyn Object, &[Value]) -> Result<Value, Failure>,
}

/// What an [`Object`] is below its name: how it is printed, written as JSON, compared and judged by `if`.
pub enum Form {
    /// A named number with a method `String`: that text, and the number that other verbs, comparisons and JSON see.
    Printed(String, Value),
    /// A struct without methods that printing or JSON would call: its fields in order.
    Struct(Vec<(&'static str, Value)>),
    /// A struct with such methods.
    Methods(Methods),
}

/// What a struct's own methods make of it, each called on the object when it is needed.
pub struct Methods {
    /// What `String` gives.
    pub text: fn(&dyn Object) -> String,
    /// What `GoString` gives, which `%#v` prints.
    pub source: Option<fn(&dyn Object) -> String>,
    /// What `MarshalJSON` gives, or that it fails; without it, JSON sees the fields whose names begin with a capital letter.
    pub json: Option<fn(&dyn Object) -> Option<Value>>,
    /// For pointers to a struct, a number that tells what they point to: equal if this is, whatever the fields. Never false.
    pub pointer: Option<u64>,
    /// Its fields in order, for verbs that call no method, and for comparisons.
    pub fields: fn(&dyn Object) -> Vec<(&'static str, Value)>,
}

impl dyn Object {
    /// As the type `T`, if it is one.
    pub fn downcast<T: Object>(&self) -> Option<&T> {
        (self as &dyn Any).downcast_ref()
    }
}
