//! Everything that can be wrong with a file, in one enum. No secret, key, digest or plaintext ever enters a variant.

use crate::metadata::MetadataError;

/// Why a file could not be read, sealed or opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text does not follow the format's grammar.
    #[error("line {line}, column {column}: {reason}")]
    Syntax {
        /// Line, counted from 1.
        line: usize,
        /// Column, counted from 1.
        column: usize,
        /// The reader's words; they never quote the text.
        reason: String,
    },
    /// The text is not UTF-8.
    #[error("line {line}: the text is not UTF-8")]
    Encoding {
        /// Line, counted from 1.
        line: usize,
    },
    /// There is nothing in the file.
    #[error("the file is empty")]
    Empty,
    /// The file is sound, but the encrypted form cannot hold it so that every reader sees the same.
    #[error("line {line}: {}{reason}", at_path(path))]
    Refused {
        /// Line, counted from 1.
        line: usize,
        /// Path of the value; empty for the document itself.
        path: String,
        /// What is refused.
        reason: Refusal,
    },
    /// The file has a `sops` key at its root: it is encrypted, or cannot be told from one that is.
    #[error(
        "line {line}: the file has a top-level `sops` key: it is already encrypted, or would look so"
    )]
    AlreadyEncrypted {
        /// Line of the key, counted from 1.
        line: usize,
    },
    /// The file has no metadata.
    #[error("sops metadata not found: the file is not encrypted")]
    NotEncrypted,
    /// The metadata is there and damaged.
    #[error("cannot read the metadata: {0}")]
    Metadata(#[from] MetadataError),
    /// A value is not what its place demands: not a token, of another place, damaged.
    #[error("line {line}: cannot decrypt {path}: {reason}")]
    Value {
        /// Line, counted from 1.
        line: usize,
        /// Path of the value.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The metadata has no MAC.
    #[error("the file has no MAC")]
    MacMissing,
    /// The MAC is not a token, or was made for another timestamp or key.
    #[error("cannot decrypt the MAC")]
    MacUndecryptable,
    /// The values are not those that were sealed.
    #[error(
        "the MAC does not match: values were changed, moved, added or removed outside of an encrypting tool"
    )]
    MacMismatch,
    /// A comment carries a copy of a value's token.
    #[error("line {line}: a comment holds a copied value of the file")]
    Forgery {
        /// Line of the comment, counted from 1.
        line: usize,
    },
    /// The text of a sealed comment matches the selector that keeps comments plain.
    #[error("line {line}: the encrypted comment itself matches the comment selector")]
    CommentSelector {
        /// Line of the comment, counted from 1.
        line: usize,
    },
    /// Nothing is at that path.
    #[error("{path} is not in the file")]
    NotFound {
        /// The path asked for.
        path: String,
    },
    /// A path goes through something that has no such entries.
    #[error("{path}: {reason}")]
    Path {
        /// The path asked for.
        path: String,
        /// What stands in the way.
        reason: &'static str,
    },
    /// The rule for the file would encrypt a new value, the file's own selector would not.
    #[error("{path} would be written in plain: the file's selector is not that of its rule")]
    Exposed {
        /// Path of the value.
        path: String,
    },
    /// The format that is asked for has no way to write a value.
    #[error("{}{reason}", at_path(path))]
    Conversion {
        /// Path of the value.
        path: String,
        /// What the format lacks.
        reason: &'static str,
    },
    /// An entry cannot be a variable of an environment.
    #[error("{path}: {reason}")]
    Environment {
        /// Path of the entry.
        path: String,
        /// What is in the way.
        reason: &'static str,
    },
    /// A value is no text where texts are asked for.
    #[error("line {line}: {path}: only texts can be taken here, and this is none")]
    NotText {
        /// Line, from 1.
        line: usize,
        /// Path of the entry.
        path: String,
    },
    /// The file is larger than 2 GiB.
    #[error("the file is larger than 2 GiB")]
    TooLarge,
    /// Sealing would have used one nonce for two different values.
    #[error("a nonce would be used for two different values")]
    Nonce,
    /// The file was opened, but no way of writing it was found that reads back the same.
    #[error(
        "line {line}: the values were decrypted, but cannot be written so that they read back the same"
    )]
    Unrestorable {
        /// Line of the document, counted from 1.
        line: usize,
    },
    /// The result would not read back as what was meant.
    #[error("the sealed text does not read back as what was sealed; nothing was written")]
    Inconsistent,
}

/// What is refused when a file is to be sealed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A root that is a list or a single value.
    #[error("only a mapping can stand at the top level")]
    Root,
    /// A stream without any document.
    #[error("there is no document, only comments or blank lines")]
    NoDocument,
    /// A first document written as `null`, where the metadata has no place.
    #[error("the first document is an explicit null, which leaves no place for the metadata")]
    NullRoot,
    /// A mapping or list as a key.
    #[error("a mapping or list cannot be a key")]
    ComplexKey,
    /// A key that reads as a number, a bool or null.
    #[error("the key is not a string; quote it")]
    KeyType,
    /// The same key twice in one mapping.
    #[error("the key stands twice in its mapping")]
    DuplicateKey,
    /// An integer from 2^63 to 2^64-1.
    #[error("the integer is above 9223372036854775807 and sops cannot hold it; quote it")]
    LargeInteger,
    /// A tag whose type the text is not of.
    #[error("the text is not of the type that its tag names")]
    Tag,
    /// A character that ends a line for go-yaml alone (U+0085, U+2028, U+2029), outside of an encrypted value.
    #[error("U+0085, U+2028 and U+2029 end a line for sops; write them escaped in double quotes")]
    LineBreak,
    /// A byte order mark that is not the first character: go-yaml takes it for part of a key.
    #[error("a byte order mark can only be the first character of the file")]
    ByteOrderMark,
    /// A plain key in a flow mapping that starts with `?`: go-yaml reads another key.
    #[error("a plain key that starts with `?` in braces reads differently in sops; quote it")]
    QuestionKey,
    /// A pair without a value in a list, its colon directly before a comma or bracket: go-yaml takes it for a string.
    #[error(
        "a colon directly before a comma or bracket of a list reads differently in sops; put a blank behind it"
    )]
    ColonKey,
    /// A block scalar as a key, with nothing behind it, not even a line break: the metadata would give it one.
    #[error("a block scalar that is a key must end in a line break; add one to the file")]
    UnfinishedKey,
    /// Comments between a key in brackets and its colon, which as tokens would put the colon out of a parser's reach.
    #[error(
        "the comments between the key and its colon are too long to be encrypted; put them before the key"
    )]
    FarColon,
    /// A colon in an anchor's name: go-yaml ends the name there.
    #[error("an anchor name with a colon reads differently in sops; rename it")]
    AnchorColon,
    /// References that multiply beyond the budget.
    #[error("references expand to more than {0} values")]
    Aliases(usize),
    /// A reference to a collection that contains it.
    #[error("the reference points at a collection that contains it")]
    Recursion,
    /// Deeper than the limit.
    #[error("nested deeper than {0} levels")]
    Depth(usize),
}

impl Refusal {
    /// Whether the shape of the file, not one value in it, is the reason.
    pub fn is_structure(&self) -> bool {
        !matches!(self, Self::KeyType | Self::LargeInteger | Self::Tag)
    }
}

fn at_path(path: &str) -> String {
    if path.is_empty() {
        String::new()
    } else {
        format!("{path}: ")
    }
}
