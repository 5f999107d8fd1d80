//! What gpg's status lines say, which are made for programs: names and numbers, the same in every language.
//!
//! Source: `doc/DETAILS` of `GnuPG`, and its table of error codes. Never here: gpg's own sentences.

use selkie_crypto::Secret;

use crate::{Cause, Fault};

/// What stands in front of a status line.
pub(super) const MARK: &str = "[GNUPG:] ";

/// The agent has begun to ask a person.
pub(super) const ASKING: &str = "PINENTRY_LAUNCHED";

/// Whether the message was decrypted and its integrity checked.
pub(super) fn is_decrypted(status: &[String]) -> bool {
    words(status).any(|words| words[0] == "DECRYPTION_OKAY")
}

/// Why a message was not made; `None` if the key is there, but was skipped for a reason that is not told here.
pub(super) fn not_encrypted(status: &[String]) -> Option<Fault> {
    let missing = || {
        Fault::new(Cause::NoKey)
            .hint("import the public key with `gpg --import`, or check its fingerprint")
    };
    for words in words(status) {
        match words.as_slice() {
            ["INV_RECP", "1", ..] => return Some(missing()),
            ["INV_RECP", "4", ..] => return Some(revoked()),
            ["INV_RECP", "5", ..] => return Some(expired()),
            ["INV_RECP", "2", ..] => {
                let problem = "several keys go by this name".to_owned();
                return Some(Fault::new(Cause::Setting(problem)).hint("use the whole fingerprint"));
            }
            ["INV_RECP", ..] => return None,
            _ => {}
        }
    }
    Some(Fault::new(Cause::Refused))
}

/// Why a message was not opened: `Ok(None)` if it is for somebody else.
pub(super) fn not_decrypted(status: &[String]) -> Result<Option<Secret>, Fault> {
    let mut foreign = false;
    for words in words(status) {
        match words.as_slice() {
            ["ERROR", "pkdecrypt_failed", code, ..] => return Err(no_secret_key(code)),
            ["NO_SECKEY", ..] => foreign = true,
            ["NODATA", ..] => return Err(not_a_message()),
            _ => {}
        }
    }
    if foreign {
        return Ok(None);
    }
    Err(not_a_message())
}

pub(super) fn expired() -> Fault {
    Fault::new(Cause::Disabled)
        .code("expired")
        .hint("prolong it with `gpg --quick-set-expire`, or encrypt for another key")
}

pub(super) fn revoked() -> Fault {
    Fault::new(Cause::Disabled)
        .code("revoked")
        .hint("encrypt for another key")
}

fn not_a_message() -> Fault {
    Fault::new(Cause::Foreign).code("no message for the keys at hand, or a damaged one")
}

/// The secret key is there, but the agent did not use it.
fn no_secret_key(code: &str) -> Fault {
    /// The part of an error that says what happened; the rest says who found out.
    const CODE: u32 = 0xffff;
    /// Errors of the operating system: for a key, that nobody can be asked where gpg runs.
    const SYSTEM: u32 = 0x8000;
    let code = code.parse::<u32>().unwrap_or(0) & CODE;
    match code {
        11 => Fault::new(Cause::Denied)
            .code("bad passphrase")
            .hint("try again with the passphrase of this key"),
        62 => Fault::new(Cause::Denied)
            .code("nobody answered")
            .hint("gpg-agent asked for the passphrase until its own limit"),
        99 | 198 => Fault::new(Cause::Denied)
            .code("cancelled")
            .hint("the question for the passphrase was not answered"),
        77 => Fault::new(Cause::NoCredentials)
            .code("no gpg-agent")
            .hint("start gpg-agent, or see why it does not start: `gpg-connect-agent`"),
        85 | 86 | 67 => cannot_ask(),
        code if code & SYSTEM != 0 => cannot_ask(),
        _ => Fault::new(Cause::Refused).code(format!("gpg error {code}")),
    }
}

fn cannot_ask() -> Fault {
    Fault::new(Cause::NoCredentials)
        .code("the passphrase cannot be asked for here")
        .hint("unlock the key in gpg-agent before, or set GPG_TTY to the terminal")
}

fn words(status: &[String]) -> impl Iterator<Item = Vec<&str>> {
    let lines = status
        .iter()
        .map(|line| line.split(' ').collect::<Vec<_>>());
    lines.filter(|words| !words.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn failures_to_encrypt() {
        let rows = [
            ("INV_RECP 1 F00D\nFAILURE encrypt 9", Some(Cause::NoKey)),
            (
                "KEY_CONSIDERED F00D 3\nINV_RECP 0 F00D\nFAILURE encrypt 53",
                None,
            ),
            ("INV_RECP 4 F00D", Some(Cause::Disabled)),
            ("INV_RECP 5 F00D", Some(Cause::Disabled)),
            ("FAILURE option-parser 33554433", Some(Cause::Refused)),
            ("", Some(Cause::Refused)),
        ];
        for (text, expected) in rows {
            let fault = not_encrypted(&lines(text));
            assert_eq!(fault.map(|fault| fault.cause), expected, "{text}");
        }
    }

    #[test]
    fn failures_to_decrypt() {
        let failed = |code: &str| format!("ENC_TO 0D 1 0\nERROR pkdecrypt_failed {code}");
        let rows = [
            (
                "ENC_TO 0D 1 0\nNO_SECKEY 0D\nDECRYPTION_FAILED".to_owned(),
                Ok(()),
            ),
            (failed("67108875"), Err((Cause::Denied, "bad passphrase"))),
            (failed("83886179"), Err((Cause::Denied, "cancelled"))),
            (
                failed("83918950"),
                Err((Cause::NoCredentials, "cannot be asked")),
            ),
            (
                failed("67108949"),
                Err((Cause::NoCredentials, "cannot be asked")),
            ),
            (failed("x"), Err((Cause::Refused, "gpg error 0"))),
            (
                "NODATA 1\nFAILURE decrypt 4294967295".to_owned(),
                Err((Cause::Foreign, "damaged")),
            ),
            (String::new(), Err((Cause::Foreign, "damaged"))),
        ];
        for (text, expected) in rows {
            match (not_decrypted(&lines(&text)), expected) {
                (Ok(None), Ok(())) => {}
                (Err(fault), Err((cause, code))) => {
                    assert_eq!(fault.cause, cause, "{text}");
                    assert!(fault.to_string().contains(code), "{text}: {fault}");
                }
                (got, _) => panic!("{text}: {got:?}"),
            }
        }
    }
}
