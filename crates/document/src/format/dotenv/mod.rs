//! dotenv: lines of `KEY=value` and `#comment`, nothing else. Every byte but the values stays.

pub(crate) mod change;
pub(crate) mod emit;
mod escape;
pub(crate) mod metadata;
pub(crate) mod open;
pub(crate) mod read;
pub(crate) mod seal;
#[cfg(test)]
mod tests;
