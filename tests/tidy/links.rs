//! Links between our own pages lead somewhere, and no text names a place that only one machine has.

use std::fs;
use std::path::{Path, PathBuf};

use selkie_tests::repository::top;

use crate::sources::{Source, files, none};

fn pages() -> Vec<Source> {
    let mut pages = files("docs", "md");
    pages.extend(files("deploy", "md"));
    for name in ["README.md", "SECURITY.md"] {
        if let Ok(text) = fs::read_to_string(top().join(name)) {
            pages.push(Source {
                path: name.to_owned(),
                text,
            });
        }
    }
    pages
}

#[test]
fn links_between_pages_lead_somewhere() {
    let top = top();
    let mut findings = Vec::new();
    for page in pages() {
        let folder = Path::new(&page.path)
            .parent()
            .map(PathBuf::from)
            .unwrap_or_default();
        for link in page
            .text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let target = link.split('#').next().unwrap_or_default();
            let elsewhere =
                link.contains("://") || link.starts_with("mailto:") || target.is_empty();
            if !elsewhere && !top.join(&folder).join(target).exists() {
                findings.push(format!("{}: {link}", page.path));
            }
        }
    }
    none("a link to nothing", &findings);
}

/// Written in parts so that this file does not find itself.
const PRIVATE: [&str; 3] = [
    concat!("/ro", "ot/"),
    concat!("/wo", "rk/"),
    concat!("/tm", "p/team"),
];

#[test]
fn no_text_names_a_place_of_one_machine() {
    let mut sources = pages();
    for (folder, ending) in [
        ("crates", "rs"),
        ("crates", "toml"),
        ("tests", "rs"),
        ("tests", "toml"),
    ] {
        sources.extend(files(folder, ending));
    }
    let findings: Vec<String> = sources
        .iter()
        .flat_map(|source| {
            PRIVATE
                .iter()
                .filter(|place| source.text.contains(*place))
                .map(|place| format!("{}: {place}", source.path))
        })
        .collect();
    none("a place of one machine", &findings);
}
