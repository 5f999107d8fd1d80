//! What can be seen of a sealed file without any key: values that lie open, tokens that are damaged, metadata that cannot
//! work.
//!
//! Built on the walk, so that it has the same notion as opening of which values are encrypted. Never here: a key, a rule's
//! recipients (`rules::differences` compares those), and the text of any value, in whatever form.

#[cfg(test)]
mod tests;
mod token;

use std::collections::HashMap;

use selkie_crypto::{Secret, looks_sealed};

use self::token::{Remains, iv, remains};
use crate::error::Error;
use crate::format::Format;
use crate::plain::Sealed;
use crate::selection::Selection;
use crate::tree::Tree;
use crate::walk::{Visit, Walk};

/// Findings told of one file. Whoever forgot to encrypt a large file needs not one line for each of its values.
const MOST: usize = 1_000;

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Line, counted from 1.
    pub line: usize,
    /// Path of the value, as the command line spells paths; empty for the file as a whole and for comments.
    pub path: String,
    /// What it is.
    pub problem: Problem,
}

/// What can be wrong with a sealed file, as far as it is seen without a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The file's own selector calls the value encrypted.
    #[error("the value is plain, but the file's selector encrypts it")]
    Plain,
    /// The rule's selector calls the value encrypted; the file's leaves it plain.
    #[error("the value is plain, but the rule's selector encrypts it")]
    PlainByRule,
    /// A part of a token is missing, or is none.
    #[error("the token is damaged or cut off")]
    Broken,
    /// More than one token in one value, or part of a second one.
    #[error("there is more than one token in the value")]
    Doubled,
    /// SOPS ignores what stands behind a token, and so do we.
    #[error("there is text behind the token, which is lost when it is decrypted")]
    Trailing,
    /// A token where the selector leaves values plain: it is never opened.
    #[error(
        "there is a token, but the file's selector leaves the value plain, so it is never decrypted"
    )]
    NeverOpened,
    /// One token in two places, of which it can fit but one.
    #[error("the token is a copy of the one on line {first}, and opens in one place at most")]
    Copied {
        /// Line of the one that stands first.
        first: usize,
    },
    /// There is no MAC.
    #[error("the file has no MAC")]
    NoMac,
    /// The MAC is not a whole token.
    #[error("the MAC is damaged")]
    BrokenMac,
    /// The layout record is not a whole token.
    #[error("the layout record is damaged")]
    BrokenLayout,
    /// A recipient without a wrapped key.
    #[error("the data key is not encrypted for {kind} {recipient}")]
    NoWrappedKey {
        /// Its kind.
        kind: &'static str,
        /// Its identifier.
        recipient: String,
    },
    /// A group without keys.
    #[error("key group {number} is empty")]
    EmptyGroup {
        /// From 1.
        number: usize,
    },
    /// A threshold that cannot be reached.
    #[error("{threshold} key groups are needed to decrypt, but there are {groups}")]
    Threshold {
        /// What is asked for.
        threshold: usize,
        /// What is there.
        groups: usize,
    },
    /// More findings than are told.
    #[error("{count} more findings in this file")]
    More {
        /// How many.
        count: usize,
    },
}

impl Problem {
    /// A word for programs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::PlainByRule => "plain-by-rule",
            Self::Broken => "broken-token",
            Self::Doubled => "doubled-token",
            Self::Trailing => "text-behind-token",
            Self::NeverOpened => "token-in-plain",
            Self::Copied { .. } => "copied-token",
            Self::NoMac => "no-mac",
            Self::BrokenMac => "broken-mac",
            Self::BrokenLayout => "broken-layout",
            Self::NoWrappedKey { .. } => "no-wrapped-key",
            Self::EmptyGroup { .. } => "empty-group",
            Self::Threshold { .. } => "threshold",
            Self::More { .. } => "more",
        }
    }
}

