//! The file formats: one row each, one folder each.

pub(crate) mod binary;
pub(crate) mod dotenv;
pub(crate) mod ini;
pub(crate) mod json;
mod slots;
pub(crate) mod text;
pub(crate) mod yaml;

use std::borrow::Cow;

use selkie_crypto::{Kind, Secret};

use crate::edit::{Change, Value};
use crate::error::Error;
use crate::layout::Spelling;
use crate::metadata::{Field, Metadata};
use crate::path::Path;
use crate::seal::Header;
use crate::splice::Edit;
use crate::token::{Plaintext, Put, Sealing, Tokens};
use crate::tree::Tree;
use crate::walk::Walk;
use crate::warning::Warning;

/// A file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// YAML, several documents included.
    Yaml,
    /// JSON.
    Json,
    /// Any bytes, as one value.
    Binary,
    /// Lines of `KEY=value`.
    Dotenv,
    /// INI, as SOPS's library reads it.
    Ini,
}

/// Name on the command line, and the suffixes of file names, case-sensitive as in SOPS.
const TABLE: &[(Format, &str, &[&str])] = &[
    (Format::Yaml, "yaml", &[".yaml", ".yml"]),
    (Format::Json, "json", &[".json"]),
    (Format::Binary, "binary", &[]),
    (Format::Dotenv, "dotenv", &[".env"]),
    (Format::Ini, "ini", &[".ini"]),
];

