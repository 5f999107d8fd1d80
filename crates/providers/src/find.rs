//! What a search asks for, as plain data that can be compared: it is part of the key under which a result is shared.
//!
//! Never here: how a provider searches.

use std::collections::BTreeMap;

use selkie_api::Cause;
use selkie_pattern::Pattern;

use crate::Failure;

/// A search. Which of its parts counts when several are given differs from provider to provider.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Find {
    /// Where to search; `None` is the root.
    pub path: Option<String>,
    /// A regular expression, in Go's dialect, that is searched in names.
    pub name: Option<String>,
    /// Tags that must be there with exactly these values.
    pub tags: BTreeMap<String, String>,
}

/// The search that a manifest asks for.
impl From<&selkie_api::Find> for Find {
    fn from(find: &selkie_api::Find) -> Self {
        Self {
            path: find.path.clone(),
            name: find.name.as_ref().and_then(|name| name.regexp.clone()),
            tags: find.tags.clone(),
        }
    }
}

impl Find {
    /// The names that are meant, ready to be asked; all of them if the search names none.
    pub fn names(&self) -> Result<Names, Failure> {
        let Some(text) = self.name.as_deref() else {
            return Ok(Names(None));
        };
        match Pattern::compile(text) {
            Ok(pattern) => Ok(Names(Some(pattern))),
            Err(_) => Err(Failure::new(
                Cause::InvalidSpec,
                "the regular expression of find.name cannot be used",
            )),
        }
    }

    /// Whether these tags hold all that are asked for.
    pub fn tags_match(&self, tags: &BTreeMap<String, String>) -> bool {
        self.tags
            .iter()
            .all(|(name, value)| tags.get(name) == Some(value))
    }
}

/// Which names a search means.
pub struct Names(Option<Pattern>);

impl Names {
    /// Whether this name is meant: the expression matches somewhere in it, unless it is anchored.
    pub fn contain(&self, name: &str) -> bool {
        self.0
            .as_ref()
            .is_none_or(|pattern| pattern.is_match(name.as_bytes()))
    }
}
