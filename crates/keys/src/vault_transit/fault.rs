//! What an error of the client means: by its status, and by the few fixed sentences with which the engine tells what status 400
//! leaves open. Never here: a sentence of the server's that goes on.

use rustify::errors::ClientError as RestError;
use vaultrs::error::ClientError;

use crate::{Cause, Fault, http};

/// Sentences of the transit engine behind status 400, each as the part that does not change.
const SENTENCES: [(&str, Cause, Option<&str>); 6] = [
    ("encryption key not found", Cause::NoKey, None),
    (
        "disallowed by policy (too old)",
        Cause::Disabled,
        Some(TOO_OLD),
    ),
    ("missing 'context'", Cause::Refused, Some(DERIVED)),
    (
        "not supported for key type",
        Cause::Refused,
        Some("it is a key for something else"),
    ),
    ("invalid ciphertext", Cause::Foreign, None),
    ("message authentication failed", Cause::Foreign, None),
];

const TOO_OLD: &str = "the version of the key is below the key's min_decryption_version";
const DERIVED: &str = "it is a derived key, which wants a context, and files of SOPS have none";
const SEALED: &str = "Vault is sealed or in maintenance";
const MAYBE_NO_KEY: &str = "check that a policy of the token lets it update …/encrypt/KEY and …/decrypt/KEY, and the key's name: \
     what does not exist is refused alike";
const NO_MOUNT: &str = "no transit engine is mounted at this path";
const ELSEWHERE: &str = "the server names another one, which must stand in the key's address";

/// The fault that an error of the client stands for.
pub(super) fn of(error: &ClientError, has_token: bool) -> Fault {
    match error {
        ClientError::APIError { code, errors } => of_status(*code, errors, has_token),
        ClientError::RestClientError { source } => match source {
            RestError::ServerResponseError { code, .. } => of_status(*code, &[], has_token),
            RestError::RequestError { source, .. } | RestError::ResponseError { source } => {
                http::fault(source.as_ref())
            }
            RestError::ReqwestBuildError { source } => http::fault(source),
            RestError::UrlBuildError { .. } | RestError::UrlParseError { .. } => {
                let what = "the address of the key is no address";
                Fault::new(Cause::Setting(what.to_owned()))
            }
            _ => Fault::new(Cause::BadReply),
        },
        _ => Fault::new(Cause::BadReply),
    }
}

pub(super) fn of_status(status: u16, errors: &[String], has_token: bool) -> Fault {
    let (cause, hint) = match status {
        300..400 => (Cause::Elsewhere, Some(ELSEWHERE)),
        400 | 401 | 403 if !has_token && !errors.iter().any(|error| is_known(error)) => (
            Cause::NoCredentials,
            Some("set VAULT_TOKEN, or `vault login`"),
        ),
        400 => of_sentences(errors),
        401 | 403 => (Cause::Denied, Some(MAYBE_NO_KEY)),
        404 | 405 => (Cause::NoKey, Some(NO_MOUNT)),
        // 412: a replica that has not caught up; 472, 473: a standby that is asked too early.
        412 | 472 | 473 | 500..=502 | 504..600 => (Cause::Unavailable, None),
        429 => (Cause::Throttled, None),
        503 => (Cause::Unavailable, Some(SEALED)),
        _ => (Cause::Refused, None),
    };
    Fault {
        cause,
        code: Some(format!("HTTP {status}")),
        hint,
    }
}

fn is_known(error: &str) -> bool {
    SENTENCES
        .iter()
        .any(|(sentence, ..)| error.contains(sentence))
}

fn of_sentences(errors: &[String]) -> (Cause, Option<&'static str>) {
    let known = SENTENCES
        .iter()
        .find(|(sentence, ..)| errors.iter().any(|error| error.contains(sentence)));
    known.map_or((Cause::Refused, None), |(_, cause, hint)| {
        (cause.clone(), *hint)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_told_in_our_words_alone() {
        let rows: [(u16, &str, bool, Cause); 14] = [
            (307, "", true, Cause::Elsewhere),
            (400, "encryption key not found", true, Cause::NoKey),
            (
                400,
                "ciphertext or signature version is disallowed by policy (too old)",
                true,
                Cause::Disabled,
            ),
            (400, "invalid ciphertext: no prefix", true, Cause::Foreign),
            (
                400,
                "cipher: message authentication failed",
                true,
                Cause::Foreign,
            ),
            (400, "s3cret", true, Cause::Refused),
            (400, "missing client token", false, Cause::NoCredentials),
            (403, "permission denied", true, Cause::Denied),
            (403, "permission denied", false, Cause::NoCredentials),
            (404, "no handler for route", true, Cause::NoKey),
            (412, "", true, Cause::Unavailable),
            (429, "", true, Cause::Throttled),
            (500, "internal error", true, Cause::Unavailable),
            (503, "Vault is sealed", true, Cause::Unavailable),
        ];
        for (code, text, has_token, cause) in rows {
            let error = ClientError::APIError {
                code,
                errors: vec![text.to_owned()],
            };
            let fault = of(&error, has_token);
            assert_eq!(fault.cause, cause, "{code} {text}");
            assert_eq!(fault.code, Some(format!("HTTP {code}")));
            assert!(!fault.to_string().contains("s3cret"));
        }
    }
}
