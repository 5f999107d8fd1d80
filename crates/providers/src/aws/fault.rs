//! What an answer of AWS's means, in our words. Only codes that AWS documents are passed on; never a word of the message.

use selkie_api::Cause;
use selkie_crypto::Secret;

use super::client::Answer;
use crate::Failure;
use crate::json::{self, Node};

const DENIED: &str = "no policy of the identity allows it";
const REFUSED: &str = "the access key or its session is refused";
const OVER: &str = "the session is over";
const SIGNATURE: &str = "the secret does not belong to the access key, or the clock is wrong";
const TOKEN: &str = "the token of the account is refused";
const MISSING: &str = "there is no such thing";
const SENSELESS: &str = "the service cannot make sense of it";
const LOCKED: &str = "the key of KMS that it is encrypted with cannot be used";
const OFTEN: &str = "the service is asked too often";
const FAILS: &str = "the service fails";
const CLOSED: &str = "the account has switched this region off";

/// Codes of Secrets Manager, Parameter Store and STS, and those that all services share.
const CODES: [(&str, Cause, &str); 52] = [
    ("AccessDenied", Cause::Forbidden, DENIED),
    ("AccessDeniedException", Cause::Forbidden, DENIED),
    ("UnauthorizedOperation", Cause::Forbidden, DENIED),
    ("DecryptionFailure", Cause::Forbidden, LOCKED),
    ("InvalidKeyId", Cause::Forbidden, LOCKED),
    ("ExpiredToken", Cause::Unauthorized, OVER),
    ("ExpiredTokenException", Cause::Unauthorized, OVER),
    ("RequestExpired", Cause::Unauthorized, SIGNATURE),
    ("IncompleteSignature", Cause::Unauthorized, SIGNATURE),
    (
        "IncompleteSignatureException",
        Cause::Unauthorized,
        SIGNATURE,
    ),
    ("InvalidSignatureException", Cause::Unauthorized, SIGNATURE),
    ("SignatureDoesNotMatch", Cause::Unauthorized, SIGNATURE),
    ("InvalidClientTokenId", Cause::Unauthorized, REFUSED),
    ("InvalidAccessKeyId", Cause::Unauthorized, REFUSED),
    ("InvalidToken", Cause::Unauthorized, REFUSED),
    ("MissingAuthenticationToken", Cause::Unauthorized, REFUSED),
    (
        "MissingAuthenticationTokenException",
        Cause::Unauthorized,
        REFUSED,
    ),
    ("NotAuthorized", Cause::Unauthorized, REFUSED),
    ("OptInRequired", Cause::Unauthorized, REFUSED),
    ("UnrecognizedClientException", Cause::Unauthorized, REFUSED),
    ("IDPCommunicationError", Cause::ProviderError, FAILS),
    ("IDPRejectedClaim", Cause::Unauthorized, TOKEN),
    ("InvalidIdentityToken", Cause::Unauthorized, TOKEN),
    ("InvalidIdentityTokenException", Cause::Unauthorized, TOKEN),
    ("InvalidResourceId", Cause::NotFound, MISSING),
    ("ParameterNotFound", Cause::NotFound, MISSING),
    ("ParameterVersionNotFound", Cause::NotFound, MISSING),
    ("ResourceNotFoundException", Cause::NotFound, MISSING),
    ("InvalidFilterKey", Cause::InvalidSpec, SENSELESS),
    ("InvalidFilterOption", Cause::InvalidSpec, SENSELESS),
    ("InvalidFilterValue", Cause::InvalidSpec, SENSELESS),
    ("InvalidNextToken", Cause::ProviderError, FAILS),
    ("InvalidNextTokenException", Cause::ProviderError, FAILS),
    ("InvalidParameterException", Cause::InvalidSpec, SENSELESS),
    ("InvalidRequestException", Cause::InvalidSpec, SENSELESS),
    ("MalformedPolicyDocument", Cause::InvalidSpec, SENSELESS),
    ("PackedPolicyTooLarge", Cause::InvalidSpec, SENSELESS),
    ("ValidationError", Cause::InvalidSpec, SENSELESS),
    ("ValidationException", Cause::InvalidSpec, SENSELESS),
    ("RegionDisabledException", Cause::InvalidSpec, CLOSED),
    ("LimitExceededException", Cause::Throttled, OFTEN),
    ("RequestLimitExceeded", Cause::Throttled, OFTEN),
    ("SlowDown", Cause::Throttled, OFTEN),
    ("Throttling", Cause::Throttled, OFTEN),
    ("ThrottlingException", Cause::Throttled, OFTEN),
    ("TooManyRequestsException", Cause::Throttled, OFTEN),
    ("InternalFailure", Cause::ProviderError, FAILS),
    ("InternalServerError", Cause::ProviderError, FAILS),
    ("InternalServiceError", Cause::ProviderError, FAILS),
    ("InternalServiceErrorException", Cause::ProviderError, FAILS),
    ("ServiceUnavailable", Cause::ProviderError, FAILS),
    ("ServiceUnavailableException", Cause::ProviderError, FAILS),
];

