//! Values that are JSON objects, folded into one: by the order of their keys, then those with priority; later ones win.
//!
//! Numbers go through floats, as they do in the peer: integers above 2⁵³ lose digits.

use std::collections::{BTreeMap, BTreeSet};

use selkie_api::{ConflictPolicy, MergeRewrite, MergeStrategy, PriorityPolicy};
use selkie_crypto::Secret;
use selkie_template::go::{float_text, json_map, json_text};
use selkie_template::{Limits, Map, Text, Value};

use super::error::{Error, Names};
use crate::data::SecretData;

pub(super) fn values(
    step: usize,
    rule: &MergeRewrite,
    mut data: SecretData,
    names: Names,
) -> Result<SecretData, Error> {
    let merged = merged(step, rule, &data, names)?;
    match rule.strategy() {
        MergeStrategy::Extract => merged
            .iter()
            .map(|(name, value)| Ok((text(name), bytes(step, value)?)))
            .collect(),
        MergeStrategy::Json if rule.into_key().is_empty() => Err(Error::NoInto { step }),
        MergeStrategy::Json => {
            // Nothing is escaped for HTML here; within extracted values it is.
            let whole = json(step, &Value::Map(Map::any(merged)), true)?;
            data.insert(rule.into_key().to_owned(), whole);
            Ok(data)
        }
    }
}

/// All members of all values.
fn merged(
    step: usize,
    rule: &MergeRewrite,
    data: &SecretData,
    names: Names,
) -> Result<BTreeMap<Text, Value>, Error> {
    let mut merged = BTreeMap::new();
    let mut conflicts = BTreeSet::new();
    let plain = data.keys().filter(|key| !rule.priority.contains(key));
    for key in plain.chain(&rule.priority) {
        let Some(value) = data.get(key) else {
            match rule.priority_policy() {
                PriorityPolicy::IgnoreNotFound => continue,
                PriorityPolicy::Strict => {
                    let key = Names::Shown.of(key);
                    return Err(Error::NoPriority { step, key });
                }
            }
        };
        let members = json_map(value.expose(), Limits::default())
            .map_err(|_| Error::Spent { step })?
            .ok_or_else(|| Error::NoObject {
                step,
                key: names.of(key),
            })?;
        for (name, value) in members.entries() {
            if merged.insert(name.clone(), value).is_some() {
                conflicts.insert(text(&name));
            }
        }
    }
    // Priority says which value wins, not that there is no conflict.
    if rule.conflict_policy() == ConflictPolicy::Error && !conflicts.is_empty() {
        let members = conflicts.into_iter().collect();
        return Err(Error::Conflict { step, members });
    }
    Ok(merged)
}

/// A member as the value of a key of its own.
fn bytes(step: usize, value: &Value) -> Result<Secret, Error> {
    Ok(match value {
        Value::Nil => Secret::new(),
        Value::Bool(truth) => Secret::from(truth.to_string()),
        Value::Float(number) => float_text(*number),
        Value::Text(text) => Secret::from(text.bytes().to_vec()),
        other => json(step, other, false)?,
    })
}

fn json(step: usize, value: &Value, raw: bool) -> Result<Secret, Error> {
    // What JSON was read from can be written as JSON: only a limit can be in the way.
    json_text(value, raw, Limits::default())
        .ok()
        .flatten()
        .ok_or(Error::Spent { step })
}

/// A name, which the reader of JSON made whole.
fn text(name: &Text) -> String {
    name.utf8().unwrap_or_default().to_owned()
}
