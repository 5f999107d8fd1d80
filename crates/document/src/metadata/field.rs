//! The `sops` block as a format reads or prints it, free of any format.
//!
//! Knows how leniently SOPS looks a name up and converts a shape; which names there are is not its
//! business. Nothing here is secret: every text stands in plain sight in the file.

use super::MetadataError;

/// A value of the block. Its type in the file is gone: `2`, `"2"` and dotenv's `2` are one scalar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// Null, or nothing at all.
    Null,
    /// The text of a string, number, boolean or time, unquoted and unescaped.
    Scalar(String),
    /// A list.
    List(Vec<Field>),
    /// A mapping in the order of the file.
    Map(Vec<(String, Field)>),
}

impl From<&str> for Field {
    fn from(text: &str) -> Self {
        Self::Scalar(text.to_owned())
    }
}

impl From<String> for Field {
    fn from(text: String) -> Self {
        Self::Scalar(text)
    }
}

/// A mapping being read, with its place in the block for the messages.
#[derive(Clone, Debug)]
pub(super) struct Block<'f> {
    place: String,
    entries: &'f [(String, Field)],
}

impl<'f> Block<'f> {
    /// The block itself, whose fields are named without a prefix.
    pub(super) fn root(entries: &'f [(String, Field)]) -> Self {
        Self {
            place: String::new(),
            entries,
        }
    }

    /// The place of one of its fields, as messages name it.
    pub(super) fn place_of(&self, name: &str) -> String {
        if self.place.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.place)
        }
    }

    /// The text of a field; `None` if it is absent, null or empty.
    pub(super) fn text(&self, name: &str) -> Result<Option<&'f str>, MetadataError> {
        match self.find(name) {
            Field::Null => Ok(None),
            Field::Scalar(text) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
            Field::List(_) | Field::Map(_) => Err(MetadataError::NotText(self.place_of(name))),
        }
    }

    /// The text of a field that must be there.
    pub(super) fn required(&self, name: &str) -> Result<&'f str, MetadataError> {
        self.text(name)?
            .ok_or_else(|| MetadataError::Missing(self.place_of(name)))
    }

    /// The mappings of a list, each with its place. Null and absent are an empty list, as old writers
    /// have it; a null item, which is what a gap in a flattened list reads as, is `None`.
    pub(super) fn blocks(&self, name: &str) -> Result<Vec<Option<Block<'f>>>, MetadataError> {
        let items = match self.find(name) {
            Field::Null => &[],
            Field::List(items) => items.as_slice(),
            Field::Map(entries) if entries.is_empty() => &[],
            // 3.13.3 takes a mapping for a list of one.
            one @ Field::Map(_) => std::slice::from_ref(one),
            Field::Scalar(_) => return Err(MetadataError::NotList(self.place_of(name))),
        };
        let block = |(index, item): (usize, &'f Field)| {
            let place = format!("{}[{index}]", self.place_of(name));
            match item {
                Field::Null => Ok(None),
                Field::Map(entries) => Ok(Some(Block { place, entries })),
                Field::Scalar(_) | Field::List(_) => Err(MetadataError::NotMap(place)),
            }
        };
        items.iter().enumerate().map(block).collect()
    }

    /// The texts of a mapping, names as they stand; null and absent are empty.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<(String, String)>, MetadataError> {
        let entries = match self.find(name) {
            Field::Null => &[],
            Field::Map(entries) => entries.as_slice(),
            Field::Scalar(_) | Field::List(_) => {
                return Err(MetadataError::NotMap(self.place_of(name)));
            }
        };
        let inner = Block {
            place: self.place_of(name),
            entries,
        };
        let text = |(name, _): &(String, Field)| {
            Ok((
                name.clone(),
                inner.text(name)?.unwrap_or_default().to_owned(),
            ))
        };
        entries.iter().map(text).collect()
    }

    /// The exact name counts before one that differs in case (3.13.3 reads names in any case), and
    /// of a name given twice the last, which is what 3.11.0 keeps.
    fn find(&self, name: &str) -> &'f Field {
        let exact = self.entries.iter().rev().find(|(found, _)| found == name);
        let found = exact.or_else(|| {
            self.entries
                .iter()
                .find(|(found, _)| found.eq_ignore_ascii_case(name))
        });
        found.map_or(&Field::Null, |(_, field)| field)
    }
}