/// Why a request about `what` was not served.
pub(super) fn of(answer: &Answer, what: &str) -> Failure {
    let (cause, words) = meaning(answer.code, answer.status);
    let code = answer
        .code
        .map_or_else(String::new, |code| format!("{code}, "));
    let detail = format!("{what}: {words} ({code}HTTP {})", answer.status);
    let failure = Failure::new(cause, detail);
    match answer.after {
        Some(wait) => failure.after(wait),
        None => failure,
    }
}

/// Why keys were not lent: what a policy forbids there is a login that is refused.
pub(super) fn of_login(answer: &Answer, what: &str) -> Failure {
    let failure = of(answer, what);
    let cause = match failure.cause {
        Cause::Forbidden | Cause::NotFound => Cause::Unauthorized,
        cause => cause,
    };
    Failure { cause, ..failure }
}

/// Why one of several names was not read, by its code alone.
pub(super) fn of_one(code: &str, what: &str) -> Failure {
    match known(code) {
        Some((code, cause, words)) => Failure::new(cause, format!("{what}: {words} ({code})")),
        None => Failure::new(Cause::ProviderError, format!("{what}: {FAILS}")),
    }
}

/// An answer with success that is none of AWS's.
pub(super) fn strange(what: &str) -> Failure {
    let words = format!("{what}: the answer cannot be understood");
    Failure::new(Cause::ProviderError, words)
}

/// Whether the keys were good until just now.
pub(super) fn is_expired(code: &str) -> bool {
    matches!(code, "ExpiredToken" | "ExpiredTokenException")
}

/// The code in the body of an answer, JSON or XML, if it is one that is known.
///
/// In JSON it may have a namespace in front (`com.amazon.coral.service#X`) and an address behind (`X:http://…`).
pub(super) fn code(body: &Secret) -> Option<&'static str> {
    let said = if let Ok(document) = json::parse(body.expose()) {
        let member = document.member(b"__type");
        member.and_then(Node::text)?.decoded()
    } else {
        Secret::from(element(body.expose(), "Code")?.to_vec())
    };
    let text = str::from_utf8(said.expose()).ok()?;
    let text = text.rsplit_once('#').map_or(text, |(_, text)| text);
    let text = text.split_once(':').map_or(text, |(text, _)| text);
    known(text).map(|(code, ..)| code)
}

/// What stands in the first element of this name. Nothing that is asked for has elements of its own or needs an entity.
pub(super) fn element<'b>(body: &'b [u8], name: &str) -> Option<&'b [u8]> {
    let find = |bytes: &'b [u8], text: &str| {
        bytes
            .windows(text.len())
            .position(|window| window == text.as_bytes())
    };
    let start = format!("<{name}>");
    let rest = &body[find(body, &start)? + start.len()..];
    Some(&rest[..find(rest, "</")?])
}

fn known(code: &str) -> Option<(&'static str, Cause, &'static str)> {
    CODES.iter().find(|(known, ..)| *known == code).copied()
}

