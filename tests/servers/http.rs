//! HTTP/1.1 as far as servers of ours and what stands in front of real ones need it: one request per connection, whole bodies in memory.

use std::io::{self, Read, Write};
use std::net::TcpStream;

/// Headers as they were sent, in order.
pub type Headers = Vec<(String, String)>;

/// A request.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// `GET`, `POST` and so on.
    pub method: String,
    /// The path with what follows it behind `?`.
    pub target: String,
    /// Its headers.
    pub headers: Headers,
    /// Its body.
    pub body: Vec<u8>,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// Its headers; the length of the body is added on the way out.
    pub headers: Headers,
    /// Its body.
    pub body: Vec<u8>,
}

impl Request {
    /// The next request, or none if the other side has closed.
    pub fn read(stream: &mut impl Read) -> io::Result<Option<Self>> {
        let Some((first, headers, mut body)) = head(stream)? else {
            return Ok(None);
        };
        let mut words = first.split(' ');
        let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let length = find(&headers, "content-length").and_then(|text| text.parse().ok());
        let missing = length.unwrap_or(0_usize).saturating_sub(body.len());
        stream.take(missing as u64).read_to_end(&mut body)?;
        if find(&headers, "transfer-encoding") == Some("chunked") {
            body = whole(stream, body)?;
        }
        Ok(Some(Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers,
            body,
        }))
    }

    /// The value of a header, whatever the case of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// Asks the server at `address` (`HOST:PORT`, no TLS).
    pub fn send(&self, address: &str) -> io::Result<Response> {
        self.send_over(&mut TcpStream::connect(address)?, address)
    }

    /// Asks the server at the other end of a connection, which is good for this one request.
    pub fn send_over(&self, stream: &mut (impl Read + Write), host: &str) -> io::Result<Response> {
        let mut text = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        if self.header("host").is_none() {
            push(&mut text, "host", host);
        }
        let length = self.body.len().to_string();
        let own = [("content-length", &*length), ("connection", "close")];
        for (name, value) in &self.headers {
            if own.iter().all(|(ours, _)| !ours.eq_ignore_ascii_case(name)) {
                push(&mut text, name, value);
            }
        }
        for (name, value) in own {
            push(&mut text, name, value);
        }
        text.push_str("\r\n");
        stream.write_all(text.as_bytes())?;
        stream.write_all(&self.body)?;
        stream.flush()?;
        Response::read(stream)
    }
}

impl Response {
    /// An answer with a JSON body.
    pub fn json(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: body.into(),
        }
    }

    /// The value of a header, whatever the case of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// An answer that ends with its connection.
    fn read(stream: &mut impl Read) -> io::Result<Self> {
        let (first, mut headers, mut body) = head(stream)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        if let Some(length) = find(&headers, "content-length").and_then(|text| text.parse().ok()) {
            // The other side may end its connection without saying so in TLS.
            let missing = usize::saturating_sub(length, body.len());
            stream.take(missing as u64).read_to_end(&mut body)?;
        } else if find(&headers, "transfer-encoding") == Some("chunked") {
            body = whole(stream, body)?;
            headers.retain(|(name, _)| !name.eq_ignore_ascii_case("transfer-encoding"));
        } else {
            stream.read_to_end(&mut body)?;
        }
        let status = first.split(' ').nth(1).and_then(|text| text.parse().ok());
        Ok(Self {
            status: status.ok_or(io::ErrorKind::InvalidData)?,
            headers,
            body,
        })
    }

    /// Writes it as the last answer of its connection.
    pub fn write(&self, stream: &mut impl Write) -> io::Result<()> {
        let mut text = format!("HTTP/1.1 {} Status\r\n", self.status);
        for (name, value) in &self.headers {
            let ours = ["connection", "content-length"];
            if ours.iter().all(|ours| !ours.eq_ignore_ascii_case(name)) {
                push(&mut text, name, value);
            }
        }
        if self.header("transfer-encoding").is_none() {
            push(&mut text, "content-length", &self.body.len().to_string());
        }
        push(&mut text, "connection", "close");
        text.push_str("\r\n");
        stream.write_all(text.as_bytes())?;
        stream.write_all(&self.body)?;
        stream.flush()
    }
}

/// A body that comes in pieces, each behind its length.
fn whole(stream: &mut impl Read, mut sent: Vec<u8>) -> io::Result<Vec<u8>> {
    let (mut body, mut at) = (Vec::new(), 0);
    let mut more = |sent: &mut Vec<u8>| {
        let mut piece = [0; 4096];
        match stream.read(&mut piece)? {
            0 => Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
            count => {
                sent.extend_from_slice(&piece[..count]);
                Ok(())
            }
        }
    };
    loop {
        let Some(line) = sent[at..].windows(2).position(|pair| pair == b"\r\n") else {
            more(&mut sent)?;
            continue;
        };
        let length = String::from_utf8_lossy(&sent[at..at + line]).into_owned();
        let length = usize::from_str_radix(&length, 16);
        let length = length.map_err(|_| io::ErrorKind::InvalidData)?;
        let start = at + line + 2;
        while sent.len() < start + length + 2 {
            more(&mut sent)?;
        }
        if length == 0 {
            return Ok(body);
        }
        body.extend_from_slice(&sent[start..start + length]);
        at = start + length + 2;
    }
}

fn find<'h>(headers: &'h Headers, name: &str) -> Option<&'h str> {
    let mut named = headers
        .iter()
        .filter(|(it, _)| it.eq_ignore_ascii_case(name));
    named.next().map(|(_, value)| value.as_str())
}

fn push(text: &mut String, name: &str, value: &str) {
    text.push_str(name);
    text.push_str(": ");
    text.push_str(value);
    text.push_str("\r\n");
}

/// The first line, the headers, and what of the body came with them.
fn head(stream: &mut impl Read) -> io::Result<Option<(String, Headers, Vec<u8>)>> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        match stream.read(&mut piece)? {
            0 if bytes.is_empty() => return Ok(None),
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => bytes.extend_from_slice(&piece[..count]),
        }
    };
    let body = bytes.split_off(end + 4);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let mut lines = text.trim_end().split("\r\n");
    let first = lines.next().unwrap_or_default().to_owned();
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()));
    Ok(Some((first, headers.collect(), body)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_as_it_was_sent() {
        let text = b"POST /a?b=c HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcd";
        let request = Request::read(&mut &text[..]).unwrap().unwrap();
        assert_eq!((&*request.method, &*request.target), ("POST", "/a?b=c"));
        assert_eq!(request.header("host"), Some("h"));
        assert!(request.body.starts_with(b"abc"));
        assert!(Request::read(&mut &b""[..]).unwrap().is_none());
        let pieces = b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n";
        let request = Request::read(&mut &pieces[..]).unwrap().unwrap();
        assert_eq!(request.body, b"abc0123456789");
    }

    #[test]
    fn an_answer_is_read_as_it_was_written() {
        let mut bytes = Vec::new();
        Response::json(403, "{}").write(&mut bytes).unwrap();
        let read = Response::read(&mut &bytes[..]).unwrap();
        assert_eq!((read.status, &*read.body), (403, &b"{}"[..]));
        assert_eq!(read.header("Content-Type"), Some("application/json"));
    }
}
