//! What a status of the service's means, in our words. Of what it wrote, only the codes that are known here are read, and none is repeated but the
//! number of a refused login, by which the vendor's documentation can be searched.

use selkie_api::Cause;
use serde::Deserialize;

use super::client::Answer;
use crate::{Failure, http};

/// Why a request about `what` was not served by the vault.
pub(super) fn of(answer: &Answer, what: &str) -> Failure {
    let (cause, words) = match (answer.status, Code::of(answer)) {
        (401, _) => (Cause::Unauthorized, "the vault does not take the token"),
        (403, Code::Disabled) => (Cause::Forbidden, "it is disabled"),
        (403, Code::Network) => (
            Cause::Forbidden,
            "the vault's firewall does not let this network in",
        ),
        (403, Code::Other) => (Cause::Forbidden, "whoever logs in may not do this"),
        (404, _) => (Cause::NotFound, "there is no such thing in the vault"),
        (status, _) => general(status, "the vault"),
    };
    tell(answer, cause, &format!("{what}: {words}"), "")
}

/// Why a login was not.
pub(super) fn of_login(answer: &Answer, is_machine: bool) -> Failure {
    let (who, none) = if is_machine {
        ("the machine", "the machine has no such identity")
    } else {
        ("the directory", "the directory refuses the login")
    };
    let (cause, words) = match answer.status {
        400 | 401 | 403 | 404 => (Cause::Unauthorized, none),
        status => general(status, who),
    };
    let number = number(answer).map(|number| format!(", AADSTS{number}"));
    tell(answer, cause, words, &number.unwrap_or_default())
}

/// Why nobody answered a login.
pub(super) fn of_silence(error: &reqwest::Error, is_machine: bool) -> Failure {
    let failure = http::failure(error);
    let who = if is_machine {
        "asking the machine for its identity"
    } else {
        "logging in"
    };
    Failure::new(failure.cause, format!("{who}: {}", failure.detail))
}

/// An answer with success that is none of the service's.
pub(super) fn strange(who: &str) -> Failure {
    let words = format!("{who} gives an answer that cannot be understood");
    Failure::new(Cause::ProviderError, words)
}

fn general(status: u16, who: &str) -> (Cause, &'static str) {
    let is_vault = who == "the vault";
    match status {
        300..400 => (
            Cause::InvalidSpec,
            "the server names another one, which must stand in the store",
        ),
        400 if is_vault => (Cause::InvalidSpec, "the vault cannot make sense of it"),
        408 => (Cause::Timeout, "the service has waited too long"),
        429 => (Cause::Throttled, "the service is asked too often"),
        500..600 => (Cause::ProviderError, "the service fails"),
        _ => (Cause::ProviderError, "the service refuses"),
    }
}

fn tell(answer: &Answer, cause: Cause, words: &str, more: &str) -> Failure {
    let failure = Failure::new(cause, format!("{words} (HTTP {}{more})", answer.status));
    match answer.after {
        Some(wait) => failure.after(wait),
        None => failure,
    }
}

/// Why something is forbidden, as far as it makes a difference to whoever has to mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Code {
    Disabled,
    Network,
    Other,
}

impl Code {
    fn of(answer: &Answer) -> Self {
        #[derive(Deserialize)]
        struct Whole<'b> {
            #[serde(borrow)]
            error: Outer<'b>,
        }
        #[derive(Deserialize)]
        struct Outer<'b> {
            #[serde(borrow)]
            innererror: Option<Inner<'b>>,
        }
        #[derive(Deserialize)]
        struct Inner<'b> {
            code: Option<&'b str>,
        }
        let whole = serde_json::from_slice::<Whole<'_>>(answer.body.expose());
        let code = whole.ok().and_then(|it| it.error.innererror?.code);
        match code {
            Some("SecretDisabled" | "KeyDisabled" | "CertificateDisabled") => Self::Disabled,
            Some("ForbiddenByFirewall" | "ForbiddenByConnection") => Self::Network,
            _ => Self::Other,
        }
    }
}

/// The number under which the directory explains a refusal.
fn number(answer: &Answer) -> Option<u32> {
    #[derive(Deserialize)]
    struct Codes {
        error_codes: Vec<u32>,
    }
    let codes: Codes = serde_json::from_slice(answer.body.expose()).ok()?;
    codes.error_codes.first().copied()
}
