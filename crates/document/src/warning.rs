//! What a user should know about a result that is sound all the same.

use std::fmt;

/// A remark on a file; it carries no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// Without a layout record this value comes back in canonical spelling.
    Spelling {
        /// Line, counted from 1.
        line: usize,
        /// Path of the value.
        path: String,
    },
    /// The root of a document is written in braces, where its metadata cannot stand on lines of its own.
    Braces {
        /// Line, counted from 1.
        line: usize,
    },
    /// A sealed comment could not be decrypted and stays as it is.
    Comment {
        /// Line, counted from 1.
        line: usize,
    },
    /// The file has several documents, of which only the first goes into another format.
    Documents,
    /// A field of the metadata that the format has no use for.
    Ignored {
        /// The field's name.
        field: &'static str,
    },
    /// The layout record is damaged or does not fit: canonical spelling was used.
    Layout,
    /// The file had to be printed anew: spelling, comments and blank lines are not those of the original.
    Emitted,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Spelling { line, path } => {
                write!(
                    f,
                    "line {line}: {path} will come back in another spelling of the same value"
                )
            }
            Self::Braces { line } => write!(
                f,
                "line {line}: the document is written in braces: Flux will not see that it is encrypted where it looks for generator files"
            ),
            Self::Comment { line } => write!(
                f,
                "line {line}: the comment cannot be decrypted and stays as it is"
            ),
            Self::Documents => {
                f.write_str("only the first document is converted; the others are left behind")
            }
            Self::Ignored { field } => write!(
                f,
                "a binary file is encrypted as a whole: {field} is ignored, and not written into it"
            ),
            Self::Layout => f.write_str(
                "the layout record does not fit the file; values are written in canonical spelling",
            ),
            Self::Emitted => {
                f.write_str("the text could not be restored in place and was printed anew")
            }
        }
    }
}
