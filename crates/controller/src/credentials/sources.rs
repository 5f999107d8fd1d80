//! From which objects which identities have their credentials, and in which version they were read. A plain structure.

use std::collections::{BTreeSet, HashMap};

use super::Identity;
use crate::key::{Key, Place};
use crate::record::is_older;
use crate::watch::Source;

/// What is read, and for whom.
#[derive(Debug, Default)]
pub(super) struct Sources(HashMap<(Source, Place), Entry>);

#[derive(Debug, Default)]
struct Entry {
    /// The newest version that anybody told of; empty while there is none.
    version: Box<str>,
    readers: BTreeSet<Identity>,
}

impl Sources {
    /// An identity is about to read an object. From now on its changes count.
    pub(super) fn follow(&mut self, source: Source, place: &Place, reader: &Identity) {
        let entry = self.0.entry((source, place.clone())).or_default();
        entry.readers.insert(reader.clone());
    }

    /// An object was read in a version. Says whether that is the newest.
    pub(super) fn read(&mut self, source: Source, place: &Place, version: &str) -> bool {
        let Some(entry) = self.0.get_mut(&(source, place.clone())) else {
            return true;
        };
        if is_older(version, &entry.version) {
            return false;
        }
        entry.version = version.into();
        true
    }

    /// An object has changed, or is gone: whom it concerns.
    pub(super) fn changed(
        &mut self,
        source: Source,
        place: &Place,
        version: Option<&str>,
    ) -> Vec<Identity> {
        let Some(entry) = self.0.get_mut(&(source, place.clone())) else {
            return Vec::new();
        };
        let version = version.unwrap_or_default();
        if version == &*entry.version || is_older(version, &entry.version) {
            return Vec::new();
        }
        entry.version = version.into();
        entry.readers.iter().cloned().collect()
    }

    /// Anything may have changed of this kind, in a namespace (empty: in all): whom it concerns.
    pub(super) fn doubted(&self, source: Source, namespace: &str) -> Vec<Identity> {
        let concerned = self.0.iter().filter(|((of, place), _)| {
            *of == source && (namespace.is_empty() || &*place.namespace == namespace)
        });
        let readers = concerned.flat_map(|(_, entry)| entry.readers.iter().cloned());
        readers.collect()
    }

    /// An identity does not read any more.
    pub(super) fn leave(&mut self, is_gone: impl Fn(&Identity) -> bool) {
        self.0.retain(|_, entry| {
            entry.readers.retain(|reader| !is_gone(reader));
            !entry.readers.is_empty()
        });
    }
}

/// The stores of identities that nobody in particular asks for: only those can be validated.
pub(super) fn stores(identities: &[Identity]) -> Vec<Key> {
    let own = identities.iter().filter(|it| it.asking.is_none());
    own.map(|it| it.key.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Kind;

    fn identity(store: &str, asking: Option<&str>) -> Identity {
        Identity {
            key: Key::new(Kind::ClusterSecretStore, Place::new("", store)),
            uid: "u".into(),
            generation: 1,
            asking: asking.map(Into::into),
        }
    }

    #[test]
    fn a_change_concerns_those_who_read() {
        let place = Place::new("ns", "approle");
        let (one, other) = (identity("one", None), identity("other", Some("team")));
        let mut sources = Sources::default();
        assert_eq!(sources.changed(Source::Secret, &place, Some("1")), []);
        sources.follow(Source::Secret, &place, &one);
        sources.follow(Source::Secret, &place, &other);
        assert!(sources.read(Source::Secret, &place, "5"));
        // What was read is no news, nor is what came before.
        for version in ["4", "5"] {
            assert_eq!(sources.changed(Source::Secret, &place, Some(version)), []);
        }
        assert_eq!(sources.changed(Source::ConfigMap, &place, Some("9")), []);
        let concerned = sources.changed(Source::Secret, &place, Some("9"));
        assert_eq!(concerned, [one.clone(), other.clone()]);
        assert_eq!(stores(&concerned), std::slice::from_ref(&one.key));
        // Read at the same time as it changed: not the newest.
        assert!(!sources.read(Source::Secret, &place, "8"));
        assert_eq!(sources.changed(Source::Secret, &place, None).len(), 2);
        sources.leave(|it| *it == one);
        assert_eq!(sources.changed(Source::Secret, &place, Some("12")), [other]);
    }

    #[test]
    fn what_is_missing_is_followed_too() {
        let place = Place::new("ns", "approle");
        let one = identity("one", None);
        let mut sources = Sources::default();
        sources.follow(Source::Secret, &place, &one);
        assert_eq!(sources.changed(Source::Secret, &place, None), []);
        assert_eq!(sources.changed(Source::Secret, &place, Some("3")), [one]);
    }

    #[test]
    fn lost_history_concerns_everybody_of_the_kind() {
        let one = identity("one", None);
        let mut sources = Sources::default();
        sources.follow(Source::Secret, &Place::new("a", "x"), &one);
        assert_eq!(
            sources.doubted(Source::Secret, ""),
            std::slice::from_ref(&one)
        );
        assert_eq!(sources.doubted(Source::Secret, "a"), [one]);
        assert_eq!(sources.doubted(Source::Secret, "b"), []);
        assert_eq!(sources.doubted(Source::ConfigMap, ""), []);
    }
}
