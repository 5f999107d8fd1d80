//! Provider `fake`: values that stand in the store itself. For tests, and for trying things out.
//!
//! Unlike the peer's, which keeps what it saw by the store's name alone, each store has its own values.

use std::collections::BTreeMap;

use futures::FutureExt as _;
use futures::future::{BoxFuture, ready};
use selkie_api::Cause;
use selkie_api::store::fake::Fake as Spec;
use selkie_crypto::Secret;

use crate::{Address, Dialect, Failure, Find, Found, Provider, Remote, Validity};

/// The values of one store.
pub(crate) struct Fake {
    /// By key, then by version. The newest version is the last in the order of texts.
    values: BTreeMap<String, BTreeMap<String, Secret>>,
    validity: Result<Validity, Failure>,
}

impl Fake {
    /// Of a store's block.
    pub(crate) fn new(spec: &Spec) -> Result<Self, Failure> {
        let mut values: BTreeMap<String, BTreeMap<String, Secret>> = BTreeMap::new();
        for (place, entry) in spec.data.iter().enumerate() {
            let lacks = match (entry.key.is_empty(), entry.value.is_empty()) {
                (true, _) => "key",
                (_, true) => "value",
                _ => {
                    let versions = values.entry(entry.key.clone()).or_default();
                    let value = Secret::from(entry.value.clone());
                    versions.insert(entry.version().to_owned(), value);
                    continue;
                }
            };
            let detail = format!("data[{place}] has no {lacks}");
            return Err(Failure::new(Cause::InvalidSpec, detail));
        }
        Ok(Self {
            values,
            validity: match spec.validation_result {
                None | Some(0) => Ok(Validity::Valid),
                Some(1) => Ok(Validity::Unknown),
                Some(_) => Err(Failure::new(
                    Cause::InvalidSpec,
                    "validationResult says that the store is not valid",
                )),
            },
        })
    }

    /// Whoever asks for metadata gets the value: there is nothing else.
    fn at(&self, at: &Address) -> Option<Remote> {
        let version = at.version.as_deref().unwrap_or_default();
        let value = self.values.get(&at.key).and_then(|all| all.get(version));
        value.map(|value| remote(&at.key, value))
    }

    fn search(&self, find: &Find) -> Result<Found, Failure> {
        if find.name.is_none() {
            let detail = "fake searches by name only";
            return Err(Failure::new(Cause::Unsupported, detail));
        }
        let names = find.names()?;
        let meant = self.values.iter().filter(|(name, _)| names.contain(name));
        Ok(meant
            .filter_map(|(name, versions)| {
                let (_, newest) = versions.last_key_value()?;
                Some((name.clone(), remote(name, newest)))
            })
            .collect())
    }
}

fn remote(key: &str, value: &Secret) -> Remote {
    Remote::whole(Dialect::Fake, key, value.expose().to_vec())
}

impl Provider for Fake {
    fn read<'a>(&'a self, at: &'a Address) -> BoxFuture<'a, Result<Option<Remote>, Failure>> {
        ready(Ok(self.at(at))).boxed()
    }

    fn list<'a>(&'a self, find: &'a Find) -> BoxFuture<'a, Result<Option<Found>, Failure>> {
        ready(self.search(find).map(Some)).boxed()
    }

    fn validate(&self) -> BoxFuture<'_, Result<Validity, Failure>> {
        ready(self.validity.clone()).boxed()
    }
}

#[cfg(test)]
mod tests {
    use selkie_api::store::fake::FakeEntry;

    use super::*;
    use crate::property;

    fn fake() -> Fake {
        let data = [
            ("a", "1", None),
            ("a", "old", Some("v1")),
            ("a", "new", Some("v2")),
            ("a", "newest of texts", Some("v10")),
            ("dir/b", "2", None),
            ("ab", "twice", None),
            ("ab", "3", None),
        ];
        let entry = |(key, value, version): (&str, &str, Option<&str>)| FakeEntry {
            key: key.to_owned(),
            value: value.to_owned(),
            version: version.map(str::to_owned),
        };
        let data = data.map(entry).to_vec();
        let spec = Spec {
            data,
            ..Spec::default()
        };
        Fake::new(&spec).unwrap()
    }

    fn done<T>(future: BoxFuture<'_, T>) -> T {
        future.now_or_never().unwrap()
    }

    fn text(remote: &Remote) -> String {
        let value = property::value(remote, None).unwrap().unwrap();
        String::from_utf8(value.expose().to_vec()).unwrap()
    }

    #[test]
    fn key_and_version_must_be_right() {
        let rows = [
            ("a", None, Some("1")),
            ("a", Some(""), Some("1")),
            ("a", Some("v1"), Some("old")),
            ("a", Some("v3"), None),
            ("av1", None, None),
            ("ab", None, Some("3")),
            ("b", None, None),
        ];
        let fake = fake();
        for (key, version, expected) in rows {
            let at = Address::value(key).version(version);
            let read = done(fake.read(&at)).unwrap();
            assert_eq!(read.as_ref().map(text).as_deref(), expected, "{key}");
        }
        let read = done(fake.read(&Address::metadata("a"))).unwrap();
        assert_eq!(text(&read.unwrap()), "1");
    }

    #[test]
    fn searches_find_the_newest_by_text() {
        let rows = [
            (Some("^a$"), Ok("a=new")),
            (Some("b"), Ok("ab=3 dir/b=2")),
            (Some(""), Ok("a=new ab=3 dir/b=2")),
            (Some("nothing"), Ok("")),
            (Some("("), Err(Cause::InvalidSpec)),
            (None, Err(Cause::Unsupported)),
        ];
        let fake = fake();
        for (name, expected) in rows {
            let find = Find {
                name: name.map(str::to_owned),
                ..Find::default()
            };
            let found = done(fake.list(&find));
            let found = found
                .map(|found| {
                    let found = found.unwrap();
                    assert!(found.iter().all(|(_, remote)| remote.has_converted_names()));
                    let pairs = found
                        .iter()
                        .map(|(name, it)| format!("{name}={}", text(it)));
                    pairs.collect::<Vec<_>>().join(" ")
                })
                .map_err(|failure| failure.cause);
            assert_eq!(found, expected.map(str::to_owned), "{name:?}");
        }
    }

    #[test]
    fn validity_is_what_the_store_says() {
        let rows = [
            (None, Ok(Validity::Valid)),
            (Some(0), Ok(Validity::Valid)),
            (Some(1), Ok(Validity::Unknown)),
            (Some(2), Err(Cause::InvalidSpec)),
        ];
        for (validation_result, expected) in rows {
            let fake = Fake::new(&Spec {
                validation_result,
                ..Spec::default()
            });
            let fake = fake.unwrap();
            let validity = done(fake.validate());
            assert_eq!(validity.map_err(|failure| failure.cause), expected);
        }
        for (key, value, lacks) in [("", "x", "key"), ("x", "", "value")] {
            let spec = Spec {
                data: vec![FakeEntry {
                    key: key.to_owned(),
                    value: value.to_owned(),
                    version: None,
                }],
                ..Spec::default()
            };
            let failure = Fake::new(&spec).err().unwrap();
            assert_eq!(failure.detail, format!("data[0] has no {lacks}"));
        }
    }
}
