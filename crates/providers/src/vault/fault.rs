//! What a status of Vault's means, in our words. Never here: a word of the server's.

use selkie_api::Cause;

use super::client::Answer;
use crate::Failure;

/// Why a request about `what` was not served.
pub(super) fn of(answer: &Answer, what: &str, has_token: bool) -> Failure {
    let (cause, words) = meaning(answer.status, has_token);
    tell(answer, cause, &format!("{what}: {words}"))
}

/// Why a login at `path` was not.
pub(super) fn of_login(answer: &Answer, path: &str) -> Failure {
    let (cause, words) = match answer.status {
        // Status 400 is for a wrong secret of an AppRole and for a wrong password.
        400 | 401 | 403 => (Cause::Unauthorized, "the login is refused"),
        404 | 405 => (Cause::Unauthorized, "no login is enabled at this path"),
        status => meaning(status, true),
    };
    tell(answer, cause, &format!("{path}: {words}"))
}

/// An answer with success that is none of Vault's.
pub(super) fn strange(what: &str) -> Failure {
    let words = format!("{what}: the answer cannot be understood");
    Failure::new(Cause::ProviderError, words)
}

fn meaning(status: u16, has_token: bool) -> (Cause, &'static str) {
    match status {
        300..400 => (
            Cause::InvalidSpec,
            "the server names another one, which must stand in the store",
        ),
        400 | 401 | 403 if !has_token => (
            Cause::CredentialsMissing,
            "the server asks for a token, and the store has no auth",
        ),
        400 => (Cause::InvalidSpec, "the server cannot make sense of it"),
        401 => (Cause::Unauthorized, "the token is refused"),
        403 => (Cause::Forbidden, "no policy of the token allows it"),
        404 | 405 => (
            Cause::NotFound,
            "no key-value engine of this version is there",
        ),
        // A replica that has not caught up, a standby that is asked too early.
        412 | 472 | 473 => (Cause::ProviderError, "the server is behind"),
        429 => (Cause::Throttled, "the server is asked too often"),
        503 => (Cause::ProviderError, "Vault is sealed or in maintenance"),
        500..600 => (Cause::ProviderError, "the server fails"),
        _ => (Cause::ProviderError, "the server refuses"),
    }
}

fn tell(answer: &Answer, cause: Cause, words: &str) -> Failure {
    let failure = Failure::new(cause, format!("{words} (HTTP {})", answer.status));
    match answer.after {
        Some(wait) => failure.after(wait),
        None => failure,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use selkie_crypto::Secret;

    use super::*;

    fn answer(status: u16) -> Answer {
        Answer {
            status,
            body: Secret::from("s3cret".to_owned()),
            after: None,
        }
    }

    #[test]
    fn a_status_is_told_in_our_words_alone() {
        let rows = [
            (301, true, Cause::InvalidSpec),
            (307, true, Cause::InvalidSpec),
            (400, true, Cause::InvalidSpec),
            (400, false, Cause::CredentialsMissing),
            (401, true, Cause::Unauthorized),
            (403, true, Cause::Forbidden),
            (403, false, Cause::CredentialsMissing),
            (404, true, Cause::NotFound),
            (405, false, Cause::NotFound),
            (412, true, Cause::ProviderError),
            (418, true, Cause::ProviderError),
            (429, true, Cause::Throttled),
            (473, true, Cause::ProviderError),
            (500, true, Cause::ProviderError),
            (502, true, Cause::ProviderError),
            (503, true, Cause::ProviderError),
        ];
        for (status, has_token, cause) in rows {
            let failure = of(&answer(status), "secret/data/app", has_token);
            assert_eq!(failure.cause, cause, "{status}");
            assert!(failure.detail.starts_with("secret/data/app: "));
            assert!(failure.detail.ends_with(&format!("(HTTP {status})")));
            assert!(!failure.detail.contains("s3cret"));
        }
    }

    #[test]
    fn a_login_has_meanings_of_its_own() {
        let rows = [
            (400, Cause::Unauthorized),
            (403, Cause::Unauthorized),
            (404, Cause::Unauthorized),
            (307, Cause::InvalidSpec),
            (429, Cause::Throttled),
            (500, Cause::ProviderError),
        ];
        for (status, cause) in rows {
            let failure = of_login(&answer(status), "auth/approle/login");
            assert_eq!(failure.cause, cause, "{status}");
        }
    }

    #[test]
    fn a_server_may_ask_to_be_left_alone() {
        let after = Some(Duration::from_secs(7));
        let busy = Answer {
            after,
            ..answer(429)
        };
        assert_eq!(of(&busy, "x", true).after, after);
    }
}
