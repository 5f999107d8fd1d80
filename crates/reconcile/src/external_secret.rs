//! An ExternalSecret: from what is observed to what is done.
//!
//! 1. [`look`] decides without any value: there is nothing to do, or something that needs none, or the entries have to be asked.
//! 2. Whoever gathers asks them, and reads the templates that lie elsewhere.
//! 3. [`plan`] says what is written, what the status says, and when to look again.
//!
//! Both are pure and cannot fail. A plan is a whole: it is carried out in order, and what the API server refuses goes into [`refused`], whose plan takes its
//! place.

mod beat;
mod entries;
mod look;
mod observed;
mod plan;
mod values;

pub use beat::beat;
pub use entries::{Entry, Place, Wants, entries, stores};
pub use look::{Order, Step, look};
pub use observed::{Answer, Fetched, Namesake, Object, Observed, Target};
pub use plan::{Action, Doomed, Finalizer, Outcome, Plan, Requeue, Write, plan, refused};
