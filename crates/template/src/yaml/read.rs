//! A YAML text as the values that JSON has, with go-yaml's scalars, merges and bounds on aliases.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use super::Broken;
use super::resolve::{Scalar, resolve_as};
use super::tag::Tag;
use super::tree::{Node, Tree};
use crate::budget::Budget;
use crate::error::Failure;
use crate::number::float_32;
use crate::value::{List, Map, Text, Value};

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// What the first document of a text holds.
pub(super) enum Item {
    Scalar(Scalar, Text),
    List(Vec<Item>),
    Map(Entries),
}

/// Entries of a map by the text of their keys.
#[derive(Default)]
pub(super) struct Entries {
    pub(super) named: BTreeMap<Text, Item>,
    /// Whether a key is one that no JSON has. It matters only if the map is still there in the end.
    pub(super) nameless: bool,
}

/// What the first document in `text` holds; `None` if there is none.
pub(super) fn read(
    budget: &mut Budget,
    text: &[u8],
) -> Result<Result<Option<Item>, Broken>, Failure> {
    let Ok(text) = std::str::from_utf8(text) else {
        return Ok(Err(Broken::Characters));
    };
    if !text.chars().all(is_readable) {
        return Ok(Err(Broken::Characters));
    }
    budget.text(text.len())?;
    // In YAML 1.1 this character is a line feed like any other.
    let text = Zeroizing::new(text.replace('\u{85}', "\n"));
    let tree = match Tree::read(budget, text)? {
        Ok(tree) => tree,
        Err(broken) => return Ok(Err(broken)),
    };
    let Some(root) = tree.root() else {
        return Ok(Ok(None));
    };
    let mut decoder = Decoder {
        budget,
        tree: &tree,
        within: BTreeSet::new(),
        count: 0,
        aliased: 0,
    };
    match decoder.item(root, 0) {
        Ok(item) => Ok(Ok(Some(item))),
        Err(Stop::Broken(broken)) => Ok(Err(broken)),
        Err(Stop::Failed(failure)) => Err(failure),
    }
}

impl Item {
    /// As the value that JSON makes of it. `Err` if it has no JSON.
    pub(super) fn into_value(self) -> Result<Value, Broken> {
        Ok(match self {
            Self::Scalar(scalar, text) => match scalar {
                Scalar::Nil => Value::Nil,
                Scalar::Bool(value) => Value::Bool(value),
                #[expect(clippy::cast_precision_loss, reason = "JSON has floats alone")]
                Scalar::Int(number) => Value::Float(number as f64),
                #[expect(clippy::cast_precision_loss, reason = "JSON has floats alone")]
                Scalar::Large(number) => Value::Float(number as f64),
                Scalar::Float(value) if value.is_finite() => Value::Float(value),
                Scalar::Float(value) => return Err(Broken::Number(value)),
                Scalar::Timestamp | Scalar::Text => Value::Text(text),
            },
            Self::List(items) => {
                let items = items.into_iter().map(Self::into_value);
                List::any(items.collect::<Result<_, _>>()?).into()
            }
            Self::Map(Entries { nameless: true, .. }) => return Err(Broken::Key),
            Self::Map(entries) => {
                let entries = entries
                    .named
                    .into_iter()
                    .map(|(key, item)| Ok((key, item.into_value()?)));
                Map::any(entries.collect::<Result<_, _>>()?).into()
            }
        })
    }
}

/// Whether a text with that character is read at all.
fn is_readable(character: char) -> bool {
    matches!(
        character,
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..
    )
}

