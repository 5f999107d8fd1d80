//! The files of an artifact that Flux's source-controller keeps: an archive, taken for what its digest says and for nothing else.
//!
//! Where an artifact lies is asked of [`Artifacts`], whatever stands behind it. Never here: a Kubernetes object, credentials; source-controller wants none.

mod archive;
mod digest;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use selkie_api::Cause;
use selkie_api::store::sops::SopsFlux as Spec;

use super::place::Place;
use super::snapshot::{Origin, Snapshots};
use super::source::Entry;
use crate::connect::Means;
use crate::http::{self, Tls};
use crate::{Failure, Reach};
use digest::Digest;

/// Bytes of an archive, as it is sent.
const LARGEST: usize = 32 << 20;

/// What Flux says of the artifact of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Where it lies.
    pub url: String,
    /// What it hashes to, as `ALGORITHM:HEX`.
    pub digest: String,
    /// Which state of the source it is.
    pub revision: String,
}

/// Whoever knows where an artifact lies.
pub trait Artifacts: Send + Sync {
    /// What is said of it now: no older than the call.
    fn artifact(&self) -> BoxFuture<'_, Result<Artifact, Failure>>;
}

/// An artifact.
pub(super) struct Flux {
    artifacts: Arc<dyn Artifacts>,
    place: Arc<Place>,
    reach: Reach,
}

/// The files of an artifact; nothing is asked yet.
pub(super) fn source(spec: &Spec, means: &Means) -> Result<Snapshots<Flux>, Failure> {
    let Some(artifacts) = &means.artifacts else {
        let what = "there is nothing here that could tell where an artifact lies";
        return Err(Failure::new(Cause::Unsupported, what));
    };
    Ok(Snapshots::new(Flux {
        artifacts: Arc::clone(artifacts),
        place: Arc::new(Place::new(spec.path.as_deref(), spec.key.as_deref())?),
        reach: means.reach.clone(),
    }))
}

impl Flux {
    async fn files(&self, artifact: &Artifact) -> Result<BTreeMap<String, Entry>, Failure> {
        let digest = Digest::parse(&artifact.digest)?;
        let archive = fetched(&artifact.url, &self.reach).await?;
        let place = Arc::clone(&self.place);
        // Hashing and inflating take a while.
        let read = tokio::task::spawn_blocking(move || {
            if !digest.is_of(archive.expose()) {
                let what = "the artifact is not what its digest says";
                return Err(Failure::new(Cause::InvalidData, what));
            }
            archive::files(archive.expose(), &place)
        });
        read.await.unwrap_or_else(|_| {
            let what = "reading the artifact ended before it was done";
            Err(Failure::new(Cause::ProviderError, what))
        })
    }
}

impl Origin for Flux {
    /// All of it: what a source includes or leaves out may change while its revision stays.
    type State = Artifact;

    fn state(&self) -> BoxFuture<'_, Result<Artifact, Failure>> {
        self.artifacts.artifact()
    }

    fn revision(artifact: &Artifact) -> Arc<str> {
        artifact.revision.as_str().into()
    }

    fn fetch<'a>(
        &'a self,
        artifact: &'a Artifact,
    ) -> BoxFuture<'a, Result<BTreeMap<String, Entry>, Failure>> {
        Box::pin(self.files(artifact))
    }
}

/// The files of an archive at a place, for whoever has one already.
pub(super) fn unpacked(archive: &[u8], place: &Place) -> Result<BTreeMap<String, Entry>, Failure> {
    archive::files(archive, place)
}

/// The bytes at an address. No redirect is followed: source-controller sends none.
async fn fetched(url: &str, reach: &Reach) -> Result<selkie_crypto::Secret, Failure> {
    let url = http::address(url, reach)?;
    let tls = Tls {
        authorities: None,
        identity: None,
    };
    let client = http::client(&url, &tls, HeaderMap::new(), reach)?;
    let sent = client.get(url).send().await;
    let answer = sent.map_err(|error| http::failure(&error))?;
    let status = answer.status().as_u16();
    if !answer.status().is_success() {
        let after = answer.headers().get(RETRY_AFTER);
        let after = after.and_then(|value| value.to_str().ok()?.parse().ok());
        return Err(refusal(status, after));
    }
    http::body_within(answer, LARGEST).await?.ok_or_else(|| {
        let what = format!("the artifact is larger than {} MiB", LARGEST >> 20);
        Failure::new(Cause::InvalidData, what)
    })
}

fn refusal(status: u16, after: Option<u64>) -> Failure {
    let (cause, what) = match status {
        300..=399 => (
            Cause::Forbidden,
            "sends us elsewhere, which is not followed",
        ),
        401 | 403 => (Cause::Forbidden, "does not let us read the artifact"),
        404 | 410 => (Cause::NotFound, "does not have the artifact any more"),
        429 => (Cause::Throttled, "has had enough of us"),
        _ => (Cause::ProviderError, "does not answer as it should"),
    };
    let failure = Failure::new(cause, format!("source-controller {what} (HTTP {status})"));
    match after.map(Duration::from_secs) {
        Some(wait) => failure.after(wait),
        None => failure,
    }
}
