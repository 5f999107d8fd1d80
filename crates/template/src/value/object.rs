//! Values of other kinds: structs and types with methods, each in the room of the functions that make it.

use std::any::Any;

use super::{Type, Value};
use crate::error::Failure;

/// A struct of Go, or a named type with methods.
pub trait Object: Any {
    /// Its type, by Go's name: `time.Time`, `*semver.Version`.
    fn of(&self) -> Type;

    /// What a field or a method of that name gives; `None` if there is neither.
    fn member(&self, name: &str, arguments: &[Value]) -> Option<Result<Value, Failure>>;

    /// What it is below its name.
    fn form(&self) -> Form;
}

/// What an [`Object`] is below its name: how it is printed, written as JSON and judged by `if`.
pub enum Form {
    /// It has a method `String`: that text, and the value that number verbs and JSON see.
    Printed(String, Value),
    /// A struct without such a method: its fields in order.
    Struct(Vec<(&'static str, Value)>),
}

impl dyn Object {
    /// As the type `T`, if it is one.
    pub fn downcast<T: Object>(&self) -> Option<&T> {
        (self as &dyn Any).downcast_ref()
    }
}
