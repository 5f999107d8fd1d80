//! `cargo xtask COMMAND`: finds the command in one table and runs it.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "chores talk to the person who started them"
)]

use std::env;
use std::process::ExitCode;

use anyhow::Result;
use selkie_xtask::{
    acceptance, advisories, bench, crds, demo, docs, fresh, fuzz, image, manifests, peers, rooms,
    stages,
};

struct Chore {
    name: &'static str,
    arguments: &'static str,
    about: &'static str,
    run: fn(&[String]) -> Result<()>,
}

static CHORES: [Chore; 15] = [
    Chore {
        name: "demo",
        arguments: "[--cluster]",
        about: "encrypts and decrypts the examples before your eyes, and renders Secrets; or syncs them in a cluster",
        run: demo::command,
    },
    Chore {
        name: "test",
        arguments: "[--quick|--full] [--keep-going]",
        about: "runs the gate, its quick part, or everything",
        run: stages::command,
    },
    Chore {
        name: "bench",
        arguments: "[--quick|templates|controller]",
        about: "measures us and our peers, writes docs/benchmarks.md",
        run: bench::command,
    },
    Chore {
        name: "sizes",
        arguments: "",
        about: "measures programs with fewer kinds of keys, writes docs/benchmarks.md",
        run: bench::sizes_command,
    },
    Chore {
        name: "docs",
        arguments: "[--check]",
        about: "writes the generated pages, or says which are stale",
        run: docs::command,
    },
    Chore {
        name: "crds",
        arguments: "[--check]",
        about: "writes the definitions of custom resources, their pages and the roles' rules, or says which are stale",
        run: crds::command,
    },
    Chore {
        name: "manifests",
        arguments: "[--check]",
        about: "writes the plain manifests and the page of values from the chart, or says which are stale",
        run: manifests::command,
    },
    Chore {
        name: "image",
        arguments: "",
        about: "links both programs statically, and makes an image of the controller",
        run: image::command,
    },
    Chore {
        name: "acceptance",
        arguments: "[--json]",
        about: "runs the acceptance lists and prints what holds for which provider",
        run: acceptance::command,
    },
    Chore {
        name: "peers",
        arguments: "[NAME…]",
        about: "installs the programs that we are compared with",
        run: peers::command,
    },
    Chore {
        name: "fuzz",
        arguments: "[--seconds N] [TARGET…]",
        about: "runs the fuzz targets, ten minutes each",
        run: fuzz::command,
    },
    Chore {
        name: "advisories",
        arguments: "",
        about: "asks the advisory database about our dependencies",
        run: advisories::command,
    },
    Chore {
        name: "rooms",
        arguments: "",
        about: "adds a dummy of each kind to a copy and compiles it",
        run: rooms::command,
    },
    Chore {
        name: "fresh",
        arguments: "",
        about: "runs the README's commands in a fresh clone with empty caches",
        run: fresh::command,
    },
    Chore {
        name: "measure",
        arguments: "COMMAND…",
        about: "runs one command and prints what it cost (used by bench)",
        run: bench::measure_command,
    },
];

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let Some((name, arguments)) = words.split_first() else {
        usage();
        return ExitCode::from(2);
    };
    let Some(chore) = CHORES.iter().find(|chore| chore.name == *name) else {
        usage();
        return ExitCode::from(if matches!(name.as_str(), "help" | "--help" | "-h") {
            0
        } else {
            2
        });
    };
    match (chore.run)(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{name}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn usage() {
    println!("cargo xtask COMMAND\n");
    for chore in &CHORES {
        println!(
            "  {:<36} {}",
            format!("{} {}", chore.name, chore.arguments),
            chore.about
        );
    }
}
