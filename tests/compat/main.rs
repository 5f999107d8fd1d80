//! Ours and the real programs, both ways. Every suite here fails, and says why, where it cannot have its peer.
#![cfg(test)]

mod armor;
mod binary;
mod corpus;
mod decoded;
mod groups;
mod json;
mod lines;
mod matrix;
mod printed;
mod random;
mod reuse;
mod rewritten;
mod selectors;
mod sops;
mod wild;
