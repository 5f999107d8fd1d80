//! Every kind of key, in the real sops and in ours, against the server that holds it: see [`matrix`]. A file per kind has its server,
//! its matrix and the rows of its failure table.
#![cfg(test)]

#[expect(dead_code, reason = "for the first kind")]
mod failure;
#[expect(dead_code, reason = "for the first kind")]
mod matrix;
