//! Where a key service listens: `tcp://host:port`, `tls://host:port` or `unix:///path`.

use std::fmt;

/// An address of a key service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// Host and port. What goes there can be read on the way.
    Tcp(String),
    /// Host and port, over TLS with a certificate of ours: an addition to SOPS.
    Tls(String),
    /// A socket of this machine.
    Unix(String),
}

impl Address {
    /// Reads one; an error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let (scheme, rest) = text
            .split_once("://")
            .ok_or("it begins with none of tcp://, tls:// and unix://")?;
        match scheme {
            "unix" if rest.starts_with('/') && rest.len() > 1 => Ok(Self::Unix(rest.to_owned())),
            "unix" => Err("the path of a socket begins with /"),
            "tcp" => Ok(Self::Tcp(host_and_port(rest)?)),
            "tls" => Ok(Self::Tls(host_and_port(rest)?)),
            _ => Err("it begins with none of tcp://, tls:// and unix://"),
        }
    }

    /// Whether what is sent there can be read by others on the way.
    pub fn is_exposed(&self) -> bool {
        match self {
            Self::Tcp(authority) => {
                let host = host(authority);
                let loopback = host
                    .parse::<core::net::IpAddr>()
                    .is_ok_and(|ip| ip.is_loopback());
                !loopback && host != "localhost"
            }
            Self::Tls(_) | Self::Unix(_) => false,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(authority) => write!(f, "tcp://{authority}"),
            Self::Tls(authority) => write!(f, "tls://{authority}"),
            Self::Unix(path) => write!(f, "unix://{path}"),
        }
    }
}

/// The host without its port, and without the brackets of an address of IPv6.
pub(super) fn host(authority: &str) -> &str {
    let host = authority
        .rsplit_once(':')
        .map_or(authority, |(host, _)| host);
    host.trim_start_matches('[').trim_end_matches(']')
}

fn host_and_port(text: &str) -> Result<String, &'static str> {
    // A path behind it says nothing, as in SOPS.
    let authority = text.split(['/', '?', '#']).next().unwrap_or_default();
    let is_port = |port: &str| port.parse::<u16>().is_ok_and(|port| port > 0);
    match authority.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && is_port(port) && !authority.contains('@') => {
            Ok(authority.to_owned())
        }
        _ => Err("behind :// stand a host and a port"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let rows: &[(&str, Option<(&str, bool)>)] = &[
            (
                "tcp://127.0.0.1:5000",
                Some(("tcp://127.0.0.1:5000", false)),
            ),
            ("tcp://[::1]:5000", Some(("tcp://[::1]:5000", false))),
            (
                "tcp://localhost:5000/",
                Some(("tcp://localhost:5000", false)),
            ),
            (
                "tcp://keys.example.com:5000",
                Some(("tcp://keys.example.com:5000", true)),
            ),
            (
                "tcp://127.example.com:1",
                Some(("tcp://127.example.com:1", true)),
            ),
            (
                "tls://keys.example.com:5000",
                Some(("tls://keys.example.com:5000", false)),
            ),
            ("unix:///run/k.sock", Some(("unix:///run/k.sock", false))),
            ("unix://run/k.sock", None),
            ("unix:///", None),
            ("127.0.0.1:5000", None),
            ("http://127.0.0.1:5000", None),
            ("tcp://127.0.0.1", None),
            ("tcp://:5000", None),
            ("tcp://host:0", None),
            ("tcp://user@host:1", None),
            ("", None),
        ];
        for (text, expected) in rows {
            let read = Address::parse(text).ok();
            let shown = read.as_ref().map(|it| (it.to_string(), it.is_exposed()));
            let expected = expected.map(|(shown, exposed)| (shown.to_owned(), exposed));
            assert_eq!(shown, expected, "{text}");
        }
    }
}
