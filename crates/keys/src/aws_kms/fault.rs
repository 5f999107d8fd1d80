//! What the SDK's errors mean. Only codes that AWS documents are passed on; a response's text never is.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_kms::config::http::HttpResponse;
use aws_sdk_kms::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use aws_sdk_sts::operation::assume_role_with_web_identity::AssumeRoleWithWebIdentityError;

use crate::{Cause, Fault, http};

/// Codes of KMS and STS, and those that all services of AWS share.
const CODES: [(&str, Cause); 37] = [
    ("AccessDenied", Cause::Denied),
    ("AccessDeniedException", Cause::Denied),
    ("ExpiredToken", Cause::Denied),
    ("ExpiredTokenException", Cause::Denied),
    ("IDPRejectedClaim", Cause::Denied),
    ("IncompleteSignature", Cause::Denied),
    ("IncompleteSignatureException", Cause::Denied),
    ("InvalidClientTokenId", Cause::Denied),
    ("InvalidIdentityToken", Cause::Denied),
    ("InvalidSignatureException", Cause::Denied),
    ("MissingAuthenticationToken", Cause::Denied),
    ("MissingAuthenticationTokenException", Cause::Denied),
    ("NotAuthorized", Cause::Denied),
    ("OptInRequired", Cause::Denied),
    ("RequestExpired", Cause::Denied),
    ("SignatureDoesNotMatch", Cause::Denied),
    ("UnrecognizedClientException", Cause::Denied),
    ("InvalidArnException", Cause::NoKey),
    ("NotFoundException", Cause::NoKey),
    ("DisabledException", Cause::Disabled),
    ("KMSInvalidStateException", Cause::Disabled),
    ("IncorrectKeyException", Cause::Foreign),
    ("InvalidCiphertextException", Cause::Foreign),
    ("LimitExceededException", Cause::Throttled),
    ("RequestLimitExceeded", Cause::Throttled),
    ("SlowDown", Cause::Throttled),
    ("Throttling", Cause::Throttled),
    ("ThrottlingException", Cause::Throttled),
    ("TooManyRequestsException", Cause::Throttled),
    ("DependencyTimeoutException", Cause::Unavailable),
    ("InternalFailure", Cause::Unavailable),
    ("KMSInternalException", Cause::Unavailable),
    ("KeyUnavailableException", Cause::Unavailable),
    ("ServiceUnavailable", Cause::Unavailable),
    ("InvalidKeyUsageException", Cause::Refused),
    ("RegionDisabledException", Cause::Refused),
    ("ValidationException", Cause::Refused),
];

/// Hints that say more than the cause's own.
const HINTS: [(&str, &str); 10] = [
    ("ExpiredToken", "log in again"),
    ("ExpiredTokenException", "log in again"),
    (
        "InvalidKeyUsageException",
        "it takes a symmetric key for encrypting and decrypting",
    ),
    ("InvalidSignatureException", SIGNATURE),
    (
        "KMSInvalidStateException",
        "it waits for its deletion, or for its key material",
    ),
    (
        "NotFoundException",
        "check the region, the account and the name in the ARN",
    ),
    (
        "RegionDisabledException",
        "the account has switched this region's STS off",
    ),
    ("RequestExpired", "check this machine's clock"),
    ("SignatureDoesNotMatch", SIGNATURE),
    (
        "UnrecognizedClientException",
        "the access key is not known, or not in this region",
    ),
];

/// Codes of S3, which has its own names for some of the others.
const STORE: [(&str, Cause, Option<&str>); 22] = [
    ("AccessDenied", Cause::Denied, Some(MAY_WRITE)),
    ("AccountProblem", Cause::Denied, None),
    ("AllAccessDisabled", Cause::Denied, None),
    ("ExpiredToken", Cause::Denied, Some("log in again")),
    (
        "InvalidAccessKeyId",
        Cause::Denied,
        Some("the access key is not known"),
    ),
    ("InvalidToken", Cause::Denied, Some("log in again")),
    (
        "RequestTimeTooSkewed",
        Cause::Denied,
        Some("check this machine's clock"),
    ),
    ("SignatureDoesNotMatch", Cause::Denied, Some(SIGNATURE)),
    ("InvalidBucketName", Cause::NoPlace, None),
    ("NoSuchBucket", Cause::NoPlace, None),
    (
        "AuthorizationHeaderMalformed",
        Cause::Refused,
        Some(OTHER_REGION),
    ),
    (
        "IllegalLocationConstraintException",
        Cause::Refused,
        Some(OTHER_REGION),
    ),
    ("PermanentRedirect", Cause::Refused, Some(OTHER_REGION)),
    ("TemporaryRedirect", Cause::Refused, Some(OTHER_REGION)),
    ("EntityTooLarge", Cause::Refused, None),
    ("InvalidRequest", Cause::Refused, None),
    ("KeyTooLongError", Cause::Refused, None),
    ("RequestTimeout", Cause::Unavailable, None),
    ("InternalError", Cause::Unavailable, None),
    ("OperationAborted", Cause::Unavailable, None),
    ("ServiceUnavailable", Cause::Unavailable, None),
    ("SlowDown", Cause::Throttled, None),
];

