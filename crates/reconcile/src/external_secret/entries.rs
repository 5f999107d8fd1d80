//! The entries of an ExternalSecret: what each asks for, and of which store.

use std::collections::BTreeSet;
use std::fmt;

use selkie_api::{ExternalSecretSpec, Find, RemoteRef, SourceRef, StoreRef};

use crate::permission::StoreKey;

/// Where in the spec an entry stands. The order is that of reading and of precedence: later ones win.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In `dataFrom`.
    DataFrom(usize),
    /// In `data`.
    Data(usize),
}

/// An entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry<'a> {
    /// Where it stands.
    pub place: Place,
    /// The store that it asks, unless it names none and the spec names none either.
    pub store: Option<StoreKey>,
    /// What it asks for.
    pub wants: Wants<'a>,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Wants<'a> {
    /// One value.
    Value(&'a RemoteRef),
    /// All pairs of one secret.
    Extract(&'a RemoteRef),
    /// All secrets that fit.
    Find(&'a Find),
    /// Nothing: the entry names a store and no more.
    Nothing,
}

/// The entries of a spec, those of `dataFrom` first.
pub fn entries(spec: &ExternalSecretSpec) -> impl Iterator<Item = Entry<'_>> {
    let from = spec.data_from.iter().enumerate().map(|(at, entry)| {
        let wants = match (&entry.find, &entry.extract) {
            (Some(find), _) => Wants::Find(find),
            (None, Some(extract)) => Wants::Extract(extract),
            (None, None) => Wants::Nothing,
        };
        Entry {
            place: Place::DataFrom(at),
            store: store(spec, entry.source_ref.as_ref()),
            wants,
        }
    });
    let data = spec.data.iter().enumerate().map(|(at, entry)| Entry {
        place: Place::Data(at),
        store: store(spec, entry.source_ref.as_ref()),
        wants: Wants::Value(&entry.remote_ref),
    });
    from.chain(data)
}

/// Every store that a spec names, whether an entry asks it or not.
pub fn stores(spec: &ExternalSecretSpec) -> BTreeSet<StoreKey> {
    let of_entries = entries(spec).filter_map(|entry| entry.store);
    of_entries.chain(spec.store().map(StoreKey::from)).collect()
}

fn store(spec: &ExternalSecretSpec, source: Option<&SourceRef>) -> Option<StoreKey> {
    let own = source
        .and_then(SourceRef::store)
        .filter(|store| StoreRef::is_set(store));
    own.or_else(|| spec.store()).map(StoreKey::from)
}

impl Wants<'_> {
    /// The remote key, if one is named.
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Value(reference) | Self::Extract(reference) => Some(&reference.key),
            Self::Find(_) | Self::Nothing => None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DataFrom(at) => write!(f, "spec.dataFrom[{at}]"),
            Self::Data(at) => write!(f, "spec.data[{at}]"),
        }
    }
}
