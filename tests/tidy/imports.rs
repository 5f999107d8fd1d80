//! What may import what: the table of `docs/ARCHITECTURE.md`, held on the edges between crates and on the source text.

use std::fs;

use selkie_tests::repository::top;

use crate::sources::{none, numbered, rust};

/// Each crate and the crates of ours that it may depend on.
const EDGES: [(&str, &[&str]); 11] = [
    ("api", &[]),
    (
        "controller",
        &[
            "selkie-api",
            "selkie-crypto",
            "selkie-pattern",
            "selkie-providers",
            "selkie-reconcile",
            "selkie-template",
        ],
    ),
    ("crypto", &[]),
    ("document", &["selkie-crypto", "selkie-pattern"]),
    ("keys", &["selkie-crypto"]),
    ("pattern", &[]),
    (
        "providers",
        &[
            "selkie-api",
            "selkie-crypto",
            // Below the provider `sops` alone.
            "selkie-document",
            "selkie-keys",
            "selkie-pattern",
            // Below the provider `webhook` alone.
            "selkie-template",
        ],
    ),
    (
        "reconcile",
        &[
            "selkie-api",
            "selkie-crypto",
            "selkie-pattern",
            "selkie-template",
        ],
    ),
    ("template", &["selkie-crypto", "selkie-pattern"]),
    (
        "cli",
        &[
            // Below the command `render` alone.
            "selkie-api",
            "selkie-crypto",
            "selkie-document",
            "selkie-keys",
            // As above.
            "selkie-providers",
            "selkie-reconcile",
            "selkie-template",
        ],
    ),
    ("xtask", &[]),
];

struct Ban {
    /// A path of std: `env` also finds `use std::{env, fs}`.
    what: What,
    /// Crates that must not contain it.
    crates: &'static [&'static str],
    /// Files of those crates that may.
    but: &'static [&'static str],
    reason: &'static str,
}

enum What {
    /// A module of std.
    Std(&'static str),
    /// Any of these texts.
    Text(&'static [&'static str]),
}

const LIBRARIES: &[&str] = &[
    "api",
    "crypto",
    "document",
    "keys",
    "pattern",
    "providers",
    "reconcile",
    "template",
];
const PURE: &[&str] = &[
    "api",
    "crypto",
    "document",
    "pattern",
    "reconcile",
    "template",
];
/// All but the controller, where everything waits.
const PRODUCT: &[&str] = &[
    "api",
    "cli",
    "crypto",
    "document",
    "keys",
    "pattern",
    "providers",
    "reconcile",
    "template",
];

/// The rooms of what is asked over a network.
const WAITING: &[&str] = &[
    "crates/cli/src/render",
    "crates/keys/src/network.rs",
    "crates/keys/src/aws_kms",
    "crates/keys/src/azure_key_vault",
    "crates/keys/src/gcp_kms",
    "crates/keys/src/huawei_kms",
    "crates/keys/src/remote",
    "crates/keys/src/serve",
    "crates/keys/src/vault_transit",
    "crates/providers/src",
];

const BANS: &[Ban] = &[
    Ban {
        what: What::Text(&["println!", "print!(", "dbg!("]),
        crates: LIBRARIES,
        but: &[],
        reason: "only the command line prints",
    },
    Ban {
        what: What::Std("env"),
        crates: LIBRARIES,
        but: &[],
        reason: "what the environment says is handed in",
    },
    Ban {
        what: What::Std("fs"),
        crates: LIBRARIES,
        // The test that reads the rows.
        but: &["crates/template/src/functions/rows.rs"],
        reason: "libraries get bytes, not files",
    },
    Ban {
        what: What::Std("net"),
        crates: LIBRARIES,
        but: &[
            "crates/keys/src/serve/connection.rs",
            // Which addresses may be asked: a type of std, and no socket.
            "crates/providers/src/reach.rs",
            // Addresses as names in certificates: the same.
            "crates/template/src/functions/certificates",
        ],
        reason: "no network",
    },
    Ban {
        what: What::Std("process"),
        crates: LIBRARIES,
        but: &["crates/keys/src/pgp/run.rs"],
        reason: "no other program is started",
    },
    Ban {
        what: What::Text(&["SystemTime::now"]),
        crates: LIBRARIES,
        but: &[],
        reason: "the time is an argument",
    },
    Ban {
        // An adapter may say how long it waited.
        what: What::Text(&["Instant::now"]),
        crates: PURE,
        but: &[],
        reason: "the time is an argument",
    },
    Ban {
        what: What::Text(&["async fn", "async move", ".await"]),
        crates: PRODUCT,
        but: WAITING,
        reason: "nothing here waits for a network",
    },
    Ban {
        what: What::Text(&["rand::rng(", "thread_rng", "SysRng", "OsRng", "getrandom"]),
        crates: PURE,
        but: &[],
        reason: "randomness is an argument",
    },
    Ban {
        what: What::Text(&["std::os::"]),
        crates: PRODUCT,
        but: &[
            "crates/cli/src/io/unix.rs",
            "crates/cli/src/io/unix/",
            "crates/cli/src/io/windows.rs",
            // A socket that was bound there has a type of its own.
            "crates/keys/src/serve/connection.rs",
        ],
        reason: "what differs between systems lies in one room each",
    },
    Ban {
        what: What::Text(&["env::var", "env::vars", "home_dir("]),
        crates: &["cli"],
        but: &["crates/cli/src/discover.rs", "crates/cli/src/discover/"],
        reason: "only discover reads environment and home directory",
    },
    Ban {
        what: What::Text(&["exit("]),
        crates: LIBRARIES,
        but: &[],
        reason: "only main ends the process",
    },
];

