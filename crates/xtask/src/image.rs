//! `xtask image`: both programs linked statically, and an image of the controller, without an engine that makes images.
//!
//! The image is an OCI layout in an archive, which engines load and registries take. Its bytes are those of the programs, of the authorities of the
//! lock file and of the commit's time, and of nothing else: not of the machine, its user, its clock.

mod archive;
mod layer;
mod programs;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};

use crate::program::Profile;
use crate::{child, root};

pub use layer::USER;

/// What the image is called where it is loaded.
pub const NAME: &str = "selkie-controller";

/// Of which commit an image is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its name.
    pub name: String,
    /// When it was made, in seconds since 1970.
    pub time: u64,
}

/// `xtask image`.
pub fn command(words: &[String]) -> Result<()> {
    if let Some(word) = words.first() {
        bail!("unknown argument {word}");
    }
    let root = root::root()?;
    let commit = commit(&root)?;
    let folder = programs::target(&root)?.join("dist");
    fs::create_dir_all(&folder)?;
    let mut sums = String::new();
    let mut keep = |name: &str, bytes: &[u8]| -> Result<()> {
        let path = folder.join(name);
        fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
        // Writing to a text cannot fail.
        let _ = writeln!(sums, "{}  {name}", digest(bytes));
        println!("{} {} bytes", path.display(), bytes.len());
        Ok(())
    };
    for name in ["selkie", NAME] {
        let program = fs::read(programs::linked(&root, Profile::Release, name)?)?;
        keep(name, &program)?;
        if name == NAME {
            let image = image(&program, &commit)?;
            keep(&format!("{NAME}.oci.tar"), &image)?;
        }
    }
    fs::write(folder.join("SHA256SUMS"), &sums)?;
    for name in ["selkie", NAME] {
        executable(&folder.join(name))?;
    }
    Ok(())
}

/// The controller linked statically, in the gate's profile.
pub fn controller() -> Result<PathBuf> {
    programs::linked(&root::root()?, Profile::Dev, NAME)
}

/// The archive with the image of a program.
pub fn image(program: &[u8], commit: &Commit) -> Result<Vec<u8>> {
    let layer = layer::layer(program, commit.time)?;
    archive::archive(&layer, commit)
}

/// The commit that is checked out.
pub fn commit(root: &Path) -> Result<Commit> {
    let mut git = child::command("git", root);
    git.args(["log", "-1", "--format=%H %ct"]);
    let told = String::from_utf8(child::output(&mut git)?)?;
    let (name, time) = told.trim().split_once(' ').context("git tells no commit")?;
    Ok(Commit {
        name: name.to_owned(),
        time: time.parse()?,
    })
}

/// As registries name what has these bytes, without the algorithm.
fn digest(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<Vec<_>>()
        .concat()
}

#[cfg(unix)]
fn executable(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    Ok(())
}

#[cfg(not(unix))]
fn executable(_: &Path) -> Result<()> {
    Ok(())
}
