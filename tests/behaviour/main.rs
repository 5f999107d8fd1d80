//! What the controller does with each object, at real API servers: clusters that change their controller, the acceptance list, the peer's definitions, the
//! rules that must hold against anybody, and replicas. Each file has a server of its own. Rows of what is decided stand in `reconcile`.
#![cfg(test)]

mod moving;
mod objects;
mod peer;
mod replicas;
mod rules;
mod site;
mod table;
mod takeover;
