//! The layout record: how values were spelled that their own text does not tell (`0x1F`, a folded block, a reference).
//!
//! It is one token in the metadata field `layout`, sealed with the data key and bound to `lastmodified`. It may
//! influence formatting only: whoever uses it reads the result again and compares. An entry is found by document, key
//! path, a digest of the value and an ordinal among equal ones, so that it never outlives the value that it spells.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use selkie_crypto::{Cipher, Kind, Nonce, Secret, Timestamp, Token};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::tree::{Shape, Tree};

/// What an entry spells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub(crate) enum Part {
    /// The slot of the value; of a block scalar whose header stays, the body.
    #[serde(rename = "v")]
    Value,
    /// The value with the anchor and tag before it.
    #[serde(rename = "p")]
    Properties,
    /// The header of a block scalar.
    #[serde(rename = "h")]
    Header,
    /// The key.
    #[serde(rename = "k")]
    Key,
    /// Blanks behind the last value, which end the text without a line break.
    #[serde(rename = "t")]
    Tail,
    /// An entry from its comment to the end of its last line.
    #[serde(rename = "e")]
    Entry,
    /// An entry whose key stands again below, so that its value does not count.
    #[serde(rename = "o")]
    Outdone,
}

/// One spelling, with the node that it belongs to.
#[derive(Debug)]
pub(crate) struct Spelling {
    pub(crate) node: u32,
    pub(crate) part: Part,
    pub(crate) text: Zeroizing<String>,
}

type Row = (u32, String, String, u32, Part, String);

/// The associated data of the record.
fn associated(last_modified: Timestamp) -> String {
    format!("layout:{}", last_modified.to_second())
}

/// Seals a record; none if there is nothing to record.
pub(crate) fn seal(
    tree: &Tree,
    spellings: Vec<Spelling>,
    cipher: &Cipher,
    last_modified: Timestamp,
    nonce: &Nonce,
) -> Option<String> {
    if spellings.is_empty() {
        return None;
    }
    let nodes: HashSet<u32> = spellings.iter().map(|it| it.node).collect();
    let wanted: HashSet<(u32, Vec<u8>)> = paths(tree, |node| nodes.contains(&node)).collect();
    let places = locate(tree, &wanted);
    let rows: Vec<Row> = spellings
        .into_iter()
        .filter_map(|mut it| {
            let place = places.get(&it.node)?;
            let path = as_text(&place.path);
            Some((
                place.document,
                path,
                place.digest.clone(),
                place.ordinal,
                it.part,
                std::mem::take(&mut *it.text),
            ))
        })
        .collect();
    let json = Zeroizing::new(serde_json::to_vec(&rows).ok()?);
    drop(Zeroizing::new(
        rows.into_iter().map(|row| row.5).collect::<Vec<_>>(),
    ));
    Some(cipher.seal(
        Kind::Str,
        &json,
        associated(last_modified).as_bytes(),
        nonce,
    ))
}

/// A record that was opened.
pub(crate) struct Layout {
    rows: Vec<Row>,
}

impl Drop for Layout {
    fn drop(&mut self) {
        for row in &mut self.rows {
            zeroize::Zeroize::zeroize(&mut row.5);
        }
    }
}

impl Layout {
    /// Opens a record; none if it is damaged, or of another state of the file.
    pub(crate) fn open(token: &str, cipher: &Cipher, last_modified: Timestamp) -> Option<Self> {
        let token = Token::parse(token.as_bytes()).ok()?;
        let mut json = Secret::new();
        cipher
            .open(&token, associated(last_modified).as_bytes(), &mut json)
            .ok()?;
        let rows: Vec<Row> = serde_json::from_slice(json.expose()).ok()?;
        Some(Self { rows })
    }

    /// The same record, sealed again.
    pub(crate) fn seal(
        &self,
        cipher: &Cipher,
        last_modified: Timestamp,
        nonce: &Nonce,
    ) -> Option<String> {
        let json = Zeroizing::new(serde_json::to_vec(&self.rows).ok()?);
        let associated = associated(last_modified);
        Some(cipher.seal(Kind::Str, &json, associated.as_bytes(), nonce))
    }

