//! From gRPC to [`Service`] and back. What tonic's generator would write, for two methods.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use prost::Message;
use tokio::sync::Semaphore;
use tonic::body::Body;
use tonic::codegen::{BoxFuture, Service as Tower, http};
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::transport::server::{TcpConnectInfo, TlsConnectInfo, UdsConnectInfo};
use tonic::{Code, Request, Response, Status};
use tonic_prost::ProstCodec;

use super::{Call, Operation, Outcome, Service};
use crate::wire::{self, DecryptRequest, DecryptResponse, EncryptRequest, EncryptResponse};

/// Requests that are worked on or wait for a person, over all connections. Each holds a thread.
const AT_ONCE: usize = 64;

/// Answers requests.
#[derive(Clone)]
pub(super) struct Handler {
    service: Arc<Service>,
    places: Arc<Semaphore>,
}

impl Handler {
    pub(super) fn new(service: Arc<Service>) -> Self {
        Self {
            service,
            places: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// Works on a thread that may wait: keys are asked with blocking calls.
    async fn on_a_thread<T: Send + 'static>(
        self,
        operation: Operation,
        peer: String,
        work: impl FnOnce(&Service, &str) -> Result<T, Outcome> + Send + 'static,
    ) -> Result<Response<T>, Status> {
        let Ok(place) = self.places.try_acquire_owned() else {
            (self.service.log)(&Call {
                operation,
                recipient: None,
                peer,
                outcome: Outcome::TooMany,
                took: std::time::Duration::ZERO,
            });
            return Err(status(&Outcome::TooMany));
        };
        let service = self.service;
        let worked = tokio::task::spawn_blocking(move || {
            let answer = work(&service, &peer);
            drop(place);
            answer
        });
        match worked.await {
            Ok(Ok(answer)) => Ok(Response::new(answer)),
            Ok(Err(outcome)) => Err(status(&outcome)),
            Err(_) => Err(Status::internal("the key service failed")),
        }
    }
}

struct Encrypt(Handler);

impl UnaryService<EncryptRequest> for Encrypt {
    type Response = EncryptResponse;
    type Future = BoxFuture<Response<EncryptResponse>, Status>;

    fn call(&mut self, request: Request<EncryptRequest>) -> Self::Future {
        let peer = peer(&request);
        let mut request = request.into_inner();
        let work = move |service: &Service, peer: &str| {
            let recipient = request.key.take().and_then(wire::Key::recipient);
            let ciphertext = service.wrap(recipient, &request.take(), peer)?.into_bytes();
            Ok(EncryptResponse { ciphertext })
        };
        Box::pin(self.0.clone().on_a_thread(Operation::Encrypt, peer, work))
    }
}

struct Decrypt(Handler);

impl UnaryService<DecryptRequest> for Decrypt {
    type Response = DecryptResponse;
    type Future = BoxFuture<Response<DecryptResponse>, Status>;

    fn call(&mut self, request: Request<DecryptRequest>) -> Self::Future {
        let peer = peer(&request);
        let request = request.into_inner();
        let work = move |service: &Service, peer: &str| {
            let recipient = request.key.and_then(wire::Key::recipient);
            // What is no text was not wrapped by any kind of key.
            let enc = String::from_utf8(request.ciphertext).unwrap_or_default();
            let secret = service.unwrap(recipient, &enc, peer)?;
            let plaintext = secret.expose().to_vec();
            Ok(DecryptResponse { plaintext })
        };
        Box::pin(self.0.clone().on_a_thread(Operation::Decrypt, peer, work))
    }
}

impl NamedService for Handler {
    const NAME: &'static str = "KeyService";
}

impl Tower<http::Request<Body>> for Handler {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Infallible>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let handler = self.clone();
        match request.uri().path() {
            wire::ENCRYPT => {
                Box::pin(async move { Ok(grpc().unary(Encrypt(handler), request).await) })
            }
            wire::DECRYPT => {
                Box::pin(async move { Ok(grpc().unary(Decrypt(handler), request).await) })
            }
            _ => Box::pin(async { Ok(Status::unimplemented("no such method").into_http()) }),
        }
    }
}

fn grpc<Q, A>() -> Grpc<ProstCodec<A, Q>>
where
    Q: Message + Default + 'static,
    A: Message + Default + 'static,
{
    Grpc::new(ProstCodec::default())
        .apply_max_message_size_config(Some(wire::LIMIT), Some(wire::LIMIT))
}

/// Who asks, as far as the system and the certificate tell.
fn peer<T>(request: &Request<T>) -> String {
    let extensions = request.extensions();
    if let Some(peer) = extensions.get::<UdsConnectInfo>() {
        return match &peer.peer_cred {
            Some(peer) => match peer.pid() {
                Some(pid) => format!("uid {}, pid {pid}", peer.uid()),
                None => format!("uid {}", peer.uid()),
            },
            None => "a socket".to_owned(),
        };
    }
    let address = request.remote_addr().map(|address| address.to_string());
    let address = address.unwrap_or_else(|| "an unknown address".to_owned());
    let tls = extensions.get::<TlsConnectInfo<TcpConnectInfo>>();
    let certificates = tls.and_then(TlsConnectInfo::peer_certs);
    match certificates.as_deref().and_then(|chain| chain.first()) {
        Some(certificate) => format!("{address}, certificate {}", fingerprint(certificate)),
        None => address,
    }
}

/// What tools show as a certificate's SHA-256 fingerprint, without its colons.
fn fingerprint(certificate: &[u8]) -> String {
    use std::fmt::Write as _;

    use sha2::{Digest as _, Sha256};
    let mut text = String::new();
    for byte in Sha256::digest(certificate) {
        // Writing to a text does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The outcome for the one who asked. What a failing key says may name folders and accounts here, and is for the log alone.
fn status(outcome: &Outcome) -> Status {
    let (code, text) = match outcome {
        Outcome::Done | Outcome::Kept => (Code::Ok, ""),
        Outcome::NotAllowed => (Code::PermissionDenied, "this key is not served here"),
        Outcome::Declined => (
            Code::PermissionDenied,
            "the person at the key service said no",
        ),
        Outcome::Unreadable(what) => (Code::InvalidArgument, *what),
        Outcome::NoIdentity => (
            Code::FailedPrecondition,
            "there is no identity for this key here",
        ),
        Outcome::TooMany => (Code::ResourceExhausted, "too many requests at once"),
        Outcome::Failed { passing: true, .. } => (Code::Unavailable, "the key cannot be reached"),
        Outcome::Failed { denied: true, .. } => (
            Code::PermissionDenied,
            "the key refuses the credentials of the key service",
        ),
        Outcome::Failed { .. } => (
            Code::FailedPrecondition,
            "the key failed; the log of the key service says why",
        ),
    };
    Status::new(code, text)
}
