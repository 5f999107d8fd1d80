//! Each part of the benchmarks' page that a command writes has been written by it.

use std::fs;

use selkie_tests::repository::top;

#[test]
fn every_part_that_a_command_writes_has_rows() {
    let page = fs::read_to_string(top().join("docs/benchmarks.md")).unwrap();
    let mut parts = 0;
    let mut rest = &*page;
    while let Some((_, after)) = rest.split_once(": written by `") {
        let (command, after) = after.split_once('`').unwrap();
        let (_, after) = after.split_once("-->").unwrap();
        let (part, after) = after.split_once("<!-- end of ").unwrap();
        let rows = part.lines().filter(|line| line.starts_with("| ")).count();
        assert!(rows > 2, "docs/benchmarks.md has nothing of `{command}`");
        assert!(
            part.contains("Machine: "),
            "{command} does not say where it was run"
        );
        parts += 1;
        rest = after;
    }
    assert!(parts >= 4, "the page has {parts} parts");
}
