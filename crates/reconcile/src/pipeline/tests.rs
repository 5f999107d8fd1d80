//! Rows of pairs that go in, what they go through, and what comes out.

mod data;
mod keys;
mod merge;
mod rewrite;

use selkie_api::{Cause, ConversionStrategy, DecodingStrategy, NullBytePolicy};

use super::*;
use crate::failure::Failure;

/// The time and the seed of all rows.
const RENDER: Render = Render {
    now: Timestamp::UNIX_EPOCH,
    seed: [7; 32],
};

/// Pairs as `key=value`, and what comes of them in the same form.
fn pairs(of: &[&str]) -> Vec<(String, Secret)> {
    let split = of.iter().map(|pair| pair.split_once('=').unwrap());
    split
        .map(|(key, value)| (key.to_owned(), Secret::from(value.to_owned())))
        .collect()
}

/// What came out: pairs, or the cause and the words of an error.
fn told(outcome: Result<SecretData, Error>) -> Result<Vec<String>, String> {
    match outcome {
        Ok(data) => Ok(data
            .iter()
            .map(|(key, value)| {
                let value = String::from_utf8(value.expose().to_vec()).unwrap();
                format!("{key}={value}")
            })
            .collect()),
        Err(error) => Err(Failure::from(error).to_string()),
    }
}

/// Pairs of an extract without any strategy, through these steps.
#[track_caller]
fn check(steps: &[Rewrite], fetched: &[&str], expected: &[&str]) {
    let outcome = extracted(pairs(fetched), &RemoteRef::default(), steps, &RENDER);
    let expected: Vec<String> = expected.iter().map(|pair| (*pair).to_owned()).collect();
    assert_eq!(told(outcome), Ok(expected), "{steps:?}");
}

/// The same where they are refused.
#[track_caller]
fn check_refused(steps: &[Rewrite], fetched: &[&str], expected: &str) {
    let outcome = extracted(pairs(fetched), &RemoteRef::default(), steps, &RENDER);
    assert_eq!(told(outcome), Err(expected.to_owned()), "{steps:?}");
}

#[test]
fn errors_have_causes() {
    let spec = Error::NoInto { step: 0 };
    assert_eq!(spec.cause(), Cause::InvalidSpec);
    assert_eq!(Error::Spent { step: 0 }.cause(), Cause::InvalidSpec);
    assert_eq!(Error::NullByte { key: None }.cause(), Cause::InvalidData);
}
