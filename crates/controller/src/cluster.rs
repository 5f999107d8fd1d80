//! Requests to the API server: paths and bytes in, bytes out.
//!
//! Not kube's typed calls: they log an answer that they cannot decode, and an answer may be a Secret. What comes back is wiped when it is
//! dropped.
//!
//! Never here: what an object means, and repeating a request (the client below repeats what the server asks it to).

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::AsyncBufRead;
use http::{Method, Request};
use kube::Client;
use kube::core::Status;
use selkie_api::Cause;
use selkie_crypto::Secret;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Longer than the API server lets any request but a watch take.
const LIMIT: Duration = Duration::from_secs(65);
/// The metadata of a list's objects.
const METADATA_LIST: &str = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";
/// The metadata of an object, and of each of a watch. A watch that is asked for lists is ended by the server without a word.
const METADATA: &str = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io";

/// Why the API server did not do what was asked. Its own message is not kept: an admission controller may write anything into it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// 404.
    #[error("the API server does not have it")]
    NotFound,
    /// 409, on a create.
    #[error("it is there already")]
    Exists,
    /// 409, on a write.
    #[error("somebody else has written it meanwhile")]
    Conflict,
    /// 410.
    #[error("the API server no longer knows this version")]
    Gone,
    /// 401 and 403.
    #[error("the API server does not allow it (HTTP {0})")]
    Forbidden(u16),
    /// 400 and 422.
    #[error("the API server finds it invalid (HTTP {0})")]
    Invalid(u16),
    /// 429.
    #[error("the API server has too much to do (HTTP 429)")]
    Throttled,
    /// Any other status.
    #[error("the API server answers with HTTP {0}")]
    Failed(u16),
    /// No answer.
    #[error("the API server cannot be reached")]
    Unreachable,
    /// No answer within the limit.
    #[error("the API server does not answer in time")]
    Timeout,
    /// An answer that cannot be read.
    #[error("the API server's answer cannot be read")]
    Malformed,
    /// A name that no object can have.
    #[error("no object can have this name")]
    Name,
}

impl Refusal {
    /// The word for it in a condition.
    pub(crate) const fn cause(&self) -> Cause {
        match self {
            Self::NotFound => Cause::NotFound,
            Self::Forbidden(_) => Cause::Forbidden,
            Self::Invalid(_) | Self::Name => Cause::InvalidData,
            Self::Throttled => Cause::Throttled,
            Self::Unreachable => Cause::Unreachable,
            Self::Timeout => Cause::Timeout,
            Self::Exists | Self::Conflict | Self::Gone | Self::Failed(_) | Self::Malformed => {
                Cause::ProviderError
            }
        }
    }
}

/// The API server.
pub(crate) struct Cluster {
    client: Client,
    requests: AtomicU64,
    /// Held while a page of a list is asked for and decoded: at a start all kinds are listed at once, and that would be the peak of memory.
    page: Semaphore,
}

impl Cluster {
    /// The server that a client asks.
    pub(crate) const fn new(client: Client) -> Self {
        Self {
            client,
            requests: AtomicU64::new(0),
            page: Semaphore::const_new(1),
        }
    }

    /// How many requests there were.
    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Waits for the turn to ask for a page of a list. It ends when what is returned is dropped.
    pub(crate) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.page.acquire().await.ok()
    }

    /// An object or a page of a list.
    pub(crate) async fn get(&self, path: &str) -> Result<Secret, Refusal> {
        self.ask(Method::GET, path, Vec::new(), "application/json")
            .await
    }

    /// An object, if it is there.
    pub(crate) async fn find(&self, path: &str) -> Result<Option<Secret>, Refusal> {
        match self.get(path).await {
            Ok(object) => Ok(Some(object)),
            Err(Refusal::NotFound) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// A page of a list, metadata only.
    pub(crate) async fn metadata(&self, path: &str) -> Result<Secret, Refusal> {
        self.ask(Method::GET, path, Vec::new(), METADATA_LIST).await
    }

    /// Creates an object in the collection at `path`.
    pub(crate) async fn create(&self, path: &str, object: Vec<u8>) -> Result<Secret, Refusal> {
        match self
            .ask(Method::POST, path, object, "application/json")
            .await
        {
            Err(Refusal::Conflict) => Err(Refusal::Exists),
            other => other,
        }
    }

    /// Writes an object, or a part of it that has a path of its own.
    pub(crate) async fn replace(&self, path: &str, object: Vec<u8>) -> Result<Secret, Refusal> {
        self.ask(Method::PUT, path, object, "application/json")
            .await
    }

    /// Changes fields of an object.
    pub(crate) async fn merge(&self, path: &str, patch: Vec<u8>) -> Result<Secret, Refusal> {
        self.ask(Method::PATCH, path, patch, "application/json")
            .await
    }

    /// Deletes an object if it still is the one meant by `options`.
    pub(crate) async fn delete(&self, path: &str, options: Vec<u8>) -> Result<(), Refusal> {
        match self
            .ask(Method::DELETE, path, options, "application/json")
            .await
        {
            Ok(_) | Err(Refusal::NotFound) => Ok(()),
            Err(other) => Err(other),
        }
    }

    /// A watch: one event a line.
    pub(crate) async fn watch(
        &self,
        path: &str,
        only_metadata: bool,
    ) -> Result<impl AsyncBufRead + use<>, Refusal> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let accept = if only_metadata {
            METADATA
        } else {
            "application/json"
        };
        let request = request(Method::GET, path, Vec::new(), accept)?;
        match tokio::time::timeout(LIMIT, self.client.request_stream(request)).await {
            Ok(stream) => stream.map_err(|error| refusal(&error)),
            Err(_) => Err(Refusal::Timeout),
        }
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
        accept: &str,
    ) -> Result<Secret, Refusal> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let request = request(method, path, body, accept)?;
        match tokio::time::timeout(LIMIT, self.client.request_text(request)).await {
            Ok(Ok(text)) => Ok(Secret::from(text)),
            Ok(Err(error)) => {
                let refusal = refusal(&error);
                tracing::debug!(path, %refusal, "refused by the API server");
                Err(refusal)
            }
            Err(_) => Err(Refusal::Timeout),
        }
    }
}