    /// The spellings that still fit a value of the tree, in document order.
    pub(crate) fn fit(&self, tree: &Tree) -> Vec<Spelling> {
        let wanted: HashSet<(u32, Vec<u8>)> = self
            .rows
            .iter()
            .map(|row| (row.0, from_text(&row.1)))
            .collect();
        let mut by_place: HashMap<(u32, Vec<u8>, &str, u32), Vec<&Row>> = HashMap::new();
        for row in &self.rows {
            by_place
                .entry((row.0, from_text(&row.1), row.2.as_str(), row.3))
                .or_default()
                .push(row);
        }
        let mut found: Vec<Spelling> = locate(tree, &wanted)
            .into_iter()
            .flat_map(|(node, place)| {
                let rows = by_place.get(&(
                    place.document,
                    place.path,
                    place.digest.as_str(),
                    place.ordinal,
                ));
                rows.into_iter()
                    .flatten()
                    .map(|row| Spelling {
                        node,
                        part: row.4,
                        text: Zeroizing::new(row.5.clone()),
                    })
                    .collect::<Vec<_>>()
            })
            .collect();
        found.sort_by_key(|it| it.node);
        found
    }
}

/// Bytes as text. What is not UTF-8 is written byte by byte behind a NUL.
pub(crate) fn as_text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.starts_with('\0') => text.to_owned(),
        _ => std::iter::once('\0')
            .chain(bytes.iter().copied().map(char::from))
            .collect(),
    }
}

/// The bytes that [`as_text`] was given.
pub(crate) fn from_text(text: &str) -> Vec<u8> {
    match text.strip_prefix('\0') {
        None => text.as_bytes().to_vec(),
        Some(bytes) => bytes.chars().map(|char| char as u32 as u8).collect(),
    }
}

struct Place {
    document: u32,
    path: Vec<u8>,
    digest: String,
    ordinal: u32,
}

/// Finds the nodes at the wanted paths, with their digests and ordinals.
fn locate(tree: &Tree, wanted: &HashSet<(u32, Vec<u8>)>) -> HashMap<u32, Place> {
    let mut places = HashMap::new();
    let mut ordinals: HashMap<(u32, Vec<u8>, String), u32> = HashMap::new();
    each_path(tree, |document, node, path| {
        if let Some((document, path)) = wanted.get(&(document, path.to_vec())) {
            let digest = digest(tree, node);
            let count = ordinals
                .entry((*document, path.clone(), digest.clone()))
                .or_default();
            places.insert(
                node,
                Place {
                    document: *document,
                    path: path.clone(),
                    digest,
                    ordinal: *count,
                },
            );
            *count += 1;
        }
    });
    places
}

fn paths(tree: &Tree, wanted: impl Fn(u32) -> bool) -> impl Iterator<Item = (u32, Vec<u8>)> {
    let mut found = Vec::new();
    each_path(tree, |document, node, path| {
        if wanted(node) {
            found.push((document, path.to_vec()));
        }
    });
    found.into_iter()
}

/// Calls `visit` for every node below a root, with its document and its path.
fn each_path(tree: &Tree, mut visit: impl FnMut(u32, u32, &[u8])) {
    for (number, document) in tree.documents.iter().enumerate() {
        let end = tree.node(document.root).end;
        let mut path = Vec::new();
        let mut open: Vec<(u32, usize)> = Vec::new();
        for index in document.root + 1..end {
            while let Some((_, len)) = open.pop_if(|(end, _)| *end <= index) {
                path.truncate(len);
            }
            let node = tree.node(index);
            let len = path.len();
            if tree.node(node.parent).shape == Shape::Mapping {
                path.extend_from_slice(tree.text(node.key));
                path.push(b':');
            }
            visit(number as u32, index, &path);
            if node.end > index + 1 {
                open.push((node.end, len));
            } else {
                path.truncate(len);
            }
        }
    }
}

/// A digest of a typed value, or of all that a container holds: 12 hexadecimal digits.
fn digest(tree: &Tree, node: u32) -> String {
    let mut hash = Sha256::new();
    for index in node..tree.node(node).end {
        let it = tree.node(index);
        let tag: &[u8] = match it.shape {
            Shape::Mapping => b"mapping",
            Shape::Sequence => b"sequence",
            Shape::Null => b"null",
            Shape::Leaf(kind) => kind.name().as_bytes(),
        };
        hash.update(tag);
        hash.update((it.end - index).to_be_bytes());
        if index > node {
            hash.update((tree.text(it.key).len() as u64).to_be_bytes());
            hash.update(tree.text(it.key));
        }
        hash.update((it.text.len() as u64).to_be_bytes());
        hash.update(tree.text(it.text));
    }
    hash.finalize()[..6]
        .iter()
        .fold(String::with_capacity(12), |mut text, byte| {
            _ = write!(text, "{byte:02x}");
            text
        })
}
