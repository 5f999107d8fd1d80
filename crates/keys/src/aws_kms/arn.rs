//! The region in a key's ARN: where the key is, whatever region the environment names.

use crate::{Cause, Fault};

/// The region of `arn:aws…:kms:REGION:ACCOUNT:key/…` or `…:alias/…`.
///
/// It becomes a part of the host's name, and whoever writes a file writes the ARN: SOPS takes any text for the region, here it has
/// only what regions have.
pub(super) fn region(arn: &str) -> Result<&str, Fault> {
    read(arn).ok_or_else(|| {
        let what = "it is not the ARN of a key or an alias of AWS KMS";
        Fault::new(Cause::Setting(what.to_owned()))
            .hint("such as arn:aws:kms:eu-central-1:111122223333:key/…")
    })
}

fn read(arn: &str) -> Option<&str> {
    let mut parts = arn.splitn(6, ':');
    let mut next = || parts.next();
    let (start, partition, service) = (next()?, next()?, next()?);
    let (region, account, resource) = (next()?, next()?, next()?);
    let kind = ["key/", "alias/"];
    let name = kind.iter().find_map(|kind| resource.strip_prefix(kind))?;
    let all = |text: &str, allowed: fn(char) -> bool| !text.is_empty() && text.chars().all(allowed);
    let word = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    let fits = start == "arn"
        && partition.starts_with("aws")
        && all(partition, word)
        && service == "kms"
        && all(region, word)
        && all(account, |letter| letter.is_ascii_digit())
        && !name.is_empty();
    fits.then_some(region)
}

#[cfg(test)]
#[test]
fn the_region_comes_from_the_arn() {
    let rows = [
        (
            "arn:aws:kms:eu-central-1:111122223333:key/0-a",
            Some("eu-central-1"),
        ),
        (
            "arn:aws:kms:eu-central-1:111122223333:key/mrk-0a",
            Some("eu-central-1"),
        ),
        (
            "arn:aws-us-gov:kms:us-gov-west-1:1:alias/a/b",
            Some("us-gov-west-1"),
        ),
        ("arn:aws-cn:kms:cn-north-1:1:alias/a:b", Some("cn-north-1")),
        ("arn:aws:kms:a.example/:1:key/0", None),
        ("arn:aws:kms::1:key/0", None),
        ("arn:aws:kms:eu-central-1:x:key/0", None),
        ("arn:aws:kms:eu-central-1:1:key/", None),
        ("arn:aws:kms:eu-central-1:1:grant/0", None),
        ("arn:aws:s3:eu-central-1:1:key/0", None),
        ("arn:example:kms:eu-central-1:1:key/0", None),
        ("alias/a", None),
        ("", None),
    ];
    for (arn, expected) in rows {
        assert_eq!(region(arn).ok(), expected, "{arn}");
    }
}
