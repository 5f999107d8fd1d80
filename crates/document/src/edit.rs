//! Changing a sealed file in place: one value set or taken out, every other token left as it is.
//!
//! The file is opened in memory, since the MAC must be verified before and made anew after, but its text is never
//! written in plain: the new value's token, the MAC and the time of writing are spliced into the sealed text.

mod value;

use rand_core::CryptoRng;
use selkie_crypto::{Cipher, DataKey, Nonce, Timestamp};

use crate::error::Error;
use crate::extract::child;
use crate::format::{Format, Writing};
use crate::layout::{self, Layout, Spelling};
use crate::metadata::Metadata;
use crate::nonces::Nonces;
use crate::path::{Path, Step};
use crate::plain::Sealed;
use crate::proof;
use crate::seal::{SealedText, fresh_nonces, mac_text, seal_mac};
use crate::selection::Selection;
use crate::splice::{are_apart, splice, spliced_len};
use crate::token::{Context, Sealing};
use crate::tree::{Node, Shape, Style, Tree};
use crate::tree_edit;
use crate::unseal::{Unsealed, unseal, verify_mac};
use crate::walk::Walk;

pub use value::Value;

/// How a sealed file is rewritten.
#[derive(Clone, Copy, Debug)]
pub struct Rewriting<'r> {
    /// The time of writing; seconds count.
    pub now: Timestamp,
    /// Whether the MAC must be right before anything is changed.
    pub verify: bool,
    /// What the rule for the file would encrypt. A new value that it would, and the file's own selector would not, is
    /// refused: whoever changed that selector without a key would read the value.
    pub rule: Option<&'r Selection>,
}

impl From<Timestamp> for Rewriting<'_> {
    fn from(now: Timestamp) -> Self {
        Self {
            now,
            verify: true,
            rule: None,
        }
    }
}

/// Sets the value at a path of the first document, creating what is missing on the way. A list index at or behind the
/// end appends; a path through a single value replaces that.
///
/// # Errors
/// As [`crate::open`], and [`Error::Path`] where the path does not fit, [`Error::AlreadyEncrypted`] for `sops`.
pub fn set<'r>(
    sealed: Sealed,
    key: &DataKey,
    path: &Path,
    value: Value,
    how: impl Into<Rewriting<'r>>,
    rng: &mut impl CryptoRng,
) -> Result<SealedText, Error> {
    value::check(sealed.format, path, &value)?;
    let value = sealed.format.settable(path, value)?;
    let how = how.into();
    let mut edit = Edit::begin(sealed, key, how)?;
    let root = edit
        .tree
        .documents
        .first()
        .map_or(0, |document| document.root);
    if path.is_root() {
        return Err(Error::Path {
            path: path.to_string(),
            reason: "the whole file cannot be set",
        });
    }
    if matches!(path.steps(), [Step::Key(key), ..] if edit.format.is_metadata(key)) {
        return Err(Error::AlreadyEncrypted { line: 1 });
    }
    let mut at = root;
    for (depth, step) in path.steps().iter().enumerate() {
        let Some(next) = child(&edit.tree, at, step) else {
            let rest = &path.steps()[depth..];
            edit.create(at, rest, value).map_err(|reason| Error::Path {
                path: path.to_string(),
                reason,
            })?;
            return edit.finish(key, how, rng);
        };
        at = next;
    }
    edit.overwrite(at, value);
    edit.finish(key, how, rng)
}

/// Takes the entry at a path of the first document out. Containers that become empty stay.
///
/// # Errors
/// As [`crate::open`], and [`Error::NotFound`] or [`Error::Path`] if there is no such entry.
pub fn unset<'r>(
    sealed: Sealed,
    key: &DataKey,
    path: &Path,
    how: impl Into<Rewriting<'r>>,
    rng: &mut impl CryptoRng,
) -> Result<SealedText, Error> {
    let how = how.into();
    let mut edit = Edit::begin(sealed, key, how)?;
    if path.is_root() {
        return Err(Error::Path {
            path: path.to_string(),
            reason: "the whole file cannot be taken out",
        });
    }
    let node = crate::extract::find(&edit.tree, path)?;
    edit.change = Some(Change::Remove { node });
    edit.finish(key, how, rng)
}

/// What happens to the text. Nodes are those of the tree before the change.
pub(crate) enum Change {
    /// A value takes the place of another.
    Replace { node: u32, nodes: Vec<Node> },
    /// An entry is added to a container, behind all others.
    Append { container: u32, nodes: Vec<Node> },
    /// An entry goes.
    Remove { node: u32 },
}

