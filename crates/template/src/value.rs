//! Go's values, as far as a template can meet them: typed, with lists and maps that are shared when they are passed on.

mod list;
mod map;
mod object;
pub(crate) mod room;
mod text;
mod types;

use std::fmt;
use std::rc::Rc;

pub use list::List;
pub use map::Map;
pub use object::{Form, Member, Method, Methods, Object};
pub use text::Text;
pub use types::{Signed, Type, Unsigned};

/// One value. Cloning shares texts, lists and maps, as assigning does in Go.
#[derive(Clone, Default)]
pub enum Value {
    /// No value: Go's nil interface, and what a missing key gives.
    #[default]
    Nil,
    /// `bool`.
    Bool(bool),
    /// `int`, `int64` and their kin. The number fits the type.
    Signed(Signed, i64),
    /// `uint32` and its kin. The number fits the type.
    Unsigned(Unsigned, u64),
    /// `float64`.
    Float(f64),
    /// `complex128`: only literals make one.
    Complex(f64, f64),
    /// `string`: any bytes.
    Text(Text),
    /// A slice.
    List(List),
    /// A map with text keys.
    Map(Map),
    /// A struct, or a type with methods: a time, a version, a certificate.
    Object(Rc<dyn Object>),
}

impl Value {
    /// A Go `int`.
    pub const fn int(number: i64) -> Self {
        Self::Signed(Signed::Int, number)
    }

    /// A Go `int64`.
    pub const fn int64(number: i64) -> Self {
        Self::Signed(Signed::Int64, number)
    }

    /// Its dynamic type; `None` for nil, which has none.
    pub fn of(&self) -> Option<Type> {
        Some(match self {
            Self::Nil => return None,
            Self::Bool(_) => Type::Bool,
            Self::Signed(size, _) => Type::Signed(*size),
            Self::Unsigned(size, _) => Type::Unsigned(*size),
            Self::Float(_) => Type::Float64,
            Self::Complex(..) => Type::Complex128,
            Self::Text(_) => Type::Text,
            Self::List(list) => list.of(),
            Self::Map(map) => map.of(),
            Self::Object(object) => object.of(),
        })
    }
}

impl fmt::Debug for Value {
    /// The type alone: a value may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.of() {
            Some(of) => write!(f, "Value({of})"),
            None => f.write_str("Value(nil)"),
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(Text::from(value))
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(Text::from(value))
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Text(Text::from(value))
    }
}

impl From<Text> for Value {
    fn from(value: Text) -> Self {
        Self::Text(value)
    }
}

impl From<List> for Value {
    fn from(value: List) -> Self {
        Self::List(value)
    }
}

impl From<Map> for Value {
    fn from(value: Map) -> Self {
        Self::Map(value)
    }
}
