//! What Google's statuses mean. Never here: a sentence of the server's that goes on.

use serde::Deserialize;

use super::api::Direction;
use crate::{Cause, Fault};

/// The part of an error that is a word from a documented list.
#[derive(Deserialize)]
struct Answer {
    error: Problem,
}

#[derive(Deserialize)]
struct Problem {
    #[serde(default)]
    status: String,
    #[serde(default)]
    details: Vec<Detail>,
}

#[derive(Deserialize)]
struct Detail {
    #[serde(default)]
    reason: String,
}

const MAYBE_NO_KEY: &str = "check that the account has the role cloudkms.cryptoKeyEncrypterDecrypter for this key, and the key's \
     name: what does not exist may be refused alike";
const MAY_WRITE: &str = "check that the account has the role storage.objectUser for this bucket";
const API_OFF: &str = "the Cloud KMS API is not enabled in the project";
const OTHER_LOCATION: &str = "check the key's name, its location above all";
const LOGIN: &str = "log in again: `gcloud auth application-default login`";

/// The fault behind an answer of Cloud KMS.
pub(super) fn of(status: u16, body: &[u8], direction: Direction) -> Fault {
    let answer = serde_json::from_slice::<Answer>(body).ok();
    let word = answer.as_ref().map_or("", |answer| &answer.error.status);
    let reasons = answer.iter().flat_map(|answer| &answer.error.details);
    let api_off = reasons
        .map(|detail| detail.reason.as_str())
        .any(|reason| reason == "SERVICE_DISABLED");
    let (cause, hint) = match (status, word) {
        (_, "FAILED_PRECONDITION") => (Cause::Disabled, None),
        (400, "INVALID_ARGUMENT") if direction == Direction::Decrypt => (Cause::Foreign, None),
        (401, _) => (Cause::Denied, None),
        (403, _) if api_off => (Cause::Denied, Some(API_OFF)),
        (403, _) => (Cause::Denied, Some(MAYBE_NO_KEY)),
        (404, _) => (Cause::NoKey, Some(OTHER_LOCATION)),
        (429, _) => (Cause::Throttled, None),
        (300..400, _) => (Cause::Elsewhere, None),
        (500..600, _) => (Cause::Unavailable, None),
        _ => (Cause::Refused, None),
    };
    Fault {
        cause,
        code: Some(known(word).map_or_else(|| format!("HTTP {status}"), str::to_owned)),
        hint,
    }
}

/// The fault behind an answer of Cloud Storage, which has no words for statuses.
pub(super) fn of_storage(status: u16) -> Fault {
    let fault = match status {
        401 => Fault::new(Cause::Denied).hint(LOGIN),
        403 => Fault::new(Cause::Denied).hint(MAY_WRITE),
        404 => Fault::new(Cause::NoPlace),
        408 | 500..600 => Fault::new(Cause::Unavailable),
        429 => Fault::new(Cause::Throttled),
        _ => Fault::new(Cause::Refused),
    };
    fault.code(format!("HTTP {status}"))
}

/// The fault behind an answer of whoever gives tokens.
pub(super) fn of_login(status: u16) -> Fault {
    let fault = match status {
        400 | 401 | 403 => Fault::new(Cause::Denied).hint(LOGIN),
        404 => Fault::new(Cause::NoCredentials).hint("the machine has no service account"),
        429 => Fault::new(Cause::Throttled),
        500..600 => Fault::new(Cause::Unavailable),
        _ => Fault::new(Cause::BadReply),
    };
    fault.code(format!("HTTP {status} for the token"))
}

/// The word itself, if it is one of Google's: a server may put anything there.
fn known(word: &str) -> Option<&'static str> {
    const WORDS: [&str; 14] = [
        "INVALID_ARGUMENT",
        "FAILED_PRECONDITION",
        "OUT_OF_RANGE",
        "UNAUTHENTICATED",
        "PERMISSION_DENIED",
        "NOT_FOUND",
        "ABORTED",
        "ALREADY_EXISTS",
        "RESOURCE_EXHAUSTED",
        "CANCELLED",
        "INTERNAL",
        "UNKNOWN",
        "UNAVAILABLE",
        "DEADLINE_EXCEEDED",
    ];
    WORDS.into_iter().find(|known| *known == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_told_in_our_words_and_googles_list() {
        let error =
            |status: &str| format!(r#"{{"error":{{"status":"{status}","message":"s3cret"}}}}"#);
        let disabled =
            r#"{"error":{"status":"PERMISSION_DENIED","details":[{"reason":"SERVICE_DISABLED"}]}}"#;
        let rows = [
            (
                400,
                error("INVALID_ARGUMENT"),
                Cause::Foreign,
                "INVALID_ARGUMENT",
            ),
            (
                400,
                error("FAILED_PRECONDITION"),
                Cause::Disabled,
                "FAILED_PRECONDITION",
            ),
            (
                401,
                error("UNAUTHENTICATED"),
                Cause::Denied,
                "UNAUTHENTICATED",
            ),
            (
                403,
                disabled.to_owned(),
                Cause::Denied,
                "not enabled in the project",
            ),
            (404, error("NOT_FOUND"), Cause::NoKey, "NOT_FOUND"),
            (
                429,
                error("RESOURCE_EXHAUSTED"),
                Cause::Throttled,
                "RESOURCE_EXHAUSTED",
            ),
            (
                503,
                "<html>s3cret".to_owned(),
                Cause::Unavailable,
                "HTTP 503",
            ),
            (418, error("s3cret"), Cause::Refused, "HTTP 418"),
        ];
        for (status, body, cause, says) in rows {
            let fault = of(status, body.as_bytes(), Direction::Decrypt);
            assert_eq!(fault.cause, cause, "{status}");
            let text = fault.to_string();
            assert!(text.contains(says) && !text.contains("s3cret"), "{text}");
        }
    }
}
