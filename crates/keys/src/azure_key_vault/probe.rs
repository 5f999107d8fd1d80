//! Looks whether the machine is one of Azure's before it is asked for a token: elsewhere nobody listens at that address, and the SDK
//! would go on asking for more than a minute. SOPS's library looks in the same way.

use std::sync::OnceLock;
use std::time::Duration;

use async_trait::async_trait;
use azure_core::error::ErrorKind;
use azure_core::http::{AsyncRawResponse, HttpClient, Request};
use azure_core::{Error, Result};
use thiserror::Error as ThisError;

use super::fault::chain;

/// Where every machine of Azure's is told about itself.
const MACHINE: &str = "169.254.169.254";

/// How long a machine of Azure's may take to say anything at all.
const LIMIT: Duration = Duration::from_secs(1);

/// The address that machines of Azure's have does not answer.
#[derive(Debug, ThisError)]
#[error("this is no machine of Azure's")]
struct NoMachine;

/// Whether a failed request for a token came to nothing but [`NoMachine`].
pub(super) fn is_no_machine(error: &Error) -> bool {
    chain(error).any(|cause| cause.downcast_ref::<NoMachine>().is_some())
}

/// A transport that asks for a sign of life before the first request to [`MACHINE`].
#[derive(Debug)]
pub(super) struct Probe {
    http: reqwest::Client,
    answers: OnceLock<bool>,
}

impl Probe {
    pub(super) const fn new(http: reqwest::Client) -> Self {
        Self {
            http,
            answers: OnceLock::new(),
        }
    }

    /// Any answer will do. Without the header that the service demands it is a refusal.
    async fn answers(&self, request: &Request) -> bool {
        if let Some(known) = self.answers.get() {
            return *known;
        }
        let mut address = request.url().clone();
        address.set_query(None);
        let answer = self.http.get(address).timeout(LIMIT).send().await;
        *self.answers.get_or_init(|| answer.is_ok())
    }
}

#[async_trait]
impl HttpClient for Probe {
    async fn execute_request(&self, request: &Request) -> Result<AsyncRawResponse> {
        if request.url().host_str() == Some(MACHINE) && !self.answers(request).await {
            // A kind that the SDK does not try again.
            return Err(Error::new(ErrorKind::Other, NoMachine));
        }
        self.http.execute_request(request).await
    }
}
