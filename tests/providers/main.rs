//! Providers of secrets against the real servers that keep them, called as the controller calls them.
#![cfg(test)]

mod render;
mod vault;
