//! Connections: whom one is accepted from, TLS, limits. Never here: what is asked over them.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use selkie_crypto::Secret;
#[cfg(unix)]
use tokio::net::UnixStream;
#[cfg(unix)]
use tonic::codegen::tokio_stream::Stream;
use tonic::transport::server::{Router, TcpIncoming};
use tonic::transport::{Certificate, Identity, Server, ServerTlsConfig};

use super::Service;
use super::handler::Handler;
use crate::{Fault, network, wire};

/// Requests on one connection at the same time.
const STREAMS: u32 = 16;

/// How long a client may take to agree on TLS.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Where clients come in, bound by whoever knows addresses and files.
#[derive(Debug)]
pub enum Listener {
    /// Anybody who can reach the address.
    Tcp(std::net::TcpListener),
    /// Processes of one user.
    #[cfg(unix)]
    Unix {
        /// The socket.
        socket: std::os::unix::net::UnixListener,
        /// The user's number.
        user: u32,
    },
}

/// What TLS needs, as PEM.
#[derive(Debug)]
pub struct ServerTls {
    /// The certificate that is shown.
    pub certificate: Vec<u8>,
    /// Its key.
    pub key: Secret,
    /// The authority that must have signed the certificates of clients; without it, clients need none.
    pub clients: Option<Vec<u8>>,
}

/// Serves until the process ends; returns only if that is not possible.
pub fn serve(
    service: Arc<Service>,
    listener: Listener,
    tls: Option<ServerTls>,
) -> Result<(), String> {
    let served = network::endless(async {
        tokio::spawn(sweep(Arc::clone(&service)));
        let router = router(service, tls)?;
        let served = match listener {
            Listener::Tcp(listener) => {
                let incoming = tcp(listener).map_err(|error| error.kind().to_string())?;
                router.serve_with_incoming(incoming).await
            }
            #[cfg(unix)]
            Listener::Unix { socket, user } => {
                let incoming = Own::new(socket, user).map_err(|error| error.kind().to_string())?;
                router.serve_with_incoming(incoming).await
            }
        };
        served.map_err(|error| error.to_string())
    });
    served.unwrap_or_else(|fault: Fault| Err(fault.to_string()))
}

fn router(service: Arc<Service>, tls: Option<ServerTls>) -> Result<Router, String> {
    let mut server = Server::builder()
        .max_concurrent_streams(STREAMS)
        .concurrency_limit_per_connection(STREAMS as usize)
        .http2_max_header_list_size(wire::LIMIT as u32)
        // A client that is gone frees its place.
        .http2_keepalive_interval(Some(Duration::from_secs(30)));
    if let Some(tls) = tls {
        let identity = Identity::from_pem(&tls.certificate, tls.key.expose());
        let mut config = ServerTlsConfig::new().identity(identity).timeout(HANDSHAKE);
        if let Some(clients) = &tls.clients {
            config = config.client_ca_root(Certificate::from_pem(clients));
        }
        server = server
            .tls_config(config)
            .map_err(|_| "the certificates cannot be used".to_owned())?;
    }
    Ok(server.add_service(Handler::new(service)))
}

/// Wipes kept keys in time, also if nobody asks for anything.
async fn sweep(service: Arc<Service>) {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        service.sweep();
    }
}

fn tcp(listener: std::net::TcpListener) -> io::Result<TcpIncoming> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    Ok(TcpIncoming::from(listener).with_nodelay(Some(true)))
}

/// Connections of one user's processes; others are closed before a byte is read.
#[cfg(unix)]
struct Own {
    socket: tokio::net::UnixListener,
    user: u32,
}

#[cfg(unix)]
impl Own {
    fn new(socket: std::os::unix::net::UnixListener, user: u32) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        let socket = tokio::net::UnixListener::from_std(socket)?;
        Ok(Self { socket, user })
    }
}

#[cfg(unix)]
impl Stream for Own {
    type Item = io::Result<UnixStream>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match self.socket.poll_accept(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Err(error)) => return Poll::Ready(Some(Err(error))),
                Poll::Ready(Ok((stream, _))) => {
                    if stream.peer_cred().is_ok_and(|peer| peer.uid() == self.user) {
                        return Poll::Ready(Some(Ok(stream)));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::thread;

    use tonic::client::Grpc;
    use tonic::codegen::http::uri::PathAndQuery;
    use tonic::transport::Endpoint;
    use tonic::{Code, Request};
    use tonic_prost::ProstCodec;

    use super::*;
    use crate::Network;
    use crate::serve::tests::service;
    use crate::wire::{DecryptRequest, DecryptResponse, Key};

    #[test]
    fn long_requests_are_refused_and_others_served() {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (service, recipient, _) = service();
        thread::spawn(move || serve(Arc::new(service), Listener::Tcp(listener), None));
        let ask = |length: usize| {
            let request = DecryptRequest {
                key: Some(Key::from(&recipient)),
                ciphertext: vec![b'x'; length],
            };
            let endpoint = Endpoint::from_shared(format!("http://{address}")).unwrap();
            let replied = network::run(Network::default(), async {
                let mut client = Grpc::new(endpoint.connect_lazy());
                client.ready().await.unwrap();
                let codec = ProstCodec::<DecryptRequest, DecryptResponse>::default();
                let path = PathAndQuery::from_static(wire::DECRYPT);
                Ok(client.unary(Request::new(request), path, codec).await)
            });
            replied.unwrap().unwrap_err().code()
        };
        assert_eq!(ask(wire::LIMIT + 1), Code::OutOfRange);
        // It comes to the key, for which that is nothing.
        assert_eq!(ask(wire::LIMIT / 2), Code::FailedPrecondition);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn processes_of_other_users_are_not_answered() {
        use std::os::linux::net::SocketAddrExt as _;
        use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};

        let user = network::run(Network::default(), async {
            let (one, _other) = tokio::net::UnixStream::pair().unwrap();
            Ok(one.peer_cred().unwrap().uid())
        });
        let user = user.unwrap();
        for (user, answered) in [(user, true), (user + 1, false)] {
            let name = format!("selkie-test-{}", rand::random::<u64>());
            let address = SocketAddr::from_abstract_name(name).unwrap();
            let socket = UnixListener::bind_addr(&address).unwrap();
            let (service, ..) = service();
            let listener = Listener::Unix { socket, user };
            thread::spawn(move || serve(Arc::new(service), listener, None));
            let mut client = UnixStream::connect_addr(&address).unwrap();
            // It may be closed already.
            let _ = client.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0");
            let read = client.read(&mut [0; 9]);
            assert_eq!(read.is_ok_and(|count| count > 0), answered);
        }
    }
}
