//! Which keys pass.

use selkie_template::go::{is_letter, is_number};

use super::error::{Error, Names};

/// Bytes of the longest key.
pub(super) const LONGEST: usize = 253;

/// Whether a key on its way can have the character. Letters and numbers are Go's, of whatever script: a template may still want them, even if no
/// Secret can have them.
pub(super) fn allows(character: char) -> bool {
    matches!(character, '-' | '.' | '_') || is_letter(character) || is_number(character)
}

/// Checks a key on its way.
pub(super) fn check(key: &str, names: Names) -> Result<(), Error> {
    if key.len() > LONGEST {
        return Err(Error::LongKey(names.of(key)));
    }
    if !key.chars().all(allows) {
        return Err(Error::KeyCharacter(names.of(key)));
    }
    Ok(())
}

/// Checks a key of a Secret by the rules of the API server, whose refusal would name no cause.
///
/// # Errors
/// If no Secret can have it.
pub fn check_secret_key(key: &str) -> Result<(), Error> {
    let name = || Names::Shown.of(key);
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    if key.len() > LONGEST {
        return Err(Error::LongKey(name()));
    }
    if key.is_empty() || !key.bytes().all(allowed) {
        return Err(Error::KeyCharacter(name()));
    }
    if key == "." || key.starts_with("..") {
        return Err(Error::KeyDots(name()));
    }
    Ok(())
}
