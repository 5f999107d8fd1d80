//! What a write would change.

use std::collections::BTreeSet;

use super::{Desired, Existing};

/// In which of its parts a Secret is not as it should be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Difference {
    /// Data, type, or that these can never change.
    pub content: bool,
    /// Labels, annotations, references and finalizers.
    pub metadata: bool,
}

impl Difference {
    /// Whether anything differs.
    pub const fn any(self) -> bool {
        self.content || self.metadata
    }
}

impl Desired {
    /// What differs from what is there.
    pub fn difference(&self, there: &Existing) -> Difference {
        Difference {
            content: self.data != there.data
                || self.kind != there.kind
                || self.immutable != there.immutable,
            metadata: self.labels != there.labels
                || self.annotations != there.annotations
                || self.owners != there.owners
                || set(&self.finalizers) != set(&there.finalizers),
        }
    }
}

fn set(names: &[String]) -> BTreeSet<&String> {
    names.iter().collect()
}
