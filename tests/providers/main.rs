//! Providers of secrets against the real servers that keep them, called as the controller calls them.
#![cfg(test)]

mod aws;
mod azure;
mod flux;
mod git;
mod render;
mod runtime;
mod vault;
mod webhook;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use selkie_providers::{Credentials, Means};

/// What a store may use: these credentials alone.
fn means(credentials: Credentials) -> Means {
    Means::new(
        credentials,
        Arc::new(|| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH);
            now.unwrap().as_secs()
        }),
    )
}
