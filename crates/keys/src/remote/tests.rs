//! What the client makes of replies that no key service should give.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::thread;

use selkie_crypto::AgeRecipient;
use tonic::Response;
use tonic::body::Body;
use tonic::codegen::{BoxFuture, Service, http};
use tonic::server::{NamedService, UnaryService};
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

use super::*;

/// A service that answers whatever it is asked with these bytes: both answers have the same shape.
#[derive(Clone)]
struct Always {
    bytes: Vec<u8>,
    asked: Arc<AtomicUsize>,
}

impl UnaryService<DecryptRequest> for Always {
    type Response = DecryptResponse;
    type Future = Ready<Result<Response<DecryptResponse>, Status>>;

    fn call(&mut self, _request: Request<DecryptRequest>) -> Self::Future {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let plaintext = self.bytes.clone();
        ready(Ok(Response::new(DecryptResponse { plaintext })))
    }
}

impl NamedService for Always {
    const NAME: &'static str = "KeyService";
}

impl Service<http::Request<Body>> for Always {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Infallible>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let answer = self.clone();
        let codec = ProstCodec::<DecryptResponse, DecryptRequest>::default();
        Box::pin(async move { Ok(tonic::server::Grpc::new(codec).unary(answer, request).await) })
    }
}

/// A client of a service that always answers so, and how often that was asked.
fn client(bytes: Vec<u8>) -> (Remote, Arc<AtomicUsize>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = format!("tcp://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let service = Always {
        bytes,
        asked: Arc::clone(&asked),
    };
    thread::spawn(move || {
        network::endless(async {
            listener.set_nonblocking(true).unwrap();
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            let server = Server::builder().add_service(service);
            server
                .serve_with_incoming(TcpIncoming::from(listener))
                .await
        })
    });
    let address = Address::parse(&address).unwrap();
    (Remote::new(address, None, Network::default()), asked)
}

fn recipient() -> Recipient {
    Recipient::Age(AgeRecipient::parse("age1x").unwrap())
}

#[test]
fn only_replies_of_the_length_of_a_key_are_taken() {
    for (length, taken) in [
        (0, false),
        (31, false),
        (32, true),
        (33, true),
        (34, false),
        (1000, false),
    ] {
        let (remote, _) = client(vec![7; length]);
        match remote.unwrap(&recipient(), "enc") {
            Ok(secret) => assert!(taken && secret.expose().len() == length, "{length}"),
            Err(fault) => {
                assert!(!taken, "{length}: {fault}");
                let told = "the answer cannot be understood (not the length of a key)";
                assert_eq!(fault.to_string(), told, "{length}");
            }
        }
    }
}

#[test]
fn long_replies_are_not_read() {
    // With the head of the field, a reply of this length is just within the limit.
    let within = wire::LIMIT - 4;
    for (length, taken) in [
        (within, true),
        (wire::LIMIT, false),
        (20 * wire::LIMIT, false),
    ] {
        let (remote, _) = client(vec![b'x'; length]);
        let wrapped = remote.wrap(&recipient(), &[7; 32]);
        match wrapped {
            Ok(text) => assert!(taken && text.len() == length, "{length}"),
            Err(fault) => {
                assert!(!taken, "{length}: {fault}");
                assert_eq!(fault.cause, Cause::BadReply, "{length}: {fault}");
            }
        }
        let unwrapped = remote.unwrap(&recipient(), "enc").unwrap_err();
        assert_eq!(unwrapped.cause, Cause::BadReply, "{length}: {unwrapped}");
    }
}

#[test]
fn a_wrapped_key_is_a_text() {
    for bytes in [&b""[..], b"\xff\xfe"] {
        let (remote, _) = client(bytes.to_vec());
        let fault = remote.wrap(&recipient(), &[7; 32]).unwrap_err();
        assert_eq!(fault.cause, Cause::BadReply, "{bytes:?}: {fault}");
    }
}

#[test]
fn what_is_no_key_is_not_sent() {
    let (remote, asked) = client(vec![7; 32]);
    for length in [0, 31, 34, 1000] {
        let fault = remote.wrap(&recipient(), &vec![7; length]).unwrap_err();
        let told = "only data keys and shares of them are sent to a key service";
        assert_eq!(fault.to_string(), told, "{length}");
    }
    let fault = remote
        .unwrap(&recipient(), &"x".repeat(wire::LIMIT))
        .unwrap_err();
    let told = "the wrapped key is too long for a key service";
    assert_eq!(fault.to_string(), told);
    assert_eq!(asked.load(Ordering::SeqCst), 0);
    remote.unwrap(&recipient(), "enc").unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}
