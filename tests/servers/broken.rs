//! Servers that fail in one way each: what a client makes of them is in the failure tables.

use std::io::{Read as _, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::http::{Request, Response};

/// How a server fails.
#[derive(Clone, Debug)]
pub enum Manner {
    /// Takes connections and says nothing.
    Silent,
    /// Begins to answer each request, and goes on for ever: there is always another byte.
    Drip,
    /// Begins to answer each request, says how much comes, and closes before that.
    Truncated,
    /// Answers each request with this status and body.
    Status(u16, &'static str),
}

/// A failing server on loopback. Its threads end with the test process.
#[derive(Debug)]
pub struct Broken {
    /// `127.0.0.1:PORT`
    pub address: String,
    requests: Arc<AtomicUsize>,
}

impl Broken {
    /// Starts one.
    ///
    /// # Panics
    /// If loopback has no free port.
    #[expect(clippy::expect_used, reason = "a suite cannot go on without a port")]
    pub fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let requests = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (manner, counted) = (manner.clone(), Arc::clone(&counted));
                thread::spawn(move || serve(stream, &manner, &counted));
            }
        });
        Self {
            address: address.to_string(),
            requests,
        }
    }

    /// How many requests have come.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

fn serve(mut stream: TcpStream, manner: &Manner, requests: &AtomicUsize) {
    let Ok(Some(_)) = Request::read(&mut stream) else {
        return;
    };
    requests.fetch_add(1, Ordering::SeqCst);
    match manner {
        // Until the client gives up.
        Manner::Silent => while stream.read(&mut [0]).is_ok_and(|count| count > 0) {},
        Manner::Drip => drip(&mut stream),
        Manner::Truncated => {
            let part = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"value\":";
            let _ = stream.write_all(part);
        }
        // The client may have gone.
        Manner::Status(status, body) => drop(Response::json(*status, *body).write(&mut stream)),
    }
}

/// Ends when the client does.
pub(super) fn drip(stream: &mut impl Write) {
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    let mut piece = head;
    while stream.write_all(piece.as_bytes()).is_ok() && stream.flush().is_ok() {
        piece = "1\r\n \r\n";
        thread::sleep(Duration::from_millis(50));
    }
}
