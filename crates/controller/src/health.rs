//! A small HTTP server for the kubelet and for Prometheus: three pages, `GET` only, one answer a connection.
//!
//! By hand, because this is all of it: no routes, no bodies, no keep-alive. Never here: what the pages say.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// For a request and its answer.
const LIMIT: Duration = Duration::from_secs(10);
/// A request's head, at most.
const HEAD: usize = 8 << 10;

/// What is at a path.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Page {
    /// The status of HTTP.
    pub(crate) code: u16,
    /// The text, in pieces.
    pub(crate) text: Vec<String>,
}

/// Answers for ever, each request with what `page` says of its path; `None` is a path that is not there. Beyond so many connections, others wait.
pub(crate) async fn serve<F>(
    address: SocketAddr,
    connections: usize,
    page: F,
) -> std::io::Result<()>
where
    F: Fn(&str) -> Option<Page> + Send + Sync + 'static,
{
    let listener = TcpListener::bind(address).await?;
    let page = Arc::new(page);
    let connections = Arc::new(Semaphore::new(connections));
    loop {
        let Ok(permit) = Arc::clone(&connections).acquire_owned().await else {
            return Ok(());
        };
        // A connection that broke before it was taken is nobody's business, and a lack of descriptors passes.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let page = Arc::clone(&page);
        tokio::spawn(async move {
            // Who asked has gone or is too slow; there is nobody to tell.
            let _ = tokio::time::timeout(LIMIT, answer(stream, &*page)).await;
            drop(permit);
        });
    }
}

async fn answer<F>(mut stream: TcpStream, page: &F) -> std::io::Result<()>
where
    F: Fn(&str) -> Option<Page>,
{
    let mut head = Vec::with_capacity(1024);
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if head.len() > HEAD || stream.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    }
    let page = asked(&head).map_or_else(
        || text(405, "only GET is answered\n"),
        |path| page(path).unwrap_or_else(|| text(404, "there is no such page\n")),
    );
    let reason = match page.code {
        200 => "OK",
        404 => "Not Found",
        405 => "Method Not Allowed",
        _ => "Service Unavailable",
    };
    let start = format!(
        "HTTP/1.1 {} {reason}\r\ncontent-type: text/plain; version=0.0.4; charset=utf-8\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        page.code,
        page.text.iter().map(String::len).sum::<usize>()
    );
    stream.write_all(start.as_bytes()).await?;
    for piece in page.text {
        stream.write_all(piece.as_bytes()).await?;
    }
    stream.shutdown().await
}

/// A page of one text.
pub(crate) fn text(code: u16, text: impl Into<String>) -> Page {
    Page {
        code,
        text: vec![text.into()],
    }
}

/// The path of a `GET`, without its query.
fn asked(head: &[u8]) -> Option<&str> {
    let line = head.split(|byte| *byte == b'\r').next()?;
    let mut words = std::str::from_utf8(line).ok()?.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    (method == "GET").then(|| target.split('?').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_a_get_is_found() {
        let rows = [
            ("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n", Some("/healthz")),
            ("GET /metrics?x=1 HTTP/1.1\r\n\r\n", Some("/metrics")),
            ("POST /healthz HTTP/1.1\r\n\r\n", None),
            ("\r\n\r\n", None),
            ("GET\r\n\r\n", None),
        ];
        for (head, expected) in rows {
            assert_eq!(asked(head.as_bytes()), expected, "{head}");
        }
    }
}
