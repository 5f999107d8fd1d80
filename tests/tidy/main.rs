//! The repository's rules as tests. Each file holds one kind of rule; none may know anything of the product's behaviour.
#![cfg(test)]

mod attributes;
mod dependencies;
mod flags;
mod imports;
mod key_kinds;
mod lengths;
mod links;
mod measured;
mod rooms;
mod secrets;
mod sources;
mod stages;
