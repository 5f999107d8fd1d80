//! Stands in front of a real server and writes down what passes.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use super::http::{Request, Response};
use super::stub::Stub;

/// A request and its answer.
pub type Exchange = (Request, Response);

/// A recording way to a server.
#[derive(Debug)]
pub struct Recorder {
    stub: Stub,
    exchanges: Arc<Mutex<Vec<Exchange>>>,
}

impl Recorder {
    /// Starts one in front of the plain server at `HOST:PORT`.
    pub fn start(behind: impl Into<String>) -> Self {
        let behind = behind.into();
        Self::answering(move |request| request.send(&behind))
    }

    /// Starts one in front of a function.
    pub fn answering(
        answer: impl Fn(&Request) -> io::Result<Response> + Send + Sync + 'static,
    ) -> Self {
        let exchanges = Arc::new(Mutex::new(Vec::new()));
        let written = Arc::clone(&exchanges);
        let stub = Stub::plain(move |request| {
            let answer = answer(request).unwrap_or_else(|_| Response::json(502, "{}"));
            let mut written = written.lock().unwrap_or_else(PoisonError::into_inner);
            written.push((request.clone(), answer.clone()));
            answer
        });
        Self { stub, exchanges }
    }

    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        format!("http://{}", self.stub.address())
    }

    /// What has passed since the last time that this was asked.
    pub fn take(&self) -> Vec<Exchange> {
        let mut exchanges = self
            .exchanges
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *exchanges)
    }
}
