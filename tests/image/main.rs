//! The image of the controller: its parts as others read them, and that it works with nothing around it but what a kubelet adds.
#![cfg(test)]

mod alone;
mod parts;

use std::path::PathBuf;
use std::sync::OnceLock;

use selkie_xtask::image::{self, Commit};

/// The program of the gate's profile, linked for an image.
fn program() -> &'static PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| image::controller().unwrap())
}

/// A commit of the tests.
fn commit() -> Commit {
    Commit {
        name: "0123456789abcdef0123456789abcdef01234567".to_owned(),
        time: 1_780_000_000,
    }
}

/// The image, made once.
fn archive() -> &'static [u8] {
    static MADE: OnceLock<Vec<u8>> = OnceLock::new();
    MADE.get_or_init(|| image::image(&std::fs::read(program()).unwrap(), &commit()).unwrap())
}
