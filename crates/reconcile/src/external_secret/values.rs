//! From what the entries brought to the values of the ExternalSecret.
//!
//! Never here: what a value is decoded or rewritten by.

use std::collections::BTreeMap;

use selkie_api::{Cause, DeletionPolicy, ExternalSecretSpec, Rewrite};
use selkie_crypto::Secret;

use super::entries::{Entry, Place, Wants, entries};
use super::observed::Answer;
use crate::data::SecretData;
use crate::failure::Failure;
use crate::pipeline::{self, Render};
use crate::target::copied;

/// What the entries come to.
pub(super) struct Values {
    /// The values, by the keys under which they go on.
    pub(super) data: SecretData,
    /// The entries that the provider does not have, with the keys that they name.
    pub(super) missing: Vec<(String, Option<String>)>,
}

/// What the entries come to: of those that bring the same key, the last wins. One that fails fails all; one that the provider does not have does so
/// only where the Secret is to stay as it is.
pub(super) fn gathered(
    spec: &ExternalSecretSpec,
    answers: &BTreeMap<Place, Answer>,
    render: &Render,
) -> Result<Values, Failure> {
    let mut values = Values {
        data: SecretData::new(),
        missing: Vec::new(),
    };
    for entry in entries(spec).filter(|entry| entry.wants != Wants::Nothing) {
        let brought = brought(spec, &entry, answers.get(&entry.place), render);
        let at_entry = |failure: Failure| Failure {
            detail: format!("{}: {}", entry.place, failure.detail),
            ..failure
        };
        match brought.map_err(at_entry)? {
            Some(data) => values.data.extend(data),
            None if spec.target().deletion_policy() == DeletionPolicy::Retain => {
                return Err(at_entry(not_found(&entry)));
            }
            None => {
                let key = entry.wants.key().map(str::to_owned);
                values.missing.push((entry.place.to_string(), key));
            }
        }
    }
    Ok(values)
}

/// What one entry brought; `None` if the provider does not have it.
fn brought(
    spec: &ExternalSecretSpec,
    entry: &Entry<'_>,
    answer: Option<&Answer>,
    render: &Render,
) -> Result<Option<SecretData>, Failure> {
    let rewrite = rewrite(spec, entry.place);
    let data = match (answer, entry.wants) {
        (Some(Answer::NotFound), _) => return Ok(None),
        (Some(Answer::Failed(failure)), _) => return Err(failure.clone()),
        (Some(Answer::Value(value)), Wants::Value(reference)) => {
            let value = pipeline::value(copied(value), reference)?;
            SecretData::from([(secret_key(spec, entry.place).to_owned(), value)])
        }
        (Some(Answer::Pairs(pairs)), Wants::Extract(reference)) => {
            pipeline::extracted(copies(pairs), reference, rewrite, render)?
        }
        (Some(Answer::Found(keys, pairs)), Wants::Find(find)) => {
            pipeline::found(copies(pairs), *keys, find, rewrite, render)?
        }
        _ => {
            return Err(Failure::new(
                Cause::ProviderError,
                "there is no answer of the kind that was asked for",
            ));
        }
    };
    Ok(Some(data))
}

fn not_found(entry: &Entry<'_>) -> Failure {
    let detail = entry.wants.key().map_or_else(
        || "there is nothing to search in".to_owned(),
        |key| format!("there is no secret {key:?}"),
    );
    Failure::new(Cause::NotFound, detail)
}

fn rewrite(spec: &ExternalSecretSpec, place: Place) -> &[Rewrite] {
    match place {
        Place::DataFrom(at) => spec.data_from.get(at).map_or(&[], |entry| &entry.rewrite),
        Place::Data(_) => &[],
    }
}

fn secret_key(spec: &ExternalSecretSpec, place: Place) -> &str {
    match place {
        Place::Data(at) => spec.data.get(at).map_or("", |entry| &entry.secret_key),
        Place::DataFrom(_) => "",
    }
}

fn copies(pairs: &[(String, Secret)]) -> impl Iterator<Item = (String, Secret)> + '_ {
    let pairs = pairs.iter();
    pairs.map(|(key, value)| (key.clone(), copied(value)))
}
