//! A server inside the test process: a function from request to answer, plain or behind TLS.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::http::{Request, Response};

/// A server on loopback. Its threads end with the test process.
#[derive(Debug)]
pub struct Stub {
    /// The port on 127.0.0.1.
    pub port: u16,
}

impl Stub {
    /// Starts one that speaks HTTP.
    pub fn plain(answer: impl Fn(&Request) -> Response + Send + Sync + 'static) -> Self {
        Self::accept(move |stream| serve(stream, &answer))
    }

    /// Starts one that speaks HTTPS, with the certificate of `tls`.
    pub fn tls(
        tls: Arc<ServerConfig>,
        answer: impl Fn(&Request) -> Response + Send + Sync + 'static,
    ) -> Self {
        Self::accept(move |stream| {
            if let Ok(connection) = ServerConnection::new(Arc::clone(&tls)) {
                serve(StreamOwned::new(connection, stream), &answer);
            }
        })
    }

    /// `127.0.0.1:PORT`
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    #[expect(clippy::expect_used, reason = "a suite cannot go on without a port")]
    fn accept(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let serve = Arc::new(serve);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let serve = Arc::clone(&serve);
                thread::spawn(move || serve(stream));
            }
        });
        Self {
            port: address.port(),
        }
    }
}

/// Answers one request. A client that goes away, or does not trust the certificate, gets none.
fn serve(mut stream: impl Read + Write, answer: &impl Fn(&Request) -> Response) {
    if let Ok(Some(request)) = Request::read(&mut stream) {
        let _ = answer(&request).write(&mut stream);
    }
}
