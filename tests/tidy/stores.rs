//! Each provider has what its users look for: a page in the guide, with the same parts on each, and its manifests as files. What a page shows is
//! what the file holds.

use std::collections::BTreeSet;
use std::fs;

use selkie_providers::connect::TABLE;
use selkie_tests::guide::Page;
use selkie_tests::repository::top;

use crate::sources::none;

/// Providers without a server of somebody's, so that nobody has to permit anything.
const AT_NOBODY: [&str; 1] = ["fake"];

const PARTS: [&str; 3] = [
    "\n## The store\n",
    "\n## The first ExternalSecret\n",
    "\n## How it fails\n",
];

#[test]
fn each_provider_has_page_and_examples() {
    let index = Page::read("README.md").text;
    let install = Page::read("controller-install.md").text;
    let mut findings = Vec::new();
    for row in TABLE.iter().filter(|row| row.is_built) {
        let name = row.name.to_lowercase();
        let page = Page::read(&format!("store-{name}.md"));
        let mut wanted = PARTS.to_vec();
        if !AT_NOBODY.contains(&row.name) {
            wanted.extend(["\n## What to create\n", "\nThe least that "]);
        }
        let lacking = wanted.into_iter().filter(|part| !page.text.contains(part));
        findings.extend(lacking.map(|part| format!("{}: {part:?}", page.path)));
        for (list, text) in [("README.md", &index), ("controller-install.md", &install)] {
            if !text.contains(&format!("(store-{name}.md)")) {
                findings.push(format!("{list}: {}", page.path));
            }
        }
        compare(&page, &format!("examples/stores/{name}"), &mut findings);
    }
    none("lacking for a provider", &findings);
}

/// Every file of the folder is shown, and every manifest that is shown is a file of the folder.
fn compare(page: &Page, folder: &str, findings: &mut Vec<String>) {
    let Ok(entries) = top().join(folder).read_dir() else {
        findings.push(format!("{folder} is not there"));
        return;
    };
    let files: BTreeSet<String> = entries
        .map(|entry| format!("{folder}/{}", entry.unwrap().file_name().display()))
        .collect();
    let mut shown = BTreeSet::new();
    for block in page.blocks() {
        match block.file {
            Some(file) => {
                let text = fs::read_to_string(top().join(file)).unwrap_or_default();
                if text != block.text {
                    findings.push(format!("{} shows another {file}", page.path));
                }
                shown.insert(file.to_owned());
            }
            None if block.language == "yaml" => {
                findings.push(format!("{}: a manifest without its file", page.path));
            }
            None => {}
        }
    }
    let differ = files.symmetric_difference(&shown);
    findings.extend(differ.map(|file| format!("{}: {file}", page.path)));
}

/// Flags that the guide puts into a table are flags of the program.
#[test]
fn flags_of_the_controllers_guide_are_its_flags() {
    let flags = fs::read_to_string(top().join("docs/controller/flags.md")).unwrap();
    let install = Page::read("controller-install.md");
    let rows: Vec<&str> = install
        .text
        .lines()
        .filter_map(|line| line.strip_prefix("| `--")?.split('`').next())
        .collect();
    assert!(rows.len() > 5, "{rows:?}");
    let unknown: Vec<String> = rows
        .into_iter()
        .filter(|flag| {
            let declared = [" ", "["].map(|after| format!(" --{flag}{after}"));
            !declared.iter().any(|flag| flags.contains(flag))
        })
        .map(str::to_owned)
        .collect();
    none("a flag that the program does not have", &unknown);
}
