//! Tokens on their way into a text: which value, which nonce, how it is quoted.

use std::collections::HashSet;

use selkie_crypto::{Cipher, DataKey, Kind, Nonce, sealed_len};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::layout::Spelling;
use crate::nonces::{HandOut, Nonces};
use crate::splice;
use crate::tree::{Shape, Tree};
use crate::walk::{CommentVisit, Visit, Walk};

/// The token of a new leaf; none for a leaf that stays plain.
pub(crate) type Tokens<'t> = &'t dyn Fn(u32) -> Option<String>;

/// What stands for a tag that a sealed text must not have, where a comment keeps it from its value: a tag that asks for nothing.
pub(crate) const TAG_GONE: &[u8] = b"!";

/// What takes the place of a range.
#[derive(Clone, Debug)]
pub(crate) enum Put {
    /// The token of a leaf, given by its place in the walk.
    Token {
        leaf: u32,
        nonce: u32,
        quote: Option<u8>,
        indent: u16,
    },
    /// The token of a comment.
    Comment { visit: CommentVisit, nonce: u32 },
    /// Text that is not secret.
    Text(Vec<u8>),
}

impl Put {
    pub(crate) fn text(text: &str) -> Self {
        Self::Text(text.as_bytes().to_vec())
    }

    /// The same token, in double quotes on the line where it is put.
    pub(crate) fn in_quotes(self) -> Self {
        match self {
            Self::Token { leaf, nonce, .. } => Self::Token {
                leaf,
                nonce,
                quote: Some(b'"'),
                indent: 0,
            },
            other => other,
        }
    }
}

impl splice::Edit<Vec<u8>> {
    /// The same among replacements that are tokens.
    pub(crate) fn into_text(self) -> splice::Edit<Put> {
        splice::Edit {
            start: self.start,
            stop: self.stop,
            put: Put::Text(self.put),
        }
    }
}

/// What one sealing needs and gathers.
pub(crate) struct Sealing<'n> {
    pub(crate) cipher: Cipher,
    pub(crate) spellings: Vec<Spelling>,
    hand_out: HandOut<'n>,
    /// Nodes and comments whose tokens stay in the text as they are: what is sealed for them is not written.
    kept_nodes: HashSet<u32>,
    kept_comments: HashSet<u32>,
    remember: bool,
    fresh: Vec<Nonce>,
    assigned: Vec<Nonce>,
    buffer: Vec<u8>,
}

impl<'n> Sealing<'n> {
    /// `fresh`: one nonce for every leaf and comment of the tree.
    pub(crate) fn new(key: &DataKey, nonces: &'n Nonces, fresh: Vec<Nonce>) -> Self {
        Self {
            cipher: Cipher::new(key),
            spellings: Vec::new(),
            hand_out: nonces.hand_out(key),
            kept_nodes: HashSet::new(),
            kept_comments: HashSet::new(),
            remember: !nonces.is_empty(),
            assigned: Vec::with_capacity(fresh.len()),
            fresh,
            buffer: Vec::new(),
        }
    }

    /// Leaves a nonce to a token that stays in the text as it is.
    pub(crate) fn keep_nonce(&mut self, nonce: Nonce) {
        self.hand_out.keep(nonce);
    }

    /// Gives a value no nonce that another one could have: its token stays as it is.
    pub(crate) fn keep_node(&mut self, node: u32) {
        self.kept_nodes.insert(node);
    }

    /// The same for a comment.
    pub(crate) fn keep_comment(&mut self, comment: u32) {
        self.kept_comments.insert(comment);
    }

    /// A nonce for a leaf, as an index for [`Self::nonce`].
    pub(crate) fn leaf_nonce(
        &mut self,
        tree: &Tree,
        walk: &Walk,
        visit: &Visit,
    ) -> Result<u32, Error> {
        let known = if self.remember && !self.kept_nodes.contains(&visit.node) {
            let mut path = std::mem::take(&mut self.buffer);
            walk.leaf_path(tree, visit, &mut path);
            let known = self
                .hand_out
                .take(&path, kind(tree, visit.node), tree.value(visit.node));
            self.buffer = path;
            known.map_err(|()| Error::Nonce)?
        } else {
            None
        };
        self.assign(known)
    }

    /// A nonce for a comment.
    pub(crate) fn comment_nonce(
        &mut self,
        tree: &Tree,
        walk: &Walk,
        visit: &CommentVisit,
    ) -> Result<u32, Error> {
        if self.kept_comments.contains(&visit.comment) {
            return self.assign(None);
        }
        let text = tree.text(tree.comments[visit.comment as usize].text);
        let known = self
            .hand_out
            .take(walk.comment_path(visit), Kind::Comment, text)
            .map_err(|()| Error::Nonce)?;
        self.assign(known)
    }