fn meaning(code: Option<&str>, status: u16) -> (Cause, &'static str) {
    if let Some((_, cause, words)) = code.and_then(known) {
        return (cause, words);
    }
    match status {
        200..300 => (Cause::ProviderError, "the answer cannot be understood"),
        300..400 => (Cause::InvalidSpec, "the service names another address"),
        401 => (Cause::Unauthorized, REFUSED),
        403 => (Cause::Forbidden, DENIED),
        429 => (Cause::Throttled, OFTEN),
        400..500 => (Cause::InvalidSpec, SENSELESS),
        _ => (Cause::ProviderError, FAILS),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        let body = Secret::from(body.to_owned());
        Answer {
            status,
            code: code(&body),
            body,
            after: None,
        }
    }

    #[test]
    fn every_code_stands_once() {
        for (index, (code, ..)) in CODES.iter().enumerate() {
            let is_same = |(other, ..): &(&str, Cause, &str)| other == code;
            assert!(!CODES[..index].iter().any(is_same), "{code} twice");
        }
    }

    #[test]
    fn an_answer_is_told_in_our_words_alone() {
        let json = |code: &str| format!(r#"{{"__type": "{code}", "Message": "s3cret"}}"#);
        let xml = |code: &str| {
            format!(
                "<ErrorResponse><Error><Code>{code}</Code><Message>s3cret</Message></Error></ErrorResponse>"
            )
        };
        let rows = [
            (400, json("AccessDeniedException"), Cause::Forbidden),
            (400, json("ns.s#ThrottlingException"), Cause::Throttled),
            (
                400,
                json("ExpiredTokenException:http://a/"),
                Cause::Unauthorized,
            ),
            (
                400,
                json("UnrecognizedClientException"),
                Cause::Unauthorized,
            ),
            (400, json("ValidationException"), Cause::InvalidSpec),
            (400, json("ParameterNotFound"), Cause::NotFound),
            (400, json("DecryptionFailure"), Cause::Forbidden),
            (500, json("InternalServiceError"), Cause::ProviderError),
            (403, xml("AccessDenied"), Cause::Forbidden),
            (403, xml("SignatureDoesNotMatch"), Cause::Unauthorized),
            (400, xml("s3cret"), Cause::InvalidSpec),
            (400, json("s3cret"), Cause::InvalidSpec),
            (400, "<html>s3cret".to_owned(), Cause::InvalidSpec),
            (301, String::new(), Cause::InvalidSpec),
            (401, String::new(), Cause::Unauthorized),
            (403, "{}".to_owned(), Cause::Forbidden),
            (429, String::new(), Cause::Throttled),
            (500, String::new(), Cause::ProviderError),
            (503, "s3cret".to_owned(), Cause::ProviderError),
        ];
        for (status, body, cause) in rows {
            let failure = of(&answer(status, &body), "app");
            assert_eq!(failure.cause, cause, "{status} {body}");
            assert!(failure.detail.starts_with("app: "), "{failure}");
            assert!(
                failure.detail.ends_with(&format!("HTTP {status})")),
                "{failure}"
            );
            assert!(!failure.detail.contains("s3cret"), "{failure}");
        }
    }

    #[test]
    fn a_login_that_is_forbidden_is_refused() {
        let rows = [
            (403, "AccessDenied", Cause::Unauthorized),
            (400, "ExpiredToken", Cause::Unauthorized),
            (400, "Throttling", Cause::Throttled),
            (400, "ValidationError", Cause::InvalidSpec),
        ];
        for (status, code, cause) in rows {
            let xml = format!("<Error><Code>{code}</Code></Error>");
            assert_eq!(of_login(&answer(status, &xml), "role").cause, cause);
        }
    }

    #[test]
    fn one_of_several_has_a_code_alone() {
        let rows = [
            ("AccessDeniedException", Cause::Forbidden),
            ("s3cret", Cause::ProviderError),
        ];
        for (code, cause) in rows {
            let failure = of_one(code, "app");
            assert_eq!(failure.cause, cause);
            assert!(!failure.detail.contains("s3cret"));
        }
    }

    #[test]
    fn a_service_may_ask_to_be_left_alone() {
        let after = Some(Duration::from_secs(7));
        let busy = Answer {
            after,
            ..answer(429, "")
        };
        assert_eq!(of(&busy, "x").after, after);
    }
}
