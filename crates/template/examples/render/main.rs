//! Renders templates by the oracle's protocol, so that a script can compare both: JSON lines in, JSON lines out.
//!
//! `{"template": "…", "values": {…}, "mode": "eso" | "default" | "default+sprig", "name", "left", "right"}` gives `{"ok": true, "output": "…"}`, the same with
//! `"base64"` for bytes that are no UTF-8, or `{"ok": false, "error": "…"}`.

mod protocol;

use std::io::{BufRead, Write};

#[expect(
    clippy::disallowed_methods,
    reason = "a program of its own, not the crate"
)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let answer = protocol::answer(&serde_json::from_str(&line?)?);
        writeln!(out, "{answer}")?;
    }
    Ok(())
}
