//! A server that hands out files over plain HTTP, as the artifacts of Flux's source controller are. Nothing here may know what is in them.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

type Shelf = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// The server. Its thread ends with the test process.
#[derive(Debug)]
pub struct Files {
    /// `http://127.0.0.1:PORT`
    pub address: String,
    shelf: Shelf,
}

impl Files {
    /// Starts one that has nothing yet.
    ///
    /// # Panics
    /// If loopback has no free port.
    #[expect(clippy::expect_used, reason = "a suite cannot go on without a port")]
    pub fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let shelf = Shelf::default();
        let shared = Arc::clone(&shelf);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shelf = Arc::clone(&shared);
                thread::spawn(move || serve(&stream, &shelf));
            }
        });
        Self {
            address: format!("http://{address}"),
            shelf,
        }
    }

    /// Puts a file there and returns its URL.
    pub fn put(&self, name: &str, content: Vec<u8>) -> String {
        let mut files = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        files.insert(format!("/{name}"), content);
        format!("{}/{name}", self.address)
    }
}

/// Answers one request and closes.
fn serve(stream: &TcpStream, shelf: &Shelf) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let Some(first) = lines.next() else {
        return;
    };
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    // To the end of the head; a body is not expected.
    lines.by_ref().find(String::is_empty);
    let shelf = shelf.lock().unwrap_or_else(PoisonError::into_inner);
    let (status, content) = match shelf.get(&path) {
        Some(content) => ("200 OK", content.as_slice()),
        None => ("404 Not Found", b"".as_slice()),
    };
    let length = content.len();
    let head =
        format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    let mut out = stream;
    // The client may have gone.
    let _ = out
        .write_all(head.as_bytes())
        .and_then(|()| out.write_all(content));
}
