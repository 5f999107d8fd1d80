//! Which addresses a store may name: all but those at which a cloud hands out the credentials of the machine itself.
//!
//! Whoever writes a store chooses where our requests go. A private network, or an agent on this very machine, is a documented set-up; a
//! metadata address never is. Never here: what is asked there.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Names under which clouds offer their metadata, in lower case and without a final dot.
const NAMES: [&str; 5] = [
    "instance-data",
    "instance-data.ec2.internal",
    "metadata",
    "metadata.goog",
    "metadata.google.internal",
];

/// Addresses of the same services: of machines (AWS, Azure, Google, Oracle, Alibaba), of AWS's containers and pods, of Azure's host.
const ADDRESSES: [IpAddr; 9] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 2)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 23)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23)),
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xc1, 0, 0, 0, 0, 0xa9fe, 0xa9fe)),
];

/// Where requests may go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    denied: Vec<Network>,
}

/// A range of addresses, `10.0.0.0/8` or one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Reach {
    /// Everywhere but to metadata addresses and these.
    pub const fn but(denied: Vec<Network>) -> Self {
        Self { denied }
    }

    /// Whether a request may go to the host of a URL: a name, or an address with or without brackets.
    pub fn allows_host(&self, host: &str) -> bool {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        if let Ok(address) = bare.parse() {
            return self.allows(address);
        }
        let name = host.strip_suffix('.').unwrap_or(host);
        !NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
    }

    /// Whether a request may go to this address.
    pub fn allows(&self, address: IpAddr) -> bool {
        let address = plain(address);
        !ADDRESSES.contains(&address) && !self.denied.iter().any(|range| range.contains(address))
    }
}

impl Network {
    /// Reads `ADDRESS/BITS`, or one address.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Some(width), |bits| bits.parse().ok())?;
        (bits <= width).then_some(Self { address, bits })
    }

    fn contains(&self, address: IpAddr) -> bool {
        let same = |ours: u128, theirs: u128, width: u8| {
            let rest = u32::from(width - self.bits);
            // All bits at once cannot be shifted away.
            ours.checked_shr(rest) == theirs.checked_shr(rest)
        };
        match (self.address, address) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => {
                same(ours.to_bits().into(), theirs.to_bits().into(), 32)
            }
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => same(ours.to_bits(), theirs.to_bits(), 128),
            _ => false,
        }
    }
}

/// An IPv4 address that is written as one of IPv6, by mapping or for a translating gateway, as itself.
fn plain(address: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = address else {
        return address;
    };
    match six.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)).into()
        }
        _ => six.to_canonical(),
    }
}

/// An address was not asked, because nobody may be led there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Denied;

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the address is one of a cloud's metadata service, or is denied by --deny-address",
        )
    }
}

impl std::error::Error for Denied {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_out_of_reach_however_it_is_written() {
        let rows = [
            ("vault.example", true),
            ("localhost", true),
            ("127.0.0.1", true),
            ("[::1]", true),
            ("10.1.2.3", true),
            ("169.254.20.10", true),
            ("metadata.example", true),
            ("169.254.169.254", false),
            ("[::ffff:169.254.169.254]", false),
            ("[::ffff:a9fe:a9fe]", false),
            ("[64:ff9b::a9fe:a9fe]", false),
            ("[fd00:ec2::254]", false),
            ("[FD00:EC2:0::254]", false),
            ("169.254.170.23", false),
            ("metadata.google.internal", false),
            ("Metadata.Google.Internal.", false),
            ("metadata", false),
            ("instance-data", false),
        ];
        for (host, expected) in rows {
            assert_eq!(Reach::default().allows_host(host), expected, "{host}");
        }
    }

    #[test]
    fn ranges_narrow_it() {
        let rows = [
            ("10.0.0.0/8", "10.255.0.1", false),
            ("10.0.0.0/8", "11.0.0.1", true),
            ("10.0.0.0/8", "::ffff:10.0.0.1", false),
            ("127.0.0.1", "127.0.0.1", false),
            ("127.0.0.1", "127.0.0.2", true),
            ("0.0.0.0/0", "1.2.3.4", false),
            ("0.0.0.0/0", "2001:db8::1", true),
            ("::/0", "2001:db8::1", false),
            ("2001:db8::/32", "2001:db8:1::1", false),
            ("2001:db8::/32", "2001:db9::1", true),
        ];
        for (range, address, expected) in rows {
            let reach = Reach::but(vec![Network::parse(range).unwrap()]);
            let allows = reach.allows(address.parse().unwrap());
            assert_eq!(allows, expected, "{range} {address}");
        }
        for text in ["", "10.0.0.0/33", "10.0.0.0/", "10/8", "::/129", "example"] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }
}
