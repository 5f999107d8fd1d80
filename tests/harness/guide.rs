//! Pages of the guide: their blocks of commands and files. Whoever runs a page or compares it with files reads it here, so both mean the same.

use std::fs;

use crate::repository::top;

/// A page.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its path from the top.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// A fenced block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block<'a> {
    /// The language behind the fence.
    pub language: &'a str,
    /// What stands in it.
    pub text: &'a str,
    /// The file that it shows: what the line above links to, from the top.
    pub file: Option<&'a str>,
}

impl Page {
    /// The page of this name.
    ///
    /// # Panics
    /// If there is none.
    pub fn read(name: &str) -> Self {
        let path = format!("docs/guide/{name}");
        let text = fs::read_to_string(top().join(&path));
        let text = text.unwrap_or_else(|_| panic!("{path} is there"));
        Self { path, text }
    }

    /// The part below a heading of the second level, up to the next.
    ///
    /// # Panics
    /// If the page has no such heading.
    #[must_use]
    pub fn section(&self, heading: &str) -> Self {
        let start = format!("\n## {heading}\n");
        let part = self.text.split_once(&start).map(|(_, after)| after);
        let part = part.unwrap_or_else(|| panic!("{} has a part {heading:?}", self.path));
        Self {
            path: self.path.clone(),
            text: part.split("\n## ").next().unwrap_or_default().to_owned(),
        }
    }

    /// All blocks, in order.
    pub fn blocks(&self) -> Vec<Block<'_>> {
        blocks(&self.text)
    }

    /// The commands that are run against a cluster, as one script for `sh`.
    pub fn commands(&self) -> String {
        let blocks = self.blocks().into_iter();
        let commands = blocks.filter(|block| block.language == "console");
        commands.map(|block| block.text).collect()
    }
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let (mut at, mut last, mut open) = (0, "", None);
    for line in text.split_inclusive('\n') {
        let fence = line.trim_end().strip_prefix("```");
        match (open, fence) {
            (None, Some(language)) => open = Some((language, at + line.len(), shown(last))),
            (Some((language, start, file)), Some(_)) => {
                blocks.push(Block {
                    language,
                    text: &text[start..at],
                    file,
                });
                (open, last) = (None, "");
            }
            (None, None) if !line.trim().is_empty() => last = line,
            _ => {}
        }
        at += line.len();
    }
    blocks
}

/// The file that a line of nothing but a link leads to.
fn shown(line: &str) -> Option<&str> {
    let link = line.trim().strip_suffix("):")?;
    let (_, target) = link.strip_prefix("[`")?.split_once("`](")?;
    target.strip_prefix("../../")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_know_their_language_and_their_file() {
        let text = "a\n\n[`x.yaml`](../../examples/x.yaml):\n\n```yaml\na: b\n```\nnext\n```console\nls\n```\n";
        let found = blocks(text);
        let block = |language, text, file| Block {
            language,
            text,
            file,
        };
        assert_eq!(
            found,
            [
                block("yaml", "a: b\n", Some("examples/x.yaml")),
                block("console", "ls\n", None),
            ]
        );
    }
}
