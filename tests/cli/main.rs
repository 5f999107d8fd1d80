//! `selkie` as its users meet it: cases as data in `cases/`, and what needs a special file or another user in `files`.
#![cfg(test)]

mod edit;
mod example;
mod files;
mod guide;
mod programs;
mod run;
mod terminal;
mod together;

use std::path::PathBuf;
use std::sync::OnceLock;

use selkie_tests::repository::top;
use selkie_xtask::program::{self, Profile};

/// The program, built once per run of the suite.
fn selkie() -> &'static PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| program::selkie(&top(), Profile::Dev).unwrap())
}

/// The files in `cases/`, each a topic. Named here, so that each is a test of its own.
macro_rules! topics {
    ($($topic:ident),+ $(,)?) => {
        $(#[test] fn $topic() { run::topic(stringify!($topic)); })+

        #[test]
        fn every_topic_is_run() {
            let named = [$(stringify!($topic)),+];
            for entry in top().join("tests/cli/cases").read_dir().unwrap() {
                let path = entry.unwrap().path();
                let topic = path.file_stem().unwrap().to_str().unwrap();
                assert!(named.contains(&topic), "{topic} is not in the list");
            }
        }
    };
}

topics!(
    arguments, binary, check, config, decrypt, edit, encrypt, exec_env, exec_file, filestatus,
    identities, json, keygen, keys, others, refusals, render, rules, set, template, updatekeys
);