const MAY_WRITE: &str =
    "check which account the credentials belong to and that it has s3:PutObject for this bucket";
const OTHER_REGION: &str = "the bucket is in another region: set AWS_REGION to that";
const SIGNATURE: &str =
    "the secret access key does not belong to the access key, or the clock is wrong";

/// The fault for a call's error.
pub(super) fn of<E>(error: &SdkError<E, HttpResponse>) -> Fault
where
    E: Error + ProvideErrorMetadata + 'static,
{
    answer(error).unwrap_or_else(|| before_an_answer(error))
}

/// What the service said, if it said anything.
fn answer<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Option<Fault> {
    match error {
        SdkError::ServiceError(answer) => {
            let code = answer.err().code().unwrap_or_default();
            Some(coded(code).unwrap_or_else(|| status(answer.raw().status().as_u16())))
        }
        SdkError::ResponseError(answer) => Some(status(answer.raw().status().as_u16())),
        _ => None,
    }
}

/// The fault behind an answer of S3. The code stands in an element of its XML.
pub(super) fn of_store(number: u16, body: &str) -> Fault {
    let code = body.split_once("<Code>");
    let code = code.and_then(|(_, rest)| rest.split_once("</Code>"));
    let code = code.map_or("", |(code, _)| code);
    match STORE.iter().find(|(known, ..)| *known == code) {
        Some((code, cause, hint)) => Fault {
            cause: cause.clone(),
            code: Some((*code).to_owned()),
            hint: *hint,
        },
        None if matches!(number, 301 | 307) => status(number).hint(OTHER_REGION),
        None if number == 403 => status(number).hint(MAY_WRITE),
        None => status(number),
    }
}

/// A code may carry a namespace in front and an address behind, as the JSON protocol allows; the SDK takes both away.
fn coded(code: &str) -> Option<Fault> {
    let (code, cause) = CODES.iter().find(|(known, _)| *known == code)?;
    let fault = Fault::new(cause.clone()).code(*code);
    let hint = HINTS.iter().find(|(known, _)| known == code);
    Some(match hint {
        Some((_, hint)) => fault.hint(hint),
        None => fault,
    })
}

/// An answer without a code that AWS documents: somebody between, or something new.
fn status(status: u16) -> Fault {
    let cause = match status {
        200..=299 => return Fault::new(Cause::BadReply),
        401 | 403 => Cause::Denied,
        429 => Cause::Throttled,
        500.. => Cause::Unavailable,
        _ => Cause::Refused,
    };
    Fault::new(cause).code(format!("HTTP {status}"))
}

/// No answer of KMS: credentials that could not be had, a connection that did not come about.
fn before_an_answer(error: &(dyn Error + 'static)) -> Fault {
    let credentials = reasons(error).find_map(|reason| reason.downcast_ref::<CredentialsError>());
    if let Some(credentials) = credentials {
        return no_credentials(credentials);
    }
    http::fault(error)
}

/// The error, its reason, the reason of that, and so on.
fn reasons<'e>(
    error: &'e (dyn Error + 'static),
) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'e (dyn Error + 'static)| {
        (*error).source()
    })
}

/// Why the chain gave nothing. Of a role that cannot be assumed STS says why.
pub(super) fn no_credentials(error: &CredentialsError) -> Fault {
    match error {
        CredentialsError::CredentialsNotLoaded(_) => Fault::new(Cause::NoCredentials).hint(
            "log in, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile that has credentials",
        ),
        CredentialsError::ProviderTimedOut(_) => Fault::new(Cause::Unreachable)
            .hint("whoever gives the credentials does not answer"),
        CredentialsError::InvalidConfiguration(_) => Fault::new(Cause::Setting(
            "the AWS configuration cannot be used".to_owned(),
        )),
        other => of_a_provider(other),
    }
}

