//! A way in without a proxy and without TLS: a cloud of its own on loopback, with one host for directory, machine and vault. For clients inside the
//! test process, whom no variable leads anywhere.

use std::sync::{Arc, OnceLock};

use super::{Cloud, Inner, machine, vault};
use crate::servers::http::Request;
use crate::servers::stub::Stub;

/// The address of such a cloud. Its threads end with the test process.
#[derive(Debug)]
pub struct Direct {
    /// `http://127.0.0.1:PORT`: of its directory, of its machines and of its one vault.
    pub url: String,
}

impl Direct {
    pub(super) fn start(inner: &Arc<Inner>) -> Self {
        let inner = Arc::clone(inner);
        let cloud = OnceLock::new();
        let stub = Stub::plain(move |request: &Request| {
            let host = request.header("host").unwrap_or_default();
            // One for each test: a cloud has its names for good.
            let cloud = *cloud.get_or_init(|| {
                let host: &'static str = Box::leak(host.to_owned().into_boxed_str());
                Cloud {
                    login: host,
                    vaults: host,
                }
            });
            if request.target.contains("/oauth2/v2.0/") {
                inner.directory.answer(&inner, cloud, request)
            } else if request.target.starts_with("/metadata/identity/") {
                machine::metadata(&inner, &cloud.resource(), request)
            } else {
                vault::answer(&inner, cloud, &cloud.resource(), request)
            }
        });
        Self {
            url: format!("http://{}", stub.address()),
        }
    }
}
