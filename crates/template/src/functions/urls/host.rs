//! The host of an address, with its port.

use core::net::Ipv6Addr;

use selkie_crypto::Secret;

use super::escape::{Part, unescape};
use crate::error::Failure;

/// The host without its escapes. Only an address of IPv6 stands in brackets.
pub(super) fn parse(scheme: &[u8], text: &[u8]) -> Result<Secret, Failure> {
    let Some(open) = memchr::memrchr(b'[', text) else {
        // Some schemes have lists of hosts, each with a port.
        let colon = match scheme {
            b"http" | b"https" => memchr::memchr(b':', text),
            _ => memchr::memrchr(b':', text),
        };
        if !colon.is_none_or(|colon| is_port(&text[colon..])) {
            return Err(Failure::new("the host has a wrong port"));
        }
        return unescape(text, Part::Host);
    };
    let close = memchr::memrchr(b']', text)
        .filter(|close| *close > open)
        .ok_or_else(|| Failure::new("the host has no closing bracket"))?;
    let (address, port) = (&text[open + 1..close], &text[close + 1..]);
    if !is_port(port) {
        return Err(Failure::new("the host has a wrong port"));
    }
    let zone = memchr::memmem::find(address, b"%25").unwrap_or(address.len());
    let number = unescape(&address[..zone], Part::Host)?;
    let zone = unescape(&address[zone..], Part::Zone)?;
    let is_address =
        std::str::from_utf8(number.expose()).is_ok_and(|number| number.parse::<Ipv6Addr>().is_ok());
    if open > 0 || !is_address || zone.expose() == b"%" {
        return Err(Failure::new("the host has no IPv6 address in its brackets"));
    }
    let mut made = Secret::with_capacity(text.len());
    for part in [b"[", number.expose(), zone.expose(), b"]", port] {
        made.extend_from_slice(part);
    }
    Ok(made)
}

/// The host without its port and without brackets.
pub(super) fn name(host: &[u8]) -> &[u8] {
    let colon = memchr::memrchr(b':', host).filter(|colon| is_port(&host[*colon..]));
    let name = &host[..colon.unwrap_or(host.len())];
    let inner = name
        .strip_prefix(b"[")
        .and_then(|name| name.strip_suffix(b"]"));
    inner.unwrap_or(name)
}

/// Whether it is empty, or a colon and digits or none.
fn is_port(text: &[u8]) -> bool {
    match text.split_first() {
        None => true,
        Some((first, digits)) => *first == b':' && digits.iter().all(u8::is_ascii_digit),
    }
}