#[test]
fn crates_depend_only_on_what_the_table_allows() {
    let mut findings = Vec::new();
    let mut seen = Vec::new();
    for entry in top().join("crates").read_dir().unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let Some((_, allowed)) = EDGES.iter().find(|(folder, _)| *folder == name) else {
            findings.push(format!("crates/{name} has no row in the table"));
            continue;
        };
        // The command line's manifest is the one at the top.
        let manifest = fs::read_to_string(entry.path().join("Cargo.toml"))
            .or_else(|_| fs::read_to_string(top().join("Cargo.toml")))
            .unwrap();
        for dependency in dependencies(&manifest) {
            if !allowed.contains(&dependency) {
                findings.push(format!("crates/{name} depends on {dependency}"));
            }
        }
        seen.push(name);
    }
    findings.extend(
        EDGES
            .iter()
            .filter(|(name, _)| !seen.iter().any(|seen| seen == name))
            .map(|(name, _)| format!("{name} is gone")),
    );
    none("an edge between crates", &findings);
}

/// Crates of ours in the sections of a manifest that reach users; tests may look further.
fn dependencies(manifest: &str) -> Vec<&str> {
    let mut counts = false;
    let mut found = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            counts = line.ends_with("dependencies]")
                && !line.contains("dev-dependencies")
                && line != "[workspace.dependencies]";
        } else if counts && line.starts_with("selkie-") {
            found.push(line.split(['.', ' ', '=']).next().unwrap());
        }
    }
    found
}

#[test]
fn sources_import_only_what_the_table_allows() {
    let mut findings = Vec::new();
    for ban in BANS {
        for source in ban
            .crates
            .iter()
            .flat_map(|name| rust(&format!("crates/{name}/src")))
        {
            if ban.but.iter().any(|path| source.path.starts_with(path)) {
                continue;
            }
            for (number, line) in source.code() {
                if ban.what.is_in(&line) {
                    findings.push(format!(
                        "{}:{number}: {} ({})",
                        source.path,
                        line.trim(),
                        ban.reason
                    ));
                }
            }
        }
    }
    none("a forbidden import or call", &findings);
}

impl What {
    fn is_in(&self, line: &str) -> bool {
        match self {
            Self::Text(texts) => texts.iter().any(|text| line.contains(text)),
            Self::Std(module) => {
                let word = |text: &str| {
                    text.split(|c: char| !c.is_alphanumeric() && c != '_')
                        .any(|word| word == *module)
                };
                line.match_indices("std::").any(|(at, std)| {
                    let rest = &line[at + std.len()..];
                    match rest.strip_prefix('{') {
                        Some(group) => word(group),
                        None => rest.strip_prefix(module).is_some_and(|after| {
                            !after.starts_with(|c: char| c.is_alphanumeric() || c == '_')
                        }),
                    }
                })
            }
        }
    }
}

#[test]
fn a_module_of_std_is_found_however_it_is_imported() {
    let rows = [
        ("use std::env;", true),
        ("use std::{env, fs};", true),
        ("std::env::var(\"X\")", true),
        ("use std::environment;", false),
        ("use clap::env;", false),
        ("use std::fmt;", false),
    ];
    for (line, expected) in rows {
        assert_eq!(What::Std("env").is_in(line), expected, "{line}");
    }
}

/// A vendor's crate is named only in the rooms of its kind.
const VENDORS: [(&str, &[&str]); 11] = [
    ("age::", &["crates/keys/src/age"]),
    (
        "aws_config::",
        &["crates/keys/src/aws_kms", "crates/providers/src/aws"],
    ),
    ("aws_sdk_kms::", &["crates/keys/src/aws_kms"]),
    ("aws_sdk_sts::", &["crates/keys/src/aws_kms"]),
    ("azure_", &["crates/keys/src/azure_key_vault"]),
    (
        "aws_sigv4::",
        &["crates/keys/src/aws_kms", "crates/providers/src/aws"],
    ),
    ("aws_types::", &["crates/keys/src/aws_kms"]),
    (
        "granit_parser",
        &[
            "crates/document/src/format/yaml",
            "crates/template/src/yaml",
        ],
    ),
    ("rustify::", &["crates/keys/src/vault_transit"]),
    ("vaultrs::", &["crates/keys/src/vault_transit"]),
    (
        "serde_saphyr",
        &[
            "crates/cli/src/render/document.rs",
            "crates/document/src/rules",
        ],
    ),
];

#[test]
fn a_vendors_crate_is_named_in_one_room() {
    let mut findings = Vec::new();
    for (vendor, rooms) in VENDORS {
        for source in PRODUCT
            .iter()
            .flat_map(|name| rust(&format!("crates/{name}/src")))
        {
            if rooms.iter().any(|room| source.path.starts_with(room)) {
                continue;
            }
            for (number, line) in numbered(&source.text)
                .filter(|(_, line)| line.trim_start().starts_with(&format!("use {vendor}")))
            {
                findings.push(format!(
                    "{}:{number}: {} belongs to {}",
                    source.path,
                    line.trim(),
                    rooms.join(" and ")
                ));
            }
        }
    }
    none("a vendor's crate outside its room", &findings);
}