/// Everything that is wrong, in the order of the file. `rule`: the selector that the file should have, if that is known.
///
/// Empty strings are never encrypted, nulls and empty containers neither, so they are no findings; plain comments are
/// none, since a rule may ask for them.
pub fn check(sealed: &Sealed, rule: Option<&Selection>) -> Vec<Finding> {
    let tree = &sealed.tree;
    let walk = Walk::new(tree, &sealed.metadata.selection);
    let mut found = Found {
        tree,
        problems: Vec::new(),
    };
    for visit in &walk.leaves {
        found.leaf(visit);
    }
    found.copies(&walk);
    if let Some(rule) = rule.filter(|rule| **rule != sealed.metadata.selection) {
        found.plain_by_rule(&walk, rule);
    }
    for comment in &tree.comments {
        let text = tree.text(comment.text);
        if looks_sealed(text)
            && let Some(problem) = problem(text)
        {
            found.problems.push((comment.start, None, problem));
        }
    }
    found.metadata(sealed);
    found.told()
}

/// What lies open in a file that is not encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposed {
    /// Line of the first value, counted from 1.
    pub line: usize,
    /// Path of the first value.
    pub path: String,
    /// How many values there are.
    pub values: usize,
}

/// The values of a plain file that a rule's selector would encrypt; `None` if there are none.
///
/// # Errors
/// Text that cannot be read, or a file that has metadata after all, as [`Error::AlreadyEncrypted`].
pub fn exposed(
    format: Format,
    source: Secret,
    selection: &Selection,
) -> Result<Option<Exposed>, Error> {
    let (tree, metadata) = format.read_sealed(source)?;
    if metadata.is_some() {
        let line = metadata_line(&tree);
        return Err(Error::AlreadyEncrypted { line });
    }
    let walk = Walk::new(&tree, selection);
    let is_open = |visit: &&Visit| visit.encrypted && !tree.value(visit.node).is_empty();
    let mut open = walk.leaves.iter().filter(is_open);
    let Some(first) = open.next() else {
        return Ok(None);
    };
    Ok(Some(Exposed {
        line: tree.line(tree.node(first.node).start),
        path: tree.path_text(first.node),
        values: 1 + open.count(),
    }))
}

impl Sealed {
    /// Line of the metadata, counted from 1.
    pub fn metadata_line(&self) -> usize {
        metadata_line(&self.tree)
    }
}

fn metadata_line(tree: &Tree) -> usize {
    tree.line(metadata_start(tree))
}

/// Where the metadata begins, or 0.
fn metadata_start(tree: &Tree) -> u32 {
    let block = tree.documents.iter().find_map(|document| document.metadata);
    let start = block.map_or(0, |(start, _)| start as usize);
    let blank = tree.source()[start..].iter();
    let blank = blank.take_while(|byte| byte.is_ascii_whitespace());
    (start + blank.count()) as u32
}

/// An offset in the source, the node if it is one, and what is wrong there.
type Spot = (u32, Option<u32>, Problem);

struct Found<'t> {
    tree: &'t Tree,
    problems: Vec<Spot>,
}

