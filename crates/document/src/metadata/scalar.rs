//! Scalars of the block that are more than text: flag, threshold, version.
//!
//! Each accepts what at least one of the two SOPS releases reads, whatever type the file's own format
//! gave the text.

use std::num::NonZeroU8;

use super::MetadataError;

/// A boolean in every spelling that Go's `ParseBool` or a YAML 1.1 boolean has.
pub(super) fn flag(place: &str, text: &str) -> Result<bool, MetadataError> {
    match text {
        "1" | "t" | "T" | "y" | "Y" => Ok(true),
        "0" | "f" | "F" | "n" | "N" => Ok(false),
        _ if has_casing(text, &["true", "yes", "on"]) => Ok(true),
        _ if has_casing(text, &["false", "no", "off"]) => Ok(false),
        _ => Err(MetadataError::NotFlag(place.to_owned())),
    }
}

/// A number of groups: zero and less mean that none is set. `2.000000` is what old dotenv and INI
/// writers left.
pub(super) fn threshold(place: &str, text: &str) -> Result<Option<NonZeroU8>, MetadataError> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let number = integer(text).ok_or_else(|| MetadataError::BadThreshold(place.to_owned()))?;
    Ok(NonZeroU8::new(number).filter(|_| !negative))
}

/// Whether SOPS takes this text for the version of a writer: three numbers as in semantic
/// versioning with an optional `v`, or anything of the 1.x line, which did not have three.
pub(super) fn is_version(text: &str) -> bool {
    if text.starts_with("1.") {
        return true;
    }
    let text = text.strip_prefix('v').unwrap_or(text);
    let (text, build) = text
        .split_once('+')
        .map_or((text, None), |(text, build)| (text, Some(build)));
    let (core, pre) = text
        .split_once('-')
        .map_or((text, None), |(core, pre)| (core, Some(pre)));
    let numbers: Vec<_> = core.split('.').collect();
    numbers.len() == 3
        && numbers.iter().all(|part| is_number(part))
        && pre.is_none_or(|pre| {
            pre.split('.')
                .all(|part| is_word(part) && (!is_digits(part) || is_number(part)))
        })
        && build.is_none_or(|build| build.split('.').all(is_word))
}

/// Whether one version comes before another, both as [`is_version`] takes them; what has not three numbers is older.
pub(super) fn is_older(version: &str, other: &str) -> bool {
    let order = |text: &str| {
        let text = text.strip_prefix('v').unwrap_or(text);
        let text = text.split_once('+').map_or(text, |(text, _)| text);
        let (core, is_final) = text
            .split_once('-')
            .map_or((text, true), |(core, _)| (core, false));
        let numbers: Option<Vec<u64>> = core.split('.').map(|part| part.parse().ok()).collect();
        (numbers.filter(|it| it.len() == 3), is_final)
    };
    order(version) < order(other)
}

fn has_casing(text: &str, words: &[&str]) -> bool {
    let (first, rest) = text.split_at_checked(1).unwrap_or_default();
    let is_one_casing = text.chars().all(char::is_lowercase)
        || text.chars().all(char::is_uppercase)
        || (first.chars().all(char::is_uppercase) && rest.chars().all(char::is_lowercase));
    is_one_casing && words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// A whole number without sign, as Go reads one with its base in front, or a decimal fraction of zeros.
fn integer(text: &str) -> Option<u8> {
    let lower = text.to_ascii_lowercase();
    let (digits, base) = match lower.as_bytes() {
        [b'0', b'x', ..] => (lower.get(2..)?, 16),
        [b'0', b'o', ..] => (lower.get(2..)?, 8),
        [b'0', b'b', ..] => (lower.get(2..)?, 2),
        [b'0', b'0'..=b'7', ..] if is_digits(&lower) => (lower.get(1..)?, 8),
        _ => (lower.as_str(), 10),
    };
    let digits = match digits.split_once('.') {
        Some((whole, zeros)) if base == 10 && zeros.bytes().all(|byte| byte == b'0') => whole,
        Some(_) => return None,
        None => digits,
    };
    // `from_str_radix` takes a sign of its own.
    digits
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric())
        .then_some(())?;
    u8::from_str_radix(digits, base).ok()
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_number(text: &str) -> bool {
    is_digits(text) && (text == "0" || !text.starts_with('0'))
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags() {
        for text in [
            "1", "t", "T", "true", "True", "TRUE", "yes", "Yes", "YES", "on", "y", "Y",
        ] {
            assert_eq!(flag("f", text), Ok(true), "{text}");
        }
        for text in [
            "0", "f", "F", "false", "False", "FALSE", "no", "No", "NO", "off", "n", "N",
        ] {
            assert_eq!(flag("f", text), Ok(false), "{text}");
        }
        for text in ["tRUE", "2", "oui", " true", "é", "truee"] {
            assert_eq!(
                flag("f", text),
                Err(MetadataError::NotFlag("f".into())),
                "{text}"
            );
        }
    }

    #[test]
    fn thresholds() {
        #[track_caller]
        fn check(text: &str, number: Option<u8>) {
            let expected = match number {
                Some(number) => Ok(NonZeroU8::new(number)),
                None => Err(MetadataError::BadThreshold("t".into())),
            };
            assert_eq!(threshold("t", text), expected, "{text}");
        }
        check("0", Some(0));
        check("-1", Some(0));
        check("-0", Some(0));
        check("2", Some(2));
        check("+2", Some(2));
        check("255", Some(255));
        check("2.000000", Some(2));
        check("2.", Some(2));
        check("0x2", Some(2));
        check("0o2", Some(2));
        check("02", Some(2));
        check("0b10", Some(2));
        for text in [
            "256", "--1", "-+1", "2.5", "two", " 2", "2 ", "++2", "0x", ".0", "0x2.0", "1e1",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn older_versions() {
        for (version, older) in [
            ("3.13.3", false),
            ("v3.13.3", false),
            ("3.13.3+build", false),
            ("3.13.4", false),
            ("3.100.0", false),
            ("4.0.0-rc.1", false),
            ("3.13.3-rc.1", true),
            ("3.13.2", true),
            ("3.9.0", true),
            ("1.18", true),
            ("1.x", true),
        ] {
            assert_eq!(is_older(version, "3.13.3"), older, "{version}");
        }
    }

    #[test]
    fn versions() {
        for text in [
            "3.13.3",
            "v3.11.0",
            "3.0.0",
            "0.0.1",
            "3.14.0-rc.1",
            "3.14.0-rc.1+build.01",
            "99.0.0+a-b",
            "1.x",
            "1.18",
            "1.",
        ] {
            assert!(is_version(text), "{text}");
        }
        for text in [
            "",
            "3",
            "3.11",
            "3.11.0.1",
            "03.1.1",
            "3.1.-1",
            "3.1.x",
            "vv3.1.1",
            "V3.1.1",
            "3.1.1-",
            "3.1.1-01",
            "3.1.1+",
            "3.1.1-a..b",
            " 3.1.1",
            "3.1.1 ",
            "2.x",
            "v1.x",
        ] {
            assert!(!is_version(text), "{text}");
        }
    }
}
