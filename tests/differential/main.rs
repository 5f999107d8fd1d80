//! The real sops and ours through the same command lines: rows of data in `rows/`, and every deviation in the guide.
#![cfg(test)]

mod guide;
mod judge;
mod oracle;
mod row;
mod scene;
mod shape;

use std::fs;

use selkie_tests::case::{Case, read};
use selkie_tests::repository::top;

/// The rows that there are at least: none gets lost by a slip in a file.
const ROWS: usize = 882;

/// The rows of a topic.
fn rows(topic: &str) -> Vec<Case> {
    let path = top().join(format!("tests/differential/rows/{topic}.txt"));
    read(&fs::read_to_string(path).unwrap())
}

/// The files in `rows/`, each a topic. Named here, so that each is a test of its own.
macro_rules! topics {
    ($($topic:ident),+ $(,)?) => {
        $(#[test] fn $topic() { row::topic(stringify!($topic)); })+

        const TOPICS: &[&str] = &[$(stringify!($topic)),+];
    };
}

topics!(
    binary,
    config,
    convert,
    decrypt,
    dotenv,
    edit,
    encrypt,
    exec,
    extract,
    groups,
    identities,
    ini,
    integrations,
    json,
    metadata,
    oddities,
    old_style,
    panics,
    rewrite,
    selectors,
    set,
    tokens,
    unset,
    updatekeys,
    yaml,
);

#[test]
fn every_topic_is_run_and_no_row_is_lost() {
    for entry in top().join("tests/differential/rows").read_dir().unwrap() {
        let path = entry.unwrap().path();
        let topic = path.file_stem().unwrap().to_str().unwrap();
        assert!(TOPICS.contains(&topic), "{topic} is not in the list");
    }
    let count: usize = TOPICS.iter().map(|topic| rows(topic).len()).sum();
    println!("{count} rows");
    assert!(count >= ROWS, "{count} rows, not {ROWS}");
}
