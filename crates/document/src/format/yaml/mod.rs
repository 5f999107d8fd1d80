//! YAML: read with exact places, written only by replacing slots. The text is never printed anew, except by the fallback
//! emitter.

mod block;
pub(crate) mod change;
mod comments;
pub(crate) mod emit;
mod events;
mod keys;
pub(crate) mod metadata;
pub(crate) mod open;
pub(crate) mod read;
mod render;
mod resolve;
mod scan;
pub(crate) mod seal;