struct Edit {
    format: Format,
    metadata: Metadata,
    tree: Tree,
    walk: Walk,
    spellings: Vec<Spelling>,
    change: Option<Change>,
    warnings: Vec<crate::Warning>,
}

impl Edit {
    fn begin(sealed: Sealed, key: &DataKey, how: Rewriting<'_>) -> Result<Self, Error> {
        let Sealed {
            format,
            tree,
            metadata,
        } = sealed;
        let cipher = Cipher::new(key);
        let Unsealed {
            tree,
            walk,
            warnings,
            ..
        } = unseal(tree, &metadata, &cipher)?;
        if how.verify {
            verify_mac(&tree, &walk, &metadata, &cipher)?;
        }
        let record = metadata
            .layout
            .as_deref()
            .and_then(|token| Layout::open(token, &cipher, metadata.last_modified));
        let spellings = record.map(|record| record.fit(&tree)).unwrap_or_default();
        Ok(Self {
            format,
            metadata,
            tree,
            walk,
            spellings,
            change: None,
            warnings,
        })
    }

    /// Builds what is missing from `container` on.
    fn create(&mut self, container: u32, rest: &[Step], value: Value) -> Result<(), &'static str> {
        let (first, below) = rest.split_first().ok_or("the path is empty")?;
        let value = below.iter().rev().fold(value, |value, step| match step {
            Step::Key(key) => Value::Map(vec![(key.clone(), value)]),
            Step::Index(_) => Value::List(vec![value]),
        });
        let node = self.tree.node(container);
        let root = node.parent == container;
        match (first, node.shape) {
            (Step::Key(key), Shape::Mapping) => {
                let nodes = value::nodes(&mut self.tree, Some(key), value);
                self.change = Some(Change::Append { container, nodes });
            }
            (Step::Key(key), Shape::Null) if root => {
                let nodes = value::nodes(&mut self.tree, Some(key), value);
                self.tree.nodes[container as usize].shape = Shape::Mapping;
                self.tree.nodes[container as usize].style = Style::Block;
                self.change = Some(Change::Append { container, nodes });
            }
            (Step::Index(_), Shape::Sequence) => {
                let nodes = value::nodes(&mut self.tree, None, value);
                self.change = Some(Change::Append { container, nodes });
            }
            (Step::Index(_), Shape::Mapping) => return Err("a mapping has no positions"),
            (Step::Key(_), Shape::Sequence) => return Err("a list has no keys"),
            (Step::Key(key), _) => {
                self.overwrite(container, Value::Map(vec![(key.clone(), value)]));
            }
            (Step::Index(_), _) => self.overwrite(container, Value::List(vec![value])),
        }
        Ok(())
    }

    fn overwrite(&mut self, node: u32, value: Value) {
        let key = self.tree.node(node).key;
        let mut nodes = value::nodes(&mut self.tree, None, value);
        if let Some(first) = nodes.first_mut() {
            first.key = key;
        }
        let old = self.tree.node(node);
        let same = nodes.len() == 1
            && old.end == node + 1
            && nodes[0].shape == old.shape
            && self.tree.text(nodes[0].text) == self.tree.text(old.text);
        if !same {
            self.change = Some(Change::Replace { node, nodes });
        }
    }

    fn finish(
        mut self,
        key: &DataKey,
        how: Rewriting<'_>,
        rng: &mut impl CryptoRng,
    ) -> Result<SealedText, Error> {
        let now = how.now;
        let Some(change) = self.change.take() else {
            let mut unchanged = self.write(key, now, rng, None, 0..0)?.0;
            unchanged.changed = false;
            return Ok(unchanged);
        };
        let one_leaf = |nodes: &[Node]| nodes.len() == 1 && !nodes[0].shape.is_container();
        let structural = match &change {
            Change::Replace { node, nodes } => {
                !one_leaf(nodes) || self.tree.node(*node).end > node + 1
            }
            Change::Append { .. } | Change::Remove { .. } => true,
        };
        let writing = self.format.change(&self.tree, &change);
        let before = self
            .walk
            .leaves
            .iter()
            .map(|it| it.encrypted)
            .collect::<Vec<_>>();
        let (parent, range, nodes, key_node) = match change {
            Change::Replace { node, nodes } => (
                self.tree.node(node).parent,
                node..self.tree.node(node).end,
                nodes,
                node,
            ),
            Change::Append { container, nodes } => {
                let end = self.tree.node(container).end;
                (container, end..end, nodes, end)
            }
            Change::Remove { node } => (
                self.tree.node(node).parent,
                node..self.tree.node(node).end,
                Vec::new(),
                node,
            ),
        };
        let (old, new) = (range.clone(), key_node..key_node + nodes.len() as u32);
        self.move_spellings(&old, nodes.len() as u32);
        let old_leaves = self.walk.leaves_in(old.clone()).len();
        let first = self.walk.leaves.partition_point(|it| it.node < old.start);
        tree_edit::replace(&mut self.tree, parent, range, nodes);
        self.walk = Walk::new(&self.tree, &self.metadata.selection);
        let kept_before = before[..first].iter().chain(&before[first + old_leaves..]);
        let kept_after = self.walk.leaves.iter().filter(|it| !new.contains(&it.node));
        if !kept_before.eq(kept_after.map(|it| &it.encrypted)) {
            return Err(Error::Path {
                path: String::new(),
                reason: "a comment that selects what is encrypted would govern another value then",
            });
        }
        if let Some(rule) = how.rule {
            self.check_rule(rule, &new)?;
        }
        let (format, metadata) = (self.format, self.metadata.clone());
        let (written, tree) = self.write(key, now, rng, Some(writing), new)?;
        if structural || format.is_proven() {
            proof::holds(format, &metadata, key, &tree, &written.bytes)?;
        }
        Ok(written)
    }

    /// Refuses a new value that the rule would encrypt and the file would not.
    fn check_rule(&self, rule: &Selection, new: &std::ops::Range<u32>) -> Result<(), Error> {
        let ruled = Walk::new(&self.tree, rule);
        let wanted = ruled.leaves_in(new.clone()).iter();
        let found = wanted
            .zip(self.walk.leaves_in(new.clone()))
            .find(|(wanted, found)| wanted.encrypted && !found.encrypted);
        match found {
            Some((visit, _)) => Err(Error::Exposed {
                path: self.tree.path_text(visit.node),
            }),
            None => Ok(()),
        }
    }

    /// Follows the nodes that spellings belong to; what was replaced or lies around it loses its own.
    fn move_spellings(&mut self, old: &std::ops::Range<u32>, added: u32) {
        let tree = &self.tree;
        self.spellings.retain(|it| {
            let inside = old.contains(&it.node);
            let around = it.node < old.start
                && tree.node(it.node).end > old.start.min(old.end.saturating_sub(1));
            !(inside || (around && tree.node(it.node).shape.is_container()))
        });
        for spelling in &mut self.spellings {
            if spelling.node >= old.end {
                spelling.node = spelling.node - (old.end - old.start) + added;
            }
        }
    }

    fn write(
        mut self,
        key: &DataKey,
        now: Timestamp,
        rng: &mut impl CryptoRng,
        writing: Option<Writing>,
        new: std::ops::Range<u32>,
    ) -> Result<(SealedText, Tree), Error> {
        let fresh = fresh_nonces(self.walk.leaves_in(new.clone()).len(), rng);
        let none = Nonces::none();
        let mut sealing = Sealing::new(key, &none, fresh);
        let mut tokens = std::collections::HashMap::new();
        for visit in self.walk.leaves_in(new.clone()) {
            if visit.encrypted && !self.tree.node(visit.node).text.is_empty() {
                let number = sealing.leaf_nonce(&self.tree, &self.walk, visit)?;
                tokens.insert(
                    visit.node,
                    sealing.token(&self.tree, &self.walk, visit, number),
                );
            }
        }
        let mut edits = writing
            .map(|write| write(&self.tree, new.start, &|node| tokens.get(&node).cloned()))
            .unwrap_or_default();
        let mac = mac_text(&self.tree, &self.walk, self.metadata.mac_only_encrypted);
        self.metadata.mac = Some(seal_mac(&sealing.cipher, &mac, now, &Nonce::generate(rng)));
        self.metadata.last_modified = now;
        let spellings = std::mem::take(&mut self.spellings);
        self.metadata.layout = layout::seal(
            &self.tree,
            spellings,
            &sealing.cipher,
            now,
            &Nonce::generate(rng),
        );
        edits.extend(self.format.rewrite_metadata(&self.tree, &self.metadata));
        edits.sort_by_key(|edit| (edit.start, edit.stop));
        if !are_apart(&edits) {
            return Err(Error::Inconsistent);
        }
        let context = Context {
            tree: &self.tree,
            walk: &self.walk,
            sealing: &sealing,
        };
        let mut bytes = vec![0; spliced_len(self.tree.source(), &edits, &context)];
        splice(self.tree.source(), &edits, &context, &mut bytes);
        Ok((
            SealedText {
                bytes,
                warnings: self.warnings,
                changed: true,
            },
            self.tree,
        ))
    }
}

#[cfg(test)]
mod tests;
