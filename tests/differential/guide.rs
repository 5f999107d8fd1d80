//! The guide's page for people who come from SOPS: every deviation that a row relies on is an item of it.

use std::fs;
use std::sync::OnceLock;

use selkie_tests::repository::top;

const PAGE: &str = "docs/guide/coming-from-sops.md";

/// Whether the page has an item whose words in bold are these, up to a final stop.
pub(crate) fn names(item: &str) -> bool {
    static ITEMS: OnceLock<Vec<String>> = OnceLock::new();
    let items = ITEMS.get_or_init(|| items(&fs::read_to_string(top().join(PAGE)).unwrap()));
    items.iter().any(|known| known == item)
}

fn items(page: &str) -> Vec<String> {
    let words: Vec<&str> = page.split_whitespace().collect();
    let text = words.join(" ");
    let bold = text.split("**").skip(1).step_by(2);
    bold.map(|item| item.trim_end_matches(['.', ':']).to_owned())
        .collect()
}

#[test]
fn items_are_what_stands_in_bold() {
    let page = "- **One\n  thing.** Text **and** more.\n";
    assert_eq!(items(page), ["One thing", "and"]);
}
