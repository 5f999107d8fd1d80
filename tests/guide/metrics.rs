//! The page on metrics has each that the controller shows, and no other.

use std::collections::BTreeSet;

use selkie_tests::guide::Page;
use selkie_tests::servers::controller::Controller;

/// After everything else, when each has been counted once.
pub(crate) fn each_is_named(controller: &Controller) {
    let metrics = controller.metrics();
    let shown: BTreeSet<&str> = metrics
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next())
        .collect();
    let page = Page::read("controller-metrics.md");
    let named: BTreeSet<&str> = page
        .text
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split(" | ").next())
        .flat_map(|names| names.split(", "))
        .map(|name| name.trim_matches('`'))
        .collect();
    assert_eq!(named, shown);
}
