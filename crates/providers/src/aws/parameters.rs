//! Values and tags of Parameter Store.
//!
//! Never here: a property, which is looked up in what was read; a search (`find`).

use selkie_api::Cause;
use selkie_crypto::Secret;
use serde_json::json;

use super::find::tags_of;
use super::{Aws, Values, fault};
use crate::json::{Node, Shape};
use crate::{Address, Failure};

/// How many parameters one call may name.
pub(super) const TOGETHER: usize = 10;

/// How many of them may be asked for together with this one. A name that is none would spoil the call for the others.
pub(super) fn together(name: &str) -> usize {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b"_.-".contains(&b);
    let parts = name.strip_prefix('/').unwrap_or(name);
    let is_plain = parts
        .split('/')
        .all(|part| !part.is_empty() && part.bytes().all(is_word));
    // The service keeps these to itself, whatever follows.
    let start = parts.get(..3).unwrap_or_default().to_ascii_lowercase();
    let is_reserved = matches!(&*start, "aws" | "ssm");
    if is_plain && !is_reserved && name.len() <= 1011 && parts.matches('/').count() < 15 {
        TOGETHER
    } else {
        1
    }
}

impl Aws {
    /// The value at an address. A version is a number or a label.
    pub(super) async fn parameter(&self, at: &Address) -> Result<Option<Secret>, Failure> {
        let mut name = self.name(at);
        if let Some(version) = &at.version {
            name = format!("{name}:{version}");
        }
        self.parameter_called(&name).await
    }

    /// The value of a parameter, by its name with or without a version.
    pub(super) async fn parameter_called(&self, name: &str) -> Result<Option<Secret>, Failure> {
        let said = json!({"Name": name, "WithDecryption": true});
        let answer = self.client.ask("GetParameter", &said).await?;
        if answer.says(&["ParameterNotFound"]) {
            return Ok(None);
        }
        let document = answer.document(name)?;
        let value = document.member(b"Parameter").and_then(value);
        value.map(Some).ok_or_else(|| fault::strange(name))
    }

    /// Its tags, as a JSON object.
    pub(super) async fn parameter_tags(&self, at: &Address) -> Result<Option<Secret>, Failure> {
        let name = self.name(at);
        let said = json!({"ResourceType": "Parameter", "ResourceId": name});
        let answer = self.client.ask("ListTagsForResource", &said).await?;
        let document = answer.document(&name)?;
        let tags = document.member(b"TagList").map(tags_of).unwrap_or_default();
        let text = serde_json::to_vec(&tags).unwrap_or_default();
        Ok(Some(Secret::from(text)))
    }

    /// Their newest values, by the names that are asked for.
    pub(super) async fn parameters(&self, names: &[String]) -> Result<Values, Failure> {
        let said = json!({"Names": names, "WithDecryption": true});
        let answer = self.client.ask("GetParameters", &said).await?;
        let what = "parameters";
        let document = answer.document(what)?;
        let mut values: Values = names.iter().map(|_| None).collect();
        let strange = || fault::strange(what);
        for entry in items(&document, b"Parameters").ok_or_else(strange)? {
            let name = entry.member(b"Name").and_then(Node::text);
            let name = name.ok_or_else(strange)?;
            let place = names.iter().position(|it| name.is(it.as_bytes()));
            if let Some(place) = place {
                values[place] = Some(Ok(Some(value(entry).ok_or_else(strange)?)));
            }
        }
        for entry in items(&document, b"InvalidParameters").unwrap_or_default() {
            let name = entry.text().ok_or_else(strange)?;
            let place = names.iter().position(|it| name.is(it.as_bytes()));
            if let Some(place) = place {
                values[place] = Some(Ok(None));
            }
        }
        Ok(values)
    }
}

/// The value of one parameter of an answer.
pub(super) fn value(parameter: &Node<'_>) -> Option<Secret> {
    Some(parameter.member(b"Value")?.text()?.decoded())
}

/// The items of a list in an answer.
pub(super) fn items<'n, 'a>(document: &'n Node<'a>, name: &[u8]) -> Option<&'n [Node<'a>]> {
    match &document.member(name)?.shape {
        Shape::Array(items) => Some(items),
        _ => None,
    }
}

/// A search needs something to go by.
pub(super) fn aimless() -> Failure {
    let what = "provider aws searches by name or by tags";
    Failure::new(Cause::InvalidSpec, what)
}

#[cfg(test)]
#[test]
fn only_plain_names_are_asked_for_together() {
    let rows = [
        ("app", 10),
        ("/team/app/db-password", 10),
        ("A_b.c-1", 10),
        ("", 1),
        ("/", 1),
        ("a//b", 1),
        ("a/", 1),
        ("app:3", 1),
        ("a b", 1),
        ("ü", 1),
        ("/aws/reference/secretsmanager/x", 1),
        ("SSMthing", 1),
        ("arn:aws:ssm:eu-central-1:1:parameter/app", 1),
        ("/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15", 10),
        ("/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16", 1),
    ];
    for (name, expected) in rows {
        assert_eq!(together(name), expected, "{name}");
    }
}