    fn assign(&mut self, known: Option<Nonce>) -> Result<u32, Error> {
        let nonce = match known {
            Some(nonce) => nonce,
            None => self.fresh.pop().ok_or(Error::Nonce)?,
        };
        self.assigned.push(nonce);
        Ok(self.assigned.len() as u32 - 1)
    }

    pub(crate) fn nonce(&self, index: u32) -> &Nonce {
        &self.assigned[index as usize]
    }

    /// The text of a leaf's token.
    pub(crate) fn token(&self, tree: &Tree, walk: &Walk, visit: &Visit, nonce: u32) -> String {
        let mut path = Vec::new();
        walk.leaf_path(tree, visit, &mut path);
        self.cipher.seal(
            kind(tree, visit.node),
            tree.value(visit.node),
            &path,
            self.nonce(nonce),
        )
    }
}

fn kind(tree: &Tree, node: u32) -> Kind {
    match tree.node(node).shape {
        Shape::Leaf(kind) => kind,
        _ => Kind::Str,
    }
}

/// What writing tokens needs; shared by two threads.
pub(crate) struct Context<'a, 'n> {
    pub(crate) tree: &'a Tree,
    pub(crate) walk: &'a Walk,
    pub(crate) sealing: &'a Sealing<'n>,
}

impl splice::Put<Context<'_, '_>> for Put {
    fn len(&self, context: &Context<'_, '_>) -> usize {
        match self {
            Self::Token {
                leaf,
                quote,
                indent,
                ..
            } => {
                let node = context.walk.leaves[*leaf as usize].node;
                let token =
                    sealed_len(kind(context.tree, node), context.tree.node(node).text.len());
                token + usize::from(*indent) + if quote.is_some() { 2 } else { 0 }
            }
            Self::Comment { visit, .. } => sealed_len(
                Kind::Comment,
                context.tree.comments[visit.comment as usize].text.len(),
            ),
            Self::Text(text) => text.len(),
        }
    }

    fn write(&self, context: &Context<'_, '_>, out: &mut [u8]) {
        match self {
            Self::Token {
                leaf,
                nonce,
                quote,
                indent,
            } => {
                let (margin, out) = out.split_at_mut(usize::from(*indent));
                margin.fill(b' ');
                let out = match (quote, out) {
                    (Some(quote), [first, inner @ .., last]) => {
                        (*first, *last) = (*quote, *quote);
                        inner
                    }
                    (_, out) => out,
                };
                let visit = &context.walk.leaves[*leaf as usize];
                let mut path = Vec::with_capacity(128);
                context.walk.leaf_path(context.tree, visit, &mut path);
                let (kind, value) = (
                    kind(context.tree, visit.node),
                    context.tree.value(visit.node),
                );
                context.sealing.cipher.seal_into(
                    kind,
                    value,
                    &path,
                    context.sealing.nonce(*nonce),
                    out,
                );
            }
            Self::Comment { visit, nonce } => {
                let text = context
                    .tree
                    .text(context.tree.comments[visit.comment as usize].text);
                let path = context.walk.comment_path(visit);
                context.sealing.cipher.seal_into(
                    Kind::Comment,
                    text,
                    path,
                    context.sealing.nonce(*nonce),
                    out,
                );
            }
            Self::Text(text) => out.copy_from_slice(text),
        }
    }
}

/// Text that is put into a file that is being opened.
#[derive(Debug)]
pub(crate) enum Plaintext {
    /// A value as it is.
    Value(crate::tree::Text),
    /// A value as it is written, or nothing.
    Written(Zeroizing<String>),
    /// The same, where it need not be UTF-8.
    Bytes(Zeroizing<Vec<u8>>),
}

impl splice::Put<Tree> for Plaintext {
    fn len(&self, tree: &Tree) -> usize {
        match self {
            Self::Value(text) => tree.text(*text).len(),
            Self::Written(text) => text.len(),
            Self::Bytes(text) => text.len(),
        }
    }

    fn write(&self, tree: &Tree, out: &mut [u8]) {
        match self {
            Self::Value(text) => out.copy_from_slice(tree.text(*text)),
            Self::Written(text) => out.copy_from_slice(text.as_bytes()),
            Self::Bytes(text) => out.copy_from_slice(text),
        }
    }
}