/// Prints what a change puts into the text, given the tree after the change, its first new node and the new tokens.
pub(crate) type Writing = Box<dyn FnOnce(&Tree, u32, Tokens<'_>) -> Vec<Edit<Put>>>;

/// A tree and, of a sealed file, its metadata block.
pub(crate) type ReadSealed = (Tree, Option<Vec<(String, Field)>>);

impl Format {
    /// The format with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    /// The format that a file name tells.
    pub fn from_path(path: &str) -> Option<Self> {
        TABLE
            .iter()
            .find(|row| row.2.iter().any(|suffix| path.ends_with(suffix)))
            .map(|row| row.0)
    }

    /// The format's name.
    pub fn name(self) -> &'static str {
        TABLE
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.1)
    }

    /// What an editor shows of a file that is not there yet.
    pub fn example(self) -> &'static str {
        match self {
            Self::Yaml => yaml::EXAMPLE,
            Self::Json => json::EXAMPLE,
            Self::Binary => binary::EXAMPLE,
            Self::Dotenv => dotenv::EXAMPLE,
            Self::Ini => ini::EXAMPLE,
        }
    }

    pub(crate) fn read_plain(self, source: Secret) -> Result<Tree, Error> {
        match self {
            Self::Yaml => Ok(yaml::read::read(source, true)?.tree),
            Self::Json => Ok(json::read::read(source, true)?.tree),
            Self::Binary => binary::read(source),
            Self::Dotenv => Ok(dotenv::read::read(source, true)?.0),
            Self::Ini => Ok(ini::read::read(source, true)?.0),
        }
    }

    /// Reads a file that was written by opening one: what could be opened is not refused.
    pub(crate) fn read_sealed(self, source: Secret) -> Result<ReadSealed, Error> {
        match self {
            Self::Yaml => {
                let read = yaml::read::read(source, false)?;
                Ok((read.tree, read.metadata))
            }
            Self::Json | Self::Binary => {
                let read = json::read::read(source, false)?;
                Ok((read.tree, read.metadata))
            }
            Self::Dotenv => dotenv::read::read(source, false),
            Self::Ini => ini::read::read(source, false),
        }
    }

    /// Takes out of a header what the format does not know, with a warning each.
    pub(crate) fn settle(self, header: &mut Header) -> Vec<Warning> {
        match self {
            Self::Yaml | Self::Json | Self::Dotenv | Self::Ini => Vec::new(),
            Self::Binary => binary::settle(header),
        }
    }

    /// Replacements that seal the values.
    pub(crate) fn seal_edits(
        self,
        tree: &Tree,
        walk: &Walk,
        sealing: &mut Sealing<'_>,
    ) -> Result<Vec<Edit<Put>>, Error> {
        match self {
            Self::Yaml => yaml::seal::edits(tree, walk, sealing),
            Self::Json => json::seal::edits(tree, walk, sealing),
            Self::Binary => binary::seal_edits(tree, walk, sealing),
            Self::Dotenv => dotenv::seal::edits(tree, walk, sealing),
            Self::Ini => ini::seal::edits(tree, walk, sealing),
        }
    }

    /// Whether what was sealed is read and opened again before it leaves. In INI, what stands behind a value decides how it and
    /// the lines below are read.
    pub(crate) fn is_proven(self) -> bool {
        match self {
            Self::Ini => true,
            Self::Yaml | Self::Json | Self::Binary | Self::Dotenv => false,
        }
    }

    /// Insertions of the metadata, given the edits of the values.
    pub(crate) fn metadata_edits(
        self,
        tree: &Tree,
        values: &[Edit<Put>],
        fields: &[(String, Field)],
    ) -> Result<Vec<Edit<Put>>, Error> {
        match self {
            Self::Yaml => yaml::metadata::edits(tree, values, fields),
            Self::Json => Ok(json::metadata::edits(tree, fields)),
            Self::Binary => binary::metadata_edits(tree, fields),
            Self::Dotenv => Ok(dotenv::metadata::edits(tree, fields)),
            Self::Ini => Ok(ini::metadata::edits(tree, fields)),
        }
    }

    /// Whether a document's readers take a layout record for what it is: an unknown field to skip.
    pub(crate) fn takes_layout(self, tree: &Tree, root: u32) -> bool {
        match self {
            Self::Yaml | Self::Json => !yaml::metadata::is_sops_secret(tree, root),
            Self::Binary => false,
            Self::Dotenv | Self::Ini => true,
        }
    }

    /// Replacements that write opened values.
    pub(crate) fn open_edits(
        self,
        tree: &Tree,
        walk: &Walk,
        spellings: &[Spelling],
    ) -> Vec<Edit<Plaintext>> {
        match self {
            Self::Yaml => yaml::open::edits(tree, walk, spellings),
            Self::Json | Self::Binary => json::open::edits(tree, walk, spellings),
            Self::Dotenv => dotenv::open::edits(tree, walk),
            Self::Ini => ini::open::edits(tree, walk, spellings),
        }
    }

    /// The opened file, where its text is not that of the sealed one with other values.
    pub(crate) fn opened(self, tree: &Tree) -> Option<Result<Tree, Error>> {
        match self {
            Self::Yaml | Self::Json | Self::Dotenv | Self::Ini => None,
            Self::Binary => Some(binary::opened(tree)),
        }
    }

    /// What the format's text tells of a value, for comparing: its type and its canonical bytes. A token may carry a type
    /// that the text cannot.
    pub(crate) fn told(self, kind: Kind, value: &[u8]) -> (Kind, Cow<'_, [u8]>) {
        match self {
            Self::Yaml => (kind, Cow::Borrowed(value)),
            Self::Json | Self::Binary => (json::told(kind, value), Cow::Borrowed(value)),
            Self::Dotenv => (Kind::Str, dotenv::told(kind, value)),
            Self::Ini => (Kind::Str, text::of(kind, value)),
        }
    }

    /// Whether an opened text can hold comments.
    pub(crate) fn has_comments(self) -> bool {
        match self {
            Self::Yaml | Self::Dotenv | Self::Ini => true,
            Self::Json | Self::Binary => false,
        }
    }

    /// The lines of a comment's text, as far as the format's text can tell them.
    pub(crate) fn comment_lines(self, text: &[u8]) -> Vec<&[u8]> {
        match self {
            Self::Yaml | Self::Json | Self::Binary => crate::compare::lines(text).collect(),
            Self::Dotenv => text.split(|byte| *byte == b'\n').collect(),
            Self::Ini => ini::comment_lines(text),
        }
    }

    /// Why a value of this type cannot be written in this format, if so.
    pub(crate) fn lack(self, kind: Kind, value: &[u8]) -> Option<&'static str> {
        match self {
            Self::Yaml | Self::Dotenv | Self::Ini => None,
            Self::Json | Self::Binary => json::lack(kind, value),
        }
    }

    /// Whether a top-level key would be read as metadata.
    pub(crate) fn is_metadata(self, key: &str) -> bool {
        match self {
            Self::Yaml | Self::Json | Self::Binary | Self::Ini => key == "sops",
            Self::Dotenv => key.starts_with("sops_"),
        }
    }

    /// A value that is to be set, as it stands in a file of this format.
    ///
    /// # Errors
    /// [`Error::Conversion`] for what has no place there.
    pub(crate) fn settable(self, path: &Path, value: Value) -> Result<Value, Error> {
        match self {
            Self::Yaml | Self::Json | Self::Binary => Ok(value),
            Self::Dotenv => dotenv::change::settable(path, value),
            Self::Ini => ini::change::settable(path, value),
        }
    }

    /// Finds where a change is written, before the tree is changed; what it returns prints it, after.
    pub(crate) fn change(self, tree: &Tree, change: &Change) -> Writing {
        match self {
            Self::Yaml => {
                let places = yaml::change::places(tree, change);
                Box::new(move |tree, new, tokens| yaml::change::edits(tree, &places, new, tokens))
            }
            Self::Json | Self::Binary => json::change::writing(tree, change),
            Self::Dotenv => dotenv::change::writing(tree, change),
            Self::Ini => ini::change::writing(tree, change),
        }
    }

    /// Replacements of the metadata fields that every rewriting changes; the block printed anew where they do not stand one by one.
    pub(crate) fn rewrite_metadata(self, tree: &Tree, metadata: &Metadata) -> Vec<Edit<Put>> {
        let by_field = match self {
            Self::Yaml => yaml::metadata::rewrite(tree, metadata),
            Self::Json | Self::Binary => json::metadata::rewrite(tree, metadata),
            Self::Dotenv | Self::Ini => slots::rewrite(tree, metadata),
        };
        by_field.unwrap_or_else(|| {
            let blocks = self.reprint_metadata(tree, &metadata.to_fields());
            blocks.into_iter().map(Edit::into_text).collect()
        })
    }

    /// Replacements of whole metadata blocks, where blocks stand: for a keyring that changed.
    pub(crate) fn reprint_metadata(
        self,
        tree: &Tree,
        fields: &[(String, Field)],
    ) -> Vec<Edit<Vec<u8>>> {
        match self {
            Self::Yaml => yaml::metadata::reprint(tree, fields),
            Self::Json | Self::Binary => json::metadata::reprint(tree, fields),
            Self::Dotenv => dotenv::metadata::reprint(tree, fields),
            Self::Ini => ini::metadata::reprint(tree, fields),
        }
    }

    /// One node printed on its own, as SOPS prints an extract. The tree may be of another format.
    pub(crate) fn emit_subtree(self, tree: &Tree, node: u32) -> Result<Secret, Error> {
        match self {
            Self::Yaml => Ok(yaml::emit::subtree(tree, node)),
            Self::Json => json::emit::subtree(tree, node),
            Self::Binary => Err(binary::no_text(tree, node)),
            Self::Dotenv => dotenv::emit::subtree(tree, node),
            Self::Ini => ini::emit::subtree(tree, node),
        }
    }

    /// The whole tree printed anew, in SOPS's spelling.
    pub(crate) fn emit(self, tree: &Tree) -> Secret {
        match self {
            Self::Yaml => yaml::emit::documents(tree),
            Self::Json | Self::Binary => json::emit::document(tree),
            // Whoever printed this reads it again.
            Self::Dotenv => dotenv::emit::document(tree).unwrap_or_default(),
            Self::Ini => ini::emit::document(tree).unwrap_or_default(),
        }
    }

    /// The first document of a tree of another format, in SOPS's spelling.
    ///
    /// # Errors
    /// [`Error::Conversion`] for what this format cannot hold.
    pub(crate) fn emit_converted(self, tree: &Tree) -> Result<Secret, Error> {
        match self {
            Self::Yaml => Ok(yaml::emit::documents(tree)),
            Self::Json => json::emit::converted(tree),
            Self::Binary => binary::emit(tree),
            Self::Dotenv => dotenv::emit::document(tree),
            Self::Ini => ini::emit::document(tree),
        }
    }

    /// The values as one JSON object, which all formats have in common.
    ///
    /// # Errors
    /// [`Error::Conversion`] for what JSON cannot hold.
    pub(crate) fn emit_values(tree: &Tree) -> Result<Secret, Error> {
        json::emit::merged(tree)
    }
}
