//! A store: whether it works is found out when it changes, when something changes that it refers to, and from time to time.
//!
//! 1. [`look`] decides whether it has to be tried.
//! 2. Whoever gathers tries it.
//! 3. [`plan`] says what the status says, and when to try again.

mod observed;
mod plan;
#[cfg(test)]
mod tests;

pub use observed::{Object, Observed, Tried};
pub use plan::{Outcome, Plan, Step, capabilities, look, plan};
