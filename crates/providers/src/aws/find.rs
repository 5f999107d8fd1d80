//! Searches: by name and by tags, page after page.
//!
//! Names come as the service has them; the prefix of the store is for keys alone. Tags are compared here once more, pair by pair: the filters of
//! Secrets Manager would find a secret with the one's key and the other's value.

use std::collections::BTreeMap;

use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use selkie_api::Cause;
use selkie_crypto::Secret;
use serde_json::{Value, json};

use super::parameters::{aimless, items, value};
use super::{Aws, Service, fault, parameters, secrets};
use crate::json::{Node, Shape};
use crate::{Dialect, Failure, Find, Found, Remote};

/// Requests of one search that are under way together.
const UNDER_WAY: usize = 4;

/// Pages of one search: far more than anybody has, and an end for a service that has always another.
const PAGES: usize = 10_000;

impl Aws {
    /// All values that a search finds, by the order of their names.
    pub(super) async fn search(&self, find: &Find) -> Result<Option<Found>, Failure> {
        if find.name.is_none() && find.tags.is_empty() {
            return Err(aimless());
        }
        let mut found = match self.service {
            Service::SecretsManager => {
                let names = self.listed_secrets(find).await?;
                self.read_all(names).await?
            }
            Service::ParameterStore if find.name.is_some() => self.below(find).await?,
            Service::ParameterStore => {
                let names = self.described(find, &find.tags).await?;
                self.read_all(names).await?
            }
        };
        found.sort_by(|a, b| a.0.cmp(&b.0));
        found.dedup_by(|a, b| a.0 == b.0);
        Ok(Some(found))
    }

    /// Names of secrets that are meant.
    async fn listed_secrets(&self, find: &Find) -> Result<Vec<String>, Failure> {
        let names = find.names()?;
        let mut filters: Vec<Value> = Vec::new();
        let mut filter = |key: &str, value: &str| {
            filters.push(json!({"Key": key, "Values": [value]}));
        };
        if let Some(path) = &find.path {
            filter("name", path);
        }
        for (key, value) in &find.tags {
            filter("tag-key", key);
            filter("tag-value", value);
        }
        let said = json!({"MaxResults": 100, "Filters": filters});
        let mut meant = Vec::new();
        self.pages("ListSecrets", said, |page| {
            for entry in items(page, b"SecretList")? {
                let name = name(entry)?;
                let tags = entry.member(b"Tags").map(tags_of).unwrap_or_default();
                let is_below = find.path.as_ref().is_none_or(|path| name.starts_with(path));
                if is_below && names.contain(&name) && find.tags_match(&tags) {
                    meant.push(name);
                }
            }
            Some(())
        })
        .await?;
        Ok(meant)
    }

    /// Parameters below a path, with their values. Whoever may not list values may perhaps list names.
    async fn below(&self, find: &Find) -> Result<Found, Failure> {
        let names = find.names()?;
        let path = find.path.as_deref().unwrap_or("/");
        let said = json!({
            "Path": path, "Recursive": true, "WithDecryption": true, "MaxResults": 10,
        });
        let mut found = Found::new();
        let listed = self.pages("GetParametersByPath", said, |page| {
            for entry in items(page, b"Parameters")? {
                let name = name(entry)?;
                if names.contain(&name) {
                    let remote = Remote::whole(Dialect::Aws, &name, value(entry)?);
                    found.push((name, remote));
                }
            }
            Some(())
        });
        match listed.await {
            Ok(()) => Ok(found),
            Err(failure) if failure.cause == Cause::Forbidden => {
                let named = self.described(find, &BTreeMap::new()).await?;
                self.read_all(named).await
            }
            Err(failure) => Err(failure),
        }
    }

