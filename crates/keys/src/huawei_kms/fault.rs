//! What Huawei Cloud's statuses and codes mean. Never here: a sentence of the server's that goes on.

use serde::Deserialize;

use super::api::Direction;
use crate::{Cause, Fault};

/// The code of an error, which stands at the top or one level below.
#[derive(Default, Deserialize)]
struct Answer {
    #[serde(default)]
    error_code: String,
    error: Option<Problem>,
}

#[derive(Deserialize)]
struct Problem {
    #[serde(default)]
    error_code: String,
}

const CLOCK: &str = "check the access key and this machine's clock";
const PERMISSION: &str = "check that the account may use the key: kms:cmk:crypto";

/// The fault behind an answer of KMS.
pub(super) fn of(status: u16, body: &[u8], direction: Direction) -> Fault {
    let code = code(body);
    let (cause, hint) = match (status, code.as_deref().unwrap_or_default()) {
        // Codes of the service's list, in which a key that does not exist is an invalid one.
        (_, "KMS.0205" | "KMS.0207") => (Cause::NoKey, None),
        (_, "KMS.0209" | "KMS.0210") => (Cause::Disabled, None),
        (401, _) => (Cause::Denied, Some(CLOCK)),
        (403, _) => (Cause::Denied, Some(PERMISSION)),
        (404, _) => (Cause::NoKey, None),
        (429, _) | (_, "APIGW.0308") => (Cause::Throttled, None),
        (300..400, _) => (Cause::Elsewhere, None),
        (500..600, _) => (Cause::Unavailable, None),
        (400, _) if direction == Direction::Decrypt => (Cause::Foreign, None),
        _ => (Cause::Refused, None),
    };
    Fault {
        cause,
        code: Some(code.unwrap_or_else(|| format!("HTTP {status}"))),
        hint,
    }
}

/// The fault behind an answer of the identity service.
pub(super) fn of_identity(status: u16, body: &[u8]) -> Fault {
    let mut fault = of(status, body, Direction::Encrypt);
    if fault.cause == Cause::NoKey {
        fault.cause = Cause::Refused;
    }
    fault.code(format!("HTTP {status} for the project"))
}

/// The code, if it has the form of one: a server may put anything there.
fn code(body: &[u8]) -> Option<String> {
    let answer: Answer = serde_json::from_slice(body).ok()?;
    let code = match answer.error {
        Some(problem) => problem.error_code,
        None => answer.error_code,
    };
    let (family, number) = code.split_once('.')?;
    let is_code = ["KMS", "APIGW", "APIG", "IAM"].contains(&family)
        && number.len() == 4
        && number.bytes().all(|byte| byte.is_ascii_digit());
    is_code.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_told_in_our_words_and_huaweis_codes() {
        let top = |code: &str| format!(r#"{{"error_code":"{code}","error_msg":"s3cret"}}"#);
        let below = |code: &str| format!(r#"{{"error":{}}}"#, top(code));
        let rows = [
            (400, below("KMS.0205"), Cause::NoKey, "KMS.0205"),
            (400, below("KMS.0209"), Cause::Disabled, "KMS.0209"),
            (400, top("KMS.0210"), Cause::Disabled, "KMS.0210"),
            (400, below("KMS.0415"), Cause::Foreign, "KMS.0415"),
            (401, top("APIGW.0301"), Cause::Denied, "APIGW.0301"),
            (403, below("KMS.0306"), Cause::Denied, "kms:cmk:crypto"),
            (404, String::new(), Cause::NoKey, "HTTP 404"),
            (429, top("APIGW.0308"), Cause::Throttled, "APIGW.0308"),
            (
                503,
                "<html>s3cret".to_owned(),
                Cause::Unavailable,
                "HTTP 503",
            ),
            (418, top("s3cret"), Cause::Refused, "HTTP 418"),
            (418, top("KMS.s3cr"), Cause::Refused, "HTTP 418"),
        ];
        for (status, body, cause, says) in rows {
            let fault = of(status, body.as_bytes(), Direction::Decrypt);
            assert_eq!(fault.cause, cause, "{status} {body}");
            let text = fault.to_string();
            assert!(text.contains(says) && !text.contains("s3cr"), "{text}");
        }
        let fault = of_identity(404, b"");
        assert_eq!(fault.cause, Cause::Refused);
    }
}
