//! What should be in the cluster, decided without one: observed in, plan out.
//!
//! The crate is pure: time and the seed of all randomness are arguments, and it knows no client, no environment, no file and no network. What the peer
//! leaves to the order of Go's maps is decided here by the order of the keys' bytes, so that the same input gives the same outcome on every run.

mod cron;
mod data;
pub mod duration;
mod event;
pub mod external_secret;
mod failure;
pub mod hash;
pub mod ownership;
pub mod permission;
pub mod pipeline;
pub mod preflight;
pub mod schedule;
pub mod secret_store;
pub mod status;
pub mod sync_window;
pub mod target;
pub mod validate;

pub use data::SecretData;
pub use event::{Event, EventKind};
pub use failure::Failure;
