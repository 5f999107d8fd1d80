//! Huawei Cloud's signature of a request, computed once more with the secret that belongs to the access key. Written after the
//! description in Huawei's guide to signing, not after any client.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};

use super::{ACCESS_KEY, SECRET_KEY, TEMPORARY};
use crate::servers::http::Request;

const ALGORITHM: &str = "SDK-HMAC-SHA256";

/// A signature's age from which on it is refused.
const AGE: Duration = Duration::from_mins(15);

/// Headers that say what is asked for, and so must be covered where they are sent. Huawei's own clients leave the host away.
const COVERED: [&str; 3] = ["x-project-id", "x-sdk-date", "x-security-token"];

/// Whether the request was signed by somebody who may ask, a short time before `now`, as it is.
pub(super) fn is_good(request: &Request, now: u64) -> bool {
    check(request, now).is_some()
}

fn check(request: &Request, now: u64) -> Option<()> {
    let fields = request.header("authorization")?.strip_prefix(ALGORITHM)?;
    let fields: BTreeMap<&str, &str> = fields
        .trim_start()
        .split(", ")
        .filter_map(|field| field.split_once('='))
        .collect();
    let secret = secret(fields.get("Access")?, request.header("x-security-token"))?;
    let date = request.header("x-sdk-date")?;
    if seconds(date)?.abs_diff(now) > AGE.as_secs() {
        return None;
    }
    let names: Vec<&str> = fields.get("SignedHeaders")?.split(';').collect();
    let bare = |name: &&str| request.header(name).is_some() && !names.contains(name);
    if COVERED.iter().any(bare) || !names.is_sorted() {
        return None;
    }
    let (path, query) = request
        .target
        .split_once('?')
        .unwrap_or((&request.target, ""));
    let mut pairs: Vec<&str> = query.split('&').collect();
    pairs.sort_unstable();
    let mut canonical = format!("{}\n{path}/\n{}\n", request.method, pairs.join("&"));
    for name in &names {
        // Writing to text does not fail.
        let _ = writeln!(canonical, "{name}:{}", request.header(name)?.trim());
    }
    let body = digest(&SHA256, &request.body);
    let _ = write!(canonical, "\n{}\n{}", names.join(";"), hex(body.as_ref()));
    let canonical = digest(&SHA256, canonical.as_bytes());
    let text = format!("{ALGORITHM}\n{date}\n{}", hex(canonical.as_ref()));
    let key = Key::new(HMAC_SHA256, secret.as_bytes());
    let signature = sign(&key, text.as_bytes());
    (hex(signature.as_ref()) == *fields.get("Signature")?).then_some(())
}

/// What belongs to an access key: a temporary one counts with its token alone.
fn secret(access: &str, token: Option<&str>) -> Option<&'static str> {
    let [temporary, secret, its_token] = TEMPORARY;
    match token {
        None if access == ACCESS_KEY => Some(SECRET_KEY),
        Some(token) if access == temporary && token == its_token => Some(secret),
        _ => None,
    }
}

/// The seconds since 1970 of `20260102T030405Z`.
fn seconds(date: &str) -> Option<u64> {
    let number = |range: std::ops::Range<usize>| date.get(range)?.parse::<i64>().ok();
    let (year, month, day) = (number(0..4)?, number(4..6)?, number(6..8)?);
    let (hour, minute, second) = (number(9..11)?, number(11..13)?, number(13..15)?);
    // Years that begin in March, so that the day which some of them lack is the last one.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days =
        365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 719_469;
    u64::try_from(((days * 24 + hour) * 60 + minute) * 60 + second).ok()
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
    digits.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read() {
        assert_eq!(seconds("19700101T000000Z"), Some(0));
        assert_eq!(seconds("20260102T030405Z"), Some(1_767_323_045));
        assert_eq!(seconds("20240229T235959Z"), Some(1_709_251_199));
        assert_eq!(seconds("x"), None);
    }
}
