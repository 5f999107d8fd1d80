//! The types that values have and that functions ask for, under Go's names.

use std::fmt;

/// Signed integer types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signed {
    /// `int`, of 64 bits.
    Int,
    /// `int8`.
    Int8,
    /// `int16`.
    Int16,
    /// `int32`.
    Int32,
    /// `int64`.
    Int64,
}

/// Unsigned integer types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsigned {
    /// `uint`, of 64 bits.
    Uint,
    /// `uint8`, which is `byte`.
    Uint8,
    /// `uint16`.
    Uint16,
    /// `uint32`.
    Uint32,
    /// `uint64`.
    Uint64,
}

/// A type of Go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// `interface {}`: of list items, map values and parameters, never of a value.
    Any,
    /// `bool`.
    Bool,
    /// A signed integer.
    Signed(Signed),
    /// An unsigned integer.
    Unsigned(Unsigned),
    /// `float64`.
    Float64,
    /// `complex128`.
    Complex128,
    /// `string`.
    Text,
    /// A slice of that type.
    List(&'static Type),
    /// A map from `string` to that type.
    Map(&'static Type),
    /// A type that [`crate::Object`] stands for, by Go's name for it.
    Named(&'static str),
    /// The same of a named integer, and the integer type below it: `time.Duration`.
    Number(&'static str, Signed),
    /// The same of a named string, of parameters alone: only a literal fits it, and is handed over as that plain text.
    NamedText(&'static str),
}

impl Type {
    /// `int`.
    pub const INT: Self = Self::Signed(Signed::Int);
    /// `int64`.
    pub const INT64: Self = Self::Signed(Signed::Int64);
    /// `uint32`.
    pub const UINT32: Self = Self::Unsigned(Unsigned::Uint32);
    /// `[]interface {}`.
    pub const LIST: Self = Self::List(&Self::Any);
    /// `[]string`.
    pub const TEXTS: Self = Self::List(&Self::Text);
    /// `map[string]interface {}`.
    pub const DICT: Self = Self::Map(&Self::Any);
    /// `map[string]string`.
    pub const TEXT_MAP: Self = Self::Map(&Self::Text);
}

impl fmt::Display for Type {
    /// As `%T` prints it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("interface {}"),
            Self::Bool => f.write_str("bool"),
            Self::Signed(size) => f.write_str(match size {
                Signed::Int => "int",
                Signed::Int8 => "int8",
                Signed::Int16 => "int16",
                Signed::Int32 => "int32",
                Signed::Int64 => "int64",
            }),
            Self::Unsigned(size) => f.write_str(match size {
                Unsigned::Uint => "uint",
                Unsigned::Uint8 => "uint8",
                Unsigned::Uint16 => "uint16",
                Unsigned::Uint32 => "uint32",
                Unsigned::Uint64 => "uint64",
            }),
            Self::Float64 => f.write_str("float64"),
            Self::Complex128 => f.write_str("complex128"),
            Self::Text => f.write_str("string"),
            Self::List(item) => write!(f, "[]{item}"),
            Self::Map(value) => write!(f, "map[string]{value}"),
            Self::Named(name) | Self::Number(name, _) | Self::NamedText(name) => f.write_str(name),
        }
    }
}
