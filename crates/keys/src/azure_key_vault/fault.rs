//! What the SDK's errors mean in the words of all vendors. Of what a server sent, only codes get through, and only if they are words.

use std::error::Error as StdError;

use azure_core::Error;
use azure_core::error::{ErrorKind, ErrorResponse};
use azure_core::json::from_json;

use crate::{Cause, Fault, http};

/// What was asked of the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Request {
    Get,
    Encrypt,
    Decrypt,
}

/// The failure of a request, whichever of its parts failed: the login, the connection or the vault.
pub(super) fn fault(error: &Error, request: Request) -> Fault {
    if let Some(fault) = chain(error).find_map(|cause| cause.downcast_ref::<Fault>()) {
        return fault.clone();
    }
    let of_login = matches!(error.kind(), ErrorKind::Credential);
    if let Some(response) = responses(error).last() {
        return if of_login {
            of_entra(response)
        } else {
            of_vault(response, request)
        };
    }
    let kinds = chain(error).filter_map(|cause| cause.downcast_ref::<Error>());
    match kinds.last().unwrap_or(error).kind() {
        ErrorKind::Connection | ErrorKind::Io => http::fault(error),
        ErrorKind::Credential => Fault::new(Cause::NoCredentials),
        // Whoever answered wants tokens for a place that the address is not in.
        ErrorKind::Other => Fault::new(Cause::Elsewhere)
            .hint("check the vault's address: what answers there is no key vault"),
        _ => Fault::new(Cause::BadReply),
    }
}

/// The errors that carry an answer, from the outermost to the innermost.
pub(super) fn responses(error: &Error) -> impl Iterator<Item = &Error> {
    chain(error)
        .filter_map(|cause| cause.downcast_ref::<Error>())
        .filter(|error| error.http_status().is_some())
}

/// The status of an error that carries an answer.
pub(super) fn status(error: &Error) -> u16 {
    error.http_status().map_or(0, u16::from)
}

/// An error and its sources.
pub(super) fn chain<'e>(error: &'e Error) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    let first: &'e (dyn StdError + 'static) = error;
    std::iter::successors(Some(first), |cause| StdError::source(*cause))
}

/// The body of an error that carries an answer.
pub(super) fn body(error: &Error) -> &[u8] {
    match error.kind() {
        ErrorKind::HttpResponse {
            raw_response: Some(response),
            ..
        } => response.body().as_ref(),
        _ => &[],
    }
}

/// The directory's answer to a login.
fn of_entra(error: &Error) -> Fault {
    let status = status(error);
    let fault = match status {
        400 | 401 | 403 | 404 => Fault::new(Cause::Denied),
        _ => Fault::new(general(status)),
    };
    let ErrorKind::HttpResponse { error_code, .. } = error.kind() else {
        return fault;
    };
    let numbers = error_code.iter().flat_map(|codes| codes.split(','));
    let mut numbers = numbers.filter(|code| code.bytes().all(|byte| byte.is_ascii_digit()));
    match numbers.next().filter(|code| !code.is_empty()) {
        Some(number) => fault.code(format!("AADSTS{number}")),
        None => fault.code(format!("HTTP {status}")),
    }
}

fn of_vault(error: &Error, request: Request) -> Fault {
    let status = status(error);
    let Codes { outer, inner } = Codes::of(error);
    let inner = inner.as_deref();
    let cause = match (status, inner) {
        (403, Some("KeyDisabled" | "KeyExpired" | "KeyNotYetValid")) | (409, _) => Cause::Disabled,
        (401 | 403, _) => Cause::Denied,
        (404, _) => Cause::NoKey,
        // The vault has no other word for what it cannot decrypt.
        (400, _) if request == Request::Decrypt => Cause::Foreign,
        _ => general(status),
    };
    let fallback = format!("HTTP {status}");
    Fault::new(cause).code(inner.or(outer.as_deref()).unwrap_or(&fallback))
}

fn general(status: u16) -> Cause {
    match status {
        408 | 500..=599 => Cause::Unavailable,
        429 => Cause::Throttled,
        _ => Cause::Refused,
    }
}

/// The codes of a vault's answer.
#[derive(Default)]
struct Codes {
    outer: Option<String>,
    inner: Option<String>,
}

impl Codes {
    fn of(error: &Error) -> Self {
        let Ok(answer) = from_json::<_, ErrorResponse>(body(error)) else {
            return Self::default();
        };
        let Some(detail) = answer.error else {
            return Self::default();
        };
        let inner = detail.inner_error.and_then(|inner| inner.code);
        Self {
            outer: detail.code.filter(|code| is_word(code)),
            inner: inner.filter(|code| is_word(code)),
        }
    }
}

/// Anything longer, or with other characters, may be something that was sent there.
fn is_word(code: &str) -> bool {
    (1..=40).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests;
