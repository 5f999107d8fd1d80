//! Laws that hold for every text, tried on random ones with fixed seeds. `SELKIE_CASES` says how many, for the long tier.
#![cfg(test)]

mod bench;
mod damage;
mod identity;
mod json;
mod lines;
mod nonces;
mod reseal;