impl Found<'_> {
    fn push(&mut self, node: u32, problem: Problem) {
        let start = self.tree.node(node).start;
        self.problems.push((start, Some(node), problem));
    }

    fn leaf(&mut self, visit: &Visit) {
        let text = self.tree.value(visit.node);
        if text.is_empty() {
            return;
        }
        let remains = remains(text);
        let problem = match (visit.encrypted, &remains) {
            (true, Remains::Token) | (false, Remains::Nothing) => return,
            (true, Remains::Nothing) => Problem::Plain,
            (false, Remains::Token) => Problem::NeverOpened,
            (_, Remains::Part) => Problem::Broken,
            (_, Remains::Several) => Problem::Doubled,
            (_, Remains::TokenAndText) => Problem::Trailing,
        };
        self.push(visit.node, problem);
    }

    /// Two values whose tokens have one nonce must also have one path: the items of a list may.
    fn copies(&mut self, walk: &Walk) {
        let tree = self.tree;
        let mut first: HashMap<&[u8], &Visit> = HashMap::with_capacity(walk.leaves.len());
        let (mut one, mut other) = (Vec::new(), Vec::new());
        for visit in walk.leaves.iter().filter(|visit| visit.encrypted) {
            let Some(iv) = iv(tree.value(visit.node)) else {
                continue;
            };
            let original = *first.entry(iv).or_insert(visit);
            if original.node == visit.node {
                continue;
            }
            walk.leaf_path(tree, original, &mut one);
            walk.leaf_path(tree, visit, &mut other);
            if one != other {
                let first = tree.node(original.node).start;
                // An offset for now; the line is looked up when it is told.
                let problem = Problem::Copied {
                    first: first as usize,
                };
                self.push(visit.node, problem);
            }
        }
    }

    fn plain_by_rule(&mut self, walk: &Walk, rule: &Selection) {
        let wanted = Walk::new(self.tree, rule);
        for (own, wanted) in walk.leaves.iter().zip(&wanted.leaves) {
            let text = self.tree.value(own.node);
            if wanted.encrypted && !own.encrypted && !text.is_empty() && !looks_sealed(text) {
                self.push(own.node, Problem::PlainByRule);
            }
        }
    }

    fn metadata(&mut self, sealed: &Sealed) {
        let metadata = &sealed.metadata;
        let start = metadata_start(self.tree);
        let mut push = |problem| self.problems.push((start, None, problem));
        match metadata.mac.as_deref().unwrap_or_default() {
            "" => push(Problem::NoMac),
            mac if problem(mac.as_bytes()).is_some() => push(Problem::BrokenMac),
            _ => {}
        }
        if metadata
            .layout
            .as_deref()
            .is_some_and(|text| problem(text.as_bytes()).is_some())
        {
            push(Problem::BrokenLayout);
        }
        let groups = &metadata.keyring.groups;
        for (index, _) in groups
            .iter()
            .enumerate()
            .filter(|(_, group)| group.0.is_empty())
        {
            push(Problem::EmptyGroup { number: index + 1 });
        }
        for key in metadata
            .keyring
            .keys()
            .filter(|key| key.ciphertext.trim().is_empty())
        {
            push(Problem::NoWrappedKey {
                kind: key.recipient.kind_name(),
                recipient: key.recipient.identifier(),
            });
        }
        let threshold = metadata
            .keyring
            .threshold
            .map_or(0, |number| usize::from(number.get()));
        if groups.len() > 1 && threshold > groups.len() {
            push(Problem::Threshold {
                threshold,
                groups: groups.len(),
            });
        }
    }

    fn told(mut self) -> Vec<Finding> {
        self.problems.sort_by_key(|(offset, ..)| *offset);
        let left_out = self.problems.len().saturating_sub(MOST);
        self.problems.truncate(MOST);
        let mut lines = Lines::new(self.tree.source());
        let mut findings: Vec<Finding> = Vec::with_capacity(self.problems.len() + 1);
        for (offset, node, problem) in self.problems {
            findings.push(Finding {
                line: lines.of(offset as usize),
                path: node.map_or_else(String::new, |node| self.tree.path_text(node)),
                problem: match problem {
                    Problem::Copied { first } => Problem::Copied {
                        first: self.tree.line(first as u32),
                    },
                    other => other,
                },
            });
        }
        if left_out > 0 {
            findings.push(Finding {
                line: findings.last().map_or(1, |last| last.line),
                path: String::new(),
                problem: Problem::More { count: left_out },
            });
        }
        findings
    }
}

/// What is wrong with a text that should be one token.
fn problem(text: &[u8]) -> Option<Problem> {
    match remains(text) {
        Remains::Token => None,
        Remains::Nothing | Remains::Part => Some(Problem::Broken),
        Remains::Several => Some(Problem::Doubled),
        Remains::TokenAndText => Some(Problem::Trailing),
    }
}

/// Lines of growing offsets, in one pass over the text.
struct Lines<'s> {
    source: &'s [u8],
    at: usize,
    line: usize,
}

impl<'s> Lines<'s> {
    fn new(source: &'s [u8]) -> Self {
        Self {
            source,
            at: 0,
            line: 1,
        }
    }

    fn of(&mut self, offset: usize) -> usize {
        let to = offset.clamp(self.at, self.source.len());
        let breaks = self.source[self.at..to]
            .iter()
            .filter(|byte| **byte == b'\n');
        self.line += breaks.count();
        self.at = to;
        self.line
    }
}
