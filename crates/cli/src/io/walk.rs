//! The files below a folder, for commands that take whole trees.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// All regular files below a folder in the order of their names. Links are not followed, and what git keeps is left alone.
pub(crate) fn files_below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_file() {
                files.push(entry.path());
            } else if kind.is_dir() && entry.file_name() != ".git" {
                folders.push(entry.path());
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_sorted_and_without_those_of_git() {
        let top = tempfile::tempdir().unwrap();
        for name in ["b/2.yaml", "a.yaml", "b/1.yaml", ".git/x.yaml", "b/.git/y"] {
            let path = top.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let found = files_below(top.path()).unwrap();
        let names: Vec<_> = found
            .iter()
            .map(|path| path.strip_prefix(top.path()).unwrap().to_str().unwrap())
            .collect();
        assert_eq!(names, ["a.yaml", "b/1.yaml", "b/2.yaml"]);
    }
}
