//! Servers that fail in one way each: what a client makes of them is in the failure tables.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// How a server fails.
#[derive(Clone, Debug)]
pub enum Manner {
    /// Takes connections and says nothing.
    Silent,
    /// Answers each request with this status and body.
    Status(u16, &'static str),
}

/// A failing server on loopback. Its thread ends with the test process.
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

    /// How many requests were answered.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// Answers one request and closes: enough for clients, who open a new connection then.
fn serve(mut stream: TcpStream, manner: &Manner, requests: &AtomicUsize) {
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    while !is_whole(&request) {
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return,
            Ok(count) => request.extend_from_slice(&piece[..count]),
        }
    }
    match manner {
        // Until the client gives up.
        Manner::Silent => while stream.read(&mut piece).is_ok_and(|count| count > 0) {},
        Manner::Status(status, body) => {
            requests.fetch_add(1, Ordering::SeqCst);
            let length = body.len();
            // The client may have gone.
            let _ = write!(
                stream,
                "HTTP/1.1 {status} Failed\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
        }
    }
}

/// Whether a request's head and the body that it announces are there.
fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let announced = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse::<usize>().ok())?
    });
    body.len() >= announced.unwrap_or(0)
}