enum Stop {
    Broken(Broken),
    Failed(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<Broken> for Stop {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

struct Decoder<'a> {
    budget: &'a mut Budget,
    tree: &'a Tree,
    /// Aliases whose target is being read.
    within: BTreeSet<usize>,
    count: u64,
    aliased: u64,
}

impl Decoder<'_> {
    fn item(&mut self, number: usize, level: usize) -> Result<Item, Stop> {
        self.visit(level)?;
        match self.tree.at(number) {
            Node::Alias(target) => {
                self.enter(number)?;
                let item = self.item(*target, level + 1)?;
                self.within.remove(&number);
                Ok(item)
            }
            Node::Scalar { text, tag, plain } => {
                // Texts are copied when they are read again.
                self.budget.text(text.len())?;
                scalar(text, *tag, *plain).map_err(Stop::Broken)
            }
            Node::List(children) => {
                let items = children.iter().map(|&child| self.item(child, level + 1));
                Ok(Item::List(items.collect::<Result<_, _>>()?))
            }
            Node::Map(children) => {
                let mut entries = Entries::default();
                self.entries(children, &mut entries, level)?;
                Ok(Item::Map(entries))
            }
        }
    }

    /// Counts one step; a text of which aliases make nearly everything is refused.
    fn visit(&mut self, level: usize) -> Result<(), Stop> {
        self.budget.steps(1)?;
        self.budget.depth(level)?;
        self.count += 1;
        self.aliased += u64::from(!self.within.is_empty());
        if self.aliased > 100 && self.count > 1000 && self.aliased * 100 > self.count * 99 {
            return Err(Broken::Aliases.into());
        }
        Ok(())
    }

    fn enter(&mut self, alias: usize) -> Result<(), Stop> {
        if self.within.insert(alias) {
            Ok(())
        } else {
            Err(Broken::Aliases.into())
        }
    }

    fn entries(
        &mut self,
        children: &[usize],
        entries: &mut Entries,
        level: usize,
    ) -> Result<(), Stop> {
        for pair in children.chunks_exact(2) {
            if self.is_merge(pair[0]) {
                self.merge(pair[1], entries, level + 1)?;
                continue;
            }
            let key = self.item(pair[0], level + 1)?;
            let item = self.item(pair[1], level + 1)?;
            match key_text(key)? {
                Some(key) => {
                    entries.named.insert(key, item);
                }
                None => entries.nameless = true,
            }
        }
        Ok(())
    }

    fn is_merge(&self, key: usize) -> bool {
        match self.tree.at(key) {
            Node::Scalar { text, tag, plain } if text.bytes() == b"<<" => match tag {
                Tag::None => *plain,
                Tag::Merge | Tag::Other => true,
                _ => false,
            },
            _ => false,
        }
    }

    /// Adds the entries of one map, or of several of which the first wins. They win over what stands above them.
    fn merge(&mut self, value: usize, entries: &mut Entries, level: usize) -> Result<(), Stop> {
        match self.tree.at(value) {
            Node::List(maps) => {
                for &map in maps.iter().rev() {
                    self.merge_map(map, entries, level + 1)?;
                }
                Ok(())
            }
            _ => self.merge_map(value, entries, level),
        }
    }

    fn merge_map(&mut self, value: usize, entries: &mut Entries, level: usize) -> Result<(), Stop> {
        self.visit(level)?;
        match self.tree.at(value) {
            Node::Map(children) => self.entries(children, entries, level),
            Node::Alias(target) => {
                let Node::Map(children) = self.tree.at(*target) else {
                    return Err(Broken::Merge.into());
                };
                self.enter(value)?;
                self.visit(level + 1)?;
                self.entries(children, entries, level + 1)?;
                self.within.remove(&value);
                Ok(())
            }
            _ => Err(Broken::Merge.into()),
        }
    }
}

fn scalar(text: &Text, tag: Tag, plain: bool) -> Result<Item, Broken> {
    let words = text.utf8().unwrap_or_default();
    let found = match tag {
        Tag::None if !plain => Scalar::Text,
        Tag::Str | Tag::Merge | Tag::Other => Scalar::Text,
        Tag::None | Tag::Timestamp => resolve_as(words, true),
        Tag::Binary => return binary(text),
        Tag::Int | Tag::Float | Tag::Bool | Tag::Null => resolve_as(words, false),
    };
    let fits = match tag {
        Tag::Int => matches!(found, Scalar::Int(_) | Scalar::Large(_)),
        Tag::Float => matches!(found, Scalar::Float(_) | Scalar::Int(_)),
        Tag::Bool => matches!(found, Scalar::Bool(_)),
        Tag::Null => found == Scalar::Nil,
        Tag::Timestamp => found == Scalar::Timestamp,
        _ => true,
    };
    if !fits {
        return Err(Broken::Tag);
    }
    let found = match found {
        #[expect(clippy::cast_precision_loss, reason = "the tag asks for a float")]
        Scalar::Int(number) if tag == Tag::Float => Scalar::Float(number as f64),
        found => found,
    };
    Ok(Item::Scalar(found, text.clone()))
}

fn binary(text: &Text) -> Result<Item, Broken> {
    let digits = text.bytes().iter().filter(|byte| !b"\r\n".contains(byte));
    let digits = Zeroizing::new(digits.copied().collect::<Vec<u8>>());
    let bytes = LENIENT.decode(&*digits).map_err(|_| Broken::Tag)?;
    let bytes = Zeroizing::new(bytes);
    // JSON has no bytes: what is no UTF-8 is lost on the way.
    let mut mended = Zeroizing::new(String::with_capacity(bytes.len() * 3));
    for chunk in bytes.utf8_chunks() {
        mended.push_str(chunk.valid());
        mended.extend(std::iter::repeat_n('\u{fffd}', chunk.invalid().len()));
    }
    let text = Text::from(std::mem::take(&mut *mended));
    Ok(Item::Scalar(Scalar::Text, text))
}

/// The text that a key becomes; `None` of nil and of the largest integers.
fn key_text(key: Item) -> Result<Option<Text>, Broken> {
    let Item::Scalar(scalar, text) = key else {
        return Err(Broken::Key);
    };
    Ok(Some(match scalar {
        Scalar::Nil | Scalar::Large(_) => return Ok(None),
        Scalar::Bool(value) => Text::from(value.to_string()),
        Scalar::Int(number) => Text::from(number.to_string()),
        Scalar::Float(value) => match &**float_32(value) {
            "+Inf" => Text::from(".inf"),
            "-Inf" => Text::from("-.inf"),
            "NaN" => Text::from(".nan"),
            text => Text::from(text),
        },
        Scalar::Timestamp | Scalar::Text => text,
    }))
}
