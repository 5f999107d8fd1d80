//! An in-place write that is killed: at every instant either the old or the new file is there, whole.
//!
//! Killing says nothing about a power loss, so the order of the system calls that matter for one is traced as well.
#![cfg(test)]

mod instants;
mod scene;
mod traced;