    /// Names of parameters with these tags.
    async fn described(
        &self,
        find: &Find,
        tags: &BTreeMap<String, String>,
    ) -> Result<Vec<String>, Failure> {
        let names = find.names()?;
        let mut filters: Vec<Value> = tags
            .iter()
            .map(|(key, value)| {
                json!({"Key": format!("tag:{key}"), "Option": "Equals", "Values": [value]})
            })
            .collect();
        if let Some(path) = &find.path {
            filters.push(json!({"Key": "Path", "Option": "Recursive", "Values": [path]}));
        }
        let said = json!({"MaxResults": 50, "ParameterFilters": filters});
        let mut meant = Vec::new();
        self.pages("DescribeParameters", said, |page| {
            for entry in items(page, b"Parameters")? {
                let name = name(entry)?;
                if names.contain(&name) {
                    meant.push(name);
                }
            }
            Some(())
        })
        .await?;
        Ok(meant)
    }

    /// Asks for page after page; `take` says whether one could be understood.
    async fn pages(
        &self,
        operation: &str,
        mut said: Value,
        mut take: impl FnMut(&Node<'_>) -> Option<()>,
    ) -> Result<(), Failure> {
        for _ in 0..PAGES {
            let answer = self.client.ask(operation, &said).await?;
            let page = answer.document(operation)?;
            take(&page).ok_or_else(|| fault::strange(operation))?;
            let next = page.member(b"NextToken").and_then(Node::text);
            let next =
                next.map(|next| String::from_utf8_lossy(next.decoded().expose()).into_owned());
            match next.filter(|next| !next.is_empty()) {
                Some(next) => said["NextToken"] = Value::String(next),
                None => return Ok(()),
            }
        }
        let what = format!("{operation}: there is always another page");
        Err(Failure::new(Cause::ProviderError, what))
    }

    /// The values of names as a listing has them, read together where that may be. What has gone in the meantime is not there.
    async fn read_all(&self, names: Vec<String>) -> Result<Found, Failure> {
        let size = match self.service {
            Service::SecretsManager => secrets::TOGETHER,
            Service::ParameterStore => parameters::TOGETHER,
        };
        let parts: Vec<Vec<String>> = names.chunks(size).map(<[String]>::to_vec).collect();
        let parts = parts.into_iter().map(|part| self.read_part(part));
        let read: Vec<Found> = stream::iter(parts)
            .buffered(UNDER_WAY)
            .try_collect()
            .await?;
        Ok(read.into_iter().flatten().collect())
    }

    async fn read_part(&self, names: Vec<String>) -> Result<Found, Failure> {
        let singly = self.singly.load(std::sync::atomic::Ordering::Relaxed);
        let values = if singly || names.len() == 1 {
            names.iter().map(|_| None).collect()
        } else {
            self.values(&names).await?
        };
        let mut found = Found::with_capacity(names.len());
        for (name, value) in names.into_iter().zip(values) {
            let value = match value {
                Some(value) => value?,
                None => self.whole(&name).await?,
            };
            if let Some(value) = value {
                let remote = Remote::whole(Dialect::Aws, &name, value);
                found.push((name, remote));
            }
        }
        Ok(found)
    }

    /// The newest value of a name that has its prefix already.
    async fn whole(&self, name: &str) -> Result<Option<Secret>, Failure> {
        match self.service {
            Service::SecretsManager => self.secret_in(name, secrets::CURRENT).await,
            Service::ParameterStore => self.parameter_called(name).await,
        }
    }
}

fn name(entry: &Node<'_>) -> Option<String> {
    let name = entry.member(b"Name")?.text()?.decoded();
    Some(String::from_utf8_lossy(name.expose()).into_owned())
}

/// Tags of an answer: a list of keys and values.
pub(super) fn tags_of(list: &Node<'_>) -> BTreeMap<String, String> {
    let Shape::Array(items) = &list.shape else {
        return BTreeMap::new();
    };
    let text = |entry: &Node<'_>, name: &[u8]| {
        let text = entry.member(name).and_then(Node::text)?.decoded();
        Some(String::from_utf8_lossy(text.expose()).into_owned())
    };
    let pairs = items.iter().filter_map(|entry| {
        let value = text(entry, b"Value").unwrap_or_default();
        Some((text(entry, b"Key")?, value))
    });
    pairs.collect()
}
