//! Chores of the repository: tests in tiers, peers, demo, benchmarks, generated files.
//!
//! It starts other programs and reads what they print. No crate of the product may be imported here: the first command of the
//! README builds this one before anything else, and a suite that needs a peer must be able to have it while our own code does not
//! compile.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "chores talk to the person who started them"
)]

pub mod acceptance;
pub mod advisories;
pub mod bench;
pub mod cache;
pub mod child;
pub mod crds;
pub mod demo;
pub mod docs;
pub mod fresh;
pub mod fuzz;
pub mod image;
pub mod manifests;
pub mod peers;
pub mod program;
pub mod rooms;
pub mod root;
pub mod stages;
pub mod yaml_suite;
