//! JSON as Go's `encoding/json` writes and reads it. What the functions of templates make of it stands in their own room.

mod read;
mod write;

pub(crate) use read::read;
pub(crate) use write::{Layout, exported, number, write};

#[cfg(test)]
mod tests;
