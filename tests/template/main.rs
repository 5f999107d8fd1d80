//! Templates beside Go's own engine with the functions that External Secrets has: what rows expect is what Go says, and random templates
//! render to the same bytes. The suite fails, and says why, where it cannot have Go's side.
#![cfg(test)]

mod foreign;
mod kubectl;
mod rows;
mod wild;
