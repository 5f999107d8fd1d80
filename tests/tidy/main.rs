//! The repository's rules as tests. Each file holds one kind of rule; none may know anything of the product's behaviour.
#![cfg(test)]

mod acceptance;
mod attributes;
mod behaviour;
mod conditions;
mod dependencies;
mod flags;
mod imports;
mod key_kinds;
mod lengths;
mod links;
mod measured;
mod rooms;
mod secrets;
mod security;
mod sources;
mod stages;
mod stores;