fn of_a_provider(error: &(dyn Error + 'static)) -> Fault {
    let said = reasons(error).find_map(|reason| {
        let role = reason.downcast_ref::<SdkError<AssumeRoleError, HttpResponse>>();
        let token = reason.downcast_ref::<SdkError<AssumeRoleWithWebIdentityError, HttpResponse>>();
        let answer = role.map(answer).or_else(|| token.map(answer))?;
        Some(answer.unwrap_or_else(|| before_an_answer(reason)))
    });
    match said {
        Some(fault) if fault.cause == Cause::Denied && fault.hint.is_none() => {
            fault.hint("the credentials at hand may not assume the role")
        }
        Some(fault) => fault,
        None => {
            Fault::new(Cause::NoCredentials).hint("the source of credentials that is set up fails")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_stands_once_and_every_hint_has_its_code() {
        for (index, (code, _)) in CODES.iter().enumerate() {
            let is_same = |(other, _): &(&str, Cause)| other == code;
            assert!(!CODES[..index].iter().any(is_same), "{code} twice");
        }
        for (code, hint) in HINTS {
            assert_eq!(coded(code).unwrap().hint, Some(hint), "{code}");
        }
    }

    #[test]
    fn only_known_codes_are_passed_on() {
        let denied = coded("AccessDeniedException").unwrap();
        assert_eq!(
            denied,
            Fault::new(Cause::Denied).code("AccessDeniedException")
        );
        assert_eq!(coded("c2VjcmV0"), None);
        assert_eq!(coded(""), None);
    }

    #[test]
    fn answers_of_s3_go_by_their_codes() {
        let xml =
            |code: &str| format!("<Error><Code>{code}</Code><Message>s3cret</Message></Error>");
        let rows = [
            (404, xml("NoSuchBucket"), Cause::NoPlace, "NoSuchBucket"),
            (403, xml("AccessDenied"), Cause::Denied, "s3:PutObject"),
            (301, xml("PermanentRedirect"), Cause::Refused, "AWS_REGION"),
            (301, String::new(), Cause::Refused, "AWS_REGION"),
            (503, xml("SlowDown"), Cause::Throttled, "SlowDown"),
            (
                503,
                "<html>s3cret".to_owned(),
                Cause::Unavailable,
                "HTTP 503",
            ),
            (400, xml("s3cret"), Cause::Refused, "HTTP 400"),
        ];
        for (number, body, cause, says) in rows {
            let fault = of_store(number, &body);
            assert_eq!(fault.cause, cause, "{body}");
            let text = fault.to_string();
            assert!(text.contains(says) && !text.contains("s3cret"), "{text}");
        }
    }

    #[test]
    fn an_answer_without_a_code_goes_by_its_status() {
        let rows = [
            (200, Cause::BadReply, None),
            (301, Cause::Refused, Some("HTTP 301")),
            (400, Cause::Refused, Some("HTTP 400")),
            (403, Cause::Denied, Some("HTTP 403")),
            (429, Cause::Throttled, Some("HTTP 429")),
            (500, Cause::Unavailable, Some("HTTP 500")),
            (503, Cause::Unavailable, Some("HTTP 503")),
        ];
        for (number, cause, code) in rows {
            let fault = status(number);
            assert_eq!((fault.cause, fault.code.as_deref()), (cause, code));
        }
    }

    #[test]
    fn credentials_that_cannot_be_had_are_told_from_a_connection_that_cannot() {
        let rows = [
            (
                CredentialsError::not_loaded_no_source(),
                Cause::NoCredentials,
            ),
            (CredentialsError::provider_error("x"), Cause::NoCredentials),
            (
                CredentialsError::provider_timed_out(std::time::Duration::from_secs(1)),
                Cause::Unreachable,
            ),
            (
                CredentialsError::invalid_configuration("x"),
                Cause::Setting("the AWS configuration cannot be used".to_owned()),
            ),
        ];
        for (error, cause) in rows {
            let wrapped = std::io::Error::other(std::io::Error::other("x"));
            assert_eq!(before_an_answer(&wrapped).cause, Cause::Unreachable);
            assert_eq!(before_an_answer(&error).cause, cause);
        }
        let unknown = std::io::Error::other("invalid peer certificate: UnknownIssuer");
        assert_eq!(before_an_answer(&unknown).cause, Cause::UnknownAuthority);
    }
}
