//! Providers of secrets against the real servers that keep them, called as the controller calls them.
#![cfg(test)]

mod aws;
mod render;
mod vault;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use selkie_providers::aws::Endpoints;
use selkie_providers::{Credentials, Means, Reach};

/// What a store may use: these credentials alone.
fn means(credentials: Credentials) -> Means {
    Means {
        credentials,
        reach: Reach::default(),
        own_identity: false,
        source: None,
        aws: Endpoints::default(),
        asker: None,
        clock: Arc::new(|| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH);
            now.unwrap().as_secs()
        }),
    }
}
