//! Ours and the real programs, both ways. Every suite here fails, and says why, where it cannot have its peer.
#![cfg(test)]

mod corpus;
mod random;
mod sops;
mod wild;
