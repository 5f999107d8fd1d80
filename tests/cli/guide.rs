//! The guide is true: every block of commands in it is run, page by page, each in a folder and home of its own.

use std::fs;

use selkie_tests::repository::top;
use selkie_tests::{Run, scratch};

use crate::selkie;

#[test]
fn every_command_of_the_guide_works() {
    let programs = selkie().parent().unwrap().to_str().unwrap();
    let path = format!("{programs}:{}", std::env::var("PATH").unwrap());
    let mut failures = Vec::new();
    let mut run = 0;
    for page in top().join("docs/guide").read_dir().unwrap() {
        let page = page.unwrap().path();
        let script = commands(&fs::read_to_string(&page).unwrap());
        if script.is_empty() {
            continue;
        }
        let folder = scratch();
        let output = Run::new("sh")
            .args(["-eu", "-c", &script])
            .folder(folder.path())
            .env("PATH", &path)
            .output();
        if output.status != Some(0) {
            failures.push(format!(
                "{}: {:?}\n{}",
                page.display(),
                output.status,
                output.stderr
            ));
        }
        run += 1;
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
    assert!(run > 0);
}

/// The blocks marked `sh`, as one script.
fn commands(page: &str) -> String {
    let blocks = page.split("\n```sh\n").skip(1);
    let blocks: Vec<&str> = blocks
        .filter_map(|rest| rest.split("\n```").next())
        .collect();
    blocks.join("\n")
}
