//! The supply chain: what `deny.toml` says about crates, licences and sources, and what the advisory database says. The database is
//! fetched from the network, so asking it is never part of the gate.

use anyhow::{Context, Result, bail};

use crate::root::root;
use crate::{child, peers};

/// What `cargo-deny` says when it cannot have the database.
const OUT_OF_REACH: [&str; 4] = [
    "failed to fetch advisory database",
    "unable to fetch",
    "failed to clone",
    "failed to load advisory",
];

/// `xtask advisories [--offline]`: `--offline` leaves the database alone, which is the gate's part.
pub fn command(arguments: &[String]) -> Result<()> {
    match arguments {
        [] => advisories(),
        [one] if one == "--offline" => offline(),
        _ => bail!("expected nothing or --offline"),
    }
}

fn offline() -> Result<()> {
    // Crates for other systems, which no build here has fetched, are judged too. Where all are there this asks no network.
    child::run(child::command("cargo", &root()?).args(["fetch", "--quiet", "--locked"]))?;
    let mut deny = child::command(peers::cargo_deny()?, &root()?);
    child::run(deny.args([
        "--offline",
        "--workspace",
        "--log-level",
        "warn",
        "check",
        "bans",
        "licenses",
        "sources",
    ]))
}

fn advisories() -> Result<()> {
    let mut deny = child::command(peers::cargo_deny()?, &root()?);
    let output = deny
        .args(["--workspace", "check", "advisories"])
        .output()
        .context("cargo-deny does not start")?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        println!("no advisory applies to our dependencies");
        return Ok(());
    }
    if OUT_OF_REACH.iter().any(|words| said.contains(words)) {
        bail!(
            "the advisory database is out of reach: nothing was checked\n{}",
            said.trim_end()
        );
    }
    bail!("cargo-deny found something\n{}", said.trim_end())
}
