//! The second act: ExternalSecrets become Secrets, without a cluster. The store is an encrypted file.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::clip;
use crate::program::{self, Profile};
use crate::{child, root};

const FOLDER: &str = "examples/external-secret";

/// Plays it.
pub(super) fn act() -> Result<()> {
    let root = root::root()?;
    println!("\n── Act two: Secrets for Kubernetes, without a cluster\n");
    println!(
        "Building selkie with `render` (templates, the stores sops and fake; some minutes the first time) …"
    );
    let selkie = program::selkie_for(&root, Profile::Dev, "age,render")?;
    let start = Instant::now();
    let manifests = manifests(&root)?;

    println!(
        "\nAn ExternalSecret as External Secrets knows it, and a store that is a file encrypted by selkie:"
    );
    for name in ["external-secret.yaml", "store.yaml"] {
        println!("\n  {FOLDER}/{name}");
        let text = std::fs::read_to_string(root.join(FOLDER).join(name))?;
        let lines = text.lines().skip_while(|line| *line != "spec:");
        lines.for_each(|line| println!("    {}", clip(line)));
    }

    println!("\n  $ selkie render {FOLDER}/*.yaml");
    let yaml = child::output(render(&selkie, &root).args(&manifests))?;
    let yaml = String::from_utf8(yaml)?;
    yaml.lines().for_each(|line| println!("    {}", clip(line)));

    let json = child::output(render(&selkie, &root).arg("--json").args(&manifests))?;
    let json: Value = serde_json::from_slice(&json)?;
    let url = json["items"][0]["data"]["url"].as_str();
    let url = STANDARD.decode(url.context("the Secret has the key that its template makes")?)?;
    println!("\n  url, decoded: {}", String::from_utf8(url)?);

    println!(
        "\n  $ selkie render --masked {FOLDER}/*.yaml   # to compare, where nobody may see values"
    );
    let masked = child::output(render(&selkie, &root).arg("--masked").args(&manifests))?;
    let masked = String::from_utf8(masked)?;
    masked
        .lines()
        .for_each(|line| println!("    {}", clip(line)));

    let again = child::output(render(&selkie, &root).args(&manifests))?;
    if again != yaml.as_bytes() {
        bail!("the same manifests did not give the same Secrets");
    }
    println!(
        "\nThe same manifests give the same Secrets. This took {:.1} s behind the build; `cargo xtask demo --cluster` does it for real.",
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

/// The folder's own manifests; those below need a server.
fn manifests(root: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in root.join(FOLDER).read_dir()? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "yaml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The command, which needs no key of whoever runs it.
fn render(selkie: &Path, root: &Path) -> Command {
    let mut command = child::command(selkie, root);
    command.env_remove("SOPS_AGE_KEY");
    command.env_remove("SOPS_AGE_KEY_FILE");
    command.arg("render");
    command
}