fn request(
    method: Method,
    path: &str,
    body: Vec<u8>,
    accept: &str,
) -> Result<Request<Vec<u8>>, Refusal> {
    let content = if method == Method::PATCH {
        "application/merge-patch+json"
    } else {
        "application/json"
    };
    Request::builder()
        .method(method)
        .uri(path)
        .header(http::header::ACCEPT, accept)
        .header(http::header::CONTENT_TYPE, content)
        .body(body)
        .map_err(|_| Refusal::Name)
}

fn refusal(error: &kube::Error) -> Refusal {
    match error {
        kube::Error::Api(status) => by_status(status),
        kube::Error::FromUtf8(_) | kube::Error::SerdeError(_) => Refusal::Malformed,
        _ => Refusal::Unreachable,
    }
}

/// What a status says that came as an answer, or within a watch.
pub(crate) fn by_status(status: &Status) -> Refusal {
    by_code(status.code)
}

/// What a code of HTTP says.
pub(crate) const fn by_code(code: u16) -> Refusal {
    match code {
        404 => Refusal::NotFound,
        409 => Refusal::Conflict,
        410 => Refusal::Gone,
        401 | 403 => Refusal::Forbidden(code),
        400 | 422 => Refusal::Invalid(code),
        429 => Refusal::Throttled,
        _ => Refusal::Failed(code),
    }
}

/// The path of a collection. `group` is `api/v1` or `apis/GROUP/VERSION`; no namespace means all of them, or that there are none.
pub(crate) fn collection(group: &str, namespace: &str, plural: &str) -> Result<String, Refusal> {
    if namespace.is_empty() {
        return Ok(format!("/{group}/{plural}"));
    }
    let namespace = segment(namespace)?;
    Ok(format!("/{group}/namespaces/{namespace}/{plural}"))
}

/// The path of an object.
pub(crate) fn object(
    group: &str,
    namespace: &str,
    plural: &str,
    name: &str,
) -> Result<String, Refusal> {
    let name = segment(name)?;
    Ok(format!("{}/{name}", collection(group, namespace, plural)?))
}

/// A name as a part of a path. Names come out of specs, and must not lead anywhere else.
fn segment(name: &str) -> Result<&str, Refusal> {
    let plain = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.'
    };
    let ends = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = name.as_bytes();
    let is_name = bytes.len() <= 253
        && bytes.iter().copied().all(plain)
        && ends(bytes.first())
        && ends(bytes.last());
    is_name.then_some(name).ok_or(Refusal::Name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_nowhere_else() {
        let rows = [
            ("app", true),
            ("app-1.example.com", true),
            ("", false),
            ("..", false),
            (".", false),
            ("-a", false),
            ("a/b", false),
            ("a%2fb", false),
            ("a?x=y", false),
            ("App", false),
            ("a b", false),
        ];
        for (name, expected) in rows {
            assert_eq!(
                object("api/v1", "ns", "secrets", name).is_ok(),
                expected,
                "{name}"
            );
            let collection = collection("api/v1", name, "secrets");
            assert_eq!(collection.is_ok(), expected || name.is_empty(), "{name}");
        }
        assert!(object("api/v1", "ns", "secrets", &"a".repeat(254)).is_err());
        assert_eq!(
            object("api/v1", "ns", "secrets", "app").as_deref(),
            Ok("/api/v1/namespaces/ns/secrets/app")
        );
        assert_eq!(
            object("apis/g/v1", "", "stores", "app").as_deref(),
            Ok("/apis/g/v1/stores/app")
        );
    }

    #[test]
    fn every_refusal_is_one_of_few() {
        assert_eq!(by_code(409), Refusal::Conflict);
        assert_eq!(by_code(410), Refusal::Gone);
        assert_eq!(by_code(503), Refusal::Failed(503));
        assert_eq!(by_code(403).cause(), Cause::Forbidden);
        assert_eq!(by_code(422).cause(), Cause::InvalidData);
    }
}
