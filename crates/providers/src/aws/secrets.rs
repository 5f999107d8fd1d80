//! Values and tags of Secrets Manager.
//!
//! Never here: a property, which is looked up in what was read; a search (`find`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use selkie_api::Cause;
use selkie_crypto::Secret;
use serde_json::json;

use super::client::Answer;
use super::find::tags_of;
use super::parameters::items;
use super::{Aws, Values, fault};
use crate::json::Node;
use crate::{Address, Failure};

/// How many secrets one call may name.
pub(super) const TOGETHER: usize = 20;

/// The stage of the newest version.
pub(super) const CURRENT: &str = "AWSCURRENT";

/// How many of them may be asked for together with this one. A name that is none would spoil the call for the others.
pub(super) fn together(name: &str) -> usize {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b"/_+=.@-:!".contains(&b);
    let fits = (1..=2048).contains(&name.len()) && name.bytes().all(is_word);
    if fits { TOGETHER } else { 1 }
}

impl Aws {
    /// The value at an address. A version is a stage, or an id behind `uuid/`.
    pub(super) async fn secret(&self, at: &Address) -> Result<Option<Secret>, Failure> {
        let version = at.version.as_deref().unwrap_or(CURRENT);
        self.secret_in(&self.name(at), version).await
    }

    /// The value of a secret in a version.
    pub(super) async fn secret_in(
        &self,
        name: &str,
        version: &str,
    ) -> Result<Option<Secret>, Failure> {
        let said = match version.strip_prefix("uuid/") {
            Some(id) => json!({"SecretId": name, "VersionId": id}),
            None => json!({"SecretId": name, "VersionStage": version}),
        };
        let answer = self.client.ask("GetSecretValue", &said).await?;
        if is_gone(&answer) {
            return Ok(None);
        }
        let value = value(&answer.document(name)?, name)?;
        value.map(Some).ok_or_else(|| fault::strange(name))
    }

    /// Its tags, as a JSON object.
    pub(super) async fn secret_tags(&self, at: &Address) -> Result<Option<Secret>, Failure> {
        let name = self.name(at);
        let said = json!({"SecretId": name});
        let answer = self.client.ask("DescribeSecret", &said).await?;
        let document = answer.document(&name)?;
        let tags = document.member(b"Tags").map(tags_of).unwrap_or_default();
        let text = serde_json::to_vec(&tags).unwrap_or_default();
        Ok(Some(Secret::from(text)))
    }

    /// Their newest values, by the names that are asked for: names, or ARNs.
    pub(super) async fn secrets(&self, names: &[String]) -> Result<Values, Failure> {
        let said = json!({"SecretIdList": names});
        let answer = self.client.ask("BatchGetSecretValue", &said).await?;
        let what = "secrets";
        let document = answer.document(what)?;
        let mut values: Values = names.iter().map(|_| None).collect();
        let strange = || fault::strange(what);
        for entry in items(&document, b"SecretValues").ok_or_else(strange)? {
            let is_meant = |wanted: &String| {
                [b"Name".as_slice(), b"ARN"].iter().any(|member| {
                    let told = entry.member(member).and_then(Node::text);
                    told.is_some_and(|told| told.is(wanted.as_bytes()))
                })
            };
            if let Some(place) = names.iter().position(is_meant) {
                values[place] = match value(entry, &names[place]) {
                    Ok(Some(value)) => Some(Ok(Some(value))),
                    Ok(None) => None,
                    Err(failure) => Some(Err(failure)),
                };
            }
        }
        for entry in items(&document, b"Errors").unwrap_or_default() {
            let told = |member: &[u8]| entry.member(member).and_then(Node::text);
            let (Some(id), Some(code)) = (told(b"SecretId"), told(b"ErrorCode")) else {
                continue;
            };
            let Some(place) = names.iter().position(|it| id.is(it.as_bytes())) else {
                continue;
            };
            let code = code.decoded();
            let code = str::from_utf8(code.expose()).unwrap_or_default();
            values[place] = match code {
                "ResourceNotFoundException" => Some(Ok(None)),
                // Whether it is to be deleted stands in a message that only a request of its own gives in full.
                "InvalidRequestException" | "InvalidParameterException" => None,
                code => Some(Err(fault::of_one(code, &names[place]))),
            };
        }
        Ok(values)
    }
}

/// Whether there is no such secret, or it is about to be deleted, which counts as much.
fn is_gone(answer: &Answer) -> bool {
    if answer.says(&["ResourceNotFoundException"]) {
        return true;
    }
    let body = answer.body.expose();
    answer.says(&["InvalidRequestException", "InvalidParameterException"])
        && (contains(body, b"marked for deletion") || contains(body, b"marked deleted"))
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// The value of one secret of an answer, text or bytes. None if it has neither.
pub(super) fn value(secret: &Node<'_>, name: &str) -> Result<Option<Secret>, Failure> {
    if let Some(text) = secret.member(b"SecretString").and_then(Node::text) {
        return Ok(Some(text.decoded()));
    }
    let Some(text) = secret.member(b"SecretBinary").and_then(Node::text) else {
        return Ok(None);
    };
    let text = text.decoded();
    match STANDARD.decode(text.expose()) {
        Ok(bytes) => Ok(Some(Secret::from(bytes))),
        Err(_) => {
            let what = format!("{name}: the bytes of the answer are not base64");
            Err(Failure::new(Cause::ProviderError, what))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    #[test]
    fn a_value_is_text_or_bytes() {
        let rows = [
            (r#"{"SecretString": "a\n\u00fc"}"#, Ok(Some("a\nü"))),
            (r#"{"SecretBinary": "YWI="}"#, Ok(Some("ab"))),
            (
                r#"{"SecretString": null, "SecretBinary": ""}"#,
                Ok(Some("")),
            ),
            (r#"{"Name": "x"}"#, Ok(None)),
            (r#"{"SecretBinary": "*"}"#, Err(Cause::ProviderError)),
        ];
        for (text, expected) in rows {
            let read = value(&parse(text.as_bytes()).unwrap(), "x");
            let read = read.map_err(|failure| failure.cause);
            let expected = expected.map(|it| it.map(|text| Secret::from(text.to_owned())));
            assert_eq!(read, expected, "{text}");
        }
    }

    #[test]
    fn names_and_arns_are_asked_for_together() {
        let rows = [
            ("app", 20),
            ("team/app+x=1@y", 20),
            (
                "arn:aws:secretsmanager:eu-central-1:1:secret:app-AbCdEf",
                20,
            ),
            ("", 1),
            ("a b", 1),
            ("ü", 1),
        ];
        for (name, expected) in rows {
            assert_eq!(together(name), expected, "{name}");
        }
    }
}
