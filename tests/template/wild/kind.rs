//! What values are, and what parameters want of them: by this most calls of a random template make sense.

/// The first kinds are those of values; the others are wishes for one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Any,
    Text,
    Bool,
    Int,
    Int64,
    Float,
    List,
    /// A list of texts.
    Texts,
    Dict,
    /// A map of text to text: the root, and what `split` gives.
    TextMap,
    Time,
    /// What `semver` gives.
    Version,
    Nil,

    /// What the call as a whole is to give.
    Same,
    /// A number so small that it can be a length, and of type int whatever happens.
    Small,
    /// A number that may be a position.
    Index,
    /// What can be made a number.
    Number,
    /// A time or seconds, and nothing else: for others, the time of the call would be taken.
    Date,
    /// What is no time: its distance to the time of the call would be taken.
    Span,
    Key,
    Pattern,
    Replacement,
    VersionText,
    Constraint,
    Layout,
    DateText,
    Zone,
    Duration,
    Json,
    Yaml,
    Base64,
    Base32,
    Hex,
    Url,
    /// What `urlJoin` takes.
    UrlParts,
    Path,
    Separator,
    NameOfType,
    ReflectName,
    Jwk,
    /// How `htpasswd` hashes; bcrypt would be random.
    Sha,
}

/// Kinds of values, from which those are drawn that nobody wished for.
pub(super) const VALUES: [Kind; 11] = [
    Kind::Text,
    Kind::Bool,
    Kind::Int,
    Kind::Int64,
    Kind::Float,
    Kind::List,
    Kind::Texts,
    Kind::Dict,
    Kind::Time,
    Kind::Version,
    Kind::Nil,
];

impl Kind {
    /// The kind of value that fulfils the wish.
    pub(super) fn value(self) -> Self {
        match self {
            Self::Small | Self::Index => Self::Int,
            Self::Number | Self::Span | Self::Same => Self::Any,
            Self::Date => Self::Time,
            Self::Key
            | Self::Pattern
            | Self::Replacement
            | Self::VersionText
            | Self::Constraint
            | Self::Layout
            | Self::DateText
            | Self::Zone
            | Self::Duration
            | Self::Json
            | Self::Yaml
            | Self::Base64
            | Self::Base32
            | Self::Hex
            | Self::Url
            | Self::Path
            | Self::Separator
            | Self::NameOfType
            | Self::ReflectName
            | Self::Jwk
            | Self::Sha => Self::Text,
            Self::UrlParts => Self::Dict,
            value => value,
        }
    }

    /// Whether nothing else may be given, not even for trying: Go's side would take a long time, depend on the clock
    /// or have a lot to say about what is no YAML.
    pub(super) fn is_strict(self) -> bool {
        matches!(
            self,
            Self::Small | Self::Date | Self::Span | Self::Sha | Self::Yaml
        )
    }
}
