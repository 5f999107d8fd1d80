use std::io;

use azure_core::http::headers::Headers;
use azure_core::http::{RawResponse, StatusCode};

use super::*;

fn answer(status: u16, code: Option<&str>, body: &str) -> Error {
    let status = StatusCode::from(status);
    let response = RawResponse::from_bytes(status, Headers::new(), body.to_owned());
    let kind = ErrorKind::HttpResponse {
        status,
        error_code: code.map(str::to_owned),
        raw_response: Some(Box::new(response)),
    };
    Error::with_message(kind, "a text of the server's")
}

#[test]
fn answers_of_a_vault_are_told_by_status_and_code() {
    let disabled =
        r#"{"error":{"code":"Forbidden","message":"m","innererror":{"code":"KeyDisabled"}}}"#;
    let denied =
        r#"{"error":{"code":"Forbidden","message":"m","innererror":{"code":"ForbiddenByRbac"}}}"#;
    let missing = r#"{"error":{"code":"KeyNotFound","message":"m"}}"#;
    let bad = r#"{"error":{"code":"BadParameter","message":"m"}}"#;
    let echo = r#"{"error":{"code":"Bearer abc.def","message":"m"}}"#;
    let rows = [
        (
            403,
            disabled,
            Request::Encrypt,
            Cause::Disabled,
            "KeyDisabled",
        ),
        (403, denied, Request::Get, Cause::Denied, "ForbiddenByRbac"),
        (403, "", Request::Get, Cause::Denied, "HTTP 403"),
        (401, "", Request::Get, Cause::Denied, "HTTP 401"),
        (404, missing, Request::Decrypt, Cause::NoKey, "KeyNotFound"),
        (409, bad, Request::Get, Cause::Disabled, "BadParameter"),
        (400, bad, Request::Decrypt, Cause::Foreign, "BadParameter"),
        (400, bad, Request::Encrypt, Cause::Refused, "BadParameter"),
        (400, echo, Request::Encrypt, Cause::Refused, "HTTP 400"),
        (429, "<html>", Request::Get, Cause::Throttled, "HTTP 429"),
        (503, "", Request::Get, Cause::Unavailable, "HTTP 503"),
        (302, "", Request::Get, Cause::Refused, "HTTP 302"),
    ];
    for (status, body, request, cause, code) in rows {
        let found = fault(&answer(status, None, body), request);
        assert_eq!(found, Fault::new(cause).code(code), "{status} {body}");
    }
}

#[test]
fn answers_to_a_login_are_told_by_their_numbers() {
    let rows = [
        (401, Some("7000215"), Cause::Denied, "AADSTS7000215"),
        (400, Some("90002,50034"), Cause::Denied, "AADSTS90002"),
        (400, Some("s3cret"), Cause::Denied, "HTTP 400"),
        (400, None, Cause::Denied, "HTTP 400"),
        (429, Some(""), Cause::Throttled, "HTTP 429"),
        (503, None, Cause::Unavailable, "HTTP 503"),
    ];
    for (status, numbers, cause, code) in rows {
        let error = answer(status, numbers, "");
        let error = Error::with_error(ErrorKind::Credential, error, "the login failed");
        // The pipeline wraps what it does not try again.
        let error = error.with_context("will not be tried again");
        let found = fault(&error, Request::Get);
        assert_eq!(found, Fault::new(cause).code(code), "{status} {numbers:?}");
    }
}

#[test]
fn everything_else_is_told_by_its_kind() {
    let of_tls = |problem: &str| {
        let text = format!("invalid peer certificate: {problem}");
        Error::new(ErrorKind::Connection, io::Error::other(text))
    };
    let rows = [
        (of_tls("UnknownIssuer"), Cause::UnknownAuthority),
        (of_tls("BadSignature"), Cause::UnknownAuthority),
        (of_tls("certificate expired"), Cause::BadCertificate),
        (ErrorKind::Connection.into_error(), Cause::Unreachable),
        (
            ErrorKind::Io.into_error().with_context("c"),
            Cause::Unreachable,
        ),
        (
            Error::new(ErrorKind::Credential, ErrorKind::Connection.into_error()),
            Cause::Unreachable,
        ),
        (ErrorKind::DataConversion.into_error(), Cause::BadReply),
        (ErrorKind::Credential.into_error(), Cause::NoCredentials),
        (ErrorKind::Other.into_error(), Cause::Elsewhere),
    ];
    for (error, cause) in rows {
        assert_eq!(fault(&error, Request::Get).cause, cause, "{error:?}");
    }
    let own = Fault::new(Cause::Setting("AZURE_X".to_owned()));
    let error = Error::new(ErrorKind::Credential, own.clone()).with_context("c");
    assert_eq!(fault(&error, Request::Get), own);
}
