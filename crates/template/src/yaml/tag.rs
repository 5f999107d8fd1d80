//! Tags of nodes.

use granit_parser::Tag as GranitTag;

/// What a tag asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    None,
    Str,
    Int,
    Float,
    Bool,
    Null,
    Timestamp,
    Binary,
    Merge,
    /// Any other, also the lone `!`: text.
    Other,
}

impl From<&GranitTag> for Tag {
    fn from(tag: &GranitTag) -> Self {
        let (handle, suffix) = tag.parts();
        let core = match suffix.strip_prefix("tag:yaml.org,2002:") {
            Some(core) if handle.is_empty() => core,
            _ if handle == "tag:yaml.org,2002:" => suffix,
            _ => return Self::Other,
        };
        match core {
            "str" => Self::Str,
            "int" => Self::Int,
            "float" => Self::Float,
            "bool" => Self::Bool,
            "null" => Self::Null,
            "timestamp" => Self::Timestamp,
            "binary" => Self::Binary,
            "merge" => Self::Merge,
            _ => Self::Other,
        }
    }
}
